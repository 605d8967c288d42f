"""Pictures of where a decision falls: the numbers in the figure, one token axis, one zero."""

import numpy as np
import pytest

from rnnviz.charts.attribution import Row, attribution_panels, stacked_domains
from rnnviz.insight.leaning import Leaning
from tests.charts.conftest import TEXT

ROWS = [
    Row("one", "log-odds", np.array([0.5, -2, 0, 1, 0, 0.25], dtype=np.float32)),
    Row("two", "probability", np.zeros(6, dtype=np.float32)),
]
NORMS = np.tril(np.arange(1, 37, dtype=np.float32).reshape(6, 6))
LEANING = Leaning(tuple(TEXT), "ant", False, NORMS)


def of_type(figure, kind):
    return [each for each in figure.data if each.type == kind]


def test_the_bars_are_the_values_on_a_scale_with_zero_in_its_middle(style):
    figure = attribution_panels(tuple(TEXT), ROWS, style, step=1)

    first, second = of_type(figure, "bar")
    np.testing.assert_array_equal(first.y, ROWS[0].values)
    np.testing.assert_array_equal(first.marker.color, ROWS[0].values)
    assert (first.marker.cmin, first.marker.cmax) == (-2, 2)
    assert second.marker.cmin == -second.marker.cmax != 0
    for axis in (figure.layout.yaxis, figure.layout.yaxis2):
        assert axis.range[0] == -axis.range[1]
        assert axis.zeroline
    assert [axis.title.text for axis in (figure.layout.yaxis, figure.layout.yaxis2)] == ["log-odds", "probability"]
    assert [note.text for note in figure.layout.annotations] == ["one", "two"]


def test_all_panels_share_the_axis_of_tokens_and_the_frame(style):
    figure = attribution_panels(tuple(TEXT), ROWS, style, step=1, leaning=LEANING)

    assert list(figure.layout.xaxis.ticktext) == ["a", "b", "␣", "c", "a", "b"]
    assert {each.xaxis for each in figure.data} == {None}
    upright, upright_too, lying = figure.layout.shapes
    assert (upright.x0, upright.x1) == (upright_too.x0, upright_too.x1) == (0.5, 1.5)
    assert (lying.x0, lying.x1, lying.y0, lying.y1) == (-0.5, 5.5, 1.5, 2.5)


@pytest.mark.parametrize("backwards", [False, True])
def test_the_triangle_is_empty_where_nothing_was_read(style, backwards):
    norms = NORMS[::-1, ::-1] if backwards else NORMS
    leaning = Leaning(tuple(TEXT), "ant", backwards, norms)

    (triangle,) = of_type(attribution_panels(tuple(TEXT), ROWS, style, leaning=leaning), "heatmap")

    unread = np.tril(np.ones((6, 6)), -1) if backwards else np.triu(np.ones((6, 6)), 1)
    np.testing.assert_array_equal(np.isnan(triangle.z), unread.astype(bool))
    np.testing.assert_allclose(np.nan_to_num(triangle.z), leaning.shares)
    np.testing.assert_array_equal(triangle.customdata, norms)
    assert (triangle.zmin, triangle.zmax, triangle.x0, triangle.y0) == (0, 1, 0, 1)


def test_a_window_of_a_long_text_shows_its_own_part(style):
    values = np.linspace(-1, 1, 100, dtype=np.float32)
    norms = np.tril(np.ones((100, 100), dtype=np.float32))
    tokens = tuple(f"w{place}" for place in range(100))

    figure = attribution_panels(
        tokens, [Row("x", "y", values)], style, 50, range(30, 60), Leaning(tokens, "ant", False, norms)
    )

    (bars,), (triangle,) = of_type(figure, "bar"), of_type(figure, "heatmap")
    assert list(bars.x) == list(range(30, 60))
    np.testing.assert_array_equal(bars.y, values[30:60])
    assert bars.marker.cmax == 1, "the scale is that of the whole text"
    assert (triangle.x0, triangle.y0, triangle.z.shape) == (30, 31, (30, 30))
    assert tuple(figure.layout.yaxis2.range) == (60.5, 30.5)


def test_panels_stand_below_one_another():
    domains = stacked_domains([80, 80, 240])

    edges = [edge for bottom, top in domains for edge in (top, bottom)]
    assert edges == sorted(edges, reverse=True)
    assert edges[-1] == 0
    assert edges[0] < 1, "the title has room"
    assert domains[2][1] - domains[2][0] == pytest.approx(3 * (domains[0][1] - domains[0][0]))
