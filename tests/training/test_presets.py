"""Presets: every one of them is allowed, and a dataset gets the defaults that fit it."""

import pytest

from rnnviz.text.sources import DatasetCard
from rnnviz.training.config import RunConfig, changed, checked, value_at
from rnnviz.training.presets import FEW_TEXTS, LARGE, PRESETS, config_for


def card(unit: str, rows: int) -> DatasetCard:
    return DatasetCard("mine", unit, ("a", "b"), rows, "0" * 64)


@pytest.mark.parametrize("settings", [*(preset.settings for preset in PRESETS.values()), FEW_TEXTS])
def test_every_setting_of_a_preset_exists_and_is_allowed(settings) -> None:
    config = changed(RunConfig(), settings)
    assert {path: value_at(config, path) for path in settings} == dict(settings)
    assert checked(config) is config


def test_many_reviews_begin_with_the_preset_of_one_minute_and_few_with_many_passes() -> None:
    many, few = config_for(card("word", LARGE)), config_for(card("word", LARGE - 1))
    assert many.epochs == PRESETS["minute"].settings["epochs"]
    assert few.epochs > 5 * many.epochs
    assert {many.text.unit, few.text.unit} == {"word"}


def test_names_are_read_letter_by_letter_with_the_usual_settings() -> None:
    assert config_for(card("character", 4_000)) == RunConfig(dataset="mine")
