"""Classification reports from confusion matrices, equal to scikit-learn's to the last digit.

Written out in NumPy because scikit-learn would cost every worker 150 MB of memory and a
second of start-up; the tests hold it against `sklearn.metrics.classification_report`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]


def confusion_matrix(targets: Counts, predicted: Counts, classes: int) -> Counts:
    """How often each true class (row) was given each predicted class (column)."""
    pairs = np.bincount(targets * classes + predicted, minlength=classes * classes)
    return pairs.reshape(classes, classes).astype(np.int64)


def classification_report(confusion: Counts, classes: Sequence[str]) -> dict[str, Any]:
    """Precision, recall, F1 and support of each class, accuracy, macro and weighted averages.

    In the shape of scikit-learn's `classification_report(output_dict=True, zero_division=0)`:
    a figure whose denominator is 0 (a class never predicted, or without texts) is 0.
    """
    hits = np.diag(confusion)
    support, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    columns = {
        "precision": _share(hits, predicted),
        "recall": _share(hits, support),
        "f1-score": _share(2 * hits, support + predicted),
    }
    report: dict[str, Any] = {
        name: {**{column: float(values[i]) for column, values in columns.items()}, "support": float(support[i])}
        for i, name in enumerate(classes)
    }
    report["accuracy"] = float(hits.sum() / confusion.sum())
    for name, weights in (("macro avg", None), ("weighted avg", support)):
        averages = {column: float(np.average(values, weights=weights)) for column, values in columns.items()}
        report[name] = {**averages, "support": float(support.sum())}
    return report


def _share(part: Counts, whole: Counts) -> npt.NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
