"""Select, threshold, match: the units that are on in a span of one text, and where else all of them are on.

After Strobelt et al. (2018), "LSTMVis", who select a pattern of units in a phrase by a
threshold and look for other phrases with the same pattern. Which sign a unit has is chance,
so a unit may be on with either: its value times its sign is at or above the threshold.
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

Signed = tuple[int, int]
"""A unit, from 0, and the sign (1 or -1) with which it is on."""

SIDES = {"both": (True, True), "before": (True, False), "after": (False, True)}
"""On which sides of a span a unit must be off: just before, just after."""

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


def units_on(hidden: Floats, first: int, last: int, threshold: float, sides: str = "both") -> tuple[Signed, ...]:
    """The units that are on throughout a span, and off just outside of it, each with its sign there.

    `hidden` is (tokens, units), `threshold` positive; where the span begins or ends with the
    text, that side asks for nothing.
    """
    low, high, signs = _bounds(hidden, first, last, sides)
    return tuple((unit, int(signs[unit])) for unit in np.flatnonzero((low < threshold) & (threshold <= high)).tolist())


def suggested_threshold(hidden: Floats, first: int, last: int, sides: str = "both") -> float | None:
    """The threshold that selects the most units, in the middle of where it does; None if none selects any.

    Of several equally good places it is the widest.
    """
    low, high, _signs = _bounds(hidden, first, last, sides)
    ends = np.unique(np.concatenate([low[low < high], high[low < high]]))
    if len(ends) < 2:
        return None
    middles = (ends[:-1] + ends[1:]) / 2
    counts = ((low[:, None] < middles) & (middles <= high[:, None])).sum(axis=0)
    best = max(range(len(middles)), key=lambda place: (counts[place], ends[place + 1] - ends[place]))
    return float(middles[best])


def _bounds(hidden: Floats, first: int, last: int, sides: str) -> tuple[Floats, Floats, Places]:
    """For each unit above which threshold it is off outside of the span, up to which it is on inside, and its sign."""
    check_span(len(hidden), first, last)
    signs = np.where(hidden[first : last + 1].mean(axis=0) < 0, -1, 1)
    upright = hidden * signs
    places = [place for place, asked in zip((first - 1, last + 1), SIDES[sides], strict=True) if asked]
    outside = [upright[place] for place in places if 0 <= place < len(hidden)]
    low = np.maximum(np.max(outside, axis=0), 0.0) if outside else np.zeros(hidden.shape[1], dtype=np.float32)
    return np.asarray(low), np.asarray(upright[first : last + 1].min(axis=0)), signs


def find_spans(bank: StateBank, units: Iterable[Signed], threshold: float) -> Spans:
    """All spans in which every one of these units is on; none where no unit is asked for."""
    chosen = list(units)
    on = _all_on(bank, chosen, threshold) if chosen else np.zeros(bank.states.shape[1], dtype=bool)
    before = np.concatenate([[False], on[:-1]])
    before[bank.starts] = False
    after = np.concatenate([on[1:], [False]])
    after[bank.ends - 1] = False
    firsts, lasts = np.flatnonzero(on & ~before), np.flatnonzero(on & ~after)
    rows = np.searchsorted(bank.ends, firsts, side="right")
    return Spans(rows, firsts - bank.starts[rows], lasts - bank.starts[rows])


def _all_on(bank: StateBank, units: list[Signed], threshold: float) -> npt.NDArray[np.bool_]:
    return np.asarray(np.logical_and.reduce([_on(bank, unit, threshold) for unit in units]))


def _on(bank: StateBank, signed: Signed, threshold: float) -> npt.NDArray[np.bool_]:
    unit, sign = signed
    least = int(np.ceil(threshold * SCALE))
    return np.asarray(bank.states[unit] >= least if sign > 0 else bank.states[unit] <= -least)


def texts_by_chance(bank: StateBank, count: int, threshold: float) -> float:
    """In how many texts as many units, drawn at random, are on together at some token; the mean of `DRAWS` draws.

    The same draws every time; no unit twice in one, each with a sign drawn too.
    """
    if not count:
        return 0.0
    rng = np.random.default_rng(0)
    kept: dict[Signed, npt.NDArray[np.bool_]] = {}
    texts = []
    for units in (random_units(rng, bank.units, count) for _ in range(DRAWS)):
        for unit in units:
            if unit not in kept:
                kept[unit] = _on(bank, unit, threshold)
        on = np.logical_and.reduce([kept[unit] for unit in units])
        texts.append(int(np.logical_or.reduceat(on, bank.starts).sum()))
    return float(np.mean(texts))


def random_units(rng: np.random.Generator, units: int, count: int) -> list[Signed]:
    """So many different units, each with a random sign."""
    signs = rng.choice([-1, 1], units)
    return [(unit, int(signs[unit])) for unit in rng.permutation(units)[:count].tolist()]


def best_spans(bank: StateBank, spans: Spans, units: Iterable[Signed], length: int, most: int) -> Spans:
    """At most so many spans, one a text: those of about this length first, of these the ones furthest above."""
    lengths = spans.lasts - spans.firsts + 1
    order = np.argsort(np.abs(lengths - length), kind="stable")
    _rows, first_of_text = np.unique(spans.rows[order], return_index=True)
    candidates = order[np.sort(first_of_text)][: most * 4]
    numbers, signs = zip(*units, strict=True)
    above = [
        float((bank.of_text(int(spans.rows[at]))[spans.firsts[at] : spans.lasts[at] + 1, numbers] * signs).mean())
        for at in candidates
    ]
    by_fit = sorted(range(len(candidates)), key=lambda at: (abs(int(lengths[candidates[at]]) - length), -above[at]))
    best = candidates[by_fit[:most]]
    return Spans(spans.rows[best], spans.firsts[best], spans.lasts[best])
