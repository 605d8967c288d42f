"""The split: every row in exactly one part, each class in its share, drawn with the seed."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.errors import BadInput
from rnnviz.text.cleaning import clean
from rnnviz.text.splits import OFFICIAL_VALIDATION, Split, official_split, stratified_split


@st.composite
def label_lists(draw: st.DrawFn) -> list[str]:
    """Labels of 1 to 5 classes with 4 to 40 rows each, in any order."""
    names = draw(st.lists(st.text(max_size=5), min_size=1, max_size=5, unique=True))
    labels = [name for name in names for _ in range(draw(st.integers(4, 40)))]
    return draw(st.permutations(labels))


def parts(split: Split) -> list[tuple[int, ...]]:
    return [split.train, split.validation, split.test]


@settings(deadline=None, max_examples=100)
@given(label_lists(), st.integers(0, 2**31 - 1))
def test_every_row_stands_in_exactly_one_part_in_ascending_order(labels: list[str], seed: int) -> None:
    split = stratified_split(labels, seed)
    assert sorted(split.train + split.validation + split.test) == list(range(len(labels)))
    assert all(list(part) == sorted(part) for part in parts(split))


@settings(deadline=None, max_examples=100)
@given(label_lists(), st.integers(0, 2**31 - 1))
def test_each_class_falls_into_70_10_and_20_percent_and_is_in_every_part(labels: list[str], seed: int) -> None:
    split = stratified_split(labels, seed)
    for name, size in Counter(labels).items():
        train, validation, test = (sum(labels[row] == name for row in part) for part in parts(split))
        assert min(train, validation, test) >= 1
        assert abs(validation - size * 0.1) <= 0.6 or validation == 1
        assert abs(test - size * 0.2) <= 0.6 or test == 1
        assert train + validation + test == size


def test_a_hundred_rows_of_a_class_fall_into_70_10_and_20() -> None:
    split = stratified_split(["а"] * 100 + ["б"] * 200, 0)
    assert [len(part) for part in parts(split)] == [210, 30, 60]
    assert [sum(row < 100 for row in part) for part in parts(split)] == [70, 10, 20]


@settings(deadline=None, max_examples=50)
@given(label_lists(), st.integers(0, 2**31 - 1))
def test_the_same_seed_gives_the_same_split(labels: list[str], seed: int) -> None:
    assert stratified_split(labels, seed) == stratified_split(list(labels), seed)


def test_another_seed_gives_another_split() -> None:
    labels = ["а"] * 30 + ["б"] * 30
    splits = {stratified_split(labels, seed) for seed in range(20)}
    assert len(splits) == 20


def test_the_split_is_drawn_and_not_cut_from_the_file_in_order() -> None:
    split = stratified_split(["а"] * 100, 0)
    assert split.train != tuple(range(70))
    assert min(split.test) < 50


def test_four_rows_of_a_class_are_enough_and_three_are_bad_input() -> None:
    split = stratified_split(["а"] * 4 + ["б"] * 5, 0)
    assert [len(part) for part in parts(split)] == [5, 2, 2]
    with pytest.raises(BadInput, match=r"“б” has 3 .* at least 4"):
        stratified_split(["а"] * 5 + ["б"] * 3, 0)


def test_classes_that_numpy_would_take_for_one_are_kept_apart() -> None:
    labels = ["а"] * 5 + ["а\0"] * 5
    split = stratified_split(labels, 0)
    assert sorted(split.train + split.validation + split.test) == list(range(10))


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.text("АБВабв AB", min_size=1, max_size=3), st.sampled_from("xy")), min_size=60, max_size=120),
    st.integers(0, 1000),
)
def test_no_cleaned_text_stands_on_two_sides(rows: list[tuple[str, str]], seed: int) -> None:
    cleaned = clean(rows, "first").rows
    texts = [text for text, _ in cleaned]
    try:
        split = stratified_split([label for _, label in cleaned], seed)
    except BadInput:
        return
    train, validation, test = ({texts[row] for row in part} for part in parts(split))
    assert not train & validation
    assert not train & test
    assert not validation & test


@settings(deadline=None, max_examples=100)
@given(label_lists(), st.integers(1, 60), st.integers(0, 2**31 - 1))
def test_the_test_part_of_a_source_is_kept_whole_and_the_others_share_its_training_part(labels, test, seed) -> None:
    split = official_split([*labels, *labels[:1] * test], test, seed)
    assert split.test == tuple(range(len(labels), len(labels) + test))
    assert sorted(split.train + split.validation) == list(range(len(labels)))
    for name, size in Counter(labels).items():
        validation = sum(labels[row] == name for row in split.validation)
        assert validation == max(1, round(OFFICIAL_VALIDATION * size))


def test_the_seed_draws_the_validation_part_of_an_official_split() -> None:
    labels = ["a", "b"] * 50
    assert official_split(labels, 20, 1) == official_split(labels, 20, 1)
    assert official_split(labels, 20, 1).validation != official_split(labels, 20, 2).validation


def test_an_official_training_part_with_too_few_texts_of_a_class_is_refused() -> None:
    with pytest.raises(BadInput, match="“b” has 3 different texts"):
        official_split(["a"] * 9 + ["b"] * 3 + ["b"] * 9, 9, 0)
