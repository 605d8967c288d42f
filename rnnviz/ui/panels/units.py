"""The panel of units: the text coloured by single units, those that tell most first; a click opens one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.insight.ablation import some_of
from rnnviz.insight.decisive import predicted
from rnnviz.insight.telling import class_correlations, effects_on_answer, ranked, unit_variances
from rnnviz.language import N_, _, number
from rnnviz.models.cells import CELLS, Quantity
from rnnviz.training.trained import Floats
from rnnviz.ui import link
from rnnviz.ui.looking import RunKey, run_key, tested_on
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import page_style
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.running_text import Colouring, running_text
from rnnviz.ui.workspace import Look, Workspace, go_to_unit

QUANTITY_KEY, ORDER_KEY = "units_quantity", "units_order"
SHOWN = {1: 6, 2: 4}
"""Units below the chosen one, by the number of runs side by side; fewer where there are more runs."""
FEW = 3
TEXTS = 500
"""Test texts that correlations are taken over, at most."""


@dataclass(frozen=True)
class Order:
    """A way to say which units tell most."""

    title: str
    values: Callable[[Look, str], Floats]
    """(units,), for the units of a look and a gate or state."""
    describe: Callable[[Look, float], str]
    """The value of one unit, in words."""


def show_units(workspace: Workspace) -> None:
    """The chosen unit, and below it those that tell most."""
    quantity, order = choose_quantity(workspace), choose_order()
    for column, look in zip(workspace.named_columns(), workspace.looks, strict=True):
        with column:
            if quantity.name not in look.trace.values:
                st.info(_("{title} has no such gate.").format(title=look.title), icon=":material/block:")
                continue
            try:
                show_units_of(look, workspace, quantity, order)
            except BadInput as error:
                st.warning(escaped(str(error)), icon=":material/folder_off:")


def choose_quantity(workspace: Workspace) -> Quantity:
    """The gate or state whose values colour the text; it stands in the link."""
    cells = [CELLS[look.trace.cell] for look in workspace.looks]
    known = {quantity.name: quantity for cell in cells for quantity in (*cell.states, *cell.gates)}
    link.take(QUANTITY_KEY, lambda given: link.one_of(_("State or gate"), known, given[-1]))
    if st.session_state.get(QUANTITY_KEY) not in known:
        st.session_state[QUANTITY_KEY] = "hidden"
    name = st.segmented_control(
        _("State or gate"),
        list(known),
        format_func=lambda name: _(known[name].title),
        required=True,
        key=QUANTITY_KEY,
        persist_state="session",
    )
    link.give(QUANTITY_KEY, [] if name == "hidden" else [str(name)])
    return known[str(name)]


def choose_order() -> Order:
    """By what the units are ranked."""
    name = st.segmented_control(
        _("Most telling first, by"),
        list(ORDERS),
        format_func=lambda name: _(ORDERS[name].title),
        default="effect",
        required=True,
        key=ORDER_KEY,
        persist_state="session",
        help=_(
            "Effect: how much the probability of the answer changes when the hidden state of this unit is held at 0 "
            "throughout. Variance: of its values over this text. Correlation: of its last state with the class that "
            "is answered, over test texts."
        ),
    )
    return ORDERS[str(name)]


def show_units_of(look: Look, workspace: Workspace, quantity: Quantity, order: Order) -> None:
    values = order.values(look, quantity.name)
    limit = limit_of(look, quantity)
    show_unit(look, workspace.unit, quantity, limit, order.describe(look, float(values[workspace.unit])), chosen=True)
    count = SHOWN.get(len(workspace.looks), FEW)
    others = [unit for unit in ranked(values) if unit != workspace.unit][:count]
    across = 2 if len(workspace.looks) == 1 else 1
    for start in range(0, len(others), across):
        for column, unit in zip(st.columns(across), others[start : start + across], strict=False):
            with column:
                show_unit(look, unit, quantity, limit, order.describe(look, float(values[unit])))


def limit_of(look: Look, quantity: Quantity) -> float:
    """The end of the colour scale: what the activation allows, or the largest value of this text."""
    if np.isfinite(quantity.high):
        return quantity.high
    return max(1.0, float(np.abs(look.trace.values[quantity.name]).max()))


def show_unit(look: Look, unit: int, quantity: Quantity, limit: float, described: str, chosen: bool = False) -> None:
    """The text coloured by one unit, and the way to make it the chosen one."""
    title = _("Unit {unit}").format(unit=unit)
    st.button(
        f"{title} · {described}",
        icon=":material/center_focus_strong:" if chosen else ":material/open_in_full:",
        key=f"open {look.name} {'chosen' if chosen else unit}",
        on_click=go_to_unit,
        args=(unit,),
        type="secondary" if chosen else "tertiary",
        disabled=chosen,
    )
    values = look.trace.values[quantity.name][:, unit]
    colouring = Colouring(f"{_(quantity.title)} · {title}", np.asarray(values), limit, from_zero=quantity.low == 0.0)
    key = f"unit {look.name} {'chosen' if chosen else unit}"
    running_text(look.trace, colouring, look.step, page_style(), key, look.go, roomy=chosen)


def effects(look: Look, _quantity: str) -> Floats:
    return _effects(run_key(look.name, look.model), look.reading.text, look.trace.layer, look.trace.direction, look)


@st.cache_resource(max_entries=48, show_spinner=False)
def _effects(run: RunKey, text: str, layer: int, direction: str, _look: Look) -> Floats:
    del run, text, layer, direction
    return effects_on_answer(_look.model, _look.reading, _look.trace)


def variances(look: Look, quantity: str) -> Floats:
    return unit_variances(look.trace, quantity)


def correlations(look: Look, _quantity: str) -> Floats:
    found = _correlations(run_key(look.name, look.model), look.trace.layer, look.trace.direction, look)
    return np.asarray(found[:, predicted(look.trace)])


@st.cache_resource(max_entries=48, show_spinner=False)
def _correlations(run: RunKey, layer: int, direction: str, _look: Look) -> Floats:
    del run
    return class_correlations(_look.model, some_of(tested_on(_look.run), TEXTS), layer, direction)


def points(look: Look, value: float) -> str:
    """An effect on the answer, as what its probability would be less."""
    name = escaped(look.trace.classes[predicted(look.trace)])
    return _("{points} points for “{name}”").format(points=number(value * 100, "+.1f"), name=name)


ORDERS = {
    "effect": Order(N_("effect on the answer"), effects, points),
    "variance": Order(
        N_("variance"), variances, lambda _look, value: _("variance {value}").format(value=number(value, ".3f"))
    ),
    "correlation": Order(
        N_("correlation with the class"),
        correlations,
        lambda _look, value: _("correlation {value}").format(value=number(value, "+.2f")),
    ),
}

UNITS = Panel(
    "units",
    N_("Units"),
    ":material/format_color_text:",
    N_("Look for a unit that has one colour up to a certain token and another one after it: it counts, or remembers."),
    N_(
        "Karpathy et al. (2015) coloured text by single units and found some with a meaning: inside quotes, near the "
        "end of a line. Most have none that we could name. The effect is measured: the net reads the text again with "
        "$h_t^{(u)} := 0$ at every step, and the effect of unit $u$ is $p - p_{u}$, by how much the probability of "
        "the answer is smaller without it."
    ),
    show_units,
)
