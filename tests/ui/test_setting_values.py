"""What the page calls the values of settings."""

import pytest

from rnnviz.language import use_language
from rnnviz.training.config import CHOICES
from rnnviz.ui.setting_values import value_title


def test_values_are_said_as_the_page_says_them():
    assert value_title("optimiser.name", "sgd") == "SGD with momentum"
    assert value_title("optimiser.weight_decay", 0.001) == "0.001"
    assert value_title("text.max_vocabulary", 10_000) == "10,000"
    assert value_title("seed", 10_000) == "10000"
    assert value_title("model.cell", "lstm") == "LSTM"
    assert value_title("text.unit", "character") == "characters"
    use_language("ru")
    assert value_title("optimiser.weight_decay", 0.001) == "0,001"
    assert value_title("text.max_vocabulary", 10_000) == "10\u00a0000"


@pytest.mark.parametrize("path", list(CHOICES))
def test_every_choice_has_words(path):
    assert all(value_title(path, value) for value in CHOICES[path][1])
