"""The yardstick of the live events: the same training without app, messages or page.

`python -m rnnviz.bench.bare_training SEED` prints the seconds of its epochs as one line of JSON.
"""

import dataclasses
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from rnnviz.text.sources import load_dataset
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.data import prepare
from rnnviz.training.events import EpochDone
from rnnviz.training.loop import build_classifier, train
from rnnviz.training.presets import config_for

DATASET = "pets"
SETTINGS = {"model.cell": "lstm", "epochs": 150, "patience": 0}


@dataclass(frozen=True)
class Epochs:
    """Seconds of each epoch of a training: by the clock, and of that in training steps."""

    wall: tuple[float, ...]
    training: tuple[float, ...]

    @classmethod
    def between(cls, moments: Sequence[tuple[float, float]]) -> "Epochs":
        """By the moments of the end of each epoch, epoch 0 first: by the clock, and in training so far."""
        wall, training = (tuple(np.diff(each).tolist()) for each in zip(*moments, strict=True))
        return cls(wall, training)

    @property
    def telling(self) -> float:
        """The share of the time that was not spent in training steps."""
        return 1 - sum(self.training) / sum(self.wall)


def config_of(seed: int) -> RunConfig:
    return changed(config_for(load_dataset(DATASET)), {**SETTINGS, "seed": seed})


def bare_epochs(seed: int) -> Epochs:
    """Train and count."""
    torch.set_num_threads(1)
    config = config_of(seed)
    data = prepare(load_dataset(DATASET), config.text, config.seed)
    moments: list[tuple[float, float]] = []
    for event in train(build_classifier(config, data), data, config):
        if isinstance(event, EpochDone):
            moments.append((time.perf_counter(), event.seconds))
    return Epochs.between(moments)


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(bare_epochs(int(sys.argv[1])))))
