"""Break it on purpose: from a ready experiment on Train to what happened on Compare."""

import dataclasses
import json

import numpy as np
import pytest

from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.training.breaking import READY
from rnnviz.training.config import changed
from tests.pages.conftest import figures, said
from tests.pages.training import press, unfold
from tests.tables import tables

SEEDS = (0, 1)
SMALL = {"model.hidden_size": 3, "model.embedding_size": 3, "epochs": 2, "patience": 0}


@pytest.fixture
def small(small_datasets, monkeypatch) -> None:
    """The padding experiment on few names with tiny nets."""
    ready = dataclasses.replace(READY["padding"], cells=("rnn", "gru"), seeds=SEEDS, settings=SMALL)
    monkeypatch.setitem(READY, "padding", ready)


@pytest.fixture
def trained(small, open_page, engine):
    """Page Train after the experiment has been trained."""
    app = open_page("train", ready="padding", dataset="pets-en")
    press(app, "break")
    engine.finish()
    return app.run()


def story_link(app) -> dict[str, str]:
    links = [json.loads(json.dumps(str(link.proto))) for link in app.get("page_link")]
    (found,) = [link for link in links if "story" in link]
    return found


def story(open_page, engine, language: str = "en", **parameters):
    names = [live.run for live in engine.live.values() if live.config.seed == 0]
    return open_page("compare", language, runs=",".join(names), judged="story", **parameters)


def test_the_question_stands_before_the_button_and_the_answer_does_not(small, open_page) -> None:
    app = open_page("train", ready="padding")
    text = " ".join(each.value for each in app.markdown)
    assert "Which place hurts" in text
    assert "What we measured" not in text
    assert app.button(key="break").label == "Train 12 nets"


def test_nothing_is_offered_before_an_experiment_is_chosen(open_page, small) -> None:
    app = unfold(open_page("train"), "breaking")
    assert not [button for button in app.button if button.key == "break"]
    app.selectbox(key="ready").set_value("padding").run()
    assert app.button(key="break").label == "Train 12 nets"
    assert app.query_params["ready"] == "padding"


def test_a_choice_that_is_taken_back_leaves_the_part_open_and_the_link_empty(open_page, small) -> None:
    app = open_page("train", ready="padding")
    app.selectbox(key="ready").set_value("").run()
    assert "ready" not in app.query_params
    assert app.selectbox(key="ready").value == ""


def test_a_link_to_an_experiment_that_is_not_there_says_what_is(open_page, small) -> None:
    app = open_page("train", ready="dropout")
    assert not app.exception
    assert any("“dropout”" in box and "padding" in box for box in said(app))


def test_one_press_trains_every_place_cell_and_seed_on_its_own_dataset(small, open_page, engine) -> None:
    app = open_page("train", ready="padding", dataset="pets")
    press(app, "break")
    assert not app.exception
    asked = {(config.text.padding, config.model.cell, config.seed) for config, *_rest in engine.submitted}
    assert asked == {
        (where, cell, seed) for where in ("packed", "after", "before") for cell in ("rnn", "gru") for seed in SEEDS
    }
    assert {config.dataset for config, *_rest in engine.submitted} == {"pets-en"}


def test_the_end_of_an_experiment_links_to_its_story(trained, engine) -> None:
    assert not trained.exception
    link = story_link(trained)
    first = [live.run for live in engine.live.values() if live.config.seed == 0]
    assert all(name in link for name in first)


def test_while_it_is_going_there_is_no_story_yet(small, open_page, engine) -> None:
    app = open_page("train", ready="padding")
    press(app, "break")
    assert not [link for link in app.get("page_link") if "story" in str(link.proto)]


def test_the_story_takes_in_all_seeds_though_one_was_chosen(trained, engine, open_page) -> None:
    app = story(open_page, engine)
    assert not app.exception
    table = tables(app)[0]
    infos = [RunStore(engine.store.root).info(live.run) for live in engine.live.values()]
    for title, where in (("packed", "packed, not read"), ("after", "behind the text")):
        shares = [
            info.report["test"]["accuracy"]
            for info in infos
            if (info.config.text.padding, info.config.model.cell) == (title, "gru")
        ]
        row = next(table.loc[name] for name in table.index if name.startswith("GRU") and where[:8] in name)
        assert row["Test accuracy, mean ± sd"] == f"{np.mean(shares):.3f} ± {np.std(shares, ddof=1):.3f}"
        assert row["seeds"] == "2"
    assert {"story points", "story curves"} <= set(figures(app))


def test_the_story_tells_the_question_the_differences_and_what_was_measured(trained, engine, open_page) -> None:
    text = " ".join(each.value for each in story(open_page, engine).markdown)
    assert "Which place hurts" in text
    assert "points" in text
    assert "of 2 seeds" in text
    assert READY["padding"].measured in text


@pytest.mark.parametrize("part", ["train", "validation"])
def test_the_story_is_told_of_the_chosen_part(trained, engine, open_page, part: str) -> None:
    app = story(open_page, engine, part=part)
    title = {"train": "Training accuracy", "validation": "Validation accuracy"}[part]
    assert f"{title}, mean ± sd" in tables(app)[0].columns
    assert figures(app)["story points"]["layout"]["yaxis"]["title"]["text"] == title


def test_the_curve_can_be_another(trained, engine, open_page) -> None:
    app = story(open_page, engine, curve="gradient_norm")
    assert figures(app)["story curves"]["layout"]["yaxis"]["title"]["text"].startswith("Gradient norm")
    assert any("“momentum”" in box for box in said(story(open_page, engine, curve="momentum")))


def test_the_story_in_russian(trained, engine, open_page) -> None:
    app = story(open_page, engine, "ru")
    text = " ".join(each.value for each in app.markdown)
    assert not app.exception
    assert "Что мы измерили" in text
    assert "Which" not in text


def test_runs_that_come_with_the_app_differ_in_their_cell(open_page) -> None:
    app = open_page("compare", judged="story")
    assert not app.exception
    text = " ".join(each.value for each in app.markdown)
    assert "What changes with the cell" in text
    assert "with one seed nobody can say" in text


def test_runs_of_several_settings_are_no_story_and_the_page_says_how_to_get_one(open_page) -> None:
    app = open_page("compare", runs="pets-en-lstm,pets-lstm", judged="story")
    assert not app.exception
    assert any("not trained on the same texts" in box and "Break it on purpose" in box for box in said(app))


def test_one_run_alone_is_no_story(open_page) -> None:
    app = open_page("compare", runs="pets-en-lstm", judged="story")
    assert not app.exception
    assert any("nothing was changed" in box for box in said(app))


def test_a_run_whose_training_diverged_is_told_of(names, configs, checkpoints_folder, open_page) -> None:
    config = changed(configs["rnn"], {"optimiser.name": "sgd", "optimiser.clip_norm": 0.0})
    for rate in (0.1, 10.0):
        write_run(
            checkpoints_folder / "runs" / f"rate-{rate}",
            train_run(changed(config, {"optimiser.learning_rate": rate}), names),
        )
    app = open_page("compare", runs="rate-0.1,rate-10.0", judged="story")
    assert not app.exception
    assert len(tables(app)[0]) == 2


def test_unpacked_runs_of_the_experiment_read_their_padding(trained, engine) -> None:
    store = RunStore(engine.store.root)
    lengths = {
        live.config.text.padding: len(store.model(live.run).read("рекс").tokens) for live in engine.live.values()
    }
    assert lengths == {"packed": 4, "after": 32, "before": 32}
