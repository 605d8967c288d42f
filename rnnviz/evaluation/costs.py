"""What accuracy costs: time for a prediction, and how much is paid for each point above always guessing the same."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rnnviz.errors import BadInput
from rnnviz.training.data import Part
from rnnviz.training.trained import Reading, TrainedModel

READINGS = 200
"""Most texts that are read for one measurement."""
SECONDS = 0.25
"""About how long one run is measured."""
WARM_UP = 3
"""First readings that do not count: memory is fetched and code is loaded then."""


@dataclass(frozen=True)
class Pace:
    """How long it takes to classify one text after the other."""

    milliseconds: float
    """The median."""
    low: float
    """The 10% quantile, in milliseconds."""
    high: float
    """The 90% quantile, in milliseconds."""
    readings: int
    tokens: float
    """A text, on average."""


def measure_paces(
    models: Sequence[TrainedModel],
    parts: Sequence[Part],
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Pace]:
    """The pace of each model on texts of its part, from the typed text to the probabilities, one at a time.

    The models take turns, so that whatever else the machine does meets all of them alike. `seconds` is
    spent on each, and every one reads at least once. `BadInput` where a part has no text that can be read.
    """
    texts = [_readable(model, part) for model, part in zip(models, parts, strict=True)]
    for model, some in zip(models, texts, strict=True):
        for text in some[:WARM_UP]:
            _classify(model, text)
    took: list[list[float]] = [[] for _ in models]
    read: list[list[int]] = [[] for _ in models]
    for turn in range(READINGS):
        for place, (model, some) in enumerate(zip(models, texts, strict=True)):
            if turn and sum(took[place]) >= seconds:
                continue
            begin = clock()
            reading = _classify(model, some[turn % len(some)])
            took[place].append(clock() - begin)
            read[place].append(len(reading.tokens))
    return [_pace(times, tokens) for times, tokens in zip(took, read, strict=True)]


def _readable(model: TrainedModel, part: Part) -> list[str]:
    """Texts from the whole part, evenly spaced, that the model can read."""
    rows = np.unique(np.linspace(0, len(part) - 1, min(READINGS, len(part))).astype(int)).tolist()
    texts = list(_that_can_be_read(model, (part.texts[row] for row in rows)))
    if not texts:
        raise BadInput("There is no text to measure the time of a prediction with.")
    return texts


def _that_can_be_read(model: TrainedModel, texts: Iterator[str]) -> Iterator[str]:
    for text in texts:
        try:
            model.read(text)
        except BadInput:
            continue
        yield text


def _classify(model: TrainedModel, text: str) -> Reading:
    reading = model.read(text)
    model.probabilities([reading])
    return reading


def _pace(seconds: Sequence[float], tokens: Sequence[int]) -> Pace:
    low, median, high = np.quantile(np.array(seconds) * 1000, [0.1, 0.5, 0.9]).tolist()
    return Pace(median, low, high, len(seconds), float(np.mean(tokens)))


def majority_share(confusion: npt.ArrayLike) -> float:
    """The accuracy of always saying the class that most texts of a part have."""
    counts = np.asarray(confusion)
    return float(counts.sum(axis=1).max() / counts.sum())


def points_gained(report: dict[str, Any], part: str) -> float:
    """By how many percentage points the accuracy on a part is above the share of its largest class."""
    return float(100 * (report[part]["accuracy"] - majority_share(report["confusion"][part])))


def each_point(paid: float, gained: float) -> float | None:
    """What one point costs; None where nothing was gained."""
    return paid / gained if gained > 1e-9 else None
