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

from rnnviz.errors import BadInput
from rnnviz.models.classifier import Classifier
from rnnviz.text.batches import shuffled_batches
from rnnviz.training import task
from rnnviz.training.config import OptimiserConfig, RunConfig
from rnnviz.training.data import Part, TrainingData
from rnnviz.training.events import (
    BatchDone,
    Command,
    Control,
    Ended,
    EpochDone,
    Event,
    Examples,
    Reason,
    uncontrolled,
)
from rnnviz.training.state import TrainingState, copied

FIRST_SAMPLE = 500
"""Training texts that epoch 0 looks at, so that the first point does not have to be waited for."""


ENDS = {Command.STOP: Reason.STOPPED, Command.OUT_OF_TIME: Reason.OUT_OF_TIME}
"""Why a training ended that was told to."""


def build_classifier(config: RunConfig, data: TrainingData) -> Classifier:
    """The net of a configuration, with the weights its seed gives; frozen embeddings have no gradient."""
    torch.manual_seed(config.seed)
    classifier = Classifier(config.model, len(data.vocabulary), len(data.classes))
    classifier.embedding.requires_grad_(config.optimiser.embeddings == "learned")
    return classifier


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
    """Train `classifier` in place from the beginning; see `Training.events`."""
    return Training(classifier, data, config).events(control)


class Training:
    """A net on its way: with optimiser, schedule and counters, and the best weights so far.

    The randomness of an epoch (order of the texts, dropout) follows from the seed and the
    number of the epoch alone, whatever is drawn between two events.
    """

    def __init__(self, classifier: Classifier, data: TrainingData, config: RunConfig) -> None:
        self.classifier, self.data, self.config = classifier, data, config
        self.optimiser = build_optimiser(config.optimiser, classifier)
        self.batches = -(-len(data.train) // config.batch_size)
        self.schedule = build_schedule(config.optimiser, self.optimiser, config.epochs * self.batches)
        self.meter = Meter()
        self.best = Best(0, math.inf, {})
        self.epoch = 0
        """Epochs that are completed."""
        self._begun = False

    @property
    def is_out_of_patience(self) -> bool:
        """Whether so many epochs have gone by without a better validation loss that no other follows."""
        return 0 < self.config.patience <= self.epoch - self.best.epoch

    @property
    def is_over(self) -> bool:
        """Whether no epoch follows, whatever is asked for."""
        return self.epoch >= self.config.epochs or self.is_out_of_patience

    def state(self) -> TrainingState:
        """All that the next epoch depends on, as a copy; asked for between an `EpochDone` and what comes next."""
        optimiser = self.optimiser.state_dict()
        moments = {number: copied(kept) for number, kept in optimiser["state"].items()}
        return TrainingState(
            self.epoch,
            self.config.epochs,
            copied(self.classifier.state_dict()),
            {**optimiser, "state": moments},
            copy.deepcopy(self.schedule.state_dict()),
            self.best.epoch,
            self.best.loss,
            self.best.weights,
            self.meter.tokens,
            self.meter.seconds,
        )

    def resume(self, state: TrainingState) -> None:
        """Go on behind the epoch of a state; `BadInput` where it is one of another net.

        Where more epochs are wanted than the state was planned for, a schedule begins anew over those that are left.
        """
        try:
            self.classifier.load_state_dict(state.weights)
            self.optimiser.load_state_dict(state.optimiser)
            if state.planned == self.config.epochs or self.config.optimiser.schedule == "constant":
                self.schedule.load_state_dict(state.schedule)
            else:
                steps = (self.config.epochs - state.epoch) * self.batches
                self.schedule = build_schedule(self.config.optimiser, self.optimiser, steps)
        except (RuntimeError, ValueError, KeyError, TypeError) as error:
            raise BadInput(
                "The state of the training does not fit its configuration: {reason}.", reason=error
            ) from None
        self.meter = Meter(state.tokens, state.seconds)
        self.best = Best(state.best_epoch, state.best_loss, state.best_weights)
        self.epoch, self._begun = state.epoch, True

    def events(self, control: Control = uncontrolled) -> Iterator[Event]:
        """An `EpochDone` 0, a `BatchDone` each batch, an `EpochDone` each epoch, `Ended`.

        A resumed training begins with the first batch of its next epoch.

        The best weights by validation loss are in the classifier at the end; a loss that is
        not finite, in training or validation, ends the training as `DIVERGED`.

        It runs on one thread: batches of this size gain nothing from a second one, other
        trainings get the cores, and sums keep their last bits. A gradient that vanishes over
        hundreds of steps ends in denormal numbers, a hundred times slower to compute with;
        here they count as zero.
        """
        torch.set_num_threads(1)
        torch.set_flush_denormal(True)
        try:
            reason = yield from self._epochs(control)
        finally:
            torch.set_flush_denormal(False)
        self.classifier.load_state_dict(self.best.weights)
        self.classifier.eval()
        yield Ended(reason, self.epoch, self.best.epoch, self.meter.tokens, self.meter.seconds)

    def _epochs(self, control: Control) -> Generator[Event, None, Reason]:
        """Pass after pass over the training part until the last, or until something ends the training."""
        if not self._begun:
            first = before_learning(self.classifier, self.data)
            self._keep_if_better(first.validation_loss)
            yield first
        elif end := self._obey(control):
            return ENDS[end]
        while self.epoch < self.config.epochs:
            learned = yield from self._learn(self.epoch + 1, control)
            if isinstance(learned, Reason):
                return learned
            with self.meter:
                validation_loss, validation_accuracy = task.evaluate(self.classifier, self.data.validation)
            if not math.isfinite(validation_loss):
                return Reason.DIVERGED
            self.epoch += 1
            better = self._keep_if_better(validation_loss)
            yield EpochDone(
                epoch=self.epoch,
                train_loss=learned.loss,
                train_accuracy=learned.accuracy,
                validation_loss=validation_loss,
                validation_accuracy=validation_accuracy,
                gradient_norm=learned.gradient_norm,
                tokens=self.meter.tokens,
                seconds=self.meter.seconds,
                best=better,
            )
            if self.is_out_of_patience:
                return Reason.EARLY
            if self.epoch < self.config.epochs and (end := self._obey(control)):
                return ENDS[end]
        return Reason.COMPLETED

    def _learn(self, epoch: int, control: Control) -> Generator[BatchDone, None, "Learned | Reason"]:
        """One pass over the training part: what it gave, or why it was broken off."""
        classifier, part = self.classifier, self.data.train
        rng = np.random.default_rng([self.config.seed, epoch])
        batches = shuffled_batches(part.lengths, self.config.batch_size, rng)
        clip_norm = self.config.optimiser.clip_norm or math.inf
        loss_sum, hits, norm_sum = 0.0, 0, 0.0
        for number, rows in enumerate(batches, start=1):
            with self.meter:
                classifier.train()
                torch.default_generator.manual_seed(int(rng.integers(2**63)))  # of dropout
                ids, lengths = (torch.from_numpy(array) for array in part.ids.padded(rows))
                targets = torch.from_numpy(part.labels[rows])
                self.optimiser.zero_grad()
                logits = classifier(ids, lengths)
                loss = task.loss(logits, targets)
                loss.backward()  # type: ignore[no-untyped-call]
                norm = nn.utils.clip_grad_norm_(classifier.parameters(), clip_norm).item()
                rate = self.optimiser.param_groups[0]["lr"]
                self.optimiser.step()
                self.schedule.step()
                batch_loss = loss.item()
                loss_sum += batch_loss * len(rows)
                norm_sum += norm
                hits += task.correct(logits, targets)
                self.meter.tokens += int(lengths.sum())
            if not math.isfinite(loss_sum + norm_sum):
                return Reason.DIVERGED
            examples = Examples(rows, logits.detach())
            done = self.meter.tokens, self.meter.seconds
            yield BatchDone(epoch, number, len(batches), *done, batch_loss, norm, rate, examples)
            if number < len(batches) and (end := self._obey(control)):
                return ENDS[end]
        return Learned(loss_sum / len(part), hits / len(part), norm_sum / len(batches))

    def _obey(self, control: Control) -> Command | None:
        """Do what is asked for until nothing more is; to end is for the caller to do."""
        while (asked := control()) is not None:
            if isinstance(asked, Command):
                return asked
            change_rate(self.optimiser, asked.learning_rate)
        return None

    def _keep_if_better(self, validation_loss: float) -> bool:
        better = validation_loss < self.best.loss
        if better or not self.best.weights:
            self.best = Best(self.epoch, validation_loss, copied(self.classifier.state_dict()))
        return better


def change_rate(optimiser: torch.optim.Optimizer, learning_rate: float) -> None:
    """Make this the learning rate of the next step, and stretch what a schedule has planned in proportion."""
    for group in optimiser.param_groups:
        factor = learning_rate / group["lr"]
        for name in ("initial_lr", "max_lr", "min_lr"):
            if name in group:
                group[name] *= factor
        group["lr"] = learning_rate


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


def before_learning(classifier: Classifier, data: TrainingData) -> EpochDone:
    """Epoch 0: the validation part, and a sample of the training part, before any step."""
    part = data.train
    count = min(len(data.validation), FIRST_SAMPLE)
    rows = np.linspace(0, len(part) - 1, count).astype(int)  # evenly, for files sorted by class
    sample = Part([""] * len(rows), part.ids.chosen(rows), part.labels[rows])
    train_loss, train_accuracy = task.evaluate(classifier, sample)
    validation_loss, validation_accuracy = task.evaluate(classifier, data.validation)
    return EpochDone(0, train_loss, train_accuracy, validation_loss, validation_accuracy, 0.0, 0, 0.0, True)
