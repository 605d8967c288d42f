"""Train, when the nets have ended: what they came to, and what can be done next."""

import json

from rnnviz.runs.live import Stage
from rnnviz.runs.store import RunStore
from rnnviz.training.config import LIMITS
from tests.pages.conftest import drawn_lines, go_to, said
from tests.pages.train_page.conftest import SMALL
from tests.pages.training import press, states
from tests.tables import tables


def reports(folder, app):
    names = app.query_params["watch"].split(",")
    return [json.loads((folder / "runs" / name / "report.json").read_text(encoding="utf-8")) for name in names]


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
    assert states(app) == dict.fromkeys(("RNN", "GRU"), "stopped by hand · epoch 1 of 3")
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


def test_the_trained_run_is_the_one_that_the_other_pages_open(train_page, engine, checkpoints_folder):
    app = press(train_page(cells="lstm"))
    engine.finish()
    (name,) = engine.live

    model = RunStore(checkpoints_folder).model(name)

    assert model.config == engine.submitted[0][0]
    assert name in RunStore(checkpoints_folder).listing().runs[-1].name
    assert not go_to(app, "compare").exception
