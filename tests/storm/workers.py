"""The application: people who take, pause and finish spools. Each has a connection and a memory of its own.

Taking writes the sheet first, then the lock, as releasing does (sometimes it is the lock first); the lock is permanent
at once, or in two steps as the first application made it. What somebody has taken stays theirs until they give it back.
"""

import datetime
import random
import threading
import time
import uuid

from key_space import PREFIX
from resp import RedisError
from shared_sheet import ZONE

HALF_MADE_MS = 10000
# missing, other, mine (permanent), half (mine, but it has a life)
LOOK = ("local now = redis.call('get', KEYS[1]) if not now then return 'missing' end "
        "if string.match(now, '^([^:]*)') ~= ARGV[1] then return 'other' end "
        "if redis.call('pttl', KEYS[1]) == -1 then return 'mine' end return 'half'")
GIVE_BACK = ("local now = redis.call('get', KEYS[1]) if not now then return 'missing' end "
             "if string.match(now, '^([^:]*)') ~= ARGV[1] then return 'other' end "
             "redis.call('del', KEYS[1]) return 'mine'")
KEEP = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('persist', KEYS[1]) end return -1"


class Worker(threading.Thread):
    def __init__(self, number, world, sheet, seed, report):
        super().__init__(name=f"worker-{number}", daemon=True)
        self.owner, self.world, self.sheet, self.report = number, world, sheet, report
        self.dice = random.Random(f"{seed}/{self.name}")
        self.connection = None
        self.holds = {}  # tag: the world's generation when it was surely locked
        self.may_work, self.is_parked = threading.Event(), threading.Event()
        self.is_over = False
        self.pace_s = 0.03
        self.taken = self.given_back = self.refused = self.looks = 0
        self.failure = None

    def run(self):
        try:
            while not self.is_over:
                if not self.may_work.is_set():
                    self.is_parked.set()
                    self.may_work.wait(0.05)
                    continue
                self.work()
                time.sleep(self.dice.uniform(0, 2 * self.pace_s))
        except Exception as failure:  # told by the storm
            self.failure = failure
            self.is_parked.set()
            raise
        finally:
            self.leave()

    def park(self):
        self.may_work.clear()
        self.is_parked.clear()

    def work(self):
        tag = self.dice.choice(self.sheet.tags)
        if tag in self.holds and self.dice.random() < 0.5:
            self.give_back(tag)
        elif tag in self.holds:
            self.look_after(tag)
        elif len(self.holds) < 4:
            self.take(tag)
        else:
            self.give_back(self.dice.choice(list(self.holds)))

    def ask(self, *words):
        """Until Redis answers: a person tries again."""
        while True:
            try:
                if self.connection is None:
                    self.connection = self.world.connect(self.name)
                return self.connection.ask(*words)
            except (OSError, RedisError, ValueError):
                self.leave()
                time.sleep(0.02)

    def leave(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def new_value(self):
        date = datetime.datetime.now(ZONE).strftime("%d-%m-%Y %H:%M:%S")
        return f"{self.owner}:{uuid.uuid4()}:{date}"

    def take(self, tag):
        if self.dice.random() < 0.2:
            self.take_lock_first(tag)
        elif self.sheet.occupy(tag, self.owner):
            if self.lock(tag):
                self.taken += 1
            else:
                self.refused += 1
                self.sheet.free(tag)
                self.ask("EVAL", GIVE_BACK, 1, PREFIX + tag, self.owner)

    def take_lock_first(self, tag):
        if self.sheet.owner(tag) is not None or not self.lock(tag):
            return
        if self.sheet.occupy(tag, self.owner):
            self.taken += 1
        else:
            self.holds.pop(tag)
            self.ask("EVAL", GIVE_BACK, 1, PREFIX + tag, self.owner)

    def lock(self, tag):
        """Waits while a lock of one's own is half made, and a little for somebody who is about to leave."""
        key, patience = PREFIX + tag, 5
        while patience:
            generation = self.world.generation
            value = self.new_value()
            if self.dice.random() < 0.3:
                if self.ask("SET", key, value, "NX", "PX", HALF_MADE_MS):
                    time.sleep(self.dice.uniform(0, 0.05))
                    self.ask("EVAL", KEEP, 1, key, value)
            else:
                self.ask("SET", key, value, "NX")
            found = self.ask("EVAL", LOOK, 1, key, self.owner)
            if found == "mine":
                self.holds[tag] = generation
                return True
            patience -= found != "half"
            time.sleep(0.02)
        return False

    def look_after(self, tag):
        generation = self.world.generation
        found = self.ask_in_one_generation(LOOK, tag)
        self.expect(tag, found)
        if found == "mine":
            self.holds[tag] = generation  # what was restored stays, too

    def give_back(self, tag):
        self.sheet.free(tag)
        self.expect(tag, self.ask_in_one_generation(GIVE_BACK, tag))
        del self.holds[tag]
        self.given_back += 1

    def ask_in_one_generation(self, script, tag):
        """None where Redis was away meanwhile: a second try finds what the first one has done."""
        before = self.connection
        found = self.ask("EVAL", script, 1, PREFIX + tag, self.owner)
        return found if before is not None and before is self.connection else None

    def expect(self, tag, found):
        """What was locked in this generation of Redis must still be."""
        if found is None or self.holds[tag] != self.world.generation:
            return
        self.looks += 1
        self.report("a worker's lock stays until it is given back", found == "mine", PREFIX + tag,
                    f"{self.name} finds {found}")
