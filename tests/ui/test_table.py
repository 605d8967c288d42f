"""Small tables as Markdown."""

from streamlit.testing.v1 import AppTest

from rnnviz.ui.markdown import escaped
from rnnviz.ui.table import as_markdown
from tests.tables import table_in, tables


def test_rows_and_columns_stand_where_they_were_put():
    table = {"accuracy": {"RNN": "0.6", "LSTM": "**0.7** ★"}, "recall": {"RNN": "0.5", "LSTM": "0.4"}}

    assert as_markdown(table).splitlines() == [
        "|  | RNN | LSTM |",
        "| --- | --- | --- |",
        "| accuracy | 0.6 | **0.7** ★ |",
        "| recall | 0.5 | 0.4 |",
    ]


def test_a_cell_that_a_row_leaves_out_is_empty_and_moves_no_other():
    read = table_in(as_markdown({"a": {"one": "1"}, "b": {"two": "2"}}, "corner"))

    assert read.to_dict("index") == {"a": {"one": "1", "two": ""}, "b": {"one": "", "two": "2"}}


def test_a_word_with_a_bar_or_a_line_break_breaks_no_row():
    read = table_in(as_markdown({escaped("a|b"): {"cell": escaped("c | d\ne")}}))

    assert list(read.index) == [r"a\|b"]
    assert list(read["cell"]) == [r"c \| d e"]


def test_what_must_stay_in_one_line_does():
    assert "| 12\u00a0345 |" in as_markdown({"a": {"b": "12\u00a0345"}})


def test_a_table_without_rows_is_not_drawn():
    def page() -> None:
        from rnnviz.ui.table import show_table

        show_table({})

    app = AppTest.from_function(page).run()

    assert not app.exception
    assert tables(app) == []
