#!/usr/bin/env python3
"""What others install: a project outside the tree is built against it, both ways, and runs."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["LOCKREC_BINARY_DIR"])
CONSUMER = pathlib.Path(__file__).with_name("consumer")
CC = os.environ.get("CC", "cc")
SANITIZE = os.environ.get("LOCKREC_SANITIZE", "")
FLAGS = [f"-fsanitize={SANITIZE}"] if SANITIZE else []
WANTED = "lockrec 0.2.0: LOCKREC_E_CONFIG\n"


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=240, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def environment(**more):
    return {**os.environ, "CFLAGS": " ".join(FLAGS), **{name: str(value) for name, value in more.items()}}


class InstalledCopy:
    """The checks that an installed copy must stand, wherever it lies."""

    prefix: pathlib.Path
    folder: pathlib.Path

    def library_folder(self):
        return next(self.prefix.glob("lib/**/liblockrec.so.1")).parent

    def test_find_package(self):
        work = self.folder / "cmake"
        shutil.copytree(CONSUMER, work)
        run("cmake", "-S", work, "-B", work / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_C_COMPILER={CC}",
            env=environment())
        run("cmake", "--build", work / "build")
        self.assertEqual(run(work / "build" / "consumer"), WANTED)

    def test_pkg_config(self):
        settings = environment(PKG_CONFIG_PATH=self.library_folder() / "pkgconfig", PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1,
                               PKG_CONFIG_ALLOW_SYSTEM_LIBS=1, LD_LIBRARY_PATH=self.library_folder())
        self.assertEqual(run("pkg-config", "--modversion", "lockrec", env=settings), "0.2.0\n")
        flags = run("pkg-config", "--cflags", "--libs", "lockrec", env=settings).split()
        self.assertIn(str(self.prefix), " ".join(os.path.normpath(flag[2:]) for flag in flags if flag.startswith("-L")))
        program = self.folder / "with-pkg-config"
        run(CC, "-std=c99", CONSUMER / "main.c", *FLAGS, *flags, "-o", program)
        self.assertEqual(run(program, env=settings), WANTED)
        linked = run("ldd", program, env=settings)
        self.assertIn(str(self.library_folder()), linked)

    def test_static_names_what_the_library_stands_on(self):
        settings = environment(PKG_CONFIG_PATH=self.library_folder() / "pkgconfig")
        flags = run("pkg-config", "--static", "--libs", "lockrec", env=settings).split()
        for library in ("-lcurl", "-lhiredis", "-lcjson", "-lcrypto", "-lcctz", "-lcsv"):
            self.assertIn(library, flags)

    def test_library_searches_no_folder_of_its_own(self):
        section = run("readelf", "--wide", "--dynamic", self.library_folder() / "liblockrec.so.1")
        self.assertNotIn("RUNPATH", section)
        self.assertNotIn("RPATH", section)

    def test_library_has_its_three_names(self):
        folder = self.library_folder()
        self.assertEqual(os.readlink(folder / "liblockrec.so"), "liblockrec.so.1")
        self.assertEqual(os.readlink(folder / "liblockrec.so.1"), "liblockrec.so.1.0.0")

    def test_command_finds_its_library(self):
        self.assertIn("lockrec 0.2.0", run(self.prefix / "bin" / "lockrec", "--version"))

    def test_header_is_the_only_one(self):
        headers = sorted(path.relative_to(self.prefix) for path in self.prefix.rglob("*.h*"))
        self.assertEqual(list(map(str, headers)), ["include/lockrec/lockrec.h"])


class InstallTest(InstalledCopy, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.prefix = cls.folder / "prefix"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)


class DebianPackageTest(InstalledCopy, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", cls.folder / "cpack", cwd=cls.folder)
        (cls.package,) = (cls.folder / "cpack").glob("*.deb")
        run("dpkg-deb", "--extract", cls.package, cls.folder / "root")
        run("dpkg-deb", "--control", cls.package, cls.folder / "control")
        cls.prefix = cls.folder / "root" / "usr"

    def field(self, name):
        return run("dpkg-deb", "--field", self.package, name).strip()

    def test_fields(self):
        self.assertEqual(self.field("Package"), "lockrec")
        self.assertEqual(self.field("Version"), "0.2.0")
        self.assertEqual(self.field("Maintainer"), "lockrec maintainers <lockrec@example.invalid>")
        self.assertEqual(self.field("Recommends"), "ca-certificates")
        self.assertTrue(self.field("Description").startswith("restores a service's Redis locks"))

    def test_dependencies_are_what_the_library_is_linked_to(self):
        depends = self.field("Depends")
        for package in ("tzdata", "libcurl4", "libhiredis", "libcjson1", "libssl3", "libcctz2", "libcsv3", "libc6"):
            self.assertIn(package, depends)
        self.assertNotIn("lockrec", depends)

    def test_linker_cache_is_renewed(self):
        self.assertEqual((self.folder / "control" / "triggers").read_text(), "activate-noawait ldconfig\n")

    def test_shlibs_name_the_package(self):
        self.assertIn("liblockrec 1 lockrec", (self.folder / "control" / "shlibs").read_text())


if __name__ == "__main__":
    unittest.main()
