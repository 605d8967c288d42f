"""Tables that are broken, hostile or over a limit are refused with a sentence, before they fill the memory."""

import random
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.errors import BadInput
from rnnviz.text.tables import read_table
from tests.text.tables import SMALL, TEXT, read, refusal


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
