"""Presets: settings that were found to work well together, and the defaults that fit a dataset.

The figures in the promises are those of `python -m rnnviz bench imdb` on two cores.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rnnviz.language import N_
from rnnviz.text.datasets import Dataset, DatasetCard
from rnnviz.training.config import RunConfig, changed

Settings = Mapping[str, Any]
"""Values by the path of the setting, such as "model.hidden_size"."""

LARGE = 5_000
"""Rows from which on a dataset of words is trained like the IMDB reviews, not like our few hundred."""

WORDS: Settings = {
    "text.unit": "word",
    "text.max_tokens": 400,
    "model.embedding_size": 32,
    "model.read_out": "all",
    "model.dropout": 0.5,
    "model.embedding_dropout": 0.2,
    "model.embedding_std": 0.2,
    "model.word_dropout": 0.2,
    "optimiser.learning_rate": 0.01,
    "optimiser.weight_decay": 1e-5,
    "optimiser.schedule": "one-cycle",
    "patience": 0,
}
"""What all word-level presets share. The small first embeddings alone are worth a point on the IMDB reviews."""


@dataclass(frozen=True)
class Preset:
    """Settings under a name, for datasets of words."""

    title: str
    promise: str
    settings: Settings


PRESETS = {
    "minute": Preset(
        N_("In one minute"),
        N_("Two passes with small nets: on the IMDB reviews good accuracy after about a minute."),
        {**WORDS, "epochs": 2},
    ),
    "best": Preset(
        N_("Best"),
        N_("Longer texts, more passes, more against learning by heart: the best accuracy on the IMDB reviews."),
        {
            **WORDS,
            "text.max_tokens": 1000,
            "model.embedding_dropout": 0.3,
            "model.word_dropout": 0.3,
            "optimiser.weight_decay": 3e-5,
            "epochs": 3,
        },
    ),
}

FEW_TEXTS: Settings = {**WORDS, "epochs": 30}
"""For some hundred texts: many passes, and much against learning by heart."""


def config_for(dataset: Dataset | DatasetCard) -> RunConfig:
    """The defaults that fit a dataset, by its unit and its size."""
    config = RunConfig(dataset=dataset.name)
    if dataset.unit != "word":
        return config
    rows = len(dataset.rows) if isinstance(dataset, Dataset) else dataset.rows
    return changed(config, PRESETS["minute"].settings if rows >= LARGE else FEW_TEXTS)
