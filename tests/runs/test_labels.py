"""Labels: names and tags of runs are kept beside them, and a damaged file of them hides no run."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rnnviz.errors import BadInput
from rnnviz.runs.labels import LabelBook, Labels, book_of


@pytest.fixture
def book(tmp_path) -> LabelBook:
    return LabelBook(tmp_path / "runs" / "labels.json")


def test_a_run_has_no_labels_until_somebody_gives_it_some(book):
    assert book.read() == {}
    assert not book.path.parent.exists()


def test_name_and_tags_of_a_run_are_kept_apart_from_each_other(book):
    book.rename("a-run", "Мой первый LSTM")
    book.tag("a-run", ["lecture 3", "good"])
    book.rename("b-run", "Other")

    assert LabelBook(book.path).read() == {
        "a-run": Labels("Мой первый LSTM", ("lecture 3", "good")),
        "b-run": Labels("Other"),
    }


def test_the_labels_stand_beside_the_runs_and_are_no_run(store):
    book_of(store).rename("lstm", "Mine")

    assert (store.root / "runs" / "labels.json").is_file()
    assert [run.name for run in store.listing().runs] == ["gru", "lstm", "rnn"]
    assert store.listing().damaged == ()


def test_blanks_and_line_breaks_are_smoothed_and_repeated_tags_dropped(book):
    book.rename("a-run", "  two\n lines\t")
    book.tag("a-run", [" b  c ", "a", "b c", "", "  "])

    assert book.read() == {"a-run": Labels("two lines", ("b c", "a"))}


def test_a_run_whose_labels_are_all_taken_away_is_forgotten(book):
    book.rename("a-run", "name")
    book.tag("a-run", ["tag"])
    book.rename("a-run", "")
    book.tag("a-run", [])

    assert book.read() == {}
    assert json.loads(book.path.read_text()) == {}


def test_what_just_fits_is_taken(book):
    book.rename("a-run", "x" * 80)
    book.tag("a-run", [f"{number}" * 24 for number in range(8)])

    assert len(book.read()["a-run"].tags) == 8


@pytest.mark.parametrize(
    ("give", "sentence"),
    [
        (lambda book: book.rename("a-run", "x" * 81), "The name has 81 characters; at most 80 fit."),
        (lambda book: book.tag("a-run", map(str, range(9))), "There are 9 tags; a run has at most 8."),
        (lambda book: book.tag("a-run", ["x" * 25]), f"The tag “{'x' * 25}” has 25 characters; at most 24 fit."),
    ],
    ids=["name", "many tags", "long tag"],
)
def test_what_is_too_long_is_refused_and_changes_nothing(book, give, sentence):
    book.rename("a-run", "before")

    with pytest.raises(BadInput) as caught:
        give(book)

    assert str(caught.value) == sentence
    assert book.read() == {"a-run": Labels("before")}


DAMAGED = [b"", b"{", b"\xff\xfe\x00", b"[1]", b"5", b'{"a": 5}', b'{"a": {"title": 1, "tags": []}}', b"[" * 100_000]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_gives_no_labels_and_stays_until_somebody_writes(book, content):
    book.path.parent.mkdir()
    book.path.write_bytes(content)

    assert book.read() == {}
    assert book.path.read_bytes() == content


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_whoever_writes_into_a_damaged_file_is_told_where_it_is_kept_and_can_go_on(book, content):
    book.path.parent.mkdir()
    book.path.write_bytes(content)

    with pytest.raises(
        BadInput, match=r"labels\.json can’t be read\. It is kept as labels\.json\.damaged; do it again"
    ):
        book.rename("a-run", "name")
    book.rename("a-run", "name")

    assert book.read() == {"a-run": Labels("name")}
    assert book.path.with_name("labels.json.damaged").read_bytes() == content


def test_a_write_that_is_interrupted_leaves_the_labels_as_they_were(book, monkeypatch):
    book.rename("a-run", "before")

    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        book.rename("a-run", "after")

    assert book.read() == {"a-run": Labels("before")}
    assert [path.name for path in book.path.parent.iterdir()] == ["labels.json"]


def test_a_disk_that_is_full_is_bad_input(book, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(BadInput, match=r"labels\.json can’t be written: No space left on device"):
        book.rename("a-run", "name")


def test_a_folder_that_can_not_be_is_bad_input(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(BadInput, match="can’t be written: "):
        LabelBook(tmp_path / "file" / "labels.json").rename("a-run", "name")
    assert LabelBook(tmp_path / "file" / "labels.json").read() == {}


def test_labels_that_many_give_at_once_are_all_kept(book):
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda number: LabelBook(Path(book.path)).rename(f"run-{number}", f"name {number}"), range(40)))

    assert book.read() == {f"run-{number}": Labels(f"name {number}") for number in range(40)}


def test_surgeries_are_kept_by_name_beside_name_and_tags(book):
    book.rename("run", "mine")
    book.keep_surgery("run", " the  forgetful ", "forget[*]=0")
    book.keep_surgery("run", "silent", "hidden[3]=0")
    book.keep_surgery("run", "silent", "hidden[4]=0")

    assert book.read()["run"].title == "mine"
    assert book.read()["run"].surgeries == (("the forgetful", "forget[*]=0"), ("silent", "hidden[4]=0"))
    book.keep_surgery("run", "the forgetful", "")
    assert book.read()["run"].surgeries == (("silent", "hidden[4]=0"),)


@pytest.mark.parametrize("name", ["", "   ", "n" * 41])
def test_a_surgery_needs_a_name_that_fits(book, name):
    with pytest.raises(BadInput, match="1 to 40"):
        book.keep_surgery("run", name, "hidden[3]=0")


def test_a_run_keeps_only_so_many_surgeries(book):
    for number in range(20):
        book.keep_surgery("run", str(number), "hidden[3]=0")

    with pytest.raises(BadInput, match="at most 20"):
        book.keep_surgery("run", "one more", "hidden[3]=0")
    assert len(book.read()["run"].surgeries) == 20


def test_labels_from_before_there_were_surgeries_are_read(book):
    book.path.parent.mkdir(parents=True, exist_ok=True)
    book.path.write_text('{"run": {"title": "old", "tags": ["a"]}}')

    assert book.read() == {"run": Labels("old", ("a",))}
