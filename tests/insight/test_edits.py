"""Single edits against the texts typed by hand and read one by one."""

import dataclasses

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.insight.edits import (
    Edit,
    columns_of,
    deletions,
    distinct_texts,
    edited,
    flips,
    letter_edits,
    one_token,
    reread,
    single_edits,
    spelled,
    token_for,
    what_if,
)
from rnnviz.insight.trace import trace
from rnnviz.text.tokens import TOKENIZERS
from tests.insight.test_attribution import every_net
from tests.oracles import LETTERS, prediction, untrained

TEXT = "abcab"
EDITS = {
    Edit("replace", 2, "h"): "abhab",
    Edit("delete", 0): "bcab",
    Edit("delete", 4): "abca",
    Edit("swap", 1): "acbab",
    Edit("insert", 0, "h"): "habcab",
    Edit("insert", 5, "h"): "abcabh",
}


@pytest.mark.parametrize(("edit", "expected"), EDITS.items(), ids=list(EDITS.values()))
def test_an_edit_does_what_it_says(edit, expected):
    assert "".join(edited(tuple(TEXT), edit)) == expected


@pytest.mark.parametrize(("edit", "expected"), EDITS.items(), ids=list(EDITS.values()))
def test_tokens_that_an_edit_leaves_alone_stand_below_themselves(edit, expected):
    columns = columns_of(edit, len(TEXT))

    assert [before for before, _after in columns if before is not None] == list(range(len(TEXT)))
    assert [after for _before, after in columns if after is not None] == list(range(len(expected)))
    different = [
        (before, after)
        for before, after in columns
        if before is None or after is None or TEXT[before] != expected[after]
    ]
    assert len(different) == (2 if edit.kind == "swap" else 1)


@pytest.mark.parametrize(
    ("tokens", "edit", "message"),
    [
        ("abc", Edit("delete", 3), "Place is 3; allowed is 0 to 2."),
        ("abc", Edit("replace", -1, "x"), "Place is -1; allowed is 0 to 2."),
        ("abc", Edit("insert", 4, "x"), "Place is 4; allowed is 0 to 3."),
        ("abc", Edit("swap", 2), "This is the last token of the text: there is no next one to swap it with."),
        ("a", Edit("delete", 0), "The text has one token; without it nothing would be left to read."),
        ("a", Edit("rhyme", 0), "Edit is “rhyme”; allowed is one of: replace, delete, swap, insert."),
    ],
)
def test_an_edit_that_is_not_possible_is_said(tokens, edit, message):
    with pytest.raises(BadInput) as error:
        edited(tuple(tokens), edit)

    assert str(error.value) == message


@every_net
def test_before_and_after_are_the_traces_of_both_texts(cell, layers, direction, read_out):
    model = untrained(cell, layers, direction, read_out=read_out)

    found = what_if(model, model.read(TEXT), Edit("delete", 2))

    before, after = (trace(model, model.read(text)) for text in (TEXT, "abab"))
    assert found.after.tokens == tuple("abab")
    for name in before.values:
        np.testing.assert_allclose(found.before.values[name], before.values[name], atol=1e-6)
        np.testing.assert_allclose(found.after.values[name], after.values[name], atol=1e-6)
        difference = found.difference(name)
        np.testing.assert_allclose(difference[:2], (after.values[name] - before.values[name][:4])[:2], atol=1e-6)
        np.testing.assert_allclose(difference[3:], after.values[name][2:] - before.values[name][3:], atol=1e-6)
        assert np.isnan(difference[2]).all()
    np.testing.assert_allclose(found.after.probabilities, after.probabilities, atol=1e-6)
    change = np.sqrt((found.difference("hidden")[3].astype(float) ** 2).sum())
    assert found.state_change[3] == pytest.approx(change, rel=1e-5)
    if direction == "forward":
        assert found.state_change[:2].tolist() == [0, 0], "before the edit nothing changes"


def test_a_layer_and_direction_can_be_chosen():
    model = untrained("gru", 2, "both")

    found = what_if(model, model.read(TEXT), Edit("swap", 0), 0, "reverse")

    expected = trace(model, model.read("bacab"), 0, "reverse")
    np.testing.assert_allclose(found.after.values["hidden"], expected.values["hidden"], atol=1e-6)


def by_brute_force(model, text):
    """All other texts one edit away, typed and read one by one, with their answers where they differ."""
    texts = {text[:t] + text[t + 1 :] for t in range(len(text))}
    texts |= {text[:t] + text[t + 1] + text[t] + text[t + 2 :] for t in range(len(text) - 1)}
    texts |= {text[:t] + letter + text[t + 1 :] for t in range(len(text)) for letter in LETTERS}
    texts |= {text[:t] + letter + text[t:] for t in range(len(text) + 1) for letter in LETTERS}
    said = prediction(model, model.read(text)).argmax()
    answers = {each: prediction(model, model.read(each)) for each in texts - {text, ""}}
    return {each: row.max() for each, row in answers.items() if row.argmax() != said}


@pytest.mark.parametrize(("cell", "direction"), [("rnn", "forward"), ("lstm", "reverse"), ("gru", "both")])
@pytest.mark.parametrize("text", ["abba", "h", "cabd"])
def test_the_flips_of_a_name_are_those_found_one_by_one(cell, direction, text):
    model = untrained(cell, 1, direction)
    reading = model.read(text)

    found = flips(model, reading, single_edits(model, reading))

    expected = by_brute_force(model, text)
    assert expected
    assert len(found) == len(expected), "each text once"
    assert {flip.text: flip.probability for flip in found} == pytest.approx(expected, abs=1e-6)
    for flip in found:
        assert flip.tokens == edited(reading.tokens, flip.edit)
        assert flip.answer == model.classes[prediction(model, model.read(flip.text)).argmax()]


def test_the_surest_flip_comes_first():
    model = untrained("gru")
    reading = model.read("cabd")

    shares = [flip.probability for flip in flips(model, reading, single_edits(model, reading))]

    assert len(shares) > 5
    assert shares == sorted(shares, reverse=True)


def test_all_letter_edits_are_tried():
    edits = letter_edits("abc", "xyz", most=9)

    assert len(set(edits)) == len(edits) == 3 + 2 + 3 * 3 + 4 * 3
    assert not [edit for edit in letter_edits("abc", "xyz", most=3) if edit.kind == "insert"], "it would be cut"


def test_an_edit_that_cleaning_would_undo_is_none(models):
    model = models["lstm"]
    reading = model.read("том")

    assert (
        distinct_texts(model, reading, [Edit("insert", 3, " "), Edit("insert", 0, " "), Edit("replace", 1, "о")]) == {}
    )
    assert list(distinct_texts(model, reading, [Edit("insert", 1, " ")])) == [("т", " ", "о", "м")]


def test_where_no_edit_flips_the_list_is_empty():
    model = untrained("rnn")
    reading = model.read("a")

    assert flips(model, reading, []) == []
    assert deletions(1) == []


def test_what_was_typed_is_one_token():
    assert one_token("character", "Ж") == "ж"
    assert one_token("character", " ") == " "
    assert one_token("word", " Don’t ") == "don’t"
    for unit, typed, message in (
        ("character", "", "“” is 0 letters; type one."),
        ("character", "ab", "“ab” is 2 letters; type one."),
        ("word", "very good", "“very good” is 2 words; type one."),
        ("word", "  ", "“  ” is 0 words; type one."),
    ):
        with pytest.raises(BadInput) as error:
            one_token(unit, typed)
        assert str(error.value) == message


def test_words_are_spelled_so_that_they_are_read_the_same():
    for tokens in (["the", "film", ",", "was", "good", "!"], ["a", ".", "b"], ["(", "so", ")", ",", "it", "'", "s"]):
        assert TOKENIZERS["word"](spelled("word", tokens)) == tokens
    assert spelled("word", ["the", "film", ",", "was", "good", "!"]) == "the film, was good!"


def test_an_unknown_token_is_read_as_unknown():
    model = untrained("lstm")

    reading = reread(model, ("a", "я"))

    assert reading.unknown == ("я",)
    assert reading.ids.tolist() == [model.vocabulary.encode(["a"])[0], 1]


def test_a_stop_word_is_no_token_of_a_model_that_leaves_them_out():
    model = untrained("lstm")
    texts = {how: dataclasses.replace(model.config.text, unit="word", stop_words=how) for how in ("keep", "drop")}
    keeps, drops = (
        dataclasses.replace(model, config=dataclasses.replace(model.config, text=text)) for text in texts.values()
    )

    assert token_for(keeps, "The") == "the"
    assert token_for(drops, "Film") == "film"
    with pytest.raises(BadInput, match="“the” is a stop word, which this model leaves out"):
        token_for(drops, "The")
