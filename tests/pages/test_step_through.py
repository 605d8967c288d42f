"""Step through: one present step, however it is moved, and the numbers that belong to it."""

import dataclasses
import re

import numpy as np
import pytest

from rnnviz.insight.arithmetic import aligned, arithmetic
from rnnviz.insight.trace import trace
from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import ModelConfig
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.training.config import RunConfig, TextConfig
from tests.oracles import prediction, shortened
from tests.pages.conftest import click, drawn_traces, plain, said

PETS = "pets-en-rnn,pets-en-lstm,pets-en-gru"


@pytest.fixture
def models(checkpoints_folder):
    store = RunStore(checkpoints_folder)
    return [store.model(name) for name in PETS.split(",")]


def steps(app):
    """The present step as slider, chip, address and frames in the pictures have it."""
    framed = {drawn.plan["step"] for drawn in drawn_traces(app).values()}
    return app.slider(key="step").value, app.pills(key="step_chip").value, int(app.query_params["step"]), framed


def equations_of(app, title):
    """What stands in the tab of a run; that of the first is open."""
    app.session_state["arithmetic"] = title
    (shown,) = app.run().latex
    return shown


def everywhere(step):
    return step, step, step, {step - 1}


def test_a_text_begins_at_its_last_token(open_page):
    assert steps(open_page("step_through", text="Bella")) == everywhere(5)


def test_buttons_slider_and_chips_move_the_same_step(open_page):
    app = open_page("step_through", text="Bella")

    assert steps(click(app, "Back")) == everywhere(4)
    assert steps(app.slider(key="step").set_value(2).run()) == everywhere(2)
    assert steps(click(app, "Next")) == everywhere(3)
    assert steps(app.pills(key="step_chip").set_value(1).run()) == everywhere(1)
    assert steps(click(app, "Next")) == everywhere(2)


def test_no_button_leads_beyond_the_ends(open_page):
    app = open_page("step_through", text="Bo", step="1")

    assert steps(click(app, "Back")) == everywhere(1)
    click(app, "Next")
    assert steps(click(app, "Next")) == everywhere(2)


@pytest.mark.parametrize("text", ["anna", "aaaa", "ab ab", "a-a-"])
def test_each_of_equal_letters_has_a_chip_of_its_own(open_page, text):
    app = open_page("step_through", text=text)
    chips = [plain(option) for option in app.pills(key="step_chip").options]

    assert [chip.replace("\u200b", "") for chip in chips] == [letter if letter != " " else "␣" for letter in text]
    assert len(set(chips)) == len(text)
    for step in (1, len(text), 2):
        assert steps(app.pills(key="step_chip").set_value(step).run()) == everywhere(step)


def test_a_new_text_begins_at_its_last_token_again(open_page):
    app = open_page("step_through", text="Bella", step="2")

    app.text_input(key="text").set_value("Bell").run()
    assert steps(app) == everywhere(4)

    app.slider(key="step").set_value(1).run()
    assert steps(app.text_input(key="text").set_value("Whiskers").run()) == everywhere(8)


def test_the_same_text_keeps_its_step_when_runs_change(open_page):
    app = open_page("step_through", text="Bella", step="2")

    app.multiselect(key="runs").set_value(["pets-en-gru"]).run()

    assert steps(app) == everywhere(2)


@pytest.mark.parametrize("text", ["a", "Ё", "😀"])
def test_a_text_of_one_letter_has_one_step(open_page, text):
    app = open_page("step_through", text=text)

    assert not app.exception
    assert not app.error
    assert "one token" in " ".join(caption.value for caption in app.caption)
    assert not [button for button in app.button if button.label in {"Back", "Next"}]
    assert app.query_params["step"] == "1"
    assert len(app.latex) == 1


def test_a_very_long_text_can_be_walked_through(open_page):
    app = open_page("step_through", text="Bella" * 100)

    assert not app.exception
    assert steps(app) == everywhere(32)
    assert len(said(app)) == 1


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_text_is_asked_for_a_letter(open_page, text):
    app = open_page("step_through", text="Bella")

    app.text_input(key="text").set_value(text).run()

    assert not app.exception
    assert said(app) == ["There is nothing to read: the text is empty or blank. Type at least one letter."]


def test_from_an_empty_text_one_comes_back(open_page):
    app = open_page("step_through", text="Bella", step="2")
    app.text_input(key="text").set_value("").run()

    assert steps(app.text_input(key="text").set_value("Rex").run()) == everywhere(3)


@pytest.mark.parametrize(("step", "unit"), [(1, 0), (3, 17), (5, 31)])
def test_the_equations_have_the_numbers_of_the_step_and_the_unit(open_page, models, step, unit):
    app = open_page("step_through", runs=PETS, text="Bella", step=str(step), unit=str(unit))

    assert not said(app)
    assert (app.subheader[0].value) == f"The arithmetic of unit {unit} at step {step}"
    for title, model in zip(("RNN", "LSTM", "GRU"), models, strict=True):
        shown = equations_of(app, title)
        traced = trace(model, model.read("Bella"))
        assert aligned(arithmetic(traced, step - 1, unit)) in shown.value
        hidden = traced.values["hidden"][step - 1, unit]
        assert f"h_t[{unit}]" in shown.value
        assert shown.value.replace("$$", "").strip().endswith(rf"= {hidden:.3f}\end{{aligned}}")


def test_the_equations_follow_step_and_unit(open_page, models):
    app = open_page("step_through", runs=PETS, text="Bella")
    (traced, *_others) = [trace(model, model.read("Bella")) for model in models]

    click(app, "Back")
    app.slider(key="unit").set_value(9).run()

    assert aligned(arithmetic(traced, 3, 9)) in app.latex[0].value
    assert app.query_params["unit"] == "9"
    assert f"= {traced.values['hidden'][3, 9]:.3f}" in app.latex[0].value


def test_the_row_of_the_unit_is_framed_in_every_heatmap(open_page):
    app = open_page("step_through", text="Bella", unit="9")

    assert [drawn.plan["unit"] for drawn in drawn_traces(app).values()] == [9, 9, 9]


@pytest.mark.parametrize("step", [1, 4])
def test_the_answer_after_each_step_is_that_for_the_text_up_to_there(open_page, models, step):
    app = open_page("step_through", runs=PETS, text="Bella", step=str(step))

    lines = [plain(text.value) for text in app.markdown if text.value.startswith("After")]
    expected = []
    for model in models:
        probabilities = prediction(model, shortened(model.read("Bella"), slice(step)))
        best = int(probabilities.argmax())
        expected.append(
            (f"After “{'bella'[step - 1]}” (step {step})", model.classes[best], f"{probabilities[best]:.1%}")
        )
    assert [
        (line.partition(":")[0], re.search(r"\[(.*)\]", line)[1], line.rpartition(" ")[2]) for line in lines
    ] == expected


def test_the_pictures_hold_the_states_and_gates_of_the_runs(open_page, models):
    app = open_page("step_through", runs=PETS, text="Bella")

    for name, model in zip(PETS.split(","), models, strict=True):
        traced = trace(model, model.read("Bella"))
        drawn = drawn_traces(app)[f"panels {name}"]
        assert drawn.plan["probabilities"]
        np.testing.assert_allclose(drawn.arrays["probabilities"], traced.probabilities, atol=1e-6)
        for heatmap, quantity in zip(drawn.heatmaps, traced.quantities, strict=True):
            np.testing.assert_allclose(heatmap, traced.values[quantity.name], atol=1e-6)


@pytest.mark.parametrize("cell", list(CELLS))
def test_a_single_run_shows_the_same_with_more_room(open_page, checkpoints_folder, cell):
    app = open_page("step_through", runs=f"pets-en-{cell}", text="Bella")
    model = RunStore(checkpoints_folder).model(f"pets-en-{cell}")
    traced = trace(model, model.read("Bella"))

    heatmaps = [heatmap for drawn in drawn_traces(app).values() for heatmap in drawn.heatmaps]
    for heatmap, quantity in zip(heatmaps, traced.quantities, strict=True):
        np.testing.assert_allclose(heatmap, traced.values[quantity.name], atol=1e-6)
    assert len(app.latex) == 1


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"step": "0"}, "The link asks for Time step 0; allowed is 1 to 5."),
        ({"step": "99"}, "The link asks for Time step 99; allowed is 1 to 5."),
        ({"step": "two"}, "The link asks for Time step two; allowed is 1 to 5."),
        ({"step": ""}, "The link asks for Time step ; allowed is 1 to 5."),
        ({"unit": "1000"}, "The link asks for Unit 1000; allowed is 0 to 31."),
        ({"unit": "-1"}, "The link asks for Unit -1; allowed is 0 to 31."),
        ({"unit": "x*y"}, "The link asks for Unit x*y; allowed is 0 to 31."),
    ],
)
def test_a_link_that_asks_for_what_is_not_there_is_answered_with_what_is(open_page, parameters, message):
    app = open_page("step_through", text="Bella", **parameters)

    assert not app.exception
    assert said(app) == [message]
    assert steps(app) == everywhere(5)
    assert app.slider(key="unit").value == 0


def test_a_link_brings_runs_text_step_and_unit(open_page):
    app = open_page("step_through", runs="pets-en-gru", text="Bella", step="2", unit="7")

    assert not said(app)
    assert app.multiselect(key="runs").value == ["pets-en-gru"]
    assert app.text_input(key="text").value == "Bella"
    assert steps(app) == everywhere(2)
    assert app.slider(key="unit").value == 7


def test_what_is_chosen_goes_into_the_link(open_page):
    app = open_page("step_through", text="Bella")
    click(app, "Back")
    app.slider(key="unit").set_value(3).run()
    app.multiselect(key="runs").set_value(["pets-en-lstm"]).run()

    link = dict(app.query_params)

    assert link == {"lang": "en", "text": "Bella", "step": "4", "unit": "3", "runs": "pets-en-lstm"}
    again = open_page("step_through", **link)
    assert steps(again) == steps(app)
    assert again.slider(key="unit").value == 3


def heads(app):
    return [re.fullmatch(r"### :(\w+)\[(.*)\]", text.value).groups() for text in app.markdown if "###" in text.value]


def test_two_runs_of_the_same_cell_have_different_titles(open_page):
    app = open_page("step_through", runs="pets-en-lstm,pets-en-gru,pets-lstm")

    titles = [title for _colour, title in heads(app)]
    assert len(set(titles)) == 3
    assert [title.split()[0] for title in titles] == ["LSTM", "GRU", "LSTM"]
    assert [tab.label for tab in app.tabs] == titles
    assert [colour for colour, _title in heads(app)] == ["blue", "green", "blue"]


@pytest.fixture
def odd_runs(names, checkpoints_folder):
    """Runs of other depth, direction, size and length, made here."""

    def make(**nets):
        for name, (model, text) in nets.items():
            config = RunConfig(
                text=TextConfig(min_count=1, **text),
                model=dataclasses.replace(ModelConfig(cell="gru", embedding_size=3, hidden_size=4), **model),
                epochs=1,
            )
            write_run(checkpoints_folder / "runs" / name, train_run(config, names))
        return RunStore(checkpoints_folder)

    return make


def test_of_a_deep_net_each_layer_can_be_seen(open_page, odd_runs):
    model = odd_runs(deep=({"layers": 2}, {})).model("deep")
    app = open_page("step_through", runs="deep", text="мурка")
    (chosen,) = [control for control in app.segmented_control if control.label == "Layer"]
    assert chosen.options == ["1", "2"]
    assert chosen.value == 1, "the top layer at first"

    for layer in (1, 0):
        next(c for c in app.segmented_control if c.label == "Layer").set_value(layer).run()
        traced = trace(model, model.read("мурка"), layer)
        (states,) = drawn_traces(app)["states deep"].heatmaps
        np.testing.assert_allclose(states, traced.values["hidden"], atol=1e-6)
        assert aligned(arithmetic(traced, 4, 0)) in app.latex[0].value


def test_of_a_net_that_reads_both_ways_each_way_can_be_seen(open_page, odd_runs):
    model = odd_runs(both=({"direction": "both"}, {})).model("both")
    app = open_page("step_through", runs="both", text="мурка")

    for direction in ("reverse", "forward"):
        next(c for c in app.segmented_control if c.label == "Direction").set_value(direction).run()
        traced = trace(model, model.read("мурка"), None, direction)
        (states,) = drawn_traces(app)["states both"].heatmaps
        np.testing.assert_allclose(states, traced.values["hidden"], atol=1e-6)
        assert not app.exception


def test_a_net_that_reads_backwards_can_be_seen(open_page, odd_runs):
    model = odd_runs(back=({"direction": "reverse", "cell": "lstm"}, {})).model("back")

    app = open_page("step_through", runs="back", text="мурка")

    traced = trace(model, model.read("мурка"))
    assert not app.exception
    assert not [control for control in app.segmented_control if control.label in {"Direction", "Layer"}]
    hidden, _cell_state = drawn_traces(app)["states back"].heatmaps
    np.testing.assert_allclose(hidden, traced.values["hidden"], atol=1e-6)


def test_nets_of_different_depth_direction_and_size_stand_side_by_side(open_page, odd_runs):
    odd_runs(
        deep=({"layers": 3}, {}),
        both=({"direction": "both", "hidden_size": 3}, {}),
        back=({"direction": "reverse", "layers": 2}, {}),
        tiny=({"hidden_size": 1}, {}),
        short=({}, {"max_tokens": 3}),
    )

    for runs in ("deep,both", "both,back,deep", "tiny,deep", "short,both", "deep,back"):
        app = open_page("step_through", runs=runs, text="мурка", step="1")
        assert not app.exception
        assert not app.error
        assert len(drawn_traces(app)) == len(runs.split(","))
        assert len(app.latex) == (runs != "short,both"), "the short one does not read the first token"


def test_a_net_of_one_unit_needs_no_choice_of_it(open_page, odd_runs):
    odd_runs(tiny=({"hidden_size": 1}, {}))

    app = open_page("step_through", runs="tiny", text="мурка", unit="0")

    assert not app.exception
    assert [slider.label for slider in app.slider] == ["Time step"]


def test_a_smaller_net_brings_the_unit_into_its_range(open_page, odd_runs):
    odd_runs(small=({}, {}))
    app = open_page("step_through", runs="pets-lstm", text="мурка", unit="20")

    app.multiselect(key="runs").set_value(["small", "pets-lstm"]).run()

    assert not app.exception
    assert app.slider(key="unit").value == 3
