"""`itemised`, `spectrum`, `horizon`: what the instruments of memory give, as JSON."""

import numpy as np
import pytest

from rnnviz.insight.gradients import gradient_profile
from rnnviz.insight.horizon import horizon, movements
from rnnviz.insight.itemised import itemised
from rnnviz.insight.spectrum import rescaled
from rnnviz.text.corpus import tokenize
from rnnviz.training.data import prepare
from tests.cli.conftest import TINY
from tests.oracles import weights_of

GATES = {"rnn": 0, "lstm": 4, "gru": 3}


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_itemised_gives_every_part_of_every_weight(call, store, cell):
    result = call("itemised", cell, "Барсик", "--target", "dog").json

    model = store.model(cell)
    found = itemised(model, model.read("Барсик"), "dog")
    assert (result["tokens"], result["target"], result["layer"]) == (list("барсик"), "dog", 0)
    assert len(result["parts"]) == 4 * (1 + GATES[cell])
    for given, part in zip(result["parts"], found.parts, strict=True):
        assert (given["weight"], given["gate"]) == (part.weight, part.gate)
        np.testing.assert_allclose(given["norms"], part.norms, rtol=1e-6)
        assert sum(given["projections"]) == pytest.approx(1, abs=1e-5)
        assert sum(given["shares"]) == pytest.approx(1, abs=1e-5)
    assert result["clip_norm"] == 1
    assert result["cut_off"] == pytest.approx(max(0, 1 - 1 / result["gradient_norm"]))


def test_itemised_looks_at_the_layer_direction_and_epoch_that_are_asked_for(call, columns, tmp_path):
    run = call("train", *columns, *TINY, "--layers", 2, "--bidirectional", "--out", tmp_path / "run").json["run"]

    result = call("itemised", run, "аka", "--layer", 0, "--direction", "reverse").json

    assert (result["layer"], result["direction"]) == (0, "reverse")
    assert "Layer is 2; allowed is 0 to 1" in call("itemised", run, "аka", "--layer", 2).complaint
    assert "snapshot-0007" in call("itemised", run, "аka", "--epoch", 7).complaint


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_spectrum_gives_the_eigenvalues_of_each_block(call, store, cell):
    result = call("spectrum", cell).json

    blocks = np.split(weights_of(store.model(cell), 0, "forward")["weight_hh"].numpy(), max(1, GATES[cell]))
    for given, block in zip(result["blocks"], blocks, strict=True):
        expected = np.linalg.eigvals(block.astype(float))
        assert given["spectral_radius"] == pytest.approx(abs(expected).max())
        assert given["largest_singular_value"] == pytest.approx(np.linalg.norm(block, 2), rel=1e-6)
        assert len(given["eigenvalues"]) == 5
    assert result["factor"] is None


def test_spectrum_scales_a_copy_and_gives_the_gradient_before_and_after(call, store):
    result = call("spectrum", "rnn", "--radius", 0.2, "--text", "Мурка").json

    model = store.model("rnn")
    before = gradient_profile(model, model.read("Мурка"))
    after = gradient_profile(rescaled(model, 0.2), model.read("Мурка"), before.target)
    np.testing.assert_allclose(result["hidden_norms"], before.hidden_norms, rtol=1e-5)
    np.testing.assert_allclose(result["scaled_hidden_norms"], after.hidden_norms, rtol=1e-5)
    assert result["factor"] == pytest.approx(0.2 / result["blocks"][0]["spectral_radius"])
    assert "Spectral radius is -1.0" in call("spectrum", "rnn", "--radius", -1).complaint


@pytest.fixture
def names_are_here(names, monkeypatch):
    """The forty names under a name that the library knows."""
    monkeypatch.setattr("rnnviz.runs.tested.LIBRARY", {"names": None})
    monkeypatch.setattr(
        "rnnviz.runs.tested.open_corpus",
        lambda _name, unit, contradictions, **_how: tokenize(names, unit, contradictions),
    )


@pytest.mark.parametrize("change", ["token", "noise"])
def test_horizon_gives_quartiles_and_half_lives_over_test_texts(call, store, names, names_are_here, change):
    result = call("horizon", "lstm", "--texts", 5, "--change", change).json

    model = store.model("lstm")
    test = prepare(names, model.config.text, model.config.seed).test
    rows = np.random.default_rng(0).permutation(len(test))[:5]
    expected = horizon("lstm", change, movements(model, [test.ids[row] for row in rows.tolist()], change))
    assert result["texts"] == min(5, len(test))
    assert result["distances"] == expected.distances.tolist()
    np.testing.assert_allclose(result["state"]["median"], expected.state.median, rtol=1e-5)
    np.testing.assert_allclose(result["probability"]["high"], expected.probability.high, rtol=1e-5)
    assert result["state"]["half_life"] == pytest.approx(expected.state_half_life)
    assert (result["units"], result["recurrent_parameters"]) == (5, 4 * 5 * (4 + 5 + 2))


def test_horizon_says_what_is_missing(call, names_are_here):
    assert "Number of texts is 0; allowed is 1 to 10000." in call("horizon", "rnn", "--texts", 0).complaint
    assert "Change is “word”" in call("horizon", "rnn", "--change", "word").complaint
    assert "There is no run “none”" in call("horizon", "none").complaint


def test_without_its_dataset_there_is_no_horizon(call):
    assert "The texts of “names”" in call("horizon", "rnn").complaint
