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


def test_a_run_on_a_file_of_ones_own_needs_that_file(call, tmp_path, csv, columns):
    trained = call("train", *columns, "--epochs", 1, "--hidden-size", 2).json
    home = tmp_path / "home"

    assert "“pets” has changed" in call("takeaway", trained["run"], "--out", home).complaint  # ours has this name
    assert "--csv needs" in call("takeaway", trained["run"], "--csv", csv).complaint
    assert call("takeaway", trained["run"], *columns, "--out", home).json["test_accuracy"] == trained["test_accuracy"]
    assert json.loads((home / "texts.jsonl").read_text(encoding="utf-8").splitlines()[0])["part"] == "train"

    csv.write_text(csv.read_text(encoding="utf-8") + "new,cat,x\n", encoding="utf-8")
    assert "has changed since this run was trained on it" in call("takeaway", trained["run"], *columns).complaint
