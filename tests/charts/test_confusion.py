"""The confusion matrix as a picture: shares of the true class, counts in the cells."""

import numpy as np
import pytest

from rnnviz.charts.judgement import confusion_heatmap
from rnnviz.charts.style import Style


@pytest.fixture
def picture():
    def draw(confusion, classes=("cat", "dog")):
        figure = confusion_heatmap(confusion, classes, Style())
        return figure, figure.data[0]

    return draw


def test_colour_is_the_share_of_the_true_class(picture):
    _figure, drawn = picture([[3, 1], [2, 8]])

    np.testing.assert_allclose(drawn.z, [[0.75, 0.25], [0.2, 0.8]])
    assert (drawn.zmin, drawn.zmax) == (0, 1)


def test_cells_tell_count_and_share(picture):
    _figure, drawn = picture([[3, 1], [2, 8]])

    assert [list(row) for row in drawn.text] == [["3<br>75%", "1<br>25%"], ["2<br>20%", "8<br>80%"]]


def test_a_class_without_texts_has_shares_of_zero(picture):
    _figure, drawn = picture([[0, 0], [2, 2]])

    np.testing.assert_allclose(drawn.z, [[0, 0], [0.5, 0.5]])


def test_true_classes_go_down_and_predicted_ones_across_both_in_order(picture):
    figure, drawn = picture([[3, 1, 0], [2, 8, 0], [0, 0, 1]], ("ant", "bee", "cow"))

    assert list(drawn.x) == list(drawn.y) == ["ant", "bee", "cow"]
    assert figure.layout.yaxis.autorange == "reversed", "the first class on top"
    assert figure.layout.xaxis.title.text == "Predicted class"
    assert figure.layout.yaxis.title.text == "True class"


def test_a_class_with_a_tag_in_its_name_does_nothing(picture):
    _figure, drawn = picture([[1, 0], [0, 1]], ("<b>cat</b>", "dog"))

    assert list(drawn.x) == list(drawn.y) == ["&lt;b&gt;cat&lt;/b&gt;", "dog"]


def test_classes_that_look_like_numbers_stay_names(picture):
    figure, _drawn = picture([[1, 0], [0, 1]], ("1", "5"))

    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "category"
