"""The examples that README shows: they are these files, and they run."""

import asyncio
import os
import pathlib
import re
import runpy
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

from parts import ROOT, Repository, WithSheet, hours_ago, spool

import lockrec

PYTHON = ROOT / "bindings" / "python"
EXAMPLES = PYTHON / "examples"


class Examples(WithSheet):
    def pointed_at_the_emulator(self, name):
        """The example's lines with the two settings that a real service leaves out."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        lines = (EXAMPLES / name).read_text(encoding="utf-8")
        own = f"env=True, sheets_endpoint={self.emulator.url!r}, ca_file={self.emulator.ca_file!r}"
        self.assertEqual(lines.count("env=True"), 1)
        target = pathlib.Path(folder.name) / name
        target.write_text(lines.replace("env=True", own), encoding="utf-8")
        return target

    def environment(self):
        return {"GOOGLE_SHEET_ID": self.emulator.spreadsheet_id, "REDIS_URL": self.redis.url,
                "GOOGLE_APPLICATION_CREDENTIALS": self.emulator.credentials_file, "TIMEZONE": "America/Santiago"}

    def quickstart(self, **more):
        return subprocess.run([sys.executable, self.pointed_at_the_emulator("quickstart.py")], capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": str(PYTHON), **self.environment(), **more})

    def test_quickstart_restores_and_says_so(self):
        done = self.quickstart()
        self.assertEqual(done.stdout, "22 locks restored, 0 were there, 0 rows skipped\n", done.stderr)
        self.assertEqual(self.redis.ask("DBSIZE"), "22")

    def test_quickstart_says_why_not(self):
        done = self.quickstart(REDIS_URL="redis://127.0.0.1:1")
        self.assertIn("(LOCKREC_E_REDIS_CONNECT; retry helps: True)", done.stdout, done.stderr)

    def test_service_restores_before_it_serves(self):
        with unittest.mock.patch.dict(os.environ, self.environment()):
            app = runpy.run_path(str(self.pointed_at_the_emulator("service.py")))["app"]

            async def start():
                async with app.router.lifespan_context(app):
                    return self.redis.ask("DBSIZE")

            self.assertEqual(asyncio.run(start()), "22")
        self.assertEqual(app.state.lockrec.reconciled, 22)

    def test_drop_in_takes_the_rows_of_a_repository(self):
        repository = Repository([spool("A", "MR(93)", hours_ago(5)), spool("B", "MR(93)", hours_ago(50))])
        with unittest.mock.patch.dict(os.environ, self.environment()):
            restore_locks = runpy.run_path(str(EXAMPLES / "drop_in.py"))["restore_locks"]
            self.assertEqual(asyncio.run(restore_locks(repository)), {"reconciled": 1, "skipped": 1})


class Readme(unittest.TestCase):
    readme = (PYTHON / "README.md").read_text(encoding="utf-8")

    def test_python_blocks_are_the_examples(self):
        shown = re.findall(r"```python\n(.*?)```", self.readme, flags=re.S)
        files = [(EXAMPLES / name).read_text(encoding="utf-8") for name in ("quickstart.py", "service.py", "drop_in.py")]
        # README leaves the first line out, which says there in prose what the file is.
        self.assertEqual(shown, [text.split("\n\n", 1)[1] for text in files])

    def test_every_error_is_in_the_table(self):
        errors = [name for name in lockrec.__all__ if name.endswith("Error")]
        self.assertEqual([name for name in errors if f"`{name}`" not in self.readme], [])


if __name__ == "__main__":
    unittest.main()
