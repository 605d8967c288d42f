"""Banks of states on disk: made once, made anew when damaged, refused when too large."""

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.insight.state_bank import bank_shape, fill_bank
from rnnviz.runs import state_files
from rnnviz.runs.state_files import KEPT, open_bank, states_folder
from tests.insight.test_ablation import part_of


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def opened(store):
    """Opens the bank of a tiny run, and says how often its texts were read for it."""
    model, folder = store.model("gru"), store.folder("gru")
    part = part_of(model)

    def open_it(layer=0, direction="forward", folder=folder):
        told = []
        bank = open_bank(folder, model, part, layer, direction, lambda *done: told.append(done))
        return bank, len(told)

    open_it.model, open_it.part = model, part
    return open_it


def test_a_bank_is_read_once_and_mapped_from_then_on(opened):
    first, read = opened()
    again, read_again = opened()

    expected = np.zeros(bank_shape(opened.model, opened.part), dtype=np.int16)
    fill_bank(opened.model, opened.part, 0, "forward", expected, lambda *done: None)
    assert (read > 0, read_again) == (True, 0)
    assert np.array_equal(first.states, expected)
    assert np.array_equal(again.states, expected)


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_bank_is_made_anew(opened, damage):
    opened()
    (path,) = states_folder().glob("*.npy")
    path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)

    bank, read = opened()

    assert read > 0
    assert bank.states.shape == bank_shape(opened.model, opened.part)


def test_a_bank_that_is_too_large_is_refused_with_both_sizes(opened, monkeypatch):
    monkeypatch.setattr(state_files, "MOST_MEGABYTES", 0)

    with pytest.raises(BadInput, match="at most 0 MB"):
        opened()
    assert not states_folder().exists()


def test_without_room_on_the_disk_nothing_is_written(opened, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1_000_000})())

    with pytest.raises(BadInput, match="1 MB are free"):
        opened()
    assert list(states_folder().iterdir()) == []


def test_a_reading_that_breaks_off_leaves_nothing_behind(opened, store):
    def tell(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_bank(store.folder("gru"), opened.model, opened.part, 0, "forward", tell)
    assert list(states_folder().iterdir()) == []


def test_the_banks_used_longest_ago_make_room(opened, store):
    folders = [store.root / "rnn", store.root / "lstm", store.root / "gru"]
    for number in range(3):
        copy = store.root / f"more-{number}"
        copy.mkdir()
        folders.append(copy)
    for folder in folders:
        opened(folder=folder)

    assert len(list(states_folder().glob("*.npy"))) == KEPT
    assert opened(folder=folders[-1])[1] == 0
