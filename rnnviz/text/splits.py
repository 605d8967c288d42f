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


OFFICIAL_VALIDATION = 0.04
"""Share of a source's own training part that becomes the validation part."""


def official_split(labels: Sequence[str], test: int, seed: int) -> Split:
    """The split of the source: its last `test` rows are the test part, the validation part is cut from the others."""
    train, validation = _drawn(labels[: len(labels) - test], (OFFICIAL_VALIDATION,), seed)
    return Split(train, validation, tuple(range(len(labels) - test, len(labels))))


def stratified_split(labels: Sequence[str], seed: int) -> Split:
    """70 / 10 / 20 within each class, drawn with `seed`.

    The texts behind `labels` must differ from each other, as cleaning leaves them:
    then no text can stand on two sides.
    """
    return Split(*_drawn(labels, FRACTIONS[1:], seed))


def _drawn(labels: Sequence[str], shares: Sequence[float], seed: int) -> list[tuple[int, ...]]:
    """Rows in parts: first what is left, then a share of each class for each part."""
    rng = np.random.default_rng(seed)
    parts: list[list[int]] = [[] for _ in range(len(shares) + 1)]
    for name in sorted(set(labels)):
        rows = np.array([row for row, label in enumerate(labels) if label == name])
        if len(rows) < 4:
            raise BadInput(TOO_FEW, name=name, count=len(rows))
        rng.shuffle(rows)
        sizes = [max(1, round(len(rows) * share)) for share in shares]
        ends = np.cumsum([len(rows) - sum(sizes), *sizes])[:-1]
        for part, chosen in zip(parts, np.split(rows, ends), strict=True):
            part.extend(chosen.tolist())
    return [tuple(sorted(part)) for part in parts]
