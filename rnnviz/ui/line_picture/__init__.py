"""Lines over an axis, drawn in the browser: what Plotly draws from the same spec, at a fiftieth of its cost.

While nets train, page Train draws four pictures anew each second, on the machine that trains.
The script comes once, apart from the pictures; a look brings points, and what has not changed stays.
"""

from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from rnnviz.charts.style import Spec
from rnnviz.ui.lean import unsearched
from rnnviz.ui.line_picture.plan import Plan, plan_of
from rnnviz.ui.pictures import own_camera, remember
from rnnviz.ui.scripts import SCRIPTS, joined, marked

_HERE = Path(__file__).parent
SHARED = ("words.js", "promised.js", "pens.js", "saving.js", "look.js")
STROKES = ("scale.js", "layout.js", "paint.js", "legend.js", "pointing.js", "picture.js")
SCRIPT = joined(*map(SCRIPTS.joinpath, SHARED), *map(_HERE.joinpath, STROKES), _HERE / "give.js")
MARK = marked(SCRIPT)
CALL = joined(SCRIPTS / "promised.js", _HERE / "call.js")
HTML = joined(_HERE / "picture.html").replace("CAMERA", joined(SCRIPTS / "camera.html"))
CSS = joined(_HERE / "picture.css").replace("/* overlays */", joined(SCRIPTS / "overlays.css"))
_SCRIPT = st.components.v2.component(
    "rnnviz_line_script", css=CSS, js=SCRIPT.replace("MARK", MARK), isolate_styles=False
)
_PICTURE = st.components.v2.component("rnnviz_lines", html=HTML, js=CALL.replace("MARK", MARK), isolate_styles=False)


def bring_lines(place: str) -> None:
    """Send what draws, once for all pictures of a part of a page (`place` names it); it shows nothing."""
    _SCRIPT(key=f"line script {place}")


def show_lines(spec: Spec, title: str, key: str, latest: Callable[[], Spec] | None = None) -> None:
    """Draw lines as a chart specifies them; what draws was brought before.

    The title is what screen readers say, and what the picture is called where its numbers are offered: those of
    the `latest` chart where the picture grows by itself.
    """
    _PICTURE(key=key, data=unsearched(placed(plan_of(spec, title), key)), height=int(spec["layout"]["height"]))
    remember(key, title, lambda: go.Figure(latest() if latest else spec))


def placed(plan: Plan, key: str) -> Plan:
    """The plan of a picture that has a place on the page, by whose key it is found and saved."""
    return {**plan, "key": key, "camera": own_camera(key)}
