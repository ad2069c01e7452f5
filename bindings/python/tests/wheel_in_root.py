"""Restores locks with the wheel that is installed in another root: from host rows, and from a sheet over TLS.

Usage: wheel_in_root.py ROOT PYTHON. Redis and the Sheets emulator run outside; Redis is reached by a socket in ROOT, the
emulator over the loopback that both share.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from parts import Emulator, Redis, hours_ago


def main():
    root, python = pathlib.Path(sys.argv[1]), sys.argv[2]
    tempfile.tempdir = str(root / "tmp")

    def inside(path):
        return "/" + pathlib.Path(path).relative_to(root).as_posix()

    redis = Redis()
    emulator = Emulator("--rows", "200", "--occupied", "22", "--state-dir", str(root / "tmp" / "emulator"))
    try:
        url = "unix://" + inside(redis.socket)
        rows = [("SP-1", "MR(93)", hours_ago(1)), ("SP-2", "NR(94)", hours_ago(30)), ("SP-3", "DISPONIBLE", None)]
        settings = [{"rows": rows, "time_zone": "America/Santiago", "redis_url": url, "max_age_ms": 20 * 3600 * 1000},
                    {"spreadsheet_id": emulator.spreadsheet_id, "credentials_file": inside(emulator.credentials_file),
                     "sheets_endpoint": emulator.url, "token_endpoint": emulator.token_url,
                     "ca_file": inside(emulator.ca_file), "redis_url": url}]
        program = (pathlib.Path(__file__).parent / "installed.py").read_text(encoding="utf-8")
        done = subprocess.run(["chroot", root, python, "-c", program, json.dumps(settings)], capture_output=True, text=True,
                              env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        if done.returncode != 0:
            sys.exit(done.stderr)
        said = json.loads(done.stdout)
        print(f"Python {said['python']} with {said['library']}, lockrec {said['version']}")
        for name, call in zip(("rows", "sheet"), said["calls"]):
            print(f"{name}: {call['status_name']}, {call['reconciled']} restored, {call['skipped']} skipped. {call['message']}")
        counts = [(call["status"], call["reconciled"], call["skipped_stale"]) for call in said["calls"]]
        locks, ttl = redis.ask("DBSIZE"), redis.ask("TTL", "spool_lock:SP-1")
        print(f"Redis: {locks} locks, the first one's TTL is {ttl}")
        if (counts, locks, ttl) != ([(0, 1, 1), (0, 22, 0)], "23", "-1") or not said["library"].startswith("/opt/"):
            sys.exit("that is not what it should have come to")
    finally:
        emulator.close()
        redis.close()


if __name__ == "__main__":
    main()
