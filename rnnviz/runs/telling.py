"""Telling: how what a training says leaves its worker, in few parcels, for each parcel stops the training a little."""

import time
from collections.abc import Callable

from rnnviz.runs.work import Message

TELL_EVERY = 1.0
"""Seconds between two parcels of mere figures: what lies between two looks of a page."""
YOUNG = 5.0
"""Seconds from its beginning, and from all that is done by hand, in which a training tells twice as often."""
FIGURES = ("batch", "epoch")
"""What may wait a little; all else is told at once, with what waited."""
BY_HAND = ("paused", "going", "intervention")
"""What comes of an order: who gave it looks what follows."""


class Teller:
    """Collects messages and sends them on in the order in which they came, each with its time."""

    def __init__(self, send: Callable[[list[Message]], None], clock: Callable[[], float] = time.time) -> None:
        """`send` takes a parcel; `clock` gives seconds since 1970."""
        self._send, self._clock = send, clock
        self._parcel: list[Message] = []
        self._batch: Message = {}
        self._losses: list[float] = []
        """Of the batches since the last message that is in the parcel; the latest of them is `_batch`."""
        self._touched = self._sent = 0.0

    def tell(self, message: Message) -> None:
        """Take a message in. Of batches in a row only the latest is told, with the mean of their losses."""
        now = self._clock()
        if not self._touched or message["kind"] in BY_HAND:
            self._touched = now
        if message["kind"] == "batch":
            self._batch = message
            self._losses.append(message["loss"])
        else:
            self._add_batches(now)
            self._parcel.append({**message, "at": now})
        every = TELL_EVERY / 2 if now - self._touched < YOUNG else TELL_EVERY
        if message["kind"] not in FIGURES or not 0 <= now - self._sent < every:
            self._add_batches(now)
            self._send(self._parcel)
            self._parcel, self._sent = [], now

    def _add_batches(self, now: float) -> None:
        if self._losses:
            self._parcel.append({**self._batch, "loss": sum(self._losses) / len(self._losses), "at": now})
            self._losses = []
