"""A file of one's own becomes a dataset: upload, look at what was found, choose columns, use it."""

from collections import Counter
from pathlib import PurePath

import numpy as np
import streamlit as st

from rnnviz.charts.data import class_bars
from rnnviz.errors import BadInput
from rnnviz.language import N_, _, ngettext, number
from rnnviz.text.cleaning import clean_label
from rnnviz.text.columns import MOST_VALUES, further_columns
from rnnviz.text.datasets import MAX_CLASSES, Dataset
from rnnviz.text.formats import LIMITS
from rnnviz.text.splits import TOO_FEW
from rnnviz.text.tables import Table, dataset_from, guess_columns, read_table
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.ui import uploads
from rnnviz.ui.choose import DATASET_KEY
from rnnviz.ui.cleaning import shorten
from rnnviz.ui.markdown import escaped
from rnnviz.ui.pictures import show_picture

SUFFIXES = ("csv", "tsv", "tab", "txt", "jsonl", "ndjson", "json", "parquet")
UPLOAD_KEY = "upload"
REFUSED_KEY = "upload refused"
TEXT_KEY, LABEL_KEY = "upload_text", "upload_label"
PREVIEW = 5
"""Rows of a table that are shown before it is used."""
LONG = 120
LEAST = 4
"""Different texts that a class must have to be split."""
WORDY = 3.0
"""Words in the average text from which on texts are read word by word, if nobody says otherwise."""
ONE_COLUMN = N_("{path} has one column only, “{column}”; a column of texts and one of classes are needed.")
NOT_DIVIDED = N_(
    "{path} has one column only, “{column}”; put a comma, a semicolon, a tab or | between a text and its class."
)
DELIMITERS = {",": ",", ";": ";", "|": "|", "\t": "Tab"}


def bring() -> None:
    """The whole way from a file to a dataset, one step below the other."""
    st.markdown(
        _(
            "A table with a column of texts and a column of classes: **CSV, TSV, JSON lines or Parquet**, "
            "up to {size} MB, {rows} rows and {columns} columns; 2 to {classes} classes; no text longer than "
            "{characters} characters. Encoding (UTF-8, UTF-16, Windows-1251) and delimiter are found."
        ).format(
            size=number(LIMITS.size // 1_000_000),
            rows=number(LIMITS.rows),
            columns=number(LIMITS.columns),
            classes=MAX_CLASSES,
            characters=number(LIMITS.characters),
        )
    )
    st.caption(
        _(
            "The table stays in the memory of this server until it stops or {most} newer ones have come, and whoever "
            "uses this server can see it and train on it: bring nothing that they should not read."
        ).format(most=uploads.MOST_UPLOADS)
    )
    file = st.file_uploader(_("Your file"), type=list(SUFFIXES), key=UPLOAD_KEY)
    if file is None:
        return
    if refused := st.session_state.pop(REFUSED_KEY, None):
        raise refused
    with st.spinner(_("Reading the table …")):
        table = _table(file.file_id, file.name, file.getvalue())
    show_table(table)
    dataset = choose_columns(table, file.name)
    if len(table.columns) > 2:
        st.caption(
            _(
                "Of the other columns, those of numbers and those of at most {most} different values are kept as well: "
                "the page “Compare” shows how good a net is on each of them."
            ).format(most=MOST_VALUES)
        )
    show_classes(dataset)
    if st.button(
        _("Use this dataset"),
        type="primary",
        icon=":material/check:",
        on_click=use,
        args=(dataset, file.name, table),
        key="use_dataset",
    ):
        st.rerun()


@st.cache_resource(max_entries=4, show_spinner=False)
def _table(file_id: str, name: str, _content: bytes) -> Table:
    """The table of an upload, read once; the id stands for its content."""
    del file_id
    return read_table(_content, PurePath(name).name)


def use(dataset: Dataset, title: str, table: Table) -> None:
    """Keep it and choose it, before the page is drawn anew; its other columns are kept to judge answers by."""
    columns = further_columns(table, st.session_state[TEXT_KEY], st.session_state[LABEL_KEY])
    try:
        st.session_state[DATASET_KEY] = uploads.shelf().keep(uploads.prepared(dataset, title, columns))
    except BadInput as error:
        st.session_state[REFUSED_KEY] = error


def show_table(table: Table) -> None:
    """What was found in the file, and its first rows."""
    found = [
        _("format: {format}").format(format=table.format),
        *([_("encoding: {encoding}").format(encoding=table.encoding)] if table.encoding else []),
        *([_("delimiter: “{delimiter}”").format(delimiter=DELIMITERS[table.delimiter])] if table.delimiter else []),
        _("rows: {count}").format(count=number(len(table.rows))),
        _("columns: {count}").format(count=number(len(table.columns))),
    ]
    st.markdown(escaped(" · ".join(found)))
    if table.ragged:
        st.warning(
            ngettext(
                "{count} row has more or fewer cells than the header; it was cut or filled up.",
                "{count} rows have more or fewer cells than the header; they were cut or filled up.",
                table.ragged,
            ).format(count=number(table.ragged)),
            icon=":material/warning:",
        )
    rows = [
        {column: shorten(cell, LONG) for column, cell in zip(table.columns, row, strict=True)}
        for row in table.rows[:PREVIEW]
    ]
    st.dataframe(rows, hide_index=True, key="upload_preview")


def choose_columns(table: Table, name: str) -> Dataset:
    """Text, class and unit, guessed until somebody chooses."""
    if len(table.columns) == 1:
        message = ONE_COLUMN if table.delimiter is None else NOT_DIVIDED
        raise BadInput(message, path=name, column=shorten(table.columns[0], LONG))
    guessed = guess_columns(table) or (table.columns[0], table.columns[-1])
    text_column, label_column, unit_column = st.columns(3)
    text = text_column.selectbox(_("Column of the texts"), table.columns, table.columns.index(guessed[0]), key=TEXT_KEY)
    label = label_column.selectbox(
        _("Column of the classes"), table.columns, table.columns.index(guessed[1]), key=LABEL_KEY
    )
    units = list(TOKENIZERS)
    unit = unit_column.segmented_control(
        _("The net reads"),
        units,
        format_func=lambda unit: _(TOKENIZERS[unit].title),
        default=guess_unit([row[table.columns.index(text)] for row in table.rows]),
        required=True,
        key="upload_unit",
    )
    say_header(table, label)
    return dataset_from(table, text, label, unit, name)


def say_header(table: Table, label: str) -> None:
    """Where the header calls the column of classes by one of the classes, it is likely a row like the others."""
    place = table.columns.index(label)
    if any(row[place].strip() == label for row in table.rows):
        st.warning(
            escaped(
                _(
                    "The first row was read as the header, but “{label}” is a class below it too. "
                    "If the file has no header, add one (text,class), or its first row is lost."
                ).format(label=shorten(label, LONG))
            ),
            icon=":material/warning:",
        )


def guess_unit(texts: list[str]) -> str:
    """Names letter by letter, sentences word by word."""
    filled = [len(text.split()) for text in texts if text.strip()]
    return "word" if sum(filled) >= WORDY * max(len(filled), 1) else "character"


def show_classes(dataset: Dataset) -> None:
    """Rows of each class, and those that can't be used; `BadInput` where a class is too small to be split."""
    whole = [(text, clean_label(label)) for text, label in dataset.rows if text.strip() and label.strip()]
    classes = dataset.classes
    rows = Counter(label for _text, label in whole)
    texts = Counter(label for _text, label in set(whole))
    counts = np.array([rows[name] for name in classes], dtype=np.int64)
    show_picture(class_bars(counts, classes), _("Texts of each class"), "upload_classes")
    if missing := len(dataset.rows) - len(whole):
        st.warning(
            ngettext(
                "{count} row lacks a text or a class and is left out.",
                "{count} rows lack a text or a class and are left out.",
                missing,
            ).format(count=number(missing)),
            icon=":material/warning:",
        )
    for name in classes:
        if texts[name] < LEAST:
            raise BadInput(TOO_FEW, name=name, count=texts[name])
