"""Norms of many texts as pictures: the median, the band around it, and where there are too few texts."""

import numpy as np
import pytest

from rnnviz.charts.bands import LEAST_TEXTS, LOWEST, NormBand, band_curves, faded
from rnnviz.charts.gradients import dashes
from rnnviz.charts.style import CELL_COLOURS
from rnnviz.insight.mean_gradients import MeanProfile

MEDIAN = [1.0, 0.4, 0.1, 0.02]
LOW = [1.0, 0.2, 0.05, 0.01]
HIGH = [1.0, 0.8, 0.2, 0.04]


def band(cell="gru", counts=(9, 9, 7, 5), median=MEDIAN, low=LOW, high=HIGH, **settings):
    arrays = [np.array(each, dtype=np.float32) for each in (median, low, high)]
    return NormBand(cell.upper(), MeanProfile(cell, *arrays, np.array(counts)), **settings)


def test_the_line_is_the_median_over_steps_back_from_the_end():
    _area, line = band_curves([band()], "norm").data

    np.testing.assert_array_equal(line.y, np.array(MEDIAN, dtype=np.float32))
    assert list(line.x) == [0, 1, 2, 3]
    assert line.name == "GRU"
    assert line.line.color == CELL_COLOURS["gru"]
    assert [row[2] for row in line.customdata] == [9, 9, 7, 5]


def test_the_band_goes_along_its_top_and_back_along_its_foot():
    area, _line = band_curves([band()], "norm").data

    assert list(area.x) == [0, 1, 2, 3, 3, 2, 1, 0]
    np.testing.assert_allclose(area.y, [*HIGH, *LOW[::-1]], rtol=1e-6)
    assert area.fill == "toself"
    assert area.fillcolor == faded(CELL_COLOURS["gru"])
    assert not area.showlegend


def test_a_faded_colour_is_the_same_colour_let_through():
    assert faded("#0072b2", 0.5) == "rgba(0,114,178,0.5)"


def test_reading_ends_at_the_right():
    axis = band_curves([band()], "norm").layout.xaxis

    assert axis.range == (3.5, -0.5)
    assert axis.title.text == "Steps back from the end"


def test_the_axis_of_norms_is_logarithmic_and_holds_all_bands():
    axis = band_curves([band(), band("rnn", low=[1, 1e-3, 1e-4, 1e-5])], "norm").layout.yaxis

    assert axis.type == "log"
    assert axis.range[0] < -5
    assert axis.range[1] > 0


def test_what_is_nearly_zero_does_not_stretch_the_axis():
    figure = band_curves([band(low=[1, 1e-20, 1e-30, 0], median=[1, 0.1, 0.01, 0])], "norm")

    assert figure.layout.yaxis.range[0] > np.log10(LOWEST) - 1
    area, line = figure.data
    assert (np.array(area.y) > 0).all(), "a logarithmic axis has no 0"
    assert np.isnan(line.y[3])


@pytest.mark.parametrize(
    ("counts", "drawn"),
    [((9, 9, 7, 5), 4), ((9, 9, 4, 1), 2), ((3, 3, 2, 1), 2), ((1, 1, 1, 1), 4), ((LEAST_TEXTS, 4, 1, 1), 1)],
)
def test_steps_that_few_texts_have_are_not_drawn(counts, drawn):
    area, line = band_curves([band(counts=counts)], "norm").data

    assert len(line.x) == drawn
    assert len(area.x) == 2 * drawn


def test_the_longest_band_sets_the_axis():
    figure = band_curves([band(counts=(9, 9, 1, 1)), band("lstm")], "norm")

    assert figure.layout.xaxis.range == (3.5, -0.5)


def test_a_dotted_upright_marks_the_half_life_of_each_median():
    figure = band_curves([band(median=[1, 0.5, 0.1, 0.1]), band("rnn", median=[1, 1, 1, 1])], "norm")

    uprights = [(shape.x0, shape.line.color) for shape in figure.layout.shapes if shape.x0 == shape.x1]
    assert uprights == [(pytest.approx(1.0), CELL_COLOURS["gru"])]


def test_models_with_the_same_cell_differ_in_their_lines():
    assert dashes(["rnn", "gru", "lstm"]) == ["solid"] * 3
    assert dashes(["gru", "rnn", "gru", "gru"]) == ["solid", "solid", "longdash", "dashdot"]
    assert "dot" not in dashes(["gru"] * 8)
    assert band_curves([band(dash="longdash")], "norm").data[1].line.dash == "longdash"
