"""The views of the page Compare; one is open, and it stands in the link."""

from rnnviz.language import _
from rnnviz.ui.compare_views.calibration import CALIBRATION
from rnnviz.ui.compare_views.chance import CHANCE
from rnnviz.ui.compare_views.costs import COSTS
from rnnviz.ui.compare_views.reports import REPORTS
from rnnviz.ui.compare_views.slices import SLICES
from rnnviz.ui.compare_views.take_home import TAKE_HOME
from rnnviz.ui.compare_views.texts import TEXTS
from rnnviz.ui.compare_views.threshold import THRESHOLD
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.compare_views.what_happened import WHAT_HAPPENED
from rnnviz.ui.comparison import Comparison
from rnnviz.ui.instruments import choose, explain

VIEW_KEY = "judged"
VIEWS: tuple[View, ...] = (REPORTS, CHANCE, TEXTS, SLICES, THRESHOLD, CALIBRATION, COSTS, WHAT_HAPPENED, TAKE_HOME)


def show_view(comparison: Comparison) -> None:
    """The chosen view, below the sentence that says what to look for."""
    view = choose(VIEW_KEY, _("View"), VIEWS)
    explain(view)
    view.show(comparison)
