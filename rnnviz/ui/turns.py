"""Turns for threads that would otherwise all work at once."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is given in the order in which it was asked for; a plain one lets newcomers pass those who wait."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._ahead: deque[threading.Lock] = deque()
        self._waiting: deque[threading.Lock] = deque()
        self._back_soon: set[str] = set()
        self._taken = False

    @contextmanager
    def of(self, who: str) -> Iterator[None]:
        """Within it, nobody else has the turn; to be waited for."""
        self._take(who)
        try:
            yield
        finally:
            self._give_back()

    def keep_place(self, who: str) -> None:
        """Who has the turn gives it back unused, and comes again at once: then ahead of those who wait by then."""
        with self._guard:
            self._back_soon.add(who)

    def _take(self, who: str) -> None:
        with self._guard:
            line = self._ahead if who in self._back_soon else self._waiting
            self._back_soon.discard(who)
            if not self._taken:
                self._taken = True
                return
            own = threading.Lock()
            own.acquire()
            line.append(own)
        own.acquire()

    def _give_back(self) -> None:
        with self._guard:
            line = self._ahead or self._waiting
            if line:
                line.popleft().release()
            else:
                self._taken = False
