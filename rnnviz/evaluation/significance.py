"""Whether a difference between two contestants on the same texts is more than chance explains.

Accuracy and recall count texts that one gets right and the other wrong: McNemar (1947). Other figures are
tested by randomisation (Yeh 2000): were both equally good, each text could as well have had their answers
exchanged. All pairs together are corrected after Holm (1979).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb, erfc, sqrt

import numpy as np

from rnnviz.evaluation.bootstrap import (
    RESAMPLES,
    SEED,
    Interval,
    Numbers,
    Patterns,
    differences_of,
    fewest,
    merged,
    patterns_of,
    resampled,
    tally,
)
from rnnviz.evaluation.figures import ACCURACY, MACRO, WEIGHTED, Figure, Floats, Tallies, figure_values

ALPHA = 0.05
"""The risk that any difference is called real that is none."""
EXACT_BELOW = 25
"""Disagreements below which McNemar's test is the exact binomial one."""
EXCHANGES = 4_999
"""Of a randomisation test; its least p is 1 / 5,000."""
ROUNDING = 1e-12
WORD = 64

EXACT, CHI_SQUARE, RANDOMISATION = "mcnemar exact", "mcnemar", "randomisation"


@dataclass(frozen=True)
class Group:
    """Contestants that were judged on the same texts: their names and what they answered together."""

    names: tuple[str, ...]
    patterns: Patterns


def group_of(answers: dict[str, Numbers], targets: Numbers, classes: Sequence[str]) -> Group:
    """Contestants by name with their predictions (texts,) for the same targets (texts,)."""
    return Group(tuple(answers), patterns_of(targets, list(answers.values()), classes))


@dataclass(frozen=True)
class Pair:
    """Two contestants on the same texts; `a` less `b`."""

    a: str
    b: str
    texts: int
    """That the figure counts: all, or those of a class."""
    differ: int
    """Of them, how many were answered differently."""
    only_a: int
    """Of them, how many only `a` got right."""
    only_b: int
    difference: Interval
    test: str
    """`EXACT`, `CHI_SQUARE` or `RANDOMISATION`."""
    p: float
    adjusted: float
    """p after Holm's correction; the difference is called real at `ALPHA` and below."""
    smallest: float | None
    """The least difference that these contestants could show and that would be called real; None: none would."""

    @property
    def real(self) -> bool:
        return self.adjusted <= ALPHA

    def turned(self) -> "Pair":
        """The same pair, the other one first."""
        low, high = self.difference.low, self.difference.high
        turned = Interval(
            -self.difference.value if self.difference.value else 0.0,
            None if high is None else -high,
            None if low is None else -low,
        )
        return replace(self, a=self.b, b=self.a, only_a=self.only_b, only_b=self.only_a, difference=turned)


def mcnemar(only_a: int, only_b: int) -> float:
    """The two-sided p of McNemar's test: so many texts that only one, and only the other, got right.

    Exact (binomial with 1/2) below `EXACT_BELOW` disagreements, else chi-square with one degree of freedom
    and Edwards' correction for continuity, (|a - b| - 1)² / (a + b), which is never below 0.
    """
    disagreeing, fewer = only_a + only_b, min(only_a, only_b)
    if disagreeing < EXACT_BELOW:
        tail: int = sum(comb(disagreeing, count) for count in range(fewer + 1))
        return min(1.0, float(2 * tail / 2**disagreeing))
    return erfc(sqrt(max(abs(only_a - only_b) - 1, 0) ** 2 / disagreeing / 2))


def smallest_excess(disagreeing: int, level: float) -> int | None:
    """By how many texts one has to be ahead for McNemar's p to be at most `level`, with so many disagreements.

    None where not even all of them would do.
    """
    for excess in range(disagreeing % 2, disagreeing + 1, 2):
        if mcnemar((disagreeing + excess) // 2, (disagreeing - excess) // 2) <= level:
            return excess
    return None


def holm(p: Sequence[float]) -> list[float]:
    """Each p adjusted for all of them: step-down after Holm (1979)."""
    order = sorted(range(len(p)), key=p.__getitem__)
    adjusted, highest = [0.0] * len(p), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p) - rank) * p[place]))
        adjusted[place] = highest
    return adjusted


def level_of(p: Sequence[float]) -> float:
    """What p has to stay at or below, given all the others, for Holm to call a difference real.

    Where Holm has stepped down k times, `ALPHA` / (n - k): exactly those p are at or below it that pass.
    """
    passed = sum(adjusted <= ALPHA for adjusted in holm(p))
    return ALPHA / max(len(p) - passed, 1)


def exchanged(patterns: Patterns, figure: Figure, exchanges: int = EXCHANGES, seed: int = SEED) -> Floats:
    """(exchanges,): differences of two contestants where the answers to each text are exchanged by a coin's toss."""
    target, first, second = patterns.targets, patterns.predicted[:, 0], patterns.predicted[:, 1]
    apart = first != second
    # Where neither is right the true class does not matter: fewer kinds of texts to toss for.
    nobody = len(patterns.classes)
    matters = np.where((target == first) | (target == second), target, nobody)
    kinds, counts = merged(np.stack([matters, first, second], axis=-1)[apart], patterns.counts[apart], nobody + 1)
    moved = heads(counts, exchanges, np.random.default_rng(seed)).astype(np.float64)
    classes = np.arange(len(patterns.classes))
    true, before, after = ((kinds[:, [column]] == classes).astype(np.float64) for column in range(3))
    hits, predicted = moved @ (true * after - true * before), moved @ (after - before)
    now = tally(patterns, patterns.counts)
    values = [
        figure_values(
            Tallies(now.hits[place] + sign * hits, now.support[0], now.predicted[place] + sign * predicted),
            figure,
            patterns.classes,
        )
        for place, sign in ((0, 1), (1, -1))
    ]
    return np.asarray(values[0] - values[1])


def heads(counts: Numbers, rows: int, rng: np.random.Generator) -> Numbers:
    """(rows, kinds): how many of so many tosses of a coin are heads; a draw of 64 bits holds 64 tosses."""
    few = counts <= WORD
    found = np.empty((rows, len(counts)), dtype=np.int64)
    bits = rng.integers(0, 2**WORD, size=(rows, int(few.sum())), dtype=np.uint64, endpoint=False)
    found[:, few] = np.bitwise_count(bits >> (WORD - counts[few]).astype(np.uint64))
    found[:, ~few] = rng.binomial(counts[~few], 0.5, size=(rows, int((~few).sum())))
    return found


def only(patterns: Patterns, first: int, second: int) -> Patterns:
    """The patterns of two of the contestants."""
    rows = np.stack([patterns.targets, patterns.predicted[:, first], patterns.predicted[:, second]], axis=-1)
    found, counts = merged(rows, patterns.counts, len(patterns.classes))
    return Patterns(found[:, 0], found[:, 1:], counts, patterns.classes)


@dataclass(frozen=True)
class _Tested:
    """A pair before the correction."""

    names: tuple[str, str]
    texts: int
    differ: int
    right: tuple[int, int]
    """Texts that only the one, and only the other, got right."""
    difference: Interval
    nulls: Floats | None
    """Sizes of the differences by exchange, the largest first; None where McNemar's test serves."""
    p: float

    @property
    def test(self) -> str:
        return RANDOMISATION if self.nulls is not None else EXACT if sum(self.right) < EXACT_BELOW else CHI_SQUARE

    def smallest(self, level: float) -> float | None:
        if self.nulls is None:
            excess = smallest_excess(sum(self.right), level)
            return None if excess is None else excess / self.texts
        may = int(level * (len(self.nulls) + 1)) - 1  # so many may be as large as what is called real
        return float(self.nulls[may]) if may >= 0 and self.nulls[0] > 0 else None


def _tested(group: Group, figure: Figure, first: int, second: int, resamples: int, seed: int) -> _Tested:
    """The pair by itself: who else is compared, and in which order, changes no figure of it but Holm's."""
    patterns = only(group.patterns, first, second)
    drawn = fewest(patterns, figure)
    difference = differences_of(drawn, resampled(drawn, resamples, seed), figure)[0, 1]
    by_class = figure.column == "recall" and figure.row not in (ACCURACY, MACRO, WEIGHTED)
    counted = patterns.targets == (patterns.classes.index(figure.row) if by_class else patterns.targets)
    a_right, b_right = (patterns.predicted == patterns.targets[:, None]).T
    counts = np.where(counted, patterns.counts, 0)
    right = int(counts[a_right & ~b_right].sum()), int(counts[b_right & ~a_right].sum())
    differ = int(counts[patterns.predicted[:, 0] != patterns.predicted[:, 1]].sum())
    nulls, p = None, 1.0
    if by_class or figure.row == ACCURACY:
        p = mcnemar(*right)
    else:
        nulls = np.sort(np.abs(exchanged(drawn, figure)))[::-1]
        p = (1 + int((nulls >= abs(difference.value) - ROUNDING).sum())) / (len(nulls) + 1)
    names = group.names[first], group.names[second]
    return _Tested(names, int(counts.sum()), differ, right, difference, nulls, p)


def compared(
    groups: Sequence[Group],
    figure: Figure,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Pair, ...]:
    """Every pair within each group, corrected for all of them together; none where the classes lack the figure.

    `tell` hears of how many pairs how many are done.
    """
    found: list[_Tested] = []
    turned: list[bool] = []
    total = sum(comb(len(group.names), 2) for group in groups)
    for group in groups:
        if figure.row not in (ACCURACY, MACRO, WEIGHTED, *group.patterns.classes):
            continue
        for pair in combinations(range(len(group.names)), 2):
            first, second = sorted(pair, key=group.names.__getitem__)
            found.append(_tested(group, figure, first, second, resamples, seed))
            turned.append(first > second)
            tell(len(found), total)
    p = [each.p for each in found]
    level = level_of(p)
    pairs = [
        Pair(
            *each.names,
            each.texts,
            each.differ,
            *each.right,
            each.difference,
            each.test,
            each.p,
            adjusted,
            each.smallest(level),
        )
        for each, adjusted in zip(found, holm(p), strict=True)
    ]
    return tuple(pair.turned() if other else pair for pair, other in zip(pairs, turned, strict=True))
