"""Slices: how good the answers are to some of the texts, and whether that differs from the rest by more than chance.

A share of few texts is known badly, so each has its interval; and of many slices some look bad by
chance, so the p-values are corrected for all of them together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, lgamma, sqrt

import numpy as np
import numpy.typing as npt

from rnnviz.evaluation.significance import holm

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Marks = npt.NDArray[np.int8]
"""(texts,): 1 of a right answer, 0 of a wrong one, -1 of a text that was not asked."""

NONE = -1
"""The slice of a text that belongs to none."""
Z_95 = 1.959963984540054
"""The standard normal quantile of 97.5%."""
LEAST_EXPECTED = 5.0
"""Expected texts in each cell of the 2 x 2 table from which on the normal approximation is used (Cochran 1954)."""
LEVEL = 0.05
MOST_CATEGORIES = 20
BINS = 4


@dataclass(frozen=True, eq=False)
class Slicing:
    """One way to cut the texts of a part into slices."""

    name: str
    slices: tuple[str, ...]
    """What each is called."""
    of: Numbers
    """(texts,): the place of its slice in `slices`, or `NONE`."""


@dataclass(frozen=True)
class Slice:
    """How one contestant fared in one slice, against all other texts of the part."""

    contestant: str
    slicing: str
    name: str
    texts: int
    right: int
    low: float
    """Of the 95% interval of the accuracy."""
    high: float
    rest_texts: int
    rest_right: int
    p: float
    """Two-sided, of no difference to the rest; before the correction."""
    corrected: float
    """After Holm's, over all slices of all contestants."""

    @property
    def accuracy(self) -> float:
        return self.right / self.texts

    @property
    def rest(self) -> float:
        """The accuracy on all other texts."""
        return self.rest_right / self.rest_texts

    @property
    def worse(self) -> bool:
        """By more than chance."""
        return self.corrected < LEVEL and self.accuracy < self.rest


def judge_slices(slicings: Sequence[Slicing], marks: Mapping[str, Marks]) -> list[Slice]:
    """Every slice with texts, and texts beside it, of every contestant (by name), slicing by slicing."""
    found = []
    for slicing in slicings:
        for name, given in marks.items():
            asked = given >= 0
            here = asked & (slicing.of != NONE)
            texts = np.bincount(slicing.of[here], minlength=len(slicing.slices))
            right = np.bincount(slicing.of[here & (given == 1)], minlength=len(slicing.slices))
            all_texts, all_right = int(asked.sum()), int((given == 1).sum())
            for place, title in enumerate(slicing.slices):
                n, k = int(texts[place]), int(right[place])
                if 0 < n < all_texts:
                    rest, rest_right = all_texts - n, all_right - k
                    low, high = wilson(k, n)
                    found.append((name, slicing.name, title, n, k, low, high, rest, rest_right))
    p = [p_of_difference(k, n, rest_right, rest) for *_, n, k, _low, _high, rest, rest_right in found]
    return [Slice(*each, p=raw, corrected=corrected) for each, raw, corrected in zip(found, p, holm(p), strict=True)]


def wilson(right: int, texts: int) -> tuple[float, float]:
    """The 95% score interval of a share (Wilson 1927), which stays within [0, 1] and is sound for few texts too."""
    share, z2 = right / texts, Z_95**2
    centre = (share + z2 / (2 * texts)) / (1 + z2 / texts)
    half = Z_95 / (1 + z2 / texts) * sqrt(share * (1 - share) / texts + z2 / (4 * texts**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def p_of_difference(right: int, texts: int, other_right: int, other_texts: int) -> float:
    """Two-sided p-value of two shares being equal: the pooled z-test, Fisher's exact one where few are expected."""
    both, all_right = texts + other_texts, right + other_right
    expected = min(texts, other_texts) * min(all_right, both - all_right) / both
    if expected < LEAST_EXPECTED:
        return fisher(right, texts, other_right, other_texts)
    pooled = all_right / both
    z = (right / texts - other_right / other_texts) / sqrt(pooled * (1 - pooled) * (1 / texts + 1 / other_texts))
    return erfc(abs(z) / sqrt(2))


def fisher(right: int, texts: int, other_right: int, other_texts: int) -> float:
    """Fisher's exact test, two-sided: the chance of all tables with these margins that are no more likely than this."""
    all_right, both = right + other_right, texts + other_texts

    def chance(count: int) -> float:
        """Hypergeometric: so many of the right ones fall among `texts`."""
        return exp(
            _log_choose(texts, count) + _log_choose(other_texts, all_right - count) - _log_choose(both, all_right)
        )

    here = chance(right) * (1 + 1e-7)  # equal chances differ in their last digits
    chances = map(chance, range(max(0, all_right - other_texts), min(texts, all_right) + 1))
    return min(1.0, sum(each for each in chances if each <= here))


def _log_choose(all_of: int, some: int) -> float:
    return lgamma(all_of + 1) - lgamma(some + 1) - lgamma(all_of - some + 1)


def by_quantiles(values: npt.ArrayLike, bins: int = BINS) -> tuple[Numbers, list[tuple[float, float]]]:
    """Bins of about equally many texts: the bin of each, (texts,), and the least and the largest value in each.

    Equal values are never parted, so there may be fewer bins than asked for.
    """
    given = np.asarray(values, dtype=np.float64)
    if not len(given):
        return np.zeros(0, dtype=np.int64), []
    edges = np.quantile(given, np.arange(1, bins) / bins, method="inverted_cdf")
    _filled, of = np.unique(np.searchsorted(edges, given, side="left"), return_inverse=True)
    found = [given[of == place] for place in range(of.max() + 1)]
    return of.astype(np.int64), [(float(each.min()), float(each.max())) for each in found]


def by_share(shares: npt.ArrayLike, bins: int = BINS - 1) -> tuple[Numbers, list[tuple[float, float]]]:
    """Like `by_quantiles`, but texts whose share is 0 are a bin of their own, the first."""
    given = np.asarray(shares, dtype=np.float64)
    of = np.zeros(len(given), dtype=np.int64)
    some = given > 0
    above, bounds = by_quantiles(given[some], bins)
    zero = bool((~some).any())
    of[some] = above + zero
    return of, [*([(0.0, 0.0)] if zero else []), *bounds]


def by_value(values: Sequence[str]) -> tuple[Numbers, list[str]]:
    """A slice for each different value, most texts first; an empty one belongs to no slice."""
    counts: dict[str, int] = {}
    for value in values:
        if value:
            counts[value] = counts.get(value, 0) + 1
    names = sorted(counts, key=lambda value: (-counts[value], value))
    places = {name: place for place, name in enumerate(names)}
    return np.array([places.get(value, NONE) for value in values], dtype=np.int64), names


def share_of(flags: npt.NDArray[np.bool_], ends: Numbers) -> Floats:
    """The share of each text's tokens that are flagged, (texts,); `flags`, (tokens of all texts,), end at `ends`."""
    counted = np.concatenate([[0], np.cumsum(flags)])
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    shares: Floats = (counted[ends] - counted[starts]) / np.maximum(ends - starts, 1)
    return shares
