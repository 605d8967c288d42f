"""Compare: runs that are not judged on the same texts are named, with what is different."""

import dataclasses
import json

import pytest

from rnnviz.runs.store import RunStore
from tests.pages.comparisons import change
from tests.pages.conftest import plain, said
from tests.tables import tables


def test_runs_on_the_same_texts_give_no_warning(open_page):
    assert not said(open_page("compare"))


def test_runs_on_different_datasets_give_a_warning_that_names_them(open_page):
    app = open_page("compare", runs="pets-lstm,pets-en-lstm", baselines="none")

    assert not app.exception
    first, second = map(plain, (box.value for box in app.warning))
    assert "not judged on the same texts" in first
    assert "- dataset: Pet names (Russian) (LSTM 1), Pet names (English) (LSTM 2)" in first
    assert "different classes" in second
    assert "- кошка, собака (LSTM 1), cat, dog (LSTM 2)" in second
    table = tables(app)[0]
    assert list(table.columns) == ["LSTM 1", "LSTM 2"]
    assert list(table.loc["кошка · recall"])[1] == "—"
    assert list(table.loc["dog · recall"])[:1] == ["—"]


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("seed", 7, "Seed: 0 (RNN, LSTM), 7 (GRU)"),
        (
            "text.contradictions",
            "majority",
            "Texts in several classes: drop the text (RNN, LSTM), keep the class with more rows (GRU)",
        ),
    ],
)
def test_runs_with_another_split_or_cleaning_give_a_warning_that_names_it(
    open_page, checkpoints_folder, path, value, named
):
    def other(run):
        *inside, last = path.split(".")
        (run["config"][inside[0]] if inside else run["config"])[last] = value

    change(checkpoints_folder, "pets-en-gru", other)

    app = open_page("compare")

    (warning,) = app.warning
    assert "not judged on the same texts" in warning.value
    assert plain(warning.value).endswith(f"- {named}")


def test_rows_that_have_changed_between_two_runs_are_named(open_page, checkpoints_folder):
    change(checkpoints_folder, "pets-en-gru", lambda run: run["dataset"].update(fingerprint="f" * 64, rows=9))

    (warning,) = open_page("compare").warning

    first = "- dataset: Pet names (English) (3,631 rows, 3919f7) (RNN, LSTM), "
    assert plain(warning.value).endswith(first + "Pet names (English) (9 rows, ffffff) (GRU)")


def test_the_tokens_of_other_texts_stand_in_the_warning_too(open_page):
    app = open_page("compare", runs="pets-en-gru,imdb-gru", baselines="none")

    words = plain(app.warning[0].value)
    assert "- Tokens: characters (GRU 1), words (GRU 2)" in words
    assert "- Tokens kept of a text: 32 (GRU 1), 400 (GRU 2)" in words


def test_texts_that_are_read_differently_are_named_without_a_warning(open_page, checkpoints_folder):
    change(checkpoints_folder, "pets-en-gru", lambda run: run["config"]["text"].update(max_tokens=8))

    app = open_page("compare")

    assert not app.warning
    assert any(
        "same texts in different ways: Tokens kept of a text: 32 (RNN, LSTM), 8 (GRU)" in plain(each.value)
        for each in app.caption
    )


def test_runs_that_differ_only_in_the_net_give_no_warning(open_page, checkpoints_folder):
    info = RunStore(checkpoints_folder).info("pets-en-gru")
    run_file = checkpoints_folder / "pets-en-gru" / "run.json"
    run = json.loads(run_file.read_text(encoding="utf-8"))
    run["config"] = dataclasses.replace(info.config, epochs=7, batch_size=8).to_dict()
    run_file.write_text(json.dumps(run), encoding="utf-8")

    assert not said(open_page("compare"))
