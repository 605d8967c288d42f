"""Steering: how a running training follows the orders of those who watch it."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from queue import SimpleQueue
from typing import Any

from rnnviz.limits import TRAINING
from rnnviz.training.events import BatchDone, Command, NewRate


class Press(Enum):
    """What can be pressed while a training runs."""

    PAUSE = "pause"
    BATCH = "batch"
    """Take one step, then pause."""
    EPOCH = "epoch"
    """Go on to the end of the epoch, then pause."""
    RESUME = "resume"
    STOP = "stop"


Order = Press | NewRate


def packed(order: Order) -> dict[str, Any]:
    """An order as it travels: plain JSON values."""
    return {"rate": order.learning_rate} if isinstance(order, NewRate) else {"press": order.value}


def unpacked(order: dict[str, Any]) -> Order:
    return NewRate(order["rate"]) if "rate" in order else Press(order["press"])


@dataclass(frozen=True)
class Intervention:
    """Something that was done to a training by hand, after a batch of an epoch (0: before the first)."""

    epoch: int
    batch: int
    learning_rate: float = 0.0
    """The new one; 0 where it was left alone."""
    continued: int = 0
    """Epochs that were added, with a schedule of the learning rate of their own; 0 if none were."""


class Steering:
    """The control of a training: obeys an inbox of orders, and does again what was done before it was broken off.

    Asked after a batch, it gives the next instruction, or none; while the training is
    paused it gives no answer until it gets an order. `place` is where it begins: epoch and batch.
    After `most_seconds` of training (those of the limits, if not given) it is told to end.
    """

    def __init__(
        self,
        inbox: "SimpleQueue[Order]",
        place: tuple[int, int] = (0, 0),
        interventions: Sequence[Intervention] = (),
        on_pause: Callable[[], None] = lambda: None,
        on_resume: Callable[[], None] = lambda: None,
        on_intervention: Callable[[Intervention], None] = lambda _: None,
        most_seconds: float | None = None,
    ) -> None:
        self.interventions = tuple(interventions)
        self._inbox, self._on_pause, self._on_resume, self._tell = inbox, on_pause, on_resume, on_intervention
        self._again = [past for past in interventions if past.learning_rate]
        self._paused = False
        self._stop_at: Press | None = None
        self._steps: deque[Press] = deque()
        """What is to be taken after the step that is being taken: who presses twice gets two."""
        self._place, self._late = place, False
        self._most_seconds = TRAINING["seconds"] if most_seconds is None else most_seconds

    @property
    def paused(self) -> bool:
        """Whether the training stands still, or will with the next question."""
        return self._paused

    def saw(self, done: BatchDone) -> None:
        """The batch after which the training is."""
        self._place, self._late = (done.epoch, done.batch), done.seconds > self._most_seconds
        if self._stop_at is Press.BATCH or (self._stop_at is Press.EPOCH and done.batch == done.batches):
            self._stop_at = self._steps.popleft() if self._steps else None
            self._paused = self._stop_at is None

    def __call__(self) -> Command | NewRate | None:
        if self._late:
            return Command.OUT_OF_TIME
        for past in self._again:
            if (past.epoch, past.batch) == self._place:
                self._again.remove(past)
                return NewRate(past.learning_rate)
        if self._paused:
            self._on_pause()
        while self._paused or not self._inbox.empty():  # nobody else takes from it
            order = self._inbox.get()
            if order is Press.STOP:
                return Command.STOP
            if isinstance(order, NewRate):
                made = Intervention(*self._place, order.learning_rate)
                self.interventions = (*self.interventions, made)
                self._tell(made)
                return order
            step = order if order in (Press.BATCH, Press.EPOCH) else None
            if step and self._stop_at:
                self._steps.append(step)
                continue
            was, self._paused = self._paused, order is Press.PAUSE
            self._stop_at = step
            self._steps.clear()
            if self._paused and not was:
                self._on_pause()
            elif was and not self._paused:
                self._on_resume()
            if step:
                break  # what was pressed after it waits until the step is taken
        return None
