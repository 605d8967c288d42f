"""What all sessions of the app share: the run store, loaded models, the run engine."""

import atexit
from pathlib import Path

import streamlit as st

from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.engine import Engine
from rnnviz.runs.store import Listing, RunStore, read_model
from rnnviz.text.sources import BUNDLED, Dataset, load_dataset
from rnnviz.training.trained import TrainedModel

MODELS = 64
"""Models kept in memory; the small nets of this app weigh some hundred kilobytes each."""


def store() -> RunStore:
    return RunStore()


def listing() -> Listing:
    """Every run of the store, read again only when a folder has changed."""
    return _listing(store().stamp())


@st.cache_resource(max_entries=2, show_spinner=False)
def _listing(stamp: tuple[tuple[str, float], ...]) -> Listing:
    del stamp  # the key under which the listing is kept
    return store().listing()


def runs() -> dict[str, RunInfo]:
    """The runs that can be opened, by name, oldest first."""
    return {run.name: run for run in listing().runs}


def model(name: str) -> TrainedModel:
    """The model of a run; `BadInput` where its files are damaged."""
    folder = store().folder(name)
    return _model(str(folder), folder.stat().st_mtime_ns)


@st.cache_resource(max_entries=MODELS, show_spinner=False)
def _model(folder: str, modified: int) -> TrainedModel:
    del modified  # a run that was written anew is read anew
    return read_model(Path(folder))


@st.cache_resource(max_entries=len(BUNDLED), show_spinner=False, ttl="60s")
def dataset(name: str) -> Dataset:
    """A bundled dataset, read again every minute in case its file was mended."""
    return load_dataset(name)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The one engine of this process; the first call starts its workers in the background."""
    made = Engine(store())
    atexit.register(made.close)
    return made
