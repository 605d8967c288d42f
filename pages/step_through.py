"""Step through: walk through a text token by token."""

import streamlit as st

from rnnviz.charts.heatmaps import trace_panels
from rnnviz.charts.style import CONFIG, cell_mark
from rnnviz.insight.arithmetic import aligned, arithmetic
from rnnviz.insight.trace import Trace, trace
from rnnviz.language import _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui import link
from rnnviz.ui.choose import choose_runs, open_models, read, short_titles, type_text
from rnnviz.ui.layer import choose_layer
from rnnviz.ui.page import STEP_THROUGH, live, page_setup, page_style
from rnnviz.ui.prediction import say_answer
from rnnviz.ui.stepper import choose_step

UNIT_KEY = "unit"


def walk(runs: list[RunInfo]) -> None:
    """Text, present step and unit, and for each run all its pictures."""
    runs, models = open_models(runs)
    if not models:
        return
    readings = read(models, type_text(_("Text")))
    step = choose_step(max((reading.tokens for reading in readings), key=len))
    unit_column, layer_column = st.columns(2)
    with unit_column:
        unit = choose_unit(min(model.config.model.hidden_size for model in models))
    with layer_column:
        layer, direction = choose_layer(models)
    titles = short_titles(runs)
    traces = [trace(model, reading, layer, direction) for model, reading in zip(models, readings, strict=True)]
    for column, run, traced in zip(st.columns(len(runs)), runs, traces, strict=True):
        with column:
            st.markdown(f"### :{cell_mark(run.config.model.cell)}[{titles[run.name]}]")
            show_trace(traced, step, unit, key=run.name, alone=len(runs) == 1)
    st.subheader(_("The arithmetic of unit {unit} at step {step}").format(unit=unit, step=step + 1))
    places = st.tabs([titles[run.name] for run in runs]) if len(runs) > 1 else [st.container()]
    for place, traced in zip(places, traces, strict=True):
        place.latex(aligned(arithmetic(traced, min(step, len(traced.tokens) - 1), unit)))
    st.caption(
        _(
            "First each equation as in the PyTorch documentation, then the same with the numbers of this unit and "
            "step: the first is what the input contributes (with its bias), the second what the state before does."
        )
    )


def choose_unit(units: int) -> int:
    """The unit whose arithmetic is shown, counted from 0."""
    if units == 1:
        return 0
    link.take(UNIT_KEY, link.whole_number(_("Unit"), 0, units - 1))
    st.session_state[UNIT_KEY] = min(max(int(st.session_state.get(UNIT_KEY, 0)), 0), units - 1)
    unit: int = st.slider(
        _("Unit"),
        0,
        units - 1,
        key=UNIT_KEY,
        persist_state="session",
        help=_("One component of the hidden state. Its row is marked, and its equations are written out below."),
    )
    link.give(UNIT_KEY, [str(unit)])
    return unit


def show_trace(traced: Trace, step: int, unit: int, key: str, alone: bool) -> None:
    """All pictures of a trace: below one another, or states and gates side by side where there is room."""
    step = min(step, len(traced.tokens) - 1)
    say_answer(traced, step)
    style = page_style()
    if not alone or not traced.gates:
        panels = trace_panels(traced, traced.quantities, style, step, unit, probabilities=True)
        st.plotly_chart(panels, config=CONFIG, key=f"panels {key}")
        return
    left, right = st.columns(2)
    states = trace_panels(traced, traced.states, style, step, unit, probabilities=True)
    left.plotly_chart(states, config=CONFIG, key=f"states {key}")
    gates = trace_panels(traced, traced.gates, style, step, unit)
    right.plotly_chart(gates, config=CONFIG, key=f"gates {key}")


page_setup(STEP_THROUGH)
live(walk)(choose_runs())
