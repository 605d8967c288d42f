"""Intervals, differences and seeds as they are drawn, and the numbers that the pictures give away."""

import pytest

from rnnviz.charts.numbers import table
from rnnviz.charts.shading import contrast
from rnnviz.charts.significance import Estimate, difference_matrix, forest, seed_points
from rnnviz.charts.spread import SeedGroup
from rnnviz.charts.style import Style
from rnnviz.evaluation.bootstrap import Interval
from rnnviz.evaluation.significance import EXACT, Pair

ESTIMATES = [
    Estimate("GRU", "#009e73", Interval(0.66, 0.62, 0.70)),
    Estimate("<b>LSTM", "#0072b2", Interval(0.65, 0.61, 0.69)),
    Estimate("nobody", "#888888", Interval(0.0, None, None)),
]
NAMES = {"g": "GRU", "l": "LSTM", "r": "RNN"}
PAIRS = [
    Pair("g", "l", 100, 20, 15, 5, Interval(0.1, 0.02, 0.18), EXACT, 0.01, 0.02, 0.08),
    Pair("l", "r", 100, 20, 10, 10, Interval(0.0, -0.08, 0.08), EXACT, 1.0, 1.0, 0.08),
]


def test_every_contestant_has_its_interval_and_the_reference_a_line():
    figure = forest(ESTIMATES, 0.66, "Accuracy").to_plotly_json()

    gru, lstm, nobody = figure["data"]
    assert (gru["x"], gru["y"]) == ([0.66], [0])
    assert gru["error_x"]["array"] == [pytest.approx(0.04)]
    assert gru["error_x"]["arrayminus"] == [pytest.approx(0.04)]
    assert (lstm["error_x"]["visible"], nobody["error_x"]["visible"]) == (True, False)
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [0.66]
    assert figure["layout"]["yaxis"]["ticktext"][1] == "&lt;b&gt;LSTM"
    assert "shapes" not in forest(ESTIMATES, None, "Accuracy").to_plotly_json()["layout"]


def test_an_interval_that_ends_at_0_keeps_its_bar():
    (dot,) = forest([Estimate("x", "#000", Interval(0.0, 0.0, 0.5))], None, "Recall").to_plotly_json()["data"]

    assert (dot["error_x"]["array"], dot["error_x"]["arrayminus"], dot["error_x"]["visible"]) == ([0.5], [0.0], True)


def test_the_numbers_of_the_intervals_can_be_had():
    numbers = table(forest(ESTIMATES[:2], 0.66, "Accuracy"))

    assert numbers["Accuracy"].tolist() == [0.66, 0.65]
    assert numbers["low"].tolist() == [0.62, 0.61]
    assert numbers["high"].tolist() == [0.70, 0.69]


@pytest.mark.parametrize("dark", [False, True])
def test_the_matrix_has_each_difference_with_its_sign_and_a_star_where_it_is_real(dark):
    matrix = difference_matrix(NAMES, PAIRS, Style(dark)).to_plotly_json()
    (heatmap,), notes = matrix["data"], matrix["layout"]["annotations"]

    assert heatmap["text"] == [["", "+10.0", ""], ["−10.0", "", "0.0"], ["", "0.0", ""]]
    assert [(note["y"], note["x"], note["text"]) for note in notes] == [
        (0, 1, "+10.0<br>★"),
        (1, 0, "−10.0<br>★"),
        (1, 2, "0.0"),
        (2, 1, "0.0"),
    ]
    grounds = {1: heatmap["colorscale"][-1][1], 0: heatmap["colorscale"][0][1]}
    for note in notes[:2]:
        assert contrast(grounds[note["x"]], note["font"]["color"]) >= 4.5
    assert heatmap["z"] == [[None, 10.0, None], [-10.0, None, 0.0], [None, 0.0, None]]
    assert heatmap["zmin"] == -heatmap["zmax"] == -10.0
    assert heatmap["customdata"][0][1] == "0.020"


def test_noise_is_not_painted_in_full_colour():
    small = [Pair("g", "l", 9_000, 20, 15, 5, Interval(0.001, -0.01, 0.01), EXACT, 0.5, 0.5, None)]

    (heatmap,) = difference_matrix({"g": "GRU", "l": "LSTM"}, small, Style()).to_plotly_json()["data"]

    assert heatmap["zmax"] == 5.0


def test_each_seed_is_a_dot_and_the_mean_has_its_deviation():
    groups = [
        SeedGroup("GRU", "gru", accuracies={0: 0.6, 1: 0.7, 5: 0.8}),
        SeedGroup("RNN", "rnn", accuracies={0: 0.5, 1: 0.5}),
    ]

    gru, gru_mean, _rnn, rnn_mean = seed_points(groups, "Accuracy").to_plotly_json()["data"]

    assert (gru["y"], gru["customdata"]) == ([0.6, 0.7, 0.8], [0, 1, 5])
    assert (gru_mean["y"], gru_mean["error_y"]["array"]) == ([pytest.approx(0.7)], [pytest.approx(0.1)])
    assert (rnn_mean["y"], rnn_mean["error_y"]["array"]) == ([0.5], [0.0])
