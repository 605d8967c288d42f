"""Compare: the figures on the page are those of the reports."""

import dataclasses
import json
import re

import numpy as np
import pytest
from sklearn.metrics import classification_report

from rnnviz.evaluation.baselines import answers_of_baseline, report_of_answers
from rnnviz.runs.store import RunStore
from rnnviz.runs.tested import data_of
from tests.pages.conftest import click, figures, forget, plain, said

RUNS = ("pets-en-rnn", "pets-en-lstm", "pets-en-gru")
TITLES = ("RNN", "LSTM", "GRU")
BASELINES = {"Majority": "majority", "Look-up": "look-up", "n-grams": "n-grams"}


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
    found = re.search(r":(\w+)\[([+−]?)([\d.]+) ([█▏▎▍▌▋▊▉▸]+)\]$", cell)
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
    table, exact = app.table[0].value, app.dataframe[0].value

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
    row = open_page("compare").table[0].value.loc["accuracy"]

    best = max(reports, key=lambda title: reports[title]["test"]["accuracy"])
    assert [title for title in reports if "★" in row[title]] == [best]


@pytest.mark.parametrize("reference", ["pets-en-rnn", "pets-en-gru", "baseline-n-grams"])
def test_each_difference_to_the_reference_has_its_sign_and_a_bar(open_page, reports, reference):
    title = dict(zip((*RUNS, "baseline-n-grams"), (*TITLES, "n-grams"), strict=True))[reference]

    app = open_page("compare", reference=reference)

    for each, cell in app.table[0].value.loc["cat · recall"].items():
        expected = reports[each]["test"]["cat"]["recall"] - reports[title]["test"]["cat"]["recall"]
        assert gap(cell) == (None if not expected else "orange" if expected > 0 else "blue", round(expected, 3))
    (bars,) = figures(app)["differences"]["data"]
    assert list(bars["y"]) == list(reports)
    expected = [report["test"]["accuracy"] - reports[title]["test"]["accuracy"] for report in reports.values()]
    np.testing.assert_allclose(bars["x"], expected)


def test_another_figure_orders_the_contestants(open_page, reports):
    app = open_page("compare", ranked="cat recall", order="best")

    ranked = sorted(reports, key=lambda title: -reports[title]["test"]["cat"]["recall"])
    assert list(app.table[0].value.columns) == ranked
    (bars,) = figures(app)["differences"]["data"]
    assert list(bars["y"]) == ranked
    assert list(bars["customdata"]) == [reports[title]["test"]["cat"]["recall"] for title in ranked]
    app.selectbox(key="ranked").set_value("accuracy").run()
    assert list(app.table[0].value.columns) == sorted(reports, key=lambda title: -reports[title]["test"]["accuracy"])
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


def test_baselines_can_be_hidden_and_the_link_says_so(open_page):
    app = open_page("compare")

    app.pills(key="baselines").set_value(["n-grams"]).run()

    assert list(app.table[0].value.columns) == [*TITLES, "n-grams"]
    assert app.query_params["baselines"] in ("n-grams", ["n-grams"])
    app.pills(key="baselines").set_value([]).run()
    assert list(app.table[0].value.columns) == list(TITLES)
    assert list(open_page("compare", baselines="none").table[0].value.columns) == list(TITLES)
    assert list(open_page("compare", baselines="look-up").table[0].value.columns) == [*TITLES, "Look-up"]


def test_a_hidden_baseline_is_no_longer_the_reference(open_page):
    app = open_page("compare", reference="baseline-majority")

    app.pills(key="baselines").set_value(["n-grams"]).run()

    assert not app.exception
    assert app.selectbox(key="reference").value == RUNS[0]


def test_an_unknown_baseline_in_a_link_is_said(open_page):
    app = open_page("compare", baselines="oracle")

    assert not app.exception
    assert said(app) == ["Baselines is “oracle”; allowed is one of: majority, look-up, n-grams."]


def test_without_its_texts_the_runs_alone_are_compared(open_page, checkpoints_folder):
    """The dataset of the first run has changed since."""
    change(checkpoints_folder, RUNS[0], lambda run: run["dataset"].update(fingerprint="0" * 64))

    app = open_page("compare", runs=RUNS[0])

    assert not app.exception
    assert list(app.table[0].value.columns) == ["RNN"]
    (sentence,) = [plain(each.value) for each in app.caption if "No baselines" in each.value]
    assert sentence.endswith("The dataset “pets-en” has changed since this run was trained on it.")


def test_no_button_is_offered_where_the_texts_are_not_there(open_page, monkeypatch):
    """The reviews are not bundled."""
    monkeypatch.setattr("rnnviz.text.library.find_imdb", lambda folder: None)
    app = open_page("compare", runs="imdb-gru,imdb-rnn")

    assert not app.exception
    assert list(app.table[0].value.columns) == ["GRU", "RNN"]
    (sentence,) = [plain(each.value) for each in app.caption if "No baselines" in each.value]
    assert "The IMDB reviews are not in" in sentence
    assert not [button for button in app.button if "baselines" in button.label]


def test_baselines_that_take_long_wait_for_their_button_and_are_kept(open_page, monkeypatch, tmp_path):
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("rnnviz.ui.baselines.AT_ONCE", 1000)
    app = open_page("compare")
    assert list(app.table[0].value.columns) == list(TITLES)

    click(app, "Train the baselines on 1,737 texts; next time they are known")

    assert list(app.table[0].value.columns) == [*TITLES, *BASELINES]
    forget()
    monkeypatch.setattr("rnnviz.ui.baselines.train", None)
    assert list(open_page("compare").table[0].value.columns) == [*TITLES, *BASELINES]


def test_baselines_are_kept_where_the_disk_is_full(open_page, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "file" / "cache"))
    app = open_page("compare")

    monkeypatch.setattr("rnnviz.ui.baselines.train", None)
    app.segmented_control(key="part").set_value("train").run()

    assert not app.exception
    assert list(app.table[0].value.columns) == [*TITLES, *BASELINES]


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
    assert not app.table


def test_runs_on_the_same_texts_give_no_warning(open_page):
    assert not said(open_page("compare"))


def change(folder, name, how):
    """Spoil what a run says of itself."""
    run_file = folder / name / "run.json"
    run = json.loads(run_file.read_text(encoding="utf-8"))
    how(run)
    run_file.write_text(json.dumps(run), encoding="utf-8")


def test_runs_on_different_datasets_give_a_warning_that_names_them(open_page):
    app = open_page("compare", runs="pets-lstm,pets-en-lstm", baselines="none")

    assert not app.exception
    first, second = map(plain, (box.value for box in app.warning))
    assert "not judged on the same texts" in first
    assert "- dataset: Pet names (Russian) (LSTM 1), Pet names (English) (LSTM 2)" in first
    assert "different classes" in second
    assert "- кошка, собака (LSTM 1), cat, dog (LSTM 2)" in second
    table = app.table[0].value
    assert list(table.columns) == ["LSTM 1", "LSTM 2"]
    assert list(table.loc["кошка · recall"])[1] == "—"
    assert list(table.loc["dog · recall"])[:1] == ["—"]


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("seed", 7, "Seed: 0 (RNN, LSTM), 7 (GRU)"),
        (
            "text.contradictions",
            "majority",
            "Texts in several classes: drop the text (RNN, LSTM), keep the class with more rows (GRU)",
        ),
    ],
)
def test_runs_with_another_split_or_cleaning_give_a_warning_that_names_it(
    open_page, checkpoints_folder, path, value, named
):
    def other(run):
        *inside, last = path.split(".")
        (run["config"][inside[0]] if inside else run["config"])[last] = value

    change(checkpoints_folder, "pets-en-gru", other)

    app = open_page("compare")

    (warning,) = app.warning
    assert "not judged on the same texts" in warning.value
    assert plain(warning.value).endswith(f"- {named}")


def test_rows_that_have_changed_between_two_runs_are_named(open_page, checkpoints_folder):
    change(checkpoints_folder, "pets-en-gru", lambda run: run["dataset"].update(fingerprint="f" * 64, rows=9))

    (warning,) = open_page("compare").warning

    first = "- dataset: Pet names (English) (3,631 rows, 3919f7) (RNN, LSTM), "
    assert plain(warning.value).endswith(first + "Pet names (English) (9 rows, ffffff) (GRU)")


def test_the_tokens_of_other_texts_stand_in_the_warning_too(open_page):
    app = open_page("compare", runs="pets-en-gru,imdb-gru", baselines="none")

    words = plain(app.warning[0].value)
    assert "- Tokens: characters (GRU 1), words (GRU 2)" in words
    assert "- Tokens kept of a text: 32 (GRU 1), 400 (GRU 2)" in words


def test_texts_that_are_read_differently_are_named_without_a_warning(open_page, checkpoints_folder):
    change(checkpoints_folder, "pets-en-gru", lambda run: run["config"]["text"].update(max_tokens=8))

    app = open_page("compare")

    assert not app.warning
    assert any(
        "same texts in different ways: Tokens kept of a text: 32 (RNN, LSTM), 8 (GRU)" in plain(each.value)
        for each in app.caption
    )


def test_runs_that_differ_only_in_the_net_give_no_warning(open_page, checkpoints_folder):
    info = RunStore(checkpoints_folder).info("pets-en-gru")
    run_file = checkpoints_folder / "pets-en-gru" / "run.json"
    run = json.loads(run_file.read_text(encoding="utf-8"))
    run["config"] = dataclasses.replace(info.config, epochs=7, batch_size=8).to_dict()
    run_file.write_text(json.dumps(run), encoding="utf-8")

    assert not said(open_page("compare"))


def test_runs_of_the_same_cell_keep_apart(open_page, checkpoints_folder):
    import shutil

    shutil.copytree(checkpoints_folder / "pets-en-gru", checkpoints_folder / "runs" / "pets-en-gru-2")

    app = open_page("compare", runs="pets-en-gru,pets-en-gru-2,pets-en-rnn")

    assert not app.exception
    columns = list(app.table[0].value.columns)
    assert len(set(columns)) == 6
    assert [column.split()[0] for column in columns][:3] == ["GRU", "GRU", "RNN"]


def test_eight_runs_can_be_compared(open_page, checkpoints_folder):
    import shutil

    for number in range(2):
        shutil.copytree(checkpoints_folder / "pets-en-gru", checkpoints_folder / "runs" / f"more-{number}")
    names = [f"{dataset}-{cell}" for dataset in ("pets", "pets-en") for cell in ("rnn", "lstm", "gru")]

    app = open_page("compare", runs=",".join([*names, "more-0", "more-1"]))

    assert not app.exception
    assert len(app.table[0].value.columns) == 11
    app.session_state["open confusion"] = True
    app.run()
    assert len(app.get("plotly_chart")) == 12


def test_the_page_speaks_russian(open_page):
    app = open_page("compare", "ru", runs=",".join(RUNS))

    assert not app.exception
    assert list(app.table[0].value.columns) == [*TITLES, "Частый класс", "Справочник", "n-граммы"]
    assert any("Частый класс, Справочник: никогда не предсказывает «cat»" in plain(each.value) for each in app.caption)
    (bars,) = figures(app)["differences"]["data"]
    words = list(bars["text"])
    assert words[0].endswith(" (±0)")
    assert re.fullmatch(r"0,\d{3} \(−0,\d{3}\)", words[3])
