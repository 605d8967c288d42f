"""The panels of Step through, one instrument each; one is open, and its place stays."""

import streamlit as st

from rnnviz.language import _
from rnnviz.ui import link
from rnnviz.ui.explained import explain
from rnnviz.ui.panels.cell import CELL
from rnnviz.ui.panels.decision import DECISION
from rnnviz.ui.panels.map import MAP
from rnnviz.ui.panels.match import MATCH
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.panels.responses import RESPONSES
from rnnviz.ui.panels.states import STATES
from rnnviz.ui.panels.surgery import SURGERY
from rnnviz.ui.panels.units import UNITS
from rnnviz.ui.panels.what_if import WHAT_IF
from rnnviz.ui.presenter import covered, say_covered
from rnnviz.ui.workspace import Workspace

PANEL_KEY = "panel"
PANELS: tuple[Panel, ...] = (STATES, UNITS, CELL, SURGERY, DECISION, WHAT_IF, MATCH, RESPONSES, MAP)

WITHOUT_ANSWERS = (STATES, UNITS, CELL)
"""These give no answer away, and can be shown to a class that is still guessing."""


def show_panel(workspace: Workspace) -> None:
    """The chosen instrument, below the sentence that says what to look for."""
    panel = choose_panel()
    explain(panel.look_for, panel.why)
    if covered() and panel not in WITHOUT_ANSWERS:
        say_covered()
    else:
        panel.show(workspace)


def choose_panel() -> Panel:
    """The panel that is open; it stands in the link."""
    by_name = {panel.name: panel for panel in PANELS}
    link.take(PANEL_KEY, lambda given: link.one_of(_("Instrument"), by_name, given[-1]))
    link.offer(PANEL_KEY, PANELS[0].name)
    name = st.pills(
        _("Instrument"),
        list(by_name),
        format_func=lambda name: f"{by_name[name].icon} {_(by_name[name].title)}",
        required=True,
        key=PANEL_KEY,
        persist_state="session",
    )
    link.give(PANEL_KEY, [] if name == PANELS[0].name else [str(name)])
    return by_name[str(name)]
