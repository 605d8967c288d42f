"""Home answers a typed name, and says clearly where it can't."""

import json
import shutil

import numpy as np
import pytest

from rnnviz.insight.trace import trace
from rnnviz.language import number, use_language
from rnnviz.models.cells import CELLS
from rnnviz.runs.store import RunStore
from rnnviz.ui.page import PAGES
from tests.oracles import prediction
from tests.pages.conftest import drawn_traces, said

CARDS = "rnnviz_answers"


def type_in(app, text):
    return app.text_input(key="text").set_value(text).run()


def cards(app):
    """What the browser is told of the answer of each net."""
    told = [json.loads(each.proto.json)[0] for each in app.get("bidi_component") if each.proto.component_name == CARDS]
    return told[0]["cards"] if told else []


def answers(app):
    """(class, probability as it is written, filled part of the bar) of each bar on the page."""
    return [(row["name"], row["share"], row["filled"]) for card in cards(app) for row in card["classes"]]


@pytest.mark.parametrize(
    ("language", "dataset", "text"), [("en", "pets-en", "Bella"), ("ru", "pets", "Мурка"), ("ru", "pets", "Ёж-Белый")]
)
def test_a_typed_name_is_answered_with_the_probabilities_of_the_models(
    open_page, checkpoints_folder, language, dataset, text
):
    app = type_in(open_page("home", language), text)

    use_language(language)
    expected, heads = [], []
    for cell in CELLS:
        model = RunStore(checkpoints_folder).model(f"{dataset}-{cell}")
        probabilities = prediction(model, model.read(text))
        expected += [
            (name, number(float(share), ".1%"), pytest.approx(float(share), abs=1e-4))
            for name, share in zip(model.classes, probabilities, strict=True)
        ]
        heads.append(model.classes[int(probabilities.argmax())])
    assert not app.exception
    assert answers(app) == expected
    assert [card["best"] for card in cards(app)] == heads


def test_the_page_begins_with_a_name_in_the_language_of_the_reader(open_page):
    assert open_page("home", "en").text_input(key="text").value == "Whiskers"
    assert open_page("home", "ru").text_input(key="text").value == "Барсик"


def test_every_cell_has_its_colour(open_page):
    told = [(card["cell"], card["colour"]) for card in cards(open_page("home"))]

    assert told == [("RNN", "red"), ("LSTM", "blue"), ("GRU", "green")]


@pytest.mark.parametrize("text", ["", " ", "   \t "])
def test_an_empty_text_is_asked_for_a_letter(open_page, text):
    app = type_in(open_page("home"), text)

    assert not app.exception
    assert said(app) == ["There is nothing to read: the text is empty or blank. Type at least one letter."]
    assert not answers(app)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("😀", "😀"), ("Мурка", "м, у, р, к, а"), ("12345", "1, 2, 3, 4, 5"), ("汉字", "汉, 字"), ("*_`", "*, _, `")],
)
def test_a_text_of_unknown_letters_is_answered_with_a_warning(open_page, text, unknown):
    app = type_in(open_page("home"), text)

    assert not app.exception
    assert said(app) == [f"The model knows none of these tokens, so its answer means nothing: {unknown}"]
    assert len(answers(app)) == 6


def test_unknown_letters_among_known_ones_are_named_once(open_page):
    app = type_in(open_page("home"), "Be😀lla😀7")

    assert said(app) == ["Never seen in training, so read as <unk>: 😀, 7"]
    assert len(answers(app)) == 6


@pytest.mark.parametrize("letters", [500, 20_000])
def test_of_a_long_text_the_end_is_read_and_that_is_said(open_page, letters):
    app = type_in(open_page("home"), "ab" * (letters // 2))

    assert not app.exception
    assert said(app) == [f"This model reads at most 32 tokens of a text: {letters - 32} are left out."]
    assert len(answers(app)) == 6


def test_a_text_that_is_far_too_long_is_refused(open_page):
    app = type_in(open_page("home"), "a" * 25_000)

    assert not app.exception
    assert said(app) == ["The text has 25000 characters; at most 20000 are read."]
    assert "text" not in app.query_params, "no browser opens such a link"


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "<script>", "$x$", "a\nb", "\ud7ff", "ﬁ", "İ"])
def test_odd_letters_break_nothing(open_page, text):
    app = type_in(open_page("home"), text)

    assert not app.exception
    assert not app.error
    assert len(answers(app)) == 6


def test_a_text_comes_with_the_link_and_goes_into_it(open_page):
    app = open_page("home", text="Bella")

    assert app.text_input(key="text").value == "Bella"
    assert type_in(app, "Rex").query_params["text"] == "Rex"


@pytest.mark.parametrize("cell", list(CELLS))
def test_the_picture_is_the_chosen_state_or_gate_of_the_chosen_cell(open_page, checkpoints_folder, cell):
    app = open_page("home", text="Bella")
    app.segmented_control(key="home_cell").set_value(cell).run()
    model = RunStore(checkpoints_folder).model(f"pets-en-{cell}")
    traced = trace(model, model.read("Bella"))

    for quantity in traced.quantities:
        app.segmented_control(key=f"home_quantity_{cell}").set_value(quantity.name).run()

        drawn = drawn_traces(app)["home_heatmap"]
        (heatmap,) = drawn.heatmaps
        np.testing.assert_allclose(heatmap, traced.values[quantity.name], atol=1e-6)
        assert [panel["title"] for panel in drawn.plan["panels"]] == [quantity.title]
        assert not drawn.plan["movable"]


def test_at_first_one_sees_the_forget_gate_of_the_lstm(open_page):
    app = open_page("home")

    assert app.segmented_control(key="home_cell").value == "lstm"
    assert app.segmented_control(key="home_quantity_lstm").value == "forget"


def test_missing_models_are_said_and_the_way_on_is_shown(open_page, checkpoints_folder):
    shutil.rmtree(checkpoints_folder)
    checkpoints_folder.mkdir()

    app = open_page("home")

    assert not app.exception
    assert said(app) == ["The trained models that come with the app are missing. Train some on the page “Train”."]
    assert [link.value for link in app.get("page_link")] == [page.title for page in PAGES[1:]]


def test_with_models_of_one_language_missing_the_other_still_answers(open_page, checkpoints_folder):
    for cell in CELLS:
        shutil.rmtree(checkpoints_folder / f"pets-{cell}")

    assert len(answers(open_page("home", "en"))) == 6
    app = open_page("home", "ru")
    assert not app.exception
    assert len(said(app)) == 1


def test_one_missing_model_leaves_two_answers(open_page, checkpoints_folder):
    shutil.rmtree(checkpoints_folder / "pets-en-lstm")

    app = open_page("home")

    assert not app.exception
    assert len(answers(app)) == 4
    assert app.segmented_control(key="home_cell").options == ["RNN", "GRU"]
    assert app.segmented_control(key="home_cell").value == "rnn"


def test_runs_made_here_do_not_take_the_place_of_those_that_come_with_the_app(open_page, checkpoints_folder):
    before = answers(open_page("home"))
    shutil.copytree(checkpoints_folder / "pets-en-rnn", checkpoints_folder / "runs" / "pets-en-gru-1")

    assert answers(open_page("home")) == before


def test_links_lead_to_the_other_pages(open_page):
    links = open_page("home").get("page_link")

    assert [link.value for link in links] == ["Data", "Train", "Step through", "Gradients", "Compare", "Runs"]
    assert [link.proto.page for link in links] == ["data", "train", "step_through", "gradients", "compare", "runs"]
