"""Take home: each file is made when it is asked for, and says by its name what it is."""

import io
import json
import shutil
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.pages.conftest import plain, said


@pytest.fixture
def offered(monkeypatch):
    """What the buttons offer, by the name of the file; nothing of it is made yet."""
    files: dict = {}

    def button(label, data, file_name, mime, **_settings):
        files[file_name] = data

    monkeypatch.setattr("streamlit.download_button", button)
    return files


@pytest.fixture
def open_view(open_page):
    def open_view(language="en", **parameters):
        app = open_page("compare", language, judged="take_home", **parameters)
        assert not app.exception
        return app

    return open_view


def test_all_that_can_be_had_is_offered_under_a_name_that_says_what_it_is(open_view, offered, monkeypatch):
    def refuse(*_arguments):
        raise AssertionError("made before anybody asked")

    for maker in ("document", "reports_csv", "curves_csv", "report_latex", "pack_takeaway"):
        monkeypatch.setattr(f"rnnviz.ui.compare_views.take_home.{maker}", refuse)

    open_view(baselines="none")

    assert list(offered) == [
        "rnnviz-comparison-pets-en-3.html",
        "rnnviz-comparison-pets-en-3-reports.csv",
        "rnnviz-comparison-pets-en-3-curves.csv",
        "rnnviz-comparison-pets-en-3-test.tex",
        "pets-en-rnn-pytorch.zip",
        "pets-en-lstm-pytorch.zip",
        "pets-en-gru-pytorch.zip",
    ]


def test_the_files_have_the_figures_of_the_reports(open_view, offered, checkpoints_folder):
    open_view(baselines="none", part="validation")
    report = json.loads((checkpoints_folder / "pets-en-gru" / "report.json").read_text(encoding="utf-8"))

    html = offered["rnnviz-comparison-pets-en-3.html"]().decode()
    assert f"{report['validation']['accuracy']:.3f}" in html
    assert html.index("Validation") < html.index("Training")
    assert repr(report["test"]["accuracy"]) in offered["rnnviz-comparison-pets-en-3-reports.csv"]().decode("utf-8-sig")
    assert r"\toprule" in offered["rnnviz-comparison-pets-en-3-validation.tex"]().decode()
    with zipfile.ZipFile(io.BytesIO(offered["pets-en-gru-pytorch.zip"]())) as archive:
        assert "nn.GRU" in archive.read("pets-en-gru-pytorch/train.py").decode()
        assert json.loads(archive.read("pets-en-gru-pytorch/report_of_the_run.json")) == report


def test_the_file_says_whether_the_differences_may_be_chance_and_which_settings_differ(open_view, offered):
    open_view(baselines="none")

    html = offered["rnnviz-comparison-pets-en-3.html"]().decode()
    assert "LSTM is ahead of RNN by" in html
    assert "with 496 test texts" in html
    assert ">LSTM</td>" in html


def test_the_file_warns_of_runs_on_other_texts(open_view, offered):
    open_view(runs="pets-en-gru,pets-gru", baselines="none")

    html = offered["rnnviz-comparison-pets-en-pets-2.html"]().decode()
    assert "Not all were judged on the same texts (their datasets are not the same)" in html


def test_the_link_opens_this_very_comparison(open_view, open_page):
    app = open_view(runs="pets-en-gru,pets-en-rnn", reference="pets-en-rnn", part="train", baselines="none")

    (address,) = [each.value for each in app.code]
    chosen = {key: values[-1] for key, values in parse_qs(urlsplit(address).query).items()}
    assert chosen == {
        "runs": "pets-en-gru,pets-en-rnn",
        "reference": "pets-en-rnn",
        "part": "train",
        "baselines": "none",
        "lang": "en",
    }
    again = open_page("compare", **chosen)
    assert not again.exception
    assert again.multiselect(key="runs").value == ["pets-en-gru", "pets-en-rnn"]
    assert again.selectbox(key="reference").value == "pets-en-rnn"
    assert again.segmented_control(key="part").value == "train"


def test_a_run_whose_texts_have_changed_is_named_and_the_others_are_offered(open_view, offered, checkpoints_folder):
    path = checkpoints_folder / "pets-en-rnn" / "run.json"
    run = json.loads(path.read_text(encoding="utf-8"))
    run["dataset"]["fingerprint"] = "0" * 64
    path.write_text(json.dumps(run), encoding="utf-8")

    app = open_view(runs="pets-en-rnn,pets-en-gru", baselines="none")

    assert any("The dataset “pets-en” has changed since this run was trained on it." in each for each in said(app))
    assert [name for name in offered if name.endswith(".zip")] == ["pets-en-gru-pytorch.zip"]
    assert "rnnviz-comparison-pets-en-2.html" in offered


def test_a_run_on_texts_that_nobody_has_any_more_is_a_sentence(open_view, offered, checkpoints_folder):
    path = checkpoints_folder / "pets-en-rnn" / "run.json"
    run = json.loads(path.read_text(encoding="utf-8"))
    run["dataset"]["name"] = run["config"]["dataset"] = "upload-0123456789"
    path.write_text(json.dumps(run), encoding="utf-8")

    shutil.copytree(checkpoints_folder / "pets-en-rnn", checkpoints_folder / "pets-en-two")
    app = open_view(runs="pets-en-rnn,pets-en-two", baselines="none")

    texts = [plain(each.value) for each in app.error]
    assert texts
    assert len(set(texts)) == len(texts)
    assert not [name for name in offered if name.endswith(".zip")]


def test_a_steered_run_is_not_offered_as_a_script(open_view, offered, checkpoints_folder):
    shutil.copytree(checkpoints_folder / "pets-en-gru", checkpoints_folder / "runs" / "by-hand")
    path = checkpoints_folder / "runs" / "by-hand" / "run.json"
    run = json.loads(path.read_text(encoding="utf-8"))
    run["interventions"] = [{"epoch": 1, "batch": 2, "learning_rate": 0.1, "continued": 0}]
    path.write_text(json.dumps(run), encoding="utf-8")

    app = open_view(runs="by-hand,pets-en-gru", baselines="none")

    assert any("“by-hand” was steered by hand" in each for each in said(app))
    assert [name for name in offered if name.endswith(".zip")] == ["pets-en-gru-pytorch.zip"]


def test_it_speaks_russian(open_view, offered):
    app = open_view("ru", baselines="none")

    assert any(each.value == "Это сравнение" for each in app.subheader)
    html = offered["rnnviz-comparison-pets-3.html"]().decode()
    assert '<html lang="ru">' in html
    assert "Отчёты" in html
    script = zipfile.ZipFile(io.BytesIO(offered["pets-rnn-pytorch.zip"]())).read("pets-rnn-pytorch/train.py")
    assert "только PyTorch" in script.decode()
