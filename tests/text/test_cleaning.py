"""Cleaning: what each step does, what it reports, and what holds afterwards whatever came in."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.text.cleaning import (
    EXAMPLES,
    POLICIES,
    POLICY_TITLES,
    STEP_TITLES,
    TEXT_STEPS,
    Row,
    apply_text_step,
    clean,
    clean_label,
    clean_text,
    drop_duplicates,
    drop_empty,
    resolve_contradictions,
)

TEXTS = st.one_of(
    st.text(max_size=6),
    st.text("Рекс rexKОoё\u0308й\u0306 \t\u00a0-Y\u030c", max_size=6),
    st.sampled_from(["Рекс", "рекс ", "РЕКС", "Peкс", "Мурка", " Мурка", "Ё\u0308ж", "J\u030c", "дY\u0306"]),
)
ROWS = st.lists(st.tuples(TEXTS, st.sampled_from(["кошка", "собака", "рыба", " кошка", "", " "])), max_size=30)


def counts(rows: list[Row], policy: str = "drop") -> dict[str, int]:
    return {step.step: step.touched for step in clean(rows, policy).steps}


def kept(rows: list[Row], policy: str = "drop") -> list[Row]:
    return list(clean(rows, policy).rows)


def test_rows_without_text_or_class_are_dropped_and_counted() -> None:
    rows = [("Рекс", "собака"), ("", "собака"), (" \t", "кошка"), ("Мурка", ""), ("Тим", "  ")]
    left, report = drop_empty(rows)
    assert left == [("Рекс", "собака")]
    assert (report.step, report.touched) == ("empty", 4)
    assert report.examples[2] == ("Мурка · ", "")


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("trim", "\t  Рекс \u00a0 младший\n", "Рекс младший"),
        ("nfc", "Е\u0308жик Чарли\u0306", "Ёжик Чарлй"),
        ("lower", "РЕКС Rex ЁЖ", "рекс rex ёж"),
        ("lookalikes", "бapсик", "барсик"),
    ],
)
def test_a_step_on_texts_changes_what_it_is_for_and_counts_only_those_rows(step: str, before: str, after: str) -> None:
    rows = [(before, "кошка"), (after, "кошка"), (before, "собака"), ("тим", "собака")]
    changed, report = apply_text_step(step, rows)
    assert changed == [(after, "кошка"), (after, "кошка"), (after, "собака"), ("тим", "собака")]
    assert (report.step, report.touched) == (step, 2)
    assert report.examples == ((before, after), (before, after))


def test_a_report_shows_only_a_few_examples_of_what_it_counts() -> None:
    names = ["АННА", "БЭЛЛА", "ВЕГА", "ГЕРДА", "ДАНА", "ЕВА", "ЖУЧКА"]
    _, report = apply_text_step("lower", [(name, "кошка") for name in names])
    assert report.touched == 7
    assert report.examples == tuple((name, name.lower()) for name in names[:EXAMPLES])


def test_duplicates_leave_one_row_each_and_every_further_one_is_counted() -> None:
    rows = [("рекс", "собака"), ("тим", "собака"), ("рекс", "собака"), ("рекс", "собака"), ("тим", "собака")]
    left, report = drop_duplicates(rows)
    assert left == [("рекс", "собака"), ("тим", "собака")]
    assert (report.step, report.touched) == ("duplicates", 3)
    assert report.examples == (("рекс", ""), ("тим", ""))


CONTRADICTION = [("тим", "кошка"), ("тим", "собака"), ("ася", "кошка"), ("тим", "собака")]
TIE = [("тим", "собака"), ("тим", "кошка"), ("ася", "кошка")]


@pytest.mark.parametrize(
    ("policy", "rows", "left", "touched"),
    [
        ("drop", CONTRADICTION, [("ася", "кошка")], 3),
        ("drop", TIE, [("ася", "кошка")], 2),
        ("majority", CONTRADICTION, [("тим", "собака"), ("ася", "кошка"), ("тим", "собака")], 1),
        ("majority", TIE, [("ася", "кошка")], 2),
        ("first", CONTRADICTION, [("тим", "кошка"), ("ася", "кошка")], 2),
        ("first", TIE, [("тим", "собака"), ("ася", "кошка")], 1),
    ],
)
def test_a_policy_decides_which_class_a_contradicting_text_keeps(
    policy: str, rows: list[Row], left: list[Row], touched: int
) -> None:
    resolved, report = resolve_contradictions(rows, policy)
    assert resolved == left
    assert (report.step, report.touched) == ("contradictions", touched)


def test_a_majority_must_have_more_rows_than_every_other_class() -> None:
    rows = [("тим", "кошка"), ("тим", "рыба"), ("тим", "рыба"), ("тим", "собака"), ("тим", "собака")]
    assert resolve_contradictions(rows, "majority")[0] == []
    assert resolve_contradictions([*rows, ("тим", "рыба")], "majority")[0] == [("тим", "рыба")] * 3


def test_the_same_class_twice_is_no_contradiction() -> None:
    rows = [("тим", "кошка"), ("тим", "кошка")]
    for policy in POLICIES:
        assert resolve_contradictions(rows, policy)[0] == rows


def test_duplicates_vote_before_they_are_removed() -> None:
    rows = [("Тим", "кошка"), ("ТИМ", "собака"), (" тим", "собака")]
    assert kept(rows, "majority") == [("тим", "собака")]


def test_every_step_is_reported_in_order_with_its_number_of_rows() -> None:
    rows = [
        ("Рекс", "собака"),
        (" РЕКС", "собака"),
        ("Мypка", "кошка"),
        ("ёж", "кошка"),
        ("е\u0308ж", "собака"),
        ("", "кошка"),
        ("вася", "кошка"),
    ]
    assert counts(rows) == {
        "empty": 1,
        "trim": 1,
        "nfc": 1,
        "lower": 3,
        "lookalikes": 1,
        "contradictions": 2,
        "duplicates": 1,
    }
    assert list(counts(rows)) == ["empty", *TEXT_STEPS, "contradictions", "duplicates"]
    assert kept(rows) == [("рекс", "собака"), ("мурка", "кошка"), ("вася", "кошка")]


def test_stray_blanks_and_decomposed_letters_make_no_second_class_but_case_does() -> None:
    rows = [("а", "той  терьер"), ("б", " тои\u0306 терьер "), ("в", "Той терьер")]
    assert [label for _, label in kept(rows)] == ["той терьер", "той терьер", "Той терьер"]


def test_cleaning_keeps_the_order_of_the_file() -> None:
    names = ["яша", "ася", "мурка", "боня", "вася"]
    assert kept([(name, "кошка") for name in names]) == [(name, "кошка") for name in names]


def test_every_step_and_policy_has_a_title() -> None:
    assert [step.step for step in clean([]).steps] == [
        step for step in STEP_TITLES if step not in ("leaks", "stop_words")
    ]
    assert POLICY_TITLES.keys() == POLICIES.keys()


@pytest.mark.parametrize(
    "text",
    ["J\u030c", "дJ\u030ca", "H\u0331", "дY\u0306ab", "dо\u0301g", "İ", "ΟΔΟΣ", "\u2126", "\u212a", "ﬁ", "ǅ", "ẞ"],
)
def test_letters_that_compose_only_when_small_or_repaired_are_clean_after_one_pass(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_cleaning_a_text_is_idempotent(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once


@settings(deadline=None, max_examples=100)
@given(TEXTS)
def test_a_cleaned_text_is_trimmed_composed_and_small(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned == " ".join(cleaned.split())
    assert unicodedata.is_normalized("NFC", cleaned)
    assert unicodedata.normalize("NFC", cleaned.lower()) == cleaned


@pytest.mark.parametrize("policy", POLICIES)
def test_cleaning_a_table_is_idempotent(policy: str) -> None:
    @settings(deadline=None, max_examples=80)
    @given(ROWS)
    def holds(rows: list[Row]) -> None:
        once = clean(rows, policy)
        again = clean(once.rows, policy)
        assert again.rows == once.rows
        assert {step.touched for step in again.steps} == {0}

    holds()


@pytest.mark.parametrize("policy", POLICIES)
def test_every_text_is_left_once_and_in_one_class_that_it_had(policy: str) -> None:
    @settings(deadline=None, max_examples=80)
    @given(ROWS)
    def holds(rows: list[Row]) -> None:
        left = kept(rows, policy)
        assert len({text for text, _ in left}) == len(left)
        assert all(text and label for text, label in left)
        assert set(left) <= {(clean_text(text), clean_label(label)) for text, label in rows}

    holds()


@settings(deadline=None, max_examples=100)
@given(ROWS)
def test_each_policy_keeps_exactly_the_texts_it_promises(rows: list[Row]) -> None:
    votes: dict[str, list[str]] = {}
    for text, label in rows:
        if text.strip() and label.strip():
            votes.setdefault(clean_text(text), []).append(clean_label(label))
    ranked = {text: Counter(labels).most_common() for text, labels in votes.items()}
    unanimous = {text: labels[0] for text, labels in votes.items() if len(set(labels)) == 1}
    majority = {
        text: ranking[0][0] for text, ranking in ranked.items() if len(ranking) == 1 or ranking[0][1] > ranking[1][1]
    }
    assert dict(kept(rows, "drop")) == unanimous
    assert dict(kept(rows, "majority")) == majority
    assert dict(kept(rows, "first")) == {text: labels[0] for text, labels in votes.items()}


@settings(deadline=None, max_examples=150)
@given(ROWS, st.sampled_from(sorted(POLICIES)))
def test_the_rows_that_steps_removed_are_the_rows_that_are_missing(rows: list[Row], policy: str) -> None:
    cleaned = clean(rows, policy)
    removed = {step.step: step.touched for step in cleaned.steps}
    assert len(rows) - len(cleaned.rows) == removed["empty"] + removed["contradictions"] + removed["duplicates"]
