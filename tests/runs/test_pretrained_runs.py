"""Runs whose embeddings begin with pretrained vectors, and runs that leave stop words out."""

import dataclasses
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch

from rnnviz.errors import BadInput
from rnnviz.models.classifier import ModelConfig
from rnnviz.runs.checkpoint import INTERVENTIONS, RUN, VECTORS, VOCABULARY, Files, snapshot_file, unpack_info
from rnnviz.runs.checkpoint import unpack_model as unpack
from rnnviz.runs.soundness import check_run
from rnnviz.runs.store import RunStore, read_state, write_run
from rnnviz.runs.work import run_id, train_run
from rnnviz.text.sources import Dataset
from rnnviz.text.splits import stratified_split
from rnnviz.text.vectors import fingerprint_of, read_vectors
from rnnviz.training.config import OptimiserConfig, RunConfig, TextConfig, changed
from tests.runs.test_work import timeless

WORDS = {"good": "pos", "fine": "pos", "great": "pos", "bad": "neg", "dull": "neg", "awful": "neg"}
VECTORS_TEXT = "the 9 9 9\ngood 1 0 0.5\nbad -1 0 0.25\nfilm 0 2 0\nunheard 5 5 5\n"
FOUND = {"good": [1, 0, 0.5], "bad": [-1, 0, 0.25], "film": [0, 2, 0]}


@pytest.fixture(scope="module")
def films() -> Dataset:
    rows = [(f"{word} film no {number}", label) for number in range(6) for word, label in WORDS.items()]
    return Dataset("films", tuple(rows), "word")


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("vectors") / "tiny.txt"
    path.write_text(VECTORS_TEXT)
    return path


@pytest.fixture(scope="module")
def config(file: Path) -> RunConfig:
    return RunConfig(
        dataset="films",
        text=TextConfig(unit="word", min_count=1),
        model=ModelConfig(embedding_size=3, hidden_size=4, embedding_std=0.5),
        optimiser=OptimiserConfig(learning_rate=0.05),
        batch_size=8,
        epochs=2,
        patience=0,
        vectors=fingerprint_of(file),
    )


@pytest.fixture(scope="module")
def files(config: RunConfig, films: Dataset, file: Path) -> Files:
    return train_run(config, films, vectors=file)


def embeddings(files: Files, epoch: int) -> np.ndarray:
    return safetensors.numpy.load(files[snapshot_file(epoch)])["embedding.weight"]


def tokens_of(files: Files) -> list[str]:
    return json.loads(files[VOCABULARY])


def test_the_embeddings_begin_with_the_vectors_and_the_others_with_their_spread(files, config) -> None:
    began, tokens = embeddings(files, 0), tokens_of(files)
    for word, vector in FOUND.items():
        np.testing.assert_array_equal(began[tokens.index(word)], np.float32(vector))

    torch.manual_seed(config.seed)
    drawn = torch.nn.Embedding(len(tokens), 3, padding_idx=0).weight.detach().numpy()
    others = [number for number, token in enumerate(tokens) if token not in FOUND]
    np.testing.assert_allclose(began[others], drawn[others] * np.std(list(FOUND.values())), rtol=1e-5)
    assert not began[0].any()


def test_the_share_found_is_told_by_words_and_by_tokens_of_the_training_part(files, films) -> None:
    vectors, tokens = unpack_info("films", files).vectors, tokens_of(files)
    report = json.loads(files["report.json"])
    count = int(report["train"]["macro avg"]["support"])

    assert (vectors.file, vectors.dimension, vectors.words, vectors.found) == ("tiny.txt", 3, len(tokens) - 2, 3)
    assert vectors.word_share == 3 / (len(tokens) - 2)
    said = Counter(token for text in training_texts(films) for token in text.split())
    assert sum(said.values()) == 4 * count
    assert vectors.token_share == pytest.approx(sum(said[word] for word in FOUND) / sum(said.values()))


def training_texts(films: Dataset) -> list[str]:
    labels = [label for _, label in films.rows]
    return [films.rows[row][0] for row in stratified_split(labels, 0).train]


def test_other_vectors_give_another_run_and_none_the_usual_one(config, films) -> None:
    other, none = (dataclasses.replace(config, vectors=value) for value in ("0" * 64, ""))
    assert len({run_id(each, films) for each in (config, other, none)}) == 3


def test_the_same_vectors_read_elsewhere_give_the_same_bits(files, config, films, file) -> None:
    brought = read_vectors(file, set(tokens_of(files)))
    assert timeless(train_run(config, films, vectors=brought)) == timeless(files)


def test_without_a_path_the_file_is_found_by_its_contents(files, config, films, file, monkeypatch) -> None:
    monkeypatch.setattr("rnnviz.text.vectors.FOLDER", file.parent)
    assert timeless(train_run(config, films)) == timeless(files)


def test_a_file_that_is_gone_or_has_changed_is_refused(config, films, file, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("rnnviz.text.vectors.FOLDER", tmp_path)
    with pytest.raises(BadInput, match="is not in data/vectors"):
        train_run(config, films)
    changed_file = tmp_path / "tiny.txt"
    changed_file.write_text(VECTORS_TEXT + "more 1 2 3\n")
    with pytest.raises(BadInput, match=r"tiny\.txt has changed since it was chosen"):
        train_run(config, films, vectors=changed_file)


def test_another_embedding_size_is_refused_with_both_values(config, films, file) -> None:
    with pytest.raises(BadInput, match=r"of tiny\.txt have 3 numbers, and the embedding size is 5"):
        train_run(changed(config, {"model.embedding_size": 5}), films, vectors=file)


@pytest.mark.parametrize("embeddings_are", ["learned", "frozen"])
def test_a_training_that_was_broken_off_goes_on_without_the_file(config, films, file, embeddings_are) -> None:
    config = changed(config, {"optimiser.embeddings": embeddings_are})
    kept: list[Files] = []
    whole = train_run(config, films, vectors=file, keep=lambda memory: kept.append(memory.files()))

    assert VECTORS in kept[1]
    assert timeless(train_run(config, films, begun=kept[1])) == timeless(whole)
    assert check_run(whole).vectors == unpack_info("films", whole).vectors


def test_a_run_that_has_ended_is_trained_on_without_the_file(files, config, films, file, tmp_path) -> None:
    begun = read_state(write_run(tmp_path / "run", files))
    longer = changed(config, {"epochs": 3})

    at_once = train_run(longer, films, vectors=file)
    in_two = train_run(longer, films, begun=begun)

    assert unpack_info("films", in_two).vectors == unpack_info("films", files).vectors
    assert INTERVENTIONS not in in_two
    np.testing.assert_array_equal(weights(in_two)["embedding.weight"], weights(at_once)["embedding.weight"])


def weights(files: Files) -> dict[str, np.ndarray]:
    return safetensors.numpy.load(files["model.safetensors"])


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop", "sgd"])
def test_frozen_embeddings_stay_as_they_began_and_all_else_learns(config, films, file, optimiser) -> None:
    frozen = changed(config, {"optimiser.embeddings": "frozen", "optimiser.name": optimiser})
    files = train_run(frozen, films, vectors=file)

    first, last = (safetensors.numpy.load(files[snapshot_file(epoch)]) for epoch in (0, 2))
    for name, value in first.items():
        assert np.array_equal(value, last[name]) == (name == "embedding.weight"), name
    check_run(files)


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        (None, "allowed is an entry where the configuration has the fingerprint"),
        ({"found": 10**6}, "vectors.found is 1000000; allowed is a whole number from 1 to"),
        ({"dimension": 4}, "vectors.dimension is 4; allowed is a whole number from 3 to 3"),
        ({"token_share": 2}, "vectors.token_share is 2; allowed is a number from 0 to 1"),
        ({"file": ""}, "vectors.file is ''"),
        ({"colour": "red"}, "run.json is damaged"),
    ],
)
def test_a_run_from_elsewhere_tells_its_vectors_as_ours_do(files, vectors, said) -> None:
    run = json.loads(files[RUN])
    if vectors is None:
        del run["vectors"]
    else:
        run["vectors"] |= vectors
    with pytest.raises(BadInput, match=r"run\.json is damaged") as caught:
        check_run({**files, RUN: json.dumps(run).encode()})
    assert said in str(caught.value)


@pytest.mark.parametrize(("setting", "value"), [("text.stop_words", "drop"), ("vectors", "0" * 64)])
def test_what_only_words_have_is_refused_for_characters(configs, names, setting, value) -> None:
    with pytest.raises(BadInput, match="“names” is read by characters"):
        train_run(changed(configs["lstm"], {setting: value}), names)


def test_a_run_without_stop_words_reads_a_typed_text_as_it_was_trained(films, tmp_path) -> None:
    config = RunConfig(dataset="films", text=TextConfig(unit="word", min_count=1, stop_words="drop"), epochs=1)
    rows = (*films.rows, *(("it is the " + text, label) for text, label in films.rows[::-1]), ("the of it", "pos"))
    store = RunStore(tmp_path)
    store.write("films", train_run(config, Dataset("films", rows, "word")))

    model = unpack("films", {path.name: path.read_bytes() for path in store.folder("films").iterdir()})
    reading = model.read("It is NOT the good film of them.")

    assert not {"it", "is", "the"} & set(model.vocabulary.tokens)
    assert {"no", "film"} <= set(model.vocabulary.tokens)
    assert reading.tokens == ("not", "good", "film", ".")
    assert reading.stop_words == ("it", "is", "the", "of", "them")
    assert "Stop words are left out, as in training: it, is, the, of, them" in reading.notes()
    with pytest.raises(BadInput, match="left to read of “It is the”: it has only stop words"):
        model.read("It is the")
    assert config.hash("x") != RunConfig(dataset="films", text=TextConfig(unit="word", min_count=1)).hash("x")
