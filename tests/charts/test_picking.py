"""Cells of a confusion matrix that can be clicked."""

import numpy as np

from rnnviz.charts.judgement import confusion_heatmap
from rnnviz.charts.numbers import as_csv
from rnnviz.charts.picking import with_cells_to_pick
from rnnviz.charts.style import Style

COUNTS, CLASSES = np.array([[3, 1, 0], [2, 8, 4], [0, 5, 6]]), ("ant", "bee", "<b>cow</b>")
PLAIN = confusion_heatmap(COUNTS, CLASSES, Style())


def test_a_point_in_each_cell_tells_row_column_and_texts():
    points = with_cells_to_pick(PLAIN, None).data[1]
    names = list(PLAIN.data[0].x)

    assert len(points.x) == 9
    for x, y, (row, column, texts) in zip(points.x, points.y, points.customdata, strict=True):
        assert (y, x) == (names[row], names[column])
        assert texts == COUNTS[row][column]


def test_the_chosen_cell_has_a_frame_around_it():
    (frame,) = with_cells_to_pick(PLAIN, (2, 1)).layout.shapes

    assert frame.x0 < 1 < frame.x1
    assert frame.y0 < 2 < frame.y1
    assert not with_cells_to_pick(PLAIN, None).layout.shapes


def test_the_numbers_are_those_of_the_matrix_and_no_point_is_among_them():
    assert as_csv(with_cells_to_pick(PLAIN, (0, 0))) == as_csv(PLAIN)


def test_the_picture_stays_where_it_is_when_it_is_dragged():
    layout = with_cells_to_pick(PLAIN, None).layout

    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
    assert layout.hoverdistance == -1, "the nearest point is clicked, however far"
