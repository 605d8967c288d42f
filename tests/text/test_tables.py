"""Tables that people bring: format, encoding and delimiter found; anything else refused within limits."""

import csv
import importlib
import io
import json
import os
import random
import sys
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.errors import BadInput
from rnnviz.text.cleaning import clean
from rnnviz.text.formats import TableLimits
from rnnviz.text.sources import Dataset
from rnnviz.text.tables import Table, dataset_from, guess_columns, read_table

TEXT = "отзыв,класс\nОчень хорошо,да\nПлохо,нет\n"
COLUMNS = ("отзыв", "класс")
ROWS = (("Очень хорошо", "да"), ("Плохо", "нет"))
SMALL = TableLimits(size=10_000, rows=10, columns=5, cells=40, characters=100)


def refusal(content: bytes | str, filename: str = "my.csv", limits: TableLimits | None = None) -> str:
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(BadInput) as caught:
        read_table(content, filename, *([] if limits is None else [limits]))
    assert filename in str(caught.value)
    return str(caught.value)


def read(text: str, filename: str = "my.csv", limits: TableLimits | None = None) -> Table:
    return read_table(text.encode(), filename, *([] if limits is None else [limits]))


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


@pytest.mark.parametrize("content", [b"", b" \n\r\n ", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert "my.csv" in refusal(content)


@pytest.mark.parametrize("content", ["a,b\n", "a,b", "\ufeffa,b\r\n\r\n"])
def test_a_header_alone_is_refused(content: str) -> None:
    assert "no rows below" in refusal(content)


@pytest.mark.parametrize(
    "content",
    [
        random.Random(0).randbytes(50_000),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + zlib.compress(bytes(5000)),
        b"PK\3\4\x14\0\0\0\x08\0" + zlib.compress(random.Random(1).randbytes(5000)),
        bytes(1000),
        b"a,b\n" + bytes(range(1, 32)) * 50,
        b"\xff\xfe" + random.Random(2).randbytes(5001),
        b"\xff\xfe\0\0" + TEXT.encode("utf-32-le"),
    ],
    ids=["noise", "png", "zip", "zeros", "controls", "utf-16 noise", "utf-32"],
)
def test_binary_noise_is_refused(content: bytes) -> None:
    refusal(content)


@pytest.mark.parametrize(
    "content",
    [
        "texte,classe\nDéjà vu et très réussi,bien\nRaté à la fin côté scène,mal\n".encode("latin-1"),
        TEXT.encode() + b"\xe0\xe1\n",
        TEXT.encode("cp1251") * 9 + b"\x98\n",
        TEXT.encode()[:-3] + b"\xd0",
    ],
    ids=["latin-1", "damaged", "not in 1251", "cut"],
)
def test_an_unknown_encoding_is_refused(content: bytes) -> None:
    message = refusal(content)
    assert "UTF-8" in message or "Windows-1251" in message


def test_utf_16_with_an_odd_end_is_refused() -> None:
    assert "not whole UTF-16LE text" in refusal(b"\xff\xfe" + TEXT.encode("utf-16-le") * 9 + b"a")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n" * 5000, "has more than 10000 bytes"),
        ("a,b\n" + "1,2\n" * 11, "more than 10 rows"),
        ("a,b,c,d,e,f\n1\n", "more than 5 columns"),
        ("a,b,c,d,e\n" + "1\n" * 9, "more than 40 cells"),
        ("a,b\n1,2\n" + "x" * 101 + ",2\n", "line 3: a cell is longer than 100"),
        ('a,b\n1,2\n"' + "x\n" * 80 + '",2\n', "line 3: a cell is longer than 100"),
        ('a,b\n1,2\n"x,2\n3,4\n', "the quotation mark opened in line 3 is never closed"),
        ('a,b\n1,"2\n' + "3,4\n" * 1000, "line 2: a cell is longer than 100"),
    ],
    ids=range(8),
)
def test_what_is_over_a_limit_is_refused_with_the_limit(text: str, words: str) -> None:
    assert words in refusal(text, limits=SMALL)


def test_the_limits_themselves_are_allowed() -> None:
    assert len(read("a,b\n" + "1,2\n" * 10, limits=SMALL).rows) == 10
    assert len(read("a,b,c,d,e\n1\n", limits=SMALL).columns) == 5
    assert len(read("a,b,c,d,e\n" + "1\n" * 8, limits=SMALL).rows) == 8
    assert read("a,b\n" + "x" * 100 + ",2\n", limits=SMALL).rows[0][0] == "x" * 100


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (",".join(f"c{number}" for number in range(1_000_000)), "more than 200 columns"),
        ("," * 20_000_000, "more than 200 columns"),
        ("a,b\n" + "," * 20_000_000, "line 2: a cell is longer"),
        ("a,b\n" + '"\n",' * 5_000_000, "line 2: a cell is longer"),
        ("a,b\n" + "x" * 20_000_000, "line 2: a cell is longer"),
        ('a,b\n"' + "x" * 20_000_000 + '",1', "line 2: a cell is longer"),
        ("\n" * 20_000_000, "is empty"),
        ("a" + ",a" * 150 + "\n" + "1\n" * 200_000, "more than 4000000 cells"),
        ("x" * 50_000_001, "has more than 50000000 bytes"),
    ],
    ids=["million columns", "commas", "wide row", "quotes", "long cell", "quoted cell", "blank", "cells", "large"],
)
def test_a_hostile_table_is_refused_before_it_fills_the_memory(content: str, words: str) -> None:
    encoded = content.encode()
    tracemalloc.start()
    try:
        assert words in refusal(encoded)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=80)
    | st.binary(max_size=60).map(lambda tail: b"a;b\n" + tail)
    | st.binary(max_size=60).map(lambda tail: b'{"a": "' + tail),
    st.sampled_from(["x.csv", "x.tsv", "x.jsonl", "x", "x.parquet"]),
)
def test_any_bytes_give_a_table_or_a_message(content: bytes, filename: str) -> None:
    try:
        table = read_table(content, filename)
    except BadInput as error:
        assert filename in str(error)  # noqa: PT017 - one of the two outcomes
    else:
        assert {len(row) for row in table.rows} == {len(table.columns)} == {len(set(table.columns))}
        "".join(map("".join, table.rows)).encode()


@pytest.fixture(scope="module")
def arrow():
    return pytest.importorskip("pyarrow", reason="Parquet is read through pyarrow, which is not installed")


def parquet(arrow, columns: dict[str, object], **options: object) -> bytes:
    file = io.BytesIO()
    importlib.import_module("pyarrow.parquet").write_table(arrow.table(columns), file, **options)
    return file.getvalue()


def test_parquet_gives_text_numbers_and_truth_as_text_and_leaves_out_lists(arrow) -> None:
    columns = {
        "text": ["Да", None, "нет"] * 300,
        "label": [0, 1, None] * 300,
        "vector": [[0.5], [1.5], []] * 300,
        "sure": [True, False, None] * 300,
        "kind": arrow.array(["a", "b", "a"] * 300).dictionary_encode(),
    }
    content = parquet(arrow, columns)
    for name in ("my.parquet", "upload"):
        table = read_table(content, name)
        assert table.columns == ("text", "label", "sure", "kind")
        assert table.rows == (("Да", "0", "true", "a"), ("", "1", "false", "b"), ("нет", "", "", "a")) * 300
        assert (table.format, table.encoding, table.delimiter) == ("parquet", None, None)


def test_parquet_over_a_limit_is_refused(arrow) -> None:
    assert "more than 10 rows" in refusal(parquet(arrow, {"a": ["x"] * 11}), limits=SMALL)
    assert "more than 5 columns" in refusal(parquet(arrow, {str(n): ["x"] for n in range(6)}), limits=SMALL)
    assert "more than 40 cells" in refusal(parquet(arrow, {str(n): ["x"] * 9 for n in range(5)}), limits=SMALL)
    assert "longer than 100" in refusal(parquet(arrow, {"a": ["x" * 101]}), limits=SMALL)
    assert "no columns" in refusal(parquet(arrow, {"a": [[1]]}))


def test_parquet_that_unpacks_without_end_is_refused(arrow) -> None:
    limits = TableLimits(size=100_000)
    once = arrow.DictionaryArray.from_arrays(arrow.array([0] * 5000, arrow.int32()), ["x" * 90_000])
    bombs = {"a": once}, {"a": ["x" * 1000] * 1000}
    for bomb in (parquet(arrow, bombs[0]), parquet(arrow, bombs[1], use_dictionary=False, compression="zstd")):
        assert len(bomb) < limits.size
        assert "unpacks to more than 400000" in refusal(bomb, limits=limits)


def test_damaged_parquet_is_refused(arrow) -> None:
    content = parquet(arrow, {"a": ["x"] * 5})
    for damaged in (content[:-1], content[: len(content) // 2], b"PAR1", b"PAR1" + bytes(100) + b"PAR1"):
        assert "not a whole Parquet file" in refusal(damaged, "my.parquet")
    assert "not a whole Parquet file" in refusal(b"a,b\n1,2\n", "my.parquet")


def test_pyarrow_is_not_loaded_for_other_formats() -> None:
    code = "import sys; from rnnviz.text.tables import read_table; read_table(b'a,b', 'x'); "
    code = code.replace("b'a,b'", "b'a,b\\n1,2\\n'") + "sys.exit('pyarrow' in sys.modules or 'torch' in sys.modules)"
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code) == 0


TABLE = Table(
    ("id", "review", "label", "part"),
    (("1", "a", "x", "p"), ("2", "", "y", "p"), ("3", "b", " ", "p"), ("4", "c", "y", "p")),
    "csv",
)


def test_two_columns_make_a_dataset_and_cleaning_counts_what_is_incomplete() -> None:
    dataset = dataset_from(TABLE, "review", "label", "word", "mine")
    assert dataset == Dataset("mine", (("a", "x"), ("", "y"), ("b", " "), ("c", "y")), "word")
    assert dataset.classes == ("x", "y")
    assert clean(dataset.rows).steps[0].touched == 2


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("title", "label", "mine has no column “title”; its columns are: id, review, label, part."),
        ("review", "Label", "mine has no column “Label”"),
        ("review", "review", "“review” can’t be both the text and the class"),
        ("review", "part", "mine has 1 classes (p); 2 to 20 are needed"),
    ],
)
def test_columns_that_make_no_dataset_are_refused(text: str, label: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        dataset_from(TABLE, text, label, "word", "mine")
    assert words in str(caught.value)


def labelled(count: int) -> Table:
    return Table(("text", "label"), tuple((f"text {n}", f"class {n:02} {'x' * 90}") for n in range(count)), "csv")


def test_twenty_classes_are_taken_and_twenty_one_refused_with_short_names() -> None:
    assert len(dataset_from(labelled(20), "text", "label", "word", "mine").classes) == 20
    with pytest.raises(BadInput, match="has 21 classes") as caught:
        dataset_from(labelled(21), "text", "label", "word", "mine")
    assert "x…, " in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("review,sentiment\nlong text one,pos\nlong text two,neg\nlong text three,pos\n", ("review", "sentiment")),
        ("name,kind\nРекс,собака\nМурка,кошка\nТим,собака\nБарсик,кошка\n", ("name", "kind")),
        (
            "id,label,stars,text\n1,a,1,so so long\n2,b,2,even much longer\n3,a,3,short\n4,b,1,other\n",
            ("text", "label"),
        ),
        ("a,b\nlong,x\nlonger,y\n", ("a", "b")),
        ("a,b\none,x\ntwo,x\n", None),
        ("a\none\ntwo\none\n", None),
        ("a,b\n,\n,\n", None),
        ("a,b\n" + "".join(f"text {n},{n}\n" for n in range(30)), None),
    ],
    ids=range(8),
)
def test_text_and_class_are_guessed_from_what_the_columns_hold(text: str, guess: tuple[str, str] | None) -> None:
    assert guess_columns(read(text)) == guess
