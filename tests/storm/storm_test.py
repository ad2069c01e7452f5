#!/usr/bin/env python3
"""The storm in its short form: every sky once. The long one is storm.py."""

import contextlib
import io
import os
import random
import unittest

import storm

ROUNDS = 150


class StormTest(unittest.TestCase):
    def test_nothing_is_lost_and_nothing_is_wrong(self):
        seed = int(os.environ.get("LOCKREC_STORM_SEED", random.SystemRandom().randrange(1 << 32)))
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            status = storm.main(["--rounds", str(ROUNDS), "--segment", "30", "--seed", str(seed)])
        print(said.getvalue(), flush=True)
        self.assertEqual(status, 0, said.getvalue())


if __name__ == "__main__":
    unittest.main()
