"""Train: press the button, watch, stop, and go on, with an engine that does what the test says."""

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.language import N_
from rnnviz.runs.live import Stage
from rnnviz.runs.store import RunStore, write_run
from rnnviz.text.sources import DATA, load_dataset
from rnnviz.training.config import LIMITS, RunConfig, TextConfig
from tests.pages.conftest import drawn_lines, go_to, plain, said
from tests.tables import tables

CELLS = ["rnn", "lstm", "gru"]
SMALL = {"epochs": "3", "hidden_size": "4", "learning_rate": "0.05"}


@pytest.fixture
def train_page(open_page, small_datasets):
    """The page with small settings and few names, as a link opens it."""

    def open_it(**parameters):
        return open_page("train", **{**SMALL, **parameters})

    return open_it


def press(app, key="train"):
    button = app.button(key=key)
    assert not button.disabled
    return button.click().run()


def states(app):
    """What the line of each run says about where it stands."""
    lines = [re.fullmatch(r":\w+\[\*\*(\w+)\*\*\] · (.*)", text.value) for text in app.markdown]
    return {line[1]: plain(line[2]) for line in lines if line}


def reports(folder, app):
    names = app.query_params["watch"].split(",")
    return [json.loads((folder / "runs" / name / "report.json").read_text(encoding="utf-8")) for name in names]


def test_train_starts_a_run_of_each_cell_with_the_same_settings(train_page, engine):
    app = press(train_page())

    assert not app.exception
    configs = [config for config, _dataset, _watch in engine.submitted]
    assert [config.model.cell for config in configs] == CELLS
    assert {(c.epochs, c.model.hidden_size, c.optimiser.learning_rate, c.seed) for c in configs} == {(3, 4, 0.05, 0)}
    assert app.query_params["watch"].split(",") == list(engine.live)
    assert states(app) == dict.fromkeys(["RNN", "LSTM", "GRU"], "waiting for a worker")


def test_the_pinned_names_go_with_the_run(train_page, engine):
    app = train_page()
    app.text_input(key="pinned pets-en").set_value(" мурка, рекс ,, барс").run()

    press(app)

    assert [(watch.pinned, watch.profiled) for _config, _dataset, watch in engine.submitted] == [
        (("мурка", "рекс", "барс"), "мурка")
    ] * 3


def test_at_most_eight_names_are_pinned_and_none_need_be(train_page, engine):
    app = train_page(cells="rnn")
    app.text_input(key="pinned pets-en").set_value(",".join("abcdefghijkl")).run()
    press(app)
    engine.finish()
    app.text_input(key="pinned pets-en").set_value(" , ").run()
    app.number_input(key="seed").set_value(5).run()
    press(app)

    assert [(len(watch.pinned), watch.profiled) for *_rest, watch in engine.submitted] == [(8, "a"), (0, None)]
    engine.finish()
    assert not app.run().exception


def test_while_a_run_is_going_it_can_only_be_stopped(train_page, engine):
    app = train_page()
    assert (app.button(key="train").disabled, app.button(key="stop").disabled) == (False, True)

    press(app)
    assert (app.button(key="train").disabled, app.button(key="stop").disabled) == (True, False)

    engine.finish()
    app.run()
    assert (app.button(key="train").disabled, app.button(key="stop").disabled) == (False, True)


def test_curves_grow_with_every_epoch(train_page, engine):
    app = press(train_page())
    assert drawn_lines(app)["training_curves"]["lines"] == []

    for epoch in (0, 1, 2):
        engine.tell(epoch)
        app.run()

        curves = drawn_lines(app)["training_curves"]["lines"]
        validation = [each for each in curves if each["name"].endswith("validation")]
        assert [each["y"] for each in validation] == [
            pytest.approx([message["validation_loss"] for message in live.history], rel=1e-6)
            for live in engine.live.values()
        ]
        assert all(each["x"] == list(range(epoch + 1)) for each in validation)
    assert drawn_lines(app)["training_curves"]["axes"]["x"]["range"] == [-0.5, 3.5]


def test_the_line_of_a_run_says_how_far_it_is(train_page, engine):
    app = press(train_page(cells="gru"))
    engine.tell(2)

    app.run()

    assert states(app) == {"GRU": "epoch 2 of 3"}
    (bar,) = app.get("progress")
    assert bar.value == 66
    assert "tokens/s" in bar.text


def test_the_fate_of_the_pinned_names_is_drawn(train_page, engine):
    app = train_page()
    app.text_input(key="pinned pets-en").set_value("мурка, рекс").run()
    press(app)
    engine.tell(2)

    app.run()

    pinned = drawn_lines(app)["pinned_curves"]
    assert [note["words"] for note in pinned["notes"]] == [[["мурка", ""]], [["рекс", ""]]]
    expected = [
        pytest.approx([message["pinned"][name][1] for message in live.history], rel=1e-6)
        for name in ("мурка", "рекс")
        for live in engine.live.values()
    ]
    assert [each["y"] for each in pinned["lines"]] == expected
    assert pinned["axes"]["y"]["title"] == [["P(dog)", ""]]


def test_the_gradient_over_the_first_pinned_name_is_drawn(train_page, engine):
    app = train_page(cells="lstm")
    app.text_input(key="pinned pets-en").set_value("мурка, рекс").run()
    press(app)
    engine.tell(1)

    app.run()

    (line,) = drawn_lines(app)["profile"]["lines"]
    (live,) = engine.live.values()
    norms = np.array(live.history[0]["profile"]["hidden_norms"])
    np.testing.assert_allclose(line["y"], norms / norms[-1], rtol=1e-4)
    assert drawn_lines(app)["profile"]["axes"]["x"]["ticks"] == [[place, each] for place, each in enumerate("мурка")]
    assert "With the weights after epoch 0." in [caption.value for caption in app.caption]


def test_of_nets_that_read_backwards_the_gradient_starts_at_the_first_letter(train_page, engine):
    app = train_page(cells="lstm", direction="reverse")
    app.text_input(key="pinned pets-en").set_value("мурка").run()
    press(app)
    engine.tell(1)

    (line,) = drawn_lines(app.run())["profile"]["lines"]

    (live,) = engine.live.values()
    norms = np.array(live.history[0]["profile"]["hidden_norms"])
    np.testing.assert_allclose(line["y"], norms / norms[0], rtol=1e-4)


def test_at_the_end_the_page_shows_what_the_runs_came_to(train_page, engine, checkpoints_folder):
    app = press(train_page())
    engine.finish()

    app.run()

    assert not app.exception
    assert set(states(app).values()) == {"all epochs done"}
    (outcome,) = [table for table in tables(app) if "RNN" in table.columns]
    for title, report in zip(("RNN", "LSTM", "GRU"), reports(checkpoints_folder, app), strict=True):
        shown = [float(cell.replace("*", "").replace("★", "")) for cell in outcome[title][:3]]
        expected = [report["train"]["accuracy"], report["test"]["accuracy"], report["test"]["macro avg"]["f1-score"]]
        assert shown == [round(value, 3) for value in expected]
    (majority,) = [caption.value for caption in app.caption if caption.value.startswith("Always saying")]
    support = {name: report["test"][name]["support"] for name in ("cat", "dog")}
    assert f"{max(support.values()) / sum(support.values()):.1%}" in majority


def test_from_the_menu_too_the_other_pages_begin_with_what_was_trained_last(train_page, engine):
    app = press(train_page())
    engine.finish()
    app.run()

    for page in ("step_through", "compare"):
        assert go_to(app, page).multiselect(key="runs").value == list(engine.live)


def test_from_the_end_links_lead_on_with_these_runs(train_page, engine):
    app = press(train_page())
    engine.finish()

    links = app.run().get("page_link")

    assert [link.value for link in links] == ["Step through", "Gradients", "Compare"]
    names = ",".join(engine.live)
    assert {link.proto.query_string for link in links} == {f"runs={names.replace(',', '%2C')}"}
    app.query_params.clear()
    app.query_params["runs"] = names
    app.switch_page("pages/step_through.py").run()
    assert app.multiselect(key="runs").value == list(engine.live)
    assert not app.exception


def test_with_one_cell_there_is_nothing_to_compare(train_page, engine):
    app = press(train_page(cells="gru"))
    engine.finish()

    app.run()

    assert [link.value for link in app.get("page_link")] == ["Step through", "Gradients"]
    assert len(engine.submitted) == 1


def test_a_stopped_run_is_kept(train_page, engine, checkpoints_folder):
    app = press(train_page(cells="rnn,gru"))
    engine.tell(1)
    app.run()

    press(app, "stop")
    app.run()

    assert not app.exception
    assert states(app) == {"RNN": "stopped by hand", "GRU": "stopped by hand"}
    assert {live.stage for live in engine.live.values()} == {Stage.ENDED}
    kept = sorted(folder.name for folder in (checkpoints_folder / "runs").iterdir())
    assert kept == sorted(f"{name}-stopped-1" for name in engine.live)
    assert [link.value for link in app.get("page_link")] == ["Step through", "Gradients", "Compare"]
    assert "stopped" in " ".join(go_to(app, "compare").multiselect(key="runs").options)


def test_a_stopped_run_can_be_trained_again(train_page, engine):
    app = press(train_page(cells="rnn"))
    engine.tell(1)
    press(app.run(), "stop")

    press(app.run())

    assert len(engine.submitted) == 2
    engine.finish()
    assert states(app.run()) == {"RNN": "all epochs done"}


def test_the_same_settings_again_show_the_stored_run(train_page, engine):
    app = press(train_page())
    engine.finish()
    app.run()

    press(app)

    assert len(engine.submitted) == 3
    assert not app.exception
    assert [toast.value for toast in app.toast] == ["These settings were trained before: here is what they gave."]
    assert len([table for table in tables(app) if "RNN" in table.columns]) == 1


def test_after_a_restart_of_the_server_the_stored_runs_are_shown(train_page, engine):
    app = press(train_page())
    engine.finish()
    link = dict(app.run().query_params)
    engine.restart()

    again = train_page(**link)

    assert not again.exception
    assert not said(again)
    assert states(again) == dict.fromkeys(["RNN", "LSTM", "GRU"], "trained before")
    assert drawn_lines(again)["training_curves"]["axes"]["x"]["range"] == [-0.5, 3.5]
    assert len(again.get("page_link")) == 3


def test_another_seed_is_offered_and_taken(train_page, engine):
    app = press(train_page(cells="gru"))
    assert not [button for button in app.button if button.key == "another_seed"]
    engine.finish()
    app.run()

    press(app, "another_seed")

    assert [config.seed for config, *_rest in engine.submitted] == [0, 1]
    assert app.number_input(key="seed").value == 1
    assert app.query_params["seed"] == "1"
    assert states(app) == {"GRU": "waiting for a worker"}


def test_beyond_the_largest_seed_there_is_one_too(train_page, engine):
    app = press(train_page(cells="gru", seed=str(LIMITS["seed"].high)))
    engine.finish()
    app.run()

    press(app, "another_seed")

    assert not app.exception
    seeds = {config.seed for config, *_rest in engine.submitted}
    assert len(seeds) == 2
    assert all(LIMITS["seed"].low <= seed <= LIMITS["seed"].high for seed in seeds)


def test_a_second_person_who_presses_the_same_joins_the_run(train_page, engine):
    press(train_page())
    engine.tell(1)

    other = press(train_page())

    assert len(engine.submitted) == 3
    assert set(states(other).values()) == {"epoch 1 of 3"}
    assert other.query_params["watch"].split(",") == list(engine.live)


def test_a_reload_finds_the_runs_that_are_going(train_page, engine):
    app = press(train_page())
    engine.tell(2)

    again = train_page(**app.query_params)

    assert set(states(again).values()) == {"epoch 2 of 3"}
    assert again.button(key="stop").disabled is False
    assert [number.value for number in again.number_input][:2] == [3, 4]


def test_runs_are_still_there_after_a_visit_to_another_page(train_page, engine):
    app = press(train_page())
    engine.tell(1)
    go_to(app, "compare")

    go_to(app, "train")
    assert set(states(app).values()) == {"epoch 1 of 3"}
    assert app.number_input(key="epochs").value == 3
    assert app.query_params["epochs"] == "3"

    go_to(app, "home")
    engine.finish()
    assert set(states(go_to(app, "train")).values()) == {"all epochs done"}


def test_runs_of_a_link_that_are_gone_are_said_once(train_page):
    app = train_page(watch="gone-1,gone-2")

    assert not app.exception
    assert said(app) == [
        "The run “gone-1” is no longer here; train it again.",
        "The run “gone-2” is no longer here; train it again.",
        "Press Train: the curves grow here while the nets learn.",
    ]


@pytest.mark.parametrize("watch", ["pets-lstm,pets-en-lstm", "pets-lstm,pets-lstm", "pets-rnn", "named,pets-rnn"])
def test_a_link_may_name_any_runs_of_the_store(open_page, checkpoints_folder, checkpoints, watch):
    """Runs of the same cell, the same run twice, and one whose dataset does not come with the app."""
    write_run(checkpoints_folder / "runs" / "named", checkpoints["rnn"])

    app = open_page("train", watch=watch)

    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("failure", [BadInput(N_("The workers did not start within {seconds} s."), seconds=60)])
def test_workers_that_do_not_start_are_said(train_page, engine, failure):
    engine.failure = failure

    app = press(train_page())

    assert not app.exception
    assert "The workers did not start within 60 s." in said(app)
    assert not engine.submitted


def test_a_run_that_failed_says_why_and_the_others_go_on(train_page, engine):
    app = press(train_page(cells="rnn,gru"))
    engine.tell(1)
    first, second = engine.live.values()
    first.fail(ValueError("out of *memory*"))

    app.run()

    assert not app.exception
    assert states(app) == {"RNN": "failed", "GRU": "epoch 1 of 3"}
    assert said(app) == ["RNN did not come to its end: ValueError: out of *memory*"]
    engine.finish(second.id)
    app.run()
    assert [link.value for link in app.get("page_link")] == ["Step through", "Gradients"]


def test_a_run_that_diverged_says_what_to_try(train_page, engine):
    app = press(train_page(cells="rnn"))
    engine.finish()
    (live,) = engine.live.values()
    live.ended = {**live.ended, "reason": "diverged"}

    assert "smaller learning rate" in states(app.run())["RNN"]


@pytest.mark.parametrize(
    ("parameters", "message", "key", "value"),
    [
        ({"epochs": "5000"}, "Epochs is 5000; allowed is 1 to 200.", "epochs", 20),
        ({"epochs": "0"}, "Epochs is 0; allowed is 1 to 200.", "epochs", 20),
        ({"hidden_size": "abc"}, "Hidden size: “abc” is not a number; allowed is 1 to 256.", "hidden_size", 32),
        ({"hidden_size": "1e9"}, "Hidden size: “1e9” is not a number; allowed is 1 to 256.", "hidden_size", 32),
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
    assert app.number_input(key=key).value == value
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


def test_the_whole_way_in_russian(open_page, small_datasets, engine):
    app = open_page("train", "ru", **SMALL)

    press(app)
    engine.tell(1)
    app.run()
    assert not app.exception
    engine.finish()
    app.run()

    assert not app.exception
    assert not app.error
    assert len(app.get("page_link")) == 3


def test_one_can_see_what_cleaning_did(open_page):
    app = open_page("train")

    (cleaning,) = [each for each in app.expander if each.label.startswith("The data")]
    table = tables(cleaning)[0]
    dataset = load_dataset("pets-en")
    text = plain(next(each.value for each in cleaning.markdown if each.value.startswith("Of ")))
    assert (table.iloc[:, 0] != "0").any()
    assert f"Of {len(dataset.rows):,} rows" in text
    sizes = [int(size.replace(",", "")) for size in re.findall(r"[\d,]*\d", text)]
    assert sizes[1] == sum(sizes[2:5])


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    """A copy of the data that the test may spoil."""
    folder = tmp_path / "data"
    folder.mkdir()
    for file in ("pets.csv", "pets_en.csv"):
        shutil.copy(DATA / file, folder)
    monkeypatch.setattr("rnnviz.ui.resources.DATA", folder)
    return folder


def test_a_missing_dataset_is_said_and_another_can_be_chosen(open_page, data_folder):
    (data_folder / "pets_en.csv").unlink()

    app = open_page("train")

    assert not app.exception
    assert said(app)[0] == f"The file {data_folder / 'pets_en.csv'} does not exist."
    app.selectbox(key="dataset").set_value("pets").run()
    assert not app.error
    assert not app.button(key="train").disabled


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00broken", "is not text but something else"),
        (b"", "pets_en.csv is empty."),
        ("имя,класс\nа,б\n".encode(), "has no column “name”; its columns are: имя, класс."),
        (b"name,class\nrex,dog\n", "has 1 classes (dog); 2 to 20 are needed."),
        (b"name,class\nrex,dog\ntom,cat\n", "cat"),
        (b"name,class\n" + b"\x00" * 50, "pets_en.csv"),
    ],
)
def test_a_damaged_dataset_is_said(open_page, data_folder, content, message):
    (data_folder / "pets_en.csv").write_bytes(content)

    app = open_page("train")

    assert not app.exception
    assert any(message in text for text in said(app)), said(app)


def test_a_missing_dataset_leaves_the_other_pages_alone(open_page, data_folder):
    shutil.rmtree(data_folder)

    for page in ("home", "step_through", "gradients", "compare"):
        app = open_page(page)
        assert not app.exception
        assert not said(app)


def test_the_trained_run_is_the_one_that_the_other_pages_open(train_page, engine, checkpoints_folder):
    app = press(train_page(cells="lstm"))
    engine.finish()
    (name,) = engine.live

    model = RunStore(checkpoints_folder).model(name)

    assert model.config == engine.submitted[0][0]
    assert name in RunStore(checkpoints_folder).listing().runs[-1].name
    assert not go_to(app, "compare").exception
