"""Files that somebody brings by mistake: each is answered by a sentence that says what to do."""

import pytest

from tests.pages.conftest import said
from tests.pages.test_data import bring

PETS = [("Rex", "dog"), ("Luna", "cat"), ("Rover", "dog"), ("Tiger", "cat"), ("Spot", "dog")] * 2


def table(delimiter: str, header: str = "name,class") -> bytes:
    rows = [f"{name}{place}{delimiter}{kind}" for place, (name, kind) in enumerate(PETS)]
    return "\n".join([header.replace(",", delimiter), *rows]).encode()


def complaints(open_page, content: bytes, name: str = "pets.csv", language: str = "en") -> list[str]:
    app = bring(open_page("data", language), content, name)
    assert not app.exception
    return said(app)


@pytest.mark.parametrize("delimiter", [":", "/", " "])
def test_a_delimiter_that_is_none_is_said_with_those_that_are(open_page, small_datasets, delimiter):
    (sentence,) = complaints(open_page, table(delimiter))

    assert sentence.startswith(f"pets.csv has one column only, “name{delimiter}class”")
    assert "a semicolon" in sentence


def test_a_json_file_with_one_value_in_a_line_is_said_without_a_word_on_delimiters(open_page, small_datasets):
    (sentence,) = complaints(open_page, b'{"name": "Rex"}\n{"name": "Luna"}\n', "pets.jsonl")

    assert sentence == "pets.jsonl has one column only, “name”; a column of texts and one of classes are needed."


def test_a_first_row_that_looks_like_the_others_is_said(open_page, small_datasets):
    (sentence,) = complaints(open_page, table(",", header="Bella,cat"))

    assert "“cat” is a class below it too" in sentence


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_of_a_header_with_names_of_its_own_nothing_is_said(open_page, small_datasets, delimiter):
    assert complaints(open_page, table(delimiter)) == []


def test_what_is_wrong_with_a_file_is_said_in_russian(open_page, small_datasets):
    (undivided,) = complaints(open_page, table(":"), language="ru")
    (headless,) = complaints(open_page, table(",", header="Bella,cat"), language="ru")

    assert "один столбец" in undivided
    assert "заголовок" in headless
