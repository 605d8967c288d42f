"""The itemised gradient as pictures: what stands in the maps, and what clipping cuts off."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.charts.itemised import DECADES, ItemisedMap, clip_bars, itemised_maps, training_map
from rnnviz.charts.style import CELL_COLOURS, Style
from rnnviz.insight.itemised import WEIGHTS, itemised
from rnnviz.training.trained import Reading
from tests.oracles import untrained

TEXT = "abcaxh"


def gradient(cell="rnn", text=TEXT, **settings):
    model = untrained(cell, **settings)
    ids = model.vocabulary.encode(text)  # `read` would cut a long one
    return itemised(model, Reading(text, tuple(text), ids, (), 0))


def a_map(cell="rnn", text=TEXT, places=None, **settings):
    places = np.arange(len(text)) if places is None else places
    return ItemisedMap(cell.upper(), gradient(cell, text, **settings), places)


def heats(figure):
    return [drawn for drawn in figure.data if drawn.type == "heatmap"]


@pytest.mark.parametrize("measure", ["norms", "shares", "projections"])
def test_each_run_has_a_map_with_the_numbers_of_its_weights(measure, style):
    maps = [a_map("rnn"), a_map("gru")]

    figure = itemised_maps(maps, TEXT, measure, style)

    for drawn, each in zip(heats(figure), maps, strict=True):
        expected = np.stack([getattr(each.gradient.part(weight), measure) for weight in WEIGHTS])
        np.testing.assert_allclose(drawn.customdata, expected, rtol=1e-5)
        shown = np.where(expected > 0, np.log10(np.where(expected > 0, expected, 1)), np.nan)
        np.testing.assert_allclose(drawn.z, shown if measure == "norms" else expected, rtol=1e-4, atol=1e-6)
    assert [note.text for note in figure.layout.annotations] == ["RNN", "GRU"]
    assert heats(figure)[0].zmin == heats(figure)[1].zmin


def test_signed_values_have_the_diverging_colours_around_0(style):
    (drawn,) = heats(itemised_maps([a_map()], TEXT, "projections", style))

    assert drawn.zmin == -drawn.zmax
    assert [list(stop) for stop in drawn.colorscale] == [list(stop) for stop in style.diverging]


def test_gate_by_gate_a_gated_cell_has_a_row_for_each_gate_of_each_weight(style):
    figure = itemised_maps([a_map("rnn"), a_map("lstm")], TEXT, "norms", style, by_gate=True)

    assert [np.shape(drawn.z) for drawn in heats(figure)] == [(4, 6), (16, 6)]
    assert "Forget gate" in figure.layout.yaxis2.ticktext[1]


def test_a_run_that_reads_only_part_of_the_text_leaves_the_rest_free(style):
    (drawn,) = heats(itemised_maps([a_map(text="xh", places=np.array([4, 5]))], TEXT, "shares", style))

    assert np.isnan(np.asarray(drawn.z)[:, :4]).all()
    assert np.isfinite(np.asarray(drawn.z)[:, 4:]).all()


def test_a_long_text_keeps_every_row_of_every_run(style):
    text = "abcdefgh" * 10

    figure = itemised_maps([a_map("rnn", text), a_map("gru", text)], text, "norms", style)

    for axis in (figure.layout.yaxis, figure.layout.yaxis2):
        assert (list(axis.tickvals), list(axis.range)) == ([0, 1, 2, 3], [3.5, -0.5])
    assert figure.layout.dragmode == "zoom"


def test_the_colours_of_norms_span_some_powers_of_ten_and_no_more(style):
    (drawn,) = heats(itemised_maps([a_map(text="a" * 300)], "a" * 300, "norms", style))

    assert 0 < drawn.zmax - drawn.zmin <= DECADES


def test_a_text_of_one_token_is_drawn_too(style):
    figure = itemised_maps([a_map("lstm", "a")], "a", "norms", style)

    assert np.isnan(np.asarray(heats(figure)[0].z)[1, 0]), "nothing comes back to the recurrent weight"


@pytest.mark.parametrize(("direction", "order"), [("forward", "hxacba"), ("reverse", "abcaxh")])
def test_along_the_training_steps_go_back_from_the_end_down(direction, order):
    gradients = [replace(gradient("gru", direction=direction, seed=seed), epoch=seed) for seed in (0, 1, 4)]

    figure = training_map(gradients, "weight_hh", None, "norms", 1.0, Style(dark=True))

    (drawn,) = heats(figure)
    assert list(drawn.x) == ["0", "1", "4"]
    for column, each in enumerate(gradients):
        norms = each.part("weight_hh").norms
        expected = norms[::-1] if direction == "forward" else norms
        np.testing.assert_allclose(np.asarray(drawn.customdata)[:, column], expected, rtol=1e-5)
    assert [label.split()[1] for label in figure.layout.yaxis2.ticktext] == list(order)


def test_bars_show_what_clipping_keeps_and_cuts_off():
    kept, cut = clip_bars(["0", "1"], [0.5, 4.0], 1.0, "lstm")

    assert (kept["y"].tolist(), cut["y"].tolist()) == ([0.5, 1.0], [0.0, 3.0])
    assert kept["marker"]["color"] == CELL_COLOURS["lstm"]
    kept, cut = clip_bars(["0"], [4.0], 0.0, "rnn")
    assert (kept["y"].tolist(), cut["y"].tolist()) == ([4.0], [0.0])
