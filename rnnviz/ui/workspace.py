"""The workspace of Step through: one text, one present step, one chosen unit, shared by every panel below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.charts.style import cell_mark
from rnnviz.charts.token_axes import WINDOW, window_around
from rnnviz.insight.alignment import Alignment, align
from rnnviz.insight.decisive import most_decisive
from rnnviz.insight.trace import Trace
from rnnviz.language import _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.trained import Reading, TrainedModel
from rnnviz.ui import link
from rnnviz.ui.choose import open_models, read, short_titles, type_text
from rnnviz.ui.layer import choose_layer
from rnnviz.ui.looking import traced
from rnnviz.ui.moments import choose_epoch
from rnnviz.ui.page import page_style
from rnnviz.ui.prediction import say_answer
from rnnviz.ui.presenter import covered
from rnnviz.ui.running_text import choose_colouring, colourings, running_text
from rnnviz.ui.stepper import MOST_CHIPS, choose_step, go_to_step

UNIT_KEY, WHOLE_KEY = "unit", "whole_text"


@dataclass(frozen=True)
class Look:
    """One run and what it made of the text: its trace, its own step (None where it does not read the token)."""

    run: RunInfo
    title: str
    model: TrainedModel
    reading: Reading
    trace: Trace
    step: int | None
    window: range
    """The tokens that pictures show."""
    go: Callable[[int], None]
    """Makes another of its own steps the present one."""

    @property
    def name(self) -> str:
        return self.run.name


@dataclass(frozen=True)
class Workspace:
    """What every panel shares."""

    looks: tuple[Look, ...]
    step: int
    """The present step of the text, from 0; a run that reads only part of the text has its own (`Look.step`)."""
    unit: int
    layer: int | None
    direction: str | None
    """As chosen; None leaves them to each run (its top layer, its direction)."""

    def columns(self) -> list[DeltaGenerator]:
        """A column for each run."""
        return st.columns(len(self.looks))

    def named_columns(self) -> list[DeltaGenerator]:
        """A column for each run, with its name above where there are several: a narrow screen stacks them."""
        columns = self.columns()
        if len(columns) > 1:
            for column, look in zip(columns, self.looks, strict=True):
                column.markdown(f":{cell_mark(look.trace.cell)}[**{look.title}**]")
        return columns


def open_workspace(runs: Sequence[RunInfo]) -> Workspace | None:
    """Ask for the text, step and unit, and show the answers of the runs; None where no run can be opened."""
    runs, models = open_models(runs, choose_epoch(runs))
    if not models:
        return None
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
        looks.append(Look(run, titles[run.name], model, reading, trace, axis.step(place, step), window, go))
    workspace = Workspace(tuple(looks), step, unit, layer, direction)
    show_answers(workspace, colouring)
    return workspace


def choose_unit(units: int) -> int:
    """The unit whose arithmetic is shown, counted from 0."""
    if units == 1:
        return 0
    link.take(UNIT_KEY, link.whole_number(_("Unit"), 0, units - 1))
    link.put(UNIT_KEY, min(max(int(st.session_state.get(UNIT_KEY, 0)), 0), units - 1), (units,))
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


def go_to_unit(unit: int) -> None:
    """Make a unit the chosen one; for callbacks, which run before the widgets are drawn."""
    st.session_state[UNIT_KEY] = unit


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


def show_answers(workspace: Workspace, colouring: str | None) -> None:
    """What each run says at the present step, and where the text is long, the text as it read it."""
    columns = workspace.columns()
    for column, look in zip(columns, workspace.looks, strict=True):
        with column:
            st.markdown(f"### :{cell_mark(look.trace.cell)}[{look.title}]")
            say_answer_here(look)
    if colouring is not None:
        show_running_texts(columns, workspace, colouring)


def say_answer_here(look: Look) -> None:
    if look.step is None:
        st.markdown(
            _("*This model does not read this token: it keeps {count} of the text.*").format(
                count=len(look.trace.tokens)
            )
        )
    else:
        say_answer(look.trace, look.step)


def show_running_texts(columns: Sequence[DeltaGenerator], workspace: Workspace, chosen: str) -> None:
    """The text as each run read it, coloured on one scale, and the way to its most decisive token."""
    style, looks = page_style(), workspace.looks
    painted = colourings([look.trace for look in looks], "unit" if covered() else chosen, workspace.unit)
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
