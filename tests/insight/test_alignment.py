"""One axis for nets that leave out different parts of a text."""

import dataclasses

import pytest

from rnnviz.insight.alignment import align
from tests.oracles import untrained

TEXT = "abcdefgh"


def reader(most, cut="tail"):
    model = untrained("rnn", hidden_size=2)
    text = dataclasses.replace(model.config.text, max_tokens=most, cut=cut)
    return dataclasses.replace(model, config=dataclasses.replace(model.config, text=text))


def aligned(*models, text=TEXT):
    return align(models, [model.read(text) for model in models])


def test_nets_that_read_all_stand_step_by_step():
    axis = aligned(reader(8), reader(100))

    assert "".join(axis.tokens) == TEXT
    assert [list(places) for places in axis.places] == [list(range(8))] * 2


def test_a_net_that_reads_the_end_stands_at_the_end():
    axis = aligned(reader(8), reader(3))

    assert "".join(axis.tokens) == TEXT
    assert list(axis.places[1]) == [5, 6, 7]
    assert [axis.step(1, place) for place in range(8)] == [None] * 5 + [0, 1, 2]


def test_a_net_that_reads_the_beginning_stands_at_the_beginning():
    axis = aligned(reader(8), reader(3, "head"))

    assert list(axis.places[1]) == [0, 1, 2]
    assert [axis.step(1, place) for place in range(8)] == [0, 1, 2] + [None] * 5


def test_a_net_that_reads_both_ends_stands_at_both():
    axis = aligned(reader(8), reader(5, "ends"))

    assert list(axis.places[1]) == [0, 1, 5, 6, 7]
    assert [axis.step(1, place) for place in range(8)] == [0, 1, None, None, None, 2, 3, 4]


@pytest.mark.parametrize("cut", ["tail", "head", "ends"])
def test_what_no_net_reads_has_no_step(cut):
    model = reader(4, cut)

    axis = aligned(model, model)

    assert axis.tokens == model.read(TEXT).tokens
    assert list(axis.places[0]) == [0, 1, 2, 3]


def test_tokens_are_those_of_whoever_reads_them():
    axis = aligned(reader(2, "head"), reader(3))

    assert "".join(axis.tokens) == "abfgh"
    assert [list(places) for places in axis.places] == [[0, 1], [2, 3, 4]]


@pytest.mark.parametrize("cut", ["tail", "head", "ends"])
@pytest.mark.parametrize("other", ["tail", "head", "ends"])
def test_the_same_place_is_the_same_token(cut, other):
    models = [reader(5, cut), reader(4, other), reader(7)]
    readings = [model.read(TEXT) for model in models]

    axis = align(models, readings)

    for number, reading in enumerate(readings):
        assert [axis.tokens[place] for place in axis.places[number]] == list(reading.tokens)
        for step, place in enumerate(axis.places[number]):
            assert axis.step(number, place) == axis.nearest(number, place) == step


def test_where_a_net_does_not_read_the_next_token_that_it_reads_is_nearest():
    axis = aligned(reader(8), reader(3), reader(3, "head"))

    assert [axis.nearest(1, place) for place in range(8)] == [0] * 6 + [1, 2]
    assert [axis.nearest(2, place) for place in range(8)] == [0, 1, 2, 2, 2, 2, 2, 2]
