"""One axis of steps for several readings of a text, aligned at its end: nets may leave out different parts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.text.cuts import CUTS
from rnnviz.text.sequences import Places
from rnnviz.text.vocabulary import PAD
from rnnviz.training.trained import Reading, TrainedModel


@dataclass(frozen=True)
class Alignment:
    """The tokens that at least one model reads, in text order, and where on this axis each reading stands."""

    tokens: tuple[str, ...]
    places: tuple[Places, ...]
    """For each reading, the place on the axis of each of its tokens, ascending."""

    def step(self, reading: int, place: int) -> int | None:
        """Which step of a reading stands at a place of the axis; None where the model does not read this token."""
        found = int(np.searchsorted(self.places[reading], place))
        here = found < len(self.places[reading]) and self.places[reading][found] == place
        return found if here else None

    def nearest(self, reading: int, place: int) -> int:
        """The step of a reading at a place of the axis, or else the next one that it reads."""
        return min(int(np.searchsorted(self.places[reading], place)), len(self.places[reading]) - 1)


def align(models: Sequence[TrainedModel], readings: Sequence[Reading]) -> Alignment:
    """The readings of one text by one model each, on one axis."""
    behind = [tokens_behind(model, reading) for model, reading in zip(models, readings, strict=True)]
    axis = np.unique(np.concatenate(behind))[::-1]
    places = tuple(np.searchsorted(-axis, -each) for each in behind)
    tokens = [""] * len(axis)
    for own, reading in sorted(zip(places, readings, strict=True), key=lambda pair: len(pair[0])):
        for place, token in zip(own.tolist(), reading.tokens, strict=True):
            tokens[place] = token
    return Alignment(tuple(tokens), places)


def tokens_behind(model: TrainedModel, reading: Reading) -> Places:
    """How many tokens of the whole text stand behind each that is read, (tokens,), descending."""
    kept = len(reading.tokens)
    head = CUTS[model.config.text.cut](model.config.text.max_tokens) if reading.cut else 0
    behind = np.arange(kept, 0, -1) - 1
    behind[:head] += reading.cut
    padding = next((count for count, token in enumerate(reversed(reading.tokens)) if token != PAD), 0)
    return behind - padding  # what fills a text up stands behind its end, at negative places
