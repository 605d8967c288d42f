"""A bank of states: the hidden state of every unit at every token of many texts, small enough to keep on disk."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from rnnviz.models.batched import read_layers
from rnnviz.models.classifier import reverse_texts
from rnnviz.text.batches import ordered_batches
from rnnviz.text.sequences import Places
from rnnviz.training.data import Part
from rnnviz.training.task import EVALUATION_BATCH
from rnnviz.training.trained import Floats, TrainedModel

SCALE = 32767
"""Hidden states lie between -1 and 1 and are kept as whole numbers of 16 bits: exact to 0.00002."""

Banked = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class StateBank:
    """The states of all texts of a part, one text behind the other, in text order."""

    states: Banked
    """(units, tokens of all texts), times `SCALE`."""
    ends: Places
    """(texts,): where each text ends."""

    @cached_property
    def starts(self) -> Places:
        return np.concatenate([np.zeros(1, np.int64), self.ends[:-1]])

    @property
    def units(self) -> int:
        return int(self.states.shape[0])

    def of_text(self, row: int) -> Floats:
        """The states of one text, (tokens, units)."""
        return np.asarray(self.states[:, self.starts[row] : self.ends[row]].T / SCALE, dtype=np.float32)


def bank_shape(model: TrainedModel, part: Part) -> tuple[int, int]:
    """(units, tokens of all texts) of the bank of a part."""
    return model.config.model.hidden_size, len(part.ids.flat)


@torch.no_grad()
def fill_bank(
    model: TrainedModel, part: Part, layer: int, direction: str, states: Banked, tell: Callable[[int, int], None]
) -> StateBank:
    """Read all texts of a part into `states`, which has the shape of `bank_shape`, perhaps on disk."""
    done, starts = 0, part.ids.starts
    for rows in ordered_batches(part.lengths, EVALUATION_BATCH):
        ids, lengths = (torch.from_numpy(each) for each in part.ids.padded(rows))
        hidden = read_layers(model.classifier, layer, model.classifier.embedding(ids), lengths)[direction]
        in_text_order = reverse_texts(hidden, lengths) if direction == "reverse" else hidden
        whole = (in_text_order * SCALE).round().to(torch.int16).numpy()
        for place, row in enumerate(rows.tolist()):
            length = int(lengths[place])
            states[:, starts[row] : starts[row] + length] = whole[place, :length].T
        done += len(rows)
        tell(done, len(part))
    return StateBank(states, part.ids.ends)
