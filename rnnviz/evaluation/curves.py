"""One class against the rest as the threshold moves: ROC, precision-recall, and the report at a threshold.

A text is called positive where the probability of the class is at least the threshold. Written out in NumPy,
as `rnnviz.evaluation.report` is; the tests hold it against scikit-learn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rnnviz.errors import BadInput, listed
from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.report import Counts

Floats = npt.NDArray[np.float64]

DRAWN = 1000
"""Points of a curve up to which all of them are drawn."""
FINEST = 1 / 500
"""A longer curve is drawn with points this far apart, in parts of an axis: about a pixel."""


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """What is counted at each threshold at which anything changes, from none called positive to all."""

    thresholds: npt.NDArray[np.floating]
    """(points,): infinity, and then each probability that was given, falling, as exact as it was given."""
    hits: Counts
    """(points,): positive texts called positive."""
    alarms: Counts
    """(points,): texts of the rest called positive."""

    @property
    def positives(self) -> int:
        """Texts of the class."""
        return int(self.hits[-1])

    @property
    def negatives(self) -> int:
        """Texts of the rest."""
        return int(self.alarms[-1])

    @cached_property
    def recall(self) -> Floats:
        """(points,): hits among the texts of the class, the true positive rate; NaN where there are none."""
        return _share(self.hits, self.positives)

    @cached_property
    def fallout(self) -> Floats:
        """(points,): false alarms among the texts of the rest, the false positive rate; NaN where there are none."""
        return _share(self.alarms, self.negatives)

    @cached_property
    def precision(self) -> Floats:
        """(points,): hits among the texts called positive; NaN at the first point, where none is."""
        return _share(self.hits, self.hits + self.alarms)

    @cached_property
    def f1(self) -> Floats:
        """(points,): the harmonic mean of precision and recall, 0 where there are no hits."""
        return np.nan_to_num(_share(2 * self.hits, self.hits + self.alarms + self.positives))

    @cached_property
    def roc_area(self) -> float | None:
        """Area under the ROC curve by trapezoids: how often a positive text gets the higher probability of a pair.

        None where it is not defined: all texts are of the class, or none is.
        """
        if not self.positives or not self.negatives:
            return None
        return float(np.trapezoid(self.recall, self.fallout))

    @cached_property
    def average_precision(self) -> float | None:
        """The sum of (R_n - R_(n-1)) P_n, the area under the steps; None where no text is of the class."""
        if not self.positives:
            return None
        return float(np.sum(np.diff(self.recall) * self.precision[1:]))

    def place(self, threshold: float) -> int:
        """The point that a threshold stands at: the last whose own threshold is not below it."""
        return int(self._places(np.array([threshold]))[0])

    def _places(self, thresholds: Floats) -> npt.NDArray[np.int64]:
        rounded = thresholds.astype(self.thresholds.dtype)  # so that a float32 of 0.9 is at least 0.9
        return np.searchsorted(-self.thresholds, -rounded, side="right") - 1

    def confusion(self, threshold: float) -> Counts:
        """(2, 2): the rest and the class down, called the rest and called the class across."""
        place = self.place(threshold)
        hits, alarms = self.hits[place], self.alarms[place]
        return np.array([[self.negatives - alarms, alarms], [self.positives - hits, hits]], dtype=np.int64)

    def best_f1(self, allowed: Floats) -> float:
        """Of the thresholds in `allowed` the one with the best F1, the middle one of those where they tie.

        `BadInput` where no text is of the class, so that F1 says nothing.
        """
        if not self.positives:
            raise BadInput("No text is of this class here, so no threshold has a best F1.")
        values = self.f1[self._places(allowed)]
        best = np.flatnonzero(values == values.max())
        return float(allowed[best[len(best) // 2]])


def _share(part: Counts, whole: Counts | int) -> Floats:
    with np.errstate(invalid="ignore"):
        shares: Floats = np.divide(part, whole)
    return shares


def one_against_rest(answers: Answers, positive: str) -> ThresholdCurve:
    """The curve of a class by its name; `BadInput` where the answers know no such class, or there are none."""
    if positive not in answers.classes:
        raise BadInput(
            "There is no class “{name}”; there are: {classes}.", name=positive, classes=listed(answers.classes)
        )
    number = answers.classes.index(positive)
    return threshold_curve(answers.targets == number, answers.probabilities[:, number])


def threshold_curve(is_positive: npt.NDArray[np.bool_], scores: npt.NDArray[np.floating]) -> ThresholdCurve:
    """Counts at each distinct score, (texts,) both; `BadInput` without texts."""
    if not len(scores):
        raise BadInput("There are no texts to judge.")
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    last = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)  # of those with the same score
    hits = np.cumsum(is_positive[order], dtype=np.int64)[last]
    return ThresholdCurve(
        np.append(scores.dtype.type(np.inf), falling[last]),
        np.append(0, hits),
        np.append(0, last + 1 - hits),
    )


def drawn_points(x: Floats, y: Floats) -> npt.NDArray[np.int64]:
    """Which points of a curve to draw, the first and the last among them.

    All of a short curve; of a long one so few that no point left out is farther than `FINEST` along the curve
    (the way in x and in y added up) from one that is drawn before it, so the shape stays.
    """
    if len(x) <= DRAWN:
        return np.arange(len(x))
    way = np.append(0.0, np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y))))
    firsts = np.append(0, np.flatnonzero(np.diff(np.floor(way / FINEST))) + 1)
    return np.unique(np.append(firsts, len(x) - 1))


def pair_names(classes: Sequence[str], positive: str, rest: str) -> tuple[str, str]:
    """What the rest and the class are called: of two classes by their names, of more by `rest`."""
    others = [name for name in classes if name != positive]
    return (others[0] if len(others) == 1 else rest, positive)
