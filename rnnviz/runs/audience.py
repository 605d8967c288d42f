"""The audience: who watches which training, so that one that nobody watches any more does not keep a worker."""

import threading
import time
from collections.abc import Callable, Iterable

GRACE = 30.0
"""Seconds that a training goes on after the last of those who watched it has left."""
LATELY = 20.0
"""Seconds for which a viewer counts who has looked at a training: longer than any takes from one look to the next."""


class Audience:
    """Viewers and the runs they watch. A run that never had a viewer is left alone."""

    def __init__(self, give_up: Callable[[str], None], grace: float = GRACE) -> None:
        """`give_up` is called, in a thread of its own, with a run that has been without viewers for the grace."""
        self._give_up, self._grace = give_up, grace
        self._watched: dict[str, set[str]] = {}
        self._kept: set[str] = set()
        self._looked: dict[str, float] = {}
        self._lock = threading.Lock()

    def watch(self, viewer: str, runs: Iterable[str]) -> None:
        """A viewer looks at some runs; again and again, as long as it is there."""
        runs = list(runs)
        with self._lock:
            if runs:
                self._looked[viewer] = time.monotonic()
            for run in runs:
                self._watched.setdefault(run, set()).add(viewer)

    def size(self) -> int:
        """How many viewers have lately looked at a run."""
        with self._lock:
            return sum(moment > time.monotonic() - LATELY for moment in self._looked.values())

    def leave(self, viewer: str) -> None:
        """A viewer has gone: what it alone watched has the grace left, unless somebody comes (back)."""
        with self._lock:
            self._looked.pop(viewer, None)
            left = [run for run, viewers in self._watched.items() if viewer in viewers]
            for run in left:
                self._watched[run].discard(viewer)
        for run in left:
            timer = threading.Timer(self._grace, self._look, (run,))
            timer.daemon = True
            timer.start()

    def keep(self, run: str, kept: bool) -> None:
        """Whether a run goes on without anybody watching."""
        with self._lock:
            (self._kept.add if kept else self._kept.discard)(run)

    def is_kept(self, run: str) -> bool:
        return run in self._kept

    def _look(self, run: str) -> None:
        with self._lock:
            alone = run in self._watched and not self._watched[run] and run not in self._kept
            if alone:
                del self._watched[run]
        if alone:
            self._give_up(run)
