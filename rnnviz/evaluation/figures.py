"""The figures of a report, for one confusion matrix or for thousands of resampled ones at once.

A figure depends on three tallies alone: of each class, how many texts have it, how many were given it,
and how many both. The zeros of a report are those of `classification_report` in `rnnviz.evaluation.report`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ACCURACY, MACRO, WEIGHTED = "accuracy", "macro avg", "weighted avg"
COLUMNS = ("precision", "recall", "f1-score")


@dataclass(frozen=True)
class Figure:
    """One figure of a report: where it stands in scikit-learn's dictionary."""

    row: str
    """A class, `ACCURACY`, `MACRO` or `WEIGHTED`."""
    column: str = ""
    """One of `COLUMNS`; empty of the accuracy, which has none."""

    def __str__(self) -> str:
        return f"{self.row} {self.column}".strip()


ACCURACY_FIGURE = Figure(ACCURACY)


def figures_of(classes: Sequence[str]) -> tuple[Figure, ...]:
    """All figures of a report: the accuracy, the averages, then class by class."""
    return (ACCURACY_FIGURE, *(Figure(row, column) for row in (MACRO, WEIGHTED, *classes) for column in COLUMNS))


def value_in(report: dict[str, Any], figure: Figure) -> float | None:
    """The figure as it stands in a report; None where the report does not know the class."""
    found = report.get(figure.row)
    value = found.get(figure.column) if isinstance(found, dict) else found
    return None if value is None else float(value)


@dataclass(frozen=True)
class Tallies:
    """What figures are made of; the last axis is the class, those before it are resamples and contestants."""

    hits: Floats
    """(…, classes): texts of a class that were given it."""
    support: Floats
    """(…, classes): texts of a class."""
    predicted: Floats
    """(…, classes): texts that were given a class."""


def tallies_of(confusion: npt.NDArray[Any]) -> Tallies:
    """The tallies of confusion matrices (…, classes, classes), true classes down."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1).astype(np.float64)
    return Tallies(hits, confusion.sum(axis=-1, dtype=np.float64), confusion.sum(axis=-2, dtype=np.float64))


def figure_values(tallies: Tallies, figure: Figure, classes: Sequence[str]) -> Floats:
    """(…): the figure for each resample and contestant; a share of nothing is 0, as the report has it."""
    if figure.row == ACCURACY:
        return _share(tallies.hits.sum(axis=-1), tallies.support.sum(axis=-1))
    by_class = _share(*_fraction(tallies, figure.column))
    if figure.row == MACRO:
        return np.asarray(by_class.mean(axis=-1))
    if figure.row == WEIGHTED:
        return _share((by_class * tallies.support).sum(axis=-1), tallies.support.sum(axis=-1))
    return np.asarray(by_class[..., list(classes).index(figure.row)])


def fraction_of(tallies: Tallies, figure: Figure, classes: Sequence[str]) -> tuple[Floats, Floats] | None:
    """Numerator and denominator where a figure counts texts among texts; None of an F1 and of averages."""
    if figure.row == ACCURACY:
        return _alike(tallies.hits.sum(axis=-1), tallies.support.sum(axis=-1))
    if figure.row in (MACRO, WEIGHTED) or figure.column == "f1-score":
        return None
    place = list(classes).index(figure.row)
    part, whole = _alike(*_fraction(tallies, figure.column))
    return part[..., place], whole[..., place]


def _fraction(tallies: Tallies, column: str) -> tuple[Floats, Floats]:
    if column == "precision":
        return tallies.hits, tallies.predicted
    if column == "recall":
        return tallies.hits, tallies.support
    return 2 * tallies.hits, tallies.support + tallies.predicted


def _share(part: Floats, whole: Floats) -> Floats:
    part, whole = _alike(part, whole)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)


def _alike(part: Floats, whole: Floats) -> tuple[Floats, Floats]:
    """Both in one shape: the support of a class is the same for all contestants, and stands there once."""
    first, second = np.broadcast_arrays(part, whole)
    return first, second
