"""What is followed of a training from epoch to epoch, beside its figures."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from rnnviz.errors import BadInput
from rnnviz.insight.gradients import gradient_profile
from rnnviz.text.batches import pad
from rnnviz.training.trained import Reading, TrainedModel


@dataclass(frozen=True)
class Watch:
    """What is followed from epoch to epoch; none of it changes what is learned."""

    pinned: tuple[str, ...] = ()
    """Texts whose predictions are told after each epoch."""
    profiled: str | None = None
    """The gradient norms of this one too."""
    snapshots: int = 10
    """About how many epochs' weights are kept; 0 keeps none."""
    profile_every: float = 0.0
    """Seconds between two times that the gradient norms are told; each takes a few milliseconds from the training."""


class Lookout:
    """Looks at the watched texts with a model that changes; those that can't be read are left out."""

    def __init__(self, model: TrainedModel, watch: Watch) -> None:
        self._model, self._every = model, watch.profile_every
        pinned = dict(_readings(model, watch.pinned))
        self._pinned = tuple(pinned)
        padded = pad([reading.ids for reading in pinned.values()]) if pinned else ()
        self._padded = [torch.from_numpy(each) for each in padded]
        """What the net is asked after each epoch: token numbers (texts, time), and lengths (texts,)."""
        profiled = dict(_readings(model, (watch.profiled,) if watch.profiled else ()))
        self._profiled = profiled.get(watch.profiled or "")
        self._profiled_at = -np.inf

    def look(self, last: bool = False) -> dict[str, Any]:
        """What the watched texts give now, in plain values; `last` where no epoch follows, or none for a while."""
        self._model.classifier.eval()
        told: dict[str, Any] = {}
        if self._pinned:
            probabilities = self._model.probabilities_of(*self._padded)
            told["pinned"] = dict(zip(self._pinned, np.round(probabilities.astype(float), 6).tolist(), strict=True))
        now = time.monotonic()
        if self._profiled and (last or now - self._profiled_at >= self._every):
            self._profiled_at = now
            profile = gradient_profile(self._model, self._profiled)
            told["profile"] = {"tokens": list(profile.tokens), "hidden_norms": profile.hidden_norms.tolist()}
        return told


def _readings(model: TrainedModel, texts: tuple[str, ...]) -> Iterator[tuple[str, Reading]]:
    for text in texts:
        try:
            yield text, model.read(text)
        except BadInput:
            continue
