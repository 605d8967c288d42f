"""Statistics of a corpus, against sums written out by hand and in plain Python."""

import math
from collections import Counter

import numpy as np
import pytest

from rnnviz.text.corpus import tokenize
from rnnviz.text.cuts import cut
from rnnviz.text.sequences import Sequences, Texts
from rnnviz.text.sources import Dataset, load_dataset
from rnnviz.text.splits import PARTS
from rnnviz.text.statistics import (
    BLOCK,
    by_frequency,
    bytes_of,
    class_counts,
    containing,
    coverage,
    histogram,
    log_odds,
    most_telling,
    parts_of,
    shortened,
    size_for,
    spread_ranks,
    texts_in_two,
    token_counts,
)
from rnnviz.training.config import TextConfig
from rnnviz.training.data import make_ready

CONFIG = TextConfig(unit="word", max_tokens=12, min_count=2)


@pytest.fixture(scope="module")
def corpus():
    return tokenize(load_dataset("reviews"), "word", "drop")


def monroe(own, other, prior):
    """The formula of the paper, one token after the other."""
    n, m = sum(own), sum(other)
    found = []
    for y, x in zip(own, other, strict=True):
        a = prior * (y + x) / (n + m)
        delta = math.log((y + a) / (n + prior - y - a)) - math.log((x + a) / (m + prior - x - a))
        found.append(delta / math.sqrt(1 / (y + a) + 1 / (x + a)))
    return found


def test_log_odds_of_three_words_computed_by_hand():
    """Good 6 : 1, bad 1 : 6, the 3 : 3; α₀ = 20, so α = 7, 7, 6, and good has 13 of 30 against 8 of 30."""
    scores = log_odds(np.array([[6, 1, 3], [1, 6, 3]]), prior=20.0)

    good = (math.log(13 / 17) - math.log(8 / 22)) / math.sqrt(1 / 13 + 1 / 8)
    assert good == pytest.approx(1.6542, abs=1e-4)
    np.testing.assert_allclose(scores, [[good, -good, 0], [-good, good, 0]], atol=1e-12)


def test_log_odds_follow_the_equations_for_any_number_of_classes():
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 50, (4, 30))
    counts[:, 0] = 1

    scores = log_odds(counts, prior=100.0)

    for place in range(4):
        others = np.delete(counts, place, axis=0).sum(axis=0)
        np.testing.assert_allclose(scores[place], monroe(counts[place].tolist(), others.tolist(), 100.0), rtol=1e-9)


def test_a_token_that_nobody_says_speaks_for_no_class():
    scores = log_odds(np.array([[3, 0, 1], [1, 0, 3]]))

    assert scores[:, 1].tolist() == [0, 0]
    assert np.isfinite(scores).all()


def test_the_prior_holds_back_what_is_said_once():
    """Without it a word said once in one class would beat one said forty times against ten."""
    counts = np.array([[1, 40, 1000], [0, 10, 1000]])

    assert most_telling(log_odds(counts)[0], 1).tolist() == [1]


def test_one_single_token_gives_numbers_too():
    assert np.isfinite(log_odds(np.array([[5], [3]]))).all()


def test_only_tokens_that_speak_for_a_class_are_telling():
    assert most_telling(np.array([0.5, -1.0, 2.0, 0.0]), 3).tolist() == [2, 0]


def test_token_counts_are_those_of_a_counter(corpus):
    found = token_counts(corpus.sequences, corpus.labels, 2, len(corpus.tokens))

    for label in (0, 1):
        said = Counter(
            token
            for ids, own in zip(corpus.sequences, corpus.labels, strict=True)
            if own == label
            for token in ids.tolist()
        )
        assert {token: count for token, count in enumerate(found[label].tolist()) if count} == said


def test_token_counts_hold_over_the_blocks_in_which_they_are_made():
    rng = np.random.default_rng(0)
    flat = rng.integers(0, 7, BLOCK + 11).astype(np.int32)
    sequences = Sequences(flat, np.array([BLOCK - 5, BLOCK + 11]))

    found = token_counts(sequences, np.array([1, 0]), 2, 7)

    np.testing.assert_array_equal(found[1], np.bincount(flat[: BLOCK - 5], minlength=7))
    np.testing.assert_array_equal(found[0], np.bincount(flat[BLOCK - 5 :], minlength=7))


def test_a_histogram_counts_every_text_once():
    lengths = np.array([3, 3, 4, 9, 12])

    fine, coarse = histogram(lengths), histogram(lengths, bars=5)

    assert (fine.width, fine.starts[0], fine.counts.tolist()) == (1, 3, [2, 1, 0, 0, 0, 0, 1, 0, 0, 1])
    assert (coarse.width, coarse.starts.tolist(), coarse.counts.tolist()) == (2, [3, 5, 7, 9, 11], [3, 0, 0, 1, 1])


def test_texts_of_one_length_make_one_bar():
    assert histogram(np.array([5, 5])).counts.tolist() == [2]


def test_a_cut_takes_what_is_beyond_it():
    found = shortened(np.array([2, 5, 10, 3]), 4)

    assert (found.texts, found.text_share, found.token_share) == (2, 0.5, 7 / 20)
    assert shortened(np.array([2, 3]), 3).texts == 0


def test_coverage_rises_to_one_and_says_how_many_tokens_are_needed():
    order = by_frequency(np.array([1, 6, 0, 3]))
    covered = coverage(np.array([6, 3, 1]))

    assert order.tolist() == [1, 3, 0], "the most frequent first, those never seen left out"
    np.testing.assert_allclose(covered, [0.6, 0.9, 1.0])
    assert [size_for(covered, share) for share in (0.5, 0.6, 0.9, 0.91, 1.0)] == [1, 1, 2, 3, 3]


def test_ranks_are_spread_from_the_first_to_the_last():
    ranks = spread_ranks(100_000, 200)

    assert (ranks[0], ranks[-1]) == (1, 100_000)
    assert len(ranks) <= 200
    assert (np.diff(ranks) > 0).all()
    assert spread_ranks(3).tolist() == [1, 2, 3]
    assert len(spread_ranks(0)) == 0


def test_parts_are_those_of_a_training(corpus):
    parts, data = parts_of(corpus, 3), make_ready(corpus, CONFIG, 3)

    for name in PARTS:
        assert list(corpus.texts.chosen(parts[name])) == list(data.parts[name].texts)


def test_the_official_test_part_stays_whole():
    rows = tuple((f"{word} {number}", word) for word in ("good", "bad") for number in range(20))
    official = tuple("test" if number % 2 else "train" for number in range(40))
    corpus = tokenize(Dataset("small", rows, "word", official), "word", "drop")

    parts = parts_of(corpus, 0)

    assert {corpus.texts[row] for row in parts["test"]} == {
        text for (text, _), part in zip(rows, official, strict=True) if part == "test"
    }


def test_what_the_vocabulary_does_not_cover_is_unknown_in_training(corpus):
    """Coverage at the size of the vocabulary and the share of <unk> are two ways to one number."""
    data = make_ready(corpus, CONFIG, 0)
    train = parts_of(corpus, 0)["train"]
    read = cut(corpus.sequences, train, CONFIG.max_tokens, CONFIG.cut)
    counts = token_counts(read, corpus.labels[train], 2, len(corpus.tokens)).sum(axis=0)

    covered = coverage(counts[by_frequency(counts)])

    assert 1 - covered[len(data.vocabulary) - 3] == pytest.approx(data.train.unknown)


def test_no_text_of_the_bundled_reviews_stands_in_two_parts(corpus):
    parts = parts_of(corpus, 0)

    assert texts_in_two(bytes_of(corpus.texts.chosen(rows)) for rows in parts.values()) == 0
    assert sum(map(len, parts.values())) == len(corpus.texts)


def test_a_text_in_two_parts_is_counted_once_however_often_it_stands_there():
    parts = [Texts.of(["a", "b", "b"]), Texts.of(["b", "c"]), Texts.of(["b", "a", "d", "d"])]

    assert texts_in_two(map(bytes_of, parts)) == 2, "a and b; d stands twice in one part"


def test_sequences_are_compared_token_by_token():
    parts = [Sequences.of([np.array([1, 2], np.int32)]), Sequences.of([np.array([2, 1], np.int32)])]

    assert texts_in_two(map(bytes_of, parts)) == 0
    assert texts_in_two(map(bytes_of, [parts[0], parts[0]])) == 1


def test_a_search_finds_letters_inside_each_text_and_never_across_two():
    texts = Texts.of(["great film", "film", "ёлка great", ""])

    assert containing(texts, "GREAT").tolist() == [0, 2]
    assert containing(texts, "Ёлк").tolist() == [2]
    assert containing(texts, "filmfilm").tolist() == []
    assert containing(texts, "").tolist() == [0, 1, 2, 3]
    assert containing(texts.chosen(np.array([2, 1])), "great").tolist() == [0]


def test_class_counts_name_classes_without_texts():
    assert class_counts(np.array([0, 2, 2]), 4).tolist() == [1, 0, 2, 0]
