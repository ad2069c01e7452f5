"""Whether Redis holds just the right locks, right in every part and none with a life."""

import re

PREFIX = "spool_lock:"
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ALL = """local all = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  all[#all + 1] = key
  all[#all + 1] = redis.call('PTTL', key)
  all[#all + 1] = redis.call('GET', key)
end
return all"""


def wrong(redis, wanted, made, said):
    """What is wrong, or None. made: how many were to be made; said: how many the participant says it made, if it does."""
    found = redis.client.ask("EVAL", ALL, 0)
    uuids = set()
    for key, life_ms, value in zip(found[0::3], found[1::3], found[2::3]):
        owner, uuid, date = (value + "::").split(":", 2)
        if wanted.get(key.removeprefix(PREFIX)) != (owner, date[:-2]) or life_ms != -1 or not UUID4.fullmatch(uuid):
            return f"{key} = {value}, PTTL {life_ms}"
        uuids.add(uuid)
    if len(found) != 3 * len(wanted) or len(uuids) != len(wanted):
        return f"{len(found) // 3} locks with {len(uuids)} different UUIDs, {len(wanted)} are wanted"
    if said not in (None, made):
        return f"{said} locks are said to be made, {made} were missing"
    return None
