"""The data we ship: as much as promised, counted by code of its own, and made again byte for byte."""

import csv
import re
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from rnnviz.text.cleaning import clean
from rnnviz.text.sources import load_dataset
from scripts import make_pets

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
TO_CYRILLIC = str.maketrans("aceopxykmthb", "асеорхукмтнв")
TO_LATIN = str.maketrans("асеорхукмтнв", "aceopxykmthb")
NAMES = {
    "pets.csv": {"собака": "ru_dogs.txt", "кошка": "ru_cats.txt"},
    "pets_en.csv": {"dog": "en_dogs.txt", "cat": "en_cats.txt"},
}
HEADERS = {"pets.csv": ["имя", "класс"], "pets_en.csv": ["name", "class"]}


def rows_of(file: str) -> list[tuple[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header == HEADERS[file]
    return [(text, label) for text, label in rows]


def names_of(file: str) -> dict[str, list[str]]:
    """The names written down for each class."""
    return {
        label: (DATA / "names" / list_).read_text(encoding="utf-8").splitlines() for label, list_ in NAMES[file].items()
    }


def simple(text: str, file: str) -> str:
    """A name as cleaning should leave it: here no name mixes alphabets but by mistake."""
    text = unicodedata.normalize("NFC", " ".join(text.split())).lower()
    return text.translate(TO_CYRILLIC if file == "pets.csv" else TO_LATIN)


def defect(text: str, written: set[str]) -> str | None:
    """Which defect this row got, seen from what was written down for its class; None if none."""
    if text in written:
        return None
    if not text:
        return "rows without a name"
    if text != text.strip():
        return "stray blanks"
    if not unicodedata.is_normalized("NFC", text):
        return "decomposed letters (й, ё)"
    if len({unicodedata.name(letter).split()[0] for letter in text if letter.isalpha()}) == 2:
        return "look-alike letters"
    return "upper case" if text.isupper() else "lower case" if text.islower() else "unknown"


def counted(file: str) -> dict[str, int]:
    """What the table in the read-me says, counted from the CSV file."""
    rows = rows_of(file)
    labels = Counter(label for _, label in rows)
    written = {label: set(names) for label, names in names_of(file).items()}
    defects = Counter(defect(text, written[label]) for text, label in rows)
    by_label = {label: {simple(text, file) for text, other in rows if text and other == label} for label in labels}
    names = set().union(*by_label.values())
    filled = [row for row in rows if row[0]]
    return {
        "rows": len(rows),
        **{f"rows: {label}": count for label, count in labels.items()},
        "different names": len(names),
        "names in both classes": len(set.intersection(*by_label.values())),
        "names with a hyphen": sum("-" in name for name in names),
        "names with an inner blank": sum(" " in name for name in names),
        **{name: defects[name] for name in make_pets.DEFECTS if name != "exact duplicates"},
        "exact duplicates": len(filled) - len(set(filled)),
        "unknown": defects["unknown"],
    }


def documented(file: str) -> dict[str, int]:
    """The table between the count marks of the read-me."""
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    marked = readme.split("<!-- counts -->")[1].split("<!-- /counts -->")[0]
    table = marked.split(f"| `{file}` | count |")[1].split("\n\n")[0]
    return {what: int(count.replace(",", "")) for what, count in re.findall(r"\| (.+) \| ([\d,]+) \|", table)}


@pytest.mark.parametrize("file", NAMES)
def test_the_counts_in_the_read_me_are_those_of_the_file(file: str) -> None:
    assert {**documented(file), "unknown": 0} == counted(file)


@pytest.mark.parametrize("file", NAMES)
def test_every_kind_of_defect_is_there_for_cleaning_to_find(file: str) -> None:
    counts = counted(file)
    without = {"decomposed letters (й, ё)"} if file == "pets_en.csv" else set()
    assert all(counts[name] > 0 for name in make_pets.DEFECTS if name not in without)


def test_there_are_enough_russian_names() -> None:
    counts = counted("pets.csv")
    assert counts["rows"] >= 2_400
    assert counts["different names"] >= 2_000


def test_there_are_enough_english_names() -> None:
    assert counted("pets_en.csv")["different names"] >= 1_500


@pytest.mark.parametrize("file", NAMES)
def test_many_names_are_in_both_classes_and_some_have_hyphens_and_inner_blanks(file: str) -> None:
    counts = counted(file)
    assert counts["names in both classes"] >= 100
    assert counts["names with a hyphen"] >= 10
    assert counts["names with an inner blank"] >= 10


@pytest.mark.parametrize(("name", "file"), [("pets", "pets.csv"), ("pets-en", "pets_en.csv")])
def test_cleaning_undoes_every_defect_and_leaves_the_names_that_were_written_down(name: str, file: str) -> None:
    written = names_of(file)
    lower = {label: {text.lower() for text in names} for label, names in written.items()}
    both = set.intersection(*lower.values())
    cleaned = clean(load_dataset(name).rows, "drop")
    assert {label: {text for text, other in cleaned.rows if other == label} for label in lower} == {
        label: names - both for label, names in lower.items()
    }
    touched = {step.step: step.touched for step in cleaned.steps}
    counts = counted(file)
    assert touched["empty"] == counts["rows without a name"]
    assert touched["trim"] == counts["stray blanks"]
    assert touched["nfc"] == counts["decomposed letters (й, ё)"]
    assert touched["lookalikes"] == counts["look-alike letters"]


@pytest.mark.parametrize("file", NAMES)
def test_the_names_behind_are_written_once_and_cleanly_in_one_alphabet(file: str) -> None:
    for names in names_of(file).values():
        assert len({name.lower() for name in names}) == len(names)
        for name in names:
            assert name == unicodedata.normalize("NFC", " ".join(name.split()))
            alphabet = {unicodedata.name(letter).split()[0] for letter in name if letter.isalpha()}
            assert alphabet == {"CYRILLIC" if file == "pets.csv" else "LATIN"}


def test_the_script_makes_the_files_and_the_counts_again_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(DATA / "names", tmp_path / "names")
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    emptied = re.sub(r"(<!-- counts -->\n).*(<!-- /counts -->)", r"\1\2", readme, flags=re.DOTALL)
    (tmp_path / "README.md").write_text(emptied, encoding="utf-8")
    monkeypatch.setattr(make_pets, "DATA", tmp_path)
    make_pets.main()
    for file in ("pets.csv", "pets_en.csv", "README.md"):
        assert (tmp_path / file).read_bytes() == (DATA / file).read_bytes(), file
    assert "different names" in capsys.readouterr().out
