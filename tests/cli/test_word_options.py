"""`train` with words: stop words left out, and pretrained vectors to begin with."""

import pytest

from rnnviz.runs.store import read_info
from tests.cli.conftest import TINY

REVIEWS = "text;verdict\n" + "".join(
    f"this film is {'very good' if i % 2 else 'not good'}, seen it {i} times;{'pos' if i % 2 else 'neg'}\n"
    for i in range(30)
)


@pytest.fixture
def films(tmp_path):
    """Arguments that train on thirty reviews, word by word."""
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, encoding="utf-8")
    return ("train", "--csv", path, "--text-column", "text", "--label-column", "verdict", "--unit", "word")


@pytest.fixture
def vectors(tmp_path):
    path = tmp_path / "tiny.vec"
    path.write_text("3 2\nfilm 1 0\ngood 0.5 0.25\nunheard 1 1\n")
    return path


def test_stop_words_are_left_out_in_training_and_of_a_typed_text(call, films, tmp_path):
    run = call(*films, *TINY, "--stop-words", "drop", "--out", tmp_path / "run").json["run"]

    assert read_info(tmp_path / "run").config.text.stop_words == "drop"
    assert call("trace", run, "this is not the film").json["tokens"] == ["not", "film"]
    complaint = call("trace", run, "this is the").complaint
    assert "Nothing is left to read of “this is the”: it has only stop words (this, is, the)" in complaint


def test_vectors_decide_the_embedding_size_and_the_share_found_is_told(call, films, vectors, tmp_path):
    options = ("--epochs", 1, "--vectors", vectors, "--freeze-embeddings", "--out", tmp_path / "run")
    found = call(*films, *options).json["vectors"]

    info = read_info(tmp_path / "run")
    assert (info.config.model.embedding_size, info.config.optimiser.embeddings) == (2, "frozen")
    assert (found["file"], found["dimension"], found["found"]) == ("tiny.vec", 2, 2)
    assert found["word_share"] == 2 / found["words"]
    assert 0 < found["token_share"] < 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--stop-words", "some"), "Stop words is “some”; allowed is one of: keep, drop."),
        (("--vectors", "missing.txt"), "missing.txt can’t be read: No such file or directory."),
        (("--vectors", "."), "can’t be read: Is a directory."),
    ],
)
def test_bad_options_are_refused_in_one_line(call, films, options, said):
    assert said in call(*films, *options).complaint


def test_an_embedding_size_that_is_not_that_of_the_vectors_is_refused_with_both(call, films, vectors):
    complaint = call(*films, "--vectors", vectors, "--embedding-size", 5).complaint
    assert "The vectors of tiny.vec have 2 numbers, and the embedding size is 5: they have to be equal." in complaint


@pytest.mark.parametrize("options", [("--stop-words", "drop"), ("--vectors", "tiny.vec")])
def test_characters_have_neither(call, vectors, monkeypatch, options):
    monkeypatch.chdir(vectors.parent)
    assert "“pets-en” is read by characters." in call("train", "--dataset", "pets-en", *options).complaint


@pytest.mark.parametrize(("where", "tokens"), [("after", ["good", "film"]), ("before", ["good", "film"])])
def test_padding_is_read_in_training_and_of_a_typed_text(call, films, tmp_path, where, tokens):
    run = call(*films, *TINY, "--padding", where, "--max-tokens", 5, "--out", tmp_path / "run").json["run"]

    filling = ["<pad>"] * 3
    expected = [*filling, *tokens] if where == "before" else [*tokens, *filling]
    assert call("trace", run, "good film").json["tokens"] == expected


def test_classes_of_the_training_texts_are_shuffled_where_that_is_asked_for(call, films, tmp_path):
    call(*films, *TINY, "--labels", "shuffled", "--out", tmp_path / "run")

    info = read_info(tmp_path / "run")
    assert info.config.text.labels == "shuffled"
    counts = {name: info.report["train"][name]["support"] for name in info.classes}
    assert len(set(counts.values())) == 1  # as many of each class as before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--padding", "left"), "Padding is “left”; allowed is one of: packed, after, before."),
        (("--labels", "wrong"), "Classes of the training texts is “wrong”; allowed is one of: true, shuffled."),
    ],
)
def test_other_padding_and_labels_are_refused(call, films, options, said):
    assert said in call(*films, *options).complaint
