"""A look at the step that was just taken: its texts, what the net said of them, and where the gradient was."""

from dataclasses import dataclass

import torch
from torch import nn

from rnnviz.training import task
from rnnviz.training.data import Part
from rnnviz.training.events import BatchDone


@dataclass(frozen=True)
class BatchLook:
    """One batch, text by text, as it was before the step, with dropout on."""

    texts: tuple[str, ...]
    targets: tuple[int, ...]
    """Class numbers."""
    probabilities: tuple[tuple[float, ...], ...]
    """(batch, classes)"""
    losses: tuple[float, ...]
    """Cross-entropy of each text in nats; their mean is the loss of the batch."""
    gradient_norms: dict[str, float]
    """L2 norm of the gradient of each parameter by name, before clipping."""


def look_at(done: BatchDone, part: Part, classifier: nn.Module) -> BatchLook:
    """The step that `done` tells of; the gradients are still in the parameters until the next one."""
    rows, logits = done.examples.rows, done.examples.logits
    targets = torch.from_numpy(part.labels[rows])
    clipped = {
        name: float(parameter.grad.norm())
        for name, parameter in classifier.named_parameters()
        if parameter.grad is not None
    }
    total = sum(norm**2 for norm in clipped.values()) ** 0.5
    scale = done.gradient_norm / total if total else 1.0
    return BatchLook(
        tuple(part.texts[int(row)] for row in rows),
        tuple(targets.tolist()),
        tuple(map(tuple, torch.softmax(logits, dim=-1).tolist())),
        tuple(task.losses(logits, targets).tolist()),
        {name: scale * norm for name, norm in clipped.items()},
    )
