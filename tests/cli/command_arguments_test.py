"""What the command makes of its arguments, and what it never repeats."""

import os
import pathlib
import threading
import unittest

from support import NOW, WithRedis, acl_line, lockrec

SECRET = "hunter2"
HEADER = pathlib.Path(__file__).resolve().parents[2] / "include/lockrec/lockrec.h"


class Help(unittest.TestCase):
    def test_help_and_version_end_with_0(self):
        for arguments in (["--help"], ["reconcile", "--help"], ["check", "-h"], ["--version"]):
            done = lockrec(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
        self.assertRegex(lockrec("--version").stdout, r"^lockrec \d+\.\d+\.\d+\n$")

    def test_help_has_every_field_and_fits_a_terminal(self):
        text = lockrec("reconcile", "--help").stdout
        struct = HEADER.read_text().split("typedef struct lockrec_config {")[1].split("} lockrec")[0]
        of_the_host = {"struct_size", "flags", "rows", "row_count", "row_size_bytes", "log", "log_user", "on_row",
                       "on_row_user", "cancel_flag", "credentials_json", "access_token", "redis_password", "sentinel_password"}
        fields = {line.split(";")[0].split()[-1].lstrip("*") for line in struct.splitlines() if ";" in line
                  and not line.strip().startswith(("/*", "*"))}
        for field in fields - of_the_host:
            self.assertIn("--" + field.replace("_", "-") + " ", text)
        for flag in ("--access-token-file", "--redis-password-file", "--sentinel-password-file", "--dry-run", "--no-confirm",
                     "--env", "--rows", "--json"):
            self.assertIn(flag + " ", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 105)


class Usage(WithRedis):
    def refused(self, *arguments, **options):
        done = lockrec(*arguments, **options)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        self.assertNotIn(SECRET, done.stderr)
        self.assertRegex(done.stderr, r"lockrec: see lockrec (reconcile )?--help\n$")
        return done.stderr

    def test_unknown_flag_is_named_without_its_value(self):
        self.assertIn("no flag --acess-token\n", self.refused("reconcile", "--acess-token", SECRET))
        self.assertIn("no flag --acess-token\n", self.refused("reconcile", "--acess-token=" + SECRET))
        self.refused("reconcile", SECRET)
        self.refused(SECRET)
        self.assertIn("lockrec check", self.refused())

    def test_numbers_are_plain_decimals_in_range(self):
        for flag, wrong in (("--deadline-ms", ("0", "600001", "-5", "0x10", "1e3", "5s", " 5", "", "99999999999999999999")),
                            ("--safety-ttl-ms", ("99", "600001")), ("--rows-max", ("0", "10000001")),
                            ("--body-bytes-max", ("1073741825",)), ("--fleet-ttl-ms", ("-1", "86400001")),
                            ("--wait-replicas", ("-1", "101", "two"))):
            for value in wrong:
                self.assertIn(flag + ": needs a whole number from ", self.refused("reconcile", flag, value))
        self.assertIn("--log-level: needs error, warning", self.refused("reconcile", "--log-level", "loud"))

    def test_flag_without_value_or_given_twice_is_refused(self):
        self.assertIn("--deadline-ms: needs a value", self.refused("reconcile", "--deadline-ms"))
        self.assertIn("--worksheet: is given more than once",
                      self.refused("reconcile", "--worksheet", "a", "--worksheet", "b"))
        self.refused("reconcile", "--json=" + SECRET)

    def test_secrets_as_arguments_are_refused_with_the_ways_that_work(self):
        for url in (f"redis://:{SECRET}@h", f"rediss://user:{SECRET}@h:1/0", f"user:{SECRET}@h", f"redis://u:a/{SECRET}@h",
                    f"redis://me@work:{SECRET}@h",                    f"unix://u:{SECRET}@/run/r.sock", f"redis://h/0?password={SECRET}"):
            error = self.refused("reconcile", "--redis-url", url)
            self.assertIn("--redis-password-file", error)
            self.assertIn("REDIS_URL", error)
        for flag, way in (("--redis-password", "--redis-password-file"),
                          ("--sentinel-password", "--sentinel-password-file"), ("--access-token", "--access-token-file"),
                          ("--credentials-json", "--credentials-file")):
            self.assertIn(way, self.refused("reconcile", flag, SECRET))
            self.assertIn(way, self.refused("reconcile", flag + "=" + SECRET))
            self.assertIn(way, self.refused("reconcile", flag))

    def test_secret_files_that_hold_no_secret_are_refused(self):
        for text in ("", "\n", f"{SECRET}\nmore\n", SECRET + "\0", "x" * 70000):
            error = self.refused("reconcile", "--redis-password-file", self.file("password", text))
            self.assertIn("--redis-password-file: ", error)
            error = self.refused("reconcile", "--sentinel-password-file", self.file("password", text))
            self.assertIn("--sentinel-password-file: ", error)
        self.assertIn("No such file", self.refused("reconcile", "--access-token-file", self.folder / "nowhere"))
        self.assertIn("neither a file nor a pipe", self.refused("reconcile", "--redis-password-file", "/dev/zero"))
        self.assertIn("neither a file nor a pipe", self.refused("reconcile", "--redis-password-file", self.folder))

    def test_what_the_library_refuses_ends_with_2_too(self):
        result, _ = self.as_json("reconcile", status=2)
        self.assertEqual(result["status_name"], "LOCKREC_E_CONFIG")
        result, _ = self.as_json("reconcile", "--source-file", self.sheet, "--time-zone", "Mars/Base", status=2)
        self.assertIn("Mars/Base", result["message"])


class Values(WithRedis):
    def test_empty_values_reach_the_library_and_do_not_eat_the_next_flag(self):
        for empty in (["--key-prefix="], ["--key-prefix", ""]):
            self.redis.ask("FLUSHALL")
            result, _ = self.as_json(*self.of_file(), *empty)
            self.assertEqual(result["reconciled"], 3)
            self.assertTrue(self.redis.ask("GET", "SP-1").startswith("93:"))
        result, _ = self.as_json(*self.of_file(), "--free-value=", "--dry-run")
        self.assertEqual((result["rows_free"], result["skipped_invalid"]), (0, 2))

    def test_columns_prefix_age_and_clock_reach_the_library(self):
        sheet = self.file("other.csv", "Tag,Who,When\nA,nobody,\nB,MR(93),01-01-2026\nC,MR(94),20-01-2026\n")
        result, _ = self.as_json(
            "reconcile", "--source-file", sheet, "--time-zone", "UTC", "--tag-column", "Tag", "--occupied-by-column", "Who",
            "--occupied-at-column", "When", "--free-value", "NOBODY", "--key-prefix", "x:", "--max-age-ms", 172800000,
            "--now-unix-ms", NOW, "--redis-url", self.redis.url)
        self.assertEqual((result["rows_free"], result["skipped_stale"], result["reconciled"]), (1, 1, 1))
        self.assertTrue(self.redis.ask("GET", "x:C").startswith("94:"))
        self.assertEqual(self.redis.ask("TTL", "x:C"), "-1")

    def test_password_comes_from_a_file_or_a_pipe(self):
        self.redis.ask("ACL", "SETUSER", "worker", "on", ">" + SECRET, *acl_line())
        path = self.file("password", SECRET + "\n")
        result, _ = self.as_json(*self.of_file(), "--redis-username", "worker", "--redis-password-file", path)
        self.assertEqual(result["reconciled"], 3)
        reading, writing = os.pipe()
        writer = threading.Thread(target=lambda: (os.write(writing, SECRET.encode()), os.close(writing)))
        writer.start()
        result, _ = self.as_json(*self.of_file(), "--redis-username", "worker", "--redis-password-file",
                                 f"/dev/fd/{reading}", pass_fds=[reading])
        writer.join()
        os.close(reading)
        self.assertEqual(result["already_locked"], 3)
        result, error = self.as_json(*self.of_file(), "--redis-username", "worker", "--redis-password-file",
                                     self.file("password", "wrong" + SECRET), status=5)
        self.assertEqual(result["status_name"], "LOCKREC_E_REDIS_AUTH")
        self.assertNotIn(SECRET, error + str(result))

    def test_sentinels_login_reaches_the_library(self):
        result, error = self.as_json(*self.of_file(), "--sentinel-password-file", self.file("password", SECRET + "\t"), status=2)
        self.assertIn("sentinel_password holds a control character", result["message"])
        self.assertNotIn(SECRET, error + str(result))
        result, _ = self.as_json(*self.of_file(), "--sentinel-username=", status=2)
        self.assertIn("sentinel_username", result["message"])

    def test_environment_is_read_with_env_only(self):
        environment = {"REDIS_URL": self.redis.url, "TIMEZONE": "America/Santiago"}
        arguments = ["reconcile", "--source-file", self.sheet, "--now-unix-ms", NOW]
        result, _ = self.as_json(*arguments, "--env", env=environment)
        self.assertEqual(result["reconciled"], 3)
        result, _ = self.as_json(*arguments, env=environment, status=2)
        self.assertIn("time_zone", result["message"])


if __name__ == "__main__":
    unittest.main()
