"""Whole trainings, and what is looked at of them: for tests of how they go."""

import dataclasses
import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnnviz.models.classifier import Classifier
from rnnviz.training.config import RunConfig
from rnnviz.training.data import Part, TrainingData
from rnnviz.training.events import Ended, EpochDone, Event
from rnnviz.training.loop import build_classifier, train

WHOLE_PART = 1024
"""A batch size that makes one batch of the whole training part."""


def run(config: RunConfig, data: TrainingData, **more: Any) -> tuple[Classifier, list[Event]]:
    """A whole training from the beginning: the trained net and all events."""
    classifier = build_classifier(config, data)
    return classifier, list(train(classifier, data, config, **more))


def timeless(events: list[Event]) -> list[Event]:
    """The events without the seconds, which no seed can promise."""
    return [dataclasses.replace(event, seconds=0.0) for event in events]


def epochs_of(events: list[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


def end_of(events: list[Event]) -> Ended:
    assert isinstance(events[-1], Ended)
    return events[-1]


def weights(classifier: Classifier) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in classifier.state_dict().items()}


def same_weights(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def gradients_of(classifier: Classifier, part: Part) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss and gradients of a whole part, with `torch.nn` modules called by hand, text by text."""
    rows = []
    for text in part.ids:
        outputs, _ = classifier.rnn(classifier.embedding(torch.from_numpy(text))[None])
        rows.append(classifier.head(outputs[0, -1]))
    loss = cross_entropy(torch.stack(rows), torch.from_numpy(part.labels))
    parameters = dict(classifier.named_parameters())
    return loss, dict(zip(parameters, torch.autograd.grad(loss, list(parameters.values())), strict=True))


def norm_of(gradients: dict[str, Tensor]) -> float:
    return math.sqrt(sum(float((gradient.double() ** 2).sum()) for gradient in gradients.values()))
