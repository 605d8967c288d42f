"""Archives: a run goes out as a zip file and comes in again."""

import io
import pickle
import zipfile

import pytest
import torch

from rnnviz.runs.archive import pack_archive, unpack_archive
from rnnviz.runs.checkpoint import (
    FILES,
    STATE,
    WATCHED,
    WEIGHTS,
)
from rnnviz.runs.exchange import essentials, files_of, take_in
from rnnviz.runs.store import RunStore, read_state
from rnnviz.runs.work import train_run
from rnnviz.training.config import OptimiserConfig, changed
from tests.runs.archives import (
    SNAPSHOT,
    zipped,
)


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
