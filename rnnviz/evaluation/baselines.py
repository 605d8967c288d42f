"""Baselines: what can be had without a recurrent net, from the same training texts.

A net that is no better than these has learned nothing of the order of its tokens: the majority class knows
the shares of the classes only, the look-up has every training text by heart, and n-grams with logistic
regression see which tokens stand next to each other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rnnviz.evaluation.answers import Answers, Tell, nothing
from rnnviz.evaluation.ngrams import count_ngrams, learn_ngrams
from rnnviz.evaluation.report import classification_report
from rnnviz.language import N_
from rnnviz.text.sequences import Sequences
from rnnviz.text.vocabulary import PAD_NUMBER
from rnnviz.training.data import Part, TrainingData

Floats = npt.NDArray[np.float64]
Probabilities = Mapping[str, Floats]
"""(texts, classes) of each part."""


@dataclass(frozen=True)
class Baseline:
    """One of them."""

    title: str
    what: str
    """A sentence that says how it answers."""
    version: int
    """Another one when the same texts would be answered differently."""
    answers: Callable[[TrainingData, str, Tell], Probabilities]
    heavy: bool = False
    """Whether it loads a library and takes memory that a process would not give back."""


def class_shares(data: TrainingData) -> Floats:
    """(classes,): the share of each class in the training part."""
    counts = np.bincount(data.train.labels, minlength=len(data.classes))
    shares: Floats = counts / counts.sum()
    return shares


def majority(data: TrainingData, unit: str = "", tell: Tell = nothing) -> Probabilities:
    """The shares of the classes in training, for every text: so the largest class is always predicted."""
    del unit, tell
    shares = class_shares(data)
    return {name: np.tile(shares, (len(part), 1)) for name, part in data.parts.items()}


def look_up(data: TrainingData, unit: str = "", tell: Tell = nothing) -> Probabilities:
    """A text of the training part gets its class, any other the shares of the classes.

    Texts are compared as cleaning leaves them. It also leaves each text once and the parts without a common
    text, so beyond the training part this is the majority class: what memorising alone is worth.
    """
    del unit, tell
    shares = class_shares(data)
    seen: dict[str, Floats] = {}
    for text, label in zip(data.train.texts, data.train.labels.tolist(), strict=True):
        counts = seen.setdefault(text, np.zeros(len(data.classes)))
        counts[label] += 1
    known = {text: counts / counts.sum() for text, counts in seen.items()}
    return {name: np.stack([known.get(text, shares) for text in part.texts]) for name, part in data.parts.items()}


LONGEST = {"character": 4, "word": 2}
"""Tokens of the longest n-gram; those of characters may begin and end at the edges of the text."""
LEAST_TEXTS = 2
"""Training texts that an n-gram has to stand in."""
STRENGTHS = (0.1, 1.0, 10.0)
"""Inverse strengths of the L2 penalty, scikit-learn's `C`, that are tried."""
TOLERANCE, ROUNDS = 1e-6, 1000
"""When the regression has arrived: the largest entry of its gradient, and steps that it may take at most."""


def n_grams(data: TrainingData, unit: str, tell: Tell = nothing) -> Probabilities:
    """n-grams of the very tokens that the nets read, weighted by TF-IDF, and multinomial logistic regression.

    1 to 4 characters or 1 to 2 words, cut and with `<unk>` as for the nets, in at least `LEAST_TEXTS` training
    texts; 1 + log of the count times the inverse document frequency, each text scaled to length 1 (scikit-learn's
    `TfidfTransformer(sublinear_tf=True)`). scikit-learn's `LogisticRegression` with L2 penalty learns from the
    training part by Newton's method, on 24,000 reviews in a quarter of the time of L-BFGS; of `STRENGTHS`, the one
    with the lowest validation loss is kept, as it is for the epoch of a net. Where no n-gram is frequent enough,
    every text gets the shares of the classes.
    """
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    steps = 1 + len(STRENGTHS)
    texts = {name: without_padding(part.ids) for name, part in data.parts.items()}
    grams = learn_ngrams(texts["train"], len(data.vocabulary), LONGEST[unit], LEAST_TEXTS, unit == "character")
    if not len(grams):
        return majority(data)
    counts = {name: count_ngrams(grams, ids) for name, ids in texts.items()}
    weigh = TfidfTransformer(sublinear_tf=True).fit(counts["train"])
    features = {name: weigh.transform(counts.pop(name), copy=False) for name in texts}
    tell(1, steps)
    lowest, best = np.inf, majority(data)
    for step, strength in enumerate(STRENGTHS, start=2):
        regression = LogisticRegression(C=strength, solver="newton-cg", tol=TOLERANCE, max_iter=ROUNDS)
        regression.fit(features["train"], data.train.labels)
        validation = _probabilities(regression, features["validation"], len(data.classes))
        loss = log_loss(data.validation, validation)
        if loss < lowest:
            lowest = loss
            best = {name: _probabilities(regression, rows, len(data.classes)) for name, rows in features.items()}
        tell(step, steps)
    return best


def without_padding(texts: Sequences) -> Sequences:
    """The same texts where a net would read what fills them up to one length."""
    there = texts.flat != PAD_NUMBER
    if there.all():
        return texts
    behind = np.concatenate([np.zeros(1, np.int64), np.cumsum(there)])
    return Sequences(texts.flat[there], behind[texts.ends])


def _probabilities(regression: Any, features: Any, classes: int) -> Floats:
    given = np.zeros((features.shape[0], classes))
    given[:, regression.classes_] = regression.predict_proba(features)
    return given


def log_loss(part: Part, probabilities: Floats) -> float:
    """The mean of -log p of the true class."""
    true = probabilities[np.arange(len(part)), part.labels]
    return float(-np.log(np.maximum(true, np.finfo(float).tiny)).mean())


BASELINES = {
    "majority": Baseline(
        N_("Majority"), N_("Majority: the most frequent class of the training texts, whatever the text."), 1, majority
    ),
    "look-up": Baseline(
        N_("Look-up"),
        N_(
            "Look-up: a text seen in training gets its class, any other the most frequent one. Cleaning leaves no text "
            "in two parts, so beyond training this is what memorising is worth."
        ),
        1,
        look_up,
    ),
    "n-grams": Baseline(
        N_("n-grams"),
        N_(
            "n-grams: logistic regression on runs of 1 to 4 characters, or 1 to 2 words, of the same tokens that the "
            "nets read (TF-IDF). Validation chose how strongly large weights are punished, as it chose the epoch of "
            "the nets."
        ),
        1,
        n_grams,
        heavy=True,
    ),
}
"""All of them by name."""


def answers_of_baseline(name: str, data: TrainingData, unit: str, tell: Tell = nothing) -> dict[str, Answers]:
    """What a baseline answers to the texts of each part."""
    given = BASELINES[name].answers(data, unit, tell)
    return {
        part: Answers(data.classes, data.parts[part].labels, rows.astype(np.float32)) for part, rows in given.items()
    }


def report_of_answers(answers: Mapping[str, Answers]) -> dict[str, Any]:
    """Reports and confusion matrices of all parts, as the report of a run holds them."""
    tables = {part: classification_report(each.confusion, each.classes) for part, each in answers.items()}
    return {**tables, "confusion": {part: each.confusion.tolist() for part, each in answers.items()}}
