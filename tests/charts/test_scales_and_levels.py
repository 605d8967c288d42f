"""What stands at a scale or a level is legible: few round numbers, and no two names in one place."""

import numpy as np
import pytest

from rnnviz.charts.costs import Bought, Level, accuracy_against_price
from rnnviz.charts.itemised import colour_bar
from rnnviz.language import use_language


def bar(low: float, high: float) -> dict[float, str]:
    drawn = colour_bar({"zmin": np.log10(low), "zmax": np.log10(high)}, "norms")
    return dict(zip(drawn["tickvals"], drawn["ticktext"], strict=True))


def test_a_scale_of_few_powers_has_one_two_and_five():
    drawn = bar(0.012, 0.6)

    assert list(drawn.values()) == ["0.02", "0.05", "0.1", "0.2", "0.5"]
    assert list(drawn) == pytest.approx(np.log10([0.02, 0.05, 0.1, 0.2, 0.5]).tolist())


def test_a_scale_of_many_powers_has_powers():
    assert bar(3e-5, 0.2) == {
        -4.0: "10<sup>-4</sup>",
        -3.0: "10<sup>-3</sup>",
        -2.0: "10<sup>-2</sup>",
        -1.0: "10<sup>-1</sup>",
    }


def test_the_numbers_at_a_scale_are_those_of_the_language():
    use_language("ru")

    assert list(bar(0.04, 0.3).values()) == ["0,05", "0,1", "0,2"]


def test_levels_of_one_value_have_one_name_between_them():
    levels = [
        Level("Majority", "#888888", 0.5361),
        Level("Look-up", "#888888", 0.5361),
        Level("n-grams", "#888888", 0.64),
    ]

    figure = accuracy_against_price([Bought("RNN", "#000000", 1.0, 0.6)], "seconds", levels)

    assert [note.text for note in figure.layout.annotations] == ["Majority, Look-up 53.6%", "n-grams 64.0%"]
    assert len({(note.x, note.y) for note in figure.layout.annotations}) == 2
    assert len(figure.layout.shapes) == 3, "each has its line"
