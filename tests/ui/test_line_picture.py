"""What a picture of lines is told: all that the chart says, to the digit, and nothing that it could not draw."""

import json
import math
import re

import numpy as np
import pytest

from rnnviz.charts.curves import Curve, pinned_spec, training_spec
from rnnviz.charts.gradients import NormCurve, norm_spec
from rnnviz.charts.style import CELL_COLOURS
from rnnviz.language import use_language
from rnnviz.ui.line_picture import CALL, CSS, HTML, MARK, SCRIPT
from rnnviz.ui.line_picture.labels import hover_of, numbers, parts_of
from rnnviz.ui.line_picture.plan import plan_of

HISTORY = [
    {
        "epoch": number,
        "train_loss": 0.8 / (number + 1),
        "train_accuracy": 1 - 0.4 / (number + 1),
        "validation_loss": 0.7123456789 / (number + 1),
        "validation_accuracy": 1 - 0.5 / (number + 1),
        "best": number == 2,
        "pinned": {"rex": [0.25, 0.75], "<b>мурка": [0.5, 0.5]},
    }
    for number in range(4)
]
CURVES = [Curve(cell.upper(), cell, HISTORY, ((0.5, 0.7),), ((1.5, "rate"),)) for cell in CELL_COLOURS]
NORMS = np.array([0.0, 1e-5, 0.1, 1.0], dtype=np.float32)


def told(spec):
    """The plan as it travels: plain JSON, without a number that JSON does not have."""
    return json.loads(json.dumps(plan_of(spec, "title"), allow_nan=False))


def by_name(plan):
    return {line["name"]: line for line in plan["lines"] if line["name"]}


@pytest.mark.parametrize("measure", ["loss", "accuracy"])
def test_each_curve_is_told_point_by_point(measure):
    lines = by_name(told(training_spec(CURVES, measure, 20)))

    for cell, colour in CELL_COLOURS.items():
        for part, title, dash in (("train", "training", [3, 3]), ("validation", "validation", [])):
            line = lines[f"{cell.upper()} · {title}"]
            assert line["x"] == [0, 1, 2, 3]
            assert line["y"] == pytest.approx([epoch[f"{part}_{measure}"] for epoch in HISTORY], rel=1e-6)
            assert (line["colour"], line["dash"], line["mark"]) == (colour, dash, None)
            assert line["hover"] == [["y", ".3f"]]


def test_what_belongs_to_a_curve_is_hidden_with_it():
    plan = told(training_spec(CURVES[:1], "loss", 20))

    groups = [(line["group"], line["entry"], line["hover"] is None) for line in plan["lines"]]
    assert groups == [
        ("RNN train", False, True),
        ("RNN train", True, False),
        ("RNN validation", True, False),
        ("RNN validation", False, True),
        ("RNN · by hand", True, False),
    ]


def test_marks_are_told_as_the_chart_says_them():
    plan = told(training_spec(CURVES[:1], "loss", 20))

    diamond, upright = (line for line in plan["lines"] if line["mark"])
    assert (diamond["mark"]["kind"], diamond["x"]) == ("diamond", [2])
    assert (upright["mark"]["kind"], upright["text"], upright["hover"]) == ("upright", ["rate"], [["text", ""]])
    faint = plan["lines"][0]
    assert (faint["opacity"], faint["width"], faint["x"]) == (0.4, 1, [0.5])


def test_axes_say_range_title_and_kind():
    loss, accuracy = (told(training_spec(CURVES, measure, 20))["axes"] for measure in ("loss", "accuracy"))

    assert loss["x"]["range"] == [-0.5, 20.5]
    assert loss["y"]["title"] == [["Loss (cross-entropy, nats)", ""]]
    assert (loss["y"]["share"], accuracy["y"]["share"]) == (False, True)
    assert loss["y"]["range"] is None, "as far as the values reach"
    assert told(training_spec([], "loss", 20))["axes"]["y"]["range"] == [0, 1]


def test_each_pinned_text_has_a_panel_with_its_words_to_the_letter():
    plan = told(pinned_spec(CURVES[:2], ["rex", "<b>мурка"], "<i>dog", 1))

    assert plan["panels"] == [["x", "y"], ["x2", "y2"]]
    assert [note["words"] for note in plan["notes"]] == [[["rex", ""]], [["<b>мурка", ""]]]
    assert plan["axes"]["y"]["title"] == [["P(<i>dog)", ""]]
    assert (plan["axes"]["y"]["labels"], plan["axes"]["y2"]["labels"]) == (True, False)
    assert [(line["panel"], line["entry"]) for line in plan["lines"]] == [(0, True), (0, True), (1, False), (1, False)]
    assert [(level["panel"], level["y"], level["shares"]) for level in plan["levels"]] == [
        (0, [0.5, 0.5], [True, False]),
        (1, [0.5, 0.5], [True, False]),
    ]


def test_norms_stand_on_a_logarithmic_axis_and_a_zero_is_a_gap():
    plan = told(norm_spec([NormCurve("GRU", "gru", NORMS, 1.5)], list("a<c "), "‖∂L/∂h<sub>t</sub>‖₂", reference=1.0))

    (line,) = plan["lines"]
    assert line["y"] == [None, pytest.approx(1e-5), pytest.approx(0.1), 1.0]
    assert line["customdata"] == ["a", "<", "c", "␣"]
    assert line["hover"] == [["“"], ["customdata", ""], ["”: "], ["y", ".3g"]]
    axis = plan["axes"]["y"]
    assert (axis["log"], axis["step"]) == (True, 1.0)
    assert axis["title"] == [["‖∂L/∂h", ""], ["t", "low"], ["‖₂", ""]]
    assert plan["axes"]["x"]["ticks"] == [[0, "a"], [1, "<"], [2, "c"], [3, "␣"]]
    upright, level = plan["levels"]
    assert (upright["x"], upright["shares"]) == ([1.5, 1.5], [False, True])
    assert (level["y"], level["shares"]) == ([1.0, 1.0], [True, False])


def test_of_a_long_text_every_word_is_told_and_few_are_ticks():
    words = [f"word{number}" for number in range(400)]

    plan = told(norm_spec([NormCurve("GRU", "gru", np.ones(400, dtype=np.float32))], words, "norm"))

    assert plan["lines"][0]["customdata"] == words
    assert len(plan["axes"]["x"]["ticks"]) == 20
    assert (plan["zooms"], plan["axes"]["x"]["upright"]) == (True, True)


@pytest.mark.parametrize(("language", "decimal", "percent"), [("en", ".", "%"), ("ru", ",", "\u00a0%")])
def test_numbers_are_written_in_the_language_of_the_page(language, decimal, percent):
    use_language(language)

    assert told(training_spec(CURVES, "accuracy", 3))["words"] == {"decimal": decimal, "percent": percent}


def test_a_number_keeps_the_digits_that_can_be_seen():
    assert numbers([0.123456789, 3, None, math.nan, math.inf, -1.5e-12]) == [0.1234568, 3, None, None, None, -1.5e-12]
    assert numbers(np.array([0.1, np.nan], dtype=np.float32)) == [0.1, None]


LINE = {"type": "scatter", "x": [0], "y": [1], "name": "a", "mode": "lines", "hovertemplate": "%{y:.2f}"}
LEVEL = {"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": 0, "y1": 0, "yref": "y", "line": {"color": "red"}}


@pytest.mark.parametrize(
    ("trace", "layout", "message"),
    [
        ({"type": "bar"}, {}, "trace 0.type 'bar'"),
        ({"fill": "toself"}, {}, "fill of trace 0"),
        ({"mode": None}, {}, "trace 0.mode None"),
        ({"mode": "lines+text"}, {}, "mode 'lines+text'"),
        ({"line": {"shape": "hv"}}, {}, "shape of trace 0.line"),
        ({"line": {"dash": "5px"}}, {}, "dash '5px'"),
        ({"marker": {"symbol": "star"}}, {}, "symbol 'star'"),
        ({"hovertemplate": "%{z:.2f}"}, {}, "%{z:.2f}"),
        ({"hovertemplate": "%{y:.2e}"}, {}, "%{y:.2e}"),
        ({"hovertemplate": "%{y:.2f}<extra></extra>"}, {}, "<extra>"),
        ({"hovertemplate": "%{customdata[0]}"}, {}, "the hover"),
        ({"name": "<b>a</b>"}, {}, "the tag <b>"),
        ({"xaxis": "x3"}, {}, "no panel"),
        ({}, {"barmode": "group"}, "barmode of layout"),
        ({}, {"hovermode": "closest"}, "hovermode 'closest'"),
        ({}, {"dragmode": "pan"}, "dragmode 'pan'"),
        ({}, {"yaxis": {"type": "date"}}, "yaxis.type 'date'"),
        ({}, {"yaxis": {"dtick": 0.5}}, "yaxis.dtick 0.5"),
        ({}, {"yaxis": {"tickformat": ".3s"}}, "tickformat '.3s'"),
        ({}, {"xaxis": {"tickangle": 45}}, "tickangle 45"),
        ({}, {"xaxis": {"matches": "x2"}}, "matches of xaxis"),
        ({}, {"annotations": [{"text": "here", "showarrow": True, "x": 0, "y": 0}]}, "annotation"),
        ({}, {"shapes": [{**LEVEL, "type": "rect"}]}, "shape.type 'rect'"),
        ({}, {"shapes": [{**LEVEL, "xref": "paper"}]}, "no panel"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_not_left_out(trace, layout, message):
    plain = training_spec([], "loss", 3)
    spec = {"data": [{**LINE, **trace}], "layout": {**plain["layout"], **layout}}

    with pytest.raises(ValueError, match=re.escape(message)):
        plan_of(spec, "title")


def test_a_line_that_says_nothing_has_to_say_so():
    spec = training_spec([], "loss", 3)
    silent = {name: value for name, value in LINE.items() if name != "hovertemplate"}

    with pytest.raises(ValueError, match="does not say what its hover says"):
        plan_of({**spec, "data": [silent]}, "title")
    assert plan_of({**spec, "data": [{**silent, "hoverinfo": "skip"}]}, "title")["lines"][0]["hover"] is None


def test_labels_keep_their_levels_and_escaped_signs():
    assert parts_of("10<sup>-3</sup> &lt;b&gt; &amp;") == [["10", ""], ["-3", "high"], [" <b> &", ""]]
    assert hover_of("“%{text}” %{x}") == [["“"], ["text", ""], ["” "], ["x", ""]]
    for wrong in ("a<br>b", "a</sub>", "<sub><sub>a"):
        with pytest.raises(ValueError, match="tag"):
            parts_of(wrong)


def test_a_picture_brings_little_and_finds_its_script():
    assert len(CALL) + len(HTML) < 2000
    assert "MARK" in CALL
    assert "MARK" in SCRIPT
    assert re.fullmatch("[0-9a-f]{8}", MARK)
    assert "CAMERA" not in HTML
    assert CSS.startswith(".rnnviz-lines {"), "nothing of it reaches the rest of the page"
    assert ".camera" in CSS
