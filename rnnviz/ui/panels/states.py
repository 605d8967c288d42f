"""The panel of states and gates: every value of the cell over the tokens, and the arithmetic of one of them."""

import re
from dataclasses import replace

import streamlit as st

from rnnviz.insight.arithmetic import aligned, arithmetic
from rnnviz.language import N_, _, number
from rnnviz.ui.cargo import Cargo
from rnnviz.ui.looking import TRACES, RunKey, run_key
from rnnviz.ui.page import page_style
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.presenter import covered
from rnnviz.ui.trace_picture import View, bring, draw_trace, part_sent, values_of
from rnnviz.ui.workspace import Look, Workspace, go_to_unit


def show_states(workspace: Workspace) -> None:
    """For each run all its pictures, then the equations of the chosen unit."""
    values = [kept_values(look) for look in workspace.looks]
    with st.container(gap=None):
        bring("traces", *values)
        for column, look, cargo in zip(workspace.named_columns(), workspace.looks, values, strict=True):
            with column:
                show_trace(look, cargo, workspace, alone=len(workspace.looks) == 1)
    show_arithmetic(workspace)


def kept_values(look: Look) -> Cargo:
    """What the browser needs of a trace, packed once for each text."""
    trace, part = look.trace, part_sent(look.trace, look.window)
    key = run_key(look.name, look.model)
    return _packed(key, look.reading.text, trace.layer, trace.direction, part, not covered(), look)


@st.cache_resource(max_entries=TRACES, show_spinner=False)
def _packed(run: RunKey, text: str, layer: int, direction: str, part: range, answers: bool, _look: Look) -> Cargo:
    del run, text, layer, direction
    return values_of(f"trace {_look.name}", _look.trace, part, answers)


def show_trace(look: Look, values: Cargo, workspace: Workspace, alone: bool) -> None:
    """All pictures of a trace: below one another, or states and gates side by side where there is room."""
    trace, units = look.trace, range(min(each.trace.units for each in workspace.looks))

    def draw(kind: str, title: str, view: View) -> None:
        draw_trace(trace, values, view, page_style(), f"{title} · {look.title}", f"{kind} {look.name}", go)

    def go(step: int, unit: int | None) -> None:
        look.go(step)
        if unit is not None and unit in units:
            go_to_unit(unit)

    gates = View(
        trace.gates,
        look.window,
        step=look.step,
        unit=workspace.unit,
        words=look.model.config.text.unit != "character",
    )
    if not alone or not trace.gates:
        draw("panels", _("States and gates"), replace(gates, quantities=trace.quantities, probabilities=not covered()))
        return
    left, right = st.columns(2)
    with left:
        draw("states", _("States"), replace(gates, quantities=trace.states, probabilities=not covered()))
    with right:
        draw("gates", _("Gates"), gates)


def show_arithmetic(workspace: Workspace) -> None:
    """The equations of the cell with the numbers of a unit and step, a tab for each run.

    Only those in the open tab are written: setting equations is what costs a browser most at each key.
    """
    looks, unit = workspace.looks, workspace.unit
    st.subheader(_("The arithmetic of unit {unit} at step {step}").format(unit=unit, step=workspace.step + 1))
    if len(looks) == 1:
        show_equations(looks[0], unit)
    else:
        tabs = st.tabs([look.title for look in looks], key="arithmetic", on_change="rerun")
        for tab, look in zip(tabs, looks, strict=True):
            if tab.open:
                with tab:
                    show_equations(look, unit)
    st.caption(
        _(
            "First each equation as in the PyTorch documentation, then the same with the numbers of this unit and "
            "step: the first is what the input contributes (with its bias), the second what the state before does."
        )
    )


def show_equations(look: Look, unit: int) -> None:
    if look.step is None:
        st.info(_("This model does not read this token."))
    else:
        st.latex(with_decimal_sign(aligned(arithmetic(look.trace, look.step, unit))))


def with_decimal_sign(latex: str) -> str:
    """Numbers as the page's language writes them; a comma in braces has no space behind it."""
    sign = number(0.5, ".1f")[1]
    return latex if sign == "." else re.sub(r"(?<=\d)\.(?=\d)", f"{{{sign}}}", latex)


STATES = Panel(
    "states",
    N_("States and gates"),
    ":material/grid_on:",
    N_("Look for units whose colour changes at one token and then stays: they remember it."),
    N_(
        "At each time step the cell computes a new hidden state $h_t$ from the token $x_t$ and the state before, "
        "$h_t = f(x_t, h_{t-1})$. The answer is read from the states. Gates are numbers between 0 and 1 that decide, "
        "for each unit by itself, how much is let in, kept or shown."
    ),
    show_states,
)
