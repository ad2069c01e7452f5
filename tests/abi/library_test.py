#!/usr/bin/env python3
"""The shared library as the linker sees it: names, layouts, what it needs, and that it stays loaded."""
import difflib
import json
import os
import pathlib
import re
import subprocess
import unittest

import header

BUILD = pathlib.Path(os.environ["LOCKREC_BINARY_DIR"])
LIBRARY = BUILD / "liblockrec.so.1"
GOLDEN = pathlib.Path(__file__).with_name("layout.json")
SIX = ["lockrec_abi_describe", "lockrec_abi_version", "lockrec_reconcile", "lockrec_status_is_retryable",
       "lockrec_status_name", "lockrec_version"]
NEEDED = {"libcurl", "libhiredis", "libcjson", "libcrypto", "libcctz", "libcsv", "libstdc++", "libgcc_s", "libc", "libm"}
SANITIZERS = {"libasan", "libubsan", "libtsan"}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class ExportTest(unittest.TestCase):
    def test_header_map_and_library_name_the_same_six_functions(self):
        exports = re.search(r"global:(.*?)local:\s*\*;", header.MAP.read_text(), re.DOTALL).group(1)
        self.assertEqual(header.functions(header.PATH.read_text()), SIX)
        self.assertEqual(sorted(re.findall(r"\w+", exports)), SIX)
        symbols = [line.split()[-2:] for line in run("nm", "-D", "--defined-only", str(LIBRARY)).splitlines()]
        self.assertEqual(sorted(name for kind, name in symbols if kind == "T"), [f"{name}@@LOCKREC_1.0" for name in SIX])
        self.assertEqual([name for kind, name in symbols if kind != "T"], ["LOCKREC_1.0"])


class LayoutTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = run(str(BUILD / "abi_describe"))
        cls.described = json.loads(cls.text)

    def test_layouts_are_what_was_promised(self):
        promised = {"abi_version": self.described["abi_version"], "structs": self.described["structs"]}
        now = json.dumps(promised, indent=1) + "\n"
        golden = GOLDEN.read_text()
        if now != golden:
            diff = "".join(difflib.unified_diff(golden.splitlines(True), now.splitlines(True), str(GOLDEN), "the library"))
            self.fail(f"\n{diff}\nFields are only ever appended, and LOCKREC_ABI_VERSION grows with them. Where that is "
                      f"so, put the new text into {GOLDEN.name}; else every program that was built before breaks.")

    def test_layouts_are_the_headers(self):
        text = header.PATH.read_text()
        for name, fields in header.structs(text).items():
            offset = 0
            wanted = []
            for kind, field, _ in fields:
                described, size = header.type_and_size(kind)
                wanted.append({"name": field, "offset": offset, "size": size, "type": described})
                offset += size
            self.assertEqual(self.described["structs"][name], {"size": offset, "fields": wanted})
        self.assertEqual(len(self.described["structs"]), len(header.structs(text)))

    def test_versions_are_the_headers(self):
        text = header.PATH.read_text()
        self.assertEqual(self.described["version"], re.search(r'LOCKREC_VERSION "(.*)"', text).group(1))
        self.assertEqual(str(self.described["abi_version"]), re.search(r"LOCKREC_ABI_VERSION (\d+)", text).group(1))
        project = (header.ROOT / "CMakeLists.txt").read_text()
        self.assertEqual(self.described["version"], re.search(r"project\(lockrec VERSION (\S+)", project).group(1))


class DynamicSectionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.section = run("readelf", "--wide", "--dynamic", str(LIBRARY))

    def entries(self, tag):
        return re.findall(rf"\({tag}\)[^\[\n]*\[?([^\]\n]*)", self.section)

    def test_soname(self):
        self.assertEqual(self.entries("SONAME"), ["liblockrec.so.1"])

    def test_library_is_never_unloaded(self):
        self.assertTrue(any("NODELETE" in flags for flags in re.findall(r"\(FLAGS_1\)\s+(.*)", self.section)))

    def test_needs_only_what_the_architecture_names(self):
        needed = {name.split(".so")[0] for name in self.entries("NEEDED")}
        permitted = NEEDED | {"ld-linux-x86-64"} | (SANITIZERS if os.environ.get("LOCKREC_SANITIZE") else set())
        self.assertLessEqual(needed, permitted)
        self.assertLessEqual({"libcurl", "libhiredis", "libcjson", "libcrypto"}, needed)


if __name__ == "__main__":
    unittest.main()
