"""Train: whose runs a page follows, and what becomes of those that are gone or failed."""

import pytest

from rnnviz.errors import BadInput
from rnnviz.language import N_
from rnnviz.runs.store import write_run
from tests.pages.conftest import go_to, said
from tests.pages.training import press, states


def test_a_second_person_who_presses_the_same_joins_the_run(train_page, engine):
    press(train_page())
    engine.tell(1)

    other = press(train_page())

    assert len(engine.submitted) == 3
    assert set(states(other).values()) == {"epoch 1 of 3"}
    assert other.query_params["watch"].split(",") == list(engine.live)


def test_a_reload_finds_the_runs_that_are_going(train_page, engine):
    app = press(train_page())
    engine.tell(2)

    again = train_page(**app.query_params)

    assert set(states(again).values()) == {"epoch 2 of 3"}
    assert again.button(key="stop").disabled is False
    assert [number.value for number in again.number_input][:2] == [3, 4]


def test_a_reload_finds_the_names_that_are_followed(train_page, engine):
    app = train_page(dataset="pets-en", cells="rnn")
    app.text_input(key="pinned pets-en").set_value("мурка, рекс").run()
    press(app)
    engine.tell(1)

    again = train_page(**app.query_params)

    assert again.text_input(key="pinned pets-en").value == "мурка, рекс"


def test_names_that_are_followed_on_other_data_are_not_asked_for_here(train_page, engine):
    app = train_page(dataset="pets-en", cells="rnn")
    app.text_input(key="pinned pets-en").set_value("мурка").run()
    press(app)
    engine.tell(1)

    again = train_page(**{**app.query_params, "dataset": "pets"})

    assert again.text_input(key="pinned pets").value not in ("", "мурка")


def test_runs_are_still_there_after_a_visit_to_another_page(train_page, engine):
    app = press(train_page())
    engine.tell(1)
    go_to(app, "compare")

    go_to(app, "train")
    assert set(states(app).values()) == {"epoch 1 of 3"}
    assert app.number_input(key="epochs").value == 3
    assert app.query_params["epochs"] == "3"

    go_to(app, "home")
    engine.finish()
    assert set(states(go_to(app, "train")).values()) == {"all epochs done"}


def test_runs_of_a_link_that_are_gone_are_said_once(train_page):
    app = train_page(watch="gone-1,gone-2")

    assert not app.exception
    assert said(app) == [
        "The run “gone-1” is no longer here; train it again.",
        "The run “gone-2” is no longer here; train it again.",
        "Press Train: the curves grow here while the nets learn.",
    ]


@pytest.mark.parametrize("watch", ["pets-lstm,pets-en-lstm", "pets-lstm,pets-lstm", "pets-rnn", "named,pets-rnn"])
def test_a_link_may_name_any_runs_of_the_store(open_page, checkpoints_folder, checkpoints, watch):
    """Runs of the same cell, the same run twice, and one whose dataset does not come with the app."""
    write_run(checkpoints_folder / "runs" / "named", checkpoints["rnn"])

    app = open_page("train", watch=watch)

    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("failure", [BadInput(N_("The workers did not start within {seconds} s."), seconds=60)])
def test_workers_that_do_not_start_are_said(train_page, engine, failure):
    engine.failure = failure

    app = press(train_page())

    assert not app.exception
    assert "The workers did not start within 60 s." in said(app)
    assert not engine.submitted


def test_a_run_that_failed_says_why_and_the_others_go_on(train_page, engine):
    app = press(train_page(cells="rnn,gru"))
    engine.tell(1)
    first, second = engine.live.values()
    first.fail(ValueError("out of *memory*"))

    app.run()

    assert not app.exception
    assert states(app) == {"RNN": "failed", "GRU": "epoch 1 of 3"}
    assert said(app) == ["RNN did not come to its end: ValueError: out of *memory*"]
    engine.finish(second.id)
    app.run()
    assert [link.value for link in app.get("page_link")] == ["Step through", "Gradients"]


def test_a_run_that_diverged_says_what_to_try(train_page, engine):
    app = press(train_page(cells="rnn"))
    engine.finish()
    (live,) = engine.live.values()
    live.ended = {**live.ended, "reason": "diverged"}

    assert "smaller learning rate" in states(app.run())["RNN"]
