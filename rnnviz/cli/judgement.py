"""`baselines`: what can be had without a net, on the texts of a run."""

import argparse
from collections.abc import Callable

from rnnviz.cli.arguments import AddCommand, Result, folder_of
from rnnviz.cli.progress import read, told
from rnnviz.evaluation.baselines import BASELINES, report_of_answers
from rnnviz.language import _
from rnnviz.runs.baseline_files import known_baseline, make_baseline
from rnnviz.runs.store import read_info
from rnnviz.runs.tested import data_of


def add_commands(command: AddCommand) -> None:
    baselines = command(
        "baselines", run_baselines, "Majority class, look-up and n-grams with logistic regression on a run’s split."
    )
    baselines.add_argument("RUN")


def run_baselines(arguments: argparse.Namespace) -> Result:
    info = read_info(folder_of(arguments.RUN))
    found = {name: known_baseline(name, info) for name in BASELINES}
    missing = [name for name, answers in found.items() if answers is None]
    if missing:
        data = data_of(info, told(read))
        for name in missing:
            found[name] = make_baseline(name, info, data, told(_describe(_(BASELINES[name].title))))
    reports = {name: report_of_answers(answers) for name, answers in found.items() if answers}
    return {"run": arguments.RUN, "classes": list(info.classes), "baselines": reports}


def _describe(title: str) -> Callable[[int, int], str]:
    return lambda done, total: _("{title}: step {done} of {total}").format(title=title, done=done, total=total)
