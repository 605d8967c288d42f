"""A tiny dataset, and configurations small enough to train in a blink."""

import dataclasses
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from rnnviz.models.classifier import ModelConfig
from rnnviz.text.sources import Dataset
from rnnviz.training.config import OptimiserConfig, RunConfig, TextConfig
from rnnviz.training.data import TrainingData, prepare


@pytest.fixture(scope="session")
def set_at() -> Callable[[Any, str, Any], Any]:
    """Set one setting, such as "model.hidden_size", of a frozen configuration."""

    def changed(config: Any, path: str, value: Any) -> Any:
        name, _, rest = path.partition(".")
        return dataclasses.replace(config, **{name: changed(getattr(config, name), rest, value) if rest else value})

    return changed


@pytest.fixture(scope="session")
def tiny(set_at: Callable[[Any, str, Any], Any]) -> Callable[..., RunConfig]:
    """A configuration for `names` with some settings changed: tiny({"model.cell": "gru"}, epochs=2)."""

    def configured(changes: dict[str, Any] | None = None, **top: Any) -> RunConfig:
        config = RunConfig(
            dataset="names",
            text=TextConfig(min_count=1),
            model=ModelConfig(embedding_size=4, hidden_size=6, dropout=0.3, embedding_dropout=0.0),
            optimiser=OptimiserConfig(learning_rate=0.02, weight_decay=0.0),
            batch_size=16,
            epochs=3,
            patience=0,
            seed=5,
        )
        for path, value in {**(changes or {}), **top}.items():
            config = set_at(config, path, value)
        return config

    return configured


@pytest.fixture(scope="session")
def names() -> Dataset:
    """78 made-up names of 2 to 4 letters, cats end in "а" and dogs in "к"; sorted by class, as many files are."""
    stems = ["".join(stem) for length in (1, 2, 3) for stem in product("бви", repeat=length)]
    rows = [(stem + end, label) for end, label in (("а", "кошка"), ("к", "собака")) for stem in stems]
    return Dataset("names", tuple(rows), "character")


@pytest.fixture(scope="session")
def data(names: Dataset, tiny: Callable[..., RunConfig]) -> TrainingData:
    config = tiny()
    return prepare(names, config.text, config.seed)
