"""The library: every dataset that can be called by its name, and how its corpus is opened."""

from dataclasses import dataclass
from pathlib import Path

from rnnviz.errors import BadInput, listed
from rnnviz.language import N_
from rnnviz.text import cache
from rnnviz.text.corpus import Corpus, tokenize
from rnnviz.text.datasets import Dataset, DatasetCard
from rnnviz.text.imdb import find_imdb, read_imdb
from rnnviz.text.progress import Progress
from rnnviz.text.sources import BUNDLED, DATA, load_dataset

IMDB = "imdb"


@dataclass(frozen=True)
class Entry:
    """What pages and commands say of a dataset before it is opened."""

    title: str
    unit: str
    examples: tuple[str, ...]
    """Texts that pages offer first."""


LIBRARY = {
    **{name: Entry(bundled.title, bundled.unit, bundled.examples) for name, bundled in BUNDLED.items()},
    IMDB: Entry(
        N_("Film reviews (IMDB)"),
        "word",
        (
            "I expected another dull sequel, but the acting was wonderful and the ending moved me to tears.",
            "A great cast and a lovely score, and still the worst two hours of my life.",
        ),
    ),
}
"""All datasets by name."""


def check_name(name: str) -> str:
    """The name, or `BadInput` where no dataset is called so."""
    if name not in LIBRARY:
        raise BadInput("There is no dataset “{name}”. Known are: {known}.", name=name, known=listed(LIBRARY))
    return name


def source_of(name: str, folder: Path = DATA) -> Path:
    """The file or folder that a dataset is read from; `BadInput` where it is not there and how to get it."""
    if check_name(name) != IMDB:
        return folder / BUNDLED[name].file
    found = find_imdb(folder)
    if found is None:
        raise BadInput(
            "The IMDB reviews are not in {folder}. Fetch them (84 MB): python -m rnnviz datasets fetch imdb",
            folder=folder,
        )
    return found


def read_dataset(name: str, folder: Path = DATA, progress: Progress | None = None) -> Dataset:
    """All rows of a dataset as they stand in its source."""
    if check_name(name) == IMDB:
        return read_imdb(source_of(name, folder), progress)
    return load_dataset(name, folder)


def open_corpus(
    name: str,
    unit: str | None = None,
    contradictions: str = "drop",
    folder: Path = DATA,
    progress: Progress | None = None,
) -> Corpus:
    """The corpus of a dataset, from the cache where it is a large one that has been opened before."""
    unit = unit or LIBRARY[check_name(name)].unit
    if name != IMDB:
        return tokenize(read_dataset(name, folder), unit, contradictions)
    key = cache.key_of(name, source_of(name, folder), unit, contradictions)
    corpus = cache.load(key)
    if corpus is None:
        corpus = tokenize(read_dataset(name, folder, _half(progress, 0)), unit, contradictions, _half(progress, 1))
        cache.save(key, corpus)
    return corpus


def open_same_corpus(card: DatasetCard, unit: str, contradictions: str, progress: Progress | None = None) -> Corpus:
    """The corpus of the dataset that a card describes; `BadInput` where its source has changed since."""
    corpus = open_corpus(card.name, unit, contradictions, progress=progress)
    if corpus.card.fingerprint != card.fingerprint:
        raise BadInput("The dataset “{name}” has changed since the page was opened; reload the page.", name=card.name)
    return corpus


def _half(progress: Progress | None, half: int) -> Progress | None:
    """The progress of reading or of cutting into tokens, as one half of the whole."""
    return progress and (lambda done, total: progress(half * total + done, 2 * total))
