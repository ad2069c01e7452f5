"""What a host's call costs beyond the C call for the same run: medians of calls made in turns."""

import statistics

import hosts

GOAL_US = 2000
LIMIT_US = 2 * GOAL_US  # what fails the run: a busy machine has been seen to double a median
ROWS = 100
MEASUREMENTS_MAX = 3  # what else runs on the machine only ever adds to a measurement


class Table:
    """medians by host, in microseconds; problems where one is far above the goal or can't be had."""

    def __init__(self, runner):
        self.problems, self.medians = [], {}
        rows = [[f"MK-{number}", "MR(93)", "22-01-2026 11:00:00"] for number in range(ROWS)]
        locks = [["SET", f"spool_lock:{tag}", "93:x:y"] for tag, _, _ in rows]
        asked = runner.world.prepare({"source": {"rows": rows}, "redis": locks, "measure": True})
        for _ in range(MEASUREMENTS_MAX):
            self.problems = []
            self.measure(runner, asked)
            if not self.problems and max(self.over().values(), default=0) < GOAL_US:
                return

    def measure(self, runner, asked):
        times = {host: [] for host in runner.hosts}
        for _ in range(runner.options.overhead):
            for host, taken in times.items():
                try:
                    answer = runner.driver(host).ask(asked, runner.options.patience)
                    if answer["result"]["already_locked"] != ROWS:
                        raise hosts.Absent(f"{host}: another call was measured: {answer['result']}")
                    taken.append(answer["wall_us"])
                except (hosts.Absent, KeyError, TypeError) as error:
                    self.problems.append(f"{host}: not measured: {error!r}")
                    return
        self.medians = {host: statistics.median(taken) for host, taken in times.items()}
        self.problems = [f"{host}: {over:.0f} µs over C" for host, over in self.over().items() if over >= LIMIT_US]

    def over(self):
        base = self.medians.get("c")
        return {host: median - base for host, median in self.medians.items() if base is not None}

    def text(self):
        lines = [f"measured: host      median µs   over C µs   ({ROWS} rows, all locked; goal: below {GOAL_US} over C)"]
        for host, median in self.medians.items():
            over = self.over().get(host)
            lines.append(f"measured: {host:<8} {median:>10.0f} {'-' if over is None else f'{over:.0f}':>11}")
        return "\n".join(lines)
