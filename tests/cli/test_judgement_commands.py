"""`baselines`: reports of what can be had without a net."""

import pytest
from sklearn.metrics import classification_report

from rnnviz.runs.baseline_files import known_baseline
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.text.sources import Dataset
from rnnviz.training.config import changed


@pytest.fixture
def run(store, configs, monkeypatch, names) -> str:
    """A run whose texts are found again under the name of a bundled dataset."""
    dataset = Dataset("pets-en", names.rows, "character")
    monkeypatch.setattr("rnnviz.text.library.load_dataset", lambda name, folder: dataset)
    write_run(store.root / "mine", train_run(changed(configs["gru"], {"dataset": "pets-en"}), dataset))
    return "mine"


def test_every_baseline_reports_on_every_part_and_the_second_time_needs_no_texts(call, run, store, monkeypatch):
    answer = call("baselines", run)
    result = answer.json

    assert (result["run"], result["classes"]) == (run, ["cat", "dog"])
    assert list(result["baselines"]) == ["majority", "look-up", "n-grams"]
    info = RunStore(store.root).info(run)
    for name, report in result["baselines"].items():
        assert report.keys() == {"train", "validation", "test", "confusion"}
        answers = known_baseline(name, info)
        for part, each in answers.items():
            expected = classification_report(
                each.targets, each.predicted, target_names=each.classes, output_dict=True, zero_division=0
            )
            assert report[part] == expected
            assert report["confusion"][part] == each.confusion.tolist()

    monkeypatch.setattr("rnnviz.cli.judgement.data_of", None)
    second = call("baselines", run)
    assert second.json == result
    assert "n-grams: step 4 of 4" in answer.err
    assert second.err == ""


def test_a_run_whose_texts_are_gone_is_said(call):
    assert call("baselines", "gru").complaint == (
        "Error: The texts of “names”, on which “gru” was trained, are not here."
    )


def test_an_unknown_run_is_said(call):
    assert "nobody" in call("baselines", "nobody").complaint
