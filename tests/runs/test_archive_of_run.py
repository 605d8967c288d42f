"""What stands in the files of an archive is checked: JSON by schema, figures by what they follow from."""

import json
import pickle
import re

import pytest

from rnnviz.runs.checkpoint import (
    FILES,
    HISTORY,
    REPORT,
    RUN,
    VOCABULARY,
    WATCHED,
)
from tests.runs.archives import (
    at,
    refusal,
    with_json,
    with_lines,
    zipped,
)


@pytest.mark.parametrize("file", FILES)
def test_an_archive_that_lacks_a_file_is_refused_by_its_name(files, file):
    less = {name: content for name, content in files.items() if name != file}

    assert refusal(zipped(less)).startswith(f"The archive lacks {file}; a run has model.safetensors, run.json")


def test_an_archive_with_nothing_in_it_is_refused():
    assert refusal(zipped({})).startswith("The archive lacks model.safetensors, run.json")


@pytest.mark.parametrize("file", [RUN, HISTORY, REPORT, VOCABULARY, WATCHED])
def test_json_that_would_fill_the_memory_is_refused_before_it_is_parsed(files, file):
    assert re.match(
        rf"{re.escape(file)} in the archive has \d+ bytes; at most \d+ are read",
        refusal(zipped({**files, file: b"[]," * 10_000_000})),
    )


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"null", b"\xff\xfe", b"[" * 100_000, pickle.dumps([1])])
@pytest.mark.parametrize("file", [RUN, REPORT, VOCABULARY, HISTORY])
def test_json_that_is_damaged_is_refused_by_the_name_of_its_file(files, file, content):
    sentence = refusal(zipped({**files, file: content}))

    assert file in sentence or "has format None" in sentence


NO_NUMBER = [None, "1", True, [1], {}, float("nan"), float("inf"), -1, 10**400]


@pytest.mark.parametrize("value", NO_NUMBER, ids=repr)
@pytest.mark.parametrize("field", ["epochs", "best_epoch", "seconds", "tokens_per_second", "parameters"])
def test_a_figure_of_a_run_that_is_no_such_number_is_refused(files, field, value):
    sentence = refusal(zipped(with_json(files, RUN, at(field, value=value))))

    assert "is damaged" in sentence


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("format",), 2, "has format 2; this version reads format 1"),
        (("classes",), ["cat"], "a list of 2 to 20 values"),
        (("classes",), [str(number) for number in range(21)], "a list of 2 to 20 values"),
        (("classes",), ["cat", "cat"], "classes has the same text twice"),
        (("classes",), ["cat", 7], "classes[1] is 7; allowed is a text"),
        (("classes",), ["cat", ""], "classes[1] is ''; allowed is a text"),
        (("classes",), "cats", "classes is 'cats'; allowed is a list"),
        (("classes",), ["cat", "\ud800"], "surrogates not allowed"),
        (("dataset", "name"), 5, "dataset.name is 5; allowed is a text"),
        (("dataset", "rows"), 0.5, "dataset.rows is 0.5; allowed is a whole number"),
        (("dataset", "fingerprint"), None, "dataset.fingerprint is None; allowed is a text"),
        (("dataset", "other"), "x", "unexpected keyword argument"),
        (("config", "dataset"), ["pets"], "config.dataset is ['pets']; allowed is a text"),
        (("config", "model", "hidden_size"), 10**9, "Hidden size is 1000000000; allowed is 1 to 256"),
        (("config", "model", "layers"), 1000, "Layers is 1000; allowed is 1 to 4"),
        (("config", "model", "cell"), "transformer", "Cell is “transformer”; allowed is one of"),
        (("config", "text", "max_vocabulary"), 10**9, "allowed is 10 to 100000"),
        (("config", "optimiser", "learning_rate"), float("nan"), "Learning rate is nan"),
        (("config", "batch_size"), "64", "Batch size is 64; allowed is 1 to 1024"),
        (("reason",), "boredom", "reason is “boredom”; allowed is one of: completed"),
        (("device",), 5, "device is 5; allowed is a text"),
        (("best_epoch",), 3, "best_epoch is 3; allowed is a whole number from 0 to 2"),
        (("parameters",), 5, "parameters is 5; allowed is a whole number from"),
        (("interventions",), [{"epoch": 9, "batch": 1, "learning_rate": 0.1}], "interventions[0].epoch is 9"),
        (("interventions",), [{"epoch": 1, "batch": 1, "learning_rate": "x"}], "interventions[0].learning_rate is 'x'"),
        (("interventions",), [{"epoch": 1, "batch": 1, "learning_rate": 1e9}], "interventions[0].learning_rate is 1"),
        (("interventions",), [{"epoch": 1}], "missing 1 required positional argument"),
        (("interventions",), 5, "not iterable"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_run_json_that_is_not_as_it_should_be_is_refused_by_the_place(files, path, value, words):
    sentence = refusal(zipped(with_json(files, RUN, at(*path, value=value))))

    assert words in sentence
    assert sentence.startswith("Run “archive”")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (at(1, "epoch", value=2), "[1].epoch is 2; allowed is a whole number from 1 to 1"),
        (at(1, "train_loss", value=float("nan")), "[1].train_loss is nan; allowed is a number"),
        (at(1, "train_loss", value="0.5"), "[1].train_loss is '0.5'; allowed is a number"),
        (at(1, "validation_accuracy", value=1.5), "[1].validation_accuracy is 1.5; allowed is a number from 0 to 1"),
        (at(1, "tokens", value=1.5), "[1].tokens is 1.5; allowed is a whole number"),
        (at(1, "best", value=1), "[1].best is 1; allowed is true or false"),
        (at(1, "pinned", value={}), "allowed are the entries epoch, train_loss"),
        (lambda lines: lines.reverse(), "[0].epoch is 2"),
        (lambda lines: lines.pop(), "2 lines for the epochs 0 to 2"),
        (lambda lines: lines.append(lines[-1]), "4 lines for the epochs 0 to 2"),
        (lambda lines: [line.update(best=False) for line in lines], "best_epoch is"),
    ],
    ids=range(11),
)
def test_a_history_that_is_not_as_it_should_be_is_refused_by_the_place(files, change, words):
    sentence = refusal(zipped(with_lines(files, HISTORY, change)))

    assert words in sentence
    assert "history.jsonl is damaged" in sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (at("test", "accuracy", value=0.123), "test.accuracy is 0.123; allowed is a number from"),
        (at("test", "cat", "support", value=float("nan")), "test.cat.support is nan"),
        (at("test", "cat", value="good"), "test.cat is 'good'; allowed are the entries precision"),
        (at("test", "bird", value={}), "allowed are the entries cat, dog, accuracy"),
        (lambda report: report["train"].pop("dog"), "allowed are the entries cat, dog, accuracy"),
        (lambda report: report.pop("validation"), "report is"),
        (at("confusion", "test", value=[[1]]), "confusion.test is [[1]]; allowed is a list of 2 to 2"),
        (at("confusion", "test", value=[[0, 0], [0, 0]]), "confusion.test is 0; allowed is a whole number from 1"),
        (at("confusion", "test", value=[[1, -1], [0, 1]]), "confusion.test[0][1] is -1"),
        (at("confusion", "test", value=[[1, 1], [1, 10**30]]), "confusion.test[1][1] is 1000"),
        (at("confusion", "test", 0, 0, value=1.5), "confusion.test[0][0] is 1.5"),
    ],
    ids=range(11),
)
def test_a_report_that_does_not_follow_from_its_confusion_matrices_is_refused(files, change, words):
    sentence = refusal(zipped(with_json(files, REPORT, change)))

    assert words in sentence
    assert "report.json is damaged" in sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda tokens: tokens[::-1], "The tokens begin with"),
        (lambda tokens: [*tokens[:-1], tokens[-2]], "tokens has the same text twice"),
        (lambda tokens: [*tokens[:-1], 5], "is 5; allowed is a text"),
        (lambda tokens: [*tokens[:-1], ""], "is ''; allowed is a text"),
        (dict.fromkeys, "allowed is a list"),
        (lambda tokens: [*tokens, "extra"], "model.safetensors is damaged (The tensor embedding.weight is float32"),
        (lambda tokens: [*tokens, *map(str, range(10**5))], "allowed is a list of 2 to 20002 values"),
    ],
    ids=range(7),
)
def test_a_vocabulary_that_is_not_as_it_should_be_is_refused(files, change, words):
    changed = json.dumps(change(json.loads(files[VOCABULARY]))).encode()

    assert words in refusal(zipped({**files, VOCABULARY: changed}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines.pop(), "epochs is 2; allowed is a whole number from 3 to 3"),
        (at(0, "pinned", "мурка", value=[0.5]), "[0].pinned.мурка is [0.5]; allowed is a list of 2 to 2"),
        (at(0, "pinned", "мурка", value=[0.5, 7]), "[0].pinned.мурка[1] is 7; allowed is a number from 0 to 1"),
        (at(0, "pinned", value=[1]), "pinned is 1; allowed is a text"),
        (at(0, "profile", "hidden_norms", value=[1.0]), "[0].profile.hidden_norms is [1.0]; allowed is a list of 6"),
        (at(0, "profile", "tokens", 0, value=3), "[0].profile.tokens[0] is 3; allowed is a text"),
        (at(0, "profile", value=None), "watched.jsonl is damaged"),
        (at(0, "more", value=1), "allowed are the entries pinned, profile"),
        (at(0, value=[["pinned", {}]]), "watched.jsonl is damaged"),
    ],
    ids=range(9),
)
def test_what_became_of_the_followed_texts_is_checked_too(files, change, words):
    assert words in refusal(zipped(with_lines(files, WATCHED, change)))
