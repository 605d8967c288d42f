"""The panel of what if: the pictures before and after, and the edits that flip, against texts typed by hand."""

import numpy as np
import pytest

from rnnviz.insight.edits import flips, single_edits
from rnnviz.insight.trace import trace
from rnnviz.runs.store import RunStore
from tests.oracles import prediction
from tests.pages.conftest import click, figures, plain, said


@pytest.fixture
def model(checkpoints_folder):
    return RunStore(checkpoints_folder).model("pets-en-gru")


def open_what_if(open_page, **parameters):
    return open_page("step_through", **{"panel": "what_if", "text": "Whiskers", "runs": "pets-en-gru", **parameters})


def picture(app, run="pets-en-gru"):
    return figures(app)[f"what if {run}"]


@pytest.mark.parametrize(
    ("parameters", "step", "expected", "gap"),
    [
        ({"edit": "delete"}, 3, "whskers", (2, "after")),
        ({"edit": "swap"}, 3, "whsikers", None),
        ({"edit": "replace", "with": "x"}, 8, "whiskerx", None),
        ({"edit": "insert", "with": "x"}, 1, "xwhiskers", (0, "before")),
        ({"edit": "append", "with": "x"}, 8, "whiskersx", (8, "before")),
    ],
)
def test_both_traces_stand_below_one_another(open_page, model, parameters, step, expected, gap):
    app = open_what_if(open_page, step=str(step), **parameters)

    assert not app.exception
    assert not said(app)
    traces = [trace(model, model.read(text)) for text in ("whiskers", expected)]
    columns = [np.arange(8), np.arange(len(expected))]
    if gap is not None:
        place, where = gap
        long = 8 if where == "after" else len(expected)
        columns[where == "after"] = np.delete(np.arange(long), place)
    data = picture(app)["data"]
    maps = [each for each in data if each["type"] == "heatmap"]
    lines = [each for each in data if each["type"] == "scatter"]
    number = int(prediction(model, model.read("whiskers")).argmax())
    for drawn, line, traced, own in zip(maps, lines, traces, columns, strict=False):
        np.testing.assert_allclose(np.asarray(drawn["z"]).T[own], traced.values["hidden"], atol=1e-6)
        np.testing.assert_allclose(np.asarray(line["y"])[own], traced.probabilities[:, number], atol=1e-6)
    np.testing.assert_allclose(maps[2]["z"], maps[1]["z"] - maps[0]["z"], atol=1e-6)
    (bars,) = [each for each in data if each["type"] == "bar"]
    np.testing.assert_allclose(bars["y"], np.linalg.norm(maps[2]["z"], axis=0), rtol=1e-4, atol=1e-6)
    if gap is not None:
        assert np.isnan(np.asarray(bars["y"])[gap[0]])


def test_a_gate_can_be_compared_where_the_cell_has_it(open_page, model):
    app = open_what_if(open_page, compared="update", runs="pets-en-gru,pets-en-rnn", step="1")

    assert not said(app)
    traced = trace(model, model.read("whiskers"))
    first, *_rest = [each for each in picture(app)["data"] if each["type"] == "heatmap"]
    np.testing.assert_allclose(first["z"], traced.values["update"].T, atol=1e-6)
    assert "Hidden state" in picture(app, "pets-en-rnn")["layout"]["annotations"][2]["text"]


def test_the_edited_text_becomes_the_text_of_the_page(open_page):
    app = open_what_if(open_page, step="3")

    click(app, "Make “whskers” the text")

    assert not app.exception
    assert app.text_input(key="text").value == "whskers"
    assert app.query_params["text"] == "whskers"


def test_all_flips_are_listed_and_one_can_be_made_the_text(open_page, model):
    app = open_what_if(open_page)

    reading = model.read("Whiskers")
    edits = single_edits(model, reading)
    expected = flips(model, reading, edits)
    assert expected
    sentence = next(plain(text.value) for text in app.markdown if "single edits" in text.value)
    assert sentence.startswith(f"{len(expected)} of {len(edits)} single edits take the answer from ")
    table = app.dataframe[0].value
    assert list(table["Text"]) == [flip.text for flip in expected]
    assert list(table["Probability"]) == [f"{flip.probability:.1%}" for flip in expected]

    app.selectbox(key="flip pets-en-gru").set_value(len(expected) - 1).run()
    click(app, "Make it the text")

    assert not app.exception
    assert app.text_input(key="text").value == expected[-1].text
    said_now = prediction(model, model.read(app.text_input(key="text").value)).argmax()
    assert said_now != prediction(model, reading).argmax()


def test_that_no_edit_flips_is_said(open_page, monkeypatch):
    monkeypatch.setattr("rnnviz.ui.panels.flipping.flips", lambda *_rest: [])

    app = open_what_if(open_page)

    assert any(text.value.startswith("None of") for text in app.markdown)
    assert not app.dataframe


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"edit": "swap"}, "This is the last token of the text: there is no next one to swap it with."),
        ({"edit": "replace"}, "Type the new letter or word."),
        ({"edit": "replace", "with": "xy"}, "“xy” is 2 letters; type one."),
        (
            {"edit": "rhyme"},
            "Edit of the present token is “rhyme”; allowed is one of: replace, delete, swap, insert, append.",
        ),
        ({"compared": "forget"}, "Compared is “forget”; allowed is one of: hidden, reset, update, new."),
    ],
)
def test_what_can_not_be_done_is_said(open_page, parameters, message):
    app = open_what_if(open_page, **parameters)

    assert not app.exception
    assert said(app) == [message]


def test_of_one_token_nothing_can_be_deleted(open_page):
    app = open_what_if(open_page, text="a")

    assert not app.exception
    assert said(app) == ["The text has one token; without it nothing would be left to read."]


def test_an_unknown_letter_is_said_to_be_unknown(open_page):
    app = open_what_if(open_page, edit="replace", **{"with": "я"})

    assert "“я” is read as <unk>." in [plain(each.value) for each in app.caption]


def test_equal_letters_swapped_change_nothing(open_page):
    app = open_what_if(open_page, text="Bella", step="3", edit="swap")

    assert "Both tokens are the same, so nothing changes." in [each.value for each in app.caption]


def test_a_long_name_waits_until_it_is_asked(open_page):
    app = open_what_if(open_page, text="Bella" * 4)

    assert not app.dataframe
    click(app, "Try every letter")
    assert any("single edit" in text.value for text in app.markdown)


REVIEW = "a dull plot , but a lovely , warm and brave cast"


def test_of_a_review_each_word_is_left_out_on_demand(open_page, checkpoints_folder):
    model = RunStore(checkpoints_folder).model("imdb-gru")
    words = REVIEW.split()
    others = [" ".join(words[:place] + words[place + 1 :]) for place in range(len(words))]
    before = model.probabilities([model.read(REVIEW)])[0].argmax()
    answers = [model.probabilities([model.read(text)])[0] for text in others]
    expected = {place: answer.max() for place, answer in enumerate(answers) if answer.argmax() != before}

    app = open_what_if(open_page, runs="imdb-gru", text=REVIEW)
    assert not app.dataframe
    click(app, "Leave out each word in turn")

    assert not app.exception
    assert expected
    places = [int(edit.partition(":")[0]) - 1 for edit in app.dataframe[0].value["Edit"]]
    assert places == sorted(expected, key=lambda place: -expected[place])
    assert app.dataframe[0].value["Text"][0].startswith("a [dull] plot , but")


def test_another_text_has_other_flips(open_page):
    app = open_what_if(open_page)
    app.selectbox(key="flip pets-en-gru").set_value(3).run()

    app.text_input(key="text").set_value("Rex").run()

    assert not app.exception


def test_the_panel_speaks_russian(open_page):
    app = open_what_if(open_page, language="ru", runs="pets-gru", text="Мурка")

    assert not app.exception
    assert not said(app)
    assert "Hidden" not in picture(app, "pets-gru")["layout"]["annotations"][2]["text"]
    assert not any("single edits" in text.value for text in app.markdown)
