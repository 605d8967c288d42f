"""`compare`: intervals, tests and sentences as JSON."""

import json
import shutil

import pytest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from rnnviz.evaluation.answers import answer
from rnnviz.runs.checkpoint import RUN
from rnnviz.training.data import prepare


@pytest.fixture(autouse=True)
def texts_are_here(monkeypatch, names):
    """The forty names stand where the datasets of the library do."""
    monkeypatch.setattr("rnnviz.cli.significance.data_of", lambda run: prepare(names, run.config.text, run.config.seed))


@pytest.mark.parametrize("part", ["test", "train"])
def test_compare_gives_every_pair_with_p_and_a_sentence(call, store, names, part):
    result = call("compare", "rnn", "lstm", "gru", "--part", part).json

    data = prepare(names, store.info("rnn").config.text, 0)
    right = {name: answer(store.model(name), data.parts[part]).correct for name in ("rnn", "lstm", "gru")}
    assert [(pair["a"], pair["b"]) for pair in result["pairs"]] == [("rnn", "lstm"), ("rnn", "gru"), ("lstm", "gru")]
    for pair in result["pairs"]:
        a, b = right[pair["a"]], right[pair["b"]]
        assert (pair["only_a"], pair["only_b"]) == ((a & ~b).sum(), (b & ~a).sum())
        exact = mcnemar([[0, pair["only_a"]], [pair["only_b"], 0]], exact=True).pvalue
        assert pair["p"] == pytest.approx(min(exact, 1.0))
        assert pair["texts"] == len(data.parts[part])
        assert pair["sentence"] in result["sentences"]
    holm = multipletests([pair["p"] for pair in result["pairs"]], method="holm")[1]
    assert [pair["p_holm"] for pair in result["pairs"]] == pytest.approx(list(holm))
    assert "Holm" in result["sentences"][3]


def test_every_figure_of_the_reports_has_its_interval(call, store):
    runs = call("compare", "rnn", "gru").json["runs"]

    assert [run["run"] for run in runs] == ["rnn", "gru"]
    for run in runs:
        report = store.info(run["run"]).report["test"]
        assert len(run["intervals"]) == 13
        assert run["intervals"]["accuracy"]["value"] == report["accuracy"]
        assert run["intervals"]["dog f1-score"]["value"] == report["dog"]["f1-score"]
        assert all(
            each["low"] is None or each["low"] <= each["value"] <= each["high"] for each in run["intervals"].values()
        )


def test_the_seed_decides_the_bounds(call):
    once, again, other = (call("compare", "rnn", "gru", "--part", "train", "--seed", seed).json for seed in (1, 1, 2))

    assert once == again != other


def test_another_figure_is_tested_by_randomisation(call):
    (pair,) = call("compare", "rnn", "gru", "--figure", "macro avg f1-score").json["pairs"]

    assert pair["test"] == "randomisation"
    assert pair["sentence"].startswith("Macro F1: ")


def test_runs_of_other_seeds_are_not_tested_but_have_a_spread(call, store):
    copied = store.root / "gru-1"
    shutil.copytree(store.root / "gru", copied)
    run = json.loads((copied / RUN).read_text(encoding="utf-8"))
    run["config"]["seed"] = 1
    (copied / RUN).write_text(json.dumps(run), encoding="utf-8")

    result = call("compare", "gru", "gru-1").json

    assert result["pairs"] == []
    assert [(each["a"], each["b"]) for each in result["not_tested"]] == [("gru", "gru-1")]
    assert "their seeds differ" in result["sentences"][0]
    assert [(family["runs"], family["seeds"], family["count"]) for family in result["seeds"]] == [
        (["gru", "gru-1"], [0, 1], 2)
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["gru"], "one run to compare"),
        (["gru", "gru"], "one run to compare"),
        (["gru", "nobody"], "nobody"),
        (["gru", "rnn", "--part", "exam"], "--part is “exam”; allowed is one of: train, validation, test"),
        (
            ["gru", "rnn", "--figure", "beauty"],
            "--figure is “beauty”; allowed is one of: accuracy, macro avg precision",
        ),
        (["gru", "rnn", "--seed", "-1"], "The seed is -1; it has to be 0 or more."),
    ],
)
def test_what_it_can_not_compare_is_said(call, arguments, complaint):
    assert complaint in call("compare", *arguments).complaint
