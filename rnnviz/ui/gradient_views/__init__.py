"""The views of the page Gradients; one is open, and it stands in the link."""

import streamlit as st

from rnnviz.language import _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui import link
from rnnviz.ui.explained import explain
from rnnviz.ui.gradient_views.by_weight import BY_WEIGHT
from rnnviz.ui.gradient_views.eigenvalues import EIGENVALUES
from rnnviz.ui.gradient_views.forgetting import FORGETTING
from rnnviz.ui.gradient_views.over_tokens import OVER_TOKENS
from rnnviz.ui.gradient_views.view import View

VIEW_KEY = "view"
VIEWS: tuple[View, ...] = (OVER_TOKENS, BY_WEIGHT, EIGENVALUES, FORGETTING)


def show_view(runs: list[RunInfo], epoch: int | None) -> None:
    """The chosen view, below the sentence that says what to look for."""
    view = choose_view()
    explain(view.look_for, view.why)
    view.show(runs, epoch)


def choose_view() -> View:
    """The view that is open; it stands in the link."""
    by_name = {view.name: view for view in VIEWS}
    link.take(VIEW_KEY, lambda given: link.one_of(_("View"), by_name, given[-1]))
    link.offer(VIEW_KEY, VIEWS[0].name)
    name = st.segmented_control(
        _("View"),
        list(by_name),
        format_func=lambda name: f"{by_name[name].icon} {_(by_name[name].title)}",
        required=True,
        key=VIEW_KEY,
        persist_state="session",
    )
    link.give(VIEW_KEY, [] if name == VIEWS[0].name else [str(name)])
    return by_name[str(name)]
