"""The run store: a folder is complete or absent, and a damaged one never hides the others."""

import json
import os
import shutil
from pathlib import Path

import pytest

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import FILES, HISTORY, RUN, WEIGHTS, unpack_info
from rnnviz.runs.store import RunStore, read_info, read_model, stored_name, write_run


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_run_is_written_with_all_its_files_and_read_again(store, checkpoints, configs):
    folder = store.write("my-run", checkpoints["gru"])

    assert folder == store.root / "runs" / "my-run"
    assert content_of(folder) == checkpoints["gru"]
    assert read_info(folder).name == "my-run"
    assert store.info("my-run").config == configs["gru"]
    assert store.model("my-run").config.model.cell == "gru"


def test_a_run_can_be_read_by_other_users(store, checkpoints):
    folder = store.write("my-run", checkpoints["gru"])

    assert folder.stat().st_mode & 0o777 == 0o755


def fail_at(monkeypatch, step: str) -> None:
    """Let the disk be full at the third file, or the rename be refused."""
    if step == "write":
        calls = iter(range(100))
        real = os.fsync

        def full(descriptor: int) -> None:
            if next(calls) == 2:
                raise OSError(28, "No space left on device")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", full)
    else:

        def refused(path: Path, target: Path) -> None:
            raise OSError(13, "Permission denied")

        monkeypatch.setattr(Path, "rename", refused)


@pytest.mark.parametrize(("step", "reason"), [("write", "No space left on device"), ("rename", "Permission denied")])
def test_a_write_that_fails_midway_leaves_nothing(store, checkpoints, monkeypatch, step, reason):
    before = names_in(store.root)
    fail_at(monkeypatch, step)

    with pytest.raises(BadInput, match=f"my-run can’t be written: {reason}"):
        store.write("my-run", checkpoints["gru"])

    assert names_in(store.root / "runs") == []
    assert names_in(store.root) == sorted([*before, "runs"])
    assert not store.has("my-run")


def test_a_write_that_is_interrupted_leaves_nothing(store, checkpoints, monkeypatch):
    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)

    with pytest.raises(KeyboardInterrupt):
        store.write("my-run", checkpoints["gru"])

    assert names_in(store.root / "runs") == []


def test_folders_that_a_killed_process_left_are_not_listed(store, checkpoints):
    left = store.root / "runs" / ".writing-abc"
    left.mkdir(parents=True)
    (left / RUN).write_bytes(checkpoints["gru"][RUN])

    listing = store.listing()

    assert [run.name for run in listing.runs] == ["gru", "lstm", "rnn"]
    assert listing.damaged == ()


def test_bundled_runs_come_first_by_name_and_made_ones_by_age(store, checkpoints):
    for age, name in enumerate(["young", "middle", "old"]):
        folder = store.write(name, checkpoints["gru"])
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))

    assert [run.name for run in store.listing().runs] == ["gru", "lstm", "rnn", "old", "middle", "young"]


def test_a_damaged_run_is_named_and_does_not_break_the_list(store):
    (store.root / "lstm" / RUN).write_bytes(b'{"format": 1')
    (store.root / "rnn" / HISTORY).unlink()
    (store.root / "empty").mkdir()

    listing = store.listing()

    assert [run.name for run in listing.runs] == ["gru"]
    sentences = [str(error) for error in listing.damaged]
    assert len(sentences) == 3
    assert sentences[0].startswith("Run “empty” lacks")
    assert sentences[1].startswith("Run “lstm”: run.json is damaged")
    assert sentences[2] == "Run “rnn” lacks history.jsonl."


def test_a_run_without_weights_is_named_in_the_list(store):
    (store.root / "lstm" / WEIGHTS).unlink()

    assert [str(error) for error in store.listing().damaged] == ["Run “lstm” lacks model.safetensors."]


def test_a_run_with_settings_out_of_range_is_named_in_the_list(store):
    path = store.root / "lstm" / RUN
    run = json.loads(path.read_bytes())
    run["config"]["epochs"] = 10**400
    path.write_text(json.dumps(run))

    (sentence,) = map(str, store.listing().damaged)

    assert sentence.startswith("Run “lstm”: run.json is damaged (Epochs is 1")


def test_an_existing_sound_run_is_kept(store, checkpoints):
    store.write("my-run", checkpoints["gru"])

    store.write("my-run", checkpoints["lstm"])

    assert content_of(store.root / "runs" / "my-run") == checkpoints["gru"]
    assert names_in(store.root / "runs") == ["my-run"]


@pytest.mark.parametrize("file", FILES)
def test_an_existing_damaged_run_is_replaced(store, checkpoints, file):
    folder = store.write("my-run", checkpoints["gru"])
    (folder / file).write_bytes(b"{")

    store.write("my-run", checkpoints["lstm"])

    assert content_of(folder) == checkpoints["lstm"]
    assert names_in(store.root / "runs") == ["my-run"]


def test_a_folder_that_can_not_be_is_bad_input(tmp_path, checkpoints):
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(BadInput, match=r"file/runs/my-run can’t be written: (Not a directory|File exists)"):
        RunStore(tmp_path / "file").write("my-run", checkpoints["gru"])


def test_a_read_only_folder_is_bad_input(tmp_path, checkpoints, monkeypatch):
    def refused(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refused)

    with pytest.raises(BadInput, match="my-run can’t be written: Permission denied"):
        write_run(tmp_path / "my-run", checkpoints["gru"])


def test_an_unknown_run_is_named_with_the_known_ones(store):
    with pytest.raises(BadInput, match=r"There is no run “nobody”\. Known are: gru, lstm, rnn"):
        store.folder("nobody")


@pytest.mark.parametrize("name", ["", ".", "..", "../checkpoints/lstm", "runs"])
def test_a_name_leads_nowhere_but_to_a_run(store, name):
    with pytest.raises(BadInput, match="There is no run"):
        store.folder(name)


def test_a_store_that_is_not_there_is_empty(tmp_path):
    store = RunStore(tmp_path / "nothing")

    assert store.listing() == RunStore(tmp_path / "nothing").listing()
    assert store.listing().runs == ()
    with pytest.raises(BadInput, match=r"There is no run “x”\. Known are: —"):
        store.folder("x")


def test_a_folder_without_a_run_is_bad_input(tmp_path):
    for read in (read_info, read_model):
        with pytest.raises(BadInput, match="There is no run in the folder"):
            read(tmp_path / "nothing")


def test_has_is_true_for_sound_runs_only(store):
    (store.root / "rnn" / RUN).unlink()

    assert store.has("lstm")
    assert not store.has("rnn")
    assert not store.has("nobody")


def test_the_stamp_changes_when_a_run_comes_goes_or_is_written_anew(store, checkpoints):
    stamps = [store.stamp()]
    assert store.stamp() == stamps[0]

    folder = store.write("my-run", checkpoints["gru"])
    os.utime(folder, (1, 1))
    stamps.append(store.stamp())
    (folder / RUN).unlink()
    store.write("my-run", checkpoints["gru"])
    stamps.append(store.stamp())
    shutil.rmtree(folder)
    stamps.append(store.stamp())

    assert stamps[3] == stamps[0]
    assert len(set(stamps)) == 3


def stopped_after(checkpoints, epochs: int):
    files = checkpoints["gru"]
    lines = files[HISTORY].splitlines(keepends=True)[: epochs + 1]
    run = {**json.loads(files[RUN]), "reason": "stopped", "epochs": epochs, "best_epoch": 0}
    return {**files, RUN: json.dumps(run).encode(), HISTORY: b"".join(lines)}


def test_a_stopped_run_gets_a_name_of_its_own_beside_the_whole_one(checkpoints):
    whole = unpack_info("names-gru-1234", checkpoints["gru"])
    stopped = [unpack_info("names-gru-1234", stopped_after(checkpoints, epochs)) for epochs in (0, 1)]

    assert stored_name("names-gru-1234", whole) == "names-gru-1234"
    assert [stored_name("names-gru-1234", info) for info in stopped] == [
        "names-gru-1234-stopped-0",
        "names-gru-1234-stopped-1",
    ]
