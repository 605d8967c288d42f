"""Compare: the baselines beside the runs, hidden, kept, and where their texts are gone."""

from tests.pages.comparisons import BASELINES, RUNS, TITLES, change
from tests.pages.conftest import click, forget, plain, said
from tests.tables import tables


def test_baselines_can_be_hidden_and_the_link_says_so(open_page):
    app = open_page("compare")

    app.pills(key="baselines").set_value(["n-grams"]).run()

    assert list(tables(app)[0].columns) == [*TITLES, "n-grams"]
    assert app.query_params["baselines"] in ("n-grams", ["n-grams"])
    app.pills(key="baselines").set_value([]).run()
    assert list(tables(app)[0].columns) == list(TITLES)
    assert list(tables(open_page("compare", baselines="none"))[0].columns) == list(TITLES)
    assert list(tables(open_page("compare", baselines="look-up"))[0].columns) == [*TITLES, "Look-up"]


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
    assert list(tables(app)[0].columns) == ["RNN"]
    (sentence,) = [plain(each.value) for each in app.caption if "No baselines" in each.value]
    assert sentence.endswith("The dataset “pets-en” has changed since this run was trained on it.")


def test_no_button_is_offered_where_the_texts_are_not_there(open_page, monkeypatch):
    """The reviews are not bundled."""
    monkeypatch.setattr("rnnviz.text.library.find_imdb", lambda folder: None)
    app = open_page("compare", runs="imdb-gru,imdb-rnn")

    assert not app.exception
    assert list(tables(app)[0].columns) == ["GRU", "RNN"]
    (sentence,) = [plain(each.value) for each in app.caption if "No baselines" in each.value]
    assert "The IMDB reviews are not in" in sentence
    assert not [button for button in app.button if "baselines" in button.label]


def test_baselines_that_take_long_wait_for_their_button_and_are_kept(open_page, monkeypatch, tmp_path):
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("rnnviz.ui.baselines.AT_ONCE", 1000)
    app = open_page("compare")
    assert list(tables(app)[0].columns) == list(TITLES)

    click(app, "Train the baselines on 1,737 texts; next time they are known")

    assert list(tables(app)[0].columns) == [*TITLES, *BASELINES]
    forget()
    monkeypatch.setattr("rnnviz.ui.baselines.train", None)
    assert list(tables(open_page("compare"))[0].columns) == [*TITLES, *BASELINES]


def test_baselines_are_kept_where_the_disk_is_full(open_page, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "file" / "cache"))
    app = open_page("compare")

    monkeypatch.setattr("rnnviz.ui.baselines.train", None)
    app.segmented_control(key="part").set_value("train").run()

    assert not app.exception
    assert list(tables(app)[0].columns) == [*TITLES, *BASELINES]
