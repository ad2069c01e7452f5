"""What the server knows: the spreadsheet and its recent past, the settings, the faults in waiting, the counts."""

import collections
import threading
import time

from . import tls
from .errors import named
from .faults import Planned
from .tokens import READ_SCOPES

DEFAULTS = {"delay_ms": {}, "clock_skew_s": 0, "quota_per_minute": 0, "quota_window_s": 60, "sharing": None,
            "api_enabled": True, "lag_ms": 0, "xlsx": False, "expires_in": 3599, "certificate": "good", "gzip": True}
HISTORY_S = 120


def _fresh_counts():
    return {"token": 0, "metadata": 0, "values": 0, "confirm": 0, "other": 0, "connections": 0, "handshakes": 0,
            "bytes_in": 0, "bytes_out": 0}


class State:
    def __init__(self, book, account):
        self.lock = threading.RLock()
        self.account = account
        self.config = dict(DEFAULTS)
        self.tokens = None
        self.contexts = {}
        self.authority = None
        self._history = [(time.monotonic(), book)]
        self._quota = (0.0, 0)
        self.open_connections = 0
        self.reset()

    def reset(self):
        """Faults, edits and counts; the spreadsheet and the settings stay."""
        with self.lock:
            self.faults, self.edits = [], []
            self.counts, self.statuses = _fresh_counts(), collections.Counter()
            self.requests = collections.deque(maxlen=100)

    def now(self):
        """The server's idea of the time, which a test may put off."""
        return time.time() + self.config["clock_skew_s"]

    @property
    def book(self):
        return self._history[-1][1]

    @book.setter
    def book(self, book):
        now = time.monotonic()
        with self.lock:
            while len(self._history) > 1 and self._history[1][0] < now - HISTORY_S:
                del self._history[0]
            self._history.append((now, book))

    def book_before(self, lag_ms):
        """The spreadsheet as it was lag_ms ago."""
        moment = time.monotonic() - lag_ms / 1000
        with self.lock:
            return next((book for since, book in reversed(self._history) if since <= moment), self._history[0][1])

    def configure(self, settings):
        settings = dict(settings)
        expire, audience = settings.pop("expire_tokens", False), settings.pop("audience", None)
        for name in settings:
            if name not in DEFAULTS:
                raise ValueError(f"no setting {name!r}; there are: {', '.join(DEFAULTS)}, audience, expire_tokens")
        if settings.get("certificate", "good") not in tls.CERTIFICATES:
            raise ValueError(f"no certificate {settings['certificate']!r}; there are: {', '.join(tls.CERTIFICATES)}")
        with self.lock:
            delays = {**self.config["delay_ms"], **settings.pop("delay_ms", {})}
            self.config.update(settings, delay_ms=delays)
            self._quota = (0.0, 0)
            if audience:
                self.tokens.audiences.add(audience)
            if expire:
                self.tokens.expire_all()

    def tls_context(self):
        with self.lock:
            kind = self.config["certificate"]
            if kind not in self.contexts:
                self.contexts[kind] = self.authority.server_context(kind)
            return self.contexts[kind]

    def plan(self, where, nth, times, action):
        """Waits for the nth matching request from now on."""
        with self.lock:
            planned = Planned(where, nth, times, action)
            (self.edits if planned.is_edit() else self.faults).append(planned)

    def due(self, kind):
        """The fault and the edits that this request is the occasion for."""
        with self.lock:
            edits = [planned.action for planned in self.edits if planned.take(kind)]
            faults = [planned.action for planned in self.faults if planned.take(kind)]
            self.faults = [planned for planned in self.faults if not planned.is_over()]
            self.edits = [planned for planned in self.edits if not planned.is_over()]
            return (faults[0] if faults else None), edits

    def count(self, name, number=1):
        with self.lock:
            self.counts[name] += number

    def admit(self, token, spreadsheet_id):
        """Raises what Google would answer before it looks at the request itself."""
        if token is None:
            raise named("no_credentials")
        scopes = self.tokens.scopes_of(token)
        if scopes is None:
            raise named("unauthenticated")
        if not scopes & READ_SCOPES:
            raise named("scope")
        if not self.config["api_enabled"]:
            raise named("api_disabled")
        self._charge()
        if spreadsheet_id != self.book.id:
            raise named("not_found")
        sharing = self.config["sharing"]
        if sharing is not None and self.account.email not in sharing:
            raise named("not_shared")
        if self.config["xlsx"]:
            raise named("xlsx")

    def _charge(self):
        limit = self.config["quota_per_minute"]
        with self.lock:
            began, used = self._quota
            if time.monotonic() - began >= self.config["quota_window_s"]:
                began, used = time.monotonic(), 0
            self._quota = (began, used + 1)
        if limit and used + 1 > limit:
            raise named("quota_429")

    def stats(self):
        with self.lock:
            return {**self.counts, "statuses": dict(self.statuses), "open_connections": self.open_connections,
                    "waiting_faults": len(self.faults), "waiting_edits": len(self.edits),
                    "requests": list(self.requests)}
