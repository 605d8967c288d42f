"""The panel of the cell at work: its drawing with the numbers of one unit, down to the terms of one neuron."""

from functools import partial

import streamlit as st

from rnnviz.insight.terms import layer_inputs, weights
from rnnviz.language import N_, _
from rnnviz.training.trained import Floats, Reading, TrainedModel
from rnnviz.ui import link
from rnnviz.ui.cell_drawing import draw_cell
from rnnviz.ui.cell_drawing.cargo import values_of, weights_of
from rnnviz.ui.cell_drawing.plan import plan_of
from rnnviz.ui.looking import TRACES, RunKey, run_key
from rnnviz.ui.page import page_style
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.workspace import Look, Workspace, go_to_unit

RUN_KEY = "cell_run"


def show_cell(workspace: Workspace) -> None:
    """The drawing of one of the runs."""
    look = choose_look(workspace)
    if look.step is None:
        st.info(_("This model does not read this token."))
        return
    units = min(each.trace.units for each in workspace.looks)
    inputs = inputs_of(run_key(look.name, look.model), look.reading.text, look.trace.layer, look.model, look.reading)
    draw_cell(
        plan_of(look.trace, inputs.shape[1], look.model.classifier.directions, page_style()),
        values_of(f"values {look.name}", look.trace, inputs, look.step),
        weights_of(f"weights {look.name}", weights(look.model, look.trace), look.trace.units, workspace.unit),
        look.step,
        workspace.unit,
        units,
        f"cell {look.name}",
        partial(_go, look),
    )


def choose_look(workspace: Workspace) -> Look:
    """The run whose cell is drawn; it stands in the link where there are several."""
    by_name = {look.name: look for look in workspace.looks}
    if len(by_name) == 1:
        return workspace.looks[0]
    link.take(RUN_KEY, lambda given: link.one_of(_("Run"), by_name, given[-1]))
    if st.session_state.get(RUN_KEY) not in by_name:
        st.session_state[RUN_KEY] = workspace.looks[0].name
    name = st.segmented_control(
        _("Run"),
        list(by_name),
        format_func=lambda name: by_name[name].title,
        required=True,
        key=RUN_KEY,
        persist_state="session",
    )
    link.give(RUN_KEY, [str(name)])
    return by_name[str(name)]


@st.cache_resource(max_entries=TRACES, show_spinner=False)
def inputs_of(run: RunKey, text: str, layer: int, _model: TrainedModel, _reading: Reading) -> Floats:
    """What a layer reads of a text, kept as its trace is."""
    del run, text
    return layer_inputs(_model, _reading, layer)


def _go(look: Look, step: int, unit: int) -> None:
    look.go(step)
    go_to_unit(unit)


CELL = Panel(
    "cell",
    N_("The cell at work"),
    ":material/schema:",
    N_("Watch which wire turns thick at a token, then click the gate it comes from to see which terms did it."),
    N_(
        "Every gate of every unit is one neuron: it multiplies each component of the token $x_t$ and each unit of the "
        "state before, $h_{t-1}$, by a weight of its own, adds everything up with a bias, and squashes the sum: "
        "$\\sigma(\\sum_j w_j x_j + \\sum_k u_k h_k + b)$. The strips show all units, the chosen one in a frame; "
        "a wire is as thick as the number of that unit is large."
    ),
    show_cell,
)
