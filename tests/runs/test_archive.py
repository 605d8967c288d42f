"""Archives: a run goes out as a zip file and comes in again, and nothing else comes in with it."""

import io
import json
import pickle
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnviz.errors import BadInput
from rnnviz.runs import archive
from rnnviz.runs.archive import pack_archive, unpack_archive
from rnnviz.runs.checkpoint import (
    FILES,
    HISTORY,
    REPORT,
    RUN,
    STATE,
    VOCABULARY,
    WATCHED,
    WEIGHTS,
    Files,
    snapshot_file,
    unpack_info,
    unpack_model,
)
from rnnviz.runs.exchange import Arrival, essentials, files_of, take_in
from rnnviz.runs.store import RunStore, read_state
from rnnviz.runs.work import Watch, train_run
from rnnviz.training.config import OptimiserConfig, changed
from rnnviz.training.state import TrainingState

SNAPSHOT = snapshot_file(1)


@pytest.fixture(scope="session")
def files(configs, names) -> Files:
    """A run that has everything a run can have."""
    return train_run(configs["lstm"], names, Watch(("мурка", "рекс"), "барсик"))


def zipped(files: Files, top: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file as any tool may make it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        for name, content in files.items():
            made.writestr(top + name, content)
    return packed.getvalue()


def with_json(files: Files, file: str, change: Callable[[Any], Any]) -> Files:
    """The same files, the value in one of them changed in place."""
    value = json.loads(files[file])
    change(value)
    return {**files, file: json.dumps(value).encode()}


def with_lines(files: Files, file: str, change: Callable[[list[Any]], Any]) -> Files:
    lines = [json.loads(line) for line in files[file].splitlines()]
    change(lines)
    return {**files, file: "\n".join(map(json.dumps, lines)).encode()}


def with_tensors(files: Files, file: str, change: Callable[[dict[str, Any]], Any]) -> Files:
    tensors = {name: value.copy() for name, value in safetensors.numpy.load(files[file]).items()}
    change(tensors)
    return {**files, file: safetensors.numpy.save(tensors)}


def header_of(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The description of the tensors in a safetensors file, and what stands behind it."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def with_header(files: Files, file: str, change: Callable[[dict[str, Any]], Any]) -> Files:
    header, rest = header_of(files[file])
    change(header)
    encoded = json.dumps(header).encode()
    return {**files, file: struct.pack("<Q", len(encoded)) + encoded + rest}


def with_state(files: Files, change: Callable[[dict[str, Any]], Any]) -> Files:
    """The same, for all that the state of a training holds beside its tensors."""

    def change_notes(header: dict[str, Any]) -> None:
        notes = json.loads(header["__metadata__"]["training"])
        change(notes)
        header["__metadata__"]["training"] = json.dumps(notes)

    return with_header(files, STATE, change_notes)


def refusal(content: bytes) -> str:
    """Why this archive is not taken."""
    with pytest.raises(BadInput) as caught:
        unpack_archive(content)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert len(sentence) < 500
    return sentence


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_run_comes_back_as_it_went_out(checkpoints, cell):
    assert unpack_archive(pack_archive(checkpoints[cell])) == checkpoints[cell]


def test_the_run_of_these_tests_has_every_kind_of_file(files):
    assert {*FILES, WATCHED, STATE, SNAPSHOT} < files.keys()


@pytest.mark.parametrize("settings", [{}, {"model.layers": 2, "model.direction": "both", "model.read_out": "all"}])
@pytest.mark.parametrize("schedule", ["constant", "one-cycle"])
@pytest.mark.parametrize("optimiser", ["adam", "rmsprop", "sgd"])
def test_a_run_of_any_optimiser_schedule_and_shape_comes_back_as_it_went_out(
    configs, names, optimiser, schedule, settings
):
    config = changed(
        configs["gru"], {"optimiser": OptimiserConfig(optimiser, 0.01, schedule=schedule), "epochs": 2, **settings}
    )

    files = train_run(config, names)

    assert unpack_archive(pack_archive(files)) == files


@pytest.mark.parametrize("name", [f"{dataset}-lstm" for dataset in ("pets", "pets-en", "imdb")])
def test_the_runs_that_come_with_the_app_are_sound(name):
    files = files_of(RunStore().folder(name))

    assert unpack_archive(pack_archive(files)) == files


def test_the_same_run_gives_the_same_archive_whatever_the_order_of_its_files(files):
    turned = dict(reversed(files.items()))

    assert pack_archive(turned) == pack_archive(files)
    with zipfile.ZipFile(io.BytesIO(pack_archive(files))) as made:
        assert made.namelist() == sorted(files)


def test_the_essentials_of_a_run_are_a_smaller_sound_run(files):
    small = essentials(files)

    assert small.keys() == {*FILES, WATCHED}
    assert unpack_archive(pack_archive(small)) == small
    assert len(pack_archive(small)) < len(pack_archive(files)) / 3


def test_a_run_that_was_brought_is_trained_on_to_the_same_weights(tmp_path, files, configs, names):
    store = RunStore(tmp_path)
    arrival = take_in(store, unpack_archive(pack_archive(files)))
    longer = changed(configs["lstm"], {"epochs": 4})

    went_on = train_run(longer, names, begun=read_state(store.folder(arrival.name)))

    assert went_on[WEIGHTS] == train_run(longer, names)[WEIGHTS]


def test_a_run_that_was_packed_by_hand_is_read_in_its_folder_and_uncompressed(files):
    assert unpack_archive(zipped(files, "my run (2)/", zipfile.ZIP_STORED)) == files
    assert unpack_archive(zipped({"": b"", **files}, "my run/")) == files


def test_what_a_mac_adds_to_an_archive_is_passed_over(files):
    added = {f"__MACOSX/my run/._{name}": b"junk" for name in files}

    content = zipped({**added, **{f"my run/{name}": each for name, each in files.items()}, "my run/.DS_Store": b"junk"})

    assert unpack_archive(content) == files


def test_a_run_is_read_without_unpickling_anything(files, monkeypatch):
    def unpickled(*_: object, **__: object) -> None:
        raise AssertionError("something was unpickled")

    for module, name in ((pickle, "loads"), (pickle, "load"), (pickle, "Unpickler"), (torch, "load")):
        monkeypatch.setattr(module, name, unpickled)

    assert unpack_archive(pack_archive(files)) == files


def with_flags(content: bytes, flags: int) -> bytes:
    """The same zip file, its members marked: bit 0 says encrypted."""
    for signature, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for found in re.finditer(re.escape(signature), content):
            at = found.start() + place
            content = content[:at] + struct.pack("<H", flags) + content[at + 2 :]
    return content


def claiming(content: bytes, size: int) -> bytes:
    """The same zip file, all its members said to have this size."""
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        for found in re.finditer(re.escape(signature), content):
            at = found.start() + place
            content = content[:at] + struct.pack("<I", size) + content[at + 4 :]
    return content


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06", pickle.dumps({"a": 1}), b"\x1f\x8b\x08\x00"])
def test_a_file_that_is_no_zip_is_refused(content):
    assert refusal(content).startswith("This is not a whole zip file")


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_an_archive_that_was_cut_short_is_refused(files, share):
    content = pack_archive(files)

    assert refusal(content[: int(len(content) * share)]).startswith("This is not a whole zip file")


def test_an_archive_whose_table_of_contents_has_lost_a_file_is_refused(files):
    """The comment of one entry is made as long as the next entry."""
    content = bytearray(zipped(files))
    *_, entry, lost = (found.start() for found in re.finditer(b"PK\x01\x02", content))
    content[entry + 32 : entry + 34] = struct.pack("<H", content.rfind(b"PK\x05\x06") - lost)

    assert refusal(bytes(content)).startswith("This is not a whole zip file (its table of contents is damaged)")


def test_an_archive_that_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(archive, "MOST_PACKED", 1000)
    monkeypatch.setattr(zipfile, "ZipFile", None)

    assert refusal(bytes(1001)) == "The archive has more than 50 MB; larger ones are not read."


def test_an_encrypted_archive_is_refused(files):
    assert refusal(with_flags(zipped(files), 1)) == "The archive is encrypted; bring one without a password."


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression_than_deflate_is_refused(files, method):
    assert "allowed is plain zip (deflate)" in refusal(zipped(files, method=method))


def test_an_archive_of_very_many_files_is_refused_before_they_are_counted_up(files, monkeypatch):
    many = zipped({f"snapshot-{number:04d}.safetensors": b"" for number in range(600)})
    monkeypatch.setattr(zipfile, "ZipFile", None)

    assert refusal(many) == "The archive holds more than 512 files; no run has so many."


@pytest.mark.parametrize(
    "name",
    [
        "../model.safetensors",
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../x.json",
        "..\\run.json",
        "C:\\run.json",
        "c:/run.json",
        "inner/run.json",
        "model.pkl",
        "run.py",
        "labels.json",
        ".hidden",
        "RUN.JSON",
        "run.json ",
        "run.json\n",
        "snapshot-1.safetensors",
        "snapshot-00001.safetensors",
        "snapshot-٠٠٠١.safetensors",
        "interventions.jsonl",
    ],
)
def test_a_file_that_no_run_has_is_refused_by_its_name(files, name):
    sentence = refusal(zipped({**files, name: b"x"}))

    assert sentence.startswith("The archive holds “")
    assert "which is no file of a run. Allowed are model.safetensors, run.json, vocabulary.json" in sentence


@pytest.mark.parametrize("top", ["../", "/", "./", "../../", "a/b/", "C:/", "..\\x/"])
def test_all_files_in_a_folder_that_leads_elsewhere_are_refused(files, top):
    assert "which is no file of a run" in refusal(zipped(files, top))


def test_a_name_that_would_steer_a_terminal_is_shown_harmless(files):
    assert "“�[31mred”" in refusal(zipped({**files, "\x1b[31mred": b""}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(files):
    packed = io.BytesIO(zipped(files))
    with zipfile.ZipFile(packed, "a") as made:
        made.writestr(RUN, b"{}")

    assert refusal(packed.getvalue()) == "The archive holds run.json twice."


def test_files_in_two_folders_are_refused(files):
    assert "which is no file of a run" in refusal(zipped({f"{name[0]}/{name}": each for name, each in files.items()}))


def test_an_archive_that_claims_to_be_too_large_is_refused_unread(files, monkeypatch):
    content = claiming(zipped(files), 2**31)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)

    assert refusal(content) == "Unpacked, the archive has more than 50 MB; no more is read."


def test_a_bomb_that_claims_to_be_small_is_not_unpacked(files):
    bomb = zipped({**files, VOCABULARY: bytes(200_000_000)})

    assert refusal(bomb) == "Unpacked, the archive has more than 50 MB; no more is read."
    tracemalloc.start()
    refusal(claiming(bomb, 10))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_member_that_grows_beyond_what_it_claims_is_stopped(files, monkeypatch):
    """Whatever the library that unpacks makes of the size that is claimed."""
    monkeypatch.setattr(archive, "MOST_BYTES", 1_500_000)
    content = zipped({**files, VOCABULARY: bytes(5_000_000)})
    read = zipfile.ZipExtFile.read
    taken = []

    def count_up(member: zipfile.ZipExtFile, most: int = -1) -> bytes:
        taken.append(read(member, most))
        return taken[-1]

    monkeypatch.setattr(zipfile.ZipExtFile, "read", count_up)
    monkeypatch.setattr(archive, "_members", lambda made: {info.filename: info for info in made.infolist()})

    assert refusal(content) == "Unpacked, the archive has more than 1.5 MB; no more is read."
    assert sum(map(len, taken)) <= 1_500_000 + archive.CHUNK


def test_a_run_that_would_not_be_read_again_is_not_packed(files):
    with pytest.raises(BadInput, match="The files of this run have 60 MB; at most 50 MB can be handed on"):
        pack_archive({**files, SNAPSHOT: bytes(60_000_000)})


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


def at(*path: Any, value: Any) -> Callable[[Any], None]:
    """Put a value in a place of another."""

    def change(whole: Any) -> None:
        for step in path[:-1]:
            whole = whole[step]
        whole[path[-1]] = value

    return change


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


def put(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    def changed_in_place(tensors: dict[str, Any]) -> None:
        tensors[name] = change(tensors[name])

    return changed_in_place


BAD_TENSORS = [
    (put("head.bias", lambda bias: bias.astype(np.float64)), "head.bias is float64 (2,); the configuration asks for"),
    (put("head.bias", lambda bias: bias.astype(np.float16)), "head.bias is float16 (2,); the configuration asks for"),
    (put("head.bias", lambda bias: bias[:1]), "head.bias is float32 (1,); the configuration asks for float32 (2,)"),
    (put("head.bias", lambda bias: bias[:0]), "head.bias is float32 (0,); the configuration asks for"),
    (put("head.weight", lambda weight: weight.T.copy()), "head.weight is float32 (5, 2); the configuration asks for"),
    (put("head.bias", lambda bias: bias * np.nan), "The tensor head.bias holds values that are no finite numbers"),
    (put("head.bias", lambda bias: bias + np.inf), "The tensor head.bias holds values that are no finite numbers"),
    (lambda tensors: tensors.pop("head.bias"), "It holds the tensors embedding.weight, head.weight"),
    (lambda tensors: tensors.update(more=np.zeros(3, np.float32)), "It holds the tensors embedding.weight, head.bias"),
    (lambda tensors: tensors.clear(), "It holds the tensors —; the configuration asks for"),
]


@pytest.mark.parametrize(("change", "words"), BAD_TENSORS, ids=range(len(BAD_TENSORS)))
@pytest.mark.parametrize("file", [WEIGHTS, SNAPSHOT])
def test_weights_of_another_net_are_refused(files, file, change, words):
    sentence = refusal(zipped(with_tensors(files, file, change)))

    assert words in sentence
    assert f"{file} is damaged" in sentence


@pytest.mark.parametrize(
    "change",
    [
        at("head.bias", "data_offsets", value=[0, 2**62]),
        at("head.bias", "data_offsets", value=[-8, 0]),
        at("head.bias", "shape", value=[2**40, 2**40]),
        at("head.bias", "dtype", value="PICKLE"),
        at("head.bias", value=None),
        at("__metadata__", value=5),
    ],
    ids=range(6),
)
def test_weights_with_a_wrong_description_are_refused(files, change):
    assert "model.safetensors is damaged" in refusal(zipped(with_header(files, WEIGHTS, change)))


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\xff" * 64, pickle.dumps({"a": 1}), struct.pack("<Q", 10**6 + 1) + bytes(10**6 + 9)]
)
@pytest.mark.parametrize("file", [WEIGHTS, SNAPSHOT, STATE])
def test_content_that_is_no_safetensors_is_refused(files, file, content):
    assert f"{file} is damaged" in refusal(zipped({**files, file: content}))


def test_a_pytorch_pickle_in_place_of_the_weights_is_refused_and_not_run(files):
    saved = io.BytesIO()
    torch.save({"head.bias": torch.zeros(2)}, saved)

    assert "model.safetensors is damaged" in refusal(zipped({**files, WEIGHTS: saved.getvalue()}))


def test_a_snapshot_of_an_epoch_that_never_was_is_refused(files):
    assert "epoch is 7; allowed is a whole number from 0 to 2" in refusal(
        zipped({**files, snapshot_file(7): files[SNAPSHOT]})
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (at("epoch", value=1), "epoch is 1; allowed is a whole number from 2 to 2"),
        (at("epoch", value=float("inf")), "cannot convert float infinity to integer"),
        (at("epoch", value=None), "is damaged"),
        (at("planned", value=10**6), "planned is 1000000"),
        (at("best_epoch", value=17), "best_epoch is 17"),
        (at("best_loss", value=float("nan")), "best_loss is nan"),
        (at("tokens", value=-5), "tokens is -5"),
        (at("seconds", value=float("inf")), "seconds is inf"),
        (at("groups", value=[1]), "is damaged"),
        (at("groups", value="adam"), "is damaged"),
        (at("groups", value=[]), "groups does not belong"),
        (at("groups", 0, "lr", value="fast"), "groups[0].lr does not belong to a training of this configuration"),
        (at("groups", 0, "lr", value=0), "groups[0].lr does not belong"),
        (at("groups", 0, "lr", value=float("nan")), "groups[0].lr does not belong"),
        (at("groups", 0, "betas", value=[0.9]), "groups[0].betas does not belong"),
        (at("groups", 0, "amsgrad", value=True), "groups[0].amsgrad does not belong"),
        (at("groups", 0, "weight_decay", value=0.7), "groups[0].weight_decay does not belong"),
        (at("groups", 0, "params", value=[0]), "groups[0].params does not belong"),
        (at("groups", 0, "hook", value="x"), "groups[0] does not belong"),
        (at("schedule", value=[]), "schedule does not belong"),
        (at("schedule", "optimizer", value="x"), "schedule does not belong"),
        (at("schedule", "last_epoch", value="x"), "schedule.last_epoch does not belong"),
        (at("schedule", "base_lrs", value=[]), "schedule.base_lrs does not belong"),
        (lambda notes: notes.pop("schedule"), "is damaged"),
    ],
    ids=range(24),
)
def test_a_state_from_which_no_training_could_go_on_is_refused(files, change, words):
    sentence = refusal(zipped(with_state(files, change)))

    assert words in sentence
    assert "state.safetensors is damaged" in sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda tensors: tensors.pop("weights.head.bias"), "It holds the tensors embedding.weight"),
        (lambda tensors: tensors.pop("best.head.bias"), "It holds the tensors embedding.weight"),
        (lambda tensors: tensors.pop("optimiser.0.exp_avg"), "optimiser.0 does not belong"),
        (
            lambda tensors: tensors.update({"optimiser.99.step": tensors["optimiser.0.step"]}),
            "optimiser does not belong",
        ),
        (lambda tensors: tensors.update({"other": tensors["optimiser.0.step"]}), "It holds tensors that belong to no"),
        (put("optimiser.0.exp_avg", lambda moment: moment * np.nan), "no finite numbers"),
        (put("optimiser.0.exp_avg", lambda moment: moment[:1]), "the configuration asks for"),
        (put("optimiser.0.step", lambda step: step.astype(np.int64)), "the configuration asks for"),
        (put("weights.head.bias", lambda bias: bias[:1]), "the configuration asks for"),
    ],
    ids=range(9),
)
def test_a_state_with_other_tensors_is_refused(files, change, words):
    header, _rest = header_of(files[STATE])
    changed = with_tensors(files, STATE, change)

    assert words in refusal(zipped(with_header(changed, STATE, at("__metadata__", value=header["__metadata__"]))))


def test_a_run_that_was_brought_has_the_name_that_its_training_would_have_here(store, files, configs, names):
    arrival = take_in(store, files)

    assert arrival == Arrival(f"names-lstm-{configs['lstm'].hash(names.fingerprint)[:10]}", new=True)
    assert files_of(store.folder(arrival.name)) == files
    assert store.folder(arrival.name).parent == store.made


def test_a_run_that_is_brought_twice_is_there_once(store, files):
    first = take_in(store, files)
    before = {path: path.stat().st_mtime_ns for path in store.root.rglob("*")}

    assert take_in(store, files) == Arrival(first.name, new=False)
    assert {path: path.stat().st_mtime_ns for path in store.root.rglob("*")} == before


def test_a_run_that_comes_with_the_app_is_known_when_it_is_brought(store, checkpoints):
    assert take_in(store, checkpoints["gru"]) == Arrival("gru", new=False)


def test_the_essentials_of_a_run_that_is_there_whole_are_there_already(store, files):
    whole = take_in(store, files)

    assert take_in(store, essentials(files)) == Arrival(whole.name, new=False)


def test_another_run_of_the_same_configuration_gets_a_number_and_changes_nothing(store, files):
    first = take_in(store, files)
    slower, slowest = (with_json(files, RUN, at("seconds", value=seconds)) for seconds in (99.0, 999.0))

    assert take_in(store, slower) == Arrival(f"{first.name}-2", new=True)
    assert take_in(store, slowest) == Arrival(f"{first.name}-3", new=True)
    assert files_of(store.folder(first.name)) == files
    assert take_in(store, slower) == Arrival(f"{first.name}-2", new=False)


def test_a_damaged_run_of_the_same_name_is_left_as_it_is(store, files):
    first = take_in(store, files)
    (store.folder(first.name) / RUN).write_bytes(b"{")

    assert take_in(store, files) == Arrival(f"{first.name}-2", new=True)
    assert (store.folder(first.name) / RUN).read_bytes() == b"{"


@pytest.mark.parametrize(
    "dataset", ["../../outside", "/etc/x", "..", "runs/../..", "\\\\host", "a" * 500, "мои клички", "📚" * 90]
)
def test_the_name_of_a_dataset_leads_nowhere_but_into_the_store(store, files, dataset):
    arrival = take_in(store, unpack_archive(zipped(with_json(files, RUN, at("config", "dataset", value=dataset)))))

    folder = store.made / arrival.name
    assert folder.resolve().parent == store.made.resolve()
    assert folder.is_dir()
    assert not arrival.name.startswith(".")


def usable(files: Files) -> None:
    """What the pages do with a run: list it, open it, read a text, take its state up."""
    info, model = unpack_info("run", files), unpack_model("run", files)
    assert all(map(np.isfinite, (info.seconds, info.report["test"]["accuracy"])))
    assert np.isfinite(model.classifier.head.weight.numpy()).all()
    assert np.isclose(model.probabilities([model.read("мурка")]).sum(), 1.0, atol=1e-5)
    if STATE in files:
        TrainingState.from_bytes(files[STATE])


def taken(content: bytes) -> Files | None:
    """The files of an archive; None where it was refused, as a person is told."""
    try:
        return unpack_archive(content)
    except BadInput as error:
        return None if str(error) else {}


def damage(content: bytes, places: list[float], kinds: list[int], letters: bytes) -> bytes:
    """Bytes flipped, put in, taken out, or everything behind a place cut away."""
    for share, kind, letter in zip(places, kinds, letters, strict=False):
        place = int(share * len(content))
        match kind:
            case 0:
                content = content[:place] + bytes([letter]) + content[place + 1 :]
            case 1:
                content = content[:place] + bytes([letter]) * (letter % 7 + 1) + content[place:]
            case 2:
                content = content[:place] + content[place + letter % 7 + 1 :]
            case 3:
                content = content[:place]
    return content


SHARES = st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=3)
KINDS = st.lists(st.sampled_from([0, 0, 0, 1, 2, 3]), min_size=3, max_size=3)
LETTERS = st.binary(min_size=3, max_size=3)
FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@settings(FUZZ, max_examples=1200)
@given(places=SHARES, kinds=KINDS, letters=LETTERS)
def test_a_damaged_archive_is_refused_or_was_not_damaged_where_it_matters(files, places, kinds, letters):
    unpacked = taken(damage(pack_archive(files), places, kinds, letters))

    assert unpacked in (None, files)


@settings(FUZZ, max_examples=800)
@given(place=st.integers(1, 500), kind=st.integers(0, 3), letter=st.binary(min_size=1, max_size=1))
def test_a_damaged_table_of_contents_is_refused_or_was_not_damaged_where_it_matters(files, place, kind, letter):
    """It stands at the end, where a place drawn from the whole would seldom fall."""
    content = zipped(essentials(files))
    share = max(1 - place / len(content), 0.0)

    unpacked = taken(damage(content, [share], [kind], letter))

    assert unpacked in (None, essentials(files))


@settings(FUZZ, max_examples=800)
@given(file=st.sampled_from([*FILES, WATCHED, STATE, SNAPSHOT]), places=SHARES, kinds=KINDS, letters=LETTERS)
def test_an_archive_made_of_damaged_files_is_refused_or_holds_a_run_that_can_be_used(
    files, file, places, kinds, letters
):
    changed = {**files, file: damage(files[file], places, kinds, letters)}
    unpacked = taken(zipped(changed, method=zipfile.ZIP_STORED))

    assert unpacked in (None, changed)
    if unpacked is not None:
        usable(unpacked)


def places_in(value: Any) -> list[tuple[Any, ...]]:
    """The way to every value inside another, and to the whole."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *place) for key, inner in steps for place in places_in(inner))]


JUNK = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        3,
        0.5,
        1e300,
        float("nan"),
        float("inf"),
        10**40,
        "",
        "x",
        "\ud800",
        "../x",
        [],
        [0],
        {},
        {"x": 1},
    ]
)


@settings(FUZZ, max_examples=800)
@given(
    file=st.sampled_from([RUN, HISTORY, REPORT, VOCABULARY, WATCHED]),
    share=st.floats(0, 1, exclude_max=True),
    junk=JUNK,
)
def test_an_archive_with_a_value_replaced_is_refused_or_holds_a_run_that_can_be_used(files, file, share, junk):
    lines = [json.loads(line) for line in files[file].splitlines()] if file in (HISTORY, WATCHED) else None
    value = [json.loads(files[file])] if lines is None else lines
    places = [place for place in places_in(value) if place]
    at(*places[int(share * len(places))], value=junk)(value)
    changed = {**files, file: "\n".join(map(json.dumps, value)).encode()}

    unpacked = taken(zipped(changed, method=zipfile.ZIP_STORED))

    assert unpacked in (None, changed)
    if unpacked is not None:
        usable(unpacked)
