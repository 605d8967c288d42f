"""Answers: the class probabilities that a net or a baseline gave to the texts of one part."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from rnnviz.evaluation.report import Counts, confusion_matrix
from rnnviz.text.batches import ordered_batches
from rnnviz.training.data import Part
from rnnviz.training.task import EVALUATION_BATCH
from rnnviz.training.trained import TrainedModel

Tell = Callable[[int, int], None]
"""Hears how many of how many texts are done."""


def nothing(done: int, total: int) -> None:
    """Tells nobody."""
    del done, total


@dataclass(frozen=True, eq=False)
class Answers:
    """What was answered to each text of a part, in the order of the part."""

    classes: tuple[str, ...]
    targets: npt.NDArray[np.int64]
    """(texts,): the number of the true class."""
    probabilities: npt.NDArray[np.float32]
    """(texts, classes)"""

    def __len__(self) -> int:
        return len(self.targets)

    @cached_property
    def predicted(self) -> npt.NDArray[np.int64]:
        """(texts,): the number of the class with the highest probability, the first of them where they tie."""
        first: npt.NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return first

    @cached_property
    def correct(self) -> npt.NDArray[np.bool_]:
        """(texts,): whether the prediction is right."""
        right: npt.NDArray[np.bool_] = self.predicted == self.targets
        return right

    @cached_property
    def confidence(self) -> npt.NDArray[np.float32]:
        """(texts,): the probability of the predicted class."""
        highest: npt.NDArray[np.float32] = self.probabilities.max(axis=1)
        return highest

    @cached_property
    def confusion(self) -> Counts:
        """(classes, classes): how often each true class (row) was given each predicted class (column)."""
        return confusion_matrix(self.targets, self.predicted, len(self.classes))


@torch.no_grad()
def answer(model: TrainedModel, part: Part, tell: Tell = nothing) -> Answers:
    """The answers of a model to all texts of a part."""
    given = np.zeros((len(part), len(model.classes)), dtype=np.float32)
    done = 0
    for rows in ordered_batches(part.lengths, EVALUATION_BATCH):
        ids, lengths = part.ids.padded(rows)
        scores = model.classifier(torch.from_numpy(ids), torch.from_numpy(lengths))
        given[rows] = torch.softmax(scores, dim=-1).numpy()
        done += len(rows)
        tell(done, len(part))
    return Answers(model.classes, part.labels, given)
