"""The run engine with real Dask workers: one cluster for all tests of this file."""

import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import HISTORY, WEIGHTS
from rnnviz.runs.cluster import workers_for
from rnnviz.runs.engine import Engine, expected_start
from rnnviz.runs.live import LiveRun, Stage
from rnnviz.runs.memory import Memory
from rnnviz.runs.preload import NICE
from rnnviz.runs.steering import Intervention, Press
from rnnviz.runs.store import RunStore
from rnnviz.runs.work import Watch, run_id, train_run
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.events import NewRate

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


def test_a_run_whose_worker_is_killed_goes_on_from_what_was_kept_and_ends_with_the_same_bits(engine, long, names):
    config = dataclasses.replace(long, epochs=150, seed=5)
    live = engine.submit(config, names, Watch(pinned=("мурка",)))
    wait_until((engine.store.unfinished.root / f"{live.id}.zip").exists)

    worker = worker_of(engine)
    assert worker.parent().ppid() == os.getpid()
    worker.kill()
    wait_until(lambda: live.resumed_from is not None)
    ended(live)

    assert live.resumed_from > 0
    assert (live.stage, live.run) == (Stage.ENDED, live.id)
    assert [epoch["epoch"] for epoch in live.history] == list(range(151))
    assert all("мурка" in epoch["pinned"] for epoch in live.history)
    assert (engine.store.folder(live.run) / WEIGHTS).read_bytes() == train_run(config, names)[WEIGHTS]
    wait_until(lambda: not (engine.store.unfinished.root / f"{live.id}.zip").exists())


def test_a_new_learning_rate_survives_the_worker_that_was_told(engine, long, names):
    """The rate is changed right behind an epoch that was kept, and the worker is lost at once."""
    config = dataclasses.replace(long, epochs=150, seed=6)
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


def test_a_run_can_be_paused_taken_step_by_step_and_let_go_on(engine, long, names):
    live = engine.submit(dataclasses.replace(long, seed=31), names)
    wait_until(lambda: live.history)
    engine.order(live, Press.PAUSE)
    wait_until(lambda: live.paused)
    place = live.batch["epoch"], live.batch["batch"]
    texts = live.look["texts"]

    time.sleep(0.3)
    assert (live.batch["epoch"], live.batch["batch"]) == place
    engine.order(live, Press.BATCH)
    wait_until(lambda: live.look["texts"] != texts)
    assert live.paused
    assert len(live.look["losses"]) == len(live.look["texts"]) <= 4
    assert set(live.look["gradient_norms"]) >= {"embedding.weight", "rnn.weight_hh_l0", "head.bias"}

    epochs = len(live.history)
    engine.order(live, Press.EPOCH)
    wait_until(lambda: len(live.history) == epochs + 1 and live.paused)
    assert live.batch["batch"] == live.batch["batches"]
    engine.order(live, Press.RESUME)
    wait_until(lambda: len(live.history) > epochs + 2)
    engine.stop(live)
    assert ended(live).ended["reason"] == "stopped"


def test_a_run_that_was_broken_off_is_taken_up_by_the_next_engine(engine, long, names, tmp_path):
    """An engine whose process is gone leaves what was kept; another one, with the same store, goes on from there."""
    config = dataclasses.replace(long, epochs=150, seed=8)
    first = Engine(RunStore(tmp_path), scheduler=engine._client.scheduler.address)
    live = first.submit(config, names)
    path = first.store.unfinished.root / f"{live.id}.zip"
    wait_until(path.exists)
    first.stop(live)
    kept = path.read_bytes()
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


def test_more_epochs_give_what_so_many_at_once_would_have_given(engine, config, names):
    short = ended(engine.submit(dataclasses.replace(config, seed=41, epochs=2), names))

    longer = ended(engine.extend(engine.store.info(short.run), 3, names))

    whole = dataclasses.replace(config, seed=41, epochs=5)
    assert longer.resumed_from == 2
    assert longer.run == longer.id == run_id(whole, names)
    assert (engine.store.folder(longer.run) / WEIGHTS).read_bytes() == train_run(whole, names)[WEIGHTS]


def test_more_epochs_of_a_one_cycle_run_are_marked_and_kept_beside_what_so_many_at_once_give(engine, config, names):
    cycle = changed(config, {"optimiser.schedule": "one-cycle", "epochs": 2, "seed": 42})
    short = ended(engine.submit(cycle, names))

    longer = ended(engine.extend(engine.store.info(short.run), 1, names))

    info = engine.store.info(longer.run)
    assert [made.continued for made in info.interventions] == [1]
    assert info.epochs == 3
    assert longer.run.startswith(f"{longer.id}-steered-")


def test_the_weights_of_several_epochs_are_kept_and_are_those_of_the_training(engine, config, names):
    live = ended(engine.submit(dataclasses.replace(config, seed=43, epochs=4), names, Watch(snapshots=3)))

    info = engine.store.info(live.run)
    assert info.snapshots == (0, 1, 2, 4)
    two = ended(engine.submit(dataclasses.replace(config, seed=43, epochs=2), names))
    reading = engine.store.model(live.run).read("мурка")
    assert (
        engine.store.model(live.run, 2).probabilities([reading]).tolist()
        == engine.store.model(two.run, 2).probabilities([reading]).tolist()
    )


def test_those_who_wait_for_a_worker_know_their_place_and_when_it_may_come():
    def at_work(done: float, left: float) -> LiveRun:
        live = LiveRun("at work", RunConfig(epochs=10))
        live.hear({"kind": "epoch", "epoch": 0})
        live.clicked = time.monotonic() - live.first_point - left * done / (1 - done)
        live.batch = {"epoch": 1, "batch": round(100 * 10 * done), "batches": 100}
        return live

    running = [at_work(0.5, 10.0), at_work(0.5, 20.0)]

    assert expected_start(1, running) == pytest.approx(10, abs=1)
    assert expected_start(2, running) == pytest.approx(20, abs=1)
    assert expected_start(3, running) == pytest.approx(40, abs=2)
    assert expected_start(1, []) is None


def test_a_run_that_nobody_watches_any_more_is_stopped_and_keeps_what_it_has(engine, long, names):
    live = engine.submit(dataclasses.replace(long, seed=44), names)
    wait_until(lambda: len(live.history) > 2)
    engine.audience._grace = 0.1
    engine.audience.watch("a tab", [live.id])

    engine.audience.leave("a tab")

    assert ended(live).ended["reason"] == "stopped"
    assert engine.store.has(live.run)


def test_workers_stand_back_for_the_pages(engine):
    assert set(engine._client.run(lambda: os.nice(0)).values()) == {os.nice(0) + NICE}


def test_a_lost_scheduler_is_said_and_the_next_click_goes_on_with_another_one(engine, long, names, tmp_path):
    own = Engine(RunStore(tmp_path))
    own.wait_until_ready(180.0)
    config = dataclasses.replace(long, seed=45)
    live = own.submit(config, names)
    wait_until((own.store.unfinished.root / f"{live.id}.zip").exists)

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
    own.close()


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
