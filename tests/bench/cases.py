"""What is measured: parts, sizes and networks, and who is left out of which, and why."""

import dataclasses

SIZES = {"day": (1869, 22), "2000": (2000, 2000), "20000": (20000, 20000), "100000": (130000, 100000)}
PEERS = ("first", "python", "go", "node")
FAR_GOOGLE_MS, SERVICE_MS, FAR_REDIS_MS = 40, 150, 1
FIRST_TRIPS_MAX = 7000  # of one run; Redis answers three times a lock
LEAST_SERVICE_MS = 10  # of an answer in the Redis part, which begins behind three of them: no real one comes sooner
PIPE_LOCKS_MIN = 1000
TOO_LONG = "{:,} round trips one after the other: minutes a run"
TOO_WIDE = "all 75 columns of {:,} rows: more than 10 million cells"


@dataclasses.dataclass
class Case:
    part: str  # startup and redis; restart and locked: the same where every lock is there already
    rows: int
    missing: int
    network: str
    redis_ms: float = 0  # round trip
    google_ms: float = 0
    service_ms: float = 0
    names: tuple = ()
    left_out: dict = dataclasses.field(default_factory=dict)

    @property
    def is_locked(self):
        return self.part in ("locked", "restart")

    @property
    def is_start_up(self):
        return self.part in ("startup", "restart")

    @property
    def id(self):
        return f"{self.part}/{self.missing}-of-{self.rows}/{self.network.replace(' ', '')}"


def _case(part, size, network, without=(), **delays):
    rows, missing = SIZES[size]
    case = Case(part, rows, missing, network, **delays)
    trips = missing if case.is_locked else 3 * missing
    trips_max = FIRST_TRIPS_MAX if case.redis_ms else 10 * FIRST_TRIPS_MAX
    if case.redis_ms > 1:
        trips_max = FIRST_TRIPS_MAX / case.redis_ms
    if case.is_start_up and rows > 100000:
        case.left_out["first"] = TOO_WIDE.format(rows)
    elif trips > trips_max:
        case.left_out["first"] = TOO_LONG.format(trips)
    if not case.is_start_up and missing < PIPE_LOCKS_MIN:
        case.left_out["pipe"] = "less than redis-cli takes to start"
    case.left_out.update((name, "left out on request") for name in without)
    more = {"startup": ["lockrec-unconfirmed"], "restart": []}.get(part, ["lockrec-rows", "pipe"])
    names = ["lockrec", *PEERS, *more]
    case.names = tuple(name for name in names if name not in case.left_out)
    return case


def all_cases(without=()):
    far = {"redis_ms": FAR_REDIS_MS, "google_ms": FAR_GOOGLE_MS, "service_ms": SERVICE_MS}
    chosen = [("redis", size, network, {"redis_ms": redis_ms})
              for network, redis_ms in (("loopback", 0), ("1 ms", 1), ("5 ms", 5)) for size in SIZES]
    chosen += [("locked", size, network, {"redis_ms": redis_ms})
               for network, redis_ms in (("loopback", 0), ("1 ms", 1)) for size in ("2000", "100000")]
    chosen += [("startup", size, network, delays) for network, delays in (("loopback", {}), ("40 ms", far))
               for size in SIZES]
    chosen += [("restart", "day", "loopback", {}), ("restart", "day", "40 ms", far)]
    return [_case(part, size, network, without, **delays) for part, size, network, delays in chosen]
