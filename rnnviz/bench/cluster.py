"""The app's Dask cluster, seen from outside: whether its workers are warm, and what a run has told."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import distributed

from rnnviz.bench.server import Server

TIMEOUT = 90.0


@dataclass(frozen=True)
class Told:
    """A message of a run and when the scheduler heard its parcel, in seconds since 1970."""

    time: float
    message: dict[str, Any]


@contextmanager
def client_of(server: Server) -> Iterator[distributed.Client]:
    """A connection to the cluster that the app has started (which it does when its first page is opened)."""
    end = time.monotonic() + TIMEOUT
    while (address := server.scheduler()) is None:
        if time.monotonic() > end:
            raise TimeoutError("The app has started no workers.")
        time.sleep(0.1)
    with distributed.Client(address, timeout=TIMEOUT) as client:
        yield client


def wait_until_warm(server: Server) -> None:
    """Wait until every worker has done the small training that loads what the real ones need."""
    end = time.monotonic() + TIMEOUT
    with client_of(server) as client:
        while not _warm(client, len(server.nannies())):
            if time.monotonic() > end:
                raise TimeoutError("The workers did not get warm.")
            time.sleep(0.2)


def _warm(client: distributed.Client, workers: int) -> bool:
    """A worker warms up in its event loop, so it answers before that or after, never between."""
    answers: dict[str, bool] = client.run(lambda: "rnnviz.runs.work" in sys.modules)
    return len(answers) == workers and all(answers.values())


def told(server: Server, run: str) -> list[Told]:
    """Every message of a run in the order of telling."""
    with client_of(server) as client:
        events = client.get_events(f"run-{run}")
    return [Told(moment, message) for moment, parcel in events for message in parcel["told"]]
