"""The bench of a class: its sessions against a page that is up, its arithmetic without one."""

import asyncio
import random

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from rnnviz.bench import USUAL, server
from rnnviz.bench.classroom import answered, percentile, steering_figures, watched
from rnnviz.bench.killing import GAPS, Experiment, configs, figures, gaps
from rnnviz.bench.session import Session, open_session


def page() -> Session:
    """A session that has no connection: it is told its messages by the test."""
    return Session(None, "", "lang=en&watch=a,b")


def begins(run: str, *fragments: str) -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.page_script_hash = "page"
    message.metadata.run.script_run_id = run
    message.metadata.run.fragment_ids.extend(fragments)
    return message


def bar(place: list[int], text: str, fragment: str = "") -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.bidi_component.component_name = "rnnviz_answers"
    message.delta.new_element.bidi_component.json = text
    message.delta.fragment_id = fragment
    message.metadata.delta_path.extend(place)
    return message


def address(query: str) -> ForwardMsg:
    message = ForwardMsg()
    message.page_info_changed.query_string = query
    return message


def ends(status: int) -> ForwardMsg:
    return ForwardMsg(script_finished=status)


def told(session: Session, *messages: ForwardMsg) -> list[str]:
    for message in messages:
        session._hear(message)
    return [drawn.element.json for drawn in session.drawn("bidi_component")]


async def echoes(url: str, texts: list[str]) -> list[str]:
    """What the page answers to each of the texts."""
    heard = []
    async with open_session(url) as session:
        for text in texts:
            session.fill("Text", text)
            heard.append(await session.until(lambda text=text: echo_of(session, text), timeout=20))
        assert session.failures == []
    return heard


def echo_of(session: Session, text: str) -> str | None:
    return next((drawn.element.body for drawn in session.drawn("markdown") if drawn.element.body == text), None)


def test_a_session_over_the_websocket_hears_the_answer_to_each_key():
    with server.echo() as bare:
        assert asyncio.run(echoes(bare.url, ["r", "re", "rex"])) == ["r", "re", "rex"]


def test_a_widget_that_is_not_on_the_page_is_a_lookup_error():
    with pytest.raises(LookupError):
        page().click("Train")


def test_a_run_that_ends_takes_away_what_it_has_not_drawn_again():
    session = page()
    told(session, begins("1"), bar([0, 0], "a"), bar([0, 1], "b"), ends(ForwardMsg.FINISHED_SUCCESSFULLY))
    shown = told(session, begins("2"), bar([0, 0], "c"), ends(ForwardMsg.FINISHED_SUCCESSFULLY))
    assert shown == ["c"]


def test_a_run_that_was_broken_off_takes_nothing_away():
    session = page()
    told(session, begins("1"), bar([0, 0], "a"), bar([0, 1], "b"), ends(ForwardMsg.FINISHED_SUCCESSFULLY))
    assert told(session, begins("2"), bar([0, 0], "c"), ends(ForwardMsg.FINISHED_EARLY_FOR_RERUN)) == ["c", "b"]


def test_a_fragment_that_ends_leaves_the_rest_of_the_page():
    session = page()
    told(session, begins("1"), bar([0, 0], "a"), bar([0, 1], "b", "f"), bar([0, 2], "c", "f"))
    told(session, ends(ForwardMsg.FINISHED_SUCCESSFULLY))
    shown = told(session, begins("2", "f"), bar([0, 1], "d", "f"), ends(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))
    assert shown == ["a", "d"]


def test_an_error_that_is_shown_is_a_failure_and_a_warning_is_none():
    session, message = page(), ForwardMsg()
    message.delta.new_element.alert.format = message.delta.new_element.alert.WARNING
    told(session, message)
    assert session.failures == []
    message.delta.new_element.alert.format = message.delta.new_element.alert.ERROR
    told(session, message)
    message.delta.new_element.exception.message = "no such run"
    told(session, message)
    assert len(session.failures) == 2


def test_an_answer_counts_for_the_letters_that_stood_in_the_address_when_it_was_drawn():
    session = page()
    told(session, begins("1"), bar([0, 0], "{}"))
    assert answered(session, "rex") == 0
    told(session, begins("2"), address("text=re"))
    assert answered(session, "rex") == 0
    told(session, bar([0, 0], "{}"))
    assert answered(session, "rex") == 2
    assert answered(session, "luna") == 0


def test_the_runs_of_a_page_stand_in_its_address():
    assert watched(page()) == ["a", "b"]


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 10), (0.95, 19), (0.951, 20), (1.0, 20)])
def test_a_percentile_is_one_of_the_values(share, value):
    assert percentile(random.Random(0).sample(range(1, 21), 20), share) == value


def test_clicks_are_judged_by_the_slow_ones_and_going_on_is_none_of_them():
    delays = [{"Pause": 0.1, "Go on": 9.0, "Set": 0.2, "Stop": 0.25}] * 9 + [{"Pause": 0.1, "Set": 0.2, "Stop": 0.4}]
    every, *_alone, stop = steering_figures(delays)
    assert (every.value, every.met) == (0.25, True)
    assert stop.value == 0.25


def test_an_experiment_is_judged_by_the_runs_that_ended_with_the_same_weights():
    names = list(configs())
    assert len(names) == 12
    peaceful = Experiment(dict.fromkeys(names, (b"best", b"last")), 50.0, 0)
    disturbed = Experiment(dict.fromkeys(names[:10], (b"best", b"last")) | {names[10]: (b"best", b"")}, 75.0, 20)
    kills, ended, same, time = figures(peaceful, disturbed)
    assert (kills.met, ended.value, ended.met, same.value, same.met) == (True, 11, False, 10, False)
    assert time.value == 1.5


def test_kills_fall_at_random_times_between_their_bounds():
    waits = gaps(20, random.Random(4))
    assert len(set(waits)) == 20
    assert all(GAPS[0] <= wait <= GAPS[1] for wait in waits)


def test_the_class_is_measured_only_where_it_is_asked_for():
    assert "class" not in USUAL
