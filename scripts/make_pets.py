"""Write `data/pets.csv` and `data/pets_en.csv` from the names in `data/names/`.

Each name stands once for each class it was written down for. Then the defects that
real lists have are put in on purpose, each on rows of its own, and counted in
`data/README.md`. Run from the repository: `python -m scripts.make_pets`.
"""

import csv
import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rnnviz.text.lookalikes import repair_lookalikes

DATA = Path(__file__).resolve().parents[1] / "data"
SEED = 2026

Row = tuple[str, str]

CYRILLIC_TO_LATIN = dict(zip("асеорхуАВСЕНКМОРТХ", "aceopxyABCEHKMOPTX", strict=True))


@dataclass(frozen=True)
class PetList:
    file: str
    header: Row
    classes: tuple[tuple[str, str], tuple[str, str]]
    """Pairs (class, file of its names)."""
    lookalike: dict[str, str]


LISTS = (
    PetList(
        "pets.csv",
        ("имя", "класс"),
        (("собака", "ru_dogs.txt"), ("кошка", "ru_cats.txt")),
        CYRILLIC_TO_LATIN,
    ),
    PetList(
        "pets_en.csv",
        ("name", "class"),
        (("dog", "en_dogs.txt"), ("cat", "en_cats.txt")),
        {latin: cyrillic for cyrillic, latin in CYRILLIC_TO_LATIN.items()},
    ),
)

DEFECTS = {
    "upper case": 70,
    "lower case": 110,
    "stray blanks": 80,
    "decomposed letters (й, ё)": 30,
    "look-alike letters": 60,
    "exact duplicates": 160,
    "rows without a name": 6,
}


def read_names(file: str) -> list[str]:
    return (DATA / "names" / file).read_text(encoding="utf-8").split("\n")[:-1]


def with_stray_blanks(name: str, rng: random.Random) -> str:
    return rng.choice((" {}", "{} ", "  {}", " {} ")).format(name)


def with_lookalikes(name: str, table: dict[str, str], rng: random.Random) -> str:
    """One or two letters replaced, in a way that a reader (and our repair) can undo."""
    places = [i for i, letter in enumerate(name) if letter in table]
    letters = list(name)
    for place in rng.sample(places, min(len(places), rng.choice((1, 1, 2)))):
        letters[place] = table[letters[place]]
    changed = "".join(letters)
    return changed if repair_lookalikes(changed.lower()) == name.lower() else name


def with_defects(rows: list[Row], pets: PetList, rng: random.Random) -> tuple[list[Row], dict[str, int]]:
    rows = list(rows)
    rng.shuffle(rows)
    untouched = iter(range(len(rows)))
    counts = dict.fromkeys(DEFECTS, 0)
    changes: dict[str, Callable[[str], str]] = {
        "upper case": str.upper,
        "lower case": str.lower,
        "stray blanks": lambda name: with_stray_blanks(name, rng),
        "decomposed letters (й, ё)": lambda name: unicodedata.normalize("NFD", name),
        "look-alike letters": lambda name: with_lookalikes(name, pets.lookalike, rng),
    }
    for defect, change in changes.items():
        while counts[defect] < DEFECTS[defect]:
            row = next(untouched, None)
            if row is None:
                break
            name, label = rows[row]
            if (changed := change(name)) != name:
                rows[row] = changed, label
                counts[defect] += 1
            if defect.startswith("decomposed") and row > len(rows) // 2:
                break
    rest = list(untouched)
    copies = [rows[row] for row in rng.sample(rest, DEFECTS["exact duplicates"])]
    counts["exact duplicates"] = len(copies)
    empty = [("", label) for label, _ in pets.classes for _ in range(DEFECTS["rows without a name"] // 2)]
    counts["rows without a name"] = len(empty)
    rows += copies + empty
    rng.shuffle(rows)
    return rows, counts


def make(pets: PetList) -> dict[str, int]:
    rows = [(name, label) for label, file in pets.classes for name in read_names(file)]
    dogs, cats = ({name.lower() for name in read_names(file)} for _, file in pets.classes)
    rows, counts = with_defects(rows, pets, random.Random(SEED))
    with (DATA / pets.file).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([pets.header, *rows])
    labels = [label for _, label in rows]
    names = dogs | cats
    return {
        "rows": len(rows),
        **{f"rows: {label}": labels.count(label) for label, _ in pets.classes},
        "different names": len(names),
        "names in both classes": len(dogs & cats),
        "names with a hyphen": sum("-" in name for name in names),
        "names with an inner blank": sum(" " in name for name in names),
        **counts,
    }


def table(pets: PetList, counts: dict[str, int]) -> str:
    lines = [f"| `{pets.file}` | count |", "|---|---:|"]
    return "\n".join(lines + [f"| {what} | {count:,} |" for what, count in counts.items()])


def main() -> None:
    tables = "\n\n".join(table(pets, make(pets)) for pets in LISTS)
    readme = DATA / "README.md"
    text = readme.read_text(encoding="utf-8")
    marked = re.compile(r"(<!-- counts -->\n).*(<!-- /counts -->)", re.DOTALL)
    readme.write_text(marked.sub(lambda match: f"{match[1]}{tables}\n{match[2]}", text), encoding="utf-8")
    print(tables)


if __name__ == "__main__":
    main()
