"""The picture of a trace, drawn in the browser on a canvas: prediction and heat maps over one token axis.

A page draws it anew with every key, for which Plotly takes ten times as long. The values of a
text travel apart from it, once; a step that moves brings only where it is. So does the script,
put together from short files: Streamlit sends the script of a component with every change of it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from rnnviz.charts.heatmaps import trace_panels
from rnnviz.charts.style import Style
from rnnviz.insight.trace import Trace
from rnnviz.ui.cargo import Cargo, send
from rnnviz.ui.lean import unsearched
from rnnviz.ui.pictures import remember
from rnnviz.ui.scripts import SCRIPTS, joined, marked
from rnnviz.ui.trace_picture.plan import View, part_sent, plan_of, values_of

__all__ = ["View", "bring", "bring_script", "draw_trace", "part_sent", "values_of"]

_HERE = Path(__file__).parent
STROKES = ("layout.js", "pixels.js", "trace.js", "paint.js", "pointing.js", "picture.js")
SHARED = ("hold.js", "words.js", "shades.js", "promised.js", "pens.js", "saving.js", "look.js")
SCRIPT = joined(*map(SCRIPTS.joinpath, SHARED), *map(_HERE.joinpath, STROKES), _HERE / "give.js")
MARK = marked(SCRIPT)
CALL = joined(SCRIPTS / "promised.js", _HERE / "call.js")
HTML = joined(_HERE / "picture.html").replace("CAMERA", joined(SCRIPTS / "camera.html"))
CSS = joined(_HERE / "picture.css", SCRIPTS / "overlays.css")
_SCRIPT = st.components.v2.component("rnnviz_trace_script", js=SCRIPT.replace("MARK", MARK))
_PICTURE = st.components.v2.component("rnnviz_trace", html=HTML, css=CSS, js=CALL.replace("MARK", MARK))

Move = Callable[[int, int | None], None]


def bring(key: str, *values: Cargo) -> None:
    """Send what pictures of traces need, ahead of them: the values, and the script that draws."""
    bring_script()
    send(key, *values)


def bring_script() -> None:
    """The script alone, for a page whose picture brings its values with every key."""
    _SCRIPT(key="trace script")


def draw_trace(
    trace: Trace,
    values: Cargo,
    view: View,
    style: Style,
    title: str,
    key: str,
    on_move: Move | None = None,
    with_values: bool = False,
) -> None:
    """Draw a view of a trace, whose `values` (see `values_of`) were brought before, or come with it.

    `on_move` hears the step that is clicked, and the unit where that was in a heat map.
    """
    plan = plan_of(trace, values, view, style, title, key, movable=on_move is not None)
    brought = [values.message] if with_values else []
    _PICTURE(key=key, data=[*unsearched(plan), *brought], on_moved_change=partial(_hear, key, trace, on_move or _stay))
    remember(key, title, partial(figure_of, trace, view, style))


def figure_of(trace: Trace, view: View, style: Style) -> Any:
    """The same picture as a figure, of which its numbers are read."""
    return trace_panels(
        trace,
        view.quantities,
        style,
        view.step,
        view.unit,
        view.probabilities,
        view.panel,
        view.window,
    )


def _stay(_step: int, _unit: int | None) -> None:
    """What becomes of a click where there is no step to choose."""


def _hear(key: str, trace: Trace, on_move: Move) -> None:
    """Pass on the step and unit that the browser names, where there are such."""
    moved: Any = st.session_state[key].get("moved")
    if not isinstance(moved, Mapping):
        return
    step, unit = _place(moved.get("step"), len(trace.tokens)), _place(moved.get("unit"), trace.units)
    if step is not None:
        on_move(step, unit)


def _place(given: Any, count: int) -> int | None:
    """One of `count` places, where what was given is one."""
    return int(given) if isinstance(given, int | float) and 0 <= given < count else None
