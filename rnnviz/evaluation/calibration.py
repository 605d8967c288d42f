"""Calibration: whether a net that says 80% is right four times out of five.

Bins and figures as in C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural
Networks", ICML 2017, which looks at the probability of the predicted class; that of one class can be looked at too.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from rnnviz.errors import NOT_ONE_OF, OUT_OF_RANGE, BadInput, listed
from rnnviz.evaluation.answers import Answers

Floats = npt.NDArray[np.float64]

EQUAL_WIDTH: Literal["width"] = "width"
EQUAL_COUNT: Literal["count"] = "count"
KINDS = (EQUAL_WIDTH, EQUAL_COUNT)
LEAST_BINS, MOST_BINS = 2, 50
LEVEL = 0.05
"""A gap counts as more than chance where chance alone makes one this large less often than this."""


@dataclass(frozen=True, eq=False)
class Stated:
    """What was said of each text, and whether it was so."""

    probability: Floats
    """(texts,)"""
    so: npt.NDArray[np.bool_]
    """(texts,)"""

    @property
    def mean(self) -> float:
        """What is said on average."""
        return float(self.probability.mean())

    @property
    def share(self) -> float:
        """How often it was so."""
        return float(self.so.mean())


@dataclass(frozen=True, eq=False)
class Reliability:
    """A reliability diagram: the bins that hold texts, from low probabilities to high ones."""

    edges: Floats
    """(all bins + 1,): bin i holds what is above edge i and not above edge i + 1; the first holds its low edge too."""
    numbers: npt.NDArray[np.int64]
    """(bins,): which of all bins these are."""
    counts: npt.NDArray[np.int64]
    """(bins,): texts"""
    stated: Floats
    """(bins,): the mean of what was said"""
    observed: Floats
    """(bins,): the share that was so"""

    @cached_property
    def gaps(self) -> Floats:
        """(bins,): how much too high what was said is; below 0 it was too low."""
        return self.stated - self.observed

    @property
    def expected_error(self) -> float:
        """Expected calibration error (Guo et al. 2017, equation 3): the mean of |gap|, weighted by texts."""
        return float(np.average(np.abs(self.gaps), weights=self.counts))


def of_prediction(answers: Answers) -> Stated:
    """The probability of the class that was predicted, and whether the prediction is right."""
    _check(answers)
    return Stated(answers.confidence.astype(np.float64), answers.correct)


def of_class(answers: Answers, name: str) -> Stated:
    """The probability of a class, and whether a text has it; `BadInput` where there is no such class."""
    _check(answers)
    if name not in answers.classes:
        raise BadInput("There is no class “{name}”; there are: {classes}.", name=name, classes=listed(answers.classes))
    number = answers.classes.index(name)
    return Stated(answers.probabilities[:, number].astype(np.float64), answers.targets == number)


def _check(answers: Answers) -> None:
    if not len(answers):
        raise BadInput("There are no texts to judge.")


def reliability(stated: Stated, bins: int = 10, kind: str = EQUAL_WIDTH) -> Reliability:
    """The diagram in bins of equal width between 0 and 1, or of (nearly) equal numbers of texts.

    Bins without texts are left out. `BadInput` for a number of bins or a kind that is not allowed.
    """
    if not LEAST_BINS <= bins <= MOST_BINS:
        raise BadInput(OUT_OF_RANGE, name="bins", value=bins, low=LEAST_BINS, high=MOST_BINS)
    if kind not in KINDS:
        raise BadInput(NOT_ONE_OF, name="bins", value=kind, allowed=listed(KINDS))
    quantiles = np.linspace(0.0, 1.0, bins + 1)
    edges = quantiles if kind == EQUAL_WIDTH else np.percentile(stated.probability, 100 * quantiles)
    places = np.searchsorted(edges[1:-1], stated.probability)
    counts = np.bincount(places, minlength=bins)
    numbers = np.flatnonzero(counts)
    said = np.bincount(places, weights=stated.probability, minlength=bins)[numbers] / counts[numbers]
    so = np.bincount(places, weights=stated.so, minlength=bins)[numbers] / counts[numbers]
    return Reliability(edges, numbers, counts[numbers], said, so)


def brier_score(answers: Answers) -> float:
    """The mean over texts of the sum over classes of (p - y)², from 0 (right and sure) to 2 (wrong and sure).

    The form of G. W. Brier (1950); with two classes, twice what is computed from one of them.
    """
    _check(answers)
    errors = answers.probabilities.astype(np.float64)
    errors[np.arange(len(errors)), answers.targets] -= 1.0
    return float(np.mean(np.sum(errors**2, axis=1)))


FLOOR = float(np.finfo(np.float32).eps)
"""Probabilities are kept this far from 0 and 1 before their logarithm is taken, as scikit-learn does it."""


def log_loss(answers: Answers) -> float:
    """The mean over texts of -ln P(true class), in nats; a probability of 0 counts as `FLOOR`."""
    _check(answers)
    return float(-np.mean(np.log(np.clip(_of_truth(answers), FLOOR, 1.0 - FLOOR))))


def ruled_out(answers: Answers) -> int:
    """How many texts were given (almost) no probability of their true class, below `FLOOR`."""
    return int(np.sum(_of_truth(answers) < FLOOR))


def _of_truth(answers: Answers) -> Floats:
    given: Floats = answers.probabilities[np.arange(len(answers)), answers.targets].astype(np.float64)
    return given


Verdict = Literal["over", "under", "chance"]


def verdict(stated: Stated, comparisons: int = 1) -> Verdict:
    """Whether what was said is too high or too low on average, or as near as chance allows.

    Were every probability true, the number of times it is so would have the mean Σp and the variance
    Σp(1 - p); the distance is judged by the normal distribution at 5%, divided by `comparisons` (Bonferroni).
    """
    spread = math.sqrt(float(np.sum(stated.probability * (1 - stated.probability))))
    distance = float(np.sum(stated.probability) - np.sum(stated.so))
    if abs(distance) <= NormalDist().inv_cdf(1 - LEVEL / comparisons / 2) * spread + 1e-9:
        return "chance"
    return "over" if distance > 0 else "under"


def worst_bin(stated: Stated, diagram: Reliability) -> Stated | None:
    """The texts of the bin that adds most to the expected error, where its gap is more than chance; else None."""
    worst = int(np.argmax(np.abs(diagram.gaps) * diagram.counts))
    places = np.searchsorted(diagram.edges[1:-1], stated.probability)
    inside = places == diagram.numbers[worst]
    found = Stated(stated.probability[inside], stated.so[inside])
    return None if verdict(found, len(diagram.numbers)) == "chance" else found
