"""The Python host of the conformance vectors: one call for each line of stdin; tests/conformance/README.md has the protocol."""

import asyncio
import json
import logging
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import lockrec  # noqa: E402

TIMES = {"elapsed_ms", "sheet_ms", "redis_ms"}


def result_as_json(result):
    fields = {name: value for name, value in result.as_dict().items() if name not in TIMES}
    return {**fields, "retryable": result.retryable}


async def cancelled_call(config, after_ms):
    """The result of a call that was sooner, else None."""
    task = asyncio.create_task(lockrec.reconcile_async(keep_rows=True, **config))
    asyncio.get_running_loop().call_later(after_ms / 1000, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return None


def call(asked):
    if "cancel_after_ms" in asked:
        return asyncio.run(cancelled_call(asked["config"], asked["cancel_after_ms"]))
    return lockrec.reconcile(keep_rows=not asked.get("measure", False), **asked["config"])


def answer(asked):
    begin = time.perf_counter_ns()
    try:
        result = call(asked)
    except lockrec.LockrecError as error:
        result = error.result
    wall_us = (time.perf_counter_ns() - begin) // 1000
    if result is None:
        return {"cancelled": True}
    rows = [[row.row_number, row.tag, row.owner, row.outcome, row.reason] for row in result.rows]
    measured = {"wall_us": wall_us} if asked.get("measure") else {}
    return {"status": int(result.status), "result": result_as_json(result), "rows": rows, **measured}


def main():
    logging.getLogger("lockrec").addHandler(logging.NullHandler())  # not to stderr, where the runner's lines are
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), sort_keys=True, separators=(",", ":"), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
