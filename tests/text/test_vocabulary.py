"""The vocabulary: which tokens get a number, and which number."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.text.vocabulary import Vocabulary

TEXTS = st.lists(st.lists(st.sampled_from("абвгдежз"), max_size=8), max_size=8)


def test_pad_is_0_unk_is_1_and_tokens_follow_by_frequency_then_by_themselves() -> None:
    vocabulary = Vocabulary.from_texts([list("баба"), list("вг"), list("гв"), list("б")])
    assert vocabulary.tokens == ("<pad>", "<unk>", "б", "а", "в", "г")


def test_a_token_seen_less_often_than_the_least_count_is_left_out() -> None:
    texts = [list("ааа"), list("бб"), list("в")]
    assert Vocabulary.from_texts(texts, min_count=2).tokens == ("<pad>", "<unk>", "а", "б")
    assert Vocabulary.from_texts(texts, min_count=3).tokens == ("<pad>", "<unk>", "а")


def test_the_largest_size_keeps_the_most_frequent_tokens_and_does_not_count_the_special_ones() -> None:
    texts = [list("ввв"), list("бб"), list("а")]
    assert Vocabulary.from_texts(texts, max_size=2).tokens == ("<pad>", "<unk>", "в", "б")
    assert len(Vocabulary.from_texts(texts, max_size=3)) == 5


def test_tokens_become_their_numbers_and_unknown_ones_1() -> None:
    vocabulary = Vocabulary(("<pad>", "<unk>", "а", "б"))
    ids = vocabulary.encode(["б", "я", "а"])
    assert ids.tolist() == [3, 1, 2]
    assert ids.dtype == np.int32
    assert vocabulary.encode([]).shape == (0,)


def test_a_vocabulary_knows_what_it_holds() -> None:
    vocabulary = Vocabulary(("<pad>", "<unk>", "а"))
    assert "а" in vocabulary
    assert "б" not in vocabulary
    assert len(vocabulary) == 3


def test_a_vocabulary_without_the_special_tokens_in_front_is_refused() -> None:
    with pytest.raises(ValueError, match="<pad>"):
        Vocabulary(("а", "<pad>", "<unk>"))


@settings(deadline=None)
@given(TEXTS, st.integers(1, 4), st.integers(1, 10), st.randoms())
def test_the_same_texts_in_any_order_give_the_same_numbers(
    texts: list[list[str]], min_count: int, max_size: int, random: object
) -> None:
    vocabulary = Vocabulary.from_texts(texts, min_count, max_size)
    shuffled = sorted(texts, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert Vocabulary.from_texts(shuffled, min_count, max_size) == vocabulary


@settings(deadline=None)
@given(TEXTS, st.integers(1, 4), st.integers(1, 10))
def test_no_token_left_out_was_as_frequent_as_it_had_to_be(
    texts: list[list[str]], min_count: int, max_size: int
) -> None:
    counts = Counter(token for text in texts for token in text)
    tokens = Vocabulary.from_texts(texts, min_count, max_size).tokens[2:]
    frequent = {token for token, count in counts.items() if count >= min_count}
    assert set(tokens) <= frequent
    assert len(tokens) == min(max_size, len(frequent))
    left_out = [counts[token] for token in frequent - set(tokens)]
    assert max(left_out, default=0) <= min((counts[token] for token in tokens), default=0)


@settings(deadline=None)
@given(TEXTS)
def test_every_known_token_can_be_read_back_from_its_number(texts: list[list[str]]) -> None:
    vocabulary = Vocabulary.from_texts(texts)
    for text in texts:
        assert [vocabulary.tokens[i] for i in vocabulary.encode(text)] == text
