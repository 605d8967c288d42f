"""What the views of the page Gradients found, kept under the run, the moment of its files, and what was asked."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from rnnviz.insight.gradients import GradientProfile, gradient_profile
from rnnviz.insight.horizon import Horizon, horizon, movements
from rnnviz.insight.itemised import ItemisedGradient, itemised
from rnnviz.insight.sample import chosen_rows
from rnnviz.insight.spectrum import BlockSpectrum, rescaled, spectra
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.store import read_model
from rnnviz.training.trained import Reading, TrainedModel
from rnnviz.ui import resources
from rnnviz.ui.looking import RunKey, run_key, tested_on

ITEMS = 48
"""Itemised gradients and profiles kept; one of 400 tokens weighs 100 kB."""
TRAININGS = 12
"""Texts followed through a training that are kept."""
HORIZONS = 64

Tell = Callable[[int, int], None]


def itemised_kept(
    name: str, model: TrainedModel, reading: Reading, target: str | None, layer: int | None, direction: str | None
) -> ItemisedGradient:
    """The itemised gradient of a text by the run of this name."""
    return _itemised(run_key(name, model), reading.text, target, layer, direction, model, reading)


@st.cache_resource(max_entries=ITEMS, show_spinner=False)
def _itemised(
    run: RunKey,
    text: str,
    target: str | None,
    layer: int | None,
    direction: str | None,
    _model: TrainedModel,
    _reading: Reading,
) -> ItemisedGradient:
    del run, text
    return itemised(_model, _reading, target, layer, direction)


def training_key(
    run: RunInfo, model: TrainedModel, reading: Reading, target: str, layer: int | None, direction: str | None
) -> tuple[object, ...]:
    """Under which a text that was followed through a training is kept."""
    return run_key(run.name, model)[:2], reading.text, target, layer, direction


@st.cache_resource(show_spinner=False)
def trainings() -> dict[tuple[object, ...], tuple[ItemisedGradient, ...]]:
    """Texts followed through trainings by `training_key`, the latest last.

    Not kept by a decorator: it would not let the work tell its progress.
    """
    return {}


def follow_training(
    run: RunInfo,
    key: tuple[object, ...],
    reading: Reading,
    target: str,
    layer: int | None,
    direction: str | None,
    tell: Tell,
) -> None:
    """Itemise the gradient at each epoch whose weights were kept, and keep it."""
    folder, found = resources.store().folder(run.name), []
    for done, epoch in enumerate(run.snapshots, start=1):
        # Not from the shelf of models: a long training would push out those of everybody else.
        found.append(itemised(read_model(folder, epoch), reading, target, layer, direction))
        tell(done, len(run.snapshots))
    _keep(trainings(), key, tuple(found), TRAININGS)


def spectra_kept(name: str, model: TrainedModel, layer: int | None, direction: str | None) -> tuple[BlockSpectrum, ...]:
    """The spectrum of each block of a run's recurrent weight."""
    return _spectra(run_key(name, model), layer, direction, model)


@st.cache_resource(max_entries=ITEMS, show_spinner=False)
def _spectra(run: RunKey, layer: int | None, direction: str | None, _model: TrainedModel) -> tuple[BlockSpectrum, ...]:
    del run
    return spectra(_model, layer, direction)


def rescaled_profile(
    name: str,
    model: TrainedModel,
    reading: Reading,
    target: str,
    radius: float,
    layer: int | None,
    direction: str | None,
) -> GradientProfile:
    """The gradient norms of a text in a copy of the net with another spectral radius."""
    return _rescaled_profile(run_key(name, model), reading.text, target, radius, layer, direction, model, reading)


@st.cache_resource(max_entries=ITEMS, show_spinner=False)
def _rescaled_profile(
    run: RunKey,
    text: str,
    target: str,
    radius: float,
    layer: int | None,
    direction: str | None,
    _model: TrainedModel,
    _reading: Reading,
) -> GradientProfile:
    del run, text
    return gradient_profile(rescaled(_model, radius, layer, direction), _reading, target, direction)


HorizonKey = tuple[RunKey, int, str, float, str | None]


def horizon_key(
    run: RunInfo, model: TrainedModel, texts: int, change: str, noise: float, direction: str | None
) -> HorizonKey:
    """Under which a horizon is kept; the size of the noise makes no difference where a token is replaced."""
    return run_key(run.name, model), texts, change, noise if change == "noise" else 0.0, direction


@st.cache_resource(show_spinner=False)
def horizons() -> dict[HorizonKey, Horizon]:
    """Horizons by `horizon_key`, the latest last."""
    return {}


def measure_horizon(run: RunInfo, model: TrainedModel, key: HorizonKey, tell: Tell) -> None:
    """Measure the horizon over texts of the run's test part, always the same ones, and keep it."""
    _run, texts, change, noise, direction = key
    part = tested_on(run)
    ids = [part.ids[row] for row in chosen_rows(part, texts, None)]
    moved = movements(model, ids, change, direction, noise, tell)
    _keep(horizons(), key, horizon(model.config.model.cell, change, moved), HORIZONS)


def _keep(shelf: dict[Any, Any], key: object, value: object, most: int) -> None:
    shelf[key] = value
    for old in list(shelf)[:-most]:
        shelf.pop(old, None)
