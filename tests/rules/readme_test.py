"""What README.md shows is what runs: its C program compiles and ends well, its quick starts are the examples."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["LOCKREC_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["LOCKREC_BINARY_DIR"])
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUICK_STARTS = {"python": "python/examples/quickstart.py", "go": "go/examples/quickstart/main.go",
                "js": "node/examples/quickstart.mjs"}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


class ReadmeTest(unittest.TestCase):
    def test_quick_starts_are_the_examples_that_tests_run(self):
        for language, path in QUICK_STARTS.items():
            with self.subTest(language=language):
                shown = blocks(language)
                self.assertEqual(len(shown), 1)
                self.assertIn(shown[0].rstrip(), (ROOT / "bindings" / path).read_text(encoding="utf-8"))

    def test_c_program_compiles_without_a_warning_and_starts_the_service_anyway(self):
        flags = [f"-fsanitize={os.environ['LOCKREC_SANITIZE']}"] if os.environ.get("LOCKREC_SANITIZE") else []
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "service.c"
            source.write_text(blocks("c")[0], encoding="utf-8")
            subprocess.run([os.environ.get("CC", "cc"), *flags, "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                            f"-I{ROOT}/include", str(source), "-o", f"{folder}/service", f"-L{BUILD}", "-llockrec"],
                           check=True)
            done = subprocess.run([f"{folder}/service"], capture_output=True, text=True,
                                  env={"LD_LIBRARY_PATH": str(BUILD), "PATH": os.environ["PATH"]})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("locks not restored: no source is given", done.stderr)

    def test_links_lead_somewhere(self):
        for target in re.findall(r"\]\(([^)#:]+)\)", README):
            self.assertTrue((ROOT / target).exists(), target)


if __name__ == "__main__":
    unittest.main()
