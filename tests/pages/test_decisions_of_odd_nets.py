"""Where the decision falls and what if, for nets of other depth, direction, read-out, size and length side by side."""

import dataclasses

import numpy as np
import pytest

from rnnviz.insight.attribution import attribution
from rnnviz.insight.trace import trace
from rnnviz.models.classifier import ModelConfig
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.training.config import RunConfig, TextConfig
from tests.pages.conftest import figures, said

NETS = {
    "deep": ({"layers": 3, "read_out": "all"}, {}),
    "both": ({"direction": "both", "cell": "lstm", "read_out": "mean"}, {}),
    "back": ({"direction": "reverse", "read_out": "maximum"}, {}),
    "tiny": ({"hidden_size": 1, "cell": "rnn"}, {}),
    "short": ({}, {"max_tokens": 3}),
}


@pytest.fixture(scope="module")
def files(names):
    def trained(model, text):
        config = RunConfig(
            text=TextConfig(min_count=1, **text),
            model=dataclasses.replace(ModelConfig(cell="gru", embedding_size=3, hidden_size=4), **model),
            epochs=1,
        )
        return train_run(config, names)

    return {name: trained(*net) for name, net in NETS.items()}


@pytest.fixture(autouse=True)
def odd_runs(files, checkpoints_folder):
    for name, each in files.items():
        write_run(checkpoints_folder / "runs" / name, each)
    return RunStore(checkpoints_folder)


def test_every_net_has_its_decision(open_page, odd_runs):
    app = open_page("step_through", panel="decision", runs=",".join(NETS), text="мурка", step="1")

    assert not app.exception
    assert not app.error
    for name in NETS:
        model = odd_runs.model(name)
        reading = model.read("мурка")
        methods = ("gradient", "integrated", "removal", "step")
        expected = attribution(model, reading, trace(model, reading), None, methods)
        bars = [each for each in figures(app)[f"decision {name}"]["data"] if each["type"] == "bar"]
        for bar, values in zip(bars, expected.values.values(), strict=True):
            np.testing.assert_allclose(bar["y"], values, atol=1e-6)
    frames = {name: len(figures(app)[f"decision {name}"]["layout"].get("shapes", [])) for name in NETS}
    assert frames == {**dict.fromkeys(NETS, 5), "short": 0}, "the short one does not read the first token"


def test_every_net_that_reads_the_token_shows_what_if(open_page):
    app = open_page("step_through", panel="what_if", runs=",".join(NETS), text="мурка", step="1", edit="swap")

    assert not app.exception
    assert not app.error
    assert list(figures(app)) == [f"what if {name}" for name in NETS if name != "short"]
    assert "This model does not read this token." in said(app)
    assert [button.label for button in app.button if "умрка" in button.label] == ["Make “умрка” the text"]


def test_the_states_of_the_layer_and_direction_that_are_chosen_are_compared(open_page, odd_runs):
    app = open_page("step_through", panel="what_if", runs="both", text="мурка", step="2")
    next(each for each in app.segmented_control if each.label == "Direction").set_value("reverse").run()

    model = odd_runs.model("both")
    traced = trace(model, model.read("мурка"), None, "reverse")
    first = next(each for each in figures(app)["what if both"]["data"] if each["type"] == "heatmap")
    np.testing.assert_allclose(first["z"], traced.values["hidden"].T, atol=1e-6)
