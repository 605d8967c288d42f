"""The run engine with real Dask workers: one cluster for all tests of this file."""

import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import HISTORY, WEIGHTS
from rnnviz.runs.cluster import workers_for
from rnnviz.runs.engine import Engine
from rnnviz.runs.live import LiveRun, Stage
from rnnviz.runs.store import RunStore
from rnnviz.runs.work import Watch, train_run
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig

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


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Iterator[Engine]:
    """Two workers, one to be killed and one to take over; as much time to start as a busy machine needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RNNVIZ_SCHEDULER", raising=False)
        patch.setattr("rnnviz.runs.cluster.workers_for", lambda cores: 2)
        patch.setattr("rnnviz.runs.engine.START_TIMEOUT", 180.0)
        engine = Engine(RunStore(tmp_path_factory.mktemp("checkpoints")))
        engine.wait_until_ready(180.0)
    yield engine
    engine.close()


@pytest.fixture
def neighbour(engine, tmp_path) -> Iterator[Engine]:
    """A second engine, with a store of its own, on the cluster of the first."""
    (tmp_path / "file").write_text("not a folder")
    neighbour = Engine(RunStore(tmp_path / "file"), scheduler=engine._client.scheduler.address)
    neighbour.wait_until_ready()
    yield neighbour
    neighbour.close()


@pytest.fixture
def config(configs) -> RunConfig:
    return configs["lstm"]


@pytest.fixture
def long(config) -> RunConfig:
    """A training of some seconds."""
    return dataclasses.replace(config, batch_size=4, epochs=200)


def worker_of(engine: Engine) -> psutil.Process:
    """The process in which the only running training is at work."""
    (address,) = [address for address, keys in engine._client.processing().items() if keys]
    return psutil.Process(engine._client.run(os.getpid, workers=[address])[address])


def test_a_run_ends_as_a_checkpoint_with_the_bits_of_a_training_in_this_process(engine, config, names):
    live = ended(engine.submit(config, names))

    assert (live.stage, live.run, live.failure) == (Stage.ENDED, live.id, None)
    assert engine.get(live.id) is live
    folder = engine.store.folder(live.run)
    expected = train_run(config, names)
    assert (folder / WEIGHTS).read_bytes() == expected[WEIGHTS]
    for line, mine in zip((folder / HISTORY).read_bytes().splitlines(), expected[HISTORY].splitlines(), strict=True):
        assert {**json.loads(line), "seconds": 0} == {**json.loads(mine), "seconds": 0}
    assert 0 < live.first_point <= live.total


def test_everything_that_a_run_tells_arrives(engine, config, names):
    watch = Watch(pinned=("мурка",), profiled="рекс")

    live = ended(engine.submit(dataclasses.replace(config, seed=1), names, watch))

    assert [epoch["epoch"] for epoch in live.history] == [0, 1, 2]
    assert all(len(epoch["pinned"]["мурка"]) == 2 for epoch in live.history)
    assert all(len(epoch["profile"]["hidden_norms"]) == 4 for epoch in live.history)
    assert live.ended["reason"] == "completed"


def test_batches_are_told_even_where_epochs_are_short(engine, long, names):
    live = engine.submit(dataclasses.replace(long, epochs=60, seed=9), names)
    wait_until(lambda: len(live.history) > 20)

    assert live.progress > 0.1
    assert live.tokens_per_second > 0
    assert live.seconds_left > 0
    engine.stop(live)
    ended(live)


def test_asking_for_a_run_that_is_going_joins_it_and_another_one_goes_beside_it(engine, long, names):
    first, second, other = (engine.submit(config, names) for config in (long, long, dataclasses.replace(long, seed=1)))
    wait_until(lambda: first.history and other.history)

    assert second is first
    assert other is not first
    assert first.active
    assert other.active
    for live in (first, other):
        engine.stop(live)
        ended(live)


def stopped(engine: Engine, config: RunConfig, names: Dataset) -> tuple[LiveRun, float]:
    """A run stopped after a few epochs, and how many seconds that took."""
    live = engine.submit(config, names)
    wait_until(lambda: len(live.history) > 3)
    start = time.monotonic()
    engine.stop(live)
    ended(live)
    return live, time.monotonic() - start


def test_a_run_that_is_stopped_keeps_its_history(engine, long, names):
    live, _ = stopped(engine, dataclasses.replace(long, seed=2), names)

    assert live.stage is Stage.ENDED
    assert live.ended["reason"] == "stopped"
    info = engine.store.info(live.run)
    assert live.run == f"{live.id}-stopped-{info.epochs}"
    assert 3 <= info.epochs < 200
    assert [epoch["epoch"] for epoch in live.history] == list(range(info.epochs + 1))
    assert [epoch["validation_loss"] for epoch in live.history] == [epoch["validation_loss"] for epoch in info.history]


def test_a_run_that_is_stopped_ends_within_a_second(engine, long, names):
    """The best of three, because other tests may keep this machine busy."""
    waits = (stopped(engine, dataclasses.replace(long, seed=seed), names)[1] for seed in (21, 22, 23))

    assert any(seconds < 1.0 for seconds in waits)


def test_a_run_that_was_stopped_can_be_started_again(engine, long, names):
    short = dataclasses.replace(long, epochs=30, seed=3)
    stopped = engine.submit(short, names)
    wait_until(lambda: stopped.history)
    engine.stop(stopped)
    ended(stopped)
    wait_until(lambda: f"train-{stopped.id}" not in engine._client.futures)

    again = ended(engine.submit(short, names))

    assert again is not stopped
    assert again.ended["reason"] == "completed"
    assert again.run == stopped.id


def test_stopping_a_run_that_has_ended_does_nothing(engine, config, names):
    live = ended(engine.submit(config, names))
    version = live.version

    engine.stop(live)

    assert (live.stage, live.version) == (Stage.ENDED, version)


def test_bad_input_on_a_worker_is_the_failure_of_the_run(engine, config):
    dataset = Dataset("few", (("мурка", "cat"), ("рекс", "dog")), "character")

    live = ended(engine.submit(dataclasses.replace(config, dataset="few"), dataset))

    assert live.stage is Stage.FAILED
    assert isinstance(live.failure, BadInput)
    assert str(live.failure).startswith("Class “cat” has 1 different texts after cleaning")
    assert not engine.store.has(live.id)


def test_a_failed_run_was_tried_once_and_can_be_tried_again(engine, config, names):
    def spoil() -> None:
        import rnnviz.runs.work as work

        def spoiled(*arguments: object) -> None:
            work.tries += 1
            raise MemoryError("no more memory")

        work.tries, work.sound, work.train_run = 0, work.train_run, spoiled

    def mend() -> int:
        import rnnviz.runs.work as work

        work.train_run = work.sound
        return work.tries

    config = dataclasses.replace(config, seed=4)
    engine._client.run(spoil)
    try:
        failed = ended(engine.submit(config, names))
    finally:
        tries = engine._client.run(mend)
    assert failed.stage is Stage.FAILED
    assert str(failed.failure) == "no more memory"
    assert sum(tries.values()) == 1

    wait_until(lambda: f"train-{failed.id}" not in engine._client.futures)
    again = ended(engine.submit(config, names))

    assert (again.stage, again.run) == (Stage.ENDED, failed.id)


def test_an_engine_on_an_existing_cluster_says_when_a_checkpoint_can_not_be_written(neighbour, config, names):
    live = ended(neighbour.submit(dataclasses.replace(config, seed=6), names))

    assert live.stage is Stage.FAILED
    assert "can’t be written" in str(live.failure)


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


def test_a_run_whose_worker_is_killed_still_ends_with_the_same_bits(engine, long, names):
    config = dataclasses.replace(long, epochs=80, seed=5)
    live = engine.submit(config, names)
    wait_until(lambda: len(live.history) > 3)

    first = live.history[0]
    worker = worker_of(engine)
    assert worker.parent().ppid() == os.getpid()
    worker.kill()
    wait_until(lambda: live.history[0] is not first)
    ended(live)

    assert (live.stage, live.run) == (Stage.ENDED, live.id)
    assert [epoch["epoch"] for epoch in live.history] == list(range(81))
    assert (engine.store.folder(live.run) / WEIGHTS).read_bytes() == train_run(config, names)[WEIGHTS]


def test_closing_ends_a_run_in_the_making_and_leaves_no_process(engine, long, names):
    live = engine.submit(dataclasses.replace(long, seed=8), names)
    wait_until(lambda: live.history)
    pids = set(engine._client.run(os.getpid).values())
    pids.add(engine._client.run_on_scheduler(os.getpid))
    address = engine._client.scheduler.address
    cluster = [child for child in psutil.Process().children(recursive=True) if address in child.cmdline()]
    cluster += [psutil.Process(pid) for pid in pids]
    assert len(cluster) >= 5

    engine.close()

    _, alive = psutil.wait_procs(cluster, timeout=60)
    assert alive == []
    assert ended(live).stage is Stage.FAILED
    assert not engine.store.has(live.id)
