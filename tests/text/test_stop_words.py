"""Stop words: what is left out, what never is, and that a corpus without them is as if they had never stood there."""

import numpy as np
import pytest

from rnnviz.text.corpus import tokenize
from rnnviz.text.datasets import Dataset
from rnnviz.text.stop_words import STOP_WORDS, drop_stop_words, is_stop_word, without_stop_words
from rnnviz.text.tokens import words

NEGATIONS = """no not nor never none nobody nothing nowhere neither cannot without hardly isn't wasn't don't won't
didn't can't couldn't shouldn't wouldn't ain't не нет ни никогда ничего никто нигде нельзя без"""
JUDGING = "but however though although very too only more most но зато хотя однако очень слишком только более самый"


@pytest.mark.parametrize("word", NEGATIONS.split())
def test_negations_always_stay(word: str) -> None:
    assert not is_stop_word(word)
    assert not is_stop_word(word.replace("'", "’"))


@pytest.mark.parametrize("word", JUDGING.split())
def test_what_turns_or_weighs_a_judgement_stays(word: str) -> None:
    assert not is_stop_word(word)


@pytest.mark.parametrize("word", ["the", "of", "it's", "it’s", "и", "в", "её", "ее"])
def test_words_that_say_little_are_stop_words_however_they_are_typed(word: str) -> None:
    assert is_stop_word(word)


def test_every_stop_word_is_one_token_of_a_cleaned_text() -> None:
    assert all(words(word) == [word] and word == word.lower() for word in STOP_WORDS)


def test_punctuation_and_what_is_told_stay_in_order() -> None:
    read = without_stop_words(words("it is not the worst of them , but never good !"))
    assert read == ["not", "worst", ",", "but", "never", "good", "!"]


ROWS = (
    ("this is a good film", "pos"),
    ("it was not good", "neg"),
    ("it is what it is", "neg"),
    ("the the bad bad film", "neg"),
    ("what was that", "pos"),
    ("good , good", "pos"),
)


@pytest.mark.parametrize("official", [(), ("train", "train", "train", "test", "test", "test")])
def test_a_corpus_without_them_is_as_if_no_text_had_ever_had_one(official: tuple[str, ...]) -> None:
    corpus = drop_stop_words(tokenize(Dataset("films", ROWS, "word", official), "word", "drop"))

    read = [(text, without_stop_words(words(text)), label) for text, label in ROWS]
    expected = [(text, tokens, label) for text, tokens, label in read if tokens]
    assert [
        (text, [corpus.tokens[number] for number in ids], corpus.card.classes[label])
        for text, ids, label in zip(corpus.texts, corpus.sequences, corpus.labels, strict=True)
    ] == expected
    assert corpus.tokens == tuple(dict.fromkeys(token for _, tokens, _ in expected for token in tokens))
    assert corpus.test == (2 if official else 0)
    assert corpus.sequences.flat.dtype == np.int32


def test_texts_of_stop_words_only_are_counted_with_examples() -> None:
    corpus = drop_stop_words(tokenize(Dataset("films", ROWS, "word"), "word", "drop"))

    step = corpus.steps[-1]
    assert (step.step, step.touched) == ("stop_words", 2)
    assert step.examples == (("it is what it is", ""), ("what was that", ""))


def test_leaving_them_out_twice_changes_nothing_more() -> None:
    once = drop_stop_words(tokenize(Dataset("films", ROWS, "word"), "word", "drop"))
    twice = drop_stop_words(once)

    assert twice.tokens == once.tokens
    assert twice.sequences.flat.tolist() == once.sequences.flat.tolist()
    assert twice.steps[-1].touched == 0


def test_a_corpus_of_nothing_else_is_left_empty() -> None:
    corpus = drop_stop_words(tokenize(Dataset("films", (("it is", "pos"), ("the", "neg")), "word"), "word", "drop"))
    assert (len(corpus.texts), len(corpus.sequences), corpus.tokens) == (0, 0, ())
