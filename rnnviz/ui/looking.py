"""What instruments found, kept: moving a step or a widget never reads a long text again.

Everything is kept under the run, the moment its files were written, and the text;
what is given out is shared by all sessions and never changed.
"""

import streamlit as st

from rnnviz.insight.trace import Trace, trace
from rnnviz.training.trained import Reading, TrainedModel
from rnnviz.ui import resources

TRACES = 48
"""Traces kept; one of 400 tokens and 64 units weighs at most 1.5 MB."""

RunKey = tuple[str, int]


def run_key(name: str) -> RunKey:
    """Changes when a run is written anew."""
    folder = resources.store().folder(name)
    return str(folder), folder.stat().st_mtime_ns


def traced(name: str, model: TrainedModel, reading: Reading, layer: int | None, direction: str | None) -> Trace:
    """The trace of a text by the run of this name."""
    return _trace(run_key(name), reading.text, layer, direction, model, reading)


@st.cache_resource(max_entries=TRACES, show_spinner=False)
def _trace(
    run: RunKey, text: str, layer: int | None, direction: str | None, _model: TrainedModel, _reading: Reading
) -> Trace:
    del run, text
    return trace(_model, _reading, layer, direction)
