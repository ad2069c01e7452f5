"""The whole thing at work, for a newcomer's eyes: a sheet, a Redis that lost its locks, and their return."""

import argparse
import json
import pathlib
import subprocess
import tempfile

import children
from demo_parts import BOLD, DIM, PLAIN, Redis, Sheet, say, step


def restore(command, sheet, redis, shown=True):
    """Runs the command as an operator would, and shows what it printed."""
    arguments = ["reconcile", "--spreadsheet-id", sheet.about["spreadsheet_id"],
                 "--credentials-file", sheet.about["credentials_file"], "--ca-file", sheet.about["ca_file"],
                 "--sheets-endpoint", sheet.about["url"], "--redis-url", f"unix://{redis.socket}"]
    if shown:
        say(f"{DIM}   $ lockrec reconcile --spreadsheet-id … --credentials-file … --redis-url unix://…{PLAIN}")
    done = subprocess.run([command, *arguments, "--json", "--rows"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"demo: the command ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def tell(result):
    say(f"   {result['status_name']}: {result['message']}")
    say(f"   {result['rows_total']} rows read; {result['elapsed_ms']} ms in all, "
        f"{result['sheet_ms']} ms for the sheet, {result['redis_ms']} ms for Redis")


def expect(result, **counts):
    """A demo that shows something else than it says would be worse than none."""
    for name, count in counts.items():
        if result[name] != count:
            raise SystemExit(f"demo: expected {name} = {count}, got {result[name]}: {result['message']}")


def play(command):
    with tempfile.TemporaryDirectory(prefix="lockrec-demo-") as folder:
        step(1, "A workshop's sheet, and a Redis that has just lost everything")
        sheet, redis = Sheet(), Redis(pathlib.Path(folder))
        say("   The sheet: 1869 rows of the production shape, 22 spools occupied, served over HTTPS by an")
        say("   emulator of Google's API (a service account key signs the way in).")
        say(f"   The Redis: a private redis-server with {redis.ask('DBSIZE')} keys. Nobody holds a lock: two people")
        say("   could weld the same spool.")

        step(2, "Restore the locks")
        result = restore(command, sheet, redis)
        tell(result)
        expect(result, reconciled=22, unconfirmed=0)
        rows = [row for row in result["rows"] if row["outcome"] == "reconciled"]
        tag = rows[0]["tag"]
        say(f"   One of them: GET spool_lock:{tag}")
        say(f"     {redis.ask('GET', 'spool_lock:' + tag)}")
        say(f"     TTL {redis.ask('TTL', 'spool_lock:' + tag)}   (-1: it does not expire)")

        step(3, "Run again: everything is there, nothing is written")
        result = restore(command, sheet, redis)
        tell(result)
        expect(result, already_locked=22, reconciled=0)

        step(4, "Three locks vanish, and one of the three workers finishes just then")
        lost = rows[:3]
        for row in lost:
            redis.ask("DEL", "spool_lock:" + row["tag"])
            say(f"   DEL spool_lock:{row['tag']}   (held by {row['owner']})")
        done = lost[1]
        sheet.order(op="edit_on", where="confirm", nth=1, edits=[
            {"op": "set", "row": done["row"], "column": "Ocupado_Por", "value": "DISPONIBLE"},
            {"op": "set", "row": done["row"], "column": "Fecha_Ocupacion", "value": ""}])
        say(f"   {done['owner']} will put {done['tag']} down after lockrec has read the sheet and before it")
        say("   makes its claims permanent. A lock made now would stay on a free spool for ever.")
        result = restore(command, sheet, redis)
        tell(result)
        expect(result, reconciled=2, withdrawn=1, already_locked=19)
        for row in lost:
            value = redis.ask("GET", "spool_lock:" + row["tag"])
            say(f"   spool_lock:{row['tag']}   {value or '(none: free again, as the sheet says)'}")
        if redis.ask("EXISTS", "spool_lock:" + done["tag"]) != "0":
            raise SystemExit("demo: the claim was not taken back")

        say(f"\n{BOLD}That is all it does.{PLAIN} README.md says how the same runs against your sheet and your Redis.")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", required=True, help="the lockrec command to show")
    command = str(pathlib.Path(parser.parse_args().command).resolve())
    try:
        play(command)
    finally:
        children.end_all()


if __name__ == "__main__":
    main()
