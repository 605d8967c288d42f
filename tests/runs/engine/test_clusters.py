"""The cluster behind an engine, its own or one that was there before; and a store that can’t be written."""

import dataclasses
import os
import sys
from pathlib import Path

import psutil
import pytest

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import WEIGHTS
from rnnviz.runs.cluster import SURROUNDINGS, workers_for
from rnnviz.runs.engine import Engine
from rnnviz.runs.live import Stage
from rnnviz.runs.preload import HEARTBEAT, NICE
from rnnviz.runs.store import RunStore
from rnnviz.runs.work import train_run
from tests.runs.engine.waiting import ended


def test_an_engine_on_an_existing_cluster_says_when_a_checkpoint_can_not_be_written(neighbour, config, names):
    live = ended(neighbour.submit(dataclasses.replace(config, seed=6), names))

    assert live.stage is Stage.FAILED
    assert "can’t be written" in str(live.failure)


def test_a_run_that_could_not_be_written_is_saved_once_there_is_room(neighbour, config, names, tmp_path):
    live = ended(neighbour.submit(dataclasses.replace(config, seed=46), names))
    assert live.stage is Stage.FAILED
    with pytest.raises(BadInput, match="can’t be written"):
        neighbour.save(live)

    (tmp_path / "file").unlink()
    neighbour.save(live)

    assert (live.stage, live.run, live.failure, live.unsaved) == (Stage.ENDED, live.id, None, None)
    expected = train_run(dataclasses.replace(config, seed=46), names)[WEIGHTS]
    assert (neighbour.store.folder(live.run) / WEIGHTS).read_bytes() == expected


def test_an_engine_leaves_an_existing_cluster_running(engine, neighbour, config, names):
    neighbour.close()

    assert ended(engine.submit(dataclasses.replace(config, seed=7), names)).stage is Stage.ENDED


def test_the_environment_names_the_cluster(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNVIZ_SCHEDULER", engine._client.scheduler.address)
    children = {child.pid for child in psutil.Process().children()}

    other = Engine(RunStore(tmp_path))
    other.wait_until_ready()

    assert other._client.scheduler.address == engine._client.scheduler.address
    assert {child.pid for child in psutil.Process().children()} == children
    other.close()


def test_nothing_that_the_cluster_says_can_fill_a_pipe_that_nobody_reads(engine):
    """A scheduler whose errors went into a full pipe would stand still, and every training with it."""

    def where_errors_go() -> str:
        return str(Path("/proc/self/fd/2").readlink())

    assert engine._client.run_on_scheduler(where_errors_go) == os.devnull


def test_the_scheduler_never_loads_torch(engine):
    def loaded() -> list[str]:
        return [name for name in ("torch", "rnnviz.runs.remote") if name in sys.modules]

    assert "torch" not in engine._client.run_on_scheduler(loaded)
    assert all("torch" in found for found in engine._client.run(loaded).values() if "rnnviz.runs.remote" in found)


def test_a_cluster_that_can_not_be_reached_is_bad_input(tmp_path, monkeypatch):
    monkeypatch.setattr("rnnviz.runs.engine.START_TIMEOUT", 0.3)
    engine = Engine(RunStore(tmp_path), scheduler="tcp://127.0.0.1:1")

    with pytest.raises(BadInput, match="The workers did not start"):
        engine.wait_until_ready(30.0)

    assert engine.ready
    engine.close()


@pytest.mark.parametrize(("cores", "workers"), [(1, 3), (2, 3), (4, 4), (64, 8)])
def test_there_is_a_worker_for_each_core_and_room_for_three_cells(cores, workers):
    assert workers_for(cores) == workers


def test_workers_stand_back_for_the_pages(engine):
    assert set(engine._client.run(lambda: os.nice(0)).values()) == {min(os.nice(0) + NICE, 19)}


def test_idle_workers_give_few_signs_of_life(engine):
    def interval() -> float:
        import distributed.scheduler

        return distributed.scheduler.heartbeat_interval(3)

    assert engine._client.run_on_scheduler(interval) == HEARTBEAT


def test_workers_keep_the_memory_that_the_next_step_will_need(engine):
    """Dask's own setting gives it back at each step of a training, which makes that a fifth slower."""
    found = engine._client.run(lambda: {name: os.environ.get(name) for name in SURROUNDINGS})

    assert found
    assert all(worker == SURROUNDINGS for worker in found.values())
