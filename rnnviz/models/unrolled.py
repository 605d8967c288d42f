"""A whole classifier unrolled on the written-out cells, layer by layer, token by token."""

from dataclasses import dataclass

import torch
from torch import Tensor

from rnnviz.models.cells import Values
from rnnviz.models.classifier import Classifier


@dataclass(frozen=True)
class Unrolled:
    """One text on its way through the net, every value still part of the autograd graph."""

    embedded: Tensor
    """(time, 1, embedding)"""
    steps: dict[tuple[int, str], list[Values]]
    """By layer and direction: the values of each time step, in text order for both directions."""
    logits: Tensor
    """(1, classes)"""


def embed(classifier: Classifier, ids: Tensor) -> Tensor:
    """Token numbers (time,) to vectors (time, 1, embedding)."""
    embedded: Tensor = classifier.embedding(ids)[:, None, :]
    return embedded


def unroll_classifier(classifier: Classifier, embedded: Tensor) -> Unrolled:
    """Read embedded tokens (time, 1, embedding) with the written-out cells; no dropout, as in `eval()`.

    Each time step of the top layer is its own node of the graph, so the gradient with
    respect to it is the total derivative along all later steps.
    """
    inputs = embedded
    steps: dict[tuple[int, str], list[Values]] = {}
    for layer in range(classifier.config.layers):
        outputs = []
        for direction in classifier.directions:
            values = _read(classifier, layer, direction, inputs)
            steps[layer, direction] = values
            outputs.append(torch.stack([step["hidden"] for step in values]))
        inputs = torch.cat(outputs, dim=-1)
    top = {direction: steps[classifier.config.layers - 1, direction] for direction in classifier.directions}
    summary = running_summary(classifier, top)
    return Unrolled(embedded, steps, classifier.judge(summary[-1:]))


def running_summary(classifier: Classifier, top: dict[str, list[Values]]) -> Tensor:
    """The read-out (time, …) of the top layer's states after each step, each direction in its own order."""
    ways = [
        torch.cat([step["hidden"] for step in (steps if way == "forward" else steps[::-1])])
        for way, steps in top.items()
    ]
    return classifier.summary.running(torch.cat(ways, dim=-1))


def _read(classifier: Classifier, layer: int, direction: str, inputs: Tensor) -> list[Values]:
    cell = classifier.cell(layer, direction)
    state = cell.initial_state()
    order = range(len(inputs)) if direction == "forward" else range(len(inputs) - 1, -1, -1)
    steps: list[Values] = [{}] * len(inputs)
    for t in order:
        steps[t], state = cell.step(inputs[t], state)
    return steps
