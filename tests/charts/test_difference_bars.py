"""Bars of differences to a reference."""

import numpy as np
import pytest

from rnnviz.charts.judgement import Measured, difference_bars
from rnnviz.charts.style import Style

RNN, LSTM, NOTHING = (
    Measured("RNN", "#111111", 0.625),
    Measured("LSTM", "#222222", 0.646),
    Measured("?", "#333333", None),
)


def drawn(measured, reference, **style):
    return difference_bars(measured, reference, "accuracy", Style(**style)).to_plotly_json()


@pytest.mark.parametrize("dark", [False, True])
def test_each_bar_is_a_difference_with_its_figure_in_words(dark):
    figure = drawn([RNN, LSTM], RNN, dark=dark)

    (bars,) = figure["data"]
    np.testing.assert_allclose(bars["x"], [0, 0.021])
    assert list(bars["text"]) == ["0.625 (±0)", "0.646 (+0.021)"]
    assert list(bars["marker"]["color"]) == [RNN.colour, LSTM.colour]
    assert figure["layout"]["xaxis"]["title"]["text"] == "difference to RNN"
    assert list(figure["layout"]["yaxis"]["categoryarray"]) == ["LSTM", "RNN"]


def test_a_lower_figure_goes_to_the_left_and_the_words_have_room():
    figure = drawn([RNN, LSTM], LSTM)

    (bars,) = figure["data"]
    np.testing.assert_allclose(bars["x"], [-0.021, 0])
    assert list(bars["text"]) == ["0.625 (−0.021)", "0.646 (±0)"]
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < -0.03
    assert high > 0.005


def test_one_without_the_figure_has_no_bar():
    (bars,) = drawn([RNN, NOTHING], RNN)["data"]

    assert list(bars["y"]) == ["RNN"]


def test_where_the_reference_has_no_such_figure_nothing_is_drawn():
    (bars,) = drawn([RNN, NOTHING], NOTHING)["data"]

    assert list(bars["y"]) == []


def test_equal_figures_have_an_axis_all_the_same():
    figure = drawn([RNN, Measured("GRU", "#444444", 0.625)], RNN)

    assert list(figure["data"][0]["text"]) == ["0.625 (±0)", "0.625 (0.000)"]
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < 0 < high


def test_markup_in_a_title_is_shown_to_the_letter():
    (bars,) = drawn([Measured("<b>x</b>", "#555555", 0.5)], RNN)["data"]

    assert list(bars["y"]) == ["&lt;b&gt;x&lt;/b&gt;"]
