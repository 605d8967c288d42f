"""Eigenvalues and forgetting as pictures: marks, circles, bands and half-lives where they belong."""

import numpy as np
import pytest

from rnnviz.charts.horizon import HorizonCurve, horizon_curves, place
from rnnviz.charts.spectrum import spectrum_plane
from rnnviz.charts.style import CELL_COLOURS
from rnnviz.insight.horizon import Band, Horizon
from rnnviz.insight.spectrum import spectra
from tests.oracles import untrained


def test_the_marks_are_the_eigenvalues_and_the_circle_has_radius_1():
    blocks = spectra(untrained("rnn"))

    figure = spectrum_plane(blocks, "rnn", ["W_hh"])

    (drawn,) = figure.data
    np.testing.assert_allclose(np.asarray(drawn.x) + 1j * np.asarray(drawn.y), blocks[0].eigenvalues)
    assert drawn.marker.color == CELL_COLOURS["rnn"]
    (circle,) = figure.layout.shapes
    assert (circle.x0, circle.x1, circle.y0, circle.y1) == (-1, 1, -1, 1)
    assert figure.layout.yaxis.scaleanchor == "x"


def test_scaled_marks_stand_before_those_that_were():
    blocks = spectra(untrained("lstm"))

    figure = spectrum_plane(blocks, "lstm", list("ifgo"), factor=3.0)

    assert len(figure.data) == 8
    for number, block in enumerate(blocks):
        before, after = figure.data[2 * number : 2 * number + 2]
        np.testing.assert_allclose(np.asarray(before.x), block.eigenvalues.real)
        np.testing.assert_allclose(np.asarray(after.x), 3 * block.eigenvalues.real)
        assert after.name == "ifgo"[number]
    assert figure.layout.xaxis.range[1] > 3 * max(block.radius for block in blocks)


MEDIAN = [0.8, 0.4, 0.1]


def curve(cell="gru", distances=(0, 1, 2), median=MEDIAN, **settings):
    middle = np.array(median, np.float32)
    band = Band(middle / 2, middle, middle * 2)
    counts = np.array([9] * len(distances))
    return HorizonCurve(cell.upper(), Horizon(cell, "token", np.array(distances), counts, band, band), **settings)


def test_both_panels_have_the_median_and_the_band():
    figure = horizon_curves([curve()])

    areas, lines = figure.data[::2], figure.data[1::2]
    assert [line.yaxis for line in lines] == ["y", "y2"]
    for area, line in zip(areas, lines, strict=True):
        np.testing.assert_allclose(line.y, MEDIAN, rtol=1e-6)
        assert list(line.x) == [0, 1, 2]
        np.testing.assert_allclose(area.y[:3], np.array(MEDIAN) * 2, rtol=1e-6)
    assert figure.layout.xaxis.range[0] > figure.layout.xaxis.range[1], "the end of reading is at the right"


def test_an_upright_marks_each_half_life_in_its_own_panel():
    figure = horizon_curves([curve()])

    assert [(shape.x0, shape.yref) for shape in figure.layout.shapes] == [(1, "y domain"), (1, "y2 domain")]
    assert not horizon_curves([curve(median=[1, 0.9, 0.8])]).layout.shapes


def test_long_distances_stand_by_their_logarithm():
    figure = horizon_curves([curve(distances=(0, 1, 127))])

    assert list(figure.data[1].x) == pytest.approx([0, 1, 7])
    assert float(place(3, 127)) == 2
    assert list(figure.layout.xaxis.ticktext) == ["0", "1"]


def test_runs_with_other_distances_and_zeros_are_drawn_together():
    figure = horizon_curves([curve(), curve("rnn", (0, 1), [0.5, 0.0]), curve("lstm", (0,), [0.0])])

    assert len(figure.data) == 12
    assert np.isnan(figure.data[3].y[1])
