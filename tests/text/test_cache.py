"""The cache of corpora: the same corpus again, or none at all, whatever has become of its files."""

import errno
import os
import time
from pathlib import Path

import numpy as np
import pytest

from rnnviz.text import cache
from rnnviz.text.corpus import Corpus, tokenize
from rnnviz.text.datasets import Dataset

ROWS = tuple((f"text {i} is {'good' if i % 2 else 'bad'} – да", "pos" if i % 2 else "neg") for i in range(20))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of this test, which does not exist yet."""
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "some" / "cache"))
    return tmp_path / "some" / "cache"


@pytest.fixture
def corpus() -> Corpus:
    official = tuple("test" if i > 14 else "train" for i in range(len(ROWS)))
    return tokenize(
        Dataset("mine", (*ROWS, ROWS[19], ("", "pos")), "word", (*official, "train", "test")), "word", "drop"
    )


def assert_equal(one: Corpus, other: Corpus | None) -> None:
    assert other is not None
    assert (one.card, one.tokens, one.test, one.steps) == (other.card, other.tokens, other.test, other.steps)
    assert one.texts == other.texts
    assert [ids.tolist() for ids in one.sequences] == [ids.tolist() for ids in other.sequences]
    np.testing.assert_array_equal(one.labels, other.labels)


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("**/*"))


def test_nothing_is_loaded_that_was_not_saved() -> None:
    assert cache.load("mine-1") is None


def test_the_same_corpus_comes_back_mapped_from_disk(corpus: Corpus) -> None:
    cache.save("mine-1", corpus)

    found = cache.load("mine-1")

    assert_equal(corpus, found)
    assert isinstance(found.texts.flat, np.memmap)
    assert isinstance(found.sequences.flat, np.memmap)
    assert cache.load("mine-2") is None


def test_without_a_folder_of_its_own_the_cache_is_in_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RNNVIZ_CACHE")
    assert cache.cache_folder() == cache.DATA / ".cache"


def test_all_that_decides_a_corpus_is_in_its_key(tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text("a")
    keys = [cache.key_of("mine", source, "word", "drop")]
    assert cache.key_of("mine", source, "word", "drop") == keys[0]

    keys += [cache.key_of(*each) for each in (("yours", source, "word", "drop"), ("mine", source, "character", "drop"))]
    keys.append(cache.key_of("mine", source, "word", "first"))
    os.utime(source, (1, 1))
    keys.append(cache.key_of("mine", source, "word", "drop"))
    source.write_text("ab")
    os.utime(source, (1, 1))
    keys.append(cache.key_of("mine", source, "word", "drop"))
    keys.append(cache.key_of("mine", source.rename(tmp_path / "other.csv"), "word", "drop"))
    keys.append(cache.key_of("mine", source, "word", "drop"))  # nothing there any more

    assert len(set(keys)) == len(keys)


def test_a_file_that_comes_or_goes_in_a_folder_makes_a_new_key(tmp_path: Path) -> None:
    source = tmp_path / "aclImdb"
    (source / "train" / "pos").mkdir(parents=True)
    os.utime(source / "train" / "pos", (1, 1))
    before = cache.key_of("imdb", source, "word", "drop")

    (source / "train" / "pos" / "1_9.txt").write_text("a")

    assert cache.key_of("imdb", source, "word", "drop") != before


@pytest.mark.parametrize("name", [cache.META, *(f"{name}.npy" for name in cache.ARRAYS)])
@pytest.mark.parametrize("damage", ["gone", "empty", "short", "noise"])
def test_a_damaged_corpus_is_none_and_is_replaced_by_the_next(corpus, folder: Path, name: str, damage: str) -> None:
    cache.save("mine-1", corpus)
    path = folder / "mine-1" / name
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "short": whole[:-1], "noise": b"\x93noise" * 40}[damage])

    assert cache.load("mine-1") is None
    cache.save("mine-1", corpus)
    assert_equal(corpus, cache.load("mine-1"))
    assert [each.name for each in folder.iterdir()] == ["mine-1"]


@pytest.mark.parametrize("text", ["[]", "{}", "1", '{"card": {"name": "x"}}', '{"card": 1, "tokens": []}'])
def test_a_description_that_is_something_else_is_none(corpus: Corpus, folder: Path, text: str) -> None:
    cache.save("mine-1", corpus)
    (folder / "mine-1" / cache.META).write_text(text)
    assert cache.load("mine-1") is None


def test_a_corpus_that_is_in_use_can_be_replaced(corpus: Corpus) -> None:
    cache.save("mine-1", corpus)
    in_use = cache.load("mine-1")
    cache.save("mine-1", corpus)
    assert_equal(corpus, in_use)


def test_a_folder_that_can_not_be_made_is_no_obstacle(corpus: Corpus, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "file" / "cache"))

    cache.save("mine-1", corpus)

    assert cache.load("mine-1") is None


def test_a_folder_that_can_only_be_read_is_read(corpus: Corpus, monkeypatch) -> None:
    cache.save("mine-1", corpus)

    def refused(*_arguments: object, **_more: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "utime", refused)
    monkeypatch.setattr(os, "mkdir", refused)

    cache.save("mine-2", corpus)
    assert_equal(corpus, cache.load("mine-1"))
    assert cache.load("mine-2") is None


def test_a_disk_that_is_full_leaves_nothing_behind(corpus: Corpus, folder: Path, monkeypatch) -> None:
    written: list[object] = []

    def fill(path: Path, *_arguments: object, **_more: object) -> None:
        written.append(path)
        path.write_bytes(b"x")
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", fill)

    cache.save("mine-1", corpus)

    assert len(written) == 3
    assert files_of(folder) == []


def test_the_corpora_used_last_are_kept(corpus: Corpus, folder: Path) -> None:
    for number in range(cache.KEPT):
        cache.save(f"mine-{number}", corpus)
        os.utime(folder / f"mine-{number}", (number, number))
    cache.load("mine-0")

    cache.save("mine-new", corpus)

    assert sorted(path.name for path in folder.iterdir()) == ["mine-0", "mine-2", "mine-3", "mine-new"]


def test_what_a_killed_process_was_writing_goes_after_a_while(corpus: Corpus, folder: Path) -> None:
    for name, age in (("old", cache.ABANDONED + 60), ("new", 60)):
        (folder / f"{cache.WRITING}{name}").mkdir(parents=True)
        os.utime(folder / f"{cache.WRITING}{name}", (time.time() - age,) * 2)

    cache.save("mine-1", corpus)

    assert sorted(path.name for path in folder.iterdir()) == [f"{cache.WRITING}new", "mine-1"]
