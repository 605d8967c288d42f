"""Threshold, calibration and cost pictures: what is drawn is what was counted."""

import numpy as np
import pytest

from rnnviz.charts.calibration import Calibrated, reliability_diagram
from rnnviz.charts.costs import Bought, Learnt, Level, accuracy_against_price, learning_curves
from rnnviz.charts.numbers import table
from rnnviz.charts.thresholds import Judged, precision_recall_curves, roc_curves
from rnnviz.evaluation.calibration import Stated, reliability
from rnnviz.evaluation.curves import threshold_curve

TARGETS, SCORES = np.array([False, True, False, True]), np.array([0.1, 0.4, 0.6, 0.9])
HISTORY = [
    {"epoch": epoch, "seconds": 2.0 * epoch, "tokens": 100 * epoch, "validation_accuracy": 0.5 + epoch / 10}
    for epoch in range(4)
]


def judged(threshold=0.5, targets=TARGETS):
    return Judged("LSTM", "#123456", "dash", threshold_curve(targets, SCORES), threshold)


def listed(value):
    return list(value) if isinstance(value, (tuple, np.ndarray)) else value


def traces(figure):
    return [{name: listed(each[name]) for name in each} for each in figure.data]


def test_the_roc_curve_begins_at_nothing_and_ends_at_everything():
    chance, line, mark = traces(roc_curves([judged()]))

    assert (chance["x"], chance["y"]) == ([0, 1], [0, 1])
    assert line["x"] == [0, 0, 0.5, 0.5, 1]
    assert line["y"] == [0, 0.5, 0.5, 1, 1]
    assert line["name"] == "LSTM · 0.750"
    assert (mark["x"], mark["y"]) == ([0.5], [0.5])


def test_the_precision_recall_curve_has_steps_whose_area_is_the_average_precision():
    level, line, mark = traces(precision_recall_curves([judged()]))

    assert level["y"] == [0.5, 0.5]
    assert line["line"]["shape"] == "vh"
    assert line["x"] == [0, 0.5, 0.5, 1, 1]
    assert line["y"] == pytest.approx([1, 1, 0.5, 2 / 3, 0.5])
    assert line["name"] == "LSTM · 0.833"
    assert (mark["x"], mark["y"]) == ([0.5], [0.5])


def test_what_is_not_defined_is_not_drawn():
    nothing, everything = judged(targets=np.zeros(4, dtype=bool)), judged(targets=np.ones(4, dtype=bool))

    assert len(traces(roc_curves([nothing, everything]))) == 1
    assert len(traces(precision_recall_curves([nothing]))) == 0
    assert len(traces(precision_recall_curves([judged(threshold=0.95)]))) == 2


def test_a_long_curve_is_sent_thin():
    random = np.random.default_rng(0)
    long = threshold_curve(random.random(25_000) < 0.5, random.random(25_000))

    _chance, line, _mark = traces(roc_curves([Judged("GRU", "#123456", "solid", long, 0.5)]))

    assert len(line["x"]) < 1100


def test_the_reliability_diagram_has_a_point_a_bin_and_their_texts_below():
    stated = Stated(np.array([0.05, 0.15, 0.15, 0.95]), np.array([False, True, False, True]))

    figure = reliability_diagram([Calibrated("GRU", "#123456", "solid", reliability(stated))], "said", "so")

    _diagonal, curve, counts = traces(figure)
    assert curve["x"] == pytest.approx([0.05, 0.15, 0.95])
    assert curve["y"] == [0, 0.5, 1]
    assert counts["y"][1:-1:2] == [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]
    assert figure.layout.xaxis.range[0] < 0


def test_where_nothing_is_said_below_one_half_the_axis_begins_there():
    stated = Stated(np.array([0.55, 0.95]), np.array([False, True]))

    figure = reliability_diagram([Calibrated("GRU", "#123456", "solid", reliability(stated))], "said", "so")

    assert 0.4 < figure.layout.xaxis.range[0] < 0.5


def test_learning_curves_stand_over_what_was_spent_and_mark_the_kept_epoch():
    run = Learnt("GRU", "#123456", "solid", HISTORY, 2)

    figure = learning_curves([run], "tokens", "validation_accuracy", [Level("Majority", "#888888", 0.55)])

    curve, kept = traces(figure)
    assert curve["x"] == [0, 100, 200, 300]
    assert (kept["x"], kept["y"]) == ([200], [0.7])
    assert figure.layout.shapes[0].y0 == 0.55
    assert figure.layout.annotations[0].text == "Majority 55.0%"
    assert "300" in table(figure).to_csv()


def test_prices_are_logarithmic_and_named():
    bought = [Bought("LSTM", "#123456", 40.0, 0.7), Bought("RNN", "#654321", 10.0, 0.6)]

    figure = accuracy_against_price(bought, "Parameters", [])

    assert figure.layout.xaxis.type == "log"
    assert [(each["text"], each["x"], each["y"]) for each in traces(figure)] == [
        (["RNN"], [10.0], [0.6]),
        (["LSTM"], [40.0], [0.7]),
    ]
