"""Tables: the figures of the runs, the best of a row standing out."""

import dataclasses

import pytest

from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.store import RunStore
from rnnviz.ui import tables
from rnnviz.ui.contestant import Contestant
from rnnviz.ui.table import as_markdown
from rnnviz.ui.tables import COSTS, gap_bar, starred
from tests.tables import table_in


@pytest.fixture
def runs(store: RunStore) -> list[RunInfo]:
    return list(store.listing().runs)


@pytest.fixture
def titles(runs) -> dict[str, str]:
    return {run.name: run.name.upper() for run in runs}


def report_table(runs, titles, part):
    """The table with the first run as the reference."""
    contestants = [contestant(run, titles[run.name]) for run in runs]
    return table_in(as_markdown(tables.report_table(contestants, contestants[0], part)))


def cost_table(runs, titles):
    return table_in(as_markdown(tables.cost_table(runs, titles)))


def contestant(run, title) -> Contestant:
    nothing = lambda *_: None  # noqa: E731
    return Contestant(run.name, title, "", "", run.classes, run.report, run, nothing, nothing, nothing)


def with_report(run: RunInfo, part: str, **rows) -> RunInfo:
    return dataclasses.replace(run, report={**run.report, part: {**run.report[part], **rows}})


def test_the_best_value_is_bold_and_has_a_star():
    assert starred({"a": 0.5, "b": 0.75, "c": 0.1}) == {"a": "0.500", "b": "**0.750**\u00a0★", "c": "0.100"}


def test_equal_best_values_both_have_a_star():
    assert starred({"a": 0.5, "b": 0.75, "c": 0.75}) == {"a": "0.500", "b": "**0.750**\u00a0★", "c": "**0.750**\u00a0★"}


def test_values_that_look_equal_are_equal():
    """What is shown with three digits is compared with three digits."""
    assert starred({"a": 0.50001, "b": 0.50002, "c": 0.4}) == {
        "a": "**0.500**\u00a0★",
        "b": "**0.500**\u00a0★",
        "c": "0.400",
    }


@pytest.mark.parametrize("values", [{"a": 0.5}, {"a": 0.5, "b": 0.5}, {"a": 0.5, "b": None}])
def test_where_nothing_is_contested_nothing_has_a_star(values):
    assert not any("★" in text for text in starred(values).values())


def test_a_missing_value_is_a_dash():
    assert starred({"a": None, "b": 0.25}) == {"a": "—", "b": "0.250"}
    assert starred({"a": None, "b": None}) == {"a": "—", "b": "—"}


def test_zero_is_a_value():
    assert starred({"a": 0.0, "b": 0.25}) == {"a": "0.000", "b": "**0.250**\u00a0★"}


def plain(cell: str) -> float:
    return float(cell.partition(":")[0].replace("*", "").replace("★", "").replace(",", ""))


def test_a_bar_is_as_long_as_its_difference():
    assert gap_bar(0.04, 0.08) == ":orange[+0.040\u00a0██]"
    assert gap_bar(-0.08, 0.08) == ":blue[−0.080\u00a0████]"
    assert gap_bar(0.03, 0.08) == ":orange[+0.030\u00a0█▌]"
    assert gap_bar(0.0001, 0.08) == ":orange[0.000\u00a0▏]"


def test_a_bar_too_long_for_the_table_ends_in_an_arrow():
    assert gap_bar(-0.5, 0.08) == ":blue[−0.500\u00a0████▸]"


@pytest.mark.parametrize("gap", [None, 0.0])
def test_no_difference_has_no_bar(gap):
    assert gap_bar(gap, 0.08) == ""


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_table_has_the_figures_of_the_reports(runs, titles, part):
    table = report_table(runs, titles, part)

    assert list(table.columns) == [titles[run.name] for run in runs]
    for run in runs:
        column, report = table[titles[run.name]], run.report[part]
        assert plain(column["accuracy"]) == round(report["accuracy"], 3)
        for name, title in [*zip(run.classes, run.classes, strict=True), ("macro avg", "macro average")]:
            assert plain(column[f"{title} · precision"]) == round(report[name]["precision"], 3)
            assert plain(column[f"{title} · recall"]) == round(report[name]["recall"], 3)
            assert plain(column[f"{title} · F1"]) == round(report[name]["f1-score"], 3)
        for name in run.classes:
            assert plain(column[f"{name} · support"]) == report[name]["support"]


def test_support_never_has_a_star(runs, titles):
    table = report_table(runs, titles, "train")

    assert not any("★" in cell for row in table.index if row.endswith("support") for cell in table.loc[row])


def test_runs_with_other_classes_have_dashes_in_the_rows_of_these(runs, titles):
    row = {"precision": 0.5, "recall": 0.5, "f1-score": 0.5, "support": 4.0}
    other = dataclasses.replace(with_report(runs[0], "test", ant=row), classes=("ant", "cat"))

    table = report_table([other, *runs[1:]], titles, "test")

    assert list(table.loc["ant · support"]) == ["4", "—", "—"]
    assert list(table.loc["ant · recall"]) == ["0.500", "—", "—"]
    assert "dog · recall" in table.index


def test_the_name_of_a_class_does_nothing_in_markdown(runs, titles):
    row = {"precision": 0.5, "recall": 0.5, "f1-score": 0.5, "support": 4.0}
    other = dataclasses.replace(with_report(runs[0], "test", **{"*cat*": row}), classes=("*cat*", "dog"))

    assert r"\*cat\* · recall" in report_table([other], titles, "test").index


def test_the_costs_are_those_of_the_run(runs, titles):
    table = cost_table(runs, titles)

    assert len(table) == len(COSTS)
    for run in runs:
        column = table[titles[run.name]]
        assert plain(column["parameters"]) == run.parameters
        assert plain(column["training time, s"]) == round(run.seconds, 1)
        assert plain(column["tokens a second"]) == round(run.tokens_per_second)
        assert column["epochs, best one"] == f"{run.epochs}, {run.best_epoch}"
        assert column["dataset"] == "names"
        assert column["hidden size"] == "5"
        assert column["seed"] == "0"
        assert column["run"] == run.name
        assert column["ended because"] == "all epochs done"


@pytest.mark.parametrize("reason", ["completed", "early", "stopped", "diverged"])
def test_every_end_has_words(runs, titles, reason):
    run = dataclasses.replace(runs[0], reason=reason)

    assert cost_table([run], titles).loc["ended because", titles[run.name]] not in {"", reason}
