"""Select, threshold, match, against loops over every text, unit and token."""

from itertools import groupby

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.insight.matching import (
    DRAWS,
    best_spans,
    check_span,
    find_spans,
    random_units,
    suggested_threshold,
    texts_by_chance,
    units_on,
)
from rnnviz.insight.state_bank import SCALE, StateBank, bank_shape, fill_bank
from tests.insight.test_ablation import TEXTS, part_of
from tests.oracles import SHALLOW_NETS, layer_states, untrained, ways

RNG = np.random.default_rng(1)
HIDDEN = RNG.uniform(-1, 1, (9, 12)).astype(np.float32)


def random_bank(units=6, lengths=(4, 1, 7, 30, 2, 3)):
    states = np.round(RNG.uniform(-1, 1, (units, sum(lengths))) * SCALE).astype(np.int16)
    return StateBank(states, np.cumsum(lengths))


def spans_by_hand(bank, units, threshold):
    found = []
    for row in range(len(bank.ends)):
        values = bank.states[:, bank.starts[row] : bank.ends[row]].T / SCALE
        on = [all(values[place, unit] * sign >= threshold for unit, sign in units) for place in range(len(values))]
        for is_on, group in groupby(enumerate(on), key=lambda pair: pair[1]):
            places = [place for place, _on in group]
            if is_on:
                found.append((row, places[0], places[-1]))
    return found


@pytest.mark.parametrize(("cell", "layers", "direction", "way"), list(ways(SHALLOW_NETS)))
def test_the_bank_holds_the_states_of_torch_nn(cell, layers, direction, way):
    model = untrained(cell, layers, direction)
    part, told = part_of(model), []

    states = np.zeros(bank_shape(model, part), dtype=np.int16)
    bank = fill_bank(model, part, 0, way, states, lambda *done: told.append(done))

    for row, text in enumerate(TEXTS):
        expected = np.stack([state[0].numpy() for state in layer_states(model, model.read(text), 0, way)])
        assert np.allclose(bank.of_text(row), expected, atol=5e-5)
    assert told[-1] == (len(TEXTS), len(TEXTS))


@pytest.mark.parametrize(("first", "last"), [(0, 2), (3, 3), (4, 8), (0, 8)])
@pytest.mark.parametrize("threshold", [0.01, 0.1, 0.3])
@pytest.mark.parametrize(("sides", "neighbours"), [("both", (-1, 1)), ("before", (-1,)), ("after", (1,))])
def test_units_are_on_inside_and_off_just_outside(first, last, threshold, sides, neighbours):
    expected = []
    for unit in range(12):
        sign = -1 if HIDDEN[first : last + 1, unit].mean() < 0 else 1
        inside = all(sign * HIDDEN[place, unit] >= threshold for place in range(first, last + 1))
        places = [first - 1 if side < 0 else last + 1 for side in neighbours]
        outside = [sign * HIDDEN[place, unit] for place in places if 0 <= place < 9]
        if inside and all(value < threshold for value in outside):
            expected.append((unit, sign))

    assert list(units_on(HIDDEN, first, last, threshold, sides)) == expected


@pytest.mark.parametrize(("first", "last"), [(0, 0), (2, 3), (5, 5), (8, 8)])
@pytest.mark.parametrize("sides", ["both", "before", "after"])
def test_no_threshold_selects_more_units_than_the_suggested_one(first, last, sides):
    suggested = suggested_threshold(HIDDEN, first, last, sides)

    selected = len(units_on(HIDDEN, first, last, suggested, sides))
    assert selected > 0
    assert selected == max(len(units_on(HIDDEN, first, last, each, sides)) for each in np.linspace(0.0005, 1, 2000))


def test_where_nothing_stands_out_nothing_is_suggested():
    assert suggested_threshold(np.tile(HIDDEN[:1], (5, 1)), 1, 3) is None


@pytest.mark.parametrize("span", [(-1, 2), (3, 2), (4, 9)])
def test_a_span_outside_of_the_text_is_refused(span):
    with pytest.raises(BadInput, match="1 to 9"):
        check_span(9, *span)


@pytest.mark.parametrize("units", [((0, 1),), ((1, 1), (4, -1)), ((0, -1), (2, 1), (5, 1)), ()])
@pytest.mark.parametrize("threshold", [0.05, 0.3])
def test_spans_are_found_in_every_text_and_never_cross_into_the_next(units, threshold):
    bank = random_bank()

    spans = find_spans(bank, units, threshold)

    expected = spans_by_hand(bank, units, threshold) if units else []
    assert list(zip(spans.rows, spans.firsts, spans.lasts, strict=True)) == expected
    assert spans.texts == len({row for row, _first, _last in expected})


def test_chance_is_the_mean_over_random_sets_of_as_many_units():
    bank = random_bank(units=8)
    rng = np.random.default_rng(0)
    sets = [random_units(rng, 8, 2) for _ in range(DRAWS)]
    assert all(len({unit for unit, _sign in units}) == 2 for units in sets)

    expected = np.mean([len({row for row, *_span in spans_by_hand(bank, units, 0.2)}) for units in sets])

    assert texts_by_chance(bank, 2, 0.2) == pytest.approx(expected)
    assert texts_by_chance(bank, 0, 0.2) == 0.0


def test_the_best_spans_are_one_a_text_and_of_about_the_length():
    bank = random_bank(lengths=(20,) * 30)
    units, threshold = ((0, 1), (3, -1)), 0.1

    best = best_spans(bank, find_spans(bank, units, threshold), units, length=2, most=10)

    by_text = {}
    for row, first, last in spans_by_hand(bank, units, threshold):
        by_text.setdefault(row, []).append(abs(last - first + 1 - 2))
    lengths = np.abs(best.lasts - best.firsts + 1 - 2)
    assert len(set(best.rows.tolist())) == len(best.rows) == 10
    assert lengths.tolist() == sorted(min(each) for each in by_text.values())[:10]
