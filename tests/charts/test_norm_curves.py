"""Gradient norms as pictures: on a logarithmic axis, over the tokens, the half-life where it is."""

import numpy as np
import pytest

from rnnviz.charts.gradients import NormCurve, norm_curves, relative
from rnnviz.charts.style import CELL_COLOURS, MAX_TICKS

NORMS = np.array([0.01, 0.1, 0.5, 1.0], dtype=np.float32)


def lines(figure, orientation):
    """Level or upright lines, as (place, colour, dash)."""
    axes = ("y0", "y1") if orientation == "level" else ("x0", "x1")
    return [
        (shape[axes[0]], shape.line.color, shape.line.dash)
        for shape in figure.layout.shapes
        if shape[axes[0]] == shape[axes[1]]
    ]


def test_a_curve_holds_its_norms_over_the_steps():
    figure = norm_curves([NormCurve("LSTM", "lstm", NORMS)], list("abcd"), "norm")

    (curve,) = figure.data
    np.testing.assert_array_equal(curve.y, NORMS)
    assert list(curve.x) == [0, 1, 2, 3]
    assert curve.name == "LSTM"


def test_each_curve_has_the_colour_of_its_cell_and_its_own_dash():
    curves = [NormCurve(cell.upper(), cell, NORMS) for cell in CELL_COLOURS]

    figure = norm_curves([*curves, NormCurve("state", "lstm", NORMS, dash="dot")], list("abcd"), "norm")

    assert [curve.line.color for curve in figure.data] == [*CELL_COLOURS.values(), CELL_COLOURS["lstm"]]
    assert figure.data[3].line.dash == "dot"


def test_the_axis_of_norms_is_logarithmic():
    figure = norm_curves([NormCurve("RNN", "rnn", NORMS)], list("abcd"), "‖∂L/∂h‖")

    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis.title.text == "‖∂L/∂h‖"


def test_a_norm_of_zero_is_a_gap_and_not_a_point():
    norms = np.array([0.0, 0.0, 0.2, 1.0], dtype=np.float32)

    (curve,) = norm_curves([NormCurve("RNN", "rnn", norms)], list("abcd"), "norm").data

    assert np.isnan(curve.y).tolist() == [True, True, False, False]
    np.testing.assert_array_equal(curve.y[2:], norms[2:])
    assert curve.connectgaps in {None, False}


def test_norms_that_are_all_zero_can_be_drawn():
    (curve,) = norm_curves([NormCurve("RNN", "rnn", np.zeros(4, dtype=np.float32))], list("abcd"), "norm").data

    assert np.isnan(curve.y).all()


@pytest.mark.parametrize("half_life", [0.25, 1.0, 2.5])
def test_the_half_life_is_an_upright_so_many_steps_before_the_last_token(half_life):
    figure = norm_curves([NormCurve("GRU", "gru", NORMS, half_life)], list("abcd"), "norm")

    assert lines(figure, "upright") == [(3 - half_life, CELL_COLOURS["gru"], "dot")]


@pytest.mark.parametrize("half_life", [0.25, 1.0, 2.5])
def test_of_a_net_that_reads_backwards_the_half_life_is_counted_from_the_first_token(half_life):
    figure = norm_curves([NormCurve("GRU", "gru", NORMS, half_life, last=0)], list("abcd"), "norm")

    assert lines(figure, "upright") == [(half_life, CELL_COLOURS["gru"], "dot")]


def test_a_net_that_has_read_less_of_the_text_has_read_its_end():
    curves = [NormCurve("RNN", "rnn", NORMS), NormCurve("GRU", "gru", NORMS[2:], 0.5)]

    figure = norm_curves(curves, list("abcd"), "norm")

    assert [list(curve.x) for curve in figure.data] == [[0, 1, 2, 3], [2, 3]]
    assert list(figure.data[1].customdata) == ["c", "d"]
    assert lines(figure, "upright") == [(2.5, CELL_COLOURS["gru"], "dot")]


def test_a_curve_without_half_life_has_no_upright():
    figure = norm_curves([NormCurve("GRU", "gru", NORMS)], list("abcd"), "norm")

    assert lines(figure, "upright") == []


def test_the_reference_is_a_level_line():
    figure = norm_curves([NormCurve("GRU", "gru", NORMS)], list("abcd"), "norm", reference=1.0)

    assert [place for place, _colour, _dash in lines(figure, "level")] == [1.0]
    assert norm_curves([NormCurve("GRU", "gru", NORMS)], list("abcd"), "norm").layout.shapes == ()


def test_tokens_stand_on_the_axis_a_blank_as_a_sign():
    figure = norm_curves([NormCurve("GRU", "gru", NORMS)], ["a", " ", "b", "a"], "norm")

    axis = figure.layout.xaxis
    assert list(axis.ticktext) == ["a", "␣", "b", "a"]
    assert list(axis.tickvals) == [0, 1, 2, 3]
    assert axis.title.text
    assert list(figure.data[0].customdata) == ["a", "␣", "b", "a"]


def test_a_long_text_shows_every_nth_token():
    tokens = [str(number % 10) for number in range(500)]

    axis = norm_curves([NormCurve("GRU", "gru", np.ones(500, dtype=np.float32))], tokens, "norm").layout.xaxis

    assert len(axis.tickvals) <= MAX_TICKS
    assert list(axis.ticktext) == [tokens[place] for place in axis.tickvals]


@pytest.mark.parametrize(("low", "dtick"), [(1e-37, 5), (1e-12, 2), (1e-6, 1), (0.001, 1), (0.1, "D2"), (1.0, "D2")])
def test_a_short_range_has_ticks_between_the_powers_of_ten(low, dtick):
    figure = norm_curves([NormCurve("GRU", "gru", np.array([low, 1.0], dtype=np.float32))], list("ab"), "norm")

    assert figure.layout.yaxis.dtick == dtick


def test_relative_norms_are_shares_of_the_last_one():
    np.testing.assert_allclose(relative(np.array([1.0, 8.0, 4.0], dtype=np.float32)), [0.25, 2.0, 1.0])


def test_of_a_net_that_reads_backwards_norms_are_shares_of_the_first_one():
    np.testing.assert_allclose(relative(np.array([4.0, 8.0, 1.0], dtype=np.float32), 0), [1.0, 2.0, 0.25])


def test_relative_to_zero_there_is_nothing():
    assert not np.isfinite(relative(np.array([1.0, 0.0], dtype=np.float32))).any()
