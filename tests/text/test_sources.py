"""Reading tables: what is taken as it stands, and what is refused with a message for a person."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.errors import BadInput
from rnnviz.text.cleaning import clean
from rnnviz.text.datasets import MAX_CHARACTERS, MAX_CLASSES, MAX_ROWS, Dataset
from rnnviz.text.formats import LIMITS
from rnnviz.text.sources import BUNDLED, DATA, load_dataset, read_csv
from rnnviz.text.tokens import TOKENIZERS

TABLE = "name,kind\nРекс,dog\nМурка,cat\n"
ROWS = (("Рекс", "dog"), ("Мурка", "cat"))


@pytest.fixture
def table(tmp_path: Path):
    """Write a table, in bytes or as UTF-8 text, and read its columns `name` and `kind`."""

    def read(content: str | bytes) -> Dataset:
        path = tmp_path / "pets table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_csv(path, "name", "kind", "character")

    return read


def test_a_table_gives_its_rows_in_order_its_name_and_its_unit(table) -> None:
    dataset = table(TABLE)
    assert dataset == Dataset("pets table", ROWS, "character")
    assert dataset.classes == ("cat", "dog")


def test_the_name_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE, encoding="utf-8")
    assert read_csv(tmp_path / "a.csv", "name", "kind", "word", "mine") == Dataset("mine", ROWS, "word")


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + TABLE,
        TABLE.replace(",", ";"),
        TABLE.replace(",", "\t"),
        TABLE.replace("\n", "\r\n"),
        TABLE.rstrip("\n"),
        "\ufeff" + TABLE.replace(",", ";").replace("\n", "\r\n"),
        'name,kind\n"Рекс","dog"\n"Мурка",cat\n',
        " name , kind \nРекс,dog\nМурка,cat\n",
        "kind,age,name\ndog,3,Рекс\ncat,4,Мурка\n",
        "name,kind\n\nРекс,dog\n\n\nМурка,cat\n\n",
    ],
    ids=["bom", "semicolon", "tab", "crlf", "no end", "excel", "quotes", "blanks in header", "other columns", "blank"],
)
def test_the_same_rows_come_from_every_way_to_write_the_table(table, content: str) -> None:
    assert table(content).rows == ROWS


def test_a_quoted_field_may_hold_the_delimiter_quotes_and_line_ends(table) -> None:
    dataset = table('name,kind\n"Рекс, ""младший""\nиз Орла",dog\nМурка,cat\n')
    assert dataset.rows[0] == ('Рекс, "младший"\nиз Орла', "dog")


def test_commas_inside_the_texts_do_not_hide_that_semicolons_stand_between_the_columns(table) -> None:
    assert table("name;kind\nRex, a, b, c;dog\nTom;cat\n").rows[0] == ("Rex, a, b, c", "dog")


def test_rows_are_read_as_they_stand_and_cleaning_leaves_out_the_incomplete_ones(table) -> None:
    dataset = table("name,kind\n Рекс ,dog\nМурка,cat\n,\n  \nТим\n,dog\n")
    assert dataset.rows[0] == (" Рекс ", "dog")
    assert dataset.rows[2:] == (("", ""), ("  ", ""), ("Тим", ""), ("", "dog"))
    cleaned = clean(dataset.rows)
    assert cleaned.rows == (("рекс", "dog"), ("мурка", "cat"))
    assert cleaned.steps[0].touched == 4


def refusal(table, content: str | bytes) -> str:
    with pytest.raises(BadInput) as caught:
        table(content)
    return str(caught.value)


def test_a_missing_file_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.csv does not exist"):
        read_csv(tmp_path / "nowhere.csv", "name", "kind", "character")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="can’t be read"):
        read_csv(tmp_path, "name", "kind", "character")


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-16-le", "utf-8-sig"])
def test_the_same_rows_come_from_every_encoding(table, encoding: str) -> None:
    assert table(TABLE.encode(encoding)).rows == ROWS


def test_the_format_is_known_by_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "pets.jsonl"
    path.write_text("".join(json.dumps({"name": name, "kind": kind}) + "\n" for name, kind in ROWS), encoding="utf-8")
    assert read_csv(path, "name", "kind", "character") == Dataset("pets", ROWS, "character")


def test_a_file_in_an_unknown_encoding_is_refused_with_the_place_and_the_remedy(table) -> None:
    message = refusal(table, "name,kind\nRené,dog\n".encode("latin-1"))
    assert "pets table.csv is not UTF-8" in message
    assert "byte 13" in message
    assert "save it as UTF-8" in message


def test_an_endless_file_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(BadInput, match=f"/dev/zero has more than {LIMITS.size} bytes"):
        read_csv(Path("/dev/zero"), "name", "kind", "character")


def test_a_missing_column_is_refused_and_the_columns_that_are_there_are_named(table) -> None:
    message = refusal(table, "title,kind\nРекс,dog\nМурка,cat\n")
    assert "no column “name”" in message
    assert "title, kind" in message


def test_an_empty_file_is_refused(table) -> None:
    assert "pets table.csv is empty" in refusal(table, "")


@pytest.mark.parametrize("content", ["name,kind\nРекс,dog\nТим,dog\n", "name,kind\nРекс,dog\n,cat\nМурка,\n"])
def test_one_class_is_refused(table, content: str) -> None:
    message = refusal(table, content)
    assert ": 1 (dog)" in message
    assert "2 to 20" in message


def test_a_table_without_rows_is_refused(table) -> None:
    assert "pets table.csv has a header and no rows" in refusal(table, "name,kind\n")


def test_rows_without_any_class_are_refused(table) -> None:
    assert ": 0 (—)" in refusal(table, "name,kind\nРекс,\nМурка,\n")


def test_classes_that_differ_only_in_stray_blanks_are_one(table) -> None:
    assert ": 1 (той терьер)" in refusal(table, "name,kind\nа,той  терьер\nб, тои\u0306 терьер \n")


def test_twenty_classes_are_read_and_twenty_one_refused(table) -> None:
    lines = [f"text {i},class {i:02}" for i in range(MAX_CLASSES + 1)]
    assert len(table("\n".join(["name,kind", *lines[:-1]])).classes) == 20
    message = refusal(table, "\n".join(["name,kind", *lines]))
    assert ": 21 (class 00, class 01" in message
    assert "2 to 20" in message


def test_a_text_that_is_too_long_to_be_one_is_refused_with_its_line(table) -> None:
    message = refusal(table, f"name,kind\nРекс,dog\n{'я' * (MAX_CHARACTERS + 1)},cat\n")
    assert "pets table.csv, line 3" in message
    assert str(MAX_CHARACTERS) in message
    assert table(f"name,kind\n{'я' * MAX_CHARACTERS},dog\nМурка,cat\n").rows[1] == ("Мурка", "cat")


def test_too_many_rows_are_refused(table) -> None:
    assert f"pets table.csv has more than {MAX_ROWS} rows" in refusal(table, "name,kind\n" + "а,b\n" * (MAX_ROWS + 1))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60).map(lambda tail: b"name,kind\n" + tail) | st.binary(max_size=60))
def test_any_bytes_give_a_dataset_or_a_message(tmp_path_factory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)
    try:
        dataset = read_csv(path, "name", "kind", "character")
    except BadInput as error:
        message = str(error)
    else:
        assert 2 <= len(dataset.classes) <= MAX_CLASSES
        return
    assert str(path) in message


def test_classes_are_those_that_cleaning_leaves_in_alphabetical_order() -> None:
    rows = (("а", " рыба"), ("б", "кошка"), ("в", "рыба "), ("", "хомяк"), ("г", " "))
    assert Dataset("x", rows, "word").classes == ("кошка", "рыба")


def test_the_fingerprint_depends_on_the_rows_and_nothing_else() -> None:
    fingerprint = Dataset("x", ROWS, "word").fingerprint
    assert fingerprint == Dataset("y", ROWS, "character").fingerprint
    assert len(fingerprint) == 64
    others = [ROWS[::-1], ROWS[:1], ROWS + ROWS[:1], (("Рекс", "cat"), ROWS[1]), (("Рексd", "og"), ROWS[1])]
    assert len({fingerprint, *(Dataset("x", rows, "word").fingerprint for rows in others)}) == 6


def test_an_unknown_dataset_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(BadInput, match=r"no dataset “birds”.* pets, pets-en"):
        load_dataset("birds")


def test_a_bundled_dataset_whose_file_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"pets\.csv does not exist"):
        load_dataset("pets", tmp_path)


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_dataset_opens_by_its_name(name: str) -> None:
    bundled = BUNDLED[name]
    dataset = load_dataset(name)
    assert (dataset.name, dataset.unit) == (name, bundled.unit)
    assert dataset.unit in TOKENIZERS
    assert len(dataset.classes) == 2
    assert dataset.rows == read_csv(DATA / bundled.file, bundled.text_column, bundled.label_column, "word").rows


@pytest.mark.parametrize("name", ["pets", "pets-en"])
def test_the_names_that_pages_offer_first_are_in_the_dataset(name: str) -> None:
    texts = {text for text, _ in clean(load_dataset(name).rows, "first").rows}
    assert {example.lower() for example in BUNDLED[name].examples} <= texts
