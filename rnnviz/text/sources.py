"""Sources: where texts and classes come from. What is bundled in `data/`, or a file of your own."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from rnnviz.errors import BadInput, listed
from rnnviz.language import N_
from rnnviz.text.datasets import Dataset, DatasetCard
from rnnviz.text.formats import LIMITS
from rnnviz.text.tables import dataset_from, read_table

__all__ = ["BUNDLED", "DATA", "Bundled", "Dataset", "DatasetCard", "load_dataset", "read_csv"]

DATA = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True)
class Bundled:
    """A dataset that lies in `data/`."""

    file: str
    text_column: str
    label_column: str
    unit: str
    title: str
    examples: tuple[str, ...]
    """Texts that pages offer first."""


BUNDLED = {
    "pets": Bundled(
        "pets.csv", "имя", "класс", "character", N_("Pet names (Russian)"), ("Барсик", "Полкан", "Мурка", "Рекс")
    ),
    "pets-en": Bundled(
        "pets_en.csv", "name", "class", "character", N_("Pet names (English)"), ("Whiskers", "Rex", "Mittens", "Buddy")
    ),
    "reviews": Bundled(
        "reviews.csv",
        "review",
        "sentiment",
        "word",
        N_("Short film reviews (English)"),
        ("A slow start, but the ending is wonderful.", "Not funny, not moving, just loud."),
    ),
}


def load_dataset(name: str, folder: Path = DATA) -> Dataset:
    """One of `BUNDLED` by name; `BadInput` where it is unknown, missing or damaged."""
    if name not in BUNDLED:
        raise BadInput("There is no dataset “{name}”. Known are: {known}.", name=name, known=listed(BUNDLED))
    bundled = BUNDLED[name]
    return read_csv(folder / bundled.file, bundled.text_column, bundled.label_column, bundled.unit, name)


def read_csv(path: Path, text_column: str, label_column: str, unit: str, name: str | None = None) -> Dataset:
    """Texts and classes from two named columns of a table in any format that `read_table` knows."""
    try:
        with path.open("rb") as file:
            content = file.read(LIMITS.size + 1)  # one byte more than allowed: enough to be refused
    except FileNotFoundError:
        raise BadInput("The file {path} does not exist.", path=path) from None
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=path, reason=error.strerror) from None
    dataset = dataset_from(read_table(content, str(path)), text_column, label_column, unit, str(path))
    return dataclasses.replace(dataset, name=name or path.stem)
