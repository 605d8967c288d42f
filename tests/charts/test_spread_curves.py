"""The pictures of an experiment, held against the histories they were made from."""

import statistics

import pytest

from rnnviz.charts.bands import faded
from rnnviz.charts.spread import FAINT, LINES, SeedGroup, final_points, spread_curves
from rnnviz.charts.style import CELL_COLOURS

LOSSES = [[0.7, 0.5, 0.4], [0.8, 0.6, 0.3], [0.6, 0.55]]


def history(losses):
    return [
        {"epoch": epoch, "validation_loss": loss, "validation_accuracy": 1 - loss} for epoch, loss in enumerate(losses)
    ]


def group(cell="gru", losses=LOSSES, place=0, title=None, **more):
    return SeedGroup(title or f"{cell.upper()} · {place}", cell, place, [history(each) for each in losses], **more)


def parts(figure):
    """The traces of a figure by what they are."""
    return {
        "bands": [line for line in figure.data if line.fill == "toself"],
        "shared": [line for line in figure.data if line.opacity == FAINT],
        "full": [line for line in figure.data if line.showlegend],
        "lone": [line for line in figure.data if line.line.width == 1.25],
    }


def curves(*groups, measure="validation_loss", epochs=5, setting="Hidden size"):
    return spread_curves(groups, measure, epochs, setting)


@pytest.mark.parametrize("measure", ["validation_loss", "validation_accuracy"])
def test_the_line_is_the_mean_over_the_seeds(measure):
    (line,) = parts(curves(group(), measure=measure))["shared"]

    means = [statistics.mean(losses[epoch] for losses in LOSSES if len(losses) > epoch) for epoch in range(3)]
    assert list(line.x) == [0, 1, 2]
    assert list(line.y) == pytest.approx(means if measure == "validation_loss" else [1 - mean for mean in means])
    assert line.line.color == CELL_COLOURS["gru"]


def test_the_band_goes_from_the_lowest_to_the_highest_seed():
    (band,) = parts(curves(group()))["bands"]

    assert list(band.x) == [0, 1, 2, 2, 1, 0]
    assert list(band.y) == [0.8, 0.6, 0.4, 0.3, 0.5, 0.6]
    assert band.fillcolor.startswith(faded(CELL_COLOURS["gru"]).rpartition(",")[0])
    assert not band.showlegend


def test_the_line_is_full_as_far_as_all_seeds_have_come():
    (full,) = parts(curves(group()))["full"]

    assert list(full.x) == [0, 1]
    assert list(full.y) == pytest.approx([0.7, 0.55])
    assert full.opacity is None


def test_the_hover_says_deviation_range_and_how_many_seeds():
    (line,) = parts(curves(group()))["shared"]

    assert list(line.customdata[0]) == pytest.approx([statistics.stdev([0.7, 0.8, 0.6]), 0.6, 0.8, 3])
    assert list(line.customdata[2]) == pytest.approx([statistics.stdev([0.4, 0.3]), 0.3, 0.4, 2])
    assert "seeds: %{customdata[3]}" in line.hovertemplate
    (silent,) = parts(curves(group()))["full"]
    assert silent.hoverinfo == "skip", "the same mean is not said twice"


def test_seeds_are_thin_lines_while_there_is_only_one():
    found = parts(curves(group(losses=[[0.7, 0.5, 0.4]])))

    (line,) = found["lone"]
    assert (list(line.x), list(line.y)) == ([0, 1, 2], [0.7, 0.5, 0.4])
    assert line.line.width < 2
    (name,) = found["full"]
    assert name.name == "GRU · 0", "it stands in the legend all the same"
    assert list(name.x) == [None]


def test_a_seed_that_is_ahead_of_the_others_goes_on_as_a_thin_line():
    found = parts(curves(group(losses=[[0.7, 0.5, 0.4, 0.3], [0.6, 0.4]])))

    (mean,) = found["shared"]
    (line,) = found["lone"]
    assert list(mean.x) == [0, 1]
    assert list(line.x) == [1, 2, 3]
    assert list(line.y) == [0.5, 0.4, 0.3]


def test_no_thin_line_is_left_once_all_seeds_have_ended_together():
    assert parts(curves(group(losses=[[0.7, 0.5], [0.6, 0.4]])))["lone"] == []


def test_a_cell_has_its_colour_and_a_value_its_kind_of_line():
    groups = [group(cell, place=place) for place in range(3) for cell in ("rnn", "lstm")]

    found = parts(curves(*groups))["full"]

    assert [line.line.color for line in found] == [CELL_COLOURS["rnn"], CELL_COLOURS["lstm"]] * 3
    assert [line.line.dash for line in found] == ["solid", "solid", "dash", "dash", "dot", "dot"]


def test_thirty_values_have_thirty_different_lines():
    found = parts(curves(*(group(place=place) for place in range(30))))["full"]

    assert len(LINES) == 30
    assert len({(line.line.dash, line.marker.symbol if "markers" in line.mode else None) for line in found}) == 30


def test_the_legend_names_the_setting_and_each_group_once():
    figure = curves(group("rnn"), group("lstm"), setting="Gradient clipping")

    assert figure.layout.legend.title.text == "Cell · Gradient clipping"
    assert [line.name for line in figure.data if line.showlegend is not False] == ["RNN · 0", "LSTM · 0"]
    assert curves(group("rnn"), setting="").layout.legend.title.text == "Cell"


def test_what_belongs_to_a_group_goes_and_comes_with_its_name_in_the_legend():
    figure = curves(group("rnn"), group("lstm", losses=[[0.7]]))

    assert {line.legendgroup for line in figure.data} == {"RNN · 0", "LSTM · 0"}


def test_the_axis_reaches_to_the_planned_epochs_from_the_start():
    for losses in ([[0.7]], LOSSES):
        assert curves(group(losses=losses), epochs=30).layout.xaxis.range == (-0.5, 30.5)


def test_a_single_epoch_is_a_point_that_can_be_seen():
    for losses in ([[0.7]], [[0.7], [0.6]]):
        figure = curves(group(losses=losses))

        assert any("markers" in line.mode for line in figure.data if len(line.x) == 1 and line.x[0] == 0)


def test_the_axes_have_titles_with_units():
    loss, accuracy = (curves(group(), measure=measure).layout for measure in ("validation_loss", "validation_accuracy"))

    assert loss.xaxis.title.text == accuracy.xaxis.title.text == "Epoch"
    assert loss.yaxis.title.text == "Validation loss (cross-entropy, nats)"
    assert accuracy.yaxis.title.text == "Validation accuracy"
    assert accuracy.yaxis.tickformat == ".0%"


def test_before_anything_has_begun_the_axes_stand_ready():
    figure = curves(group(losses=[]))

    assert figure.layout.xaxis.range == (-0.5, 5.5)
    assert figure.layout.yaxis.range == (0, 1)


def test_a_title_with_a_tag_does_nothing():
    figure = curves(group(title="<b>x"), setting="<i>y")

    assert [line.name for line in figure.data if line.showlegend] == ["&lt;b&gt;x"]
    assert figure.layout.legend.title.text == "Cell · &lt;i&gt;y"


ENDED = [
    group("rnn", accuracies={0: 0.8, 1: 0.9, 2: 0.85}),
    group("lstm", accuracies={}),
    group("gru", accuracies={0: 0.95}),
]


def test_every_run_that_has_ended_is_a_dot_in_its_group():
    figure = final_points(ENDED, "Hidden size")

    dots = [trace for trace in figure.data if trace.marker.symbol is None]
    assert [list(trace.y) for trace in dots] == [[0.8, 0.9, 0.85], [0.95]]
    assert [list(trace.customdata) for trace in dots] == [[0, 1, 2], [0]]
    assert [trace.marker.color for trace in dots] == [CELL_COLOURS["rnn"], CELL_COLOURS["gru"]]
    assert [{round(x) for x in trace.x} for trace in dots] == [{0}, {2}]
    assert len(set(dots[0].x)) == 3, "equal accuracies can be counted"


def test_beside_the_dots_stand_their_mean_and_deviation():
    figure = final_points(ENDED, "Hidden size")

    rnn, gru = (trace for trace in figure.data if trace.marker.symbol == "line-ew-open")
    assert list(rnn.y) == pytest.approx([0.85])
    assert list(rnn.error_y.array) == pytest.approx([statistics.stdev([0.8, 0.9, 0.85])])
    assert rnn.error_y.visible
    assert list(gru.y) == [0.95]
    assert not gru.error_y.visible, "one run has no deviation"


def test_every_group_has_its_place_and_name_on_the_axis():
    axis = final_points(ENDED, "Hidden size").layout.xaxis

    assert list(axis.ticktext) == ["RNN · 0", "LSTM · 0", "GRU · 0"]
    assert list(axis.tickvals) == [0, 1, 2]
    assert axis.range == (-0.5, 2.5)
    assert axis.title.text == "Cell · Hidden size"
    assert final_points(ENDED).layout.yaxis.title.text == "Test accuracy"
