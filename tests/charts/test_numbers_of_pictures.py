"""The numbers of a picture, read back from the figure, are the arrays that were put in."""

import io
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from rnnviz.charts.attribution import Row, attribution_panels
from rnnviz.charts.curves import Curve, training_curves
from rnnviz.charts.heatmaps import quantity_heatmap, trace_panels
from rnnviz.charts.itemised import heat
from rnnviz.charts.judgement import confusion_heatmap
from rnnviz.charts.numbers import as_csv, table
from rnnviz.charts.spectrum import spectrum_plane
from rnnviz.charts.spread import SeedGroup, spread_curves
from rnnviz.charts.style import picture, titled
from rnnviz.insight.spectrum import BlockSpectrum
from rnnviz.insight.trace import trace as trace_of
from rnnviz.language import use_language
from tests.oracles import untrained

NUMBERS = np.random.default_rng(0)
LAYOUT = {"xaxis": titled("Step"), "yaxis": titled("‖∂L/∂h<sub>t</sub>‖₂")}


def read(figure: go.Figure) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(as_csv(figure)), keep_default_na=False, na_values=[""])


def through_json(figure: go.Figure) -> go.Figure:
    """As the browser gets it: arrays as bytes in base 64."""
    assert "bdata" in figure.to_json()
    return go.Figure(json.loads(figure.to_json()))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "int64"])
@pytest.mark.parametrize("sent", [lambda figure: figure, through_json])
def test_a_line_comes_back_to_the_last_bit(dtype, sent):
    values = (NUMBERS.normal(size=50) * 100).astype(dtype)
    figure = picture([{"type": "scatter", "x": np.arange(50), "y": values, "name": "LSTM"}], LAYOUT, 100)

    found = read(sent(figure))

    assert list(found) == ["trace", "Step", "‖∂L/∂h_t‖₂"]
    assert (found["trace"] == "LSTM").all()
    assert found["Step"].tolist() == list(range(50))
    np.testing.assert_array_equal(found["‖∂L/∂h_t‖₂"].to_numpy().astype(dtype), values)


@pytest.mark.parametrize("sent", [lambda figure: figure, through_json])
def test_a_heat_map_comes_back_cell_by_cell_in_place(sent):
    z = NUMBERS.normal(size=(3, 5)).astype(np.float32)
    figure = picture([{"type": "heatmap", "z": z, "x0": 7}], {"xaxis": titled("Token"), "yaxis": titled("Unit")}, 100)

    found = read(sent(figure)).pivot(index="Unit", columns="Token", values="value")

    assert found.columns.tolist() == [7, 8, 9, 10, 11]
    np.testing.assert_array_equal(found.to_numpy().astype(np.float32), z)


def test_single_precision_is_written_with_the_digits_that_it_has():
    figure = picture([{"type": "bar", "x": ["a"], "y": np.array([0.1], dtype=np.float32)}], {}, 100)

    assert as_csv(figure) == "x,y\na,0.1\n"


def test_bars_of_words_keep_the_words_to_the_letter():
    words = ["&lt;b&gt;", "a,b", 'say "hi"', "мурка"]
    figure = picture([{"type": "bar", "orientation": "h", "x": [1, 2, 3, 4], "y": words}], {}, 100)

    assert read(figure)["y"].tolist() == ["<b>", "a,b", 'say "hi"', "мурка"]


def test_a_point_that_is_not_drawn_has_no_row():
    line = {"type": "scatter", "x": [0, 1, 2], "y": [1.5, None, np.nan]}
    cells = {"type": "heatmap", "z": np.array([[1.0, np.nan]])}

    assert len(table(picture([line], {}, 100))) == 1
    assert len(table(picture([cells], {}, 100))) == 1


def test_a_picture_without_points_has_headings_only():
    empty = training_curves([], "loss", 5)
    bare = training_curves([Curve("LSTM", "lstm", [])], "loss", 5)

    assert len(table(empty)) == 0
    assert list(table(bare)) == ["trace", "Epoch", "Loss (cross-entropy, nats)"]
    assert len(table(bare)) == 0


def test_a_line_without_places_counts_them():
    assert read(picture([{"type": "scatter", "y": [5.0, 6.0]}], {}, 100))["x"].tolist() == [0, 1]


def test_a_band_is_two_edges():
    band = {"type": "scatter", "x": [0, 1, 1, 0], "y": [3, 4, 2, 1], "fill": "toself", "legendgroup": "GRU"}

    found = table(picture([band], {}, 100)).set_index(["trace", "x"])["y"].to_dict()

    assert found == {
        ("GRU · upper edge", 0): 3,
        ("GRU · upper edge", 1): 4,
        ("GRU · lower edge", 0): 1,
        ("GRU · lower edge", 1): 2,
    }


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_all_gates_of_a_trace_are_told_apart_and_equal_the_trace(traced, style, cell):
    trace = traced(cell)
    figure = trace_panels(trace, trace.quantities, style, step=1, unit=0, probabilities=True)

    found = table(figure)

    maps = found[found["value"].notna()]
    assert len(maps) == sum(trace.values[quantity.name].size for quantity in trace.quantities)
    for quantity in trace.quantities:
        own = maps[maps["panel"] == f"{quantity.title} {quantity.symbol}"]
        values = own.pivot(index="Token", columns="Unit", values="value").to_numpy(dtype=np.float32)
        np.testing.assert_array_equal(values, trace.values[quantity.name])
    for number, name in enumerate(trace.classes):
        line = found[(found["trace"] == name) & (found["panel"] == "Prediction after each token")]
        np.testing.assert_array_equal(line["Probability"].to_numpy(dtype=np.float32), trace.probabilities[:, number])
        assert line["Token (label)"].tolist() == ["a", "b", "␣", "c", "a", "b"]


def test_of_a_long_text_the_window_is_told_with_every_word(style):
    model = untrained("gru")
    config = replace(model.config, text=replace(model.config.text, max_tokens=200))
    model = replace(model, config=config)
    trace = trace_of(model, model.read("ab cab" * 20))
    figure = trace_panels(trace, trace.gates[:1], style, window=range(30, 90))

    found = table(figure)

    assert sorted(set(found["Token"])) == list(range(30, 90))
    assert found["Token (label)"].iloc[0] == trace.tokens[30]
    assert len(found) == 60 * trace.units, "the invisible point that bears the axis is no number"


def test_rows_of_several_methods_keep_their_units(style):
    rows = [Row("Gradient × input", "nats", np.array([0.5, -1.0], np.float32)), Row("Occlusion", "Δp", np.ones(2))]

    found = table(attribution_panels(["a", "b"], rows, style))

    assert found[found["panel"] == "Gradient × input"]["nats"].tolist() == [0.5, -1.0]
    assert found[found["panel"] == "Occlusion"]["Δp"].tolist() == [1.0, 1.0]


def test_a_confusion_matrix_tells_counts_beside_shares(style):
    found = read(confusion_heatmap([[8, 2], [1, 4]], ["cat", "dog"], style))

    assert found["Texts"].tolist() == [8, 2, 1, 4]
    assert found["share of the true class"].tolist() == [0.8, 0.2, 0.2, 0.8]
    assert found["True class"].tolist() == ["cat", "cat", "dog", "dog"]
    assert found["Predicted class"].tolist() == ["cat", "dog", "cat", "dog"]


def test_what_is_coloured_by_its_logarithm_says_so_and_gives_the_value():
    norms = np.array([[0.01, 10.0]])

    found = table(picture([heat(norms, "norms", {})], {}, 100))

    assert found["log₁₀ norm ‖∂L/∂W_t‖₂"].tolist() == pytest.approx([-2, 1])
    assert found["norm ‖∂L/∂W_t‖₂"].tolist() == pytest.approx([0.01, 10])


def test_what_is_drawn_twice_is_told_once():
    """Full and faint means of an experiment lie on one another; eigenvalues before and after do not."""
    histories = [[{"epoch": epoch, "validation_loss": 1.0 + epoch} for epoch in range(3)] for _seed in range(2)]
    means = table(spread_curves([SeedGroup("LSTM", "lstm", 0, histories)], "validation_loss", 2))
    block = BlockSpectrum(None, np.array([0.5 + 0.1j, 0.5 - 0.1j]), 0.51, 0.6)
    plane = table(spectrum_plane([block], "rnn", ["W_hh"], factor=2.0))

    assert means["trace"].value_counts().to_dict() == {"LSTM": 3, "LSTM · upper edge": 3, "LSTM · lower edge": 3}
    assert means[means["trace"] == "LSTM"]["Number of seeds"].tolist() == [2, 2, 2]
    assert plane[plane["trace"] == "W_hh, as trained"]["Real part"].tolist() == [0.5, 0.5]
    assert plane[plane["trace"] == "W_hh"]["Real part"].tolist() == [1.0, 1.0]


def test_headings_speak_the_language_of_the_picture(traced, style):
    use_language("ru")
    trace = traced("lstm")
    found = table(quantity_heatmap(trace, trace.gates[0], style))

    assert list(found) == ["панель", "Токен", "Токен (подпись)", "Нейрон", "значение"]


def test_a_word_that_a_spreadsheet_would_compute_stays_a_word():
    figure = go.Figure({"data": [{"type": "bar", "x": ["=1+1", "word"], "y": [-1.5, 2.0]}]})

    written = as_csv(figure)

    assert "'=1+1" in written
    assert "-1.5" in written
    assert "'-1.5" not in written
