"""The panel of states and gates: every value of the cell over the tokens, and the arithmetic of one of them."""

import streamlit as st

from rnnviz.charts.heatmaps import trace_panels
from rnnviz.charts.style import CONFIG
from rnnviz.insight.arithmetic import aligned, arithmetic
from rnnviz.language import N_, _
from rnnviz.ui.page import page_style
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.presenter import covered
from rnnviz.ui.workspace import Look, Workspace

CONFIG_ONCE_ZOOMED = {**CONFIG, "doubleClick": "reset"}


def show_states(workspace: Workspace) -> None:
    """For each run all its pictures, then the equations of the chosen unit."""
    for column, look in zip(workspace.columns(), workspace.looks, strict=True):
        with column:
            show_trace(look, workspace.unit, alone=len(workspace.looks) == 1)
    show_arithmetic(workspace)


def show_trace(look: Look, unit: int, alone: bool) -> None:
    """All pictures of a trace: below one another, or states and gates side by side where there is room."""
    trace, step, window, style = look.trace, look.step, look.window, page_style()
    if not alone or not trace.gates:
        panels = trace_panels(trace, trace.quantities, style, step, unit, probabilities=not covered(), window=window)
        show_picture(panels, _("States and gates") + f" · {look.title}", f"panels {look.name}", CONFIG_ONCE_ZOOMED)
        return
    left, right = st.columns(2)
    states = trace_panels(trace, trace.states, style, step, unit, probabilities=not covered(), window=window)
    with left:
        show_picture(states, _("States") + f" · {look.title}", f"states {look.name}", CONFIG_ONCE_ZOOMED)
    gates = trace_panels(trace, trace.gates, style, step, unit, window=window)
    with right:
        show_picture(gates, _("Gates") + f" · {look.title}", f"gates {look.name}", CONFIG_ONCE_ZOOMED)


def show_arithmetic(workspace: Workspace) -> None:
    """The equations of the cell with the numbers of a unit and step, a tab for each run."""
    looks, unit = workspace.looks, workspace.unit
    st.subheader(_("The arithmetic of unit {unit} at step {step}").format(unit=unit, step=workspace.step + 1))
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
