"""The ratios that the cases come to, each with its goal."""

import re

import cases

PIPELINED = ("python", "go", "node")
# What a start-up over the network can't do without, in order: (what, where, round trips, answers that take service).
UNAVOIDABLE = [
    ("TCP and TLS 1.3 to the token's host", "google", 2, 0),
    ("the token", "google", 1, 1),
    ("time zone, grid and header", "google", 1, 1),
    ("the three columns", "google", 1, 1),
    ("look, claim", "redis", 2, 0),
    ("the confirm read", "google", 1, 1),
    ("commit", "redis", 1, 0),
]


def unavoidable_seconds():
    trip_ms = {"google": cases.FAR_GOOGLE_MS, "redis": cases.FAR_REDIS_MS}
    return sum(trips * trip_ms[where] + answers * cases.SERVICE_MS for _, where, trips, answers in UNAVOIDABLE) / 1000


def unavoidable_section():
    trip_ms = {"google": cases.FAR_GOOGLE_MS, "redis": cases.FAR_REDIS_MS}
    rows = [[what, str(trips), f"{trip_ms[where]} ms", f"{cases.SERVICE_MS} ms" if answers else "",
             f"{trips * trip_ms[where] + answers * cases.SERVICE_MS} ms"] for what, where, trips, answers in UNAVOIDABLE]
    return {"title": "What a start-up of a normal day over the network can't do without",
            "columns": ["", "round trips", "each", "service", "together"],
            "rows": [*rows, ["together", "", "", "", f"{unavoidable_seconds() * 1000:.0f} ms"]],
            "note": "Redis and the sheets' host are connected to meanwhile."}


class Figures:
    def __init__(self, results):
        self.results = results
        self.by_id = {case["id"]: case for case in results["cases"]}

    def add(self, group, name, value, unit, goal, better, source, case=None):
        met = None if goal is None else (value >= goal if better == "more" else value <= goal)
        self.results["figures"].append({"group": group, "name": name, "value": value, "unit": unit, "goal": goal,
                                        "better": better, "met": met, "from": source, "case": case})

    def has(self, case_id, *names):
        return case_id in self.by_id and all(name in self.by_id[case_id]["participants"] for name in names)

    def median(self, case_id, name, key="seconds"):
        return self.by_id[case_id]["participants"][name]["median"][key]

    def times_as_fast(self, group, label, case_id, than, goal, we="lockrec"):
        if not self.has(case_id, we, than):
            return
        ours, theirs = self.median(case_id, we), self.median(case_id, than)
        self.add(group, f"{label}: times as fast as {than}", theirs / ours, "×", goal, "more",
                 f"{theirs * 1000:.4g} ms / {ours * 1000:.4g} ms", case_id)

    def closest_peer(self, group, label, cases_wanted, goal=1, we="lockrec"):
        """Of these cases, the one in which a pipelining peer comes closest."""
        wanted = re.compile(cases_wanted)
        found = [(self.median(case["id"], name) / self.median(case["id"], we), name, case["id"])
                 for case in self.results["cases"] if wanted.fullmatch(case["id"]) and we in case["participants"]
                 for name in PIPELINED if name in case["participants"]]
        if not found:
            return
        ratio, name, case_id = min(found)
        self.add(group, f"{label}: times as fast as the closest of python, go and node", ratio, "×", goal, "more",
                 f"{name} in {case_id}, of {len(found)} comparisons", case_id)

    def redis_part(self):
        group = "Redis part"
        self.times_as_fast(group, "2,000 missing, loopback", "redis/2000-of-2000/loopback", "first", 60)
        self.times_as_fast(group, "2,000 missing, 1 ms", "redis/2000-of-2000/1ms", "first", 500)
        for label in ("loopback", "1 ms"):
            case_id = f"redis/2000-of-2000/{label.replace(' ', '')}"
            self.times_as_fast(group, f"2,000 missing, {label}, a call with rows given", case_id, "first", None,
                               "lockrec-rows")
        self.closest_peer(group, "2,000 missing, every network", "redis/2000-.*")
        self.closest_peer(group, "every size and network", "redis/.*", None)
        self.closest_peer(group, "everything locked already", "locked/.*")
        for network, goal in (("loopback", 1.0), ("1 ms", None), ("5 ms", None)):
            case_id = f"redis/100000-of-130000/{network.replace(' ', '')}"
            if self.has(case_id, "pipe"):
                ours, pipe = self.median(case_id, "lockrec-rows"), self.median(case_id, "pipe")
                self.add(group, f"100,000 missing, {network}: time, of that of redis-cli --pipe", ours / pipe, "", goal,
                         "less", f"{ours * 1000:.4g} ms / {pipe * 1000:.4g} ms", case_id)

    def start_up(self):
        group, far = "Start-up of a normal day", "startup/22-of-1869/40ms"
        if far in self.by_id:
            ours, least = self.median(far, "lockrec"), unavoidable_seconds()
            self.add(group, "40 ms: time, of what can't be avoided", ours / least, "", 1.10, "less",
                     f"{ours * 1000:.4g} ms / {least * 1000:.4g} ms", far)
            self.times_as_fast(group, "40 ms", far, "first", 2)
            self.times_as_fast(group, "40 ms, without the confirm read", far, "first", None, "lockrec-unconfirmed")
        self.closest_peer(group, "40 ms", far)
        self.closest_peer(group, "40 ms, without the confirm read", far, 1, "lockrec-unconfirmed")
        self.closest_peer(group, "40 ms, nothing missing", "restart/22-of-1869/40ms")
        self.closest_peer(group, "every size and network", "(startup|restart)/.*", None)
        for case_id, goal in (("restart/22-of-1869/40ms", 2), (far, 3)):
            if case_id in self.by_id:
                label = "nothing" if case_id.startswith("restart") else "something"
                self.add("Google", f"reads of the sheet where {label} is missing",
                         self.median(case_id, "lockrec", "google_reads"), "", goal, "less", case_id, case_id)
        if self.has(far, "first"):
            ours, theirs = (self.median(far, name, "google_bytes") for name in ("lockrec", "first"))
            self.add("Google", "bytes: those of first, of ours", theirs / ours, "×", 20, "more",
                     f"{theirs / 1024:.4g} KiB / {ours / 1024:.4g} KiB", far)


def add(results):
    results.setdefault("figures", [])
    figures = Figures(results)
    own, results["figures"] = results["figures"], []
    figures.redis_part()
    figures.start_up()
    results["figures"] += own
    results["unavoidable_seconds"] = unavoidable_seconds()
    results["sections"] = [unavoidable_section(), *results.get("sections", [])]
