"""Which texts stand behind a figure: those in a cell of the matrix, those that one gets right and another wrong.

Rows are numbers of texts in their part. Those answered with most confidence stand first: an error that a
net is sure of says more than one that it nearly got right.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnnviz.evaluation.answers import Answers
from rnnviz.language import N_

Rows = npt.NDArray[np.int64]

OUTCOMES = {
    "first": N_("only {first} is right"),
    "second": N_("only {second} is right"),
    "neither": N_("both are wrong"),
    "both": N_("both are right"),
}
"""How two may have fared with a text. McNemar's test looks at the first two of them only."""


def rows_of_cell(answers: Answers, true: int, predicted: int) -> Rows:
    """The texts of a true class that were given a predicted class, (texts in the cell,), surest first."""
    rows = np.flatnonzero((answers.targets == true) & (answers.predicted == predicted))
    return surest_first(rows, answers.confidence)


def outcome_rows(first: Answers, second: Answers) -> dict[str, Rows]:
    """The texts of each of `OUTCOMES` for two that answered to the same texts.

    Sorted by the smaller of their two confidences, so that the texts come first where both are sure.
    """
    confidence = np.minimum(first.confidence, second.confidence)
    fits = {
        "first": first.correct & ~second.correct,
        "second": ~first.correct & second.correct,
        "neither": ~first.correct & ~second.correct,
        "both": first.correct & second.correct,
    }
    return {outcome: surest_first(np.flatnonzero(fits[outcome]), confidence) for outcome in OUTCOMES}


def surest_first(rows: Rows, confidence: npt.NDArray[np.float32]) -> Rows:
    """Rows by falling confidence, (texts of the part,); of equal ones the first of the part first."""
    return rows[np.argsort(-confidence[rows], kind="stable")]


def chosen(answers: Answers, rows: Rows) -> Answers:
    """The answers to some of the texts, in the order of `rows`."""
    return Answers(answers.classes, answers.targets[rows], answers.probabilities[rows])


def shared_rows(first: Sequence[str], second: Sequence[str]) -> tuple[Rows, Rows]:
    """Where the texts stand that are in both: in the first, ascending, and in the second.

    A text that stands several times is matched with its first place in the second.
    """
    places: dict[str, int] = {}
    for row, text in enumerate(second):
        places.setdefault(text, row)
    pairs = [(row, places[text]) for row, text in enumerate(first) if text in places]
    here, there = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return here, there
