"""The views of the page Gradients beyond the tokens: what they say and draw, held against the instruments."""

import dataclasses

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from rnnviz.insight.gradients import gradient_profile
from rnnviz.insight.horizon import horizon, movements
from rnnviz.insight.itemised import WEIGHTS, itemised
from rnnviz.insight.sample import chosen_rows
from rnnviz.insight.sizes import recurrent_parameters
from rnnviz.insight.spectrum import rescaled, spectra
from rnnviz.models.classifier import ModelConfig
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import train_run
from rnnviz.training.config import RunConfig, TextConfig
from rnnviz.training.data import prepare
from rnnviz.ui.gradient_views.sizes import link_to_train
from tests.pages.conftest import click, figures, said

RUNS = ("pets-en-rnn", "pets-en-lstm", "pets-en-gru")
TEXT = "Bella"
MEASURE, FOLLOW = "Change the texts and measure", "Follow this text through the training"


@pytest.fixture
def made(names, checkpoints_folder):
    """Runs on the forty names, which the small datasets give for “pets”."""

    def make(snapshots=0, **nets):
        for name, model in nets.items():
            config = RunConfig(
                text=TextConfig(min_count=1),
                model=dataclasses.replace(ModelConfig(cell="gru", embedding_size=3, hidden_size=4), **model),
                epochs=2,
            )
            files = train_run(config, dataclasses.replace(names, name="pets"), Watch(snapshots=snapshots))
            write_run(checkpoints_folder / "runs" / name, files)
        return RunStore(checkpoints_folder)

    return make


def heats(figure):
    return [drawn for drawn in figure["data"] if drawn["type"] == "heatmap"]


def control(app, label):
    (found,) = [each for each in (*app.segmented_control, *app.selectbox, *app.select_slider) if each.label == label]
    return found


def metrics(app):
    return {metric.proto.label: metric.value for metric in app.metric}


def test_only_the_open_view_is_drawn_and_it_stands_in_the_link(open_page):
    app = open_page("gradients", text=TEXT)
    assert set(figures(app)) == {"norms", "jacobians"}
    assert "view" not in app.query_params

    for view, keys in (("weights", {"itemised"}), ("forgetting", set()), ("tokens", {"norms", "jacobians"})):
        app.pills(key="view").set_value(view).run()
        assert not app.exception
        assert set(figures(app)) == keys
        assert app.query_params.get("view", ["tokens"]) in (view, [view])


def test_a_link_to_a_view_that_is_not_there_is_answered(open_page):
    app = open_page("gradients", view="clouds")

    assert said(app) == ["View is “clouds”; allowed is one of: tokens, weights, eigenvalues, forgetting."]
    assert "norms" in figures(app)


@pytest.mark.parametrize("view", ["weights", "eigenvalues", "forgetting"])
def test_each_view_has_a_sentence_and_a_why_in_both_languages(open_page, view):
    for language in ("en", "ru"):
        app = open_page("gradients", language, view=view, text=TEXT, lang=language)
        assert not app.exception
        assert not app.error
        labels = [popover.proto.popover.label for popover in app.get("popover")]
        assert labels.count("Why?" if language == "en" else "Почему?") == 1
        assert any(text.value.startswith("Look" if language == "en" else "Посмотрите") for text in app.markdown)


@pytest.mark.parametrize("measure", ["norms", "shares", "projections"])
def test_the_maps_have_the_parts_of_the_instrument(open_page, checkpoints_folder, measure):
    app = open_page("gradients", view="weights", text=TEXT, runs=",".join(RUNS))
    control(app, "Colour").set_value(measure).run()

    store = RunStore(checkpoints_folder)
    for drawn, name in zip(heats(figures(app)["itemised"]), RUNS, strict=True):
        model = store.model(name)
        found = itemised(model, model.read(TEXT))
        expected = [getattr(found.part(weight), measure) for weight in WEIGHTS]
        np.testing.assert_allclose(drawn["customdata"], expected, rtol=1e-5, atol=1e-9)
        title = f"{name.rpartition('-')[2].upper()}: norm of the gradient"
        assert metrics(app)[title] == f"{found.gradient_norm:.3g}"


def test_what_clipping_would_cut_is_said(open_page, made):
    store = made(one={})
    model = store.model("one")
    norm = itemised(model, model.read("мурка")).gradient_norm

    app = open_page("gradients", view="weights", text="мурка", runs="one")

    (line,) = [each.value for each in app.caption if each.value.startswith("loss of")]
    assert ("nothing would be cut off" in line) == (norm <= 1)
    assert (f"would cut off {1 - 1 / norm:.0%}" in line) == (norm > 1)


def test_gate_by_gate_there_are_more_rows(open_page):
    app = open_page("gradients", view="weights", text=TEXT, runs="pets-en-lstm")

    app.toggle(key="by_gate").set_value(True).run()

    (drawn,) = heats(figures(app)["itemised"])
    assert np.shape(drawn["z"]) == (16, len(TEXT))


def test_a_run_without_snapshots_says_what_to_do(open_page, made):
    made(one={})

    app = open_page("gradients", view="weights", text="мурка", runs="one")

    assert any("No weights of single epochs are kept with: GRU. Train such a net" in text for text in said(app))
    assert not [button for button in app.button if button.label == FOLLOW]


def test_a_text_is_followed_through_the_epochs_that_were_kept(open_page, made):
    store = made(snapshots=2, one={"layers": 2, "direction": "both"})
    info, text = store.info("one"), "мурка"
    app = open_page("gradients", view="weights", text=text, runs="one")
    target = itemised(store.model("one"), store.model("one").read(text)).target

    click(app, FOLLOW)

    figure = figures(app)["training one"]
    (drawn,) = heats(figure)
    assert drawn["x"] == [str(epoch) for epoch in info.snapshots]
    for column, epoch in enumerate(info.snapshots):
        model = store.model("one", epoch)
        found = itemised(model, model.read(text), target)
        norms = found.part("weight_hh").norms[::-1]
        np.testing.assert_allclose(np.asarray(drawn["customdata"])[:, column], norms, rtol=1e-4)
        bars = [bar["y"][column] for bar in figure["data"] if bar["type"] == "bar"]
        assert sum(bars) == pytest.approx(found.gradient_norm, rel=1e-4)
        assert bars[0] == pytest.approx(min(found.gradient_norm, 1), rel=1e-4)
    assert not [button for button in app.button if button.label == FOLLOW], "it is kept"


def test_another_text_is_followed_only_when_asked(open_page, made):
    made(snapshots=2, one={})
    app = click(open_page("gradients", view="weights", text="мурка", runs="one"), FOLLOW)

    app.text_input(key="text").set_value("рекс").run()

    assert "training one" not in figures(app)
    assert "training one" in figures(click(app, FOLLOW))


@pytest.mark.parametrize("view", ["weights", "eigenvalues"])
@pytest.mark.parametrize("text", ["a", "Be😀lla", "Bella" * 100, "<b>*_`"])
def test_odd_texts_break_nothing(open_page, view, text):
    app = open_page("gradients", view=view, text=text)

    assert not app.exception
    assert not app.error
    assert figures(app)


@pytest.mark.parametrize("view", ["weights", "eigenvalues"])
def test_an_empty_text_is_asked_for_a_letter(open_page, view):
    app = open_page("gradients", view=view, text=" ")

    assert not app.exception
    assert "There is nothing to read" in " ".join(said(app))


def test_the_planes_have_the_eigenvalues_of_the_runs(open_page, checkpoints_folder):
    app = open_page("gradients", view="eigenvalues", text=TEXT, runs=",".join(RUNS))

    store = RunStore(checkpoints_folder)
    for name in RUNS:
        blocks = spectra(store.model(name))
        for drawn, block in zip(figures(app)[f"spectrum {name}"]["data"], blocks, strict=True):
            np.testing.assert_allclose(drawn["x"], block.eigenvalues.real)
            np.testing.assert_allclose(drawn["y"], block.eigenvalues.imag)
    assert len(figures(app)["rescaled"]["data"]) == 3


def test_the_slider_shows_the_gradient_before_and_after(open_page, checkpoints_folder):
    app = open_page("gradients", view="eigenvalues", text=TEXT, runs="pets-en-rnn")

    app.select_slider(key="radius").set_value("0.25").run()

    model = RunStore(checkpoints_folder).model("pets-en-rnn")
    before = gradient_profile(model, model.read(TEXT))
    after = gradient_profile(rescaled(model, 0.25), model.read(TEXT), before.target)
    for drawn, profile in zip(figures(app)["rescaled"]["data"], (before, after), strict=True):
        np.testing.assert_allclose(drawn["y"], profile.hidden_norms / profile.hidden_norms[-1], rtol=1e-4)
    assert app.query_params["radius"] in ("0.25", ["0.25"])
    assert after.hidden_norms[0] < before.hidden_norms[0]


def test_a_link_brings_a_radius_or_is_told_which_there_are(open_page):
    assert open_page("gradients", view="eigenvalues", radius="2").select_slider(key="radius").value == "2"
    app = open_page("gradients", view="eigenvalues", radius="-7")
    assert "Spectral radius is “-7”; allowed is one of: trained" in said(app)[0]


def test_a_matrix_of_zeros_is_said_and_the_other_runs_stay(open_page, checkpoints_folder):
    weights = checkpoints_folder / "pets-en-rnn" / "model.safetensors"
    tensors = load_file(weights)
    tensors["rnn.weight_hh_l0"] = np.zeros_like(tensors["rnn.weight_hh_l0"])
    save_file(tensors, weights)

    app = open_page("gradients", view="eigenvalues", text=TEXT, radius="1", runs=",".join(RUNS))

    assert not app.exception
    assert "0 times any factor stays 0" in " ".join(said(app))
    assert "spectrum pets-en-lstm" in figures(app)


def test_nothing_is_measured_before_the_button_is_pressed(open_page, made, small_datasets):
    made(one={})

    app = open_page("gradients", view="forgetting", runs="one")

    assert not figures(app)
    assert MEASURE in [button.label for button in app.button]


@pytest.mark.parametrize("change", ["token", "noise"])
def test_forgetting_is_that_of_the_instrument(open_page, made, small_datasets, names, change):
    store = made(one={"cell": "lstm"}, two={"cell": "rnn", "direction": "reverse"})

    app = click(open_page("gradients", view="forgetting", runs="one,two", change=change), MEASURE)

    lines = [drawn for drawn in figures(app)["horizon"]["data"] if drawn["mode"] != "lines"]
    for name, title, drawn in zip(("one", "two"), ("LSTM", "RNN"), (lines[0], lines[1]), strict=True):
        model = store.model(name)
        test = prepare(names, model.config.text, model.config.seed).test
        ids = [test.ids[row] for row in chosen_rows(test, 100, None)]
        expected = horizon(model.config.model.cell, change, movements(model, ids, change))
        np.testing.assert_allclose(drawn["y"], expected.state.median, rtol=1e-5)
        half_life = expected.state_half_life
        said_so = "never" if half_life is None else f"{half_life:.1f} steps"
        assert metrics(app)[f"{title}: half-life of the state"] == said_so
    assert not [button for button in app.button if button.label == MEASURE], "all is kept"


def test_sizes_stand_beside_the_curves_and_a_link_trains_an_equal_net(open_page):
    app = open_page("gradients", view="forgetting", runs=",".join(RUNS))

    table = app.dataframe[0].value
    assert list(table["units"]) == [32, 32, 32]
    expected = [recurrent_parameters(ModelConfig(cell)) for cell in ("rnn", "lstm", "gru")]
    assert list(table["parameters of the recurrent part"]) == expected
    assert any("equal units" in text.value and "not at equal parameters" in text.value for text in app.markdown)
    links = [link.proto for link in app.get("page_link")]
    assert [link.label for link in links] == [
        "RNN with 72 units, as large as LSTM",
        "GRU with 38 units, as large as LSTM",
    ]
    assert "hidden_size=72" in links[0].query_string
    assert "cells=rnn" in links[0].query_string


def test_runs_of_one_size_are_called_so(open_page):
    app = open_page("gradients", view="forgetting", runs="pets-en-lstm,pets-lstm")

    assert any("Yes: equal units" in text.value for text in app.caption)


def test_a_run_whose_dataset_is_gone_is_named_and_the_others_measured(open_page, made, names, checkpoints_folder):
    config = RunConfig(dataset="gone", text=TextConfig(min_count=1), model=ModelConfig("rnn", 3, 4), epochs=1)
    write_run(checkpoints_folder / "runs" / "lost", train_run(config, dataclasses.replace(names, name="gone")))

    app = click(open_page("gradients", view="forgetting", runs="lost,pets-en-rnn"), MEASURE)

    assert not app.exception
    assert any(text.startswith("RNN 1: ") for text in said(app))
    assert len(figures(app)["horizon"]["data"]) == 4


def test_the_link_to_an_equal_net_opens_the_page_train_with_its_settings(open_page, checkpoints_folder):
    info = RunStore(checkpoints_folder).info("pets-en-rnn")

    app = open_page("train", **link_to_train(info.config, 72))

    assert not app.exception
    assert not app.warning
    assert app.session_state["hidden_size"] == 72
    assert app.session_state["cells"] == ["rnn"]
    assert app.session_state["dataset"] == "pets-en"
    assert app.session_state["learning_rate"] == info.config.optimiser.learning_rate
