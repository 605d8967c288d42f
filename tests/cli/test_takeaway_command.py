"""`takeaway`: a run leaves as a folder that does without this project."""

import ast
import json


def test_a_run_is_written_into_a_folder(call, tmp_path):
    trained = call("train", "--dataset", "pets-en", "--cell", "gru", "--epochs", 1, "--hidden-size", 3).json

    answer = call("takeaway", trained["run"], "--out", tmp_path / "a" / "home")

    folder = tmp_path / "a" / "home"
    assert answer.json["folder"] == str(folder)
    assert answer.json["test_accuracy"] == trained["test_accuracy"]
    assert answer.json["files"] == sorted(path.name for path in folder.iterdir())
    assert "nn.GRU" in (folder / "train.py").read_text(encoding="utf-8")
    ast.parse((folder / "train.py").read_text(encoding="utf-8"))
    report = json.loads((folder / "report_of_the_run.json").read_text(encoding="utf-8"))
    assert report["test"]["accuracy"] == trained["test_accuracy"]
    lines = (folder / "texts.jsonl").read_text(encoding="utf-8").splitlines()
    assert sum(json.loads(line)["part"] == "test" for line in lines) == report["test"]["weighted avg"]["support"]


def test_a_run_whose_texts_are_not_here_is_refused_in_a_line(call, tmp_path):
    answer = call("takeaway", "lstm", "--out", tmp_path / "home")

    assert "The texts of “names”, on which “lstm” was trained, are not here." in answer.complaint
    assert not (tmp_path / "home").exists()


def test_a_folder_that_cannot_be_written_is_named(call, tmp_path):
    trained = call("train", "--dataset", "pets-en", "--epochs", 1, "--hidden-size", 2).json
    (tmp_path / "file").write_text("no folder")

    assert (
        f"{tmp_path / 'file'} can’t be written"
        in call("takeaway", trained["run"], "--out", tmp_path / "file").complaint
    )
