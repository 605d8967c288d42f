"""The spread over seeds: what a measure came to in runs that differ in nothing but their seed.

The seed decides the split, the first weights and the order of the texts, so the spread is that of
all three together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
History = Sequence[Mapping[str, Any]]
"""The epochs of a run from epoch 0 on, each with its measures by name."""

LEAST_SEEDS = 2
"""Of fewer there is no spread."""


@dataclass(frozen=True)
class Spread:
    """A measure over the epochs, over several seeds."""

    epochs: npt.NDArray[np.int64]
    """(epochs,): 0, 1, … as far as at least `LEAST_SEEDS` runs have come."""
    mean: Floats
    """(epochs,)"""
    sd: Floats
    """(epochs,): the standard deviation of a sample, with n - 1 in the denominator."""
    low: Floats
    """(epochs,): the least value of any seed."""
    high: Floats
    """(epochs,): the largest."""
    counts: npt.NDArray[np.int64]
    """(epochs,): how many runs have come so far."""


def spread_over_seeds(histories: Sequence[History], measure: str) -> Spread:
    """Mean, standard deviation and range of a measure ("validation_loss") at each epoch.

    A run that has ended early, or has not come that far yet, is not counted in the epochs behind
    its last one: nothing is made up for it. So where `counts` falls, the mean is over fewer runs, and
    may jump.
    """
    longest = max(map(len, histories), default=0)
    values = np.full((len(histories), longest), np.nan)
    for row, history in zip(values, histories, strict=True):
        row[: len(history)] = [epoch[measure] for epoch in history]
    counts = np.isfinite(values).sum(axis=0)
    epochs = np.flatnonzero(counts >= LEAST_SEEDS)
    shared = values[:, epochs]
    there = np.isfinite(shared)
    return Spread(
        epochs=epochs,
        mean=shared.mean(axis=0, where=there),
        sd=shared.std(axis=0, ddof=1, where=there),
        low=shared.min(axis=0, initial=np.inf, where=there),
        high=shared.max(axis=0, initial=-np.inf, where=there),
        counts=counts[epochs],
    )


@dataclass(frozen=True)
class Summary:
    """One figure of several runs, such as their test accuracies."""

    mean: float
    sd: float | None
    """With n - 1 in the denominator; None of a single run, which has no spread."""
    low: float
    high: float
    count: int


def summary(values: Sequence[float]) -> Summary:
    """Mean, standard deviation and range of at least one value."""
    sd = float(np.std(values, ddof=1)) if len(values) >= LEAST_SEEDS else None
    return Summary(float(np.mean(values)), sd, min(values), max(values), len(values))
