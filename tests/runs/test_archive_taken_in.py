"""An archive that is sound goes into the store, under the right name, and changes nothing else there."""

import pytest

from rnnviz.runs.archive import unpack_archive
from rnnviz.runs.checkpoint import (
    RUN,
)
from rnnviz.runs.exchange import Arrival, essentials, files_of, take_in
from tests.runs.archives import at, with_json, zipped


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
