"""Waiting for what a run engine does in its own time."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from rnnviz.runs.engine import Engine
from rnnviz.runs.live import LiveRun
from rnnviz.runs.store import RunStore

PATIENCE = 120.0
"""Seconds after which a test gives up: far more than anything here takes."""


def wait_until(fulfilled: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not fulfilled():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def ended(live: LiveRun) -> LiveRun:
    wait_until(lambda: not live.active)
    return live


def kept_on_the_way(store: RunStore, live: LiveRun) -> Path:
    """The file with what is kept of a training, once that is more than its beginning: a first one may be of epoch 0."""
    path = store.unfinished.root / f"{live.id}.zip"
    wait_until(lambda: path.exists() and len(store.unfinished.open(live.id).history) > 1)
    return path


def worker_of(engine: Engine) -> psutil.Process:
    """The process in which the only running training is at work."""
    (address,) = [address for address, keys in engine._client.processing().items() if keys]
    return psutil.Process(engine._client.run(os.getpid, workers=[address])[address])
