"""A cell drawn with the values of one step and unit; the browser moves both without asking the server.

The drawing is a component, and its arrays come in two others: the values of a text and the
weights of a cell change less often than the step, and Streamlit sends what has not changed
only as a mark. The scripts are one module for the browser, put together from short files.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from rnnviz.ui.cell_drawing.cargo import Cargo
from rnnviz.ui.cell_drawing.plan import Plan

_HERE = Path(__file__).parent
HTML, CSS = ((_HERE / name).read_text(encoding="utf-8") for name in ("drawing.html", "drawing.css"))
SCRIPTS = ("numbers.js", "picture.js", "neuron.js", "drawing.js")
JS = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
CARGO_JS = (_HERE / "cargo.js").read_text(encoding="utf-8")
_CARGO = st.components.v2.component("rnnviz_cargo", js=CARGO_JS)
_DRAWING = st.components.v2.component("rnnviz_cell", html=HTML, css=CSS, js=JS)


def draw_cell(
    plan: Plan,
    values: Cargo,
    weights: Cargo,
    step: int,
    unit: int,
    units: int,
    key: str,
    on_move: Callable[[int, int], None],
) -> None:
    """Draw a cell at a step and unit (from 0); `on_move` hears where a person has come to rest.

    `units` is how many of the units can be chosen.
    """
    with st.container(gap=None):
        for cargo in (values, weights):
            _CARGO(key=f"cargo {cargo.slot}", data=cargo.message)
        _DRAWING(
            key=key,
            data={
                "plan": plan,
                "values": {"slot": values.slot, "id": values.id},
                "weights": {"slot": weights.slot, "id": weights.id},
                "step": step,
                "unit": unit,
                "most": units,
            },
            on_moved_change=partial(_hear, key, int(values.about["total"]), units, on_move),
        )


def _hear(key: str, steps: int, units: int, on_move: Callable[[int, int], None]) -> None:
    """Pass on the step and unit that the browser names, where there are such."""
    moved: Any = st.session_state[key].get("moved")
    if not isinstance(moved, Mapping):
        return
    step, unit = moved.get("step"), moved.get("unit")
    if isinstance(step, int | float) and isinstance(unit, int | float) and 0 <= step < steps and 0 <= unit < units:
        on_move(int(step), int(unit))
