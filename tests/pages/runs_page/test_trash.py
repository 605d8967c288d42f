"""A run is deleted and brought back."""

from rnnviz.runs import trash
from rnnviz.runs.exchange import files_of
from rnnviz.runs.labels import book_of
from tests.pages.conftest import click, go_to, plain, said
from tests.pages.runs_page.conftest import table


def test_a_deleted_run_is_gone_and_comes_back_with_undo(open_page, store, checkpoints):
    book_of(store).rename("whole", "Mine")
    app = open_page("runs", run="whole")

    click(app, "Delete")
    assert not app.exception
    assert "Mine" not in list(table(app)["name"])
    assert said(app) == ["The run “Mine” was deleted."]
    assert "run" not in app.query_params

    click(app, "Undo")
    assert said(app) == []
    assert plain(app.subheader[0].value) == "Mine"
    assert files_of(store.folder("whole")) == checkpoints["gru"]


def test_undo_is_for_the_run_that_was_deleted_last(open_page, store):
    app = click(open_page("runs", run="whole"), "Delete")
    app.session_state["run"] = "small"
    app.run()

    click(app, "Delete")
    assert said(app) == ["The run “small” was deleted."]
    click(app, "Undo")

    assert trash.deleted(store) == ["whole"]


def test_undo_is_over_when_the_page_is_left(open_page, store):
    app = click(open_page("runs", run="whole"), "Delete")

    go_to(app, "data")
    go_to(app, "runs")

    assert said(app) == []
    assert not any(button.label == "Undo" for button in app.button)
    assert trash.deleted(store) == ["whole"]


def test_a_run_that_can_not_come_back_is_said(open_page, store, checkpoints):
    app = click(open_page("runs", run="whole"), "Delete")
    store.write("whole", checkpoints["rnn"])

    click(app, "Undo")

    assert said(app)[0] == "Run “whole” can’t be brought back: another one has this name now."


def test_a_run_that_comes_with_the_app_can_not_be_deleted(open_page, store):
    (button,) = [button for button in open_page("runs", run="pets-lstm").button if button.label == "Delete"]

    assert button.disabled
    assert button.help == "This run comes with the app and can’t be deleted."
