"""The panels of Step through, one instrument each; one is open, and its place stays."""

from rnnviz.language import _
from rnnviz.ui.instruments import choose, explain
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
    panel = choose(PANEL_KEY, _("Instrument"), PANELS)
    explain(panel)
    if covered() and panel not in WITHOUT_ANSWERS:
        say_covered()
    else:
        panel.show(workspace)
