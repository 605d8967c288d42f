"""Texts at the edge of what a net can read: said once, and in a line that can be read."""

import pytest

from rnnviz.training.trained import shown
from tests.pages.conftest import click, figures, plain, said

NAMES = "pets-en-rnn,pets-en-lstm,pets-en-gru"
REVIEWS = "imdb-rnn,imdb-lstm,imdb-gru"


@pytest.mark.parametrize("runs", [NAMES, REVIEWS])
def test_what_is_wrong_for_all_runs_alike_is_said_once_where_it_is_wrong(open_page, runs):
    app = open_page("step_through", text="a", runs=runs, panel="what_if")

    assert not app.exception
    expected = 1 if runs == NAMES else 2  # no letter can be left out; nor can a word, in the list of edits below
    assert said(app) == ["The text has one token; without it nothing would be left to read."] * expected


@pytest.mark.parametrize("panel", ["units", "decision", "what_if", "surgery"])
def test_each_column_of_a_panel_says_whose_it_is(open_page, panel):
    """On a narrow screen they stand below one another, far from the names above."""
    app = open_page("step_through", text="Rex", runs=NAMES, panel=panel)

    names = [plain(text.value) for text in app.markdown if text.value.endswith("**]")]
    assert [text.partition("[")[2] for text in names][:3] == ["RNN]", "LSTM]", "GRU]"]


def test_a_single_run_needs_no_name_above_its_column(open_page):
    app = open_page("step_through", text="Rex", runs="pets-en-gru", panel="units")

    assert not [text for text in app.markdown if text.value.endswith("[**GRU**]")]


@pytest.mark.parametrize("page", ["step_through", "gradients"])
def test_a_word_without_end_is_repeated_in_part(open_page, page):
    app = open_page(page, text="ab" * 3000, runs=REVIEWS)

    (sentence,) = said(app)
    assert sentence.endswith("ab…")
    assert len(sentence) < 200


@pytest.mark.parametrize(
    ("token", "expected"), [("cat", "cat"), ("\u200d", "U+200D"), ("\x00", "U+0000"), ("б" * 61, "б" * 60 + "…")]
)
def test_a_token_in_a_message_can_be_seen(token, expected):
    assert shown(token) == expected


def test_texts_that_are_not_here_are_said_once_for_all_runs_that_need_them(open_page, monkeypatch, tmp_path):
    monkeypatch.setattr("rnnviz.ui.resources.DATA", tmp_path)
    app = open_page("gradients", runs=REVIEWS, view="forgetting")
    (button,) = [button for button in app.button if button.key == "measure_horizon"]
    button.click().run()

    (sentence,) = said(app)
    assert sentence.startswith("RNN, LSTM, GRU: ")


@pytest.mark.parametrize("page", ["step_through", "gradients"])
@pytest.mark.parametrize(
    ("language", "start"), [("en", "Nothing is left to read of “<br /><br />”"), ("ru", "От «<br /><br />»")]
)
def test_of_a_text_that_is_markup_only_it_is_said_that_nothing_is_left(open_page, page, language, start):
    app = open_page(page, language, text="<br /><br />", runs=REVIEWS)

    assert not app.exception
    (sentence,) = said(app)
    assert sentence.startswith(start)


def test_a_button_goes_away_when_what_it_computes_is_there(open_page):
    app = open_page("step_through", text="Rex", runs="pets-en-rnn", panel="surgery")
    click(app, "Rank the units of RNN")

    assert "worth pets-en-rnn" in figures(app)
    assert "Rank the units of RNN" not in [button.label for button in app.button]
