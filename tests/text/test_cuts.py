"""Cuts: the last, the first, or the outer tokens of a long text, and all of a short one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.text.cuts import CUT_TITLES, CUTS, cut, cut_tokens
from rnnviz.text.sequences import Sequences


def by_slicing(tokens: list[int], most: int, how: str) -> list[int]:
    if len(tokens) <= most:
        return tokens
    head = most // 2
    return {"tail": tokens[-most:], "head": tokens[:most], "ends": tokens[:head] + tokens[-(most - head) :]}[how]


@pytest.mark.parametrize(
    ("how", "kept"), [("tail", [4, 5, 6, 7, 8]), ("head", [1, 2, 3, 4, 5]), ("ends", [1, 2, 6, 7, 8])]
)
def test_five_of_eight_tokens_are_kept(how: str, kept: list[int]) -> None:
    assert cut_tokens([1, 2, 3, 4, 5, 6, 7, 8], 5, how) == kept


@settings(deadline=None)
@given(st.lists(st.integers(), max_size=30), st.integers(2, 12), st.sampled_from(sorted(CUTS)))
def test_a_cut_is_a_slice(tokens: list[int], most: int, how: str) -> None:
    assert cut_tokens(tokens, most, how) == by_slicing(tokens, most, how)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 99), max_size=20), min_size=1, max_size=8),
    st.integers(2, 12),
    st.sampled_from(sorted(CUTS)),
    st.data(),
)
def test_a_corpus_is_cut_text_by_text(lists: list[list[int]], most: int, how: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1)))

    found = cut(
        Sequences.of([np.array(each, dtype=np.int32) for each in lists]), np.array(rows, dtype=np.int64), most, how
    )

    assert [each.tolist() for each in found] == [by_slicing(lists[row], most, how) for row in rows]
    assert found.flat.dtype == np.int32


def test_every_cut_has_a_title() -> None:
    assert CUT_TITLES.keys() == CUTS.keys()
