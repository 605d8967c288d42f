"""Where they differ: the texts on the page are those that the models themselves get wrong, one by one."""

import json
from urllib.parse import parse_qs

import pytest

from rnnviz.runs.store import RunStore
from rnnviz.text.sources import load_dataset
from rnnviz.training.data import prepare
from rnnviz.ui.text_table import PAGE
from tests.pages.conftest import BUNDLED_RUNS, click, figures, said

RUNS = ("pets-en-rnn", "pets-en-lstm", "pets-en-gru")


@pytest.fixture(scope="module")
def answered():
    """Each test name with its class and the probabilities of two runs, each text read alone."""
    store = RunStore(BUNDLED_RUNS)
    model, other = (store.model(name) for name in RUNS[:2])
    part = prepare(load_dataset("pets-en"), model.config.text, model.config.seed).test
    both = [each.probabilities([each.read(text) for text in part.texts]) for each in (model, other)]
    return list(part.texts), [model.classes[label] for label in part.labels], *both


def links(app):
    return {link.proto.label: parse_qs(link.proto.query_string) for link in app.get("page_link")}


def shown(app):
    return app.dataframe[-1].value


def test_a_cell_holds_the_texts_that_the_model_itself_gets_wrong_surest_first(open_page, answered):
    texts, classes, given, _other = answered
    app = open_page("compare", judged="texts", true="cat", predicted="dog")

    wrong = sorted(
        (-float(row[1]), place)
        for place, (true, row) in enumerate(zip(classes, given, strict=True))
        if true == "cat" and row[1] > row[0]
    )
    table = shown(app)
    assert table["text"].tolist() == [texts[place] for _p, place in wrong][:PAGE]
    assert table["probability of “dog”"].tolist() == pytest.approx([-p for p, _place in wrong][:PAGE], abs=1e-6)
    assert table["probability of “cat”"].tolist() == pytest.approx([1 + p for p, _place in wrong][:PAGE], abs=1e-6)
    assert f"{len(wrong)} texts" in [each.value for each in app.caption]
    (chosen,) = app.text
    assert chosen.value == texts[wrong[0][1]], "the surest one stands there in full"


def test_the_boxes_choose_a_cell_and_the_link_holds_it(open_page):
    app = open_page("compare", judged="texts")
    for key, value in (("whose", "pets-en-gru"), ("true", "dog"), ("predicted", "dog")):
        app.selectbox(key=key).set_value(value).run()

    assert not app.exception
    assert {key: app.query_params[key] for key in ("whose", "true", "predicted")} == {
        "whose": "pets-en-gru",
        "true": "dog",
        "predicted": "dog",
    }
    frames = {key: len(figure["layout"].get("shapes", [])) for key, figure in figures(app).items()}
    assert frames["cells of pets-en-gru"] == 1
    assert frames["cells of pets-en-rnn"] == 0


def test_the_matrices_stand_there_as_a_table_too(open_page):
    rows = open_page("compare", judged="texts").dataframe[0].value
    report = RunStore(BUNDLED_RUNS).info("pets-en-lstm").report["confusion"]["test"]

    own = rows[rows["contestant"] == "LSTM"].set_index(["true class", "predicted class"])
    assert own["texts"].tolist() == [count for row in report for count in row]
    assert own.loc[("cat", "dog"), "share of the true class"] == pytest.approx(report[0][1] / sum(report[0]))


def test_a_row_that_a_link_asks_for_is_found_on_its_page(open_page, answered):
    texts, classes, given, _other = answered
    right = sorted(
        (-float(row[1]), place)
        for place, (true, row) in enumerate(zip(classes, given, strict=True))
        if true == "dog" and row[1] > row[0]
    )
    assert len(right) > PAGE
    last = right[-1][1]

    app = open_page("compare", judged="texts", true="dog", predicted="dog", row=str(last))

    assert app.text[0].value == texts[last]
    begin = (len(right) - 1) // PAGE * PAGE
    assert shown(app)["text"].tolist() == [texts[place] for _p, place in right[begin:]]
    assert app.query_params["row"] == [str(last)] or app.query_params["row"] == str(last)


def test_a_row_is_chosen_in_the_list_too(open_page):
    app = open_page("compare", judged="texts", true="dog", predicted="dog")
    rows = shown(app)["text"].tolist()

    app.selectbox[-1].select_index(3).run()

    assert app.text[0].value == rows[3]
    assert "row" in app.query_params
    app.selectbox[-1].select_index(0).run()
    assert "row" not in app.query_params, "the first one does without"


def test_a_text_too_long_for_a_link_is_carried_to_step_through_by_a_button(open_page, monkeypatch):
    monkeypatch.setattr("rnnviz.ui.text_table.MAX_LINKED", 1)
    app = open_page("compare", judged="texts", true="dog", predicted="dog")
    text = app.text[0].value
    assert not links(app)

    click(app, "Step through it with GRU")

    assert not app.exception
    assert [title.value for title in app.title] == ["Step through"]
    assert app.text_input(key="text").value == text
    assert app.multiselect(key="runs").value == ["pets-en-gru"]


def test_the_texts_are_searched(open_page):
    app = open_page("compare", judged="texts", true="dog", predicted="cat")
    app.text_input[0].set_value("be").run()

    assert all("be" in text for text in shown(app)["text"])
    assert len(shown(app))

    app.text_input[0].set_value("no name has this").run()
    assert not app.exception
    assert len(app.dataframe) == 1, "that of the cells"
    assert any(caption.value.startswith("0 texts of") for caption in app.caption)


def test_each_run_has_a_link_to_step_through_which_that_page_would_write_itself(open_page):
    app = open_page("compare", judged="texts", true="dog", predicted="cat")
    text = app.text[0].value
    found = links(app)

    assert [title for title in found if "with" in title] == [
        *(f"Step through it with {cell}" for cell in ("RNN", "LSTM", "GRU")),
        "Step through it with all of them, side by side",
    ]
    for parameters in found.values():
        assert parameters["text"] == [text]
        walked = open_page("step_through", **{key: values[0] for key, values in parameters.items()})
        assert not walked.exception
        assert not walked.warning
        assert walked.text_input(key="text").value == text
        assert {key: [value] if isinstance(value, str) else value for key, value in walked.query_params.items()} == (
            parameters
        ), "nothing is added, so one step back is enough"


def test_texts_that_one_gets_right_and_another_wrong(open_page, answered):
    texts, classes, first, second = answered
    app = open_page("compare", judged="texts", texts="pair")
    names = ("cat", "dog")

    for outcome, fits in (("first", (True, False)), ("second", (False, True)), ("neither", (False, False))):
        app.segmented_control(key="outcome").set_value(outcome).run()
        expected = sorted(
            (-float(min(one.max(), other.max())), place)
            for place, (true, one, other) in enumerate(zip(classes, first, second, strict=True))
            if (names[one.argmax()] == true, names[other.argmax()] == true) == fits
        )
        assert shown(app)["text"].tolist() == [texts[place] for _p, place in expected][:PAGE]
        assert shown(app)["RNN says"].tolist() == [names[first[place].argmax()] for _p, place in expected][:PAGE]
        assert (
            f": {len(expected)}"
            in app.segmented_control(key="outcome").options[("first", "second", "neither").index(outcome)]
        )
    assert app.query_params["outcome"] == "neither"


def test_a_baseline_can_be_one_of_the_two_but_nobody_steps_through_it(open_page):
    app = open_page("compare", judged="texts", texts="pair", second="baseline-majority", outcome="second")

    assert not app.exception
    assert set(shown(app)["Majority says"]) == {"dog"}
    assert not any("Majority" in title for title in links(app))
    assert len(links(app)) == 4


def test_a_class_that_is_never_predicted_is_a_sentence(open_page):
    app = open_page("compare", judged="texts", whose="baseline-majority", true="dog", predicted="cat")

    assert not app.exception
    assert said(app) == ["Majority never answers “cat” in this part, so this whole column is empty."]
    assert not app.text


def test_one_contestant_alone_differs_from_nobody(open_page):
    app = open_page("compare", judged="texts", texts="pair", runs="pets-en-gru", baselines="none")

    assert not app.exception
    assert said(app) == ["Choose a second run above: one alone differs from nobody."]


def test_a_run_whose_texts_are_gone_is_named_and_the_others_stay(open_page, checkpoints_folder):
    run_file = checkpoints_folder / "pets-en-lstm" / "run.json"
    run = json.loads(run_file.read_text(encoding="utf-8"))
    run["dataset"]["fingerprint"] = "0" * 64
    run_file.write_text(json.dumps(run), encoding="utf-8")

    app = open_page("compare", judged="texts", whose="pets-en-gru")

    assert not app.exception
    assert any("LSTM: The dataset “pets-en” has changed" in sentence for sentence in said(app))
    assert len(shown(app))
    assert not any("LSTM" in title for title in links(app))


def test_runs_of_different_classes_and_texts_stand_beside_each_other(open_page):
    app = open_page("compare", judged="texts", runs="pets-en-gru,pets-gru", whose="pets-gru", baselines="none")
    assert not app.exception
    assert app.selectbox(key="true").options == ["кошка", "собака"]
    assert list(links(app)) == ["Step through it with GRU 2"]

    app.segmented_control(key="texts").set_value("pair").run()
    assert not app.exception
    assert "GRU 1 and GRU 2 were not judged on any text together." in said(app)


def test_a_link_that_asks_for_what_is_not_there_is_answered_with_a_sentence(open_page):
    app = open_page("compare", judged="texts", true="bird", predicted="cat", row="99999")

    assert not app.exception
    assert any("bird" in sentence for sentence in said(app))
    assert any("99999" in sentence for sentence in said(app))
    assert len(shown(app))


def test_the_view_speaks_russian(open_page):
    app = open_page("compare", "ru", judged="texts", texts="pair")

    assert not app.exception
    assert app.segmented_control(key="texts").options == ["В клетке матрицы ошибок", "Здесь верно, там неверно"]
    assert app.segmented_control(key="outcome").options[0].startswith("верно только у RNN: ")
