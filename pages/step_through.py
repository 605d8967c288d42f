"""Step through: walk through a text token by token, with one instrument after the other."""

from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui.choose import choose_runs
from rnnviz.ui.page import STEP_THROUGH, live, page_setup
from rnnviz.ui.panels import show_panel
from rnnviz.ui.workspace import open_workspace


def walk(runs: list[RunInfo]) -> None:
    """The text, its present step and unit, and the open panel."""
    workspace = open_workspace(runs)
    if workspace is not None:
        show_panel(workspace)


page_setup(STEP_THROUGH)
live(walk)(choose_runs())
