"""What a training tells while it goes, and what it can be told."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class BatchDone:
    """One step of the optimiser."""

    epoch: int
    batch: int
    batches: int
    """Of this epoch."""
    tokens: int
    """Read so far in the whole training, padding not counted."""
    seconds: float
    """Of training so far; time spent looking at the model between events is not in it."""
    loss: float
    """Mean of the batch, with dropout on."""


@dataclass(frozen=True)
class EpochDone:
    """One pass over the training part; epoch 0 is the net before any learning."""

    epoch: int
    train_loss: float
    train_accuracy: float
    """Running means over the batches of the epoch, with dropout on; epoch 0 evaluates a few hundred texts."""
    validation_loss: float
    validation_accuracy: float
    gradient_norm: float
    """Mean L2 norm of the gradient before clipping; 0 at epoch 0."""
    tokens: int
    seconds: float
    best: bool
    """Whether the validation loss is the lowest so far; those weights are kept."""


class Reason(Enum):
    """Why a training ended."""

    COMPLETED = "completed"
    EARLY = "early"
    STOPPED = "stopped"
    DIVERGED = "diverged"


@dataclass(frozen=True)
class Ended:
    """The last event: the classifier now holds the weights of `best_epoch`."""

    reason: Reason
    epochs: int
    """Epochs that were completed."""
    best_epoch: int
    tokens: int
    seconds: float


Event = BatchDone | EpochDone | Ended


class Command(Enum):
    """What a running training can be told between two batches."""

    STOP = "stop"


Control = Callable[[], Command | None]
"""Asked after every batch; must answer at once."""


def uncontrolled() -> None:
    """The control of a training that nobody steers."""
