"""A worker, the scheduler or the engine is lost: trainings go on from what was kept, with the same bits."""

import contextlib
import dataclasses
import os
from collections.abc import Iterator

import psutil
import pytest

from rnnviz.runs.checkpoint import WEIGHTS
from rnnviz.runs.engine import Engine
from rnnviz.runs.live import Stage
from rnnviz.runs.memory import Memory
from rnnviz.runs.steering import Intervention
from rnnviz.runs.store import RunStore
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import train_run
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig
from rnnviz.training.events import NewRate
from tests.runs.engine.waiting import ended, kept_on_the_way, wait_until, worker_of


@pytest.fixture(scope="module")
def spares() -> Iterator[list[Engine]]:
    spares: list[Engine] = []
    yield spares
    for engine in spares:
        engine.close()


@pytest.fixture
def own(small_cluster, spares, tmp_path_factory) -> Engine:
    """An engine with a cluster that only the tests below need; the one after a test that closed it gets another."""
    if not spares or spares[-1]._closed:
        spares.append(Engine(RunStore(tmp_path_factory.mktemp("own"))))
    spares[-1].wait_until_ready(180.0)
    return spares[-1]


@contextlib.contextmanager
def keeping_every(seconds: float, engine: Engine) -> Iterator[None]:
    """The workers keep what a training remembers that often: where it is seldom, a training must be long."""

    def set_to(seconds: float) -> float:
        from rnnviz.runs import remote

        before, remote.KEEP_EVERY = remote.KEEP_EVERY, seconds
        return before

    (usual,) = set(engine._client.run(set_to, seconds).values())
    yield
    engine._client.run(set_to, usual)


@pytest.fixture
def kept_often(engine) -> Iterator[None]:
    with keeping_every(0.1, engine):
        yield


def test_a_run_whose_worker_is_killed_goes_on_from_what_was_kept_and_ends_with_the_same_bits(
    engine, kept_often, long, names
):
    config = dataclasses.replace(long, epochs=60, seed=5)
    live = engine.submit(config, names, Watch(pinned=("мурка",)))
    path = kept_on_the_way(engine.store, live)

    worker = worker_of(engine)
    assert worker.parent().ppid() == os.getpid()
    worker.kill()
    wait_until(lambda: live.resumed_from is not None)
    ended(live)

    assert live.resumed_from > 0
    assert (live.stage, live.run) == (Stage.ENDED, live.id)
    assert [epoch["epoch"] for epoch in live.history] == list(range(61))
    assert all("мурка" in epoch["pinned"] for epoch in live.history)
    assert (engine.store.folder(live.run) / WEIGHTS).read_bytes() == train_run(config, names)[WEIGHTS]
    wait_until(lambda: not path.exists())


def test_a_new_learning_rate_survives_the_worker_that_was_told(engine, long, names):
    """The rate is changed right behind an epoch that was kept, and the worker is lost at once."""
    config = dataclasses.replace(long, epochs=60, seed=6)
    live = engine.submit(config, names)
    wait_until(lambda: len(live.history) > 3)
    engine.order(live, NewRate(0.0001))
    wait_until(lambda: live.interventions)
    worker_of(engine).kill()
    wait_until(lambda: live.resumed_from is not None)
    ended(live)

    (made,) = live.interventions
    assert made["learning_rate"] == 0.0001
    info = engine.store.info(live.run)
    assert [each.learning_rate for each in info.interventions] == [0.0001]
    assert live.run.startswith(f"{live.id}-steered-")
    place = (made["epoch"], made["batch"])
    assert (engine.store.folder(live.run) / WEIGHTS).read_bytes() == steered(config, names, *place)[WEIGHTS]


def steered(config: RunConfig, names: Dataset, epoch: int, batch: int) -> dict[str, bytes]:
    """The same training in this process, with the same learning rate from the same place on."""
    begun = Memory(interventions=[Intervention(epoch, batch, 0.0001)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rnnviz.runs.work.Memory.of", lambda _files: begun)
        return train_run(config, names)


def test_a_run_that_was_broken_off_is_taken_up_by_the_next_engine(engine, kept_often, long, names, tmp_path):
    """An engine whose process is gone leaves what was kept; another one, with the same store, goes on from there."""
    config = dataclasses.replace(long, epochs=60, seed=8)
    first = Engine(RunStore(tmp_path), scheduler=engine._client.scheduler.address)
    live = first.submit(config, names)
    path = kept_on_the_way(first.store, live)
    kept = path.read_bytes()
    first.stop(live)
    ended(live)
    wait_until(lambda: not path.exists())
    path.write_bytes(kept)
    first.close()

    second = Engine(RunStore(tmp_path), scheduler=engine._client.scheduler.address)
    assert second.interrupted() == [live.id]
    again = ended(second.resume(live.id))

    assert again.resumed_from > 0
    assert again.run == live.id
    assert (second.store.folder(again.run) / WEIGHTS).read_bytes() == train_run(config, names)[WEIGHTS]
    wait_until(lambda: second.interrupted() == [])
    second.close()


def test_a_lost_scheduler_is_said_and_the_next_click_goes_on_with_another_one(own, long, names):
    config = dataclasses.replace(long, seed=45)
    with keeping_every(0.1, own):
        live = own.submit(config, names)
        kept_on_the_way(own.store, live)

    psutil.Process(own._client.run_on_scheduler(os.getpid)).kill()

    assert ended(live).stage is Stage.FAILED
    assert str(live.failure) == "The connection to the workers was lost."
    assert len(live.history) > 0
    assert own.interrupted() == [live.id]
    again = own.resume(live.id)
    wait_until(lambda: len(again.history) > len(live.history) + 2)
    assert again.resumed_from > 0
    own.stop(again)
    assert ended(again).ended["reason"] == "stopped"


def test_closing_ends_a_run_in_the_making_and_leaves_no_process(own, long, names):
    live = own.submit(dataclasses.replace(long, seed=8), names)
    wait_until(lambda: live.history)
    pids = set(own._client.run(os.getpid).values())
    pids.add(own._client.run_on_scheduler(os.getpid))
    address = own._client.scheduler.address
    cluster = [child for child in psutil.Process().children(recursive=True) if address in child.cmdline()]
    cluster += [psutil.Process(pid) for pid in pids]
    assert len(cluster) >= 5

    own.close()

    _, alive = psutil.wait_procs(cluster, timeout=60)
    assert alive == []
    assert ended(live).stage is Stage.FAILED
    assert not own.store.has(live.id)
