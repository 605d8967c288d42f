"""Train and Data where words are read: stop words, and pretrained vectors from a folder."""

import dataclasses

import pytest

from rnnviz.language import use_language
from rnnviz.text.corpus import tokenize
from rnnviz.text.sources import Dataset
from rnnviz.text.stop_words import without_stop_words
from rnnviz.text.tokens import words
from rnnviz.text.vectors import fingerprint_of
from tests.pages.conftest import figures, plain, said
from tests.pages.training import unfold
from tests.tables import tables

FILMS = Dataset(
    "reviews",
    (
        *((f"It is a {word} film, the best of all {number}", "positive") for number in range(5) for word in "abcd"),
        *((f"This was not a {word} film at all {number}", "negative") for number in range(5) for word in "abcd"),
        ("it was what it was", "negative"),
    ),
    "word",
)
SMALL = {"dataset": "reviews", "epochs": "1", "hidden_size": "3", "cells": "gru"}


@pytest.fixture(autouse=True)
def films(names, monkeypatch):
    """Forty-one short reviews under the name of the bundled ones, forty names under all others."""

    def open_small(name, unit, contradictions, *_):
        rows = FILMS if name == "reviews" else names
        return tokenize(dataclasses.replace(rows, name=name), unit, contradictions)

    monkeypatch.setattr("rnnviz.ui.resources.open_corpus", open_small)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder for vectors, with one good file and one that is none, beside a file that nobody may read."""
    folder = tmp_path / "vectors"
    folder.mkdir()
    (folder / "tiny.txt").write_text("film 1 0\nbest 0.5 0.25\nnot 1 1\n")
    (folder / "broken.txt").write_text("film 1 0\nbest 0.5\n")
    (tmp_path / "secret.txt").write_text("film 1 0\n")
    monkeypatch.setattr("rnnviz.text.vectors.FOLDER", folder)
    return folder


def press_train(app):
    return app.button(key="train").click().run()


def trained(engine):
    (config, _corpus, _watch) = engine.submitted[-1]
    return config


def test_stop_words_are_left_out_where_it_is_chosen_and_the_link_says_so(open_page, engine):
    app = unfold(unfold(open_page("train", **SMALL), "settings"), "cleaning")
    assert app.selectbox(key="stop_words").options == ["keep them", "leave them out"]
    app.selectbox(key="stop_words").set_value("drop").run()
    assert app.query_params["stop_words"] == "drop"
    assert any("Of 41 rows 40 texts remain" in text.value for text in app.markdown)

    press_train(app)
    assert trained(engine).text.stop_words == "drop"


def test_of_characters_nobody_is_asked_about_words(open_page):
    app = unfold(open_page("train", dataset="pets-en", stop_words="drop", vectors="tiny.txt"), "settings")

    assert not app.exception
    assert {"stop_words", "vectors"}.isdisjoint(box.key for box in app.selectbox)
    assert "embedding_size" in {box.key for box in app.number_input}


def test_the_data_page_shows_what_a_training_without_stop_words_reads(open_page):
    before, after = (open_page("data", dataset="reviews", stop_words=how) for how in ("keep", "drop"))
    metrics = [{metric.label: metric.value for metric in app.metric} for app in (before, after)]
    read = [without_stop_words(words(text.lower())) for text, _ in FILMS.rows]

    assert metrics[0]["texts after cleaning"] == "41"
    assert metrics[1]["texts after cleaning"] == "40"
    assert metrics[1]["tokens in all (words)"] == str(sum(map(len, read)))
    assert metrics[1]["different tokens"] == str(len({token for tokens in read for token in tokens}))
    assert "Texts of stop words only" in list(next(table for table in tables(after) if "rows" in table).index)
    assert sum(figures(after)["length_bars"]["data"][0]["y"]) == 40


def test_without_a_file_of_vectors_it_is_said_where_to_put_one(open_page, tmp_path, monkeypatch):
    monkeypatch.setattr("rnnviz.text.vectors.FOLDER", tmp_path / "none")
    app = unfold(open_page("train", **SMALL), "settings")

    assert app.selectbox(key="vectors").disabled
    assert any("into the folder `data/vectors`" in caption.value for caption in app.caption)

    app = open_page("train", **SMALL, vectors="tiny.txt")
    assert said(app)[0] == (
        "Pretrained vectors is “tiny.txt”; allowed is one of: nothing, for the folder has no such file."
    )


def test_vectors_decide_the_embedding_size_and_the_outcome_tells_the_share_found(open_page, engine, folder):
    app = unfold(open_page("train", **SMALL, vectors="tiny.txt"), "settings")
    assert app.selectbox(key="vectors").value == "tiny.txt"
    assert "embedding_size" not in {box.key for box in app.number_input}
    press_train(app)
    engine.finish()
    app.run()

    assert not app.exception
    config = trained(engine)
    assert (config.vectors, config.model.embedding_size) == (fingerprint_of(folder / "tiny.txt"), 2)
    outcome = next(table for table in tables(app) if "words with a pretrained vector" in table.index)
    assert outcome.loc["words with a pretrained vector", "GRU"].startswith("3 of ")


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/passwd", "secret.txt", "..", "tiny.txt/../../secret.txt", "\0", "x" * 5000]
)
def test_a_link_never_leaves_the_folder(open_page, folder, name):
    app = open_page("train", **SMALL, vectors=name)

    assert not app.exception
    assert said(app)[0].startswith("Pretrained vectors is “")
    assert said(app)[0].endswith("allowed is one of: broken.txt, tiny.txt.")
    assert unfold(app, "settings").selectbox(key="vectors").value == ""


def test_a_damaged_file_is_said_when_it_is_trained_on(open_page, engine, folder):
    app = press_train(open_page("train", **SMALL, vectors="broken.txt"))

    assert not app.exception
    assert any("broken.txt, line 2: 1 numbers, and 2 on the lines before" in plain(text) for text in said(app))


def test_a_file_that_is_no_file_of_vectors_is_said_at_once(open_page, folder):
    (folder / "noise.txt").write_bytes(b"\0\1\2" * 100)
    app = open_page("train", **SMALL, vectors="noise.txt")

    assert not app.exception
    assert any("noise.txt, line 1: this is not a line of text" in text for text in said(app))


def test_in_russian_the_new_settings_speak_russian(open_page, folder):
    app = unfold(open_page("train", "ru", **SMALL), "settings")

    labels = {box.key: box.label for box in app.selectbox}
    assert labels["stop_words"] == "Стоп-слова"
    assert labels["vectors"] == "Готовые векторы слов"
    assert app.selectbox(key="stop_words").options == ["оставлять", "пропускать"]
    use_language("en")
