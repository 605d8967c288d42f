"""The comparison as a file: it needs no network, and its figures are those of the reports."""

import csv
import dataclasses
import io
import json
import re
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest
from sklearn.metrics import classification_report

from rnnviz.evaluation.report import classification_report as report_of
from rnnviz.language import use_language
from rnnviz.runs.checkpoint import unpack_info
from rnnviz.takeaway.compared import Entry
from rnnviz.takeaway.document import Document, document
from rnnviz.takeaway.tables import curves_csv, report_latex, reports_csv

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """The tags with their attributes, the text outside of scripts, and every table as rows of cells."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.tables: list[list[list[str]]] = []
        self.scripts: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "small" and self.tables:
            self.tables[-1][-1][-1] += " "

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "script" in self.open:
            self.scripts.append(data)
        elif "style" not in self.open:
            self.text += data
            if {"td", "th"} & set(self.open):
                self.tables[-1][-1][-1] += data


def baseline(like: Entry) -> Entry:
    """What always says the last class, and knows one class more."""
    classes, confusions = (*like.classes, "<ferret> & co"), {}
    for part, counts in like.report["confusion"].items():
        confusions[part] = np.zeros((3, 3), dtype=int)
        confusions[part][:2, 2] = np.sum(counts, axis=1)
    report = {part: report_of(counts, classes) for part, counts in confusions.items()}
    return Entry(
        "Most <b>", "#808080", classes, {**report, "confusion": {p: c.tolist() for p, c in confusions.items()}}, None
    )


@pytest.fixture
def entries(checkpoints) -> tuple[Entry, ...]:
    infos = [unpack_info(f"names-{cell}", files) for cell, files in checkpoints.items()]
    runs = [Entry(info.name.upper(), "#123456", info.classes, info.report, info) for info in infos]
    return (*runs, baseline(runs[0]))


@pytest.fixture
def content(entries) -> Document:
    link = "http://school.example/compare?runs=a,b&part=test"
    return Document(
        entries, 0, "test", date(2026, 11, 22), link, ("A & B may be alike.",), ("C is last.",), ("With <care>.",)
    )


def test_the_file_loads_nothing_from_elsewhere(content):
    page = Page(document(content))

    assert not page.open
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "img", "object", "base", "form"), tag
        assert not {"src", "srcset", "data", "action", "background"} & set(attributes), (tag, attributes)
        assert "url(" not in (attributes.get("style") or "")
    (policy,) = [each["content"] for _tag, each in page.tags if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:")
    assert "http" not in policy
    (link,) = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert link == content.link


def test_what_the_tests_found_stands_in_it_the_reference_first(content):
    page = Page(document(content))

    assert page.text.index("A & B may be alike.") < page.text.index("All other pairs") < page.text.index("C is last.")


def test_words_from_outside_stay_words(content):
    page = Page(document(content))

    assert "With <care>." in page.text
    assert "Most <b>" in page.text
    assert "<ferret> & co" in page.text
    assert "2026-11-22" in page.text
    assert "ferret" not in {tag for tag, _ in page.tags}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_figures_are_those_of_the_reports(content, entries, place):
    tables = Page(document(content)).tables

    for number, part in enumerate(("test", "train", "validation")):
        head, *rows = tables[number]
        by_title = {row[0]: row[1:] for row in rows}
        assert head[1:] == [each.title for each in entries]
        reports = [each.report[part] for each in entries]
        assert shown(by_title["accuracy"][place]) == round(reports[place]["accuracy"], 3)
        for name, title in (("cat", "cat"), ("dog", "dog"), ("macro avg", "macro average")):
            for figure, said in (("precision", "precision"), ("recall", "recall"), ("f1-score", "F1")):
                cell = by_title[f"{title} · {said}"][place]
                value = reports[place][name][figure]
                assert shown(cell) == round(value, 3)
                if place:
                    assert cell.split()[-1] == with_sign(value - reports[0][name][figure])
        assert by_title["<ferret> & co · recall"] == ["—"] * 3 + ["0.000"]


def with_sign(difference: float) -> str:
    text = f"{abs(difference):.3f}"
    return text if text == "0.000" else ("+" if difference > 0 else "−") + text


def shown(cell: str) -> float:
    return float(cell.split(maxsplit=1)[0])


def test_the_confusion_matrices_are_those_of_the_reports(content, entries):
    page = Page(document(content))
    (first,) = [table for table in page.tables if table[0] == ["", "cat", "dog"]][:1]

    counts = entries[0].report["confusion"]["test"]
    assert [[int(cell.split()[0]) for cell in row[1:]] for row in first[1:]] == counts
    assert first[1][1].split()[1] == f"{counts[0][0] / sum(counts[0]):.0%}"


def test_the_curves_are_those_of_the_histories(content, entries):
    page = Page(document(content))
    figures = json.loads(next(script for script in page.scripts if script.startswith('{"curves-loss"')))

    traces = {trace.get("name"): trace for trace in figures["curves-loss"]["data"]}
    for each in entries[:3]:
        drawn = traces[f"{each.title} · validation"]
        assert drawn["y"] == [epoch["validation_loss"] for epoch in each.run.history]
    ids = {attributes.get("id") for _tag, attributes in page.tags}
    assert set(figures) <= ids


def test_runs_without_a_curve_need_no_script(entries):
    page = Page(document(Document(entries[3:], 0, "test", date(2026, 11, 22), "")))

    assert not page.scripts
    assert "Open this comparison" not in page.text


def test_the_settings_that_differ_come_first(content, entries):
    rows = [row for table in Page(document(content)).tables for row in table]

    assert ["Cell", "rnn", "lstm", "gru"] in rows
    assert ["Hidden size", "5"] in rows


def test_the_csv_has_every_figure_with_all_digits(entries):
    rows = list(csv.DictReader(io.StringIO(reports_csv(entries))))

    for row in rows:
        for each in entries:
            table = each.report[row["part"]]
            if row["class"] == "accuracy":
                assert float(row[each.title]) == table["accuracy"]
            elif row["class"] in table:
                assert float(row[each.title]) == table[row["class"]][row["figure"]]
            else:
                assert row[each.title] == ""
    assert {row["part"] for row in rows} == {"train", "validation", "test"}


def test_no_word_of_a_csv_begins_a_formula(entries):
    evil = dataclasses.replace(entries[0], title="=1+1")

    assert reports_csv([evil]).splitlines()[0] == "part,class,figure,'=1+1"
    assert re.search(r"^names-rnn,'=1\+1,1,", curves_csv([evil]), re.MULTILINE)


def test_the_curves_are_had_with_all_digits(entries):
    rows = list(csv.DictReader(io.StringIO(curves_csv(entries))))

    told = [(each.run.name, epoch) for each in entries if each.run for epoch in each.run.history]
    assert [(row["run"], float(row["validation_loss"])) for row in rows] == [
        (name, epoch["validation_loss"]) for name, epoch in told
    ]


def test_the_latex_table_has_the_figures_and_prints_every_sign(entries):
    source = report_latex(entries, "test")

    assert r"\textless{}ferret\textgreater{} \& co" in source
    rows = {row.split(" & ")[0]: row.split(" & ") for row in source.splitlines() if " & " in row}
    accuracy = [float(re.sub(r"[^0-9.]", "", cell)) for cell in rows["accuracy"][1:]]
    assert accuracy == [round(each.report["test"]["accuracy"], 3) for each in entries]
    columns = {row.count(" & ") for row in source.splitlines() if " & " in row}
    assert columns == {len(entries)}
    assert source.count("{") == source.count("}")
    for rule in ("toprule", "midrule", "bottomrule"):
        assert source.count(rf"\{rule}") == 1


def test_the_reports_are_scikit_learns(entries):
    """The oracle once more, through the file that people take with them."""
    entry = entries[0]
    counts = np.array(entry.report["confusion"]["test"])
    true = np.repeat([0, 0, 1, 1], counts.ravel())
    predicted = np.repeat([0, 1, 0, 1], counts.ravel())
    expected = classification_report(true, predicted, target_names=entry.classes, output_dict=True, zero_division=0)

    rows = [row for row in csv.DictReader(io.StringIO(reports_csv(entries))) if row["part"] == "test"]
    for row in rows:
        if row["class"] in entry.classes:
            assert float(row[entry.title]) == pytest.approx(expected[row["class"]][row["figure"]], abs=1e-15)


def test_the_file_speaks_russian(content):
    use_language("ru")
    page = Page(document(content))

    assert page.tags[0] == ("html", {"lang": "ru"})
    assert "Матрицы ошибок" in page.text
    assert "Открыть это сравнение" in page.text
