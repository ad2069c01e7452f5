"""What a call from each language costs beyond the C call, as the conformance tests measure it."""

import overhead
import run as conformance

from library_figure import at_most

CALLS, QUICK_CALLS = 400, 100
NOTE = "The same call on {} rows of the host whose locks are there, made from each language in turns; medians of {} calls."


def measured_table(options):
    calls = QUICK_CALLS if options.quick else CALLS
    runner = conformance.Runner(conformance.options_from([str(options.build), "--overhead", str(calls)]))
    try:
        return overhead.Table(runner), calls
    finally:
        for host in list(runner.drivers):
            runner.end(host)
        runner.world.close()


def measure(options, _runner, _work):
    table, calls = measured_table(options)
    over_us = table.over()
    rows = [[host, f"{median / 1000:.3f} ms", "" if host == "c" else f"{over_us[host] / 1000:.3f} ms"]
            for host, median in table.medians.items()]
    note = NOTE.format(overhead.ROWS, calls)
    if not table.medians:
        note += " Not measured: " + "; ".join(table.problems)
    section = {"title": "What a binding adds", "columns": ["", "a call", "above the call from C"], "rows": rows,
               "note": note}
    return [section], [at_most("Bindings", f"{host}: above the call from C", over / 1000, "ms", overhead.GOAL_US / 1000,
                               f"{table.medians[host] / 1000:.3f} ms − {table.medians['c'] / 1000:.3f} ms")
                       for host, over in over_us.items() if host != "c"]
