"""The trace: every state and gate of a net at every token of one text."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnnviz.errors import NOT_ONE_OF, OUT_OF_RANGE, BadInput, Term, listed
from rnnviz.language import N_
from rnnviz.models.cells import CELLS, Quantity, Values
from rnnviz.models.unrolled import embed, running_summary, unroll_classifier
from rnnviz.training.trained import Floats, Reading, TrainedModel

PREFIXES_AT_ONCE = 64
"""Beginnings of a text that a net that reads both ways reads side by side: a thousand long ones would fill memory."""


@dataclass(frozen=True)
class Trace:
    """What one layer and direction did while it read one text; time runs in text order."""

    cell: str
    classes: tuple[str, ...]
    tokens: tuple[str, ...]
    layer: int
    direction: str
    gates: tuple[Quantity, ...]
    states: tuple[Quantity, ...]
    values: dict[str, Floats]
    """Every named value of the cell, gates and states among them, each (tokens, units)."""
    probabilities: Floats
    """(tokens, classes): the prediction if reading ended after this token."""
    start: Floats
    """(classes,): the prediction before any token, from the zeros that the net starts with."""
    last: int
    """Where reading ends and the answer is given: at the last token (-1), or at the first (0)."""

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """All that is worth a heatmap: the states, hidden first, then the gates."""
        return (*self.states, *self.gates)

    @property
    def units(self) -> int:
        return int(self.values["hidden"].shape[1])


@torch.inference_mode()
def trace(model: TrainedModel, reading: Reading, layer: int | None = None, direction: str | None = None) -> Trace:
    """Read a text with the written-out cells and keep everything.

    `layer` counts from 0 and is the top one if not given; `direction` is the one in
    which the net reads, forward if it reads both ways. A net that reads in one direction
    has one prediction after each token of its way; for one that reads both ways it is
    the prediction for the text up to and with this token. `BadInput` for a layer or
    direction that the net does not have.
    """
    layer, direction = chosen_part(model, layer, direction)
    unrolled = unroll_classifier(model.classifier, embed(model.classifier, torch.from_numpy(reading.ids)))
    cell = CELLS[model.config.model.cell]
    return Trace(
        cell.name,
        model.classes,
        reading.tokens,
        layer,
        direction,
        cell.gates,
        cell.states,
        _stacked(unrolled.steps[layer, direction]),
        _running_probabilities(model, reading, unrolled.steps),
        _softmax(model.classifier.judge(torch.zeros(model.classifier.head.in_features))),
        0 if model.classifier.directions == ("reverse",) else -1,
    )


def chosen_part(model: TrainedModel, layer: int | None, direction: str | None) -> tuple[int, str]:
    """The layer and direction that are meant, checked against what the net has."""
    layers, directions = model.config.model.layers, model.classifier.directions
    layer = layers - 1 if layer is None else layer
    direction = directions[0] if direction is None else direction
    if not 0 <= layer < layers:
        raise BadInput(OUT_OF_RANGE, name=Term(N_("Layer")), value=layer, low=0, high=layers - 1)
    if direction not in directions:
        raise BadInput(NOT_ONE_OF, name=Term(N_("Direction")), value=direction, allowed=listed(directions))
    return layer, direction


def _stacked(steps: list[Values]) -> dict[str, Floats]:
    return {name: torch.cat([step[name] for step in steps]).numpy() for name in steps[0]}


def _running_probabilities(model: TrainedModel, reading: Reading, steps: dict[tuple[int, str], list[Values]]) -> Floats:
    directions = model.classifier.directions
    if len(directions) == 2:
        ids = reading.ids
        prefixes = [Reading("", reading.tokens[:t], ids[:t], (), 0) for t in range(1, len(ids) + 1)]
        starts = range(0, len(prefixes), PREFIXES_AT_ONCE)
        return np.concatenate([model.probabilities(prefixes[start : start + PREFIXES_AT_ONCE]) for start in starts])
    (way,) = directions
    summary = running_summary(model.classifier, {way: steps[model.config.model.layers - 1, way]})
    return _softmax(model.classifier.judge(summary if way == "forward" else summary.flip(0)))


def _softmax(scores: Tensor) -> Floats:
    result: Floats = torch.softmax(scores, dim=-1).numpy()
    return result
