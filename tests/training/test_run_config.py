"""`RunConfig`: what is allowed, what is refused and how, and the hash that names a run."""

import dataclasses
import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.errors import BadInput, Term
from rnnviz.models.classifier import ModelConfig
from rnnviz.text.sources import Dataset
from rnnviz.training.config import (
    CHOICES,
    LIMITS,
    OptimiserConfig,
    RunConfig,
    TextConfig,
    changed,
    check_limit,
    checked,
    config_from_dict,
    value_at,
)
from rnnviz.training.presets import config_for

FINGERPRINT = "0123456789abcdef" * 4

WHOLE = [path for path in LIMITS if isinstance(value_at(RunConfig(), path), int)]


def settings_of(data: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The paths of all single settings, and their values."""
    flat: dict[str, Any] = {}
    for name, value in data.items():
        flat |= settings_of(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat


def outside(path: str) -> list[float]:
    """The nearest numbers that are not allowed."""
    limit = LIMITS[path]
    if path in WHOLE:
        return [int(limit.low) - 1, int(limit.high) + 1]
    return [math.nextafter(limit.low, -math.inf), math.nextafter(limit.high, math.inf)]


def refusal(config: RunConfig) -> str:
    with pytest.raises(BadInput) as caught:
        checked(config)
    return str(caught.value)


@st.composite
def configs(draw: st.DrawFn) -> RunConfig:
    """Any configuration that is allowed."""

    def drawn(path: str) -> Any:
        if path in CHOICES:
            return draw(st.sampled_from(CHOICES[path][1]))
        limit = LIMITS[path]
        if path in WHOLE:
            return draw(st.integers(int(limit.low), int(limit.high)))
        return draw(st.floats(limit.low, limit.high))

    def part(kind: Any, prefix: str) -> Any:
        return kind(**{field.name: drawn(f"{prefix}.{field.name}") for field in dataclasses.fields(kind)})

    return RunConfig(
        dataset=draw(st.text(max_size=8)),
        text=part(TextConfig, "text"),
        model=part(ModelConfig, "model"),
        optimiser=part(OptimiserConfig, "optimiser"),
        **{name: drawn(name) for name in ("batch_size", "epochs", "patience", "seed")},
    )


def test_every_setting_has_a_limit_or_a_choice() -> None:
    assert set(settings_of(RunConfig().to_dict())) - {"dataset", "vectors"} == LIMITS.keys() | CHOICES.keys()
    assert not LIMITS.keys() & CHOICES.keys()


def test_the_defaults_are_allowed() -> None:
    assert checked(RunConfig()) == RunConfig()


@pytest.mark.parametrize("path", LIMITS)
def test_a_number_on_its_limit_is_allowed(set_at, path: str) -> None:
    for value in (LIMITS[path].low, LIMITS[path].high):
        config = set_at(RunConfig(), path, value)
        assert checked(config) is config


@pytest.mark.parametrize("path", LIMITS)
def test_a_number_just_outside_its_limit_is_refused_with_value_and_limits(set_at, path: str) -> None:
    limit = LIMITS[path]
    for value in outside(path):
        message = refusal(set_at(RunConfig(), path, value))
        assert message == f"{limit.title} is {value}; allowed is {limit.low} to {limit.high}."


@pytest.mark.parametrize("path", LIMITS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, -(10**400)])
def test_what_is_not_a_finite_number_is_refused(set_at, path: str, value: float) -> None:
    message = refusal(set_at(RunConfig(), path, value))
    assert f" is {value};" in message


@pytest.mark.parametrize("path", LIMITS)
@pytest.mark.parametrize("value", [True, None, "5", [1], 1j])
def test_what_is_no_number_is_refused(set_at, path: str, value: Any) -> None:
    assert f" is {value}; allowed is " in refusal(set_at(RunConfig(), path, value))


@pytest.mark.parametrize("path", WHOLE)
def test_a_fraction_is_refused_where_things_are_counted(set_at, path: str) -> None:
    for value in (float(LIMITS[path].high), LIMITS[path].low + 0.5):
        assert f" is {value};" in refusal(set_at(RunConfig(), path, value))


def test_a_whole_number_is_allowed_where_fractions_are() -> None:
    check_limit(1, LIMITS["optimiser.learning_rate"])


@pytest.mark.parametrize("path", CHOICES)
def test_every_choice_is_allowed_and_anything_else_refused_with_what_is_allowed(set_at, path: str) -> None:
    title, allowed = CHOICES[path]
    for value in allowed:
        assert value_at(checked(set_at(RunConfig(), path, value)), path) == value
    for value in ("transformer", "", allowed[0].upper(), None, 0):
        message = refusal(set_at(RunConfig(), path, value))
        assert message == f"{title} is “{value}”; allowed is one of: {', '.join(allowed)}."


@pytest.mark.parametrize("path", [*LIMITS, *CHOICES])
def test_the_name_of_a_refused_setting_is_left_to_the_language_of_the_reader(set_at, path: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked(set_at(RunConfig(), path, None))
    assert isinstance(caught.value.values["name"], Term)


@settings(deadline=None, max_examples=60)
@given(configs())
def test_a_configuration_comes_back_from_json_as_it_was(config: RunConfig) -> None:
    again = config_from_dict(json.loads(json.dumps(config.to_dict())))
    assert again == config
    assert again.hash("rows") == config.hash("rows")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: None,
        lambda data: [],
        lambda data: "config",
        lambda data: {},
        lambda data: {**data, "model": None},
        lambda data: {**data, "text": []},
        lambda data: {name: value for name, value in data.items() if name != "optimiser"},
        lambda data: {**data, "colour": "red"},
        lambda data: {**data, "model": {**data["model"], "attention": True}},
    ],
)
def test_what_is_no_configuration_is_refused(change) -> None:
    with pytest.raises(BadInput, match="not the configuration of a run"):
        config_from_dict(change(RunConfig().to_dict()))


def test_a_configuration_out_of_range_is_refused_where_it_enters() -> None:
    data = RunConfig().to_dict()
    data["model"]["hidden_size"] = 100_000
    with pytest.raises(BadInput, match="Hidden size is 100000; allowed is 1 to 256"):
        config_from_dict(data)


def test_the_hash_is_made_of_the_settings_and_the_rows_alone() -> None:
    later = {"text.stop_words": "drop", "text.padding": "after", "text.labels": "shuffled"}
    config = changed(RunConfig(), {**later, "optimiser.embeddings": "frozen", "vectors": FINGERPRINT})
    canonical = json.dumps(config.to_dict(), sort_keys=True, ensure_ascii=False)
    expected = hashlib.sha256(f"{canonical}\nrows".encode()).hexdigest()[:16]
    assert config.hash("rows") == expected


def test_a_setting_that_came_later_changes_no_name_where_it_is_as_it_always_was() -> None:
    older = RunConfig().to_dict()
    del older["vectors"], older["optimiser"]["embeddings"]
    for name in ("stop_words", "padding", "labels"):
        del older["text"][name]
    canonical = json.dumps(older, sort_keys=True, ensure_ascii=False)
    assert RunConfig().hash("rows") == hashlib.sha256(f"{canonical}\nrows".encode()).hexdigest()[:16]
    assert config_from_dict(older) == RunConfig()


@pytest.mark.parametrize("value", ["glove.txt", "../../secret", "A" * 64, 7, None])
def test_vectors_are_named_by_a_fingerprint_only(value: Any) -> None:
    with pytest.raises(BadInput, match="allowed is a SHA-256 of 64 hexadecimal digits, or none"):
        checked(dataclasses.replace(RunConfig(), vectors=value))


def test_every_setting_and_the_rows_change_the_hash(set_at) -> None:
    config = RunConfig()
    others = [set_at(config, "dataset", "birds"), set_at(config, "vectors", FINGERPRINT)]
    for path in LIMITS:
        low, high = LIMITS[path].low, LIMITS[path].high
        others.append(set_at(config, path, high if value_at(config, path) == low else low))
    for path, (_, allowed) in CHOICES.items():
        others.append(set_at(config, path, next(value for value in allowed if value != value_at(config, path))))
    hashes = {config.hash("rows"), config.hash("other rows"), *(other.hash("rows") for other in others)}
    assert len(hashes) == 2 + len(others)


def test_a_configuration_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        RunConfig().epochs = 3  # type: ignore[misc]


@pytest.mark.parametrize("unit", ["character", "word"])
def test_the_defaults_for_a_dataset_read_its_unit_and_are_allowed(unit: str) -> None:
    config = checked(config_for(Dataset("mine", (), unit)))
    assert (config.dataset, config.text.unit) == ("mine", unit)


def test_word_texts_may_be_longer_than_names() -> None:
    lengths = {unit: config_for(Dataset("mine", (), unit)).text.max_tokens for unit in ("character", "word")}
    assert lengths["word"] >= 10 * lengths["character"]
