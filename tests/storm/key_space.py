"""The model of the key space, fed with all that Redis did, and the rules for whatever lockrec did.

Every command of a connection that calls itself lockrec is judged by what the model knows the moment it ran.
"""

import collections
import dataclasses
import re
import threading
from typing import Any, Optional

PREFIX = "spool_lock:"
VALUE = re.compile(r"[1-9]\d{0,17}:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}:"
                   r"\d\d-\d\d-\d{4} \d\d:\d\d:\d\d")
HARMLESS = {"HELLO", "AUTH", "SELECT", "CLIENT", "GET", "MGET", "PTTL", "EVAL", "WATCH", "UNWATCH", "MULTI", "EXEC",
            "WAIT", "CLUSTER", "ASKING"}
CHECKS = PREFIX + "lockrec-check:"  # a dry run asks for its permissions with keys that are not there
TRACED_LINES = 20000
CLOCK_SLACK_S = 0.05


def owner_of(value):
    head = value.split(":", 1)[0]
    return int(head) if head.isdigit() else None


@dataclasses.dataclass
class Lock:
    value: str
    maker: Any  # a Run, or the name of another client
    made_at: float
    expires_at: Optional[float]  # None: permanent
    committer: Any = None

    @property
    def is_by_lockrec(self):
        return isinstance(self.maker, Run)


@dataclasses.dataclass
class Commit:
    key: str
    lock: Lock
    time: float
    seen_at: float  # since when the run may have known this lock, this very one, to be there


class Run:
    """One call of lockrec as its connections show it. What its own end showed is added by whoever started it."""

    def __init__(self, name, started=0.0, safety_ttl_ms=None, is_dry=False, confirms=True):
        self.name, self.started, self.safety_ttl_ms = name, started, safety_ttl_ms
        self.is_dry, self.confirms = is_dry, confirms
        self.ended = float("inf")
        self.said_unconfirmed = False
        self.seen = {}  # key: (value, first read when)
        self.is_watching = False  # what it reads now is compared, not looked at
        self.commits = []
        self.persisted = set()

    def __repr__(self):
        return self.name


class KeySpace:
    """unjudged: prefixes of keys that are no locks, and have rules of their own."""

    def __init__(self, sheet, unjudged=()):
        self.sheet, self.unjudged = sheet, (CHECKS, *unjudged)
        self.mutex = threading.Lock()
        self.locks = {}
        self.guests = {}  # address: Run
        self.names = {}  # address: name
        self.pending = []  # effects whose command has not been told yet
        self.scripted_by = None
        self.now = 0.0
        self.checks = collections.Counter()
        self.violations = []
        self.lines = collections.deque(maxlen=TRACED_LINES)
        self.commands = 0

    # What is told.

    def introduce(self, address, run):
        with self.mutex:
            self.names.pop(address, None)
            self.guests[address] = run

    def on_restart(self):
        with self.mutex:
            for known in (self.locks, self.guests, self.names, self.pending):
                known.clear()
            self.lines.append("-- Redis restarts empty --")

    def on_event(self, event, key):
        with self.mutex:
            if event not in ("expired", "evicted"):
                self.pending.append((event, key))
                return
            self.lines.append(f"{key} {event}")
            lock = self.locks.pop(key, None)
            self.check("only what has a life expires", lock is not None and lock.expires_at is not None, key, event)

    def on_command(self, time, address, words):
        with self.mutex:
            self.now = time
            self.commands += 1
            effects, self.pending = self.pending, []
            if address == "lua":
                client = self.scripted_by
            else:
                client = self.client(address, words)
                self.scripted_by = client
            if client != "foreman":
                self.lines.append(Line(time, client, address == "lua", words, effects))
            if isinstance(client, Run):
                self.judge(client, words, address == "lua")
            self.apply(client, words, effects)

    def client(self, address, words):
        """A Run, or a name."""
        upper = [word.upper() for word in words]
        name = None
        if upper[:2] == ["CLIENT", "SETNAME"]:
            name = words[2]
        elif "SETNAME" in upper and upper[0] == "HELLO":
            name = words[upper.index("SETNAME") + 1]
        if name is not None:
            self.names[address] = name
            if name != "lockrec":
                self.guests.pop(address, None)
            elif address not in self.guests:
                self.guests[address] = Run(f"lockrec at {address}")
        return self.guests.get(address) or self.names.get(address) or f"stranger at {address}"

    # What lockrec may do.

    def judge(self, run, words, is_scripted):
        name, key = words[0].upper(), words[1] if len(words) > 1 else ""
        if run.is_dry and name in ("SET", "PERSIST", "DEL"):
            self.check("a dry run writes nothing", key.startswith(CHECKS), key, f"{run}: {name}")
        if key.startswith(self.unjudged):
            return
        if name in ("WATCH", "UNWATCH", "EXEC"):
            run.is_watching = name == "WATCH"
        elif name in ("GET", "MGET") and not is_scripted:
            for each in words[1:]:
                self.saw(run, each)
        elif name == "SET":
            self.judge_claim(run, words)
        elif name == "PERSIST":
            self.judge_persist(run, key)
        elif name == "DEL":
            for each in words[1:]:
                self.judge_delete(run, each)
        else:
            self.check("only the commands that lockrec needs", name in HARMLESS, key, f"{run}: {name}")

    def saw(self, run, key):
        lock = None if run.is_watching else self.locks.get(key)
        if lock is not None and run.seen.get(key, ("",))[0] != lock.value:
            run.seen[key] = (lock.value, self.now)

    def judge_claim(self, run, words):
        ttl = str(run.safety_ttl_ms) if run.safety_ttl_ms else words[-1]
        is_claim = len(words) == 6 and words[3:] == ["NX", "PX", ttl] and ttl.isdigit()
        key, value = words[1], words[2]
        self.check("every SET is NX PX safety_ttl_ms", is_claim, key, f"{run}: {words}")
        self.check("a claim's value is owner:uuid4:date", VALUE.fullmatch(value), key, f"{run}: {value}")
        self.check("a claim is for whom the sheet names", self.sheet_named(run, key, value, run.started), key,
                   f"{run}: {value}")

    def sheet_named(self, run, key, value, since):
        lag_s = self.sheet.lag_s(run.started, self.now)
        return key.startswith(PREFIX) and self.sheet.named(key[len(PREFIX):], owner_of(value), since - lag_s,
                                                           self.now + CLOCK_SLACK_S)

    def judge_persist(self, run, key):
        lock = self.locks.get(key)
        if lock is None:
            return
        seen_value, seen_at = run.seen.get(key, ("", 0.0))
        is_own = lock.maker is run
        self.check("what is persisted is the run's claim, or a half-made lock that it has read",
                   is_own or seen_value == lock.value, key, f"{run} persists {lock}")
        self.check("what is persisted names whom the sheet names",
                   self.sheet_named(run, key, lock.value, run.started), key, f"{run} persists {lock}")
        if lock.expires_at is not None and run.safety_ttl_ms:
            life_s = lock.expires_at - self.now
            self.check("what is persisted lives no longer than safety_ttl_ms",
                       life_s <= run.safety_ttl_ms / 1000 + CLOCK_SLACK_S, key, f"{run} persists {lock}")
        run.persisted.add(key)
        run.commits.append(Commit(key, lock, self.now, lock.made_at if is_own else max(seen_at, lock.made_at)))

    def judge_delete(self, run, key):
        lock = self.locks.get(key)
        if lock is None:
            return
        self.check("only a run's own claim is deleted", lock.maker is run, key, f"{run} deletes {lock}")
        self.check("no permanent lock is deleted", lock.expires_at is not None, key, f"{run} deletes {lock}")

    # What then is.

    def apply(self, client, words, effects):
        if words[0].upper() in ("FLUSHALL", "FLUSHDB"):
            self.check("only the commands that lockrec needs", not isinstance(client, Run), "", words[0])
            self.locks.clear()
        for event, key in effects:
            if event == "set":
                self.apply_set(client, words, key)
            elif event == "del":
                self.locks.pop(key, None)
            elif event == "persist" and key in self.locks:
                self.locks[key].expires_at = None
                if isinstance(client, Run):
                    self.locks[key].committer = client
            elif event not in ("expire", "persist"):
                self.check("no other effects", False, key, f"{client}: {words[0]} caused {event}")

    def apply_set(self, client, words, key):
        upper = [word.upper() for word in words]
        life_ms = int(words[upper.index("PX") + 1]) if "PX" in upper[3:] else None
        if isinstance(client, Run):
            self.check("no lock is overwritten", key not in self.locks, key, f"{client}: {words}")
        expires_at = None if life_ms is None else self.now + life_ms / 1000
        self.locks[key] = Lock(words[2], client, self.now, expires_at)

    # What came of it.

    def check(self, rule, holds, key, text, at=float("inf")):
        self.checks[rule] += 1
        if not holds:
            self.violations.append(Violation(rule, key, text, self.trace(key, at)))

    def trace(self, key, at):
        """What was last done to the key by then, oldest first; the restarts too."""
        kept = []
        for line in self.lines:
            if isinstance(line, Line) and line.time > at:
                break
            if not isinstance(line, Line) or (key and key in line.words):
                kept.append(line)
        return [str(line) for line in kept if isinstance(line, Line) or key in line or line.startswith("--")][-40:]


@dataclasses.dataclass
class Line:
    time: float
    client: Any
    is_scripted: bool
    words: list
    effects: list

    def __str__(self):
        shown = [word if len(word) < 60 else word[:12] + "..." for word in self.words]
        more = f" and {len(shown) - 7} more" if len(shown) > 7 else ""
        effects = f"  => {', '.join(f'{event} {key}' for event, key in self.effects)}" if self.effects else ""
        return (f"{self.time:.6f} {self.client}{' (script)' if self.is_scripted else ''}: {' '.join(shown[:7])}{more}"
                f"{effects}")


@dataclasses.dataclass
class Violation:
    rule: str
    key: str
    text: str
    trace: list

    def __str__(self):
        return f"VIOLATION: {self.rule}: {self.key}: {self.text}\n" + "".join(f"    {line}\n" for line in self.trace)
