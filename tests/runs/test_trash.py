"""The trash: a deleted run is out of the store, and can be brought back as it was."""

import os
import time
from pathlib import Path

import pytest

from rnnviz.errors import BadInput
from rnnviz.runs import trash
from rnnviz.runs.exchange import files_of
from rnnviz.runs.store import RunStore

DAY = 24 * 3600.0


@pytest.fixture
def made(store, checkpoints) -> RunStore:
    """A store in which two runs were made."""
    for age, name in enumerate(["second", "first"]):
        folder = store.write(name, checkpoints["gru"])
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    return store


def names(store: RunStore) -> list[str]:
    return [run.name for run in store.listing().runs]


def test_a_deleted_run_is_out_of_the_store_and_in_the_trash(made):
    trash.delete(made, "first")

    assert names(made) == ["gru", "lstm", "rnn", "second"]
    assert made.listing().damaged == ()
    assert trash.deleted(made) == ["first"]
    assert (made.root / "runs" / ".trash" / "first" / "run.json").is_file()


def test_a_run_that_is_brought_back_is_as_it_was_and_where_it_was(made, checkpoints):
    before = names(made)
    trash.delete(made, "first")

    trash.restore(made, "first")

    assert names(made) == before == ["gru", "lstm", "rnn", "first", "second"]
    assert files_of(made.folder("first")) == checkpoints["gru"]
    assert trash.deleted(made) == []


def test_a_damaged_run_can_be_deleted_too(made):
    (made.folder("first") / "run.json").write_bytes(b"{")

    trash.delete(made, "first")

    assert made.listing().damaged == ()


def test_a_run_that_comes_with_the_app_is_not_deleted(made):
    with pytest.raises(BadInput, match="Run “lstm” comes with the app and can’t be deleted"):
        trash.delete(made, "lstm")

    assert "lstm" in names(made)
    assert trash.deleted(made) == []


@pytest.mark.parametrize("name", ["nobody", "", ".", "..", "../lstm", "runs", ".trash"])
def test_only_runs_of_the_store_are_deleted_or_brought_back(made, name):
    with pytest.raises(BadInput, match="There is no run"):
        trash.delete(made, name)
    trash.delete(made, "second")
    with pytest.raises(BadInput, match=r"was deleted\. Deleted are: second"):
        trash.restore(made, name)


def test_a_run_is_not_brought_back_over_another_of_its_name(made, checkpoints):
    trash.delete(made, "first")
    made.write("first", checkpoints["rnn"])

    with pytest.raises(BadInput, match="“first” can’t be brought back: another one has this name now"):
        trash.restore(made, "first")

    assert files_of(made.folder("first")) == checkpoints["rnn"]
    assert trash.deleted(made) == ["first"]


def test_of_two_deleted_runs_of_the_same_name_the_later_is_brought_back(made, checkpoints):
    trash.delete(made, "first")
    made.write("first", checkpoints["rnn"])
    trash.delete(made, "first")

    trash.restore(made, "first")

    assert files_of(made.folder("first")) == checkpoints["rnn"]


def test_nothing_was_deleted_from_a_store_that_is_not_there(tmp_path):
    store = RunStore(tmp_path / "nothing")

    assert trash.deleted(store) == []
    assert trash.empty(store, 0.0) == []


def test_the_trash_is_emptied_of_what_was_deleted_long_ago_however_old_the_runs_are(made):
    trash.delete(made, "first")
    trash.delete(made, "second")
    folder = made.root / "runs" / ".trash" / "first"
    os.utime(folder, (time.time() - 2 * DAY, folder.stat().st_mtime))

    assert trash.empty(made, DAY) == ["first"]
    assert trash.deleted(made) == ["second"]
    assert trash.empty(made, -1.0) == ["second"]
    assert names(made) == ["gru", "lstm", "rnn"]


def test_a_folder_that_can_not_be_moved_is_said_and_stays(made, monkeypatch):
    def refused(path: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refused)

    with pytest.raises(BadInput, match="Run “first” can’t be deleted: Permission denied"):
        trash.delete(made, "first")
    assert "first" in names(made)
