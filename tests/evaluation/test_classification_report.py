"""Reports and confusion matrices equal those of scikit-learn, to the last digit."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from rnnviz.evaluation.report import classification_report, confusion_matrix

Case = tuple[int, np.ndarray, np.ndarray]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """2 to 20 classes, true and predicted class numbers; any class may be absent from either."""
    classes = draw(st.integers(2, 20))
    pairs = draw(
        st.lists(st.tuples(st.integers(0, classes - 1), st.integers(0, classes - 1)), min_size=1, max_size=120)
    )
    targets, predicted = np.array(pairs, dtype=np.int64).T
    return classes, targets, predicted


def of_sklearn(classes: int, names: list[str], targets: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    return metrics.classification_report(
        targets, predicted, labels=range(classes), target_names=names, output_dict=True, zero_division=0
    )


@settings(deadline=None, max_examples=150)
@given(cases())
def test_a_confusion_matrix_equals_that_of_scikit_learn(case: Case) -> None:
    classes, targets, predicted = case
    ours = confusion_matrix(targets, predicted, classes)
    assert ours.dtype == np.int64
    assert ours.tolist() == metrics.confusion_matrix(targets, predicted, labels=range(classes)).tolist()


@settings(deadline=None, max_examples=150)
@given(cases())
def test_a_report_equals_that_of_scikit_learn(case: Case) -> None:
    classes, targets, predicted = case
    names = [f"класс {i}" for i in range(classes)]
    ours = classification_report(confusion_matrix(targets, predicted, classes), names)
    theirs = of_sklearn(classes, names, targets, predicted)
    assert ours == theirs
    assert list(ours) == list(theirs)


@pytest.mark.filterwarnings("error")
def test_a_class_that_is_never_predicted_and_one_without_texts_score_0_and_warn_nobody() -> None:
    report = classification_report(np.array([[2, 1, 0], [0, 0, 0], [1, 0, 0]]), ["а", "б", "в"])
    assert report["а"] == {"precision": 2 / 3, "recall": 2 / 3, "f1-score": 2 / 3, "support": 3.0}
    assert report["б"] == {"precision": 0.0, "recall": 0.0, "f1-score": 0.0, "support": 0.0}
    assert report["в"] == {"precision": 0.0, "recall": 0.0, "f1-score": 0.0, "support": 1.0}
    assert report["accuracy"] == 0.5
    assert report["macro avg"]["recall"] == pytest.approx(2 / 9)
    assert report["weighted avg"]["recall"] == pytest.approx(0.5)


def test_rows_are_true_classes_and_columns_predicted_ones() -> None:
    assert confusion_matrix(np.array([0, 0, 1]), np.array([1, 1, 1]), 3).tolist() == [[0, 2, 0], [0, 1, 0], [0, 0, 0]]


def test_every_figure_is_a_plain_number_that_json_can_hold() -> None:
    report = classification_report(np.array([[3, 1], [0, 2]]), ["а", "б"])
    figures = [report["accuracy"], *(x for name in report if name != "accuracy" for x in report[name].values())]
    assert {type(figure) for figure in figures} == {float}
    assert all(map(math.isfinite, figures))
