"""Unfinished runs: what is kept of a training outlives the app, and is never half there."""

import dataclasses
import json
import os
import stat
import subprocess
import sys
import zipfile

import pytest

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import HISTORY, WEIGHTS
from rnnviz.runs.memory import Memory
from rnnviz.runs.unfinished import REQUEST, Request, UnfinishedRuns
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import train_run


@pytest.fixture
def runs(tmp_path) -> UnfinishedRuns:
    return UnfinishedRuns(tmp_path / "unfinished")


@pytest.fixture
def request_for(configs, names) -> Request:
    return Request(dataclasses.replace(configs["gru"], epochs=5), names, Watch(pinned=("мурка",)))


@pytest.fixture
def kept(request_for) -> list[dict]:
    """What a training remembers after each of its epochs."""
    found = []
    train_run(
        request_for.config, request_for.dataset, request_for.watch, keep=lambda memory: found.append(memory.files())
    )
    return found


def left_by_another_process(runs: UnfinishedRuns, name: str) -> None:
    """Make it look as if the app that kept this run had been killed."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    path = runs.root / f"{name}.zip"
    with zipfile.ZipFile(path) as archive:
        files = {inner: archive.read(inner) for inner in archive.namelist()}
    packed = json.loads(files[REQUEST])
    files[REQUEST] = json.dumps({**packed, "process": [gone.pid, 0.0]})
    with zipfile.ZipFile(path, "w") as archive:
        for inner, content in files.items():
            archive.writestr(inner, content)


def timeless(history: bytes) -> list[dict]:
    return [{**json.loads(line), "seconds": 0} for line in history.splitlines()]


def test_what_was_kept_is_given_back_as_it_was(runs, request_for, kept):
    runs.keep("run", request_for, kept[3])

    found = runs.open("run")

    assert found.request == request_for
    assert found.files == kept[3]
    assert [epoch["epoch"] for epoch in found.history] == [0, 1, 2, 3]


@pytest.mark.parametrize("epoch", range(5))
def test_a_training_taken_up_again_ends_with_the_bits_of_one_that_was_never_disturbed(request_for, kept, epoch):
    undisturbed = train_run(request_for.config, request_for.dataset, request_for.watch)
    told = []

    again = train_run(request_for.config, request_for.dataset, request_for.watch, told.append, begun=kept[epoch])

    assert again[WEIGHTS] == undisturbed[WEIGHTS]
    assert again.keys() == undisturbed.keys()
    for name in again:
        if name.startswith("snapshot-") or name == "watched.jsonl":
            assert again[name] == undisturbed[name], name
    assert timeless(again[HISTORY]) == timeless(undisturbed[HISTORY])
    assert told[0]["kind"] == "resumed"
    assert len(told[0]["history"]) == epoch + 1
    assert "pinned" in told[0]["history"][0]


def test_the_memory_of_a_training_survives_its_files(kept):
    assert Memory.of(kept[2]).files() == kept[2]


def test_only_runs_whose_app_has_gone_are_interrupted(runs, request_for, kept):
    runs.keep("ours", request_for, kept[0])
    runs.keep("theirs", request_for, kept[0])
    left_by_another_process(runs, "theirs")

    assert runs.interrupted(at_work=lambda name: name == "ours") == ["theirs"]
    assert set(runs.interrupted()) == {"ours", "theirs"}


def test_a_run_at_work_in_another_app_is_not_interrupted(runs, request_for, kept):
    """The parent of this process stands for another app."""
    import psutil

    runs.keep("run", request_for, kept[0])
    path = runs.root / "run.zip"
    parent = psutil.Process(os.getppid())
    with zipfile.ZipFile(path) as archive:
        files = {inner: archive.read(inner) for inner in archive.namelist()}
    files[REQUEST] = json.dumps({**json.loads(files[REQUEST]), "process": [parent.pid, parent.create_time()]})
    with zipfile.ZipFile(path, "w") as archive:
        for inner, content in files.items():
            archive.writestr(inner, content)

    assert runs.interrupted() == []


def test_what_is_forgotten_is_gone_and_may_be_forgotten_twice(runs, request_for, kept):
    runs.keep("run", request_for, kept[0])
    runs.forget("run")
    runs.forget("run")
    assert runs.interrupted() == []


def test_a_damaged_one_is_named_and_does_not_hide_the_others(runs, request_for, kept):
    runs.keep("sound", request_for, kept[0])
    (runs.root / "damaged.zip").write_bytes(b"PK but no zip")

    assert set(runs.interrupted()) == {"sound", "damaged"}
    with pytest.raises(BadInput, match="What was kept of run “damaged” can’t be read"):
        runs.open("damaged")


def test_a_disk_that_is_full_leaves_what_was_kept_before(runs, request_for, kept, monkeypatch):
    runs.keep("run", request_for, kept[0])

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space left"):
        runs.keep("run", request_for, kept[1])
    monkeypatch.undo()

    assert runs.open("run").files == kept[0]
    assert [path.name for path in runs.root.iterdir()] == ["run.zip"]


def test_what_is_kept_can_be_read_by_its_owner_alone(runs, request_for, kept):
    runs.keep("run", request_for, kept[0])
    assert stat.S_IMODE((runs.root / "run.zip").stat().st_mode) == 0o600
