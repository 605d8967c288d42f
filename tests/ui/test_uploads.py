"""The shelf of uploads: bounded in number and memory, and found again by name."""

import dataclasses

import pytest

from rnnviz.errors import BadInput
from rnnviz.text.sources import Dataset
from rnnviz.ui.uploads import Shelf, examples, named, prepared

ROWS = (("a fine film", "good"), ("a poor film", "bad"), ("fine, fine", "good"), ("x" * 100, "bad"))


def upload(number, rows=ROWS, unit="word"):
    return prepared(Dataset("table", (*rows, (f"number {number}", "good")), unit), f"{number}.csv")


def test_an_upload_is_found_under_a_name_made_of_its_rows_and_unit():
    shelf, brought = Shelf(), upload(1)

    name = shelf.keep(brought)

    assert name == brought.dataset.name == f"upload-{brought.card.fingerprint[:10]}-word"
    assert shelf.get(name) is brought
    assert brought.card.name == name, "a run names it so too"
    assert named(dataclasses.replace(brought.dataset, unit="character")) != name


def test_the_oldest_make_room_for_the_newest():
    shelf = Shelf(most=2)
    first, second, third = (shelf.keep(upload(number)) for number in range(3))

    assert shelf.names() == [second, third]
    with pytest.raises(BadInput, match="no longer on this server"):
        shelf.get(first)


def test_one_that_is_brought_again_is_the_newest_and_stands_there_once():
    shelf = Shelf(most=2)
    first, second = (shelf.keep(upload(number)) for number in range(2))

    shelf.keep(upload(0))

    assert shelf.names() == [second, first]


def test_memory_is_bounded():
    size = upload(0).size
    shelf = Shelf(most_bytes=2 * size)
    names = [shelf.keep(upload(number)) for number in range(3)]

    assert shelf.names() == names[1:]
    with pytest.raises(BadInput, match="bytes of memory"):
        Shelf(most_bytes=size - 1).keep(upload(0))


def test_examples_are_short_texts_of_every_class():
    assert upload(1).examples == ("a poor film", "a fine film", "fine, fine")


def test_examples_of_names_have_no_comma_because_commas_stand_between_them():
    assert "fine, fine" not in upload(1, unit="character").examples


def test_examples_leave_out_rows_without_text_or_class():
    assert examples(Dataset("table", ((" ", "good"), ("lost", ""), ("kept", "bad")), "word")) == ("kept",)
