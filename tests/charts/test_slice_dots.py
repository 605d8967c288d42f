"""Slices as a picture: dots, whiskers, and the accuracy over all."""

import numpy as np
import pytest

from rnnviz.charts.numbers import table
from rnnviz.charts.slices import Drawn, slice_dots
from rnnviz.charts.style import MARK, Style
from rnnviz.evaluation.slices import Slicing, judge_slices

OF = np.repeat([0, 1, 2], [100, 100, 8])
RIGHT = {
    "net": np.array([1] * 95 + [0] * 5 + [1] * 40 + [0] * 60 + [1] * 8, np.int8),
    "base": np.array(([1] * 7 + [0] * 3) * 20 + [1, 0] * 4, np.int8),
}
CONTESTANTS = {
    "net": Drawn("GRU", "#009e73", float(RIGHT["net"].mean())),
    "base": Drawn("<i>n-grams</i>", "#808080", float(RIGHT["base"].mean())),
}
LONG = "a decisive word early in the text, then a very long and neutral tail that says nothing more of it"


@pytest.fixture(scope="module")
def slices():
    return judge_slices([Slicing("kind", ("short", LONG, "<b>odd</b>"), OF)], RIGHT)


@pytest.fixture
def figure(slices):
    return slice_dots(slices, CONTESTANTS, "Kind", Style())


def test_dots_and_whiskers_are_the_accuracies_and_their_intervals(figure, slices):
    for name, trace in zip(CONTESTANTS, figure.data[:2], strict=True):
        own = [each for each in slices if each.contestant == name]
        assert list(trace.x) == [each.accuracy for each in own]
        assert np.round(trace.y).tolist() == [0, 1, 2]
        np.testing.assert_allclose(np.add(trace.x, trace.error_x.array), [each.high for each in own])
        np.testing.assert_allclose(np.subtract(trace.x, trace.error_x.arrayminus), [each.low for each in own])


def test_a_ring_marks_what_is_worse_by_more_than_chance(figure):
    net, base, ring = figure.data

    assert (list(ring.x), list(ring.y)) == ([net.x[1]], [net.y[1]])
    assert (ring.marker.color, ring.name) == (MARK, "worse than the rest")
    assert net.marker.symbol != base.marker.symbol, "a second sign beside the colour"


def test_where_nothing_is_worse_there_is_no_ring():
    fair = judge_slices([Slicing("kind", ("a", "b"), np.arange(40) % 2)], {"net": np.ones(40, np.int8)})

    assert len(slice_dots(fair, {"net": Drawn("GRU", "#009e73", 1.0)}, "Kind", Style()).data) == 1


def test_an_upright_is_the_accuracy_on_all_texts(figure):
    assert [line.x0 for line in figure.layout.shapes] == [each.overall for each in CONTESTANTS.values()]
    assert [line.line.color for line in figure.layout.shapes] == ["#009e73", "#808080"]


def test_the_labels_tell_how_many_texts_and_act_on_no_tag(figure):
    first, second, third = figure.layout.yaxis.ticktext

    assert first == "short<br><i>n = 100</i>"
    assert len(second.split("<br>")) <= 5
    assert third.startswith("&lt;b&gt;odd&lt;/b&gt;")
    assert figure.data[1].name == "&lt;i&gt;n-grams&lt;/i&gt;"


def test_its_numbers_have_a_row_for_each_slice_and_contestant(figure):
    rows = table(figure)

    assert rows["trace"].tolist() == [*["GRU"] * 3, *["<i>n-grams</i>"] * 3, "worse than the rest"]
    assert rows["Texts"][:6].tolist() == [100, 100, 8] * 2


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_drawn_in_both_themes(slices, dark):
    assert slice_dots(slices, CONTESTANTS, "Kind", Style(dark)).data
