"""Compare: runs and baselines judged on the same texts."""

from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui.choose import choose_runs
from rnnviz.ui.compare_views import show_view
from rnnviz.ui.comparison import open_comparison
from rnnviz.ui.differences import say_differences
from rnnviz.ui.page import COMPARE, live, page_setup


def judge(runs: list[RunInfo]) -> None:
    say_differences(runs)
    show_view(open_comparison(runs))


page_setup(COMPARE)
live(judge)(choose_runs())
