"""The grounds of running text: each colour says its value, and no word is hard to read."""

import numpy as np
import pytest

from rnnviz.charts.shading import bound, contrast, shades
from rnnviz.charts.style import Style

SIMPLE = [(0.0, "#000000"), (0.5, "#808080"), (1.0, "#ff0000")]


def grounds(values, limit, scale):
    return [ground for ground, _ink in shades(np.array(values, dtype=np.float32), -limit, limit, scale)]


def test_the_ends_and_the_middle_have_the_colours_of_the_scale():
    assert grounds([-2, 0, 2], 2, SIMPLE) == ["#000000", "#808080", "#ff0000"]


def test_between_them_the_colours_are_mixed():
    assert grounds([-1, 1], 2, SIMPLE) == ["#404040", "#c04040"]


def test_beyond_the_scale_it_is_the_colour_of_its_end():
    assert grounds([-9, 9], 2, SIMPLE) == grounds([-2, 2], 2, SIMPLE)


@pytest.mark.parametrize("dark", [False, True])
def test_every_word_can_be_read_on_its_ground(dark):
    painted = shades(np.linspace(-1, 1, 501), -1, 1, Style(dark).diverging)

    assert min(contrast(ground, ink) for ground, ink in painted) >= 4.5


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@pytest.mark.parametrize(
    ("largest", "limit"),
    [(0.3, 0.5), (0.5, 0.5), (0.51, 1.0), (0.101, 0.2), (0.02, 0.02), (0.011, 0.02), (0.0, 0.01), (3.0, 5.0)],
)
def test_the_bound_is_the_next_round_number(largest, limit):
    assert bound([np.full(5, largest), np.zeros(3)]) == pytest.approx(limit)


def test_a_single_outlier_does_not_pale_all_others():
    values = np.full(400, 0.04)
    values[7] = -0.9

    assert bound([values]) == pytest.approx(0.05)


def test_one_scale_serves_all():
    assert bound([np.array([0.01]), np.array([-0.4])]) == bound([np.array([-0.4])]) == 0.5


@pytest.mark.parametrize("dark", [False, True])
def test_the_scale_of_gates_begins_at_zero_and_every_word_can_be_read_on_it(dark):
    scale = Style(dark).sequential_stops

    painted = shades(np.linspace(0, 1, 101), 0.0, 1.0, scale)

    assert (painted[0][0], painted[-1][0]) == (scale[0][1].lower(), scale[-1][1].lower())
    assert all(contrast(ground, ink) >= 4.5 for ground, ink in painted)
