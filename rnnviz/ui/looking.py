"""What instruments found, kept: moving a step or a widget never reads a long text again.

Everything is kept under the run, the moment its files were written, and the text;
what is given out is shared by all sessions and never changed.
"""

from collections.abc import Callable

import streamlit as st

from rnnviz.insight.gradients import GradientProfile, JacobianNorms, gradient_profile, jacobian_norms
from rnnviz.insight.mean_gradients import MeanProfile, mean_profile, relative_norms
from rnnviz.insight.sample import chosen_rows
from rnnviz.insight.trace import Trace, trace
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.tested import check_same
from rnnviz.text.corpus import Corpus
from rnnviz.training.data import Part, TrainingData, make_ready
from rnnviz.training.trained import Reading, TrainedModel
from rnnviz.ui import resources

TRACES = 48
"""Traces kept; one of 400 tokens and 64 units weighs at most 1.5 MB."""

SPLITS = 3
"""Splits kept; that of the IMDB reviews weighs 100 MB."""
MEAN_PROFILES = 64

RunKey = tuple[str, int, int | None]


def run_key(name: str, model: TrainedModel) -> RunKey:
    """Tells the weights of a run apart: another one when it is written anew, and for each epoch."""
    folder = resources.store().folder(name)
    return str(folder), folder.stat().st_mtime_ns, model.epoch


def traced(name: str, model: TrainedModel, reading: Reading, layer: int | None, direction: str | None) -> Trace:
    """The trace of a text by the run of this name."""
    return _trace(run_key(name, model), reading.text, layer, direction, model, reading)


@st.cache_resource(max_entries=TRACES, show_spinner=False)
def _trace(
    run: RunKey, text: str, layer: int | None, direction: str | None, _model: TrainedModel, _reading: Reading
) -> Trace:
    del run, text
    return trace(_model, _reading, layer, direction)


def profiled(
    name: str, model: TrainedModel, reading: Reading, target: str | None, direction: str | None
) -> GradientProfile:
    """The gradient norms of a text by the run of this name."""
    return _profile(run_key(name, model), reading.text, target, direction, model, reading)


@st.cache_resource(max_entries=TRACES, show_spinner=False)
def _profile(
    run: RunKey, text: str, target: str | None, direction: str | None, _model: TrainedModel, _reading: Reading
) -> GradientProfile:
    del run, text
    return gradient_profile(_model, _reading, target, direction)


def jacobians(name: str, model: TrainedModel, reading: Reading, direction: str | None) -> JacobianNorms:
    """The spectral norms of each step of a text by the run of this name."""
    return _jacobians(run_key(name, model), reading.text, direction, model, reading)


@st.cache_resource(max_entries=TRACES, show_spinner=False)
def _jacobians(run: RunKey, text: str, direction: str | None, _model: TrainedModel, _reading: Reading) -> JacobianNorms:
    del run, text
    return jacobian_norms(_model, _reading, direction)


def data_of(run: RunInfo) -> TrainingData:
    """The texts that a run was trained and tested on; `BadInput` where its dataset is gone or not what it was."""
    corpus = resources.corpus(run.dataset.name, run.config.text.unit, run.config.text.contradictions)
    check_same(run, corpus)
    return _data_of(corpus.card.fingerprint, str(run.config.text), run.config.seed, corpus, run)


@st.cache_resource(max_entries=SPLITS, show_spinner=False)
def _data_of(fingerprint: str, text: str, seed: int, _corpus: Corpus, _run: RunInfo) -> TrainingData:
    del fingerprint, text
    return make_ready(_corpus, _run.config.text, seed)


def tested_on(run: RunInfo) -> Part:
    """The texts that a run was tested on; `BadInput` where its dataset is gone or not what it was."""
    return data_of(run).test


def mean_profiled(
    run: RunInfo,
    model: TrainedModel,
    texts: int,
    of_class: str | None,
    direction: str | None,
    tell: Callable[[int, int], None],
) -> MeanProfile:
    """The gradient norms of some texts of a run's test part, of all classes or of one; always the same texts."""
    part, kept = tested_on(run), _mean_profiles()
    key = (run_key(run.name, model), texts, of_class, direction)
    if key not in kept:
        rows = chosen_rows(part, texts, None if of_class is None else model.classes.index(of_class))
        ids, targets = [part.ids[row] for row in rows], part.labels[rows].tolist()
        kept[key] = mean_profile(model.config.model.cell, relative_norms(model, ids, targets, direction, tell))
        for old in list(kept)[:-MEAN_PROFILES]:
            kept.pop(old, None)
    return kept[key]


@st.cache_resource(show_spinner=False)
def _mean_profiles() -> dict[tuple[RunKey, int, str | None, str | None], MeanProfile]:
    """The latest last. Not kept by a decorator: it would not let the work tell its progress."""
    return {}
