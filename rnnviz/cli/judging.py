"""`judge`: what the probabilities of runs are worth, beyond which class is the likeliest."""

import argparse

import numpy as np

from rnnviz.cli.arguments import AddCommand, Result, folder_of
from rnnviz.cli.progress import read, told
from rnnviz.errors import NOT_ONE_OF, BadInput, listed
from rnnviz.evaluation.answers import Answers, answer
from rnnviz.evaluation.calibration import brier_score, log_loss, of_prediction, reliability
from rnnviz.evaluation.curves import one_against_rest
from rnnviz.runs.answer_files import kept_or_made, key_of_run
from rnnviz.runs.store import read_info, read_model
from rnnviz.runs.tested import data_of
from rnnviz.text.splits import PARTS

THRESHOLDS = np.arange(101) / 100


def add_commands(command: AddCommand) -> None:
    judge = command("judge", run_judge, "Areas under ROC and precision-recall, thresholds, calibration.")
    judge.add_argument("RUN", nargs="+")
    judge.add_argument("--part", default="test", help="train, validation or test (as if not given)")
    judge.add_argument("--bins", type=int, default=10, help="of equal width, for the expected calibration error")


def run_judge(arguments: argparse.Namespace) -> Result:
    if arguments.part not in PARTS:
        raise BadInput(NOT_ONE_OF, name="--part", value=arguments.part, allowed=listed(PARTS))
    return {
        "part": arguments.part,
        "runs": [_judged(run, arguments.part, arguments.bins) for run in dict.fromkeys(arguments.RUN)],
    }


def _judged(run: str, part: str, bins: int) -> Result:
    answers = _answers(run, part)
    stated = of_prediction(answers)
    calibration = reliability(stated, bins).expected_error
    validation = answers if part == "validation" else _answers(run, "validation")
    return {
        "run": run,
        "texts": len(answers),
        "accuracy": stated.share,
        "mean_confidence": stated.mean,
        "expected_calibration_error": calibration,
        "brier_score": brier_score(answers),
        "log_loss": log_loss(answers),
        "classes": {name: _against_the_rest(answers, validation, name) for name in answers.classes},
    }


def _against_the_rest(answers: Answers, validation: Answers, name: str) -> Result:
    """The threshold is the one with the best F1 on validation, whatever the part; null where no text has the class."""
    curve, choosing = one_against_rest(answers, name), one_against_rest(validation, name)
    threshold = choosing.best_f1(THRESHOLDS) if choosing.positives else None
    return {
        "roc_area": curve.roc_area,
        "average_precision": curve.average_precision,
        "threshold": threshold,
        "f1_at_threshold": None if threshold is None else float(curve.f1[curve.place(threshold)]),
    }


def _answers(run: str, part: str) -> Answers:
    folder = folder_of(run)
    info = read_info(folder)
    return kept_or_made(
        key_of_run(folder, part), lambda: answer(read_model(folder), data_of(info, told(read)).parts[part])
    )
