"""n-grams against scikit-learn's `CountVectorizer`, which reads lists of tokens."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from rnnviz.evaluation.ngrams import count_ngrams, learn_ngrams, listed_ngrams
from rnnviz.text.sequences import Sequences

SIZE = 7
NAMES = ("<pad>", "<unk>", "a", "b", "c", "d", "e")


def drawn(seed: int, texts: int) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    return [rng.integers(1, SIZE, rng.integers(1, 9)).tolist() for _ in range(texts)]


def packed(texts: list[list[int]]) -> Sequences:
    return Sequences.of([np.array(text, np.int32) for text in texts])


def runs_of(longest: int, edges: bool):
    """All n-grams of a text the plain way; an edge by itself is none."""

    def analyse(text: list[int]) -> list[tuple[str, ...]]:
        tokens = [NAMES[number] for number in text]
        tokens = ["", *tokens, ""] if edges else tokens
        found = [
            tuple(tokens[begin : begin + length])
            for length in range(1, longest + 1)
            for begin in range(len(tokens) - length + 1)
        ]
        return [gram for gram in found if gram != ("",)]

    return analyse


@pytest.mark.parametrize("edges", [False, True])
@pytest.mark.parametrize(("longest", "least"), [(1, 1), (2, 1), (2, 2), (4, 2), (4, 3)])
def test_counts_are_those_of_scikit_learn(longest, least, edges):
    train, test = drawn(0, 30), drawn(1, 20)
    theirs = CountVectorizer(analyzer=runs_of(longest, edges), min_df=least)
    theirs.fit(train)

    ours = learn_ngrams(packed(train), SIZE, longest, least, edges)

    named = listed_ngrams(ours, NAMES)
    assert sorted(named) == sorted(theirs.vocabulary_)
    columns = [theirs.vocabulary_[gram] for gram in named]
    for texts in (train, test):
        np.testing.assert_array_equal(
            count_ngrams(ours, packed(texts)).toarray(), theirs.transform(texts).toarray()[:, columns]
        )


def test_texts_in_which_nothing_is_known_have_no_counts():
    ours = learn_ngrams(packed([[2, 3], [2, 3]]), SIZE, 2, 2, edges=False)

    assert count_ngrams(ours, packed([[4, 5, 6], [6]])).sum() == 0


def test_nothing_is_learned_where_nothing_comes_twice():
    ours = learn_ngrams(packed([[2], [3], [4]]), SIZE, 4, 2, edges=True)

    assert len(ours) == 0
    assert count_ngrams(ours, packed([[2], [3]])).shape == (2, 0)


def test_an_ngram_does_not_run_from_one_text_into_the_next():
    ours = learn_ngrams(packed([[2], [3], [2], [3]]), SIZE, 2, 1, edges=False)

    assert listed_ngrams(ours, NAMES) == [("a",), ("b",)]
