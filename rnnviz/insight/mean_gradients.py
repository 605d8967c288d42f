"""The gradient on its way back through many texts at once, counted in steps back from where reading ends.

The texts stand side by side in a batch, aligned at their ends, so that one pass back
through time serves them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnnviz.insight.gradients import half_life, l2_norms
from rnnviz.insight.trace import chosen_part
from rnnviz.models.cells import Cell, State
from rnnviz.models.classifier import Classifier
from rnnviz.text.vocabulary import Ids
from rnnviz.training.trained import Floats, TrainedModel

TEXTS_AT_ONCE = 32
SMALLEST = 1.2e-38
"""The least number that float32 has in full; what is below counts as 0."""


@dataclass(frozen=True)
class MeanProfile:
    """‖∂L/∂h‖ of many texts, each divided by that of its last step, by steps back from the end."""

    cell: str
    median: Floats
    """(steps,): the geometric median, that is, the median of the logarithms."""
    low: Floats
    """(steps,): a tenth of the texts lie below."""
    high: Floats
    """(steps,): a tenth of the texts lie above."""
    counts: npt.NDArray[np.int64]
    """(steps,): how many texts are long enough to have this step."""

    @property
    def half_life(self) -> float | None:
        """Steps back until the median first falls to half; None if it never does."""
        return half_life(self.median[::-1])


def mean_profile(cell: str, norms: Floats) -> MeanProfile:
    """Median and band of relative norms (texts, steps back), NaN where a text is too short.

    The band is that of the logarithms, from the 10% to the 90% quantile. A text whose
    gradient is 0 at the last step has no relative norms and counts nowhere.
    """
    usable = norms[np.isfinite(norms[:, 0])] if norms.size else norms
    counts = np.isfinite(usable).sum(axis=0)
    steps = int((counts > 0).sum())
    with np.errstate(divide="ignore"):
        logs = np.log(np.maximum(usable[:, :steps].astype(np.float64), SMALLEST))
    quantiles = np.exp(np.nanquantile(logs, [0.1, 0.5, 0.9], axis=0)) if steps else np.zeros((3, 0))
    low, median, high = np.where(quantiles <= SMALLEST * 1.001, 0, quantiles).astype(np.float32)
    return MeanProfile(cell, median, low, high, counts[:steps])


def relative_norms(
    model: TrainedModel,
    texts: Sequence[Ids],
    targets: Sequence[int],
    direction: str | None = None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Floats:
    """‖∂L/∂h‖ of the top layer k steps back from the end, divided by that at the end, (texts, longest).

    L is a text's cross-entropy of its target class; k = 0 is where reading ends, in the
    direction that is followed. NaN where a text has no such step, or where its last
    norm is 0. `tell` hears how many of all texts are done.
    """
    _layer, direction = chosen_part(model, None, direction)
    lengths = np.array([len(text) for text in texts])
    result = np.full((len(texts), lengths.max()), np.nan, dtype=np.float32)
    by_length = np.argsort(lengths, kind="stable")
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        rows = by_length[start : start + TEXTS_AT_ONCE]
        norms = _norms([texts[row] for row in rows], [targets[row] for row in rows], model.classifier, direction)
        for row, own in zip(rows, norms, strict=True):
            with np.errstate(divide="ignore", invalid="ignore"):
                relative = own / own[0]
            result[row, : len(own)] = relative if own[0] else np.nan
        tell(start + len(rows), len(texts))
    return result


def _norms(texts: Sequence[Ids], targets: Sequence[int], classifier: Classifier, direction: str) -> list[Floats]:
    """For each text the norms from where reading ends back to where it began."""
    lengths = torch.tensor([len(text) for text in texts])
    time = int(lengths.max())
    ids = torch.zeros(time, len(texts), dtype=torch.int64)
    for column, text in enumerate(texts):
        ids[time - len(text) :, column] = torch.from_numpy(text.astype(np.int64))
    is_text = (torch.arange(time)[:, None] >= time - lengths)[..., None]
    with torch.enable_grad():
        inputs: Tensor = classifier.embedding(ids).detach().requires_grad_()
        ways: dict[str, list[Tensor]] = {}
        for layer in range(classifier.config.layers):
            ways = {way: _read(classifier.cell(layer, way), inputs, is_text, way) for way in classifier.directions}
            inputs = torch.cat([torch.stack(states) for states in ways.values()], dim=-1)
        in_order = torch.cat([_from_their_beginning(states, lengths, way) for way, states in ways.items()], dim=-1)
        logits = classifier.judge(classifier.summary.batch(in_order, lengths))
        loss = cross_entropy(logits, torch.tensor(targets), reduction="sum")
        nodes = ways[direction]
        gradients = torch.autograd.grad(loss, nodes)
    norms = l2_norms(torch.stack(gradients)).T.numpy()
    own = [row[time - length :] for row, length in zip(norms, lengths.tolist(), strict=True)]
    return [row[::-1] for row in own] if direction == "forward" else own


def _read(cell: Cell, inputs: Tensor, is_text: Tensor, way: str) -> list[Tensor]:
    """The hidden state (texts, H) after each step, in text order; beside a text the state stays as it is."""
    state: State = cell.initial_state(inputs.shape[1])
    hidden: list[Tensor] = [state[0]] * len(inputs)
    for t in range(len(inputs)) if way == "forward" else range(len(inputs) - 1, -1, -1):
        _values, after = cell.step(inputs[t], state)
        state = tuple(torch.where(is_text[t], new, old) for new, old in zip(after, state, strict=True))
        hidden[t] = state[0]
    return hidden


def _from_their_beginning(states: list[Tensor], lengths: Tensor, way: str) -> Tensor:
    """States (time, texts, H) of texts aligned at their ends to (texts, time, H), each from where reading began."""
    time = len(states)
    steps = torch.arange(time)
    if way == "forward":
        places = (steps + (time - lengths)[:, None]).clamp(max=time - 1)
    else:
        places = (time - 1 - steps).expand(len(lengths), time)
    return torch.stack(states)[places, torch.arange(len(lengths))[:, None]]
