"""What the answer leans on: how much the running prediction at each step depends on each token read before it."""

from dataclasses import dataclass

import numpy as np
import torch

from rnnviz.insight.attribution import Tell, at_once, class_number, log_odds, scores_of
from rnnviz.insight.gradients import l2_norms
from rnnviz.insight.trace import Trace
from rnnviz.text.batches import pad
from rnnviz.training.trained import Floats, Reading, TrainedModel


@dataclass(frozen=True)
class Leaning:
    """Norms of gradients of the running prediction, present steps down, tokens that were read across."""

    tokens: tuple[str, ...]
    target: str
    backwards: bool
    """Whether the net reads from the end: it then leans on later tokens of the text."""
    norms: Floats
    """(tokens, tokens): ‖∂f_t/∂x_s‖₂ in row t and column s; 0 where s has not been read at t."""

    @property
    def shares(self) -> Floats:
        """Each row divided by its largest value, so that it says where, not how much."""
        largest = self.norms.max(axis=1, keepdims=True)
        shares: Floats = np.divide(self.norms, largest, out=np.zeros_like(self.norms), where=largest > 0)
        return shares

    def reach(self, step: int) -> int:
        """How many of the tokens read last hold half of the row of a step (from 0) together."""
        row = self.norms[step, step:] if self.backwards else self.norms[step, step::-1]
        summed = row.astype(np.float64).cumsum()
        return int(np.searchsorted(summed, summed[-1] / 2)) + 1


def leaning(
    model: TrainedModel,
    reading: Reading,
    trace: Trace,
    target: str | None = None,
    tell: Tell = lambda _share: None,
) -> Leaning:
    """‖∂f_t/∂x_s‖₂ for every step t and token s, f_t the log-odds of a class if reading ended at t.

    The connectivity of Madsen (2019), "Visualizing memorization in RNNs", Distill, with the
    answer of a classifier in place of the next letter. The norm of h_t is not what is asked
    of: its direction says nothing of the answer, and a saturated state hides what it holds.
    Every beginning of the text stands in a batch of its own row, so one pass back serves many
    steps; a net that reads backwards reads the endings. `target` is the class predicted in the
    end if none is given; `BadInput` for an unknown one.
    """
    number = class_number(model, trace, target)
    ids, count = reading.ids, len(reading.ids)
    backwards = model.classifier.directions == ("reverse",)
    read = [slice(t, count) if backwards else slice(0, t + 1) for t in range(count)]
    norms = np.zeros((count, count), dtype=np.float32)
    size = at_once(model, count)
    for start in range(0, count, size):
        rows = range(start, min(start + size, count))
        padded, lengths = (torch.from_numpy(each) for each in pad([ids[read[t]] for t in rows]))
        with torch.enable_grad():
            embedded = model.classifier.embedding(padded).detach().requires_grad_()
            answers = log_odds(scores_of(model.classifier, embedded, lengths), number)
            (gradients,) = torch.autograd.grad(answers.sum(), embedded)
        for row, t in zip(l2_norms(gradients).numpy(), rows, strict=True):
            norms[t, read[t]] = row[: read[t].stop - read[t].start]
        tell((rows[-1] + 1) / count)
    return Leaning(reading.tokens, model.classes[number], backwards, norms)
