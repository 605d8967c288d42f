"""What a training tells while it goes, and what it can be told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt
from torch import Tensor


@dataclass(frozen=True)
class Examples:
    """The texts of one step."""

    rows: npt.NDArray[np.int64]
    """Their places in the training part, (batch,)."""
    logits: Tensor
    """Their scores before the step, with dropout on, (batch, classes)."""


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
    gradient_norm: float
    """L2 norm of the gradient before clipping."""
    learning_rate: float
    """Of this step."""
    examples: Examples = field(compare=False, repr=False)


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
    OUT_OF_TIME = "out of time"


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
    OUT_OF_TIME = "out of time"


@dataclass(frozen=True)
class NewRate:
    """From the next batch on the learning rate is this one; a schedule goes on from there in proportion."""

    learning_rate: float


Control = Callable[[], Command | NewRate | None]
"""Asked after every batch (after the validation, where it was the last of its epoch) until it has nothing more to say.

It may take its time, which is how a training is paused: the loop stands still until it answers.
"""


def uncontrolled() -> None:
    """The control of a training that nobody steers."""
