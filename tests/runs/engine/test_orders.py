"""Orders to a training that is going: stop, pause, one step, and more epochs for one that has ended."""

import dataclasses
import time

from rnnviz.runs.checkpoint import WEIGHTS
from rnnviz.runs.engine import Engine
from rnnviz.runs.live import LiveRun, Stage
from rnnviz.runs.steering import Press
from rnnviz.runs.work import run_id, train_run
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig, changed
from tests.runs.engine.waiting import ended, wait_until


def stopped(engine: Engine, config: RunConfig, names: Dataset) -> LiveRun:
    """A run stopped after a few epochs."""
    live = engine.submit(config, names)
    wait_until(lambda: len(live.history) > 3)
    engine.stop(live)
    return ended(live)


def test_a_run_that_is_stopped_keeps_its_history(engine, long, names):
    live = stopped(engine, dataclasses.replace(long, seed=2), names)

    assert live.stage is Stage.ENDED
    assert live.ended["reason"] == "stopped"
    info = engine.store.info(live.run)
    assert live.run == f"{live.id}-stopped-{info.epochs}"
    assert 3 <= info.epochs < 200
    assert [epoch["epoch"] for epoch in live.history] == list(range(info.epochs + 1))
    assert [epoch["validation_loss"] for epoch in live.history] == [epoch["validation_loss"] for epoch in info.history]


def test_a_paused_run_that_is_stopped_takes_no_step_more(engine, long, names):
    live = engine.submit(dataclasses.replace(long, seed=21), names)
    wait_until(lambda: live.history)
    engine.order(live, Press.PAUSE)
    wait_until(lambda: live.paused)
    taken = live.batch["tokens"]

    engine.stop(live)

    assert ended(live).ended["tokens"] == taken


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


def test_a_run_that_nobody_watches_any_more_is_stopped_and_keeps_what_it_has(engine, long, names):
    live = engine.submit(dataclasses.replace(long, seed=44), names)
    wait_until(lambda: len(live.history) > 2)
    engine.audience._grace = 0.1
    engine.audience.watch("a tab", [live.id])

    engine.audience.leave("a tab")

    assert ended(live).ended["reason"] == "stopped"
    assert engine.store.has(live.run)
