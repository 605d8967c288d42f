"""Pictures of a dataset: what they show is what was counted."""

import numpy as np
import pytest

from rnnviz.charts.data import class_bars, coverage_curve, length_bars, rank_frequency, telling_bars
from rnnviz.charts.shading import contrast
from rnnviz.charts.style import class_colour
from rnnviz.language import use_language
from rnnviz.text.statistics import histogram

RANKS = np.array([1, 2, 5, 10])


def marks(figure):
    return [(shape.x0, shape.x1) for shape in figure.layout.shapes]


def notes(figure):
    return [note.text for note in figure.layout.annotations]


def test_each_class_has_a_bar_in_its_colour():
    figure = class_bars(np.array([30, 10]), ("cat", "<b>dog</b>"))

    (bars,) = figure.data
    assert list(bars.x) == [30, 10]
    assert list(bars.y) == ["cat", "&lt;b&gt;dog&lt;/b&gt;"]
    assert list(bars.text) == ["30 (75.0%)", "10 (25.0%)"]
    assert list(bars.marker.color) == [class_colour(0), class_colour(1)]
    for ground, ink in zip(bars.marker.color, bars.insidetextfont.color, strict=True):
        assert contrast(ground, ink) >= 4.5
    assert figure.layout.yaxis.type == "category", "classes that look like numbers stay names"
    assert figure.layout.xaxis.title.text == "Texts"


def test_bars_of_lengths_stand_in_the_middle_of_what_they_count():
    figure = length_bars(histogram(np.array([3, 3, 4, 9, 12]), bars=5), 7)

    (bars,) = figure.data
    assert list(bars.x) == [3.5, 5.5, 7.5, 9.5, 11.5]
    assert list(bars.y) == [3, 0, 0, 1, 1]
    assert list(bars.customdata) == ["3–4", "5–6", "7–8", "9–10", "11–12"]
    assert bars.width == 2
    assert figure.layout.xaxis.title.text == "Length (tokens)"


def test_the_cut_is_marked_where_it_falls_and_said_where_no_text_reaches_it():
    lengths = histogram(np.array([3, 3, 4, 9, 12]))

    assert (marks(length_bars(lengths, 7)), notes(length_bars(lengths, 7))) == ([(7.5, 7.5)], ["cut at 7"])
    assert (marks(length_bars(lengths, 400)), notes(length_bars(lengths, 400))) == (
        [],
        ["no text reaches the cut at 400"],
    )


def test_rank_and_frequency_are_drawn_on_log_scales_with_the_vocabulary_marked():
    figure = rank_frequency(RANKS, np.array([50, 20, 3, 1]), ["the", " ", "<br>", "x" * 50], 5)

    (curve,) = figure.data
    assert (list(curve.x), list(curve.y)) == ([1, 2, 5, 10], [50, 20, 3, 1])
    assert list(curve.customdata) == ["the", "␣", "&lt;br&gt;", "x" * 23 + "…"]
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    assert marks(figure) == [(5, 5)]
    assert figure.layout.annotations[0].x == pytest.approx(np.log10(5)), "Plotly wants the exponent there"
    assert notes(figure) == ["vocabulary: 5"]


def test_coverage_reaches_all_tokens():
    figure = coverage_curve(RANKS, np.array([0.5, 0.7, 0.9, 1.0]), 10)

    assert list(figure.data[0].y) == [0.5, 0.7, 0.9, 1.0]
    assert list(figure.layout.yaxis.range) == [0, 1.02]
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.annotations[0].xanchor == "right", "at the end there is no room on the right"


def test_telling_tokens_have_the_colour_of_their_class_the_strongest_on_top():
    figure = telling_bars(["great", " "], np.array([9.123, 4.5]), np.array([1200, 3]), 1)

    (bars,) = figure.data
    assert list(bars.x) == [9.12, 4.5]
    assert list(figure.layout.yaxis.ticktext) == ["great", "␣"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1], "the first on top"
    assert [list(each) for each in bars.customdata] == [["great", "1,200"], ["␣", "3"]]
    assert bars.marker.color == class_colour(1)
    assert marks(figure) == [(1.96, 1.96)]


def test_numbers_are_written_as_the_language_has_them():
    use_language("ru")

    assert notes(rank_frequency(RANKS, RANKS, ["a"] * 4, 1234)) == ["словарь: 1\u00a0234"]
    assert class_bars(np.array([1, 3]), ("a", "b")).data[0].text[0] == "1 (25,0\u00a0%)"
