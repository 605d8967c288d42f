"""Pictures of an edit: both texts on one axis, gaps where one of them has no token."""

import numpy as np
import pytest

from rnnviz.charts.edits import column_labels, edited_columns, what_if_panels
from rnnviz.insight.edits import Edit, what_if
from tests.oracles import untrained

LABELS = {
    Edit("delete", 1): (["a", "−b", "c", "a"], [1]),
    Edit("insert", 1, "h"): (["a", "+h", "b", "c", "a"], [1]),
    Edit("insert", 4, " "): (["a", "b", "c", "a", "+␣"], [4]),
    Edit("replace", 0, "h"): (["a→h", "b", "c", "a"], [0]),
    Edit("swap", 2): (["a", "b", "c→a", "a→c"], [2, 3]),
    Edit("replace", 0, "a"): (["a", "b", "c", "a"], []),
}


def edited(edit, cell="lstm", text="abca"):
    model = untrained(cell)
    return what_if(model, model.read(text), edit)


@pytest.mark.parametrize(("edit", "expected"), LABELS.items(), ids=str)
def test_each_column_says_what_became_of_its_token(edit, expected):
    assert (column_labels(edited(edit)), edited_columns(edited(edit))) == expected


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_pictures_hold_before_after_and_the_difference(cell, style):
    found = edited(Edit("delete", 1), cell)

    for quantity in found.before.quantities:
        figure = what_if_panels(found, quantity, 2, style, unit=3)
        before, after, difference = (each for each in figure.data if each.type == "heatmap")
        np.testing.assert_array_equal(before.z.T, found.before.values[quantity.name])
        assert np.isnan(after.z[:, 1]).all()
        np.testing.assert_array_equal(after.z[:, [0, 2, 3]].T, found.after.values[quantity.name])
        np.testing.assert_allclose(difference.z, after.z - before.z)
        assert difference.zmin == -difference.zmax
        assert (before.zmin, before.zmax, before.colorscale) == (after.zmin, after.zmax, after.colorscale)
    first, second = (each for each in figure.data if each.type == "scatter")
    np.testing.assert_array_equal(first.y, found.before.probabilities[:, 2])
    np.testing.assert_array_equal(np.asarray(second.y)[[0, 2, 3]], found.after.probabilities[:, 2])
    assert np.isnan(second.y[1])
    assert second.line.dash != first.line.dash
    (bars,) = (each for each in figure.data if each.type == "bar")
    np.testing.assert_array_equal(bars.y, found.state_change)
    framed = [shape for shape in figure.layout.shapes if (shape.x0, shape.x1) == (0.5, 1.5)]
    assert len(framed) == 5


def test_an_edit_that_changes_nothing_can_be_drawn(style):
    found = edited(Edit("replace", 0, "a"))

    figure = what_if_panels(found, found.before.states[0], 0, style)

    difference = [each for each in figure.data if each.type == "heatmap"][2]
    assert not difference.z.any()
    assert difference.zmin == -difference.zmax < 0


def test_a_window_of_a_long_text_can_be_drawn(style):
    found = edited(Edit("swap", 20), text="abcdefgh" * 4)

    figure = what_if_panels(found, found.before.states[0], 0, style, window=range(10, 25))

    difference = [each for each in figure.data if each.type == "heatmap"][2]
    np.testing.assert_array_equal(difference.z, found.difference("hidden")[10:25].T)
    assert difference.x0 == 10
