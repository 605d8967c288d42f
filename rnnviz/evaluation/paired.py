"""Paired differences: two ways to train, each with the same seeds, so each pair shares its split."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """One way minus the other over the seeds that both have."""

    mean: float
    sd: float | None
    """Of the differences, with n - 1 in the denominator; None of a single pair."""
    low: float | None
    """Of Student's 95% interval for the mean difference; None of a single pair."""
    high: float | None
    more: int
    """In how many pairs the difference is above 0."""
    less: int
    """In how many it is below."""
    count: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def paired_difference(values: Mapping[int, float], others: Mapping[int, float]) -> Difference | None:
    """`values` minus `others`, both by seed; None where they share no seed.

    The seeds are few, so the interval is that of Student (1908) with n - 1 degrees of freedom,
    mean ± t · sd / √n. Pairs with the same split take its luck out, which is most of the spread over seeds.
    """
    from scipy.stats import t

    seeds = sorted(values.keys() & others.keys())
    if not seeds:
        return None
    found = np.array([values[seed] - others[seed] for seed in seeds])
    mean, count = float(found.mean()), len(seeds)
    more, less = int((found > 0).sum()), int((found < 0).sum())
    if count == 1:
        return Difference(mean, None, None, None, more, less, count)
    sd = float(found.std(ddof=1))
    half = float(t.ppf(0.5 + CONFIDENCE / 2, count - 1)) * sd / math.sqrt(count)
    return Difference(mean, sd, mean - half, mean + half, more, less, count)
