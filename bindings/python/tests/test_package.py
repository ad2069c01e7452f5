"""The wheel, from the repository and from the sdist, in a fresh venv, far from both. Slow: it compiles the library twice."""

import base64
import csv
import hashlib
import importlib.metadata
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

from parts import ROOT, WithRedis, hours_ago

from lockrec import _abi

PYTHON = ROOT / "bindings" / "python"
INSTALLED = (pathlib.Path(__file__).parent / "installed.py").read_text(encoding="utf-8")
WHEEL_BYTES_MAX = 1_000_000
# What a Debian has anyway, and what README says to install; the rest has to be in the wheel.
FROM_THE_SYSTEM = {"libcurl.so.4", "libcrypto.so.3", "libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6",
                   "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} failed:\n{done.stdout}")
    return done.stdout


def compilers():
    """The user's own environment, with ccache where it is: the tests' only concession to being run often."""
    environment = {**os.environ, "CMAKE_BUILD_PARALLEL_LEVEL": "2"}
    if shutil.which("ccache"):
        environment.update(CMAKE_C_COMPILER_LAUNCHER="ccache", CMAKE_CXX_COMPILER_LAUNCHER="ccache")
    return environment


def files_of_the_repository():
    caches = {"__pycache__", ".mypy_cache"}
    return {path for path in PYTHON.rglob("*") if not caches & set(path.parts)}


class Package(WithRedis):
    """One way to get the wheel; the checks are the same for each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="lockrec-wheel-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        before = files_of_the_repository()
        cls.wheel = cls.make_wheel(cls.source())
        cls.left_behind = files_of_the_repository() ^ before
        with zipfile.ZipFile(cls.wheel) as archive:
            archive.extractall(cls.folder / "content")
        cls.package = cls.folder / "content" / "lockrec"

    @classmethod
    def source(cls):
        return PYTHON

    @classmethod
    def make_wheel(cls, source):
        run(sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir",
            cls.folder / "wheels", source, env=compilers(), cwd=cls.folder)
        (wheel,) = (cls.folder / "wheels").iterdir()
        return wheel

    def dynamic(self, name, tag):
        return set(re.findall(rf"\({tag}\).*\[(.*)\]", run("readelf", "--dynamic", "--wide", self.package / name)))

    def test_build_leaves_no_file_in_the_repository(self):
        self.assertEqual(self.left_behind, set())

    def test_wheel_is_for_every_python_and_this_platform(self):
        self.assertRegex(self.wheel.name, rf"^lockrec-{re.escape(_abi.HEADER_VERSION)}-py3-none-linux_\w+\.whl$")
        self.assertLess(self.wheel.stat().st_size, WHEEL_BYTES_MAX)

    def test_metadata_is_complete(self):
        (info,) = (self.folder / "content").glob("*.dist-info")
        metadata = importlib.metadata.PathDistribution(info).metadata
        self.assertEqual((metadata["Name"], metadata["Version"], metadata["Requires-Python"]),
                         ("lockrec", _abi.HEADER_VERSION, ">=3.9"))
        self.assertEqual(metadata.get_all("Requires-Dist"), ['fastapi; extra == "fastapi"'])

    def test_record_holds_every_file_with_its_hash(self):
        (info,) = (self.folder / "content").glob("*.dist-info")
        with open(info / "RECORD", newline="", encoding="utf-8") as lines:
            record = {name: digest for name, digest, _ in csv.reader(lines)}
        files = {path.relative_to(self.folder / "content").as_posix(): path
                 for path in (self.folder / "content").rglob("*") if path.is_file()}
        self.assertEqual(set(record), set(files))
        for name, digest in record.items():
            if not name.endswith("/RECORD"):
                made = base64.urlsafe_b64encode(hashlib.sha256(files[name].read_bytes()).digest()).decode().rstrip("=")
                self.assertEqual(digest, "sha256=" + made, name)

    def test_package_holds_its_sources_types_and_three_libraries(self):
        names = {path.name for path in self.package.iterdir()}
        self.assertLessEqual({path.name for path in (PYTHON / "lockrec").glob("*.py*")}, names)
        self.assertEqual({name for name in names if ".so" in name}, {"liblockrec.so.1", "libcctz.so.2", "libcjson.so.1"})

    def test_library_needs_what_lies_beside_it_and_curl_and_openssl(self):
        self.assertEqual(self.dynamic("liblockrec.so.1", "SONAME"), {"liblockrec.so.1"})
        self.assertEqual(self.dynamic("liblockrec.so.1", "RUNPATH"), {"$ORIGIN"})
        carried = {path.name for path in self.package.glob("*.so.*")}
        for name in carried:
            self.assertLessEqual(self.dynamic(name, "NEEDED"), FROM_THE_SYSTEM | carried, name)
        self.assertLessEqual({"libcctz.so.2", "libcjson.so.1", "libcurl.so.4", "libcrypto.so.3"},
                             self.dynamic("liblockrec.so.1", "NEEDED"))

    def test_library_is_stripped_stays_loaded_and_exports_only_the_calls(self):
        library = self.package / "liblockrec.so.1"
        self.assertNotIn(".symtab", run("readelf", "--sections", "--wide", library))
        dynamic = run("readelf", "--dynamic", "--wide", library)
        self.assertRegex(dynamic, r"\(FLAGS_1\).*NODELETE")
        self.assertNotIn("TEXTREL", dynamic)
        exported = set(re.findall(r" [TDBVW] (\w+)", run("nm", "--dynamic", "--defined-only", library)))
        self.assertEqual(exported, set(_abi.PROTOTYPES))

    def test_installed_wheel_restores_locks_from_an_empty_folder(self):
        venv, empty = self.folder / "venv", self.folder / "empty"
        empty.mkdir()
        run(sys.executable, "-m", "venv", venv)
        run(venv / "bin" / "pip", "install", "--no-index", self.wheel)
        rows = [("SP-1", "MR(93)", hours_ago(1)), ("SP-2", "NR(94)", hours_ago(2)), ("SP-3", "DISPONIBLE", None)]
        environment = {"PATH": os.environ["PATH"]}  # no LOCKREC_LIBRARY, no PYTHONPATH
        settings = json.dumps([{"rows": rows, "time_zone": "UTC", "redis_url": self.redis.url}])
        said = json.loads(run(venv / "bin" / "python", "-c", INSTALLED, settings, cwd=empty, env=environment))
        self.assertTrue(said["library"].startswith(str(venv)), said)
        self.assertEqual((said["version"], said["calls"][0]["reconciled"]), (_abi.HEADER_VERSION, 2))
        self.assertEqual([self.ttl(tag) for tag in ("SP-1", "SP-2", "SP-3")], ["-1", "-1", "-2"])
        library = next(venv.glob("lib/python*/site-packages/lockrec/liblockrec.so.1"))
        found = run("ldd", library, env=environment)
        for name in ("libcctz.so.2", "libcjson.so.1"):
            self.assertRegex(found, rf"{re.escape(name)} => \S*/venv/lib/python[\d.]+/site-packages/lockrec/")
        self.assertNotRegex(found, "not found|libhiredis|libcsv")


class PackageOfTheSdist(Package):
    """The sdist alone, in a place where the repository can't be reached by a relative path."""

    @classmethod
    def source(cls):
        run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", cls.folder / "sdist", PYTHON)
        cls.sdist = cls.folder / "sdist" / f"lockrec-{_abi.HEADER_VERSION}.tar.gz"
        return cls.sdist

    def names(self, archive):
        with tarfile.open(archive) as tar:
            return {name.split("/", 1)[1] for name in tar.getnames() if "/" in name}

    def test_sdist_holds_every_source(self):
        names = self.names(self.sdist)
        for folder in ("include", "src"):
            files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
            self.assertEqual({f"core/{name}" for name in files} - names, set())
        self.assertLessEqual({"PKG-INFO", "pyproject.toml", "README.md", "lockrec/py.typed"}, names)
        self.assertEqual([name for name in names if "__pycache__" in name or name.startswith((".", "build/"))], [])

    def test_sdist_of_the_sdist_is_the_same(self):
        unpacked = self.folder / "unpacked"
        unpacked.mkdir()
        run("tar", "--extract", "--file", self.sdist, "--directory", unpacked, "--strip-components", "1")
        run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", self.folder / "again", unpacked)
        self.assertEqual(self.names(self.folder / "again" / self.sdist.name), self.names(self.sdist))


if __name__ == "__main__":
    unittest.main()
