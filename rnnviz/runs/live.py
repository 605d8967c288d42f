"""A run in the making, as the page sees it: what has been told so far, and where it stands."""

import threading
import time
from dataclasses import dataclass, field
from enum import Enum

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import Files
from rnnviz.runs.work import Message
from rnnviz.training.config import RunConfig
from rnnviz.training.events import Reason


class Stage(Enum):
    """Where a run stands between the click and the checkpoint."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"


BY_ITSELF = (Reason.COMPLETED.value, Reason.EARLY.value)
"""Why a training has ended that had nothing more to do."""
MOST_LOSSES = 400


def thinned(losses: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """The same curve with half the points, each the mean of two, where there are more than can be drawn."""
    if len(losses) <= MOST_LOSSES:
        return losses
    pairs = zip(losses[::2], losses[1::2], strict=False)
    return tuple((second[0], (first[1] + second[1]) / 2) for first, second in pairs)


def _place(batch: Message) -> float:
    """Where a batch stands on the axis of epochs."""
    return float(batch["epoch"] - 1 + batch["batch"] / batch["batches"])


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
    paused: bool = False
    look: Message | None = None
    """The latest batch text by text, told whenever the training pauses."""
    interventions: tuple[Message, ...] = ()
    """What was done by hand: epoch, batch and new learning rate of each."""
    steps: int = 0
    """Grows with everything that comes of an order: a pause, going on, a new learning rate, the end."""
    resumed_from: int | None = None
    """The epoch behind which it went on, after a worker was lost or an interruption."""
    token: str | None = None
    """Under which orders get to the worker, and its memory is kept."""
    ended: Message | None = None
    run: str | None = None
    """The name of the checkpoint, once there is one."""
    failure: Exception | None = None
    unsaved: Files | None = None
    """The files of its checkpoint, until they are in the store."""
    unkept: BadInput | None = None
    """Why it would be lost with the app, where its state can't be written to disk."""
    clicked: float = field(default_factory=time.monotonic)
    """When it was asked for, in seconds of the monotonic clock."""
    touched: float = field(default_factory=time.monotonic)
    """The same of what was done by hand since."""
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
            if message["kind"] in ("paused", "going", "intervention", "ended"):
                self.steps, self.touched = self.steps + 1, time.monotonic()
            match message["kind"]:
                case "epoch":
                    if message["epoch"] == 0:
                        self.history, self.batch, self.losses = (), None, ()
                    self.history = (*self.history, message)
                    self.first_point = self.first_point or time.monotonic() - self.clicked
                case "batch":
                    self.batch = message
                    self.losses = thinned((*self.losses, (_place(message), message["loss"])))
                case "reading":
                    self.reading = message["done"] / message["total"]
                case "resumed":
                    self._take_up(message)
                case "paused":
                    self.paused, self.look = True, message["look"]
                    self.batch = message["batch"] or self.batch
                case "going":
                    self.paused = False
                case "intervention":
                    self.interventions = (*self.interventions, message)
                case "ended":
                    self.ended, self.paused = message, False
            self.version += 1

    def _take_up(self, message: Message) -> None:
        """Forget what a lost worker has told behind the epoch from which the next one goes on."""
        self.history, self.interventions = tuple(message["history"]), tuple(message["interventions"])
        self.resumed_from = len(self.history) - 1
        self.losses = tuple(point for point in self.losses if point[0] <= self.resumed_from)
        self.batch, self.paused = None, False
        self.first_point = self.first_point or time.monotonic() - self.clicked

    def finish(self, run: str) -> None:
        """The checkpoint is in the store under this name."""
        with self._lock:
            self.stage, self.run, self.failure, self.unsaved = Stage.ENDED, run, None, None
            self.total = time.monotonic() - self.clicked
            self.version += 1

    def kept(self, failure: BadInput | None) -> None:
        """Whether what the training remembers could be written to disk."""
        with self._lock:
            self.unkept = failure
            self.version += 1

    def fail(self, failure: Exception) -> None:
        with self._lock:
            self.stage, self.failure = Stage.FAILED, failure
            self.version += 1

    @property
    def progress(self) -> float:
        """Share of the planned epochs that is done, 0 to 1; 1 where the training came to its end by itself."""
        if self.stage is Stage.ENDED and (self.ended is None or self.ended["reason"] in BY_ITSELF):
            return 1.0
        done = _place(self.batch) if self.batch else max(len(self.history) - 1, 0)
        return min(done / self.config.epochs, 1.0)

    @property
    def tokens_per_second(self) -> float | None:
        """Read in training, over the training seconds so far."""
        if self.batch is None or not self.batch["seconds"]:
            return None
        return float(self.batch["tokens"] / self.batch["seconds"])

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far, if all planned epochs are needed."""
        if not self.active or self.paused or not self.progress:
            return None
        elapsed = time.monotonic() - self.clicked - (self.first_point or 0.0)
        return elapsed * (1 - self.progress) / self.progress
