"""`train`: from the command line to a run in its folder."""

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rnnviz.cli.training import Teller
from rnnviz.runs.checkpoint import REPORT
from rnnviz.runs.store import read_info
from tests.cli.conftest import TINY


def read_report(run: Path) -> dict[str, Any]:
    return json.loads((run / REPORT).read_bytes())


REVIEWS = "text;verdict\n" + "".join(
    f"this film is {'very good' if i % 2 else 'so bad'}, seen it {i} times;{'pos' if i % 2 else 'neg'}\n"
    for i in range(30)
)


def test_train_gives_the_run_and_its_figures(call, columns, tmp_path):
    result = call("train", *columns, *TINY, "--out", tmp_path / "run").json

    assert result.keys() == {"run", "epochs", "train_accuracy", "test_accuracy", "seconds", "tokens_per_second"}
    assert result["run"] == str(tmp_path / "run")
    report = read_report(tmp_path / "run")
    assert result["epochs"] == 2
    assert result["train_accuracy"] == report["train"]["accuracy"]
    assert result["test_accuracy"] == report["test"]["accuracy"]
    assert result["seconds"] > 0
    assert result["tokens_per_second"] > 0


def test_train_tells_its_progress_on_standard_error_only(call, columns, tmp_path):
    answer = call("train", *columns, *TINY, "--out", tmp_path / "run")

    assert len(answer.out.splitlines()) == 1
    assert [line.split()[:2] for line in answer.err.splitlines()] == [["epoch", "0"], ["epoch", "1"], ["epoch", "2"]]


def test_train_obeys_every_setting(call, tmp_path):
    settings = (
        *("--dataset", "pets-en", "--cell", "gru", "--epochs", 1, "--hidden-size", 3, "--embedding-size", 4),
        *("--layers", 2, "--bidirectional", "--learning-rate", 0.02, "--batch-size", 512, "--max-tokens", 5),
        *("--seed", 7, "--read-out", "mean", "--dropout", 0.3, "--word-dropout", 0.1, "--cut", "ends"),
        *("--optimiser", "sgd", "--schedule", "one-cycle", "--contradictions", "first", "--patience", 9),
    )

    call("train", *settings, "--out", tmp_path / "run").json  # noqa: B018

    config = read_info(tmp_path / "run").config
    assert (config.dataset, config.epochs, config.batch_size, config.seed) == ("pets-en", 1, 512, 7)
    assert (config.text.unit, config.text.max_tokens, config.text.cut) == ("character", 5, "ends")
    assert (config.text.contradictions, config.patience) == ("first", 9)
    assert (config.model.cell, config.model.hidden_size, config.model.embedding_size) == ("gru", 3, 4)
    assert (config.model.layers, config.model.direction) == (2, "both")
    assert (config.model.read_out, config.model.dropout, config.model.word_dropout) == ("mean", 0.3, 0.1)
    assert config.optimiser.learning_rate == 0.02
    assert (config.optimiser.name, config.optimiser.schedule) == ("sgd", "one-cycle")


def test_train_reads_words_from_a_csv_file(call, tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, encoding="utf-8")

    result = call(
        *("train", "--csv", path, "--text-column", "text", "--label-column", "verdict", "--unit", "word"),
        *TINY,
        *("--out", tmp_path / "run"),
    ).json
    tokens = call("trace", result["run"], "This film isn't bad, is it?").json["tokens"]

    assert read_info(tmp_path / "run").config.text.unit == "word"
    assert read_info(tmp_path / "run").classes == ("neg", "pos")
    assert tokens == ["this", "film", "isn't", "bad", ",", "is", "it", "?"]


@pytest.mark.parametrize("name", ["reviews.jsonl", "reviews.parquet", "windows.csv", "tabs.tsv"])
def test_train_reads_every_format(call, tmp_path, name):
    path, table = tmp_path / name, pd.read_csv(io.StringIO(REVIEWS), sep=";")
    write = {
        "reviews.jsonl": lambda: table.to_json(path, orient="records", lines=True),
        "reviews.parquet": lambda: table.to_parquet(path),
        "windows.csv": lambda: table.replace("so bad", "так себе", regex=True).to_csv(path, encoding="cp1251"),
        "tabs.tsv": lambda: table.to_csv(path, sep="\t", encoding="utf-16"),
    }
    write[name]()

    columns = ("--text-column", "text", "--label-column", "verdict", "--unit", "word")
    run = call("train", "--csv", path, *columns, *TINY, "--out", tmp_path / "run").json["run"]

    assert read_info(Path(run)).dataset.rows == 30


def test_train_reads_the_reviews_with_their_own_split_and_keeps_them_in_the_cache(call, reviews, tmp_path, monkeypatch):
    monkeypatch.setattr("rnnviz.cli.training.DATA", reviews)

    first, second = (
        call("train", "--dataset", "imdb", *TINY, "--read-out", "mean", "--out", tmp_path / name) for name in "ab"
    )

    assert read_report(Path(first.json["run"]))["test"]["macro avg"]["support"] == 24
    assert "Reading the texts: 100%" in first.err
    assert "Reading the texts" not in second.err
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in "ab"]
    assert weights[0] == weights[1]


def test_a_setting_out_of_range_is_said_before_anything_is_read(call, monkeypatch):
    monkeypatch.setattr("rnnviz.cli.training.open_corpus", lambda *_arguments, **_more: pytest.fail("read"))

    assert "Epochs is 0" in call("train", "--dataset", "imdb", "--epochs", 0).complaint


def test_reviews_that_are_not_there_are_said_with_the_way_to_get_them(call, tmp_path, monkeypatch):
    monkeypatch.setattr("rnnviz.cli.training.DATA", tmp_path)

    assert "python -m rnnviz datasets fetch imdb" in call("train", "--dataset", "imdb").complaint


def test_train_without_a_folder_puts_the_run_into_the_store(call, columns, store):
    result = call("train", *columns, *TINY).json

    assert Path(result["run"]).parent == store.root / "runs"
    assert Path(result["run"]).name.startswith("pets-lstm-")
    assert [info.name for info in store.listing().runs][-1] == Path(result["run"]).name


def test_the_same_command_gives_the_same_run(call, columns, tmp_path):
    runs = [call("train", *columns, *TINY, "--out", tmp_path / name).json["run"] for name in ("one", "two")]

    weights = [(Path(run) / "model.safetensors").read_bytes() for run in runs]
    assert weights[0] == weights[1]


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("--epochs", 0, "Epochs is 0; allowed is 1 to 200."),
        ("--epochs", "9" * 400, "allowed is 1 to 200."),
        ("--hidden-size", 0, "Hidden size is 0; allowed is 1 to 256."),
        ("--embedding-size", 301, "Embedding size is 301; allowed is 1 to 300."),
        ("--layers", 5, "Layers is 5; allowed is 1 to 4."),
        ("--learning-rate", 0, "Learning rate is 0.0; allowed is 1e-06 to 10.0."),
        ("--learning-rate", "nan", "Learning rate is nan; allowed is 1e-06 to 10.0."),
        ("--batch-size", -1, "Batch size is -1; allowed is 1 to 1024."),
        ("--max-tokens", 1, "allowed is 2 to 1000."),
        ("--seed", -1, "Seed is -1; allowed is 0 to"),
        ("--dropout", 1, "Dropout is 1.0; allowed is 0.0 to 0.9."),
        ("--word-dropout", -0.1, "Token dropout is -0.1; allowed is 0.0 to 0.9."),
        ("--read-out", "first", "Read-out is “first”; allowed is one of: last, maximum, mean, all."),
        ("--cut", "middle", "Kept of a longer text is “middle”; allowed is one of: tail, head, ends."),
        ("--optimiser", "lion", "Optimiser is “lion”; allowed is one of: adam, rmsprop, sgd."),
        ("--schedule", "none", "Schedule of the learning rate is “none”; allowed is one of: constant, one-cycle."),
        ("--epochs", "many", "argument --epochs: invalid int value: 'many'"),
        ("--cell", "cnn", "argument --cell: invalid choice: 'cnn'"),
        ("--depth", 3, "unrecognized arguments: --depth 3"),
    ],
)
def test_a_setting_out_of_range_is_said_in_one_line(call, columns, tmp_path, setting, value, complaint):
    assert complaint in call("train", *columns, setting, value, "--out", tmp_path / "run").complaint
    assert not (tmp_path / "run").exists()


def test_an_unknown_dataset_is_said_in_one_line(call):
    complaint = call("train", "--dataset", "fish").complaint

    assert complaint == "Error: There is no dataset “fish”. Known are: pets, pets-en, reviews, imdb."


def test_a_missing_csv_file_is_said_in_one_line(call, tmp_path):
    complaint = call("train", "--csv", tmp_path / "no.csv", "--text-column", "a", "--label-column", "b").complaint

    assert complaint == f"Error: The file {tmp_path / 'no.csv'} does not exist."


@pytest.mark.parametrize("given", [(), ("--text-column", "name"), ("--label-column", "kind")])
def test_a_csv_file_without_columns_is_said_in_one_line(call, csv, given):
    assert call("train", "--csv", csv, *given).complaint == "Error: --csv needs --text-column and --label-column."


def test_a_column_that_is_not_there_is_said_in_one_line(call, csv):
    complaint = call("train", "--csv", csv, "--text-column", "name", "--label-column", "class").complaint

    assert complaint.endswith("has no column “class”; its columns are: name, kind, other.")


def test_a_csv_file_with_nothing_to_read_is_said_in_one_line(call, tmp_path):
    path = tmp_path / "markup.csv"
    path.write_text("text,label\n" + "".join(f"{'<p>' * (i + 1)},{'ab'[i % 2]}\n" for i in range(20)))

    complaint = call("train", "--csv", path, "--text-column", "text", "--label-column", "label", "--unit", "word")

    assert "0 different texts after cleaning" in complaint.complaint


def test_a_dataset_and_a_csv_file_together_are_said_in_one_line(call, columns):
    assert "not allowed with argument" in call("train", "--dataset", "pets", *columns).complaint


def test_a_folder_that_is_there_already_is_left_alone(call, columns, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")

    complaint = call("train", *columns, *TINY, "--out", tmp_path / "mine").complaint

    assert complaint.startswith(f"Error: {tmp_path / 'mine'} is there already")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_folder_with_an_endless_name_is_said_in_one_line_before_any_training(call, columns, tmp_path):
    assert "File name too long" in call("train", *columns, *TINY, "--out", tmp_path / ("x" * 5000)).complaint


def test_a_preset_sets_what_single_options_leave(call, tmp_path) -> None:
    out = tmp_path / "run"
    call("train", "--dataset", "reviews", "--preset", "minute", "--epochs", 1, "--hidden-size", 3, "--out", out)
    config = json.loads((out / "run.json").read_text(encoding="utf-8"))["config"]
    assert (config["epochs"], config["model"]["hidden_size"]) == (1, 3)
    assert config["optimiser"]["schedule"] == "one-cycle"
    assert config["model"]["read_out"] == "all"


def test_a_preset_for_words_is_refused_for_names(call) -> None:
    answer = call("train", "--dataset", "pets", "--preset", "minute")
    assert "Presets are for words, and “pets” is read by characters" in answer.complaint


def test_a_long_epoch_says_where_it_is(monkeypatch, capsys) -> None:
    clock = iter([0.0, 1.0, 4.0, 4.0])
    monkeypatch.setattr("rnnviz.cli.training.time.monotonic", lambda: next(clock))
    tell = Teller()
    batch = {"kind": "batch", "epoch": 1, "batches": 200, "loss": 0.5, "tokens": 90_000, "seconds": 3.0}
    tell({**batch, "batch": 50})
    tell({**batch, "batch": 100})
    assert capsys.readouterr().err == "epoch   1    50%   loss 0.5000   30,000 tokens/s\n"
