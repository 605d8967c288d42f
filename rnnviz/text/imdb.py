"""IMDB: 50,000 film reviews, found in any of the shapes in which people have them, or fetched."""

import zipfile
from pathlib import Path

from rnnviz.errors import BadInput, listed
from rnnviz.text.datasets import Dataset
from rnnviz.text.fetch import fetch
from rnnviz.text.imdb_shapes import (
    CSV,
    DAMAGE,
    LABELS,
    PARTS,
    Place,
    csv_member,
    read_csv,
    read_folder,
    read_tar,
    read_zip,
)
from rnnviz.text.progress import Progress, sparing
from rnnviz.text.sources import DATA

IMDB_URL = "http://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"
IMDB_MD5 = "7c2ac02c03563afcf9b574c7e56c153a"
MAX_DOWNLOAD = 200_000_000
"""Bytes; the archive has 84 million."""
FOLDER = "aclImdb"
TAR = "aclImdb_v1.tar.gz"
ZIPS = ("IMDB Dataset.csv.zip", "archive.zip", "imdb_kaggle.zip")
"""What the zip around the CSV is usually called; only the second may as well be something else."""


def find_imdb(folder: Path = DATA) -> Path | None:
    """The reviews in `folder`: the official folder or tar.gz, else the CSV or a zip around it; None without any."""
    if (folder / FOLDER).is_dir():
        return folder / FOLDER
    for name in (TAR, CSV):
        if (folder / name).is_file():
            return folder / name
    others = sorted(path.name for path in folder.glob("*") if path.suffix.lower() == ".zip" and path.name not in ZIPS)
    paths = [folder / name for name in (*ZIPS, *others)]
    return next((path for path in paths if path.is_file() and _holds_csv(path)), None)


def _holds_csv(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return csv_member(archive) is not None
    except (OSError, *DAMAGE):
        return path.name in {ZIPS[0], ZIPS[2]}  # whoever reads it is told what is wrong with it


def fetch_imdb(folder: Path = DATA, progress: Progress | None = None) -> Path:
    """The official archive, from where its authors keep it into `folder` (84 MB)."""
    return fetch(IMDB_URL, folder / TAR, IMDB_MD5, MAX_DOWNLOAD, progress)


def read_imdb(path: Path, progress: Progress | None = None) -> Dataset:
    """All reviews of what `find_imdb` found; `BadInput` where something is wrong with it.

    Folder and archive give the same rows in the same order, by part, class and number, and the official
    split; the CSV has its own order and no split.
    """
    tell = sparing(progress)
    try:
        if path.is_dir():
            return _official(read_folder(path, tell), path)
        if path.suffix.lower() == ".gz":
            return _official(read_tar(path, tell), path)
        read = read_zip if path.suffix.lower() == ".zip" else read_csv
        return _without_split(Dataset("imdb", tuple(read(path, tell)), "word"), path)
    except FileNotFoundError:
        raise BadInput("The file {path} does not exist.", path=path) from None
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=path, reason=error.strerror or error) from None


def _official(texts: dict[Place, str], path: Path) -> Dataset:
    """The dataset with the split that its authors made."""
    wanted = {(part, label): f"{PARTS[part]}/{list(LABELS)[label]}" for part in (0, 1) for label in (0, 1)}
    missing = [name for place, name in wanted.items() if place not in {place[:2] for place in texts}]
    if missing:
        raise BadInput(
            "{path} is not whole: it has no reviews in {missing}. Remove it and fetch or unpack it again.",
            path=path,
            missing=listed(missing),
        )
    labels = list(LABELS.values())
    places = sorted(texts)
    rows = tuple((texts[place], labels[place[1]]) for place in places)
    return Dataset("imdb", rows, "word", tuple(PARTS[place[0]] for place in places))


def _without_split(dataset: Dataset, path: Path) -> Dataset:
    if len(dataset.classes) != len(LABELS):
        raise BadInput(
            "{path} is not whole: it has {count} of the two classes positive and negative ({classes}).",
            path=path,
            count=len(dataset.classes),
            classes=listed(dataset.classes) or "—",
        )
    return dataset
