#!/usr/bin/env python3
"""Holds the code to its rules, and holds every rule to finding what breaks it."""
import os
import pathlib
import tempfile
import unittest

import rules

ROOT = pathlib.Path(os.environ.get("LOCKREC_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
GOOD_FILES = {
    "src/base/text.hpp": "// Text.\n#pragma once\n#include <string>\n",
    "src/base/text.cpp": '#include "base/text.hpp"\nint f() { return 1\'000; }\nint g(char c) { return c == \'"\'; }\n',
    "src/sheet/json.cpp": '// JSON.\n#include <cjson/cJSON.h>\n#include "base/text.hpp"\n',
    "src/api/entry.cpp": '// Entry.\n#include "reconcile/plan.hpp"\nextern "C" int f() { return getenv("X") == nullptr; }\n',
    "src/cli/main.cpp": '// Command.\n#include <lockrec/lockrec.h>\n#include "cli/names.hpp"\nint main() { printf("x"); }\n',
}


class ProjectTest(unittest.TestCase):
    def holds(self, rule):
        problems = list(rule(ROOT))
        self.assertFalse(problems, "\n" + "\n".join(problems))


for project_rule in rules.RULES:
    def check(self, rule=project_rule):
        self.holds(rule)

    setattr(ProjectTest, f"test_project_{project_rule.__name__.removeprefix('check_')}", check)


class RuleTest(unittest.TestCase):
    """Each rule, against a small tree that breaks it."""

    def problems(self, extra):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**GOOD_FILES, **extra}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return rules.broken(root)

    def finds(self, name, text, wanted):
        problems = self.problems({name: text})
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(name, problems[0])
        self.assertIn(wanted, problems[0])

    def test_good_tree_has_no_problem(self):
        self.assertEqual(self.problems({}), [])

    def test_import_upwards(self):
        self.finds("src/base/a.cpp", '// A.\n#include "net/loop.hpp"\n', "base must not include net")
        self.finds("src/net/a.cpp", '// A.\n#include "sheet/source.hpp"\n', "net must not include sheet")

    def test_import_between_the_two_ends(self):
        self.finds("src/sheet/a.hpp", '// A.\n#include "redis/store.hpp"\n', "sheet must not include redis")
        self.finds("src/redis/a.hpp", '// A.\n#include "sheet/source.hpp"\n', "redis must not include sheet")

    def test_import_of_the_inside_by_the_command(self):
        self.finds("src/cli/a.cpp", '// A.\n#include "base/text.hpp"\n', "cli must not include base")

    def test_import_by_an_unknown_room(self):
        self.finds("src/util/a.cpp", "// A.\n#include <string>\n", "no room")

    def test_foreign_library_in_a_wrong_room(self):
        self.finds("src/redis/a.cpp", "// A.\n#include <curl/curl.h>\n", "only src/net includes")
        self.finds("src/net/a.cpp", "// A.\n#include <hiredis/hiredis.h>\n", "only src/redis includes")
        self.finds("src/api/a.cpp", "// A.\n#include <cjson/cJSON.h>\n", "only src/sheet includes")

    def test_extern_c_outside_the_boundary(self):
        self.finds("src/net/a.cpp", '// A.\nextern "C" int f();\n', "belongs to src/api")

    def test_printing(self):
        self.finds("src/net/a.cpp", '// A.\nvoid f() { fprintf(stderr, "x"); }\n', "never prints")
        self.finds("src/net/a.cpp", "// A.\n#include <iostream>\n", "never prints")

    def test_thread(self):
        self.finds("src/net/a.cpp", "// A.\nvoid f() { std::thread worker(g); }\n", "no thread")

    def test_locale(self):
        self.finds("src/domain/a.cpp", "// A.\nbool f(char c) { return isalpha(c); }\n", "locale")
        self.finds("src/domain/a.cpp", "// A.\ndouble f() { return std::stod(g()); }\n", "locale")

    def test_words_in_comments_and_literals_are_no_calls(self):
        harmless = '// A: printf(1), std::thread.\nconst char* f() { return "isalpha(x) { "; }\n/* strtod(x) */\n'
        self.assertEqual(self.problems({"src/net/a.cpp": harmless}), [])

    def test_environment_outside_the_boundary(self):
        self.assertEqual(len(self.problems({"src/net/a.cpp": '// A.\nauto x = getenv("X");\n'})), 2)

    def test_environment_in_two_files(self):
        problems = self.problems({"src/api/a.cpp": '// A.\nauto x = getenv("X");\n'})
        self.assertEqual(len(problems), 1, problems)
        self.assertIn("more than one file", problems[0])

    def test_test_switch(self):
        self.finds("src/net/a.cpp", "// A.\n#ifdef LOCKREC_UNIT_TEST\n#endif\n", "switch for tests")

    def test_unfinished_work(self):
        self.finds("src/net/a.cpp", "// A.\n// TO" "DO: later\n", "unfinished")
        self.finds("tests/unit/a.c", "/* FIX" "ME */\n", "unfinished")

    def test_long_file(self):
        self.finds("src/net/a.cpp", "// A.\n" + "\n" * 300, "301 lines")
        self.assertEqual(self.problems({"src/net/a.cpp": "// A.\n" + "\n" * 299}), [])

    def test_file_without_a_reason(self):
        self.finds("src/net/a.cpp", "#include <string>\n", "says why")
        self.finds("src/net/a.hpp", "#pragma once\n", "says why")

    def test_long_function(self):
        long_body = "  f();\n" * 59
        for head in ("void f()", "int A::f(int a) const noexcept", "A::A(int a) : a_{a}, b_(a)", "static int f(void)"):
            text = f"// A.\nnamespace x {{\nstruct S {{ int a{{1}}; }};\n{head} {{\n{long_body}}}\n}}\n"
            self.finds("src/net/a.cpp", text, "a function of 61 lines")
            shorter = text.replace("  f();\n", "", 1)
            self.assertEqual(self.problems({"src/net/a.cpp": shorter}), [])

    def test_new_top_level_file(self):
        self.finds("notes.md", "notes\n", "no place")


if __name__ == "__main__":
    unittest.main()
