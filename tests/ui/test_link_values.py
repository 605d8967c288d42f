"""What a link may ask for: whole numbers and settings, good, out of range, and no number at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.errors import BadInput
from rnnviz.training.config import CHOICES, LIMITS, RunConfig, changed, value_at
from rnnviz.training.experiment import short_name
from rnnviz.ui.link import whole_number
from rnnviz.ui.settings import GROUPS, HELP, IN_SIGHT, parsed

ASKED = [*IN_SIGHT, *(path for paths in GROUPS.values() for path in paths)]
NUMBERS = [path for path in ASKED if path in LIMITS]
WHOLE = [path for path in NUMBERS if isinstance(LIMITS[path].low, int)]


@settings(deadline=None)
@given(st.integers(1, 12))
def test_a_whole_number_within_bounds_is_taken(value):
    assert whole_number("Step", 1, 12)([str(value)]) == value


@settings(deadline=None)
@given(st.integers().filter(lambda value: not 1 <= value <= 12))
def test_a_whole_number_out_of_bounds_is_said_with_what_is_allowed(value):
    with pytest.raises(BadInput) as error:
        whole_number("Step", 1, 12)([str(value)])

    assert "Step" in str(error.value)
    assert str(value)[:40] in str(error.value)
    assert "1 to 12" in str(error.value)


@pytest.mark.parametrize("text", ["", "abc", "1.5", "1e1", "NaN", "--1", "0x1", "9" * 5000, "١x"])
def test_what_is_no_whole_number_is_said(text):
    with pytest.raises(BadInput, match="1 to 12"):
        whole_number("Step", 1, 12)([text])


def test_of_a_parameter_given_twice_the_last_one_counts():
    assert whole_number("Step", 1, 12)(["3", "5"]) == 5


def test_a_very_long_value_is_cut_in_the_message():
    with pytest.raises(BadInput) as error:
        whole_number("Step", 1, 12)(["x" * 3000])

    assert len(str(error.value)) < 120


@pytest.mark.parametrize("path", ASKED)
def test_the_default_of_every_setting_survives_the_link(path):
    default = value_at(RunConfig(), path)

    value = parsed(path, str(default))

    assert value == default
    assert changed(RunConfig(), {path: value}) == RunConfig()


@pytest.mark.parametrize("path", NUMBERS)
def test_both_ends_of_the_range_are_taken(path):
    limit = LIMITS[path]

    assert parsed(path, str(limit.low)) == limit.low
    assert parsed(path, str(limit.high)) == limit.high


@pytest.mark.parametrize("path", NUMBERS)
@pytest.mark.parametrize("away", [-1, 1])
def test_beyond_the_range_is_said_with_what_is_allowed(path, away):
    limit = LIMITS[path]
    text = str(limit.low - 1 if away < 0 else limit.high + 1)

    with pytest.raises(BadInput) as error:
        parsed(path, text)

    for part in (limit.title, text, f"{limit.low} to {limit.high}"):
        assert part in str(error.value)


@pytest.mark.parametrize("path", NUMBERS)
@pytest.mark.parametrize("text", ["", "abc", "1,5", "ten", "9" * 5000 + "x", "<b>"])
def test_what_is_no_number_is_said_with_what_is_allowed(path, text):
    limit = LIMITS[path]

    with pytest.raises(BadInput) as error:
        parsed(path, text)

    assert limit.title in str(error.value)
    assert f"{limit.low} to {limit.high}" in str(error.value)


@pytest.mark.parametrize("path", NUMBERS)
@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "-1e999"])
def test_what_is_no_finite_number_is_said(path, text):
    with pytest.raises(BadInput):
        parsed(path, text)


@pytest.mark.parametrize("path", WHOLE)
def test_a_whole_setting_takes_no_fraction(path):
    with pytest.raises(BadInput):
        parsed(path, f"{LIMITS[path].low + 1}.5")


@pytest.mark.parametrize("path", [path for path in ASKED if path in CHOICES])
def test_a_choice_takes_each_of_its_options_and_nothing_else(path):
    title, allowed = CHOICES[path]

    assert [parsed(path, option) for option in allowed] == list(allowed)
    for text in ("", "foo", allowed[0].upper()):
        with pytest.raises(BadInput) as error:
            parsed(path, text)
        assert title in str(error.value)
        assert all(option in str(error.value) for option in allowed)


def test_every_setting_has_a_key_of_its_own_and_words_of_help():
    assert len({short_name(path) for path in ASKED}) == len(ASKED)
    assert set(ASKED) == set(HELP)
    assert short_name("optimiser.name") == "optimiser"
    assert short_name("model.hidden_size") == "hidden_size"
    assert short_name("seed") == "seed"


def test_every_setting_that_is_checked_can_be_asked_for():
    elsewhere = {"model.cell", "text.unit"}

    assert set(ASKED) == (set(LIMITS) | set(CHOICES)) - elsewhere
