"""Curves over epochs, held against the histories they were made from."""

import pytest

from rnnviz.charts.curves import Curve, pinned_curves, training_curves
from rnnviz.charts.style import CELL_COLOURS


def epoch(number, loss, best=False, **more):
    return {
        "epoch": number,
        "train_loss": loss + 0.01,
        "train_accuracy": 1 - loss,
        "validation_loss": loss,
        "validation_accuracy": 0.9 - loss,
        "best": best,
        **more,
    }


HISTORY = [epoch(0, 0.7, best=True), epoch(1, 0.5, best=True), epoch(2, 0.4, best=True), epoch(3, 0.45)]


@pytest.fixture
def curves():
    return [Curve(cell.upper(), cell, HISTORY[: 4 - place]) for place, cell in enumerate(CELL_COLOURS)]


MEASURES = pytest.mark.parametrize("measure", ["loss", "accuracy"])


@MEASURES
@pytest.mark.parametrize(("dash", "part"), [("dot", "train"), ("solid", "validation")])
def test_training_is_dotted_and_validation_solid(curves, measure, dash, part):
    found = [line for line in training_curves(curves, measure, 5).data if line.line.dash == dash]

    assert [list(line.x) for line in found] == [[row["epoch"] for row in curve.history] for curve in curves]
    assert [list(line.y) for line in found] == [[row[f"{part}_{measure}"] for row in curve.history] for curve in curves]
    assert [line.line.color for line in found] == list(CELL_COLOURS.values())


@MEASURES
def test_the_legend_names_each_cell_and_part_once(curves, measure):
    named = [line.name for line in training_curves(curves, measure, 5).data if line.showlegend is not False]

    assert len(named) == len(set(named)) == 6
    assert {name.partition(" · ")[0] for name in named} == {"RNN", "LSTM", "GRU"}
    assert {name.partition(" · ")[2] for name in named} == {"training", "validation"}


@MEASURES
def test_a_diamond_marks_the_best_epoch_of_each_curve(curves, measure):
    diamonds = [d for d in training_curves(curves, measure, 5).data if d.marker.symbol == "diamond"]

    assert [(list(d.x), list(d.y)) for d in diamonds] == [
        ([2], [HISTORY[2][f"validation_{measure}"]]),
        ([2], [HISTORY[2][f"validation_{measure}"]]),
        ([1], [HISTORY[1][f"validation_{measure}"]]),
    ]
    assert [d.marker.color for d in diamonds] == list(CELL_COLOURS.values())


@MEASURES
def test_the_axis_reaches_to_the_planned_epochs_from_the_start(measure):
    for history in (HISTORY[:1], HISTORY):
        figure = training_curves([Curve("RNN", "rnn", history)], measure, 30)

        assert figure.layout.xaxis.range == (-0.5, 30.5)


def test_a_single_epoch_is_a_point_that_can_be_seen():
    (line, *_rest) = training_curves([Curve("RNN", "rnn", HISTORY[:1])], "loss", 30).data

    assert line.mode == "lines+markers"


def test_both_pictures_have_titles_on_their_axes(curves):
    loss, accuracy = (training_curves(curves, measure, 5).layout for measure in ("loss", "accuracy"))

    assert loss.xaxis.title.text == accuracy.xaxis.title.text == "Epoch"
    assert "nats" in loss.yaxis.title.text
    assert accuracy.yaxis.title.text == "Accuracy"
    assert accuracy.yaxis.tickformat == ".0%"


def pinned_history(*texts):
    shares = [0.5, 0.6, 0.9]
    return [
        epoch(number, 0.5, pinned={text: [1 - share, share] for text in texts}) for number, share in enumerate(shares)
    ]


def test_pinned_texts_have_a_panel_each_and_a_line_for_each_cell():
    curves = [Curve(cell.upper(), cell, pinned_history("рекс", "мурка")) for cell in ("rnn", "gru")]

    figure = pinned_curves(curves, ["рекс", "мурка"], "собака", 1)

    assert [note.text for note in figure.layout.annotations][:2] == ["рекс", "мурка"]
    assert [(line.xaxis, line.line.color) for line in figure.data] == [
        ("x", CELL_COLOURS["rnn"]),
        ("x", CELL_COLOURS["gru"]),
        ("x2", CELL_COLOURS["rnn"]),
        ("x2", CELL_COLOURS["gru"]),
    ]
    assert all(list(line.y) == [0.5, 0.6, 0.9] and list(line.x) == [0, 1, 2] for line in figure.data)
    assert figure.layout.yaxis.title.text == "P(собака)"
    assert figure.layout.yaxis.range == (-0.02, 1.02)


def test_a_pinned_text_with_a_tag_does_nothing():
    figure = pinned_curves([Curve("RNN", "rnn", pinned_history("<b>x"))], ["<b>x"], "<i>dog", 1)

    assert figure.layout.annotations[0].text == "&lt;b&gt;x"
    assert figure.layout.yaxis.title.text == "P(&lt;i&gt;dog)"
    assert list(figure.data[0].y) == [0.5, 0.6, 0.9]


def test_the_number_of_the_class_decides_which_probability_is_drawn():
    (line,) = pinned_curves([Curve("RNN", "rnn", pinned_history("рекс"))], ["рекс"], "кошка", 0).data

    assert list(line.y) == [0.5, 0.4, pytest.approx(0.1)]


def test_a_text_that_a_run_did_not_follow_leaves_its_line_empty():
    curves = [Curve("RNN", "rnn", pinned_history("рекс")), Curve("GRU", "gru", HISTORY)]

    figure = pinned_curves(curves, ["рекс"], "собака", 1)

    assert [len(line.x) for line in figure.data] == [3, 0]


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (5, 2, 3), (8, 2, 4)])
def test_at_most_two_panels_stand_beside_one_another(count, columns, rows):
    texts = [f"name {number}" for number in range(count)]

    figure = pinned_curves([Curve("RNN", "rnn", pinned_history(*texts))], texts, "dog", 1)

    assert len(figure.data) == count
    lefts = {figure.layout[line.xaxis.replace("x", "xaxis")].domain[0] for line in figure.data}
    bottoms = {figure.layout[line.yaxis.replace("y", "yaxis")].domain[0] for line in figure.data}
    assert (len(lefts), len(bottoms)) == (columns, rows)


def test_even_odds_are_marked_in_every_panel():
    figure = pinned_curves([Curve("RNN", "rnn", pinned_history("a", "b"))], ["a", "b"], "dog", 1)

    assert [(shape.y0, shape.y1) for shape in figure.layout.shapes] == [(0.5, 0.5)] * 2


def test_the_loss_inside_the_epochs_is_drawn_faint_at_its_places() -> None:
    curve = Curve("GRU", "gru", (), ((0.25, 0.7), (0.5, 0.6)))
    figure = training_curves([curve], "loss", 2)
    (inside,) = [trace for trace in figure.data if trace.opacity == 0.4]
    assert (list(inside.x), list(inside.y)) == ([0.25, 0.5], [0.7, 0.6])
    assert not any(trace.opacity == 0.4 for trace in training_curves([curve], "accuracy", 2).data)
