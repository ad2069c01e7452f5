"""What somebody at a terminal sees: colours, one live line, and nothing left of it."""

import fcntl
import os
import pty
import select
import socket
import struct
import subprocess
import termios
import time
import unittest

from support import COMMAND, ENVIRONMENT, WithRedis

ERASE = "\r\x1b[K"


class Terminal(WithRedis):
    def start(self, *arguments, columns=100, stdout=None, env=None):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen([COMMAND, *map(str, arguments)], stdin=theirs, stdout=stdout or theirs, stderr=theirs,
                                   env={**ENVIRONMENT, "TERM": "xterm", **(env or {})})
        os.close(theirs)
        return process, ours

    def seen(self, process, ours, seconds=20):
        text, end = b"", time.monotonic() + seconds
        while time.monotonic() < end and select.select([ours], [], [], end - time.monotonic())[0]:
            try:
                text += os.read(ours, 65536)
            except OSError:  # everybody has closed the other end
                break
        process.wait(timeout=10)
        return text.decode().replace("\r\n", "\n")

    def at_terminal(self, *arguments, **options):
        process, ours = self.start(*arguments, **options)
        return self.seen(process, ours), process.returncode

    def silent(self, *more):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        url = f"redis://127.0.0.1:{listener.getsockname()[1]}"
        return [each if each != self.redis.url else url for each in self.of_file("reconcile", *more)]

    def test_colours_are_for_terminals_that_want_them(self):
        self.assertIn("\x1b[32m3 locks restored\x1b[0m", self.at_terminal(*self.of_file())[0])
        for refusal in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\x1b[3", self.at_terminal(*self.of_file(), env=refusal)[0])

    def test_live_line_counts_down_and_is_gone_at_the_end(self):
        text, status = self.at_terminal(*self.silent("--deadline-ms", 900))
        self.assertEqual(status, 3)
        drawn = text.split(ERASE)
        self.assertIn(" s left", drawn[1])
        self.assertRegex(drawn[1], "[a-z]")
        self.assertIn(len(drawn), range(4, 12), "at most ten times a second")
        self.assertNotIn(" s left", drawn[-1])
        self.assertIn("lockrec: ", drawn[-1])

    def test_live_line_is_narrower_than_the_terminal(self):
        text, _ = self.at_terminal(*self.silent("--deadline-ms", 400), columns=20, env={"NO_COLOR": "1"})
        live = [part for part in text.split(ERASE)[1:-1]]
        self.assertTrue(live)
        self.assertLess(max(map(len, live)), 20)

    def test_result_goes_to_stdout_alone(self):
        with open(self.folder / "out", "w+", encoding="utf-8") as out:
            text, _ = self.at_terminal(*self.silent("--deadline-ms", 400), "--json", stdout=out)
            out.seek(0)
            self.assertRegex(out.read(), r"^\{.*\}\n$")
        self.assertNotIn("{", text)
        self.assertTrue(ERASE in text)

    def test_conclusion_is_read_once(self):
        text, _ = self.at_terminal(*self.silent("--deadline-ms", 300))
        self.assertEqual(text.count("LOCKREC_E_DEADLINE"), 1)

    def test_ctrl_c_from_the_keyboard_cancels(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)

        def take_the_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        process = subprocess.Popen([COMMAND, *map(str, self.silent("--deadline-ms", "5000"))], stdin=theirs, stdout=theirs,
                                   stderr=theirs, env={**ENVIRONMENT, "TERM": "xterm"}, preexec_fn=take_the_terminal)
        os.close(theirs)
        time.sleep(0.5)
        os.write(ours, termios.tcgetattr(ours)[6][termios.VINTR])
        self.assertIn("cancelled", self.seen(process, ours))
        self.assertEqual(process.returncode, 130)

    def test_long_sentences_are_broken_between_words(self):
        arguments = [each if each != self.redis.url else f"unix://{self.folder}/nowhere" for each in
                     self.of_file("check", "--deadline-ms", 300)]
        text, _ = self.at_terminal(*arguments, columns=70, env={"NO_COLOR": "1"})
        lines = text.split(ERASE)[-1].splitlines()
        self.assertLessEqual(max(len(line) for line in lines if "/" not in line), 70)
        self.assertGreater(len(lines), 8)


if __name__ == "__main__":
    unittest.main()
