"""The panel of where the decision falls: its pictures hold what the instruments give, and bad input is said."""

import numpy as np
import pytest

from rnnviz.insight.attribution import METHODS, attribution
from rnnviz.insight.leaning import leaning
from rnnviz.insight.trace import trace
from rnnviz.runs.store import RunStore
from tests.pages.conftest import click, figures, plain, said

PETS = "pets-en-rnn,pets-en-lstm,pets-en-gru"


@pytest.fixture
def model(checkpoints_folder):
    return RunStore(checkpoints_folder).model("pets-en-gru")


def found(model, text, target=None, methods=("gradient", "integrated", "removal", "step"), **settings):
    reading = model.read(text)
    return attribution(model, reading, trace(model, reading), target, methods, **settings)


def drawn(app, run, kind):
    return [each for each in figures(app)[f"decision {run}"]["data"] if each["type"] == kind]


def open_decision(open_page, **parameters):
    return open_page("step_through", **{"panel": "decision", "text": "Bella", "runs": "pets-en-gru", **parameters})


def test_four_methods_stand_below_one_another_and_the_triangle_below_them(open_page, model):
    app = open_decision(open_page, step="3")

    assert not app.exception
    assert not said(app)
    expected = found(model, "Bella")
    for bar, name in zip(drawn(app, "pets-en-gru", "bar"), expected.values, strict=True):
        np.testing.assert_allclose(bar["y"], expected.values[name], atol=1e-6)
        assert bar["marker"]["cmin"] == -bar["marker"]["cmax"]
    (triangle,) = drawn(app, "pets-en-gru", "heatmap")
    reading = model.read("Bella")
    shares = leaning(model, reading, trace(model, reading)).shares
    np.testing.assert_allclose(np.nan_to_num(triangle["z"]), shares, atol=1e-6)
    layout = figures(app)["decision pets-en-gru"]["layout"]
    framed = [(shape["x0"], shape["x1"]) for shape in layout["shapes"]]
    assert framed == [(1.5, 2.5)] * 4 + [(-0.5, 4.5)]


def test_each_run_has_its_pictures(open_page):
    app = open_decision(open_page, runs=PETS)

    assert list(figures(app)) == [f"decision {name}" for name in PETS.split(",")]


def signed(value):
    return f"{value:+.3f}".replace("-", "−")


def test_words_below_name_the_tokens_that_push_most(open_page, model):
    app = open_decision(open_page)

    values = found(model, "Bella").values["gradient"]
    most, least = int(values.argmax()), int(values.argmin())
    (words,) = [plain(text.value) for text in app.markdown if text.value.startswith("Pushing")]
    line = next(line for line in words.splitlines() if "Gradient" in line)
    assert f"most for it “{'bella'[most]}” (step {most + 1}) {signed(values[most])}" in line
    if values[least] < 0:
        assert f"most against it “{'bella'[least]}” (step {least + 1}) {signed(values[least])}" in line
    assert len(words.splitlines()) == 7


def test_the_convergence_delta_is_said(open_page, model):
    app = open_decision(open_page, path_steps="16")

    path = found(model, "Bella", steps=16).path
    (caption,) = [plain(each.value) for each in app.caption if "Completeness" in each.value]
    assert signed(path.total) in caption
    assert signed(path.baseline) in caption
    mantissa, power = f"{path.delta:+.1e}".split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    assert f"{mantissa.replace('-', '−')}·10{raised}" in caption


def test_class_occlusion_and_steps_stand_in_the_link_and_change_the_pictures(open_page, model):
    app = open_decision(open_page)
    app.selectbox(key="for").set_value("dog").run()
    next(each for each in app.segmented_control if each.key == "without").set_value("unknown").run()
    next(each for each in app.segmented_control if each.key == "path_steps").set_value(16).run()

    link = dict(app.query_params)
    assert (link["for"], link["without"], link["path_steps"]) == ("dog", "unknown", "16")
    expected = found(model, "Bella", "dog", ("gradient", "integrated", "unknown", "step"), steps=16)
    for each in (app, open_page("step_through", **link)):
        for bar, name in zip(drawn(each, "pets-en-gru", "bar"), expected.values, strict=True):
            np.testing.assert_allclose(bar["y"], expected.values[name], atol=1e-6)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"for": "bird"}, "Class is “bird”; allowed is one of: cat, dog."),
        ({"without": "x"}, "Without the token is “x”; allowed is one of: removal, unknown."),
        ({"path_steps": "17"}, "Steps of the path is “17”; allowed is one of: 16, 64, 256, 1024."),
    ],
)
def test_a_link_that_asks_for_what_is_not_there_is_answered(open_page, parameters, message):
    app = open_decision(open_page, **parameters)

    assert not app.exception
    assert said(app) == [message]
    assert drawn(app, "pets-en-gru", "bar")


@pytest.mark.parametrize("text", ["a", "Ё", " "])
def test_texts_of_one_token_and_none_are_no_trouble(open_page, text):
    app = open_decision(open_page, text=text)

    assert not app.exception
    if text != " ":
        assert all(len(bar["y"]) == 1 for bar in drawn(app, "pets-en-gru", "bar"))


def test_a_class_that_only_one_run_knows_is_said_by_the_other(open_page):
    app = open_decision(open_page, runs="pets-en-gru,pets-gru", **{"for": "cat"})

    assert not app.exception
    assert list(figures(app)) == ["decision pets-en-gru"]
    assert "Class is “cat”; allowed is one of: кошка, собака." in said(app)


def test_when_other_runs_are_chosen_the_class_goes_back_to_the_predicted_one(open_page):
    app = open_decision(open_page, **{"for": "cat"})

    app.multiselect(key="runs").set_value(["pets-gru"]).run()

    assert not app.exception
    assert not app.error
    assert app.selectbox(key="for").value == ""


def test_a_text_that_is_cut_is_judged_by_what_is_read(open_page, model):
    app = open_decision(open_page, text="Bella" * 10)

    assert "Tokens that are left out (18) have no part in this." in [each.value for each in app.caption]
    np.testing.assert_allclose(
        drawn(app, "pets-en-gru", "bar")[0]["y"], found(model, "Bella" * 10).values["gradient"], atol=1e-6
    )


REVIEW = "this film was not very good and its cast was dull but the music is lovely . " * 8


def test_a_review_waits_until_it_is_asked_for_and_is_then_coloured(open_page, checkpoints_folder):
    app = open_decision(open_page, runs="imdb-gru", text=REVIEW)
    assert not figures(app)
    assert "waits until you ask for it" in said(app)[0]

    click(app, "Compute")

    assert not app.exception
    assert not said(app)
    expected = found(RunStore(checkpoints_folder).model("imdb-gru"), REVIEW)
    for bar, values in zip(drawn(app, "imdb-gru", "bar"), expected.values.values(), strict=True):
        np.testing.assert_allclose(bar["y"], values[list(bar["x"])], atol=1e-5)
    next(each for each in app.segmented_control if each.key == "method").set_value("leaning").run()
    assert not app.exception
    assert app.query_params["method"] == "leaning"
    assert figures(app), "what was computed once is kept"


def test_the_panel_speaks_russian(open_page):
    app = open_decision(open_page, language="ru", runs="pets-gru", text="Мурка")

    assert not app.exception
    assert not said(app)
    titles = [each["text"] for each in figures(app)["decision pets-gru"]["layout"]["annotations"]]
    assert len(titles) == 5
    assert not set(titles) & {method.title for method in METHODS.values()}
