"""Reads the vectors, and says how an answer differs from what one of them expects."""

import json
import pathlib
import re

COUNTS = ("rows_free", "skipped_invalid", "skipped_stale", "already_locked", "conflicting", "adopted", "reconciled",
          "withdrawn", "failed", "unprocessed")
KNOWN = {"name", "why", "source", "redis", "faults", "config", "cancel_after_ms", "expect"}
KNOWN_EXPECTED = {"status", "phase", "cause", "message", "counts", "rows", "keys", "cancelled", "retryable"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
VECTORS_MIN = 60

# What no vector can reach: bindings fill in struct_size and flags themselves; SKIPPED
# takes two processes; memory does not run out on request, and there is no known fault of the library's own.
UNREACHABLE = {"E_ARGUMENT", "E_CONFIG_TOO_NEW", "SKIPPED", "E_NO_MEMORY", "E_INTERNAL"}
REASONS = {"none", "tag_empty", "tag_invalid", "tag_too_long", "owner_invalid", "date_invalid", "date_missing",
           "date_in_future", "too_old", "duplicate", "duplicate_owner", "other_owner", "unknown_value", "other_type",
           "lock_expires", "not_confirmed", "no_longer_occupied", "redis_refused", "interrupted", "not_replicated"}


def load(folder):
    """Every vector of every file; ValueError where one is not as it should be."""
    found = []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        try:
            vectors = json.loads(path.read_text(encoding="utf-8"))["vectors"]
        except (ValueError, KeyError) as error:
            raise ValueError(f"{path.name}: {error!r}") from error
        for vector in vectors:
            unknown = set(vector) - KNOWN | set(vector["expect"]) - KNOWN_EXPECTED
            if unknown:
                raise ValueError(f"{path.name}: {vector['name']}: unknown {', '.join(sorted(unknown))}")
            found.append({"file": path.stem, **vector})
    names = [vector["name"] for vector in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two vectors have the name {', '.join(twice)}")
    return found


def statuses(header):
    """The statuses' names, from the header that is compiled."""
    return re.findall(r"^\s*LOCKREC_((?:OK|PARTIAL|SKIPPED|E_\w+)) = -?\d+", pathlib.Path(header).read_text(), re.MULTILINE)


def gaps(vectors, header):
    """What no vector expects although one could."""
    if len(vectors) < VECTORS_MIN:
        yield f"there are {len(vectors)} vectors, fewer than {VECTORS_MIN}"
    expected = [vector["expect"] for vector in vectors]
    names = {expect.get("status", "E_CANCELLED") for expect in expected}
    for status in statuses(header):
        if status not in names | UNREACHABLE:
            yield f"no vector expects the status {status}"
    counted = {name for expect in expected for name, count in expect.get("counts", {}).items() if count}
    for name in (*COUNTS, "unconfirmed"):
        if name not in counted:
            yield f"no vector expects the count {name}"
    reasons = {row[4] for expect in expected for row in expect.get("rows", [])}
    for reason in sorted(REASONS - reasons):
        yield f"no vector expects the reason {reason}"
    kinds = {kind for vector in vectors for kind in vector.get("source", {})}
    for kind in ("rows", "csv", "json", "sheet"):
        if not any(name.startswith(kind) for name in kinds):
            yield f"no vector reads the source {kind}"


def differences(expect, answer, keys):
    """Sentences; none where the answer and the keys are as expected."""
    if expect.get("cancelled"):
        if answer != {"cancelled": True}:
            yield f"expected to be cancelled, got {answer}"
        return
    result = answer.get("result")
    if not isinstance(result, dict):
        yield f"the answer has no result: {answer}"
        return
    wanted = {"status_name": "LOCKREC_" + expect["status"]}
    counts = expect.get("counts", {})
    wanted |= {name: counts.get(name, 0) for name in (*COUNTS, "unconfirmed")}
    wanted["rows_total"] = sum(counts.get(name, 0) for name in COUNTS)
    wanted["skipped"] = counts.get("skipped_invalid", 0) + counts.get("skipped_stale", 0)
    wanted |= {name: expect[name] for name in ("phase", "retryable") if name in expect}
    if "cause" in expect:
        wanted["cause_domain"], wanted["cause_code"] = expect["cause"]
    for name, value in wanted.items():
        if result.get(name) != value:
            yield f"{name}: expected {value!r}, got {result.get(name)!r}"
    if answer.get("status") != result.get("status"):
        yield f"status is {answer.get('status')} beside {result.get('status')} in the result"
    if expect.get("message", "") not in result.get("message", ""):
        yield f"message: expected {expect['message']!r} in it, got {result.get('message')!r}"
    yield from row_differences(expect.get("rows", []), answer.get("rows"))
    yield from key_differences(expect.get("keys", {}), keys)


def row_differences(expected, rows):
    """A null in an expected row is what nothing promises, such as how a tag that can't be read is shown."""
    if rows is None:
        yield "the answer has no rows"
        return
    for index in range(max(len(expected), len(rows))):
        one, other = (each[index] if index < len(each) else None for each in (expected, rows))
        if one is not None and other is not None and len(one) == len(other):
            one = [given if wanted is None else wanted for wanted, given in zip(one, other)]
        if one != other:
            yield f"row report {index + 1}: expected {one}, got {other}"


def key_differences(expected, keys):
    for name in sorted(expected.keys() | keys.keys()):
        if name not in keys:
            yield f"key {name!r}: expected {expected[name]!r}, it is not there"
        elif name not in expected:
            yield f"key {name!r}: expected none, it holds {keys[name][0]!r}"
        elif not key_matches(expected[name], *keys[name]):
            yield f"key {name!r}: expected {expected[name]!r}, it holds {keys[name][0]!r} for {keys[name][1]} ms"


def key_matches(expected, value, life_ms):
    """expected: a text without expiry, or {"value" or "type", "life_ms": [least, most]}; * in a text is a uuid4."""
    if isinstance(expected, str):
        expected = {"value": expected}
    least, most = expected.get("life_ms", (None, None))
    if (life_ms is None) != (least is None) or (least is not None and not least <= life_ms <= most):
        return False
    if "type" in expected:
        return value == {"type": expected["type"]}
    pattern = UUID.pattern.join(re.escape(part) for part in expected["value"].split("*"))
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def masked(keys):
    """Keys so that two runs can be compared: without uuids and the milliseconds that have passed."""
    return {name: (UUID.sub("*", value) if isinstance(value, str) else value, life_ms is None)
            for name, (value, life_ms) in keys.items()}
