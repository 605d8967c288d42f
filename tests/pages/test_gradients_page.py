"""Gradients: what the page says and draws, held against the instruments."""

import dataclasses

import numpy as np
import pytest

from rnnviz.insight.gradients import gradient_profile, jacobian_norms
from rnnviz.models.classifier import ModelConfig
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.training.config import RunConfig, TextConfig
from tests.pages.conftest import figures, plain, said

RUNS = ("pets-en-rnn", "pets-en-lstm", "pets-en-gru")
TEXT = "Bella-Donna"
TITLES = ("RNN", "LSTM", "GRU")


@pytest.fixture
def store(checkpoints_folder):
    return RunStore(checkpoints_folder)


@pytest.fixture
def profiles(store):
    def make(target=None, text=TEXT, direction=None, runs=RUNS):
        models = [store.model(name) for name in runs]
        return [gradient_profile(model, model.read(text), target, direction) for model in models]

    return make


def metrics(app):
    return [(metric.proto.label, metric.value) for metric in app.metric]


def half_lives(profiles):
    return ["never" if each.half_life is None else f"{each.half_life:.1f} steps" for each in profiles]


def hidden_curves(app):
    """The curves of the upper picture that are not dotted; an LSTM has a dotted one for its cell state too."""
    return [drawn for drawn in figures(app)["norms"]["data"] if drawn["line"]["dash"] != "dot"]


def control(app, label):
    (found,) = [each for each in (*app.segmented_control, *app.selectbox) if each.label == label]
    return found


@pytest.mark.parametrize("text", [TEXT, "Rex", "Whiskers the Great"])
def test_half_lives_are_those_of_the_instrument(open_page, profiles, text):
    app = open_page("gradients", text=text)

    assert metrics(app) == [
        (f"{title}: half-life", value) for title, value in zip(TITLES, half_lives(profiles(text=text)), strict=True)
    ]


def test_each_curve_is_the_norm_divided_by_that_of_the_last_step(open_page, profiles):
    app = open_page("gradients", text=TEXT)

    for drawn, profile in zip(hidden_curves(app), profiles(), strict=True):
        np.testing.assert_allclose(drawn["y"], profile.hidden_norms / profile.hidden_norms[-1], rtol=1e-4)
        assert list(drawn["x"]) == list(range(len(TEXT)))
    assert [drawn["name"] for drawn in hidden_curves(app)] == list(TITLES)


def test_absolute_norms_are_those_of_the_instrument(open_page, profiles):
    app = open_page("gradients", text=TEXT)

    control(app, "Norms").set_value(False).run()

    for drawn, profile in zip(hidden_curves(app), profiles(), strict=True):
        np.testing.assert_allclose(drawn["y"], profile.hidden_norms, rtol=1e-4)
    assert "nats" in figures(app)["norms"]["layout"]["yaxis"]["title"]["text"]


def test_the_gradient_of_the_input_can_be_seen_too(open_page, profiles):
    app = open_page("gradients", text=TEXT)

    control(app, "With respect to").set_value(True).run()

    data = figures(app)["norms"]["data"]
    assert len(data) == 3
    for drawn, profile in zip(data, profiles(), strict=True):
        np.testing.assert_allclose(drawn["y"], profile.input_norms / profile.input_norms[-1], rtol=1e-4)
    assert not [shape for shape in figures(app)["norms"]["layout"].get("shapes", []) if shape["x0"] == shape["x1"]]


def test_the_cell_state_of_an_lstm_has_a_curve_of_its_own(open_page, profiles):
    app = open_page("gradients", text=TEXT)

    dotted = [drawn for drawn in figures(app)["norms"]["data"] if drawn["line"]["dash"] != "solid"]

    (norms,) = [each.cell_state_norms for each in profiles() if each.cell_state_norms is not None]
    assert len(dotted) == 1
    np.testing.assert_allclose(dotted[0]["y"], norms / norms[-1], rtol=1e-4)
    assert "LSTM" in dotted[0]["name"]


def test_an_upright_marks_each_half_life(open_page, profiles):
    app = open_page("gradients", text=TEXT)

    uprights = [shape["x0"] for shape in figures(app)["norms"]["layout"]["shapes"] if shape["x0"] == shape["x1"]]

    expected = [len(TEXT) - 1 - each.half_life for each in profiles() if each.half_life is not None]
    assert uprights == pytest.approx(expected)


@pytest.mark.parametrize("target", ["cat", "dog"])
def test_the_loss_of_a_chosen_class_is_followed(open_page, profiles, target):
    app = open_page("gradients", text=TEXT)

    control(app, "Loss of the class").set_value(target).run()

    for drawn, profile in zip(hidden_curves(app), profiles(target), strict=True):
        np.testing.assert_allclose(drawn["y"], profile.hidden_norms / profile.hidden_norms[-1], rtol=1e-4)
    assert [caption.value for caption in app.caption if "loss of" in caption.value] == [f"loss of “{target}”"] * 3


def test_at_first_it_is_the_loss_of_the_predicted_class(open_page, profiles):
    app = open_page("gradients", text=TEXT)

    said_targets = [caption.value for caption in app.caption if "loss of" in caption.value]
    assert said_targets == [f"loss of “{each.target}”" for each in profiles()]


def test_only_classes_that_all_runs_know_can_be_chosen(open_page):
    app = open_page("gradients", runs="pets-en-rnn,pets-gru")

    assert not app.exception
    assert control(app, "Loss of the class").options == ["predicted by each model"]


def sentences(app):
    (text,) = [each.value for each in app.markdown if each.value.startswith("- **")]
    return [plain(line.removeprefix("- ")) for line in text.splitlines()]


def test_the_sentences_say_what_the_curves_show(open_page, profiles):
    app = open_page("gradients", text=TEXT)

    for sentence, title, profile in zip(sentences(app), TITLES, profiles(), strict=True):
        share = profile.hidden_norms[0] / profile.hidden_norms[-1]
        assert sentence.startswith(f"{title}: at “b”, {len(TEXT) - 1} steps back")
        assert f"{share:.2g}" in sentence
        assert ("has vanished" in sentence) == (share < 0.01)
        assert ("does not vanish" in sentence) == (share >= 1)


def test_the_lower_picture_has_the_norms_of_the_jacobians_and_a_line_at_one(open_page, store):
    app = open_page("gradients", text=TEXT)

    figure, expected = figures(app)["jacobians"], []
    for name in RUNS:
        norms = jacobian_norms(store.model(name), store.model(name).read(TEXT))
        expected += [norms.hidden, norms.state] if norms.has_cell_state else [norms.hidden]
    assert len(figure["data"]) == len(expected) == 4
    for drawn, norms in zip(figure["data"], expected, strict=True):
        np.testing.assert_allclose(drawn["y"], norms, rtol=1e-3)
    assert [shape["y0"] for shape in figure["layout"]["shapes"] if shape["y0"] == shape["y1"]] == [1.0]


@pytest.mark.parametrize("text", ["a", "Ё"])
def test_a_text_of_one_letter_has_no_way_back(open_page, text):
    app = open_page("gradients", text=text)

    assert not app.exception
    assert [value for _label, value in metrics(app)] == ["never"] * 3
    assert any("single token" in caption.value for caption in app.caption)


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_is_asked_for_a_letter(open_page, text):
    app = open_page("gradients", text="Rex")

    app.text_input(key="text").set_value(text).run()

    assert not app.exception
    assert said(app) == ["There is nothing to read: the text is empty or blank. Type at least one letter."]


@pytest.mark.parametrize("text", ["Bella" * 100, "汉字", "Be😀lla", "12345", "*_`~"])
def test_odd_texts_break_nothing(open_page, text):
    app = open_page("gradients", text=text)

    assert not app.exception
    assert not app.error
    assert len(app.get("plotly_chart")) == 2


@pytest.fixture
def odd_runs(names, checkpoints_folder):
    def make(**nets):
        for name, (model, text) in nets.items():
            config = RunConfig(
                text=TextConfig(min_count=1, **text),
                model=dataclasses.replace(ModelConfig(cell="gru", embedding_size=3, hidden_size=4), **model),
                epochs=1,
            )
            write_run(checkpoints_folder / "runs" / name, train_run(config, names))

    return make


def test_of_a_net_that_reads_backwards_the_first_token_is_the_last_step(open_page, profiles, odd_runs):
    odd_runs(back=({"direction": "reverse"}, {}))

    app = open_page("gradients", runs="back", text="мурка")

    (profile,) = profiles(text="мурка", runs=["back"])
    (drawn,) = hidden_curves(app)
    np.testing.assert_allclose(drawn["y"], profile.hidden_norms / profile.hidden_norms[0], rtol=1e-4)
    assert metrics(app) == [("GRU: half-life", half_lives([profile])[0])]
    if profile.half_life is not None:
        (upright,) = [shape["x0"] for shape in figures(app)["norms"]["layout"]["shapes"]]
        assert upright == pytest.approx(profile.half_life)
    assert sentences(app)[0].startswith("GRU: at “а”")


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_of_a_net_that_reads_both_ways_each_way_can_be_followed(open_page, profiles, odd_runs, direction):
    odd_runs(both=({"direction": "both"}, {}))
    app = open_page("gradients", runs="both", text="мурка")

    control(app, "Direction").set_value(direction).run()

    (profile,) = profiles(text="мурка", runs=["both"], direction=direction)
    (drawn,) = hidden_curves(app)
    last = profile.hidden_norms[-1 if direction == "forward" else 0]
    np.testing.assert_allclose(drawn["y"], profile.hidden_norms / last, rtol=1e-4)
    assert [value for _label, value in metrics(app)] == half_lives([profile])


def test_a_net_that_reads_only_the_end_of_a_text_is_drawn_at_its_end(open_page, odd_runs):
    odd_runs(short=({}, {"max_tokens": 3}), long=({}, {}))

    app = open_page("gradients", runs="short,long", text="мурка")

    assert not app.exception
    assert [list(drawn["x"]) for drawn in hidden_curves(app)] == [[2, 3, 4], [0, 1, 2, 3, 4]]
    assert list(figures(app)["norms"]["layout"]["xaxis"]["ticktext"]) == list("мурка")


def test_deep_nets_can_be_followed(open_page, profiles, odd_runs):
    odd_runs(deep=({"layers": 3, "cell": "lstm"}, {}), back=({"layers": 2, "direction": "reverse"}, {}))

    app = open_page("gradients", runs="deep,back", text="мурка")

    assert not app.exception
    assert [value for _label, value in metrics(app)] == half_lives(profiles(text="мурка", runs=["deep", "back"]))
