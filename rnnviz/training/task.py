"""What a run learns to do, in one place: targets, loss, score. Today: one class for a whole text."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnnviz.models.classifier import Classifier
from rnnviz.text.batches import ordered_batches
from rnnviz.training.data import Part

EVALUATION_BATCH = 256


def loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats of scores (batch, classes) against class numbers (batch,)."""
    return cross_entropy(logits, targets)


def losses(logits: Tensor, targets: Tensor) -> Tensor:
    """The same of each text, (batch,)."""
    return cross_entropy(logits, targets, reduction="none")


def correct(logits: Tensor, targets: Tensor) -> int:
    """How many of the batch have their class on top."""
    return int((logits.argmax(dim=-1) == targets).sum())


@torch.no_grad()
def scores(classifier: Classifier, part: Part) -> Tensor:
    """Scores (texts, classes) of a whole part in its own order, without dropout."""
    was_training = classifier.training
    classifier.eval()
    result = torch.empty(len(part), classifier.head.out_features)
    for rows in ordered_batches(part.lengths, EVALUATION_BATCH):
        ids, lengths = part.ids.padded(rows)
        result[rows] = classifier(torch.from_numpy(ids), torch.from_numpy(lengths))
    classifier.train(was_training)
    return result


def evaluate(classifier: Classifier, part: Part) -> tuple[float, float]:
    """Mean loss in nats, and accuracy, of a part."""
    logits, targets = scores(classifier, part), torch.from_numpy(part.labels)
    return loss(logits, targets).item(), correct(logits, targets) / len(part)
