"""Step through and Gradients on texts of hundreds of words, by word-level nets that keep different parts of them."""

import dataclasses
import json

import numpy as np
import pytest

from rnnviz.insight.alignment import align
from rnnviz.insight.decisive import most_decisive, probability_steps
from rnnviz.insight.gradients import gradient_profile, jacobian_norms
from rnnviz.insight.mean_gradients import mean_profile, relative_norms
from rnnviz.insight.trace import trace
from rnnviz.models.classifier import ModelConfig
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.text.corpus import tokenize
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig, TextConfig
from rnnviz.training.data import make_ready
from rnnviz.ui.looking import chosen_rows
from tests.pages.conftest import click, drawn_traces, figures, plain, said

GOOD, BAD, REST = (
    ["lovely", "warm", "clever", "brave"],
    ["dull", "cold", "stupid", "weak"],
    ["the", "film", "was", "and", "its", "cast"],
)
TEXT = " ".join((["the", "film", "<b>was</b>", "lovely", "and", "its", "cast", "dull"] * 50)[:400])


@pytest.fixture(scope="module")
def little_reviews():
    """Forty texts of 20 to 59 words each; what they say stands in their first word."""
    rows = []
    for number in range(20):
        tail = " ".join(REST[(number + place) % len(REST)] for place in range(19 + 2 * number))
        rows += [
            (f"{GOOD[number % 4]} {tail} {number}", "positive"),
            (f"{BAD[number % 4]} {tail} {number}", "negative"),
        ]
    return Dataset("reviews", tuple(rows), "word")


@pytest.fixture(scope="module")
def trained(little_reviews):
    def files(cell, seed=0, **text):
        return train_run(
            RunConfig(
                dataset="reviews",
                text=TextConfig(unit="word", min_count=1, **{"max_tokens": 400, **text}),
                model=ModelConfig(cell=cell, embedding_size=3, hidden_size=4),
                epochs=1,
                seed=seed,
            ),
            little_reviews,
        )

    cells = {cell: files(cell) for cell in ("rnn", "lstm", "gru")}
    return {**cells, "short": files("gru", 1, max_tokens=100), "head": files("rnn", 1, max_tokens=50, cut="head")}


@pytest.fixture(autouse=True)
def word_runs(trained, little_reviews, checkpoints_folder, monkeypatch):
    for name, files in trained.items():
        write_run(checkpoints_folder / "runs" / name, files)

    def open_small(name, unit, contradictions, *_):
        return tokenize(dataclasses.replace(little_reviews, name=name), unit, contradictions)

    monkeypatch.setattr("rnnviz.ui.resources.open_corpus", open_small)


@pytest.fixture
def models(checkpoints_folder):
    store = RunStore(checkpoints_folder)

    def of(*names):
        return [store.model(name) for name in names]

    return of


def texts(app):
    """What each running text was told, by run."""
    found = {}
    for element in app.main:
        collect(element, found)
    return found


def collect(element, found):
    proto = getattr(element, "proto", None)
    if getattr(proto, "component_name", "") == "rnnviz_running_text":
        found[proto.id.rsplit("text ", 1)[-1]] = json.loads(proto.json)[0]
    for child in getattr(element, "children", {}).values():
        collect(child, found)


def captions(app):
    return " ".join(caption.value for caption in app.caption)


def toggle(app, label):
    (found,) = [each for each in app.toggle if each.label.startswith(label)]
    return found


def test_a_text_of_words_runs_instead_of_standing_as_chips(open_page, models):
    app = open_page("step_through", runs="rnn,lstm,gru", text=TEXT)

    assert not app.exception
    assert "step_chip" not in [pills.key for pills in app.pills]
    for (name, told), model in zip(texts(app).items(), models("rnn", "lstm", "gru"), strict=True):
        traced = trace(model, model.read(TEXT))
        assert tuple(told["tokens"]) == traced.tokens, name
        assert len(told["grounds"]) == len(told["titles"]) == len(traced.tokens)
        assert told["step"] == len(traced.tokens) - 1


def test_a_short_text_of_words_runs_too_and_a_long_name_does(open_page):
    assert texts(open_page("step_through", runs="rnn", text="the film was lovely"))
    assert not texts(open_page("step_through", runs="pets-en-gru", text="Bella"))


def test_the_colours_can_be_those_of_the_unit(open_page, models):
    app = open_page("step_through", runs="gru", text=TEXT, unit="2")
    (before,) = texts(app).values()

    app.segmented_control(key="colouring").set_value("unit").run()

    (told,) = texts(app).values()
    hidden = trace(models("gru")[0], models("gru")[0].read(TEXT)).values["hidden"][:, 2]
    assert told["titles"][7].startswith(f"8. “dull”: {hidden[7]:+.3f}".replace("-", "−"))
    assert told["grounds"] != before["grounds"]
    assert (told["legend"]["low"], told["legend"]["high"]) == ("−1", "+1")


def test_slider_and_buttons_still_move_the_step(open_page):
    app = open_page("step_through", runs="gru", text=TEXT)

    click(app, "Back")
    assert [told["step"] for told in texts(app).values()] == [398]
    app.slider(key="step").set_value(20).run()
    assert [told["step"] for told in texts(app).values()] == [19]
    assert app.query_params["step"] == "20"


@pytest.mark.parametrize("name", ["rnn", "gru", "short", "head"])
def test_the_most_decisive_token_is_one_click_away(open_page, models, name):
    app = open_page("step_through", runs=f"lstm,{name}", text=TEXT, step="1")
    lstm, model = models("lstm", name)
    readings = [lstm.read(TEXT), model.read(TEXT)]
    decisive = most_decisive(trace(model, readings[1]))

    app.button(key=f"decisive {name}").click().run()

    place = align([lstm, model], readings).places[1][decisive]
    assert app.slider(key="step").value == place + 1
    assert texts(app)[name]["step"] == decisive
    change = probability_steps(trace(model, readings[1]))[decisive]
    assert np.abs(change).max() == pytest.approx(np.abs(probability_steps(trace(model, readings[1]))).max())


def test_the_pictures_show_a_window_around_the_step_and_the_whole_text_if_asked_for(open_page, models):
    app = open_page("step_through", runs="gru,rnn", text=TEXT, step="200")
    model = models("gru")[0]
    hidden = trace(model, model.read(TEXT)).values["hidden"]

    def shown():
        drawn = drawn_traces(app)["panels gru"]
        return drawn.plan["window"][0], drawn.heatmaps[0]

    first, values = shown()
    assert first == 199 - 30
    np.testing.assert_allclose(values, hidden[169:229], atol=1e-6)
    assert "60 tokens around" in captions(app)

    click(app, "Next")
    assert shown()[0] == 170

    toggle(app, "Pictures of the whole text").set_value(True).run()
    first, values = shown()
    assert first == 0
    assert values.shape == (400, 4)
    assert values.dtype == np.float32


def test_short_texts_know_no_window(open_page):
    app = open_page("step_through", runs="gru", text="the film was lovely")

    assert not app.toggle
    assert "Drag" not in captions(app)


def test_nets_that_keep_different_ends_are_aligned_in_the_text(open_page, models):
    app = open_page("step_through", runs="gru,short,head", text=TEXT, step="350")

    assert not app.exception
    assert {name: told["step"] for name, told in texts(app).items()} == {"gru": 349, "short": 49, "head": None}
    answers = [plain(text.value) for text in app.markdown if text.value.startswith(("After", "*This"))]
    assert [answer.startswith("After “film” (step") for answer in answers[:2]] == [False, False]
    assert "does not read this token: it keeps 50" in answers[2]
    assert len(app.latex) == 1
    app.session_state["arithmetic"] = app.get("tab")[2].label
    app.run()
    assert not app.latex
    assert "This model does not read this token." in said(app)


def test_moving_the_step_reads_no_text_again(open_page, monkeypatch):
    app = open_page("step_through", runs="gru,lstm", text=TEXT)
    monkeypatch.setattr("rnnviz.ui.looking.trace", None)

    click(app, "Back")
    app.slider(key="step").set_value(3).run()

    assert not app.exception


def test_markup_in_a_text_stays_text(open_page):
    app = open_page("step_through", runs="gru", text="<img src=x onerror=alert(1)> lovely & dull </span>")

    assert not app.exception
    (told,) = texts(app).values()
    assert told["joined"] is False


def test_gradients_of_a_long_text_have_no_markers_and_few_words(open_page, models):
    app = open_page("gradients", runs="gru,short,head", text=TEXT)

    assert not app.exception
    figure = figures(app)["norms"]
    readers = models("gru", "short", "head")
    axis = align(readers, [model.read(TEXT) for model in readers])
    assert len(figure["layout"]["xaxis"]["tickvals"]) <= 20
    assert figure["layout"]["dragmode"] == "zoom"
    for drawn, model, places in zip(figure["data"], readers, axis.places, strict=True):
        norms = gradient_profile(model, model.read(TEXT)).hidden_norms
        assert drawn["mode"] == "lines"
        assert list(drawn["x"]) == places.tolist()
        assert list(drawn["customdata"]) == list(model.read(TEXT).tokens)
        np.testing.assert_allclose(drawn["y"], np.where(norms > 0, norms / norms[-1], np.nan), rtol=1e-4)


def test_the_jacobians_of_a_long_text_are_computed_when_asked_for(open_page, models):
    app = open_page("gradients", runs="gru", text=TEXT)
    assert "jacobians" not in figures(app)

    toggle(app, "Compute the Jacobians").set_value(True).run()

    (model,) = models("gru")
    np.testing.assert_allclose(
        figures(app)["jacobians"]["data"][0]["y"], jacobian_norms(model, model.read(TEXT)).hidden, rtol=1e-3
    )


def expected(model, little_reviews, texts, label):
    part = make_ready(tokenize(little_reviews, "word", "drop"), model.config.text, model.config.seed).test
    rows = chosen_rows(part, texts, label)
    return mean_profile(
        model.config.model.cell, relative_norms(model, [part.ids[row] for row in rows], part.labels[rows].tolist())
    )


def medians(app):
    return [drawn for drawn in figures(app)["many"]["data"] if drawn.get("name")]


def test_over_many_texts_there_is_a_median_with_a_band_for_each_run(open_page, models, little_reviews):
    app = open_page("gradients", runs="rnn,lstm,gru", text="the film was lovely")
    assert "many" not in figures(app)

    toggle(app, "Follow the gradient").set_value(True).run()

    assert not app.exception
    assert [drawn["name"] for drawn in medians(app)] == ["RNN", "LSTM", "GRU"]
    for drawn, model in zip(medians(app), models("rnn", "lstm", "gru"), strict=True):
        profile = expected(model, little_reviews, 32, None)
        np.testing.assert_allclose(drawn["y"], profile.median[: len(drawn["y"])], rtol=1e-3)


def test_of_one_class_only_its_texts_count(open_page, models, little_reviews):
    app = open_page("gradients", runs="gru", text="the film was lovely")
    toggle(app, "Follow the gradient").set_value(True).run()

    app.selectbox(key="many_class").set_value("positive").run()

    (model,) = models("gru")
    profile = expected(model, little_reviews, 32, model.classes.index("positive"))
    assert f"texts: {profile.counts[0]}" in captions(app)
    np.testing.assert_allclose(medians(app)[0]["y"], profile.median[: len(medians(app)[0]["y"])], rtol=1e-3)


def test_a_run_whose_dataset_is_gone_is_named_and_the_others_are_drawn(open_page, checkpoints_folder):
    run = checkpoints_folder / "runs" / "lstm" / "run.json"
    info = json.loads(run.read_text(encoding="utf-8"))
    info["dataset"]["name"] = "my-table"
    run.write_text(json.dumps(info), encoding="utf-8")
    app = open_page("gradients", runs="lstm,gru", text="the film was lovely")

    toggle(app, "Follow the gradient").set_value(True).run()

    assert not app.exception
    assert ["LSTM" in box and "my-table" in box for box in said(app)] == [True]
    assert [drawn["name"] for drawn in medians(app)] == ["GRU"]


def test_a_dataset_that_has_changed_is_not_taken_for_the_one_that_was_learned(open_page, checkpoints_folder):
    run = checkpoints_folder / "runs" / "gru" / "run.json"
    info = json.loads(run.read_text(encoding="utf-8"))
    info["dataset"]["fingerprint"] = "0" * len(info["dataset"]["fingerprint"])
    run.write_text(json.dumps(info), encoding="utf-8")
    app = open_page("gradients", runs="gru", text="the film was lovely")

    toggle(app, "Follow the gradient").set_value(True).run()

    assert not app.exception
    assert any("has changed since" in box for box in said(app))
    assert "many" not in figures(app)


def test_averages_are_computed_once(open_page, monkeypatch):
    app = open_page("gradients", runs="gru", text="the film was lovely")
    toggle(app, "Follow the gradient").set_value(True).run()
    monkeypatch.setattr("rnnviz.ui.looking.relative_norms", None)

    app.text_input(key="text").set_value("the film was dull").run()

    assert not app.exception
    assert medians(app)
