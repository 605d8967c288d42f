"""The split into train, validation and test: stratified, seeded, and never leaking."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.errors import BadInput
from rnnviz.language import N_

FRACTIONS = (0.7, 0.1, 0.2)
PARTS = ("train", "validation", "test")
TOO_FEW = N_("Class “{name}” has {count} different texts after cleaning; at least 4 are needed to split them.")


@dataclass(frozen=True)
class Split:
    """Row numbers of each part, ascending; every row stands in exactly one."""

    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]


def stratified_split(labels: Sequence[str], seed: int) -> Split:
    """70 / 10 / 20 within each class, drawn with `seed`.

    The texts behind `labels` must differ from each other, as cleaning leaves them:
    then no text can stand on two sides.
    """
    rng = np.random.default_rng(seed)
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for name in sorted(set(labels)):
        rows = np.array([row for row, label in enumerate(labels) if label == name])
        if len(rows) < 4:
            raise BadInput(TOO_FEW, name=name, count=len(rows))
        rng.shuffle(rows)
        validation = max(1, round(len(rows) * FRACTIONS[1]))
        test = max(1, round(len(rows) * FRACTIONS[2]))
        train = len(rows) - validation - test
        for part, chosen in zip(parts, np.split(rows, [train, train + validation]), strict=True):
            part.extend(chosen.tolist())
    return Split(*(tuple(sorted(part)) for part in parts))
