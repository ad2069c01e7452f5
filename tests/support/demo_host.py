"""A host's example service at work: its locks are there before its first request."""

import argparse
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.request

import children
from demo_parts import BOLD, PLAIN, Redis, Sheet, say, step

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_S = 120  # a first start may build


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_service(host, build, sheet, redis_port, log):
    port = free_port()
    environment = {
        **os.environ, "GOOGLE_SHEET_ID": sheet.about["spreadsheet_id"], "SHEETS_ENDPOINT": sheet.about["url"],
        "GOOGLE_APPLICATION_CREDENTIALS": sheet.about["credentials_file"], "SHEETS_CA_FILE": sheet.about["ca_file"],
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0", "TIMEZONE": "America/Santiago"}
    process = children.start([str(ROOT / "bindings" / host / "examples" / "serve"), build, str(port)], env=environment,
                             stdout=log, stderr=subprocess.STDOUT)
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return port
        except OSError:
            time.sleep(0.05)
    log.seek(0)
    raise SystemExit(f"demo: the {host} service did not start\n{log.read()}")


def play(host, build):
    with tempfile.TemporaryDirectory(prefix="lockrec-demo-") as folder, \
            open(pathlib.Path(folder) / "service.log", "w+", encoding="utf-8") as log:
        step(1, "A sheet with 22 occupied spools, and a Redis without a single lock")
        redis_port = free_port()
        sheet, redis = Sheet(), Redis(pathlib.Path(folder), redis_port)
        say(f"   Redis at 127.0.0.1:{redis_port} holds {redis.ask('DBSIZE')} keys.")

        step(2, f"The {host} example service starts (bindings/{host}/examples)")
        port = start_service(host, build, sheet, redis_port, log)
        log.seek(0)
        for line in log.read().splitlines():
            say(f"   | {line}")

        step(3, "It serves, and its locks are there")
        tags = sorted(key.split(":", 1)[1] for key in redis.ask("KEYS", "spool_lock:*").split())
        if len(tags) != 22:
            raise SystemExit(f"demo: expected 22 locks, got {len(tags)}")
        say(f"   {len(tags)} locks. One of them: GET spool_lock:{tags[0]}")
        say(f"     {redis.ask('GET', 'spool_lock:' + tags[0])}")
        say(f"     TTL {redis.ask('TTL', 'spool_lock:' + tags[0])}   (-1: it does not expire)")

        step(4, "One request")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/spools/{tags[0]}", timeout=10) as reply:
            answer = reply.read().decode().strip()
        say(f"   GET http://127.0.0.1:{port}/spools/{tags[0]}")
        say(f"     {answer}")
        if redis.ask("GET", "spool_lock:" + tags[0]).split(":")[0] not in json.dumps(json.loads(answer)):
            raise SystemExit("demo: the service does not know the worker")
        say(f"\n{BOLD}That is a service that never forgets its locks.{PLAIN} bindings/{host}/README.md says how yours becomes one.")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True, choices=["python", "go", "node"])
    parser.add_argument("--build", required=True, help="the folder with liblockrec.so.1")
    arguments = parser.parse_args()
    try:
        play(arguments.host, str(pathlib.Path(arguments.build).resolve()))
    finally:
        children.end_all()


if __name__ == "__main__":
    main()
