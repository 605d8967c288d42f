"""Compare: the figures on the page are those of the reports."""

import re

import numpy as np
import pytest
from sklearn.metrics import classification_report

from rnnviz.evaluation.baselines import answers_of_baseline, report_of_answers
from rnnviz.runs.store import RunStore
from rnnviz.runs.tested import data_of
from tests.pages.comparisons import BASELINES, RUNS, TITLES
from tests.pages.conftest import figures, plain, said
from tests.tables import tables


@pytest.fixture
def reports(checkpoints_folder):
    """Of the runs from their files, of the baselines as the command computes them."""
    store = RunStore(checkpoints_folder)
    runs = {title: store.info(name).report for title, name in zip(TITLES, RUNS, strict=True)}
    info = store.info(RUNS[0])
    data = data_of(info)
    baselines = {
        title: report_of_answers(answers_of_baseline(name, data, "character")) for title, name in BASELINES.items()
    }
    return {**runs, **baselines}


def plain_number(cell):
    return float(cell.partition(":")[0].replace("*", "").replace("★", "").replace(",", ""))


def gap(cell):
    """The difference that stands behind a figure, and its colour; 0 where none stands there."""
    found = re.search(r":(\w+)\[([+−]?)([\d.]+)\s([█▏▎▍▌▋▊▉▸]+)\]$", cell)
    return (None, 0.0) if found is None else (found[1], float(found[3]) * (-1 if found[2] == "−" else 1))


def by_scikit_learn(confusion, classes):
    """The report that scikit-learn makes of the texts of a confusion matrix."""
    counts = np.array(confusion)
    truth = np.repeat(np.arange(len(counts)), counts.sum(axis=1))
    given = np.concatenate([np.repeat(np.arange(len(counts)), row) for row in counts])
    return classification_report(truth, given, target_names=classes, output_dict=True, zero_division=0)


@pytest.mark.parametrize("part", ["test", "validation", "train"])
def test_the_tables_have_the_figures_of_scikit_learn(open_page, reports, part):
    app = open_page("compare", part=part)
    app.session_state["open digits"] = True
    app.run()
    table, exact = tables(app)[0], app.dataframe[0].value

    assert list(table.columns) == list(exact.columns) == list(reports)
    for title, report in reports.items():
        expected = by_scikit_learn(report["confusion"][part], ["cat", "dog"])
        assert plain_number(table[title]["accuracy"]) == round(expected["accuracy"], 3)
        assert exact[title]["accuracy"] == expected["accuracy"]
        for name, row in (
            ("cat", "cat"),
            ("dog", "dog"),
            ("macro avg", "macro average"),
            ("weighted avg", "weighted average"),
        ):
            for figure, shown in (("precision", "precision"), ("recall", "recall"), ("f1-score", "F1")):
                assert plain_number(table[title][f"{row} · {shown}"]) == round(expected[name][figure], 3)
                assert exact[title][f"{row} · {shown}"] == expected[name][figure]
        assert plain_number(table[title]["cat · support"]) == expected["cat"]["support"]


def test_the_best_accuracy_has_the_star(open_page, reports):
    row = tables(open_page("compare"))[0].loc["accuracy"]

    best = max(reports, key=lambda title: reports[title]["test"]["accuracy"])
    assert [title for title in reports if "★" in row[title]] == [best]


@pytest.mark.parametrize("reference", ["pets-en-rnn", "pets-en-gru", "baseline-n-grams"])
def test_each_difference_to_the_reference_has_its_sign_and_a_bar(open_page, reports, reference):
    title = dict(zip((*RUNS, "baseline-n-grams"), (*TITLES, "n-grams"), strict=True))[reference]

    app = open_page("compare", reference=reference)

    for each, cell in tables(app)[0].loc["cat · recall"].items():
        expected = reports[each]["test"]["cat"]["recall"] - reports[title]["test"]["cat"]["recall"]
        assert gap(cell) == (None if not expected else "orange" if expected > 0 else "blue", round(expected, 3))
    (bars,) = figures(app)["differences"]["data"]
    assert list(bars["y"]) == list(reports)
    expected = [report["test"]["accuracy"] - reports[title]["test"]["accuracy"] for report in reports.values()]
    np.testing.assert_allclose(bars["x"], expected)


def test_another_figure_orders_the_contestants(open_page, reports):
    app = open_page("compare", ranked="cat recall", order="best")

    ranked = sorted(reports, key=lambda title: -reports[title]["test"]["cat"]["recall"])
    assert list(tables(app)[0].columns) == ranked
    (bars,) = figures(app)["differences"]["data"]
    assert list(bars["y"]) == ranked
    assert list(bars["customdata"]) == [reports[title]["test"]["cat"]["recall"] for title in ranked]
    app.selectbox(key="ranked").set_value("accuracy").run()
    assert list(tables(app)[0].columns) == sorted(reports, key=lambda title: -reports[title]["test"]["accuracy"])
    assert app.query_params["order"] in ("best", ["best"])
    assert "ranked" not in app.query_params


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("test", "test chose nothing and judges once"),
        ("validation", "They chose the epoch of each run"),
        ("train", "learned by heart"),
    ],
)
def test_the_page_says_what_the_part_chose(open_page, part, words):
    captions = [each.value for each in open_page("compare", part=part).caption]

    assert any(words in caption for caption in captions)
    assert any("learned from the training texts of RNN" in caption for caption in captions)


def test_the_zero_of_a_class_that_is_never_predicted_is_explained(open_page):
    captions = [each.value for each in open_page("compare").caption]

    (sentence,) = [plain(caption) for caption in captions if "0 / 0" in caption]
    assert "Never predicted by Majority, Look-up: “cat”." in sentence


@pytest.mark.parametrize("part", ["test", "train"])
def test_the_confusion_matrices_are_those_of_the_reports(open_page, reports, part):
    app = open_page("compare")
    app.session_state["open confusion"] = True

    app.segmented_control(key="part").set_value(part).run()

    names = [*RUNS, *(f"baseline-{name}" for name in BASELINES.values())]
    for name, report in zip(names, reports.values(), strict=True):
        (drawn,) = figures(app)[f"confusion {name}"]["data"]
        counts = np.array(report["confusion"][part])
        np.testing.assert_allclose(drawn["z"], counts / counts.sum(axis=1, keepdims=True))
        assert [
            [int(cell.partition("<br>")[0].replace(",", "")) for cell in row] for row in drawn["text"]
        ] == counts.tolist()
        assert list(drawn["x"]) == list(drawn["y"]) == ["cat", "dog"]


def test_no_run_gives_a_hint(open_page):
    app = open_page("compare")

    app.multiselect(key="runs").set_value([]).run()

    assert not app.exception
    assert said(app) == ["Choose at least 1 of the runs in the list."]
    assert not tables(app)


def test_runs_of_the_same_cell_keep_apart(open_page, checkpoints_folder):
    import shutil

    shutil.copytree(checkpoints_folder / "pets-en-gru", checkpoints_folder / "runs" / "pets-en-gru-2")

    app = open_page("compare", runs="pets-en-gru,pets-en-gru-2,pets-en-rnn")

    assert not app.exception
    columns = list(tables(app)[0].columns)
    assert len(set(columns)) == 6
    assert [column.split()[0] for column in columns][:3] == ["GRU", "GRU", "RNN"]


def test_eight_runs_can_be_compared(open_page, checkpoints_folder):
    import shutil

    for number in range(2):
        shutil.copytree(checkpoints_folder / "pets-en-gru", checkpoints_folder / "runs" / f"more-{number}")
    names = [f"{dataset}-{cell}" for dataset in ("pets", "pets-en") for cell in ("rnn", "lstm", "gru")]

    app = open_page("compare", runs=",".join([*names, "more-0", "more-1"]))

    assert not app.exception
    assert len(tables(app)[0].columns) == 11
    app.session_state["open confusion"] = True
    app.run()
    assert len(app.get("plotly_chart")) == 12


def test_the_page_speaks_russian(open_page):
    app = open_page("compare", "ru", runs=",".join(RUNS))

    assert not app.exception
    assert list(tables(app)[0].columns) == [*TITLES, "Частый класс", "Справочник", "n-граммы"]
    assert any("Частый класс, Справочник: никогда не предсказывает «cat»" in plain(each.value) for each in app.caption)
    (bars,) = figures(app)["differences"]["data"]
    words = list(bars["text"])
    assert words[0].endswith(" (±0)")
    assert re.fullmatch(r"0,\d{3} \(−0,\d{3}\)", words[3])
