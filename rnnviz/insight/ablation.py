"""What units are worth: the report on many texts after surgery, without each unit, and from each unit alone."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from rnnviz.evaluation.answers import Tell, answer, nothing
from rnnviz.evaluation.report import classification_report
from rnnviz.insight.surgery import Cut, operate
from rnnviz.insight.trace import chosen_part
from rnnviz.models.batched import read_layers
from rnnviz.text.batches import ordered_batches
from rnnviz.text.sequences import Places
from rnnviz.training.data import Part
from rnnviz.training.task import EVALUATION_BATCH
from rnnviz.training.trained import Floats, TrainedModel


def chosen(part: Part, rows: Places) -> Part:
    """Some texts of a part."""
    return replace(part, texts=[part.texts[row] for row in rows], ids=part.ids.chosen(rows), labels=part.labels[rows])


def some_of(part: Part, most: int) -> Part:
    """At most so many texts of a part, at random but always the same."""
    return part if len(part) <= most else chosen(part, np.sort(np.random.default_rng(0).permutation(len(part))[:most]))


def report_on(model: TrainedModel, part: Part, tell: Tell = nothing) -> dict[str, Any]:
    """The classification report of a model, operated or not, on a part; in the shape of scikit-learn's."""
    return classification_report(answer(model, part, tell).confusion, model.classes)


@dataclass(frozen=True)
class UnitWorth:
    """What each unit of one layer and direction is worth on some texts."""

    accuracy: float
    """Of the whole net."""
    without: Floats
    """(units,): the accuracy with the hidden state of this unit held at 0 throughout."""
    alone: Floats
    """(units,): the accuracy of a classifier that sees the last state of this unit alone."""
    texts: int


def unit_worth(
    model: TrainedModel, part: Part, layer: int | None = None, direction: str | None = None, tell: Tell = nothing
) -> UnitWorth:
    """Ablation of each unit by itself, and each unit by itself alone.

    "Alone" gives a text the class whose mean of this unit is nearest to the unit's state after
    the last token read (`nearest_mean_accuracy`).
    """
    layer, direction = chosen_part(model, layer, direction)
    units = model.config.model.hidden_size
    without = np.zeros(units, dtype=np.float32)
    for unit in range(units):
        cut = Cut("hidden", (unit,), 0.0, layer=layer, direction=direction)
        without[unit] = accuracy(answer(operate(model, (cut,)), part).predicted, part)
        tell(unit + 1, units)
    states = final_states(model, part, layer, direction)
    alone = [nearest_mean_accuracy(states[:, unit], part.labels) for unit in range(units)]
    whole = accuracy(answer(model, part).predicted, part)
    return UnitWorth(whole, without, np.array(alone, dtype=np.float32), len(part))


def accuracy(given: Places, part: Part) -> float:
    return float((given == part.labels).mean())


def nearest_mean_accuracy(values: Floats, labels: Places) -> float:
    """How often the class whose mean is nearest to a text's value is its own; values and labels (texts,).

    Two-fold: the means come from the texts at even places for those at odd ones, and the other
    way round, so no text is judged by a mean that it is part of.
    """
    right = 0
    even = np.arange(len(values)) % 2 == 0
    for judged in (even, ~even):
        known = np.unique(labels[~judged])
        if len(known):
            means = np.array([values[~judged & (labels == label)].mean() for label in known])
            nearest = known[np.abs(values[judged, None] - means).argmin(axis=1)]
            right += int((nearest == labels[judged]).sum())
    return right / len(values)


@torch.no_grad()
def final_states(model: TrainedModel, part: Part, layer: int, direction: str) -> Floats:
    """The state of each unit after the last token that is read, (texts, units)."""
    result = np.zeros((len(part), model.config.model.hidden_size), dtype=np.float32)
    for rows in ordered_batches(part.lengths, EVALUATION_BATCH):
        ids, lengths = (torch.from_numpy(each) for each in part.ids.padded(rows))
        embedded = model.classifier.embedding(ids)
        states = read_layers(model.classifier, layer, embedded, lengths)[direction]
        result[rows] = states[torch.arange(len(rows)), lengths - 1].numpy()
    return result
