"""The texts behind a figure, held against a loop over all of them."""

import numpy as np
import pytest

from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.disagreement import OUTCOMES, chosen, outcome_rows, rows_of_cell, shared_rows

CLASSES = ("a", "b", "c")


def some_answers(seed, texts=200, classes=CLASSES):
    """Probabilities on a coarse grid, so that many confidences are equal."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 5, (texts, len(classes))).astype(np.float32)
    targets = np.random.default_rng(7).integers(0, len(classes), texts)
    return Answers(classes, targets, weights / weights.sum(axis=1, keepdims=True))


@pytest.fixture
def both():
    return some_answers(1), some_answers(2)


def test_a_cell_holds_its_texts_surest_first(both):
    answers, _ = both
    for true in range(3):
        for predicted in range(3):
            by_hand = [
                (-max(given), row)
                for row, given in enumerate(answers.probabilities.tolist())
                if answers.targets[row] == true and given.index(max(given)) == predicted
            ]
            assert rows_of_cell(answers, true, predicted).tolist() == [row for _confidence, row in sorted(by_hand)]


def test_the_cells_are_as_large_as_the_confusion_matrix_says(both):
    for answers in both:
        sizes = [[len(rows_of_cell(answers, true, predicted)) for predicted in range(3)] for true in range(3)]
        assert sizes == answers.confusion.tolist()


def test_every_text_has_one_outcome_and_those_where_both_are_sure_come_first(both):
    first, second = both
    found = outcome_rows(first, second)

    assert sorted(np.concatenate(list(found.values()))) == list(range(len(first)))
    right = {(True, False): "first", (False, True): "second", (False, False): "neither", (True, True): "both"}
    for outcome in OUTCOMES:
        by_hand = []
        for row in range(len(first)):
            fared = tuple(each.probabilities[row].argmax() == each.targets[row] for each in both)
            if right[fared] == outcome:
                by_hand.append((-min(each.probabilities[row].max() for each in both), row))
        assert found[outcome].tolist() == [row for _confidence, row in sorted(by_hand)]


def test_nothing_stands_in_the_cells_of_a_class_that_is_never_predicted():
    answers = Answers(("a", "b"), np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2]], np.float32))

    assert rows_of_cell(answers, 1, 1).tolist() == []
    assert rows_of_cell(answers, 1, 0).tolist() == [2, 1]


def test_one_text_is_enough():
    answers = Answers(("a", "b"), np.array([0]), np.array([[0.2, 0.8]], np.float32))

    assert {name: rows.tolist() for name, rows in outcome_rows(answers, answers).items()} == {
        "first": [],
        "second": [],
        "neither": [0],
        "both": [],
    }


def test_texts_of_two_parts_are_matched_by_their_words():
    here, there = shared_rows(["one", "two", "three", "one"], ["three", "zero", "one", "one"])

    assert here.tolist() == [0, 2, 3]
    assert there.tolist() == [2, 0, 2]
    assert [rows.tolist() for rows in shared_rows(["one"], ["two"])] == [[], []]


def test_chosen_answers_stand_in_the_order_that_was_asked_for(both):
    few = chosen(both[0], np.array([5, 0]))

    assert few.targets.tolist() == [both[0].targets[5], both[0].targets[0]]
    np.testing.assert_array_equal(few.probabilities, both[0].probabilities[[5, 0]])
