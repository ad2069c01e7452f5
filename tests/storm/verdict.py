"""The judgement after a storm: what must be there once everybody rests, and what may not."""

import time

from key_space import PREFIX, owner_of

GRACE_S = 0.5
LAST_RUN = {"deadline_ms": 10000, "safety_ttl_ms": 10000}


def give(storm):
    """Waits as long as a claim may live, lets one run pass, and looks at every row and every key."""
    wait_for_half_made(storm)
    _, told = storm.call_once(f"run after segment {storm.counts['verdicts'] + 1}", LAST_RUN)
    storm.check("the run after a storm is OK", told and told["status_name"] == "LOCKREC_OK", "", f"{told}")
    storm.world.catch_up()
    keys = storm.world.keys()
    storm.world.catch_up()
    judge_model(storm, keys)
    judge_commits(storm)
    judge_told(storm)
    for tag in storm.sheet.tags:
        judge_row(storm, tag, keys.get(PREFIX + tag))
    storm.counts["verdicts"] += 1
    storm.runs.clear()
    storm.sheet.forget_before(time.time() - 5)  # the lags are shorter


def wait_for_half_made(storm):
    """Claims of the dead end by themselves within the safety life."""
    began = time.monotonic()
    end = began + max(storm.safety_ttls_ms) / 1000 + GRACE_S
    half_made = True
    while half_made and time.monotonic() < end:
        half_made = {key: found for key, found in storm.world.keys().items() if found[1] >= 0}
        time.sleep(0.05)
    storm.check("no claim outlives the safety life", not half_made, "", f"{half_made}")
    storm.counts["longest wait ms"] = max(storm.counts["longest wait ms"], int(1000 * (time.monotonic() - began)))


def judge_model(storm, keys):
    """The model and the server agree: what was judged is what was."""
    with storm.key_space.mutex:
        modelled = {key: (lock.value, lock.expires_at is None) for key, lock in storm.key_space.locks.items()
                    if key.startswith(PREFIX)}
    there = {key: (value, life < 0) for key, (value, life) in keys.items()}
    storm.check("the model is what Redis holds", modelled == there, "", f"{sorted(modelled.items() ^ there.items())}")


def weakness(storm, run):
    """Why a run's commits may be wrong; None where the contract lets none be."""
    if not run.confirms:
        return "not to be confirmed"
    if run.said_unconfirmed:
        return "confirm failed"
    if storm.sheet.lag_s(run.started, run.ended):
        return "the sheet lagged"
    return None


def judge_commits(storm):
    """In a confirmed run the sheet named the owner at some time between the claim and the commit."""
    for run in storm.runs:
        if weakness(storm, run):
            continue
        for commit in run.commits:
            tag, owner = commit.key[len(PREFIX):], owner_of(commit.lock.value)
            named = storm.sheet.named(tag, owner, commit.seen_at, commit.time)
            storm.check("a confirmed commit's owner was named after the claim", named, commit.key, f"{run}: {commit}; "
                        f"the sheet: {storm.sheet.spells[tag][-5:]}", at=commit.time + 0.2)


def judge_told(storm):
    """A run that says that it made a lock has; where Redis was killed meanwhile, nobody saw its last words."""
    settled, storm.to_settle = storm.to_settle, []
    for run, made, generation in settled:
        if storm.world.generation == generation:
            storm.check("what a run says that it made was seen", run.persisted >= set(made), "",
                        f"{run}: {sorted(set(made) - run.persisted)}")


def judge_row(storm, tag, found):
    owner, key = storm.sheet.owner(tag), PREFIX + tag
    value, life = found or (None, None)
    is_right = value is None if owner is None else value is not None and owner_of(value) == owner and life == -1
    rule = "a free row has no lock" if owner is None else "an occupied row has its owner's permanent lock"
    lock = storm.key_space.locks.get(key)
    why = weakness(storm, lock.committer) if lock and lock.committer else None
    if not is_right and why:
        what = "a lock on a free row" if owner is None else "another's lock on an occupied row"
        storm.remained[f"{what} ({why})"] += 1
        storm.world.admin.ask("DEL", key)
        return
    storm.check(rule, is_right, key, f"the sheet names {owner}, Redis holds {found}, made by "
                f"{lock and lock.maker}, committed by {lock and lock.committer}")
    if not is_right and found:
        storm.world.admin.ask("DEL", key)
