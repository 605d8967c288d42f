"""A training on a worker: what it tells, what it leaves behind, and what becomes of one that fails."""

import dataclasses
import json
import time

import pytest

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import HISTORY, WEIGHTS
from rnnviz.runs.engine import expected_start
from rnnviz.runs.live import LiveRun, Stage
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import train_run
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig
from tests.runs.engine.waiting import ended, wait_until


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


def test_a_late_word_of_an_earlier_training_of_the_same_id_is_not_taken_for_this_one(engine, long, names):
    live = engine.submit(dataclasses.replace(long, seed=77), names)
    wait_until(lambda: len(live.history) > 2)
    beginning = {**live.history[0], "train_loss": -1.0}
    engine._client.log_event(f"run-{live.id}", {"token": "of an earlier one", "told": [beginning]})
    known = len(live.history)
    wait_until(lambda: len(live.history) > known + 3)
    engine.stop(live)

    assert ended(live).history[0]["train_loss"] > 0
    assert [epoch["epoch"] for epoch in live.history] == list(range(len(live.history)))


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
