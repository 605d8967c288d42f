"""The corpus: cleaned, cut into tokens, and its own test part kept as it was published."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.text.cleaning import clean, clean_text
from rnnviz.text.corpus import Corpus, tokenize
from rnnviz.text.datasets import Dataset
from rnnviz.text.splits import OFFICIAL_VALIDATION
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.training.config import TextConfig
from rnnviz.training.data import make_ready

TEXTS = st.sampled_from(
    ["good", "Good ", "bad", "so bad, so sad", "it’s fine", "a<br />b", "<br />", "", "кот", "ok ok"]
)
ROWS = st.lists(st.tuples(TEXTS, st.sampled_from(["pos", " pos", "neg", ""])), min_size=1, max_size=30)
OFFICIAL = st.lists(st.tuples(TEXTS, st.sampled_from(["pos", "neg"]), st.booleans()), min_size=1, max_size=30)


def readable(corpus: Corpus) -> list[tuple[str, str, list[str]]]:
    """Text, class and tokens of each row."""
    return [
        (text, corpus.card.classes[label], [corpus.tokens[number] for number in ids])
        for text, label, ids in zip(corpus.texts, corpus.labels, corpus.sequences, strict=True)
    ]


def touched(corpus: Corpus, step: str) -> int:
    return next(each.touched for each in corpus.steps if each.step == step)


def official(rows: list[tuple[str, str, bool]]) -> Dataset:
    return Dataset(
        "mine",
        tuple((text, label) for text, label, _ in rows),
        "word",
        tuple("test" if test else "train" for _, _, test in rows),
    )


@pytest.mark.parametrize("policy", ["drop", "majority", "first"])
@pytest.mark.parametrize("unit", TOKENIZERS)
@settings(deadline=None)
@given(rows=ROWS)
def test_a_corpus_holds_what_cleaning_leaves_cut_into_tokens(rows, unit: str, policy: str) -> None:
    dataset = Dataset("mine", tuple(rows), unit)
    cut_into_tokens = TOKENIZERS[unit]

    corpus = tokenize(dataset, unit, policy)

    cleaned = clean(dataset.rows, policy)
    expected = [(text, label, cut_into_tokens(text)) for text, label in cleaned.rows]
    assert readable(corpus) == [row for row in expected if row[2]]
    assert corpus.steps == cleaned.steps
    assert corpus.card == dataset.card
    assert corpus.test == 0


@settings(deadline=None)
@given(ROWS)
def test_the_tokens_of_a_corpus_are_counted_right_and_stand_by_first_appearance(rows) -> None:
    corpus = tokenize(Dataset("mine", tuple(rows), "word"), "word", "first")

    said = [token for _, _, tokens in readable(corpus) for token in tokens]

    assert corpus.tokens == tuple(dict.fromkeys(said))
    counts = np.bincount(corpus.sequences.flat, minlength=len(corpus.tokens))
    assert dict(zip(corpus.tokens, counts.tolist(), strict=True)) == Counter(said)


@settings(deadline=None)
@given(OFFICIAL)
def test_no_text_stands_in_the_test_part_and_elsewhere_and_the_test_part_is_whole(rows) -> None:
    corpus = tokenize(official(rows), "word", "drop")

    found = readable(corpus)
    rest, judged = found[: len(found) - corpus.test], found[len(found) - corpus.test :]
    cleaned = [(clean_text(text), label, test) for text, label, test in rows if text.strip()]
    with_tokens = [row for row in cleaned if TOKENIZERS["word"](row[0])]
    assert [(text, label) for text, label, _ in judged] == [(text, label) for text, label, test in with_tokens if test]
    assert not {text for text, _, _ in rest} & {text for text, _, _ in judged}
    assert len({text for text, _, _ in rest}) == len(rest)
    if any(test for _, _, test in cleaned):
        in_test = {text for text, _, test in cleaned if test}
        assert touched(corpus, "leaks") == sum(not test and text in in_test for text, _, test in cleaned)


def test_progress_is_told_up_to_the_whole() -> None:
    told: list[tuple[int, int]] = []
    tokenize(Dataset("mine", (("a b", "x"), ("c", "y")), "word"), "word", "drop", lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize("how", ["tail", "head", "ends"])
def test_a_training_keeps_the_official_split_and_learns_its_vocabulary_from_its_own_part(how: str) -> None:
    rows = [
        (f"{part} {label} n{number} common words in the middle end{number % 7}", label, part == "test")
        for part in ("train", "test")
        for label in ("pos", "neg")
        for number in range(60)
    ]
    leak = (rows[-1][0], "pos", False)
    corpus = tokenize(official([*rows, leak]), "word", "drop")

    data = make_ready(corpus, TextConfig(unit="word", max_tokens=5, cut=how, min_count=2), 0)

    assert touched(corpus, "leaks") == 1
    texts = {name: list(part.texts) for name, part in data.parts.items()}
    assert texts["test"] == [text for text, _, test in rows if test]
    assert sorted(texts["train"] + texts["validation"]) == sorted(text for text, _, test in rows if not test)
    assert len(texts["validation"]) == 2 * round(OFFICIAL_VALIDATION * 60)
    kept = {"tail": lambda t: t[-5:], "head": lambda t: t[:5], "ends": lambda t: t[:2] + t[-3:]}[how]
    counts = Counter(token for text in texts["train"] for token in kept(text.split()))
    assert set(data.vocabulary.tokens[2:]) == {token for token, count in counts.items() if count >= 2}
    for part in data.parts.values():
        for text, ids in zip(part.texts, part.ids, strict=True):
            assert ids.tolist() == data.vocabulary.encode(kept(text.split())).tolist()
    assert data.cut == len(rows)
