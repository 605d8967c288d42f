"""Runs: everything that was trained here, with names, tags, and the ways in and out."""

from rnnviz.ui.archives import bring_run
from rnnviz.ui.choose import say_damaged
from rnnviz.ui.page import RUNS, live, page_setup
from rnnviz.ui.runs import show_runs

page_setup(RUNS)
say_damaged()


@live
def manage() -> None:
    show_runs()
    bring_run()


manage()
