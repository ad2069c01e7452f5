"""Where the other parts of the tests are."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "support"))


def default_command():
    """The lockrec that was built: named, or in the build folder that is named, or in ./dev's."""
    named = os.environ.get("LOCKREC_COMMAND")
    return named or os.path.join(os.environ.get("LOCKREC_BINARY_DIR", ROOT / "build" / "release"), "lockrec")
