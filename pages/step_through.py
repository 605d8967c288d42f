"""Step through: walk through a text token by token."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.charts.heatmaps import trace_panels
from rnnviz.charts.style import CONFIG, cell_mark
from rnnviz.charts.token_axes import WINDOW, window_around
from rnnviz.insight.alignment import Alignment, align
from rnnviz.insight.arithmetic import aligned, arithmetic
from rnnviz.insight.decisive import most_decisive
from rnnviz.insight.trace import Trace
from rnnviz.language import _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui import link
from rnnviz.ui.choose import choose_runs, open_models, read, short_titles, type_text
from rnnviz.ui.layer import choose_layer
from rnnviz.ui.looking import traced
from rnnviz.ui.moments import choose_epoch
from rnnviz.ui.page import STEP_THROUGH, live, page_setup, page_style
from rnnviz.ui.prediction import say_answer
from rnnviz.ui.running_text import choose_colouring, colourings, running_text
from rnnviz.ui.stepper import MOST_CHIPS, choose_step, go_to_step

UNIT_KEY, WHOLE_KEY = "unit", "whole_text"
CONFIG_ONCE_ZOOMED = {**CONFIG, "doubleClick": "reset"}


@dataclass(frozen=True)
class Look:
    """What is looked at in one run: its trace, its own step (None where it does not read the token), the window."""

    name: str
    title: str
    trace: Trace
    step: int | None
    window: range
    go: Callable[[int], None]
    """Makes another of its own steps the present one."""


def walk(runs: list[RunInfo]) -> None:
    """Text, present step and unit, and for each run all its pictures."""
    runs, models = open_models(runs, choose_epoch(runs))
    if not models:
        return
    readings = read(models, type_text(_("Text"), runs[0].dataset.name))
    axis = align(models, readings)
    running = len(axis.tokens) > MOST_CHIPS or any(model.config.text.unit == "word" for model in models)
    step = choose_step(axis.tokens, chips=not running)
    unit_column, layer_column = st.columns(2)
    with unit_column:
        unit = choose_unit(min(model.config.model.hidden_size for model in models))
    with layer_column:
        layer, direction = choose_layer(models)
        colouring = choose_colouring() if running else None
        whole = len(axis.tokens) <= WINDOW or choose_whole()
    titles = short_titles(runs)
    looks = []
    for place, (run, model, reading) in enumerate(zip(runs, models, readings, strict=True)):
        trace = traced(run.name, model, reading, layer, direction)
        count = len(trace.tokens)
        window = range(count) if whole else window_around(axis.nearest(place, step), count)
        go = partial(go_to_token, axis, place)
        looks.append(Look(run.name, titles[run.name], trace, axis.step(place, step), window, go))
    columns = st.columns(len(looks))
    for column, look in zip(columns, looks, strict=True):
        with column:
            st.markdown(f"### :{cell_mark(look.trace.cell)}[{look.title}]")
            say_answer_here(look)
    if colouring is not None:
        show_running_texts(columns, looks, colouring, unit)
    for column, look in zip(columns, looks, strict=True):
        with column:
            show_trace(look, unit, alone=len(looks) == 1)
    show_arithmetic(looks, step, unit)


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


def choose_whole() -> bool:
    """Whether the pictures show the whole text, or a window that follows the present step."""
    whole: bool = st.toggle(_("Pictures of the whole text"), key=WHOLE_KEY, persist_state="session")
    st.caption(
        _("Drag along the tokens of a picture to zoom in, double-click to come back. Every word is in the hover.")
        if whole
        else _(
            "The pictures show {count} tokens around the present one. Drag along the tokens to zoom in, "
            "double-click to come back. Every word is in the hover."
        ).format(count=WINDOW)
    )
    return whole


def go_to_token(axis: Alignment, reading: int, own_step: int) -> None:
    """Make a step of one reading the present one of all."""
    go_to_step(int(axis.places[reading][own_step]))


def say_answer_here(look: Look) -> None:
    if look.step is None:
        st.markdown(
            _("*This model does not read this token: it keeps {count} of the text.*").format(
                count=len(look.trace.tokens)
            )
        )
    else:
        say_answer(look.trace, look.step)


def show_running_texts(columns: Sequence[DeltaGenerator], looks: Sequence[Look], chosen: str, unit: int) -> None:
    """The text as each run read it, coloured on one scale, and the way to its most decisive token."""
    style = page_style()
    painted = colourings([look.trace for look in looks], chosen, unit)
    for column, look, colouring in zip(columns, looks, painted, strict=True):
        with column:
            key = f"text {look.name}"
            running_text(look.trace, colouring, look.step, style, key, look.go, roomy=len(looks) == 1)
            st.button(
                _("Most decisive token"),
                icon=":material/bolt:",
                key=f"decisive {look.name}",
                help=_("Go to the token that changed the probability of this model’s answer most, up or down."),
                on_click=look.go,
                args=(most_decisive(look.trace),),
            )


def show_trace(look: Look, unit: int, alone: bool) -> None:
    """All pictures of a trace: below one another, or states and gates side by side where there is room."""
    trace, step, window, style = look.trace, look.step, look.window, page_style()
    if not alone or not trace.gates:
        panels = trace_panels(trace, trace.quantities, style, step, unit, probabilities=True, window=window)
        st.plotly_chart(panels, config=CONFIG_ONCE_ZOOMED, key=f"panels {look.name}")
        return
    left, right = st.columns(2)
    states = trace_panels(trace, trace.states, style, step, unit, probabilities=True, window=window)
    left.plotly_chart(states, config=CONFIG_ONCE_ZOOMED, key=f"states {look.name}")
    gates = trace_panels(trace, trace.gates, style, step, unit, window=window)
    right.plotly_chart(gates, config=CONFIG_ONCE_ZOOMED, key=f"gates {look.name}")


def show_arithmetic(looks: Sequence[Look], step: int, unit: int) -> None:
    """The equations of the cell with the numbers of a unit and step, a tab for each run."""
    st.subheader(_("The arithmetic of unit {unit} at step {step}").format(unit=unit, step=step + 1))
    places = st.tabs([look.title for look in looks]) if len(looks) > 1 else [st.container()]
    for place, look in zip(places, looks, strict=True):
        if look.step is None:
            place.info(_("This model does not read this token."))
        else:
            place.latex(aligned(arithmetic(look.trace, look.step, unit)))
    st.caption(
        _(
            "First each equation as in the PyTorch documentation, then the same with the numbers of this unit and "
            "step: the first is what the input contributes (with its bias), the second what the state before does."
        )
    )


page_setup(STEP_THROUGH)
live(walk)(choose_runs())
