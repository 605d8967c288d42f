"""Train, between two drawings of the page: its browser asks for what has grown, and learns when that is not enough."""

import json
import time

import pytest
from starlette.requests import Request
from streamlit import config as settings

from rnnviz.errors import BadInput
from rnnviz.language import N_, current_language
from rnnviz.ui import resources
from rnnviz.ui.growing.feed import UNKNOWN, answer, grown, routes
from rnnviz.ui.growing.progress import AGAIN, YOUNG, interval
from rnnviz.ui.watched import found_runs
from tests.pages.conftest import drawn_lines, sent_to
from tests.pages.training import cards, press


def names(app):
    return app.query_params["watch"].split(",")


def feed_of(app):
    """What the browser was told of how to ask; None where it is not to."""
    return sent_to(app, "rnnviz_progress")["progress"]["feed"]


def asked(query):
    return answer(Request({"type": "http", "query_string": query.encode(), "headers": []}))


@pytest.fixture
def going(train_page, engine):
    """Three runs after their first epoch."""
    app = press(train_page())
    engine.tell(1)
    return app.run()


def test_a_browser_that_asks_is_told_what_the_page_would_draw(going, engine):
    engine.tell(2)

    told = json.loads(asked(feed_of(going)["query"]).body)

    going.run()
    assert told["cards"] == [{**card, "pace": told["cards"][at]["pace"]} for at, card in enumerate(cards(going))]
    pictures = drawn_lines(going)
    assert told["plans"].keys() == pictures.keys() == {"training_curves", "accuracy_curves", "pinned_curves", "profile"}
    for key, plan in told["plans"].items():
        assert {**plan, "key": key, "camera": pictures[key]["camera"]} == pictures[key]
    assert {len(line["x"]) for line in told["plans"]["pinned_curves"]["lines"]} == {3}
    assert told["shape"] == feed_of(going)["shape"]


def test_it_is_told_in_the_language_of_its_page_and_that_of_others_is_left_alone(going):
    query = feed_of(going)["query"]
    assert query.endswith("lang=en")

    told = json.loads(asked(query.replace("lang=en", "lang=ru")).body)

    assert {card["state"] for card in told["cards"]} == {"эпоха 1 из 3"}
    assert json.loads(asked(query).body)["cards"][0]["state"] == "epoch 1 of 3"
    assert current_language() == "en"


def test_an_answer_is_never_kept_by_a_browser(going):
    assert asked(feed_of(going)["query"]).headers["cache-control"] == "no-store"


def test_while_epochs_come_the_page_itself_need_not_be_drawn_anew(going, engine):
    before = grown(names(going))["shape"]

    engine.tell(2)

    assert grown(names(going))["shape"] == before == feed_of(going)["shape"]


def pauses(live):
    live.hear({"kind": "paused", "batch": None, "look": None})


def fails(live):
    live.fail(BadInput(N_("The workers do not answer: {reason}."), reason="gone"))


def can_not_be_kept(live):
    live.kept(BadInput(N_("The workers do not answer: {reason}."), reason="disk full"))


def ends(live):
    live.finish("anything")


@pytest.mark.parametrize("happens", [pauses, fails, can_not_be_kept, ends])
def test_what_brings_other_buttons_boxes_or_tables_has_it_drawn_anew(going, engine, happens):
    before = feed_of(going)["shape"]

    happens(next(iter(engine.live.values())))

    assert grown(names(going))["shape"] != before


def test_a_step_of_a_paused_run_has_its_batch_drawn_anew(going, engine):
    live = next(iter(engine.live.values()))
    pauses(live)
    before = grown(names(going))["shape"]

    pauses(live)

    assert grown(names(going))["shape"] != before


def test_the_first_epoch_brings_pictures_and_so_a_new_drawing(train_page, engine):
    app = press(train_page())
    before = feed_of(app)["shape"]
    assert grown(names(app))["plans"].keys() == {"training_curves", "accuracy_curves"}

    engine.tell(0)

    assert grown(names(app))["shape"] != before


def test_runs_that_have_gone_have_their_page_drawn_anew(going, engine):
    before, gone = feed_of(going)["shape"], names(going)

    engine.restart()

    assert grown(gone)["cards"] == []
    assert grown(gone)["shape"] != before


def test_what_can_not_be_drawn_is_said_by_the_page_not_by_the_answer(going, monkeypatch):
    def missing(_name):
        raise BadInput("There is no dataset “{name}”.", name="pets")

    monkeypatch.setattr(resources, "card", missing)

    told = json.loads(asked(feed_of(going)["query"]).body)

    assert told == {"cards": [], "plans": {}, "shape": UNKNOWN, "every": None}


def test_a_run_that_is_asked_for_many_times_is_told_once(going):
    (name, *_others) = names(going)

    assert len(json.loads(asked(f"runs={f'{name},' * 2000}&lang=en").body)["cards"]) == 1


def test_what_is_done_by_hand_has_it_asked_more_often_again(going, engine):
    live = next(iter(engine.live.values()))
    for each in engine.live.values():
        each.touched -= 2 * YOUNG
    assert grown(names(going))["every"] == 1000

    pauses(live)

    assert grown(names(going))["every"] == 500


def test_whoever_asks_for_nothing_gets_nothing(going):
    assert json.loads(asked("").body)["cards"] == []


def test_nobody_asks_for_runs_that_have_ended(going, engine):
    engine.finish()
    going.run()

    assert feed_of(going) is None
    assert going.session_state["clock"] is None
    assert grown(names(going))["every"] is None


def test_a_browser_whose_questions_are_not_answered_sees_the_page_drawn_now_and_then(going):
    assert going.session_state["clock"] == AGAIN


@pytest.mark.parametrize(("age", "epochs", "seconds"), [(0, 0, 0.25), (0, 1, 0.5), (YOUNG + 1, 0, 1.0), (60, 2, 1.0)])
def test_it_asks_more_often_while_the_curves_are_young(going, engine, age, epochs, seconds):
    for live in engine.live.values():
        live.touched, live.history = time.monotonic() - age, live.history[:epochs]

    assert interval(found_runs(names(going))) == 1000 * seconds


@pytest.mark.parametrize(("base", "path"), [("", "/live"), ("rnnviz", "/rnnviz/live"), ("/a/b/", "/a/b/live")])
def test_the_answers_stand_below_the_path_of_the_app(base, path):
    before = settings.get_option("server.baseUrlPath")
    settings.set_option("server.baseUrlPath", base)
    try:
        assert [route.path for route in routes()] == [path]
    finally:
        settings.set_option("server.baseUrlPath", before)
