"""Compare: runs and baselines judged on the same texts."""

import streamlit as st

from rnnviz.language import _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui.choose import choose_runs
from rnnviz.ui.compare_views import show_view
from rnnviz.ui.comparison import open_comparison
from rnnviz.ui.page import COMPARE, live, page_setup


def judge(runs: list[RunInfo]) -> None:
    if len({(run.dataset.fingerprint, run.config.text, run.config.seed) for run in runs}) > 1:
        st.warning(
            _(
                "These runs were not judged on the same texts: their dataset, cleaning or seed of the split differs. "
                "Compare their figures with care."
            ),
            icon=":material/warning:",
        )
    if len({run.classes for run in runs}) > 1:
        st.warning(_("These runs have different classes; rows are shown for each class of any of them."))
    show_view(open_comparison(runs))


page_setup(COMPARE)
live(judge)(choose_runs())
