"""Tables that people bring: format, encoding and delimiter are found."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.text.tables import Table, read_table
from tests.text.tables import COLUMNS, ROWS, TEXT, read, refusal


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "UTF-8"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "UTF-16LE"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16BE"),
        (TEXT.encode("utf-16-le"), "UTF-16LE"),
        (TEXT.encode("utf-16-be"), "UTF-16BE"),
        (TEXT.encode("cp1251"), "Windows-1251"),
    ],
    ids=["utf-8", "bom", "utf-16 le", "utf-16 be", "utf-16 le bare", "utf-16 be bare", "cp1251"],
)
def test_the_same_table_comes_from_every_encoding_and_the_encoding_is_said(content: bytes, encoding: str) -> None:
    assert read_table(content, "my.csv") == Table(COLUMNS, ROWS, "csv", encoding, ",")


@pytest.mark.parametrize(("delimiter", "form"), [(",", "csv"), (";", "csv"), ("|", "csv"), ("\t", "tsv")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_same_table_comes_with_every_delimiter_and_line_end(delimiter: str, form: str, end: str) -> None:
    text = TEXT.replace(",", delimiter).replace("\n", end)
    for content in (text, text.rstrip(), end + text):
        assert read(content) == Table(COLUMNS, ROWS, form, "UTF-8", delimiter)


@pytest.mark.parametrize(
    ("text", "delimiter", "row"),
    [
        ("name;kind\nRex, a, b, c;dog\nTom;cat\n", ";", ("Rex, a, b, c", "dog")),
        ('text,label\n"a; b; c; d",x\n"e; f",y\n', ",", ("a; b; c; d", "x")),
        ("text\tlabel, or not\nhello, world\tx\nhello\ty\n", "\t", ("hello, world", "x")),
        ('"id;a","b"\n"1;2;3","4"\n"5","6"\n', ",", ("1;2;3", "4")),
        ('"a\n,;b";c\n"1\n2,3";4\n', ";", ("1\n2,3", "4")),
        ("a|b|c\nx, y|1|2\nz|3|4\n", "|", ("x, y", "1", "2")),
    ],
)
def test_the_delimiter_is_the_one_that_agrees_with_the_header(text: str, delimiter: str, row: tuple[str, ...]) -> None:
    table = read(text)
    assert table.delimiter == delimiter
    assert table.rows[0] == row


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12) | st.sampled_from(
    ["a,b", "x;y;z", "line\nline", 'say "no"', "tab\there", "|", ""]
)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_is_read_as_it_was(rows: list[tuple[str, ...]], delimiter: str) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("text", "label", "more"), *rows])
    table = read(file.getvalue())
    assert table.delimiter == delimiter
    assert table.columns == ("text", "label", "more")
    assert table.rows == tuple(rows)
    assert table.ragged == 0


def test_ragged_rows_are_cut_or_filled_up_and_counted() -> None:
    table = read("a,b\n1,2\n3\n4,5,6\n\n,\n")
    assert table.rows == (("1", "2"), ("3", ""), ("4", "5"), ("", ""))
    assert table.ragged == 2


def test_names_of_columns_are_made_unique_and_none_is_empty() -> None:
    table = read(" a ,a,,a,a (2),\n1,2,3,4,5,6\n")
    assert table.columns == ("a", "a (2)", "column 3", "a (3)", "a (2) (2)", "column 6")


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["", " ", "a", "a (2)", "column 1"]), min_size=2, max_size=8))
def test_any_names_of_columns_become_unique(names: list[str]) -> None:
    columns = read("\t".join(["x", *names]) + "\n1\n").columns
    assert len(set(columns)) == len(columns) == len(names) + 1
    assert all(column.strip() for column in columns)


def test_json_lines_give_all_keys_in_order_and_numbers_as_they_are_written() -> None:
    text = '{"text": "Да\\n", "n": 1.50}\n\n{"n": 12345678901234567890, "class": true, "text": null}\n{}\n'
    table = read(text, "my.jsonl")
    assert table == Table(
        ("text", "n", "class"),
        (("Да\n", "1.50", ""), ("", "12345678901234567890", "true"), ("", "", "")),
        "jsonl",
        "UTF-8",
    )
    assert read(text, "without suffix") == table
    assert read_table(b"\xff\xfe" + text.encode("utf-16-le"), "my.ndjson").rows == table.rows


def test_half_an_emoji_in_json_becomes_a_question_mark() -> None:
    table = read('{"a\\ud83d": "b\\ud83d"}\n', "my.jsonl")
    assert (table.columns, table.rows) == (("a?",), (("b?",),))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"text": "a"', "line 2, is not a JSON object"),
        ("text,label", "line 2, is not a JSON object"),
        ('["a", "b"]', "line 2, is not a JSON object"),
        ("[" * 50_000, "line 2, is not a JSON object"),
        ('{"text": ["a"]}', "line 2: “text” is neither text nor a number"),
        ('{"text": {"a": 1}}', "line 2: “text” is neither text nor a number"),
        ('{"text": "' + "a" * 100_001 + '"}', "line 2: a cell is longer than 100000"),
        ('{"text": "' + "a" * 1_000_001 + '"}', "line 2, is longer than 1000000"),
        (json.dumps({f"k{number}": 1 for number in range(500)}), "more than 200 columns"),
    ],
    ids=range(9),
)
def test_a_broken_line_of_json_is_named(line: str, words: str) -> None:
    assert words in refusal('{"text": "b"}\n' + line + "\n", "my.jsonl")


def test_one_json_array_is_refused_with_an_example() -> None:
    assert "each line must be one, like {" in refusal('[{"text": "a"}]', "my.json")
