"""Select, threshold, match: the units that are on in a span of one text, and where else all of them are on.

After Strobelt et al. (2018), "LSTMVis", who select a pattern of units in a phrase by a
threshold and look for other phrases with the same pattern.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnnviz.errors import OUT_OF_RANGE, BadInput, Term
from rnnviz.insight.state_bank import SCALE, StateBank
from rnnviz.language import N_
from rnnviz.text.sequences import Places
from rnnviz.training.trained import Floats

DRAWS = 20
"""Sets of random units that are asked for the count that chance would give."""


@dataclass(frozen=True)
class Spans:
    """Where all units of a pattern are on: each as long as it lasts, in the order of the texts."""

    rows: Places
    """(spans,): the text of each."""
    firsts: Places
    """(spans,): its first token in that text, from 0."""
    lasts: Places
    """(spans,): its last."""

    @property
    def texts(self) -> int:
        """How many texts have the pattern."""
        return len(np.unique(self.rows))


def check_span(tokens: int, first: int, last: int) -> None:
    """`BadInput` for a span that is not inside a text of so many tokens; both ends counted from 0."""
    if not 0 <= first <= last < tokens:
        raise BadInput(OUT_OF_RANGE, name=Term(N_("Span")), value=f"{first + 1}–{last + 1}", low=1, high=tokens)


def units_on(hidden: Floats, first: int, last: int, threshold: float) -> tuple[int, ...]:
    """The units at or above the threshold throughout a span, and below it just before and just after.

    `hidden` is (tokens, units); where the span begins or ends with the text, that side asks for nothing.
    """
    low, high = _bounds(hidden, first, last)
    return tuple(np.flatnonzero((low < threshold) & (threshold <= high)).tolist())


def suggested_threshold(hidden: Floats, first: int, last: int) -> float | None:
    """The threshold above 0 that selects the most units, in the middle of where it does; None if none selects any.

    Of several equally good places it is the widest.
    """
    low, high = _bounds(hidden, first, last)
    low = np.maximum(low, 0.0)
    ends = np.unique(np.concatenate([low[low < high], high[low < high]]))
    if len(ends) < 2:
        return None
    middles = (ends[:-1] + ends[1:]) / 2
    counts = ((low[:, None] < middles) & (middles <= high[:, None])).sum(axis=0)
    best = max(range(len(middles)), key=lambda place: (counts[place], ends[place + 1] - ends[place]))
    return float(middles[best])


def _bounds(hidden: Floats, first: int, last: int) -> tuple[Floats, Floats]:
    """For each unit the threshold above which it is off outside of the span, and that up to which it is on inside."""
    check_span(len(hidden), first, last)
    outside = [hidden[place] for place in (first - 1, last + 1) if 0 <= place < len(hidden)]
    low = np.max(outside, axis=0) if outside else np.full(hidden.shape[1], -np.inf, dtype=np.float32)
    return np.asarray(low), np.asarray(hidden[first : last + 1].min(axis=0))


def find_spans(bank: StateBank, units: Iterable[int], threshold: float) -> Spans:
    """All spans in which every one of these units is at or above the threshold; none where no unit is asked for."""
    chosen = list(units)
    on = _all_on(bank, chosen, threshold) if chosen else np.zeros(bank.states.shape[1], dtype=bool)
    before = np.concatenate([[False], on[:-1]])
    before[bank.starts] = False
    after = np.concatenate([on[1:], [False]])
    after[bank.ends - 1] = False
    firsts, lasts = np.flatnonzero(on & ~before), np.flatnonzero(on & ~after)
    rows = np.searchsorted(bank.ends, firsts, side="right")
    return Spans(rows, firsts - bank.starts[rows], lasts - bank.starts[rows])


def _all_on(bank: StateBank, units: list[int], threshold: float) -> npt.NDArray[np.bool_]:
    least = np.int64(np.ceil(threshold * SCALE))
    on = np.asarray(bank.states[units[0]] >= least)
    for unit in units[1:]:
        on &= bank.states[unit] >= least
    return on


def texts_by_chance(bank: StateBank, count: int, threshold: float) -> float:
    """In how many texts as many units, drawn at random, are on together at some token; the mean of `DRAWS` draws.

    The same draws every time, without replacement within one.
    """
    if not count:
        return 0.0
    rng = np.random.default_rng(0)
    drawn = [rng.permutation(bank.units)[:count].tolist() for _ in range(DRAWS)]
    kept: dict[int, npt.NDArray[np.bool_]] = {}
    texts = []
    for units in drawn:
        for unit in units:
            if unit not in kept:
                kept[unit] = _all_on(bank, [unit], threshold)
        on = np.logical_and.reduce([kept[unit] for unit in units])
        texts.append(int(np.logical_or.reduceat(on, bank.starts).sum()))
    return float(np.mean(texts))


def best_spans(bank: StateBank, spans: Spans, units: Iterable[int], threshold: float, length: int, most: int) -> Spans:
    """At most so many spans, one a text: those of about this length first, of these the ones furthest above."""
    lengths = spans.lasts - spans.firsts + 1
    order = np.argsort(np.abs(lengths - length), kind="stable")
    _rows, first_of_text = np.unique(spans.rows[order], return_index=True)
    candidates = order[np.sort(first_of_text)][: most * 4]
    chosen = list(units)
    above = [
        float(bank.of_text(int(spans.rows[at]))[spans.firsts[at] : spans.lasts[at] + 1, chosen].mean()) - threshold
        for at in candidates
    ]
    by_fit = sorted(range(len(candidates)), key=lambda at: (abs(int(lengths[candidates[at]]) - length), -above[at]))
    best = candidates[by_fit[:most]]
    return Spans(spans.rows[best], spans.firsts[best], spans.lasts[best])
