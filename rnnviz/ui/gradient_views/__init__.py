"""The views of the page Gradients; one is open, and it stands in the link."""

from rnnviz.language import _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui.gradient_views.by_weight import BY_WEIGHT
from rnnviz.ui.gradient_views.eigenvalues import EIGENVALUES
from rnnviz.ui.gradient_views.forgetting import FORGETTING
from rnnviz.ui.gradient_views.over_tokens import OVER_TOKENS
from rnnviz.ui.gradient_views.view import View
from rnnviz.ui.instruments import choose, explain

VIEW_KEY = "view"
VIEWS: tuple[View, ...] = (OVER_TOKENS, BY_WEIGHT, EIGENVALUES, FORGETTING)


def show_view(runs: list[RunInfo], epoch: int | None) -> None:
    """The chosen view, below the sentence that says what to look for."""
    view = choose(VIEW_KEY, _("View"), VIEWS)
    explain(view)
    view.show(runs, epoch)
