"""Train: what a link may ask for."""

import dataclasses

import pytest

from rnnviz.language import use_language
from rnnviz.training.config import RunConfig, TextConfig
from tests.pages.conftest import go_to, plain, said
from tests.pages.train_page.conftest import CELLS
from tests.pages.training import press, unfold


@pytest.mark.parametrize(
    ("parameters", "message", "key", "value"),
    [
        ({"epochs": "5000"}, "Epochs is 5000; allowed is 1 to 200.", "epochs", 20),
        ({"epochs": "0"}, "Epochs is 0; allowed is 1 to 200.", "epochs", 20),
        ({"hidden_size": "abc"}, "Hidden size: “abc” is not a number; allowed is 1 to 256.", "hidden_size", 32),
        ({"hidden_size": "1e9"}, "Hidden size is 1000000000; allowed is 1 to 256.", "hidden_size", 32),
        ({"hidden_size": "1.5"}, "Hidden size: “1.5” is not a whole number; allowed is 1 to 256.", "hidden_size", 32),
        ({"epochs": "inf"}, "Epochs: “inf” is not a whole number; allowed is 1 to 200.", "epochs", 20),
        ({"seed": "nan"}, "Seed: “nan” is not a whole number; allowed is 0 to 2147483647.", "seed", 0),
        ({"learning_rate": "nan"}, "Learning rate is nan; allowed is 1e-06 to 10.0.", "learning_rate", 0.005),
        ({"dropout": "1"}, "Dropout is 1.0; allowed is 0.0 to 0.9.", "dropout", 0.2),
        ({"seed": "-1"}, "Seed is -1; allowed is 0 to 2147483647.", "seed", 0),
        ({"batch_size": ""}, "Batch size: “” is not a number; allowed is 1 to 1024.", "batch_size", 64),
    ],
)
def test_a_number_of_the_link_that_is_not_allowed_is_said(open_page, small_datasets, parameters, message, key, value):
    app = open_page("train", **parameters)

    assert not app.exception
    assert said(app)[0] == message
    assert unfold(app, "settings").number_input(key=key).value == value
    assert not app.button(key="train").disabled


@pytest.mark.parametrize(
    ("parameters", "parts"),
    [
        ({"cells": "foo"}, ["Cell is “foo”", "rnn, lstm, gru"]),
        ({"cells": "lstm,foo"}, ["Cell is “foo”", "rnn, lstm, gru"]),
        ({"dataset": "bar"}, ["There is no dataset “bar”", "pets, pets-en, reviews, imdb"]),
        ({"direction": "up"}, ["Direction is “up”", "forward, reverse, both"]),
        ({"optimiser": "newton"}, ["Optimiser is “newton”", "adam, rmsprop, sgd"]),
        ({"contradictions": "keep"}, ["Texts in several classes is “keep”", "drop"]),
        ({"initialisation": "zeros"}, ["Initialisation is “zeros”", "orthogonal"]),
    ],
)
def test_a_choice_of_the_link_that_is_not_there_is_said(open_page, small_datasets, parameters, parts):
    app = open_page("train", **parameters)

    assert not app.exception
    assert len(app.warning) == 1
    assert all(part in plain(app.warning[0].value) for part in parts)
    assert app.pills(key="cells").value == CELLS
    assert app.selectbox(key="dataset").value == "pets-en"


def test_good_settings_of_a_link_are_taken(open_page, small_datasets, engine):
    given = {
        **{"epochs": "2", "hidden_size": "3", "learning_rate": "0.01", "seed": "9"},
        **{"embedding_size": "2", "layers": "2", "direction": "both", "dropout": "0.1"},
        **{"initialisation": "pytorch", "forget_bias": "0.5", "optimiser": "sgd", "momentum": "0.5"},
        **{"weight_decay": "0", "clip_norm": "2", "batch_size": "8", "patience": "0"},
        **{"contradictions": "majority", "max_tokens": "5", "cut": "head", "min_count": "1"},
        **{"max_vocabulary": "100", "read_out": "mean", "word_dropout": "0.3", "schedule": "one-cycle"},
        **{"cells": "lstm", "dataset": "pets"},
    }
    app = open_page("train", **given)

    assert not app.exception
    assert not app.warning
    press(app)

    ((config, _dataset, _watch),) = engine.submitted
    default = RunConfig()
    assert config == RunConfig(
        dataset="pets",
        text=TextConfig("character", "majority", 5, "head", 1, 100),
        model=dataclasses.replace(
            default.model,
            cell="lstm",
            embedding_size=2,
            hidden_size=3,
            layers=2,
            direction="both",
            dropout=0.1,
            read_out="mean",
            word_dropout=0.3,
            initialisation="pytorch",
            forget_bias=0.5,
        ),
        optimiser=dataclasses.replace(
            default.optimiser,
            name="sgd",
            learning_rate=0.01,
            momentum=0.5,
            weight_decay=0.0,
            schedule="one-cycle",
            clip_norm=2.0,
        ),
        batch_size=8,
        epochs=2,
        patience=0,
        seed=9,
    )
    assert {key: float(app.query_params[key]) for key in ("epochs", "seed", "dropout")} == {
        "epochs": 2,
        "seed": 9,
        "dropout": 0.1,
    }


def test_only_settings_that_differ_from_the_usual_go_into_the_link(open_page, small_datasets):
    app = open_page("train")
    assert set(app.query_params) == {"lang", "dataset"}

    app.number_input(key="epochs").set_value(7).run()
    app.pills(key="cells").set_value(["gru", "rnn"]).run()
    assert app.query_params["epochs"] == "7"
    assert set(app.query_params["cells"].split(",")) == {"rnn", "gru"}

    app.number_input(key="epochs").set_value(20).run()
    app.pills(key="cells").set_value(CELLS).run()
    assert set(app.query_params) == {"lang", "dataset"}


def test_without_a_cell_there_is_nothing_to_train(train_page):
    app = train_page()

    app.pills(key="cells").set_value([]).run()

    assert not app.exception
    assert "Choose at least one cell." in said(app)
    assert app.button(key="train").disabled
    again = train_page(**app.query_params)
    assert not again.warning, "a link may say that none is chosen"


def test_cells_that_a_link_names_twice_are_trained_once(train_page, engine):
    press(train_page(cells="gru,gru,rnn"))

    assert [config.model.cell for config, *_rest in engine.submitted] == ["rnn", "gru"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_dataset_begins_in_the_language_of_the_reader(open_page, small_datasets, language):
    app = open_page("train", language)

    assert app.selectbox(key="dataset").value == {"ru": "pets", "en": "pets-en"}[language]


def test_without_a_cell_nobody_is_asked_to_press_train(train_page):
    assert any("Press Train" in each for each in said(train_page()))
    app = train_page()
    app.pills(key="cells").set_value([]).run()

    assert said(app) == ["Choose at least one cell."]


def speak(app, language):
    app.segmented_control(key="lang").set_value(language).run()
    use_language(language)  # for AppTest, which asks the options for their titles again
    return app


def test_a_dataset_that_nobody_chose_goes_with_the_language(open_page, small_datasets):
    app = speak(open_page("train", "en"), "ru")

    assert app.selectbox(key="dataset").value == "pets"


def test_a_dataset_that_was_chosen_stays_in_every_language(open_page, small_datasets):
    app = open_page("train", "en")
    app.selectbox(key="dataset").set_value("pets").run()

    for language in ("ru", "en"):
        assert speak(app, language).selectbox(key="dataset").value == "pets"


def test_a_dataset_that_a_link_asks_for_stays_in_every_language(open_page, small_datasets):
    app = open_page("train", "en", dataset="pets-en")

    assert speak(app, "ru").selectbox(key="dataset").value == "pets-en"


def test_the_dataset_of_runs_that_are_followed_stays_in_every_language(train_page, engine):
    app = press(speak(train_page(cells="rnn"), "ru"))
    engine.tell(1)
    assert app.selectbox(key="dataset").value == "pets"

    assert speak(app, "en").selectbox(key="dataset").value == "pets"

    engine.finish()
    press(app.run(), "another_seed")
    assert [config.dataset for config, _dataset, _watch in engine.submitted] == ["pets", "pets"]


def test_a_dataset_of_followed_runs_that_is_gone_is_not_offered(train_page, engine):
    app = press(train_page(cells="rnn"))
    (live,) = engine.live.values()
    live.config = dataclasses.replace(live.config, dataset="upload-gone")

    app = train_page(watch=app.query_params["watch"])

    assert not app.exception
    assert app.selectbox(key="dataset").value == "pets-en"


def test_settings_that_are_folded_away_hold_and_it_is_said_which_are_changed(open_page, small_datasets, engine):
    app = open_page("train", dropout="0.1", batch_size="8", epochs="2", hidden_size="3", cells="rnn")

    assert "Changed there: Dropout: 0.1 · Batch size: 8" in [each.value for each in app.caption]
    assert "dropout" not in {each.key for each in app.number_input}
    press(app)
    ((config, _dataset, _watch),) = engine.submitted
    assert (config.model.dropout, config.batch_size) == (0.1, 8)


def test_what_was_changed_holds_when_it_is_folded_away_again(open_page, small_datasets, engine):
    app = unfold(open_page("train", epochs="2", hidden_size="3", cells="rnn"), "settings")
    app.number_input(key="dropout").set_value(0.4).run()
    app.selectbox(key="optimiser").set_value("sgd").run()
    app.session_state["open settings"] = False
    app.run()

    assert "dropout" not in {each.key for each in app.number_input}
    assert "Changed there: Dropout: 0.4 · Optimiser: SGD with momentum" in [each.value for each in app.caption]
    assert (app.query_params["dropout"], app.query_params["optimiser"]) == ("0.4", "sgd")
    press(app)
    ((config, _dataset, _watch),) = engine.submitted
    assert (config.model.dropout, config.optimiser.name) == (0.4, "sgd")


def test_an_open_part_stays_open_in_another_language(open_page, small_datasets):
    app = unfold(open_page("train"), "settings")
    app.segmented_control(key="lang").set_value("ru").run()

    assert "Другие настройки" in [each.label for each in app.expander]
    assert "dropout" in {each.key for each in app.number_input}


def test_an_experiment_is_still_there_and_in_the_link_after_a_visit_to_another_page(open_page, small_datasets):
    app = open_page("train", vary="hidden_size", values="3,5", seeds="2")
    app.session_state["open experiment"] = False
    app.run()
    assert "vary" not in {each.key for each in app.selectbox}

    go_to(app, "data")
    go_to(app, "train")

    assert app.multiselect(key="values").value == ["3", "5"]
    assert {key: app.query_params[key] for key in ("vary", "values", "seeds")} == {
        "vary": "hidden_size",
        "values": "3,5",
        "seeds": "2",
    }


def test_a_link_to_an_experiment_unfolds_it_and_no_other_link_does(open_page, small_datasets):
    keys = [{each.key for each in app.selectbox} for app in (open_page("train"), open_page("train", seeds="2"))]

    assert ["vary" in each for each in keys] == [False, True]
