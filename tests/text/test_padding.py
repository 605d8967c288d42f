"""Padding: texts filled up to one length, by hand and for many at once."""

import numpy as np
import pytest

from rnnviz.text.padding import PADDING_TITLES, padded_sequences, padded_tokens, text_of
from rnnviz.text.sequences import Sequences
from rnnviz.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary(("<pad>", "<unk>", "a", "b", "c"))
TEXTS = ("a", "abca", "cb")
FILLED = {
    "packed": [[2], [2, 3, 4, 2], [4, 3]],
    "after": [[2, 0, 0, 0], [2, 3, 4, 2], [4, 3, 0, 0]],
    "before": [[0, 0, 0, 2], [2, 3, 4, 2], [0, 0, 4, 3]],
}


def sequences() -> Sequences:
    return Sequences.of([VOCABULARY.encode(tuple(text)) for text in TEXTS])


def test_every_place_is_told_of() -> None:
    assert set(FILLED) == set(PADDING_TITLES)


@pytest.mark.parametrize("where", FILLED)
def test_texts_are_filled_up_where_it_is_said(where: str) -> None:
    filled = padded_sequences(sequences(), 4, where)
    assert [ids.tolist() for ids in filled] == FILLED[where]
    assert filled.flat.dtype == np.int32


@pytest.mark.parametrize("where", FILLED)
def test_one_text_is_filled_up_as_many_are(where: str) -> None:
    alone = [VOCABULARY.encode(padded_tokens(tuple(text), 4, where)).tolist() for text in TEXTS]
    assert alone == FILLED[where]


@pytest.mark.parametrize("where", FILLED)
def test_without_its_padding_a_text_is_what_it_was(where: str) -> None:
    assert ["".join(text_of(padded_tokens(tuple(text), 9, where))) for text in TEXTS] == list(TEXTS)


@pytest.mark.parametrize("where", FILLED)
def test_no_texts_stay_no_texts(where: str) -> None:
    assert len(padded_sequences(Sequences.of([]), 4, where)) == 0
