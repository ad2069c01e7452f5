#!/usr/bin/env python3
"""The public header: clean in every language version that it promises, and free of what an ABI can't keep."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import header

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wstrict-aliasing", "-Wpadded", "-Werror"]
C_STANDARDS = ["c99", "c11", "c17"]
CXX_STANDARDS = ["c++17", "c++20"]
# Integers whose name need not end in a unit: counts of rows, where the result's comment says so once.
ROW_COUNTS = {"skipped_invalid", "skipped_stale", "already_locked", "conflicting", "adopted", "reconciled", "withdrawn",
              "failed", "unprocessed", "unconfirmed", "rows_free"}
UNITS = ("_ms", "_bytes", "_count", "_max", "_total", "_number", "_code", "_size", "_replicas")
# Includes the header twice and uses every struct, so that nothing is judged that is never seen.
SOURCE = """#include <lockrec/lockrec.h>
#include <lockrec/lockrec.h>
lockrec_config_t config;
lockrec_result_t result;
lockrec_row_t row;
lockrec_row_report_t report;
int main(void) { return lockrec_status_is_retryable(LOCKREC_OK) + (int)sizeof config; }
"""


def compilers():
    c, cxx = os.environ.get("CC", "cc"), os.environ.get("CXX", "c++")
    pairs = [(c, cxx)]
    pairs += [pair for pair in (("gcc", "g++"), ("clang", "clang++"), ("clang-14", "clang++-14")) if shutil.which(pair[0])]
    by_path = {os.path.realpath(shutil.which(pair[0]) or pair[0]): pair for pair in pairs}
    return list(by_path.values())


class HeaderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = header.PATH.read_text()
        cls.structs = header.structs(cls.text)

    def compiles(self, compiler, language, standard):
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "user.c")
            with open(source, "w", encoding="utf-8") as file:
                file.write(SOURCE)
            done = subprocess.run(
                [compiler, "-x", language, f"-std={standard}", *STRICT, f"-I{header.INCLUDE}", "-fsyntax-only", source],
                capture_output=True, text=True, check=False,
            )
            self.assertEqual(done.returncode, 0, f"{compiler} -std={standard}:\n{done.stderr}")

    def test_header_is_clean_in_c(self):
        for compiler, _ in compilers():
            for standard in C_STANDARDS:
                with self.subTest(compiler=compiler, standard=standard):
                    self.compiles(compiler, "c", standard)

    def test_header_is_clean_in_cxx(self):
        for _, compiler in compilers():
            for standard in CXX_STANDARDS:
                with self.subTest(compiler=compiler, standard=standard):
                    self.compiles(compiler, "c++", standard)

    def test_structs_are_the_four_of_the_contract(self):
        self.assertEqual(sorted(self.structs),
                         ["lockrec_config", "lockrec_result", "lockrec_row", "lockrec_row_report"])

    def test_fields_have_permitted_types_only(self):
        for name, fields in self.structs.items():
            for kind, field, _ in fields:
                with self.subTest(field=f"{name}.{field}"):
                    header.type_and_size(kind)
        arrays = [kind for fields in self.structs.values() for kind, _, _ in fields if kind.startswith("char[")]
        self.assertEqual(arrays, ["char[256]"])

    def test_structs_that_grow_start_with_their_size(self):
        for name, fields in self.structs.items():
            if name != "lockrec_row":  # its size is row_size_bytes
                self.assertEqual(fields[0][:2], ("uint32_t", "struct_size"), name)

    def test_no_padding_between_fields(self):
        for name, fields in self.structs.items():
            offset = 0
            for kind, field, _ in fields:
                _, size = header.type_and_size(kind)
                alignment = 1 if kind.startswith("char[") else size
                self.assertEqual(offset % alignment, 0, f"padding before {name}.{field}")
                offset += size
            self.assertEqual(offset % 8, 0, f"padding at the end of {name}")

    def test_integers_name_their_unit_or_their_kind(self):
        for name, fields in self.structs.items():
            for kind, field, comment in fields:
                named = (field.endswith(UNITS) or field in ROW_COUNTS or re.search(r"\benum lockrec_\w+", comment))
                if re.fullmatch(r"u?int\d+_t", kind):
                    self.assertTrue(named, f"{name}.{field}: neither a unit nor a kind in its name or comment")

    def test_enums_give_every_number_explicitly(self):
        for name, body in re.findall(r"^enum (\w+) \{\n(.*?)\n\};", self.text, re.DOTALL | re.MULTILINE):
            plain = re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL)
            for entry in filter(None, (part.strip() for part in plain.split(","))):
                self.assertRegex(entry, r"^LOCKREC_\w+ = -?\d+$", name)


if __name__ == "__main__":
    unittest.main()
