"""Train, steered by hand: pause, step, a new learning rate, and runs that go on."""

import json
import zipfile

import pytest

from rnnviz.errors import BadInput
from rnnviz.runs.steering import Press
from rnnviz.runs.unfinished import REQUEST, Request
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import train_run
from rnnviz.training.config import changed
from rnnviz.training.events import NewRate
from tests.pages.conftest import drawn_lines, figures, plain, said
from tests.pages.training import cards, press, states

SMALL = {"epochs": "3", "hidden_size": "4", "learning_rate": "0.05", "cells": "rnn,gru", "patience": "0"}
LOOK = {
    "texts": ["mimi", "rex", "bella"],
    "targets": [0, 1, 0],
    "probabilities": [[0.9, 0.1], [0.75, 0.25], [0.5, 0.5]],
    "losses": [0.1054, 1.3863, 0.6931],
    "gradient_norms": {"embedding.weight": 0.5, "head.bias": 0.25, "rnn.bias_hh_l0": 0.0},
}


@pytest.fixture
def going(open_page, small_datasets, engine):
    """The page with two runs at work, one epoch in."""
    app = press(open_page("train", **SMALL))
    engine.tell(1)
    return app.run()


def pause(engine, cell="rnn"):
    live = next(live for live in engine.live.values() if live.config.model.cell == cell)
    live.hear({"kind": "paused", "look": LOOK, "batch": {**live.batch, "learning_rate": 0.05}})
    return live


@pytest.mark.parametrize("order", [Press.PAUSE, Press.BATCH, Press.EPOCH])
def test_a_press_reaches_all_runs_that_are_going(going, engine, order):
    press(going, f"press {order.value}")

    assert not going.exception
    assert engine.ordered == [(name, order) for name in engine.live]


def test_one_of_them_can_be_steered_alone(going, engine):
    first, _second = engine.live
    going.segmented_control(key="steered").set_value(first).run()

    press(going, "press pause")

    assert engine.ordered == [(first, Press.PAUSE)]


def test_a_paused_run_says_so_and_can_go_on(going, engine):
    live = pause(engine)
    live.batch = {**live.batch, "batch": live.batch["batches"] - 1}
    going.run()

    assert states(going)["RNN"] == "paused in epoch 1 of 3"
    press(going, "press resume")
    assert (live.id, Press.RESUME) in engine.ordered


def test_a_run_that_stands_at_the_end_of_an_epoch_says_so(going, engine):
    live = pause(engine)
    live.batch = {**live.batch, "batch": live.batch["batches"]}
    going.run()

    assert states(going)["RNN"] == "paused after epoch 1 of 3"


def test_the_batch_of_a_paused_run_is_shown_with_its_worst_text_first(going, engine):
    live = pause(engine)
    going.run()

    (table,) = [table.value for table in going.dataframe]
    assert list(table["text"]) == ["rex", "bella", "mimi"]
    assert list(table["P(class)"]) == [0.25, 0.5, 0.9]
    assert list(table["loss, nats"]) == [1.3863, 0.6931, 0.1054]
    bars = figures(going)[f"norms {live.id}"]["data"][0]
    assert dict(zip(bars["y"], bars["x"], strict=True)) == {**LOOK["gradient_norms"], "rnn.bias_hh_l0": None}


def test_a_new_learning_rate_is_sent_and_marked_on_the_curves(going, engine):
    going.number_input(key="new_rate").set_value(0.002).run()
    press(going, "set_rate")
    assert {order for _name, order in engine.ordered} == {NewRate(0.002)}

    live = pause(engine)
    live.hear({"kind": "intervention", "epoch": 1, "batch": 2, "learning_rate": 0.002, "continued": 0})
    going.run()

    (marks,) = [line for line in drawn_lines(going)["training_curves"]["lines"] if line["name"] == "RNN · by hand"]
    assert marks["text"] == ["learning rate 0.002"]
    assert marks["x"] == [pytest.approx(2 / live.batch["batches"])]


def test_a_run_that_went_on_elsewhere_says_from_where(going, engine):
    live = next(iter(engine.live.values()))
    live.hear({"kind": "resumed", "history": list(live.history), "interventions": []})
    going.run()

    assert [card["note"] for card in cards(going)] == ["Went on from epoch 1.", ""]


def test_runs_that_have_ended_go_on_for_more_epochs(going, engine):
    engine.finish()
    going.run()
    going.number_input(key="more_epochs").set_value(2).run()

    press(going, "continue")

    assert not going.exception
    assert [config.epochs for config, *_rest in engine.submitted] == [3, 3, 5, 5]
    assert len(going.query_params["watch"].split(",")) == 2


def test_what_became_of_pinned_texts_is_drawn_of_a_stored_run_too(going, engine):
    engine.finish()
    engine.restart()
    going.run()

    assert "pinned_curves" in drawn_lines(going)
    assert "profile" in drawn_lines(going)


@pytest.fixture
def interrupted(engine, names, configs):
    """A run whose app was killed after its second epoch."""
    config = changed(configs["gru"], {"epochs": 4})
    kept = []
    train_run(config, names, keep=lambda memory: kept.append(memory.files()))
    engine.store.unfinished.keep("names-gru-1", Request(config, names, Watch()), kept[2])
    path = engine.store.unfinished.root / "names-gru-1.zip"
    with zipfile.ZipFile(path) as archive:
        files = {inner: archive.read(inner) for inner in archive.namelist()}
    files[REQUEST] = json.dumps({**json.loads(files[REQUEST]), "process": [2**22 + 1, 0.0]})
    with zipfile.ZipFile(path, "w") as archive:
        for inner, content in files.items():
            archive.writestr(inner, content)
    return path


def test_an_interrupted_run_is_named_and_can_be_taken_up(open_page, engine, interrupted):
    app = open_page("train")
    assert any("was interrupted after epoch 2 of 4" in text.value for text in app.markdown)

    press(app, "take names-gru-1")

    assert not app.exception
    assert [config.epochs for config, *_rest in engine.submitted] == [4]
    assert states(app) == {"GRU": "waiting for a worker"}


def test_an_interrupted_run_can_be_let_go(open_page, engine, interrupted):
    app = press(open_page("train"), "drop names-gru-1")

    assert not interrupted.exists()
    assert not any("was interrupted" in text.value for text in app.markdown)


def test_a_damaged_unfinished_run_is_named_and_can_be_let_go(open_page, engine, interrupted):
    interrupted.write_bytes(b"not a zip")

    app = open_page("train")

    assert not app.exception
    assert [plain(text) for text in said(app) if "can’t be read" in text]
    press(app, "drop names-gru-1")
    assert not interrupted.exists()


def test_a_run_that_can_not_be_kept_on_disk_is_named_and_says_why(going, engine):
    next(iter(engine.live.values())).kept(BadInput("{path} can’t be written: {reason}.", path="x", reason="disk full"))
    going.run()

    (text,) = [text for text in said(going) if "Should the app end now, this run is lost" in text]
    assert text.startswith("RNN · ")
    assert "disk full" in text


def test_a_run_can_be_asked_to_finish_in_the_background(going, engine):
    assert not any(map(engine.audience.is_kept, engine.live))
    going.toggle(key="background").set_value(True).run()
    assert all(map(engine.audience.is_kept, engine.live))
    assert going.toggle(key="background").value


def test_a_run_that_could_not_be_written_can_be_saved_again(going, engine):
    name, live = next(iter(engine.live.items()))
    live.unsaved = engine._jobs[name][1]
    live.fail(BadInput("{path} can’t be written: {reason}.", path="x", reason="No space left on device"))
    going.run()
    assert any("No space left on device" in text for text in said(going))

    press(going, f"save {name}")

    assert not going.exception
    assert live.run == name
    assert engine.store.has(name)


def test_a_scheduler_that_does_not_take_the_stop_is_said(going, engine, monkeypatch):
    def refuse(live):
        raise OSError("gone")

    monkeypatch.setattr(engine, "stop", refuse)
    press(going, "stop")

    assert not going.exception
    assert "The workers do not answer: gone." in said(going)
