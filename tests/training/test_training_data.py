"""What a run trains on: every cleaned text in one part, and nothing learned from the others."""

import dataclasses
import string

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.text.cleaning import clean
from rnnviz.text.sources import Dataset
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.config import TextConfig
from rnnviz.training.data import TrainingData, prepare

CHARACTERS = TextConfig(min_count=1)
WORDS = TextConfig(unit="word", min_count=1)


def numbered(count: int, *labels: str, unit: str = "word") -> Dataset:
    """Texts "film x1", "film x2" …, the classes in turn."""
    return Dataset("films", tuple((f"film x{i}", labels[i % len(labels)]) for i in range(count)), unit)


def texts_of(data: TrainingData) -> list[str]:
    return [text for part in data.parts.values() for text in part.texts]


def test_every_cleaned_text_stands_in_one_part_with_its_class(names: Dataset) -> None:
    data = prepare(names, CHARACTERS, 0)
    rows = [
        (text, data.classes[label])
        for part in data.parts.values()
        for text, label in zip(part.texts, part.labels, strict=True)
    ]
    assert sorted(rows) == sorted(clean(names.rows).rows)
    assert [data.train, data.validation, data.test] == [data.parts[p] for p in ("train", "validation", "test")]


def test_the_parts_share_the_texts_70_to_10_to_20() -> None:
    data = prepare(numbered(200, "good", "bad"), WORDS, 0)
    assert [len(part) for part in data.parts.values()] == [140, 20, 40]
    assert [part.labels.mean() for part in data.parts.values()] == [0.5, 0.5, 0.5]


def test_the_vocabulary_is_learned_from_the_training_part_alone() -> None:
    data = prepare(numbered(100, "good", "bad"), WORDS, 0)
    own_word = {part: {text.split()[1] for text in data.parts[part].texts} for part in data.parts}
    assert set(data.vocabulary.tokens) == {"<pad>", "<unk>", "film"} | own_word["train"]
    film = data.vocabulary.encode(["film"])[0]
    for part in (data.validation, data.test):
        assert [ids.tolist() for ids in part.ids] == [[film, 1]] * len(part)


def test_a_token_that_is_frequent_only_outside_training_is_unknown() -> None:
    texts = prepare(numbered(40, "good", "bad"), WORDS, 0).test.texts
    rows = [(text + " zebra" if text in texts else text, label) for text, label in numbered(40, "good", "bad").rows]
    data = prepare(Dataset("films", tuple(rows), "word"), WORDS, 0)
    assert all("zebra" in text for text in data.test.texts)
    assert "zebra" not in data.vocabulary


def test_rare_tokens_and_a_full_vocabulary_leave_tokens_unknown() -> None:
    films = numbered(100, "good", "bad")
    assert prepare(films, dataclasses.replace(WORDS, min_count=2), 0).vocabulary.tokens == ("<pad>", "<unk>", "film")
    assert len(prepare(films, dataclasses.replace(WORDS, max_vocabulary=10), 0).vocabulary) == 12


def test_the_numbers_of_a_text_read_back_as_its_last_tokens(names: Dataset) -> None:
    data = prepare(names, dataclasses.replace(CHARACTERS, max_tokens=2), 0)
    for text, ids in zip(data.train.texts, data.train.ids, strict=True):
        assert "".join(data.vocabulary.tokens[i] for i in ids) == text[-2:]
    assert data.train.lengths.tolist() == [min(len(text), 2) for text in data.train.texts]


def test_the_vocabulary_counts_only_what_is_kept_of_a_text() -> None:
    rows = tuple((f"start {i} end", "ab"[i % 2]) for i in range(40))
    data = prepare(Dataset("films", rows, "word"), dataclasses.replace(WORDS, max_tokens=1), 0)
    assert data.vocabulary == Vocabulary(("<pad>", "<unk>", "end"))


def test_classes_are_numbered_in_alphabetical_order(names: Dataset) -> None:
    data = prepare(names, CHARACTERS, 0)
    assert data.classes == names.classes == ("кошка", "собака")
    assert {text[-1]: int(label) for text, label in zip(data.train.texts, data.train.labels, strict=True)} == {
        "а": 0,
        "к": 1,
    }
    assert data.train.labels.dtype == np.int64


def test_the_seed_decides_the_split(names: Dataset) -> None:
    assert prepare(names, CHARACTERS, 3).test.texts == prepare(names, CHARACTERS, 3).test.texts
    assert prepare(names, CHARACTERS, 3).test.texts != prepare(names, CHARACTERS, 4).test.texts


def test_the_policy_for_contradictions_is_obeyed_and_the_steps_are_reported(names: Dataset) -> None:
    rows = (*names.rows, ("тим", "собака"), ("Тим", "кошка"))
    kept = {}
    for policy in ("drop", "first"):
        data = prepare(Dataset("names", rows, "character"), dataclasses.replace(CHARACTERS, contradictions=policy), 0)
        kept[policy] = "тим" in texts_of(data)
        assert data.steps == clean(rows, policy).steps
    assert kept == {"drop": False, "first": True}


def test_texts_of_nothing_but_markup_are_left_out_before_the_split() -> None:
    films = numbered(20, "good", "bad")
    markup = tuple((f"<br {letter}>", "good") for letter in string.ascii_lowercase)
    data = prepare(Dataset("films", markup + films.rows, "word"), WORDS, 0)
    assert sorted(texts_of(data)) == sorted(text for text, _ in films.rows)
    assert [len(part) for part in data.parts.values()] == [14, 2, 4]


def test_a_class_with_too_few_texts_is_bad_input() -> None:
    rows = (*numbered(20, "good", "bad").rows, ("one", "rare"), ("two", "rare"), ("Two", "rare"))
    with pytest.raises(BadInput, match="“rare” has 2 different texts"):
        prepare(Dataset("films", rows, "word"), WORDS, 0)


def test_a_class_that_cleaning_leaves_nothing_of_is_bad_input() -> None:
    rows = (*numbered(20, "good", "fair").rows, ("film x1", "bad"), ("film x2", "bad"))
    with pytest.raises(BadInput, match="“bad” has 0 different texts"):
        prepare(Dataset("films", rows, "word"), WORDS, 0)


def test_texts_that_all_stand_in_both_classes_are_bad_input() -> None:
    rows = numbered(20, "good").rows + numbered(20, "bad").rows
    with pytest.raises(BadInput, match="“bad” has 0 different texts"):
        prepare(Dataset("films", rows, "word"), WORDS, 0)
