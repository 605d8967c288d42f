"""The data in each picture of a trace, held against the trace."""

import numpy as np
import pytest

from rnnviz.charts.heatmaps import html_symbol, limits, quantity_heatmap, trace_panels
from rnnviz.charts.style import CLASS_COLOURS, MARK, MAX_TICKS, Style
from rnnviz.charts.token_axes import FEW_TICKS, window_around
from rnnviz.language import use_language
from rnnviz.models.cells import CELLS, Quantity
from tests.charts.conftest import CELLS as NAMES


def heatmaps(figure):
    return [drawn for drawn in figure.data if drawn.type == "heatmap"]


def lines(figure):
    return [drawn for drawn in figure.data if drawn.type == "scatter"]


def frames(figure):
    """The marked rectangles as (axis, x0, x1, y0, y1)."""
    return [(shape.yref, shape.x0, shape.x1, shape.y0, shape.y1) for shape in figure.layout.shapes]


def titles(figure):
    return [note.text for note in figure.layout.annotations]


def axis_of(drawn):
    """The y axis of a trace; Plotly takes the first where none is named."""
    return drawn.yaxis or "y"


def layout_axes(figure, letter):
    return [figure.layout[name] for name in sorted(figure.layout) if name.startswith(f"{letter}axis")]


@pytest.mark.parametrize("cell", NAMES)
def test_each_heatmap_holds_its_quantity_units_down_and_tokens_across(traced, style, cell):
    traced = traced(cell)

    figure = trace_panels(traced, traced.quantities, style)

    assert len(heatmaps(figure)) == len(traced.quantities)
    for drawn, quantity in zip(heatmaps(figure), traced.quantities, strict=True):
        np.testing.assert_array_equal(drawn.z, traced.values[quantity.name].T)
        assert drawn.z.shape == (traced.units, len(traced.tokens))
        assert drawn.z.dtype == np.float32


@pytest.mark.parametrize("cell", NAMES)
def test_a_single_quantity_is_the_same_picture(traced, style, cell):
    traced = traced(cell)
    for quantity in traced.quantities:
        (drawn,) = quantity_heatmap(traced, quantity, style).data

        np.testing.assert_array_equal(drawn.z, traced.values[quantity.name].T)


@pytest.mark.parametrize("cell", NAMES)
@pytest.mark.parametrize("dark", [False, True])
def test_gates_have_the_scale_from_0_to_1_and_signed_values_one_centred_at_0(traced, cell, dark):
    traced, style = traced(cell), Style(dark)
    for quantity in traced.quantities:
        (drawn,) = quantity_heatmap(traced, quantity, style).data

        if quantity.low == 0:
            assert (drawn.zmin, drawn.zmax) == (0.0, 1.0)
            assert drawn.colorscale[0][1] == "#440154", "Viridis begins with this violet"
        else:
            assert drawn.zmin == -drawn.zmax
            assert drawn.colorscale == tuple(style.diverging)
            assert drawn.colorscale[len(drawn.colorscale) // 2][0] == 0.5


def test_states_and_gates_within_one_have_the_range_of_their_activation():
    for cell in CELLS.values():
        for quantity in (*cell.states, *cell.gates):
            if quantity.name != "cell_state":
                assert limits(quantity, np.zeros((1, 1))) == (quantity.low, quantity.high)


@pytest.mark.parametrize(("values", "bound"), [([0.3, -0.2], 1.0), ([2.5, -0.5], 2.5), ([0.5, -3.75], 3.75)])
def test_the_cell_state_has_a_symmetric_range_that_holds_all_its_values(values, bound):
    (cell_state,) = (quantity for quantity in CELLS["lstm"].states if quantity.name == "cell_state")

    assert limits(cell_state, np.array([values], dtype=np.float32)) == (-bound, bound)


@pytest.mark.parametrize("step", [0, 3, 5])
def test_the_present_step_is_framed_in_every_panel(traced, style, step):
    traced = traced("lstm")

    figure = trace_panels(traced, traced.quantities, style, step=step, probabilities=True)

    rows = [f"y{row}" for row in range(2, len(traced.quantities) + 2)]
    heatmap_frames = [(axis, step - 0.5, step + 0.5, -0.5, traced.units - 0.5) for axis in rows]
    assert sorted(frames(figure)) == sorted([("y", step - 0.5, step + 0.5, -0.03, 1.03), *heatmap_frames])
    assert {shape.line.color for shape in figure.layout.shapes} == {MARK}


@pytest.mark.parametrize("unit", [0, 4])
def test_the_row_of_the_chosen_unit_is_framed_in_every_heatmap_and_not_in_the_prediction(traced, style, unit):
    traced = traced("gru")

    figure = trace_panels(traced, traced.quantities, style, unit=unit, probabilities=True)

    rows = [f"y{row}" for row in range(2, len(traced.quantities) + 2)]
    assert sorted(frames(figure)) == [(axis, -0.5, len(traced.tokens) - 0.5, unit - 0.5, unit + 0.5) for axis in rows]


def test_without_step_and_unit_nothing_is_framed(traced, style):
    traced = traced("rnn")

    assert not trace_panels(traced, traced.quantities, style).layout.shapes


def test_step_frame_and_unit_frame_cross_in_the_framed_cell(traced, style):
    """Row and column are on the same axes as the heatmap, whose cells are one wide around whole numbers."""
    traced = traced("rnn")

    figure = trace_panels(traced, traced.quantities, style, step=2, unit=3)
    (drawn,) = heatmaps(figure)

    assert drawn.x is None
    assert drawn.y is None, "cells stand at 0, 1, 2 …"
    assert axis_of(drawn) == "y"
    assert set(frames(figure)) == {("y", -0.5, 5.5, 2.5, 3.5), ("y", 1.5, 2.5, -0.5, 4.5)}


def test_the_first_unit_is_on_top(traced, style):
    figure = quantity_heatmap(traced("rnn"), CELLS["rnn"].states[0], style)

    assert figure.layout.yaxis.range == (4.5, -0.5)


@pytest.mark.parametrize("cell", NAMES)
def test_the_running_prediction_has_a_line_for_each_class_in_its_colour(traced, style, cell):
    traced = traced(cell)

    figure = trace_panels(traced, traced.states, style, probabilities=True)

    assert [line.name for line in lines(figure)] == ["ant", "bee", "cow"]
    for number, line in enumerate(lines(figure)):
        np.testing.assert_array_equal(line.y, traced.probabilities[:, number])
        assert list(line.x) == list(range(len(traced.tokens)))
        assert line.line.color == CLASS_COLOURS[number]
        assert axis_of(line) == "y"


def test_the_prediction_stands_above_the_states_which_stand_above_the_gates(traced, style):
    traced = traced("lstm")

    figure = trace_panels(traced, traced.quantities, style, probabilities=True)

    assert titles(figure) == [
        "Prediction after each token",
        "Hidden state <i>h<sub>t</sub></i>",
        "Cell state <i>c<sub>t</sub></i>",
        "Input gate <i>i<sub>t</sub></i>",
        "Forget gate <i>f<sub>t</sub></i>",
        "Candidate <i>g<sub>t</sub></i>",
        "Output gate <i>o<sub>t</sub></i>",
    ]
    assert [axis_of(drawn) for drawn in figure.data] == ["y", "y", "y", *(f"y{row}" for row in range(2, 8))]
    bottoms = [figure.layout[f"yaxis{row}" if row > 1 else "yaxis"].domain[0] for row in range(1, 8)]
    assert bottoms == sorted(bottoms, reverse=True)


def test_the_panels_have_the_same_height_as_each_other(traced, style):
    traced = traced("lstm")

    figure = trace_panels(traced, traced.quantities, style, probabilities=True)

    domains = [figure.layout[f"yaxis{row}" if row > 1 else "yaxis"].domain for row in range(1, 8)]
    np.testing.assert_allclose([high - low for low, high in domains], domains[0][1] - domains[0][0])


def test_tokens_stand_on_the_axis_a_blank_as_a_sign(traced, style):
    figure = quantity_heatmap(traced("rnn"), CELLS["rnn"].states[0], style)

    axis = figure.layout.xaxis
    assert list(axis.ticktext) == ["a", "b", "␣", "c", "a", "b"]
    assert list(axis.tickvals) == [0, 1, 2, 3, 4, 5]
    assert axis.range == (-0.5, 5.5)


def test_a_repeated_token_keeps_its_own_place(traced, style):
    """The axis is a linear one over steps: two a's never fall together."""
    traced = traced("rnn", "aaa")

    figure = trace_panels(traced, traced.quantities, style, probabilities=True)

    assert list(figure.layout.xaxis.tickvals) == [0, 1, 2]
    assert figure.layout.xaxis.type in {None, "linear"}


def test_the_hover_tells_the_token_of_each_cell(traced, style):
    """`%{x}` is the word of the tick at this step, and every step has one."""
    figure = quantity_heatmap(traced("rnn"), CELLS["rnn"].states[0], style)

    (drawn,) = figure.data
    assert "%{x}" in drawn.hovertemplate
    assert list(figure.layout.xaxis.tickvals) == list(range(len(drawn.z[0])))
    assert list(figure.layout.xaxis.ticktext) == ["a", "b", "␣", "c", "a", "b"]


@pytest.mark.parametrize(("length", "stride"), [(41, 3), (60, 3), (400, 20), (500, 25), (1000, 50)])
def test_long_texts_show_every_nth_token_and_every_one_on_hover(style, length, stride):
    text = ("abcdefgh" * 125)[:length]

    figure = quantity_heatmap(_long(text), CELLS["rnn"].states[0], style)

    hovered, shown = figure.layout.xaxis, figure.layout.xaxis2
    assert list(hovered.ticktext) == list(text)
    assert list(hovered.tickvals) == list(range(length))
    assert hovered.showticklabels is False
    assert list(shown.tickvals) == list(range(0, length, stride))
    assert list(shown.ticktext) == list(text[::stride])
    assert len(shown.tickvals) <= FEW_TICKS
    assert shown.matches == "x"
    assert hovered.range == shown.range == (-0.5, length - 0.5)


@pytest.mark.parametrize("length", [1, 7, MAX_TICKS])
def test_all_tokens_of_a_short_text_are_shown(style, length):
    text = ("abcdefgh" * 5)[:length]

    layout = quantity_heatmap(_long(text), CELLS["rnn"].states[0], style).layout

    assert list(layout.xaxis.ticktext) == list(text)
    assert layout.xaxis.showticklabels is not False
    assert "xaxis2" not in layout


@pytest.mark.parametrize("window", [range(0, 60), range(100, 160), range(340, 400), range(0, 400)])
def test_a_window_of_a_long_text_shows_its_own_tokens_and_values(style, window):
    traced = _long(("abcdefgh" * 50)[:400])
    part = slice(window.start, window.stop)

    figure = trace_panels(traced, traced.states, style, step=window.start, unit=1, probabilities=True, window=window)

    (drawn,) = heatmaps(figure)
    np.testing.assert_array_equal(drawn.z, traced.values["hidden"][part].T)
    assert drawn.z.dtype == np.float32
    assert drawn.x0 == window.start
    assert figure.layout.xaxis.range == (window.start - 0.5, window.stop - 0.5)
    assert list(figure.layout.xaxis.ticktext) == list(traced.tokens[part])
    visible = [line for line in lines(figure) if line.opacity != 0]
    for number, line in enumerate(visible):
        assert list(line.x) == list(window)
        np.testing.assert_array_equal(line.y, traced.probabilities[part, number])
        assert list(line.customdata) == list(traced.tokens[part])
    assert ("y2", window.start - 0.5, window.stop - 0.5, 0.5, 1.5) in frames(figure)


def test_into_a_long_text_one_zooms_along_the_tokens_only(traced, style):
    long, short = _long("ab" * 30), traced("rnn")

    figure = trace_panels(long, long.states, style, probabilities=True)

    assert figure.layout.dragmode == "zoom"
    assert all(axis.fixedrange for axis in layout_axes(figure, "y"))
    assert not any(axis.fixedrange for axis in layout_axes(figure, "x"))
    assert trace_panels(short, short.states, style).layout.dragmode is False


def test_a_zoom_by_hand_does_not_outlive_its_window(style):
    long = _long("ab" * 100)

    def kept(window, step):
        return trace_panels(long, long.states, style, step=step, window=window).layout.xaxis.uirevision

    assert kept(range(0, 60), 3) == kept(range(0, 60), 30)
    assert kept(range(0, 60), 3) != kept(range(1, 61), 3)


@pytest.mark.parametrize(
    ("step", "tokens", "window"),
    [
        (0, 400, range(0, 60)),
        (29, 400, range(0, 60)),
        (31, 400, range(1, 61)),
        (200, 400, range(170, 230)),
        (399, 400, range(340, 400)),
        (5, 10, range(0, 10)),
        (0, 61, range(0, 60)),
        (60, 61, range(1, 61)),
    ],
)
def test_a_window_has_the_step_in_its_middle_or_the_end_of_the_text(step, tokens, window):
    assert window_around(step, tokens) == window
    assert step in window


def _long(text):
    """The trace of a text longer than the untrained nets are told to read: values do not matter here."""
    import dataclasses

    from rnnviz.insight.trace import trace
    from tests.oracles import untrained

    model = untrained("rnn", hidden_size=2)
    config = dataclasses.replace(model.config, text=dataclasses.replace(model.config.text, max_tokens=1000))
    model = dataclasses.replace(model, config=config)
    return trace(model, model.read(text))


def test_words_stand_upright_on_the_axis_and_letters_level(traced, style):
    import dataclasses

    letters = traced("rnn", "abc")
    words = dataclasses.replace(letters, tokens=("the", "cat", "sat"))

    assert quantity_heatmap(letters, CELLS["rnn"].states[0], style).layout.xaxis.tickangle == 0
    assert quantity_heatmap(words, CELLS["rnn"].states[0], style).layout.xaxis.tickangle == 90


def test_all_axes_of_the_picture_have_titles(traced, style):
    traced = traced("lstm")

    figure = trace_panels(traced, traced.quantities, style, step=1, unit=1, probabilities=True)

    assert [axis.title.text for axis in layout_axes(figure, "y")] == ["Probability", *["Unit"] * 6]
    assert [axis.title.text for axis in layout_axes(figure, "x") if axis.title.text] == ["Token"], "once for all"


def test_the_token_axis_stands_below_the_lowest_panel(traced, style):
    traced = traced("lstm")

    figure = trace_panels(traced, traced.quantities, style, probabilities=True)

    (axis,) = [axis for axis in layout_axes(figure, "x") if axis.title.text]
    lowest = min(layout_axes(figure, "y"), key=lambda axis: axis.domain[0])
    assert figure.layout[axis.anchor.replace("y", "yaxis")] == lowest
    assert lowest.domain[0] >= 0


@pytest.mark.parametrize("cell", NAMES)
def test_a_text_of_one_token_and_a_net_of_one_unit_can_be_drawn(traced, style, cell):
    traced = traced(cell, "a", hidden_size=1)

    figure = trace_panels(traced, traced.quantities, style, step=0, unit=0, probabilities=True)

    for drawn, quantity in zip(heatmaps(figure), traced.quantities, strict=True):
        assert drawn.z.shape == (1, 1)
        assert drawn.z[0, 0] == traced.values[quantity.name][0, 0]


def test_a_symbol_has_its_index_lowered():
    assert html_symbol("h_t") == "<i>h<sub>t</sub></i>"


def test_titles_follow_the_language(traced, style):
    from rnnviz.language import _

    use_language("ru")
    quantity: Quantity = CELLS["rnn"].states[0]

    figure = quantity_heatmap(traced("rnn"), quantity, style)

    assert titles(figure) == [f"{_('Hidden state')} <i>h<sub>t</sub></i>"]
    assert figure.layout.yaxis.title.text == _("Unit")
