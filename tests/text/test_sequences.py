"""Flat arrays of many texts: the same as lists of lists, whatever is asked of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.text.sequences import Sequences, Texts

LISTS = st.lists(st.lists(st.integers(1, 50), max_size=12), max_size=8)
FILLED = st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=12), min_size=1, max_size=8)
SLICES = st.slices(8)


def sequences(lists: list[list[int]]) -> Sequences:
    return Sequences.of([np.array(each, dtype=np.int32) for each in lists])


def listed(found: Sequences) -> list[list[int]]:
    return [each.tolist() for each in found]


@settings(deadline=None)
@given(LISTS)
def test_sequences_come_back_as_they_went_in(lists: list[list[int]]) -> None:
    found = sequences(lists)
    assert listed(found) == lists
    assert len(found) == len(lists)
    assert found.lengths.tolist() == [len(each) for each in lists]
    assert found.flat.dtype == np.int32
    assert found.flat.tolist() == [number for each in lists for number in each]


@settings(deadline=None)
@given(LISTS, SLICES)
def test_a_slice_of_sequences_is_the_slice_of_the_list(lists: list[list[int]], part: slice) -> None:
    assert listed(sequences(lists)[part]) == lists[part]


@settings(deadline=None)
@given(FILLED, st.data())
def test_rows_can_be_chosen_in_any_order_and_twice(lists: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1)))
    assert listed(sequences(lists).chosen(np.array(rows, dtype=np.int64))) == [lists[row] for row in rows]


@settings(deadline=None)
@given(FILLED, st.data())
def test_a_batch_is_filled_with_padding_behind_each_text(lists: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1), min_size=1))
    longest = max(len(lists[row]) for row in rows)
    expected = [[lists[row][t] if t < len(lists[row]) else 0 for t in range(longest)] for row in rows]

    padded, lengths = sequences(lists).padded(np.array(rows))

    assert padded.tolist() == expected
    assert lengths.tolist() == [len(lists[row]) for row in rows]
    assert padded.dtype == lengths.dtype == np.int64


@settings(deadline=None)
@given(st.lists(st.text()), SLICES)
def test_texts_are_the_tuple_of_their_strings(texts: list[str], part: slice) -> None:
    found = Texts.of(texts)
    assert found == tuple(texts)
    assert tuple(found) == tuple(texts)
    assert len(found) == len(texts)
    assert found[part] == tuple(texts[part])
    assert found.flat.nbytes == len("".join(texts).encode())


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1), st.data())
def test_texts_can_be_chosen_and_asked_for_by_place(texts: list[str], data: st.DataObject) -> None:
    row = data.draw(st.integers(-len(texts), len(texts) - 1))
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1)))
    found = Texts.of(texts)
    assert found[row] == texts[row]
    assert found.chosen(np.array(rows, dtype=np.int64)) == [texts[each] for each in rows]


@pytest.mark.parametrize("place", [2, -3])
def test_a_text_that_is_not_there_is_an_index_error(place: int) -> None:
    with pytest.raises(IndexError):
        Texts.of(["a", "b"])[place]


def test_other_texts_are_not_equal() -> None:
    assert Texts.of(["a", "b"]) != ("a", "c")
    assert Texts.of(["a", "b"]) != ("a",)
    assert Texts.of(["ab", ""]) != ("a", "b")
    assert Texts.of(["a"]) != 1


def test_texts_are_looked_for_like_those_of_a_tuple() -> None:
    texts = Texts.of(["кот", "пёс", "кот"])
    assert "пёс" in texts
    assert "п" not in texts
    assert texts.index("кот", 1) == 2
