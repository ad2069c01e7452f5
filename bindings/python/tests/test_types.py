"""The package as mypy sees it, and as its users' checkers will."""

import subprocess
import sys
import tempfile
import unittest

from parts import ROOT


class Types(unittest.TestCase):
    def mypy(self, *arguments):
        with tempfile.TemporaryDirectory() as cache:
            return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--python-version", "3.10", "--cache-dir", cache,
                                   *arguments], capture_output=True, text=True, cwd=ROOT / "bindings" / "python")

    def test_package_is_clean_under_strict(self):
        done = self.mypy("--package", "lockrec")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_result_has_its_type_for_a_caller(self):
        done = self.mypy("--command", "import lockrec\nreveal_type(lockrec.reconcile().reconciled)\n"
                         "wrong: str = lockrec.reconcile().reconciled")
        self.assertIn('Revealed type is "int"', done.stdout.replace("builtins.int", "int"), done.stderr)
        self.assertIn("Incompatible types in assignment", done.stdout)


if __name__ == "__main__":
    unittest.main()
