"""The library: every dataset by its name, the reviews from the cache where they have been opened before."""

import dataclasses
from pathlib import Path

import pytest

from rnnviz.errors import BadInput
from rnnviz.text import library
from rnnviz.text.corpus import tokenize
from rnnviz.text.imdb import FOLDER, read_imdb
from rnnviz.text.library import IMDB, LIBRARY, check_name, open_corpus, open_same_corpus, read_dataset, source_of
from rnnviz.text.sources import BUNDLED, DATA, load_dataset
from rnnviz.text.tokens import TOKENIZERS


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a small official folder of reviews."""
    for part in ("train", "test"):
        for label in ("pos", "neg"):
            (tmp_path / "data" / FOLDER / part / label).mkdir(parents=True)
            for number in range(6):
                path = tmp_path / "data" / FOLDER / part / label / f"{number}_5.txt"
                path.write_text(f"A {label} film, number {number} of {part}.<br />Don't miss it!")
    return tmp_path / "data"


@pytest.mark.parametrize("name", LIBRARY)
def test_every_dataset_has_a_title_a_unit_and_examples(name: str) -> None:
    entry = LIBRARY[name]
    assert check_name(name) == name
    assert entry.title
    assert entry.unit in TOKENIZERS
    assert entry.examples


def test_an_unknown_name_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(BadInput, match=r"no dataset “birds”.* pets, pets-en, reviews, imdb"):
        open_corpus("birds")


def test_the_source_of_a_bundled_dataset_is_its_file() -> None:
    assert [source_of(name) for name in BUNDLED] == [DATA / bundled.file for bundled in BUNDLED.values()]


def test_reviews_that_are_not_there_are_refused_with_the_way_to_get_them(tmp_path: Path) -> None:
    for ask in (source_of, read_dataset):
        with pytest.raises(BadInput, match=f"not in {tmp_path}.*84 MB.*python -m rnnviz datasets fetch imdb"):
            ask(IMDB, tmp_path)


def test_a_bundled_dataset_opens_as_it_is_read(cache_folder: Path) -> None:
    corpus = open_corpus("pets-en")
    expected = tokenize(load_dataset("pets-en"), "character", "drop")
    assert corpus.texts == expected.texts
    assert corpus.card == load_dataset("pets-en").card
    assert not cache_folder.exists()


def test_the_reviews_are_read_once_and_come_from_the_cache_afterwards(data: Path, monkeypatch) -> None:
    told: list[tuple[int, int]] = []
    first = open_corpus(IMDB, folder=data, progress=lambda *step: told.append(step))
    monkeypatch.setattr(library, "read_dataset", lambda *_: pytest.fail("read again"))

    second = open_corpus(IMDB, folder=data)

    assert first.card == second.card == read_imdb(data / FOLDER).card
    assert first.texts == second.texts
    assert [ids.tolist() for ids in first.sequences] == [ids.tolist() for ids in second.sequences]
    assert second.test == 12
    shares = [done / total for done, total in told]
    assert shares == sorted(shares)
    assert (shares[-1], 0.5 in shares) == (1.0, True)


@pytest.mark.parametrize(("unit", "policy"), [("character", "drop"), ("word", "first")])
def test_another_unit_or_policy_is_another_corpus(data: Path, unit: str, policy: str) -> None:
    open_corpus(IMDB, folder=data)
    corpus = open_corpus(IMDB, unit, policy, data)
    assert corpus.tokens == tokenize(read_imdb(data / FOLDER), unit, policy).tokens


def test_a_source_that_changed_is_read_again(data: Path) -> None:
    before = open_corpus(IMDB, folder=data)
    (data / FOLDER / "train" / "pos" / "6_9.txt").write_text("One more.")
    after = open_corpus(IMDB, folder=data)
    assert len(after.texts) == len(before.texts) + 1
    assert after.card.fingerprint != before.card.fingerprint


def test_a_damaged_cache_is_made_anew(data: Path, cache_folder: Path) -> None:
    before = open_corpus(IMDB, folder=data)
    (kept,) = cache_folder.iterdir()
    (kept / "tokens.npy").write_bytes((kept / "tokens.npy").read_bytes()[:-4])

    assert open_corpus(IMDB, folder=data).texts == before.texts
    assert (kept / "tokens.npy").stat().st_size == 4 * len(before.sequences.flat) + 128
    assert [path.name for path in cache_folder.iterdir()] == [kept.name]


def test_the_corpus_of_a_card_is_the_same_or_refused() -> None:
    card = open_corpus("pets-en").card
    assert open_same_corpus(card, "character", "first").card == card
    with pytest.raises(BadInput, match="“pets-en” has changed"):
        open_same_corpus(dataclasses.replace(card, fingerprint="0"), "character", "drop")
