"""Is it real?: the view says what the tests say, and a sentence where there is nothing to test."""

import json
import shutil
import warnings

import numpy as np
import pytest

from rnnviz.evaluation.bootstrap import intervals_of_confusion
from rnnviz.evaluation.figures import ACCURACY_FIGURE, Figure
from tests.pages.conftest import figures, plain, said

RUNS = ("pets-en-rnn", "pets-en-lstm", "pets-en-gru")
BARE = {"judged": "chance", "baselines": "none"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """What runs answered in one test is not known in the next; nothing is said on the console."""
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def sentences(app):
    return [plain(line) for box in app.markdown for line in box.value.split("\n") if line.startswith("- :material")]


def rewritten(folder, name, **changes):
    """A run whose `run.json` or `report.json` says something else."""
    file = folder / name / "run.json"
    run = json.loads(file.read_text(encoding="utf-8"))
    for key, value in changes.items():
        run[key] = {**run[key], **value} if isinstance(value, dict) else value
    file.write_text(json.dumps(run), encoding="utf-8")


def test_each_run_has_its_figure_with_the_interval(open_page, checkpoints_folder):
    app = open_page("compare", runs=",".join(RUNS), **BARE)

    assert not app.exception
    drawn = figures(app)["chance intervals"]["data"]
    for name, dot in zip(RUNS, drawn, strict=False):
        report = json.loads((checkpoints_folder / name / "report.json").read_text(encoding="utf-8"))
        found = intervals_of_confusion(report["confusion"]["test"], ["cat", "dog"], [ACCURACY_FIGURE])[ACCURACY_FIGURE]
        assert dot["x"][0] == report["test"]["accuracy"] == found.value
        assert dot["x"][0] - dot["error_x"]["arrayminus"][0] == pytest.approx(found.low)
        assert dot["x"][0] + dot["error_x"]["array"][0] == pytest.approx(found.high)
