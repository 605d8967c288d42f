"""A broken connection: whoever asks waits until it is known whether the scheduler is lost."""

from types import SimpleNamespace

import pytest

from rnnviz.runs import cluster as rooms
from rnnviz.runs.cluster import Cluster


@pytest.fixture
def cluster(monkeypatch):
    """A cluster of our own whose scheduler process is running and whose connection has just broken."""
    monkeypatch.setattr(rooms, "LOOK_AGAIN", 0.0)
    broken = Cluster.__new__(Cluster)
    broken._own = SimpleNamespace(scheduler=SimpleNamespace(process=SimpleNamespace(returncode=None)))
    broken._client = SimpleNamespace(status="connecting")
    broken._seen = rooms.time.monotonic()
    return broken


@pytest.mark.parametrize("lost", [True, False])
def test_it_waits_until_the_scheduler_has_ended_or_answers_again(cluster, monkeypatch, lost):
    looks = []

    def look_again(_seconds):
        looks.append(1)
        if len(looks) == 3 and lost:
            cluster._own.scheduler.process.returncode = -9
        elif len(looks) == 3:
            cluster._client.status = "running"

    monkeypatch.setattr(rooms.time, "sleep", look_again)

    cluster.wait_until_sure()

    assert len(looks) == 3
    assert cluster.lost == lost
