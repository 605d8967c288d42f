"""The training loop: a generator that reads from top to bottom.

It yields events and stands still until the next one is asked for, so whoever drives
it may look at the classifier between two events.
"""

import copy
import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from rnnviz.models.classifier import Classifier
from rnnviz.text.batches import shuffled_batches
from rnnviz.training import task
from rnnviz.training.config import OptimiserConfig, RunConfig
from rnnviz.training.data import Part, TrainingData
from rnnviz.training.events import BatchDone, Command, Control, Ended, EpochDone, Event, Reason, uncontrolled

FIRST_SAMPLE = 500
"""Training texts that epoch 0 looks at, so that the first point does not have to be waited for."""


def build_classifier(config: RunConfig, data: TrainingData) -> Classifier:
    """The net of a configuration, with the weights its seed gives."""
    torch.manual_seed(config.seed)
    return Classifier(config.model, len(data.vocabulary), len(data.classes))


def build_optimiser(config: OptimiserConfig, model: nn.Module) -> torch.optim.Optimizer:
    """The optimiser of a configuration, over all parameters of the model."""
    rate, decay = config.learning_rate, config.weight_decay
    if config.name == "sgd":
        return torch.optim.SGD(model.parameters(), lr=rate, weight_decay=decay, momentum=config.momentum, fused=True)
    if config.name == "rmsprop":
        return torch.optim.RMSprop(model.parameters(), lr=rate, weight_decay=decay)
    return torch.optim.Adam(model.parameters(), lr=rate, weight_decay=decay, fused=True)


def build_schedule(
    config: OptimiserConfig, optimiser: torch.optim.Optimizer, steps: int
) -> torch.optim.lr_scheduler.LRScheduler:
    """How the learning rate goes over `steps` batches, one step of the schedule a batch."""
    if config.schedule == "one-cycle":
        return torch.optim.lr_scheduler.OneCycleLR(optimiser, config.learning_rate, total_steps=steps + 1)
    return torch.optim.lr_scheduler.ConstantLR(optimiser, factor=1.0)


def train(
    classifier: Classifier, data: TrainingData, config: RunConfig, control: Control = uncontrolled
) -> Iterator[Event]:
    """Train `classifier` in place: an `EpochDone` 0, a `BatchDone` each batch, an `EpochDone` each epoch, `Ended`.

    The randomness of an epoch (order of the texts, dropout) follows from the seed and the
    number of the epoch alone, whatever is drawn between two events. The best weights by
    validation loss are in the classifier at the end; a loss that is not finite, in training
    or validation, ends the training as `DIVERGED`.

    It runs on one thread: batches of this size gain nothing from a second one, other
    trainings get the cores, and sums keep their last bits. A gradient that vanishes over hundreds of steps ends
    in denormal numbers, a hundred times slower to compute with; here they count as zero.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    try:
        yield from _passes(classifier, data, config, control)
    finally:
        torch.set_flush_denormal(False)


def _passes(classifier: Classifier, data: TrainingData, config: RunConfig, control: Control) -> Iterator[Event]:
    """Pass after pass over the training part until the last, or until something ends the training."""
    optimiser = build_optimiser(config.optimiser, classifier)
    steps = config.epochs * -(-len(data.train) // config.batch_size)
    schedule = build_schedule(config.optimiser, optimiser, steps)
    meter = Meter()
    first = _before_learning(classifier, data)
    best = Best(0, first.validation_loss, copy.deepcopy(classifier.state_dict()))
    yield first

    reason, done = Reason.COMPLETED, 0
    for epoch in range(1, config.epochs + 1):
        learned = yield from _learn(classifier, optimiser, schedule, data.train, config, epoch, meter, control)
        if isinstance(learned, Reason):
            reason = learned
            break
        with meter:
            validation_loss, validation_accuracy = task.evaluate(classifier, data.validation)
        if not math.isfinite(validation_loss):
            reason = Reason.DIVERGED
            break
        better = validation_loss < best.loss
        if better:
            best = Best(epoch, validation_loss, copy.deepcopy(classifier.state_dict()))
        yield EpochDone(
            epoch=epoch,
            train_loss=learned.loss,
            train_accuracy=learned.accuracy,
            validation_loss=validation_loss,
            validation_accuracy=validation_accuracy,
            gradient_norm=learned.gradient_norm,
            tokens=meter.tokens,
            seconds=meter.seconds,
            best=better,
        )
        done = epoch
        if config.patience and epoch - best.epoch >= config.patience:
            reason = Reason.EARLY
            break

    classifier.load_state_dict(best.weights)
    classifier.eval()
    yield Ended(reason, done, best.epoch, meter.tokens, meter.seconds)


def _learn(
    classifier: Classifier,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    part: Part,
    config: RunConfig,
    epoch: int,
    meter: "Meter",
    control: Control,
) -> Generator[BatchDone, None, "Learned | Reason"]:
    """One pass over the training part: what it gave, or why it was broken off."""
    rng = np.random.default_rng([config.seed, epoch])
    batches = shuffled_batches(part.lengths, config.batch_size, rng)
    clip_norm = config.optimiser.clip_norm or math.inf
    loss_sum, hits, norm_sum = 0.0, 0, 0.0
    for number, rows in enumerate(batches, start=1):
        with meter:
            classifier.train()
            torch.default_generator.manual_seed(int(rng.integers(2**63)))  # of dropout
            ids, lengths = (torch.from_numpy(array) for array in part.ids.padded(rows))
            targets = torch.from_numpy(part.labels[rows])
            optimiser.zero_grad()
            logits = classifier(ids, lengths)
            loss = task.loss(logits, targets)
            loss.backward()  # type: ignore[no-untyped-call]
            norm_sum += nn.utils.clip_grad_norm_(classifier.parameters(), clip_norm).item()
            optimiser.step()
            schedule.step()
            batch_loss = loss.item()
            loss_sum += batch_loss * len(rows)
            hits += task.correct(logits, targets)
            meter.tokens += int(lengths.sum())
        if not math.isfinite(loss_sum + norm_sum):
            return Reason.DIVERGED
        yield BatchDone(epoch, number, len(batches), meter.tokens, meter.seconds, batch_loss)
        if control() is Command.STOP:
            return Reason.STOPPED
    return Learned(loss_sum / len(part), hits / len(part), norm_sum / len(batches))


@dataclass(frozen=True)
class Learned:
    """Means over one epoch: loss and accuracy over its texts, gradient norm over its batches."""

    loss: float
    accuracy: float
    gradient_norm: float


@dataclass(frozen=True)
class Best:
    """The epoch with the lowest validation loss so far, and its weights."""

    epoch: int
    loss: float
    weights: dict[str, Any]


@dataclass
class Meter:
    """Counts tokens and, inside its `with` blocks, seconds of training."""

    tokens: int = 0
    seconds: float = 0.0

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *exception: object) -> None:
        self.seconds += time.perf_counter() - self._start


def _before_learning(classifier: Classifier, data: TrainingData) -> EpochDone:
    """Epoch 0: the validation part, and a sample of the training part, before any step."""
    part = data.train
    count = min(len(data.validation), FIRST_SAMPLE)
    rows = np.linspace(0, len(part) - 1, count).astype(int)  # evenly, for files sorted by class
    sample = Part([""] * len(rows), part.ids.chosen(rows), part.labels[rows])
    train_loss, train_accuracy = task.evaluate(classifier, sample)
    validation_loss, validation_accuracy = task.evaluate(classifier, data.validation)
    return EpochDone(0, train_loss, train_accuracy, validation_loss, validation_accuracy, 0.0, 0, 0.0, True)
