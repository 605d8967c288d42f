"""A session without a browser follows a training as page Train does in one."""

import asyncio
import json

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from rnnviz.bench import following
from rnnviz.bench.following import follow
from rnnviz.bench.session import FOLLOWED, Session

FEED = {"query": "runs=a&lang=en", "every": 1, "shape": "one"}


class Answers:
    """Told one after the other, the last again and again; remembers what was asked for."""

    def __init__(self, *told):
        self.told, self.asked = list(told), []

    def __call__(self, address):
        self.asked.append(address)
        return self.told.pop(0) if len(self.told) > 1 else self.told[0]


@pytest.fixture
def app(monkeypatch):
    """What the app answers, as the test says."""

    def answering(*told):
        answers = Answers(*told)
        monkeypatch.setattr(following, "answer", answers)
        return answers

    return answering


async def followed(feed, questions, answers):
    """How often the page had to be drawn anew in so many questions."""
    drawn = []
    task = asyncio.create_task(follow("http://app", feed, lambda: drawn.append(len(answers.asked))))
    async with asyncio.timeout(10):
        while len(answers.asked) < questions:
            await asyncio.sleep(0.001)
    task.cancel()
    return drawn


def test_the_page_is_drawn_anew_once_for_each_new_shape(app):
    told = [{"shape": shape, "every": None} for shape in ("one", "two", "two", "three")]
    answers = app(*told)

    assert asyncio.run(followed(FEED, 6, answers)) == [2, 4]
    assert set(answers.asked) == {"http://app/live?runs=a&lang=en"}


def test_the_app_says_how_often_it_wants_to_be_asked(app):
    answers = app({"shape": "one", "every": 60_000})

    async def asks():
        task = asyncio.create_task(follow("http://app", FEED, lambda: None))
        await asyncio.sleep(0.2)
        task.cancel()

    asyncio.run(asks())
    assert len(answers.asked) == 1


def progress(feed) -> ForwardMsg:
    message = ForwardMsg()
    element = message.delta.new_element.bidi_component
    element.component_name, element.json = FOLLOWED, json.dumps([{"cards": [], "feed": feed}])
    message.delta.fragment_id = "fragment"
    message.metadata.delta_path.extend([0, 0])
    return message


def test_a_session_follows_while_its_page_says_so_and_asks_for_the_fragment_that_has_changed(app):
    answers = app({"shape": "two", "every": None})
    session = Session(None, "train", "", "http://app")

    async def draws():
        session._hear(progress(FEED))
        await asyncio.sleep(0.2)
        session._hear(progress(None))
        asked = len(answers.asked)
        await asyncio.sleep(0.2)
        assert len(answers.asked) <= asked + 1, "one question may have been on its way"

    asyncio.run(draws())
    assert answers.asked
    assert session._outbox.qsize() == 1
    assert b"fragment" in session._outbox.get_nowait()
    assert session.failures == []


def test_a_question_that_is_not_answered_is_a_failure_of_the_session(monkeypatch):
    def refuse(_address):
        raise OSError("refused")

    monkeypatch.setattr(following, "answer", refuse)
    session = Session(None, "train", "", "http://app")

    async def draws():
        session._hear(progress(FEED))
        await asyncio.sleep(0.2)

    asyncio.run(draws())
    assert session.failures == ["what grows was not answered: refused"]
