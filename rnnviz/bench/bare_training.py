"""The yardstick of the live events: the same training without app, messages or page.

`python -m rnnviz.bench.bare_training SEED` prints its span as one line of JSON.
"""

import dataclasses
import json
import sys
import time
from dataclasses import dataclass

import torch

from rnnviz.text.sources import load_dataset
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.data import prepare
from rnnviz.training.events import BatchDone, EpochDone
from rnnviz.training.loop import build_classifier, train
from rnnviz.training.presets import config_for

DATASET = "pets"
SETTINGS = {"model.cell": "lstm", "epochs": 30, "patience": 0}


@dataclass(frozen=True)
class Span:
    """Seconds from the first batch to the last epoch of a training: by the clock, and those spent in training."""

    wall: float
    training: float


def config_of(seed: int) -> RunConfig:
    return changed(config_for(load_dataset(DATASET)), {**SETTINGS, "seed": seed})


def bare_span(seed: int) -> Span:
    """Train and count."""
    torch.set_num_threads(1)
    config = config_of(seed)
    data = prepare(load_dataset(DATASET), config.text, config.seed)
    moments: list[tuple[float, float]] = []
    for event in train(build_classifier(config, data), data, config):
        match event:
            case BatchDone() if not moments:
                moments.append((time.perf_counter(), event.seconds))
            case EpochDone() if event.epoch == config.epochs:
                moments.append((time.perf_counter(), event.seconds))
    (first, trained_first), (last, trained_last) = moments
    return Span(last - first, trained_last - trained_first)


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(bare_span(int(sys.argv[1])))))
