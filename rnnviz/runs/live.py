"""A run in the making, as the page sees it: what has been told so far, and where it stands."""

import threading
import time
from dataclasses import dataclass, field
from enum import Enum

from rnnviz.runs.work import Message
from rnnviz.training.config import RunConfig


class Stage(Enum):
    """Where a run stands between the click and the checkpoint."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"


MOST_LOSSES = 400


def thinned(losses: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """The same curve with half the points, each the mean of two, where there are more than can be drawn."""
    if len(losses) <= MOST_LOSSES:
        return losses
    pairs = zip(losses[::2], losses[1::2], strict=False)
    return tuple((second[0], (first[1] + second[1]) / 2) for first, second in pairs)


@dataclass
class LiveRun:
    """Grows with every message; `version` changes whenever there is something new to draw.

    Messages come from the engine's thread, pages read from theirs: each message is put
    in as a whole under a lock, and lists that were handed out are never changed.
    """

    id: str
    config: RunConfig
    stage: Stage = Stage.WAITING
    history: tuple[Message, ...] = ()
    """The epochs so far, epoch 0 first."""
    batch: Message | None = None
    """The latest batch that was told."""
    reading: float | None = None
    """Share of the texts that are read, where the worker reads a large source for the first time."""
    losses: tuple[tuple[float, float], ...] = ()
    """Training loss between the epochs: places on the axis of epochs, and means over the batches there."""
    ended: Message | None = None
    run: str | None = None
    """The name of the checkpoint, once there is one."""
    failure: Exception | None = None
    clicked: float = field(default_factory=time.monotonic)
    first_point: float | None = None
    """Seconds from the click to the first epoch told."""
    total: float | None = None
    """Seconds from the click to the checkpoint."""
    version: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def active(self) -> bool:
        return self.stage in (Stage.WAITING, Stage.RUNNING)

    def hear(self, message: Message) -> None:
        """Take in a message of the worker; a run that begins anew tells epoch 0 again."""
        with self._lock:
            if not self.active:
                return
            self.stage = Stage.RUNNING
            if message["kind"] == "epoch":
                if message["epoch"] == 0:
                    self.history, self.batch, self.losses = (), None, ()
                self.history = (*self.history, message)
                self.first_point = self.first_point or time.monotonic() - self.clicked
            elif message["kind"] == "batch":
                self.batch = message
                place = message["epoch"] - 1 + message["batch"] / message["batches"]
                self.losses = thinned((*self.losses, (place, message["loss"])))
            elif message["kind"] == "reading":
                self.reading = message["done"] / message["total"]
            else:
                self.ended = message
            self.version += 1

    def finish(self, run: str) -> None:
        """The checkpoint is in the store under this name."""
        with self._lock:
            self.stage, self.run = Stage.ENDED, run
            self.total = time.monotonic() - self.clicked
            self.version += 1

    def fail(self, failure: Exception) -> None:
        with self._lock:
            self.stage, self.failure = Stage.FAILED, failure
            self.version += 1

    @property
    def progress(self) -> float:
        """Share of the planned epochs that is done, 0 to 1."""
        if not self.active:
            return 1.0
        if self.batch is None:
            return 0.0
        done = self.batch["epoch"] - 1 + self.batch["batch"] / self.batch["batches"]
        return float(min(done / self.config.epochs, 1.0))

    @property
    def tokens_per_second(self) -> float | None:
        """Read in training, over the training seconds so far."""
        if self.batch is None or not self.batch["seconds"]:
            return None
        return float(self.batch["tokens"] / self.batch["seconds"])

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far, if all planned epochs are needed."""
        if not self.active or not self.progress:
            return None
        elapsed = time.monotonic() - self.clicked - (self.first_point or 0.0)
        return elapsed * (1 - self.progress) / self.progress
