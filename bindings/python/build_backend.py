"""scikit-build-core, with an sdist that holds the C++ sources too: they lie outside of this folder in the repository."""

import contextlib
import os
import pathlib
import shutil
import tempfile

from scikit_build_core import build
from scikit_build_core.build import (  # noqa: F401: the hooks that need no change
    build_editable, build_wheel, get_requires_for_build_editable, get_requires_for_build_sdist,
    get_requires_for_build_wheel, prepare_metadata_for_build_editable, prepare_metadata_for_build_wheel)

HERE = pathlib.Path(__file__).resolve().parent
OWN = ("pyproject.toml", "CMakeLists.txt", "README.md", "build_backend.py", "generate_abi.py", "lockrec", "examples")
CORE = ("CMakeLists.txt", "include", "src", "pkgconfig")


def copy(names, source, target):
    target.mkdir(exist_ok=True)
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy2(source / name, target / name)


@contextlib.contextmanager
def staged():
    """The sdist's own content in a temporary folder, as the working folder; the repository stays as it is."""
    # In an sdist that has been unpacked the sources lie in core already.
    core = HERE / "core" if (HERE / "core").exists() else HERE.parents[1]
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="lockrec-sdist-") as folder:
        copy(OWN, HERE, pathlib.Path(folder))
        copy(CORE, core, pathlib.Path(folder) / "core")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def build_sdist(sdist_directory, config_settings=None):
    target = os.path.abspath(sdist_directory)
    with staged():
        return build.build_sdist(target, config_settings)
