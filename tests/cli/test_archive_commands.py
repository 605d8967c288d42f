"""`export` and `import`: a run goes from one store into another as a zip file."""

import zipfile

import pytest

from rnnviz.runs.archive import unpack_archive
from rnnviz.runs.checkpoint import FILES, WATCHED
from rnnviz.runs.exchange import files_of
from rnnviz.runs.store import RunStore


@pytest.fixture
def exported(call, tmp_path):
    """The LSTM of one machine, and another machine that has no runs."""
    path = tmp_path / "lstm.zip"
    answer = call("export", "lstm", path)
    assert answer.json == {"run": "lstm", "file": str(path), "bytes": path.stat().st_size}
    return path


@pytest.fixture
def elsewhere(tmp_path, monkeypatch) -> RunStore:
    monkeypatch.setattr("rnnviz.runs.store.CHECKPOINTS", tmp_path / "elsewhere")
    return RunStore()


def test_a_run_that_was_exported_is_imported_on_another_machine(call, checkpoints, exported, elsewhere):
    answer = call("import", exported)

    (run,) = elsewhere.listing().runs
    assert answer.json == {"run": str(elsewhere.made / run.name), "new": True}
    assert run.name.startswith("names-lstm-")
    assert files_of(elsewhere.folder(run.name)) == checkpoints["lstm"]
    assert call("predict", run.name, "мурка").code == 0


def test_a_run_is_imported_once(call, exported, elsewhere):
    first = call("import", exported).json

    assert call("import", exported).json == {"run": first["run"], "new": False}
    assert len(elsewhere.listing().runs) == 1


def test_a_run_is_exported_by_its_folder_too(call, tmp_path, store, checkpoints):
    call("export", store.root / "gru", tmp_path / "gru.zip")

    assert unpack_archive((tmp_path / "gru.zip").read_bytes()) == checkpoints["gru"]


def test_a_small_export_leaves_out_what_only_training_on_needs(call, tmp_path, exported):
    assert call("export", "lstm", tmp_path / "small.zip", "--small").code == 0

    assert set(zipfile.ZipFile(tmp_path / "small.zip").namelist()) <= {*FILES, WATCHED}
    assert (tmp_path / "small.zip").stat().st_size < exported.stat().st_size


def test_an_export_replaces_the_file_that_is_there(call, tmp_path, exported):
    before = exported.read_bytes()
    exported.write_bytes(b"something else")

    call("export", "lstm", exported)

    assert exported.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"not a zip", "Error: This is not a whole zip file (File is not a zip file); a run is brought as"),
        (b"PK\x05\x06" + bytes(18), "Error: The archive lacks model.safetensors, run.json"),
    ],
)
def test_what_is_no_run_is_said_in_one_line_and_nothing_is_written(call, tmp_path, elsewhere, content, complaint):
    (tmp_path / "x.zip").write_bytes(content)

    assert call("import", tmp_path / "x.zip").complaint.startswith(complaint)
    assert not elsewhere.root.exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("export", "nobody", "x.zip"), "Error: There is no run “nobody”. Known are: gru, lstm, rnn."),
        (("export", "lstm", "/nowhere/x.zip"), "Error: /nowhere/x.zip can’t be written: No such file or directory."),
        (("export", "lstm"), "rnnviz export: the following arguments are required: FILE"),
        (("import", "/nowhere/x.zip"), "Error: The file /nowhere/x.zip does not exist."),
        (("import", "/"), "Error: / can’t be read: Is a directory."),
        (("import", "x" * 5000), "File name too long."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_can_not_be_exported_or_imported_is_said_in_one_line(call, arguments, complaint):
    assert complaint in call(*arguments).complaint
