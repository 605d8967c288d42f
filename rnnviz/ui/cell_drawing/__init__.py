"""A cell drawn with the values of one step and unit; the browser moves both without asking the server.

Its arrays travel apart from it: the values of a text and the weights of a cell change less
often than the step. The scripts are one module for the browser, put together from short files.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from rnnviz.ui.cargo import Cargo, send
from rnnviz.ui.cell_drawing.plan import Plan
from rnnviz.ui.lean import unsearched
from rnnviz.ui.scripts import SCRIPTS

_HERE = Path(__file__).parent
HTML, CSS = ((_HERE / name).read_text(encoding="utf-8") for name in ("drawing.html", "drawing.css"))
FILES = (
    *(SCRIPTS / name for name in ("words.js", "shades.js")),
    *(_HERE / name for name in ("numbers.js", "picture.js", "neuron.js", "drawing.js")),
)
JS = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
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
            send(f"cargo {cargo.slot}", cargo)
        _DRAWING(
            key=key,
            data=unsearched(
                {
                    "plan": plan,
                    "values": values.label,
                    "weights": weights.label,
                    "step": step,
                    "unit": unit,
                    "most": units,
                }
            ),
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
