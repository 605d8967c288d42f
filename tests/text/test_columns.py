"""Further columns of a table, kept where answers can be judged by them."""

import pytest

from rnnviz.text.columns import MOST_COLUMNS, MOST_VALUES, as_number, first_rows, further_columns, size_of
from rnnviz.text.tables import read_table


def table(*columns, rows=40):
    """Each column is a name and what stands in a row."""
    lines = [",".join(str(value(row)) for _name, value in columns) for row in range(rows)]
    return read_table("\n".join([",".join(name for name, _value in columns), *lines]).encode(), "some.csv")


TEXT, LABEL = ("text", lambda row: f"text {row}"), ("label", lambda row: "ab"[row % 2])


def test_kinds_and_numbers_are_kept_in_the_order_of_the_rows():
    found = further_columns(
        table(TEXT, LABEL, ("town", lambda row: f" town {row % 3} "), ("year", str)), "text", "label"
    )

    assert set(found) == {"town", "year"}
    assert found["town"] == tuple(f"town {row % 3}" for row in range(40))
    assert found["year"] == tuple(map(str, range(40)))


def test_what_could_not_be_sliced_by_is_left_out():
    same = ("same", lambda row: "always")
    free = ("free", lambda row: f"word {row}")
    empty = ("empty", lambda row: "")
    assert further_columns(table(TEXT, LABEL, same, free, empty), "text", "label") == {}
    few = ("few", lambda row: f"kind {row % MOST_VALUES}")
    assert list(further_columns(table(TEXT, LABEL, few), "text", "label")) == ["few"]


def test_a_table_of_very_many_columns_keeps_only_the_first_of_them():
    many = [(f"c{place}", lambda row: row % 2) for place in range(MOST_COLUMNS + 4)]

    assert len(further_columns(table(TEXT, LABEL, *many), "text", "label")) == MOST_COLUMNS


def test_equal_values_take_memory_once():
    short = further_columns(table(TEXT, LABEL, ("kind", lambda row: "xy"[row % 2]), rows=10), "text", "label")
    long = further_columns(table(TEXT, LABEL, ("kind", lambda row: "xy"[row % 2]), rows=1000), "text", "label")

    assert 0 < size_of(long) - size_of(short) <= 8 * 990
    assert size_of({}) == 0


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1.5", 1.5), ("1,5", 1.5), ("-3", -3.0), ("", None), ("x", None), ("nan", None), ("inf", None)],
)
def test_numbers_have_a_point_or_a_comma(written, meant):
    assert as_number(written) == meant


def test_a_text_that_repeats_is_found_where_it_stands_first():
    assert first_rows(["a", "b", "a"]) == {"a": 0, "b": 1}
