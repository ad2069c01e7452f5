#!/usr/bin/env python3
"""Whoever writes the ACL line writes the same one: acl.h's, which least_privilege_test.c takes by its word."""
import json
import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(os.environ.get("LOCKREC_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
HEADER = (ROOT / "tests/support/acl.h").read_text()


def macro(name):
    text = re.search(rf"#define {name} (.*)", HEADER).group(1)
    text = text.replace("ACL_COMMON", '"' + re.search(r'#define ACL_COMMON "(.*)"', HEADER).group(1) + '"')
    return "".join(re.findall(r'"([^"]*)"', text)).split()


LINE, WITHOUT_SCRIPTS = macro("ACL_LINE"), macro("ACL_LINE_WITHOUT_SCRIPTS")
# Where a grant is made by hand on purpose: with less than the line, or to compare with a sentence.
PARTIAL = {"tests/unit/redis/redis_login_test.cpp", "tests/cli/command_check_test.py", "tests/support/acl.h",
           "tests/support/acl_line_test.py", "tests/faults/least_privilege_test.c"}

# Where every node of many gets the user, an argument a word.
WORD_BY_WORD = {"tests/faults/cluster_migration_test.c", "tests/faults/replicas_test.c", "tests/faults/fleet_test.c",
                "tests/faults/cluster_test.c"}
# A user of its own, for a checker that may do more.
PARTIAL |= WORD_BY_WORD | {"tests/storm/redis_world.py"}


class AclLineTest(unittest.TestCase):
    def test_lines_are_whole(self):
        self.assertEqual(len(LINE), 10)
        self.assertEqual(set(WITHOUT_SCRIPTS) - set(LINE), {"+watch", "+unwatch", "+multi", "+exec"})

    def test_sentences_for_operators_hold_it(self):
        for name in ("src/redis/permissions.cpp", "src/cli/remedies.cpp"):
            self.assertIn(" ".join(LINE[1:]), (ROOT / name).read_text(), name)

    def test_conformance_vectors_grant_it(self):
        granted = []
        for path in sorted((ROOT / "tests/conformance/vectors").glob("*.json")):
            for vector in json.loads(path.read_text())["vectors"]:
                for command in vector.get("redis", []):
                    if command[:2] == ["ACL", "SETUSER"] and "+persist" in command:
                        granted.append({word for word in command if word[0] == "+"})
        self.assertGreater(len(granted), 2)
        for words in granted:
            self.assertIn(words, [set(LINE[1:]), set(WITHOUT_SCRIPTS[1:])])

    def test_words_of_cluster_and_fleet_are_the_same(self):
        for name in WORD_BY_WORD:
            words = set(re.findall(r"(?<=[\" ])\+[a-z|]{3,}(?=[\" ])", (ROOT / name).read_text()))
            self.assertGreaterEqual(words | {"+eval"}, set(LINE[1:]), name)
            self.assertLessEqual(words - {"+wait", "+asking", "+cluster|slots"}, set(LINE) | set(WITHOUT_SCRIPTS), name)

    def test_other_tests_take_it_from_the_header(self):
        sources = [path for ending in ("c", "cpp", "h", "hpp", "py") for path in (ROOT / "tests").rglob(f"*.{ending}")]
        spelt = [name for name in (str(path.relative_to(ROOT)) for path in sources)
                 if name not in PARTIAL and "+persist" in (ROOT / name).read_text()]
        self.assertEqual(spelt, [])


if __name__ == "__main__":
    unittest.main()
