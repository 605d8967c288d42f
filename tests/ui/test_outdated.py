"""Whether a drawing is still wanted: what Streamlit keeps for itself, asked of Streamlit itself."""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from rnnviz.ui import outdated


@pytest.fixture
def drawing(monkeypatch):
    """A fragment that is being drawn, and what has been asked for since."""
    requests = ScriptRequests()
    context = SimpleNamespace(session_id="ours", script_requests=requests, fragment_ids_this_run=["a fragment"])
    monkeypatch.setattr(outdated, "get_script_run_ctx", lambda: context)
    return context


def test_a_fragment_is_outdated_once_it_is_asked_for_anew(drawing):
    assert not outdated.is_outdated()

    drawing.script_requests.request_rerun(RerunData(fragment_id="a fragment"))

    assert outdated.is_outdated()


def test_it_no_longer_is_when_it_has_begun_anew(drawing):
    drawing.script_requests.request_rerun(RerunData(fragment_id="a fragment"))
    drawing.script_requests.on_scriptrunner_ready()

    assert not outdated.is_outdated()


def test_a_whole_page_is_broken_off_by_streamlit_itself(drawing):
    drawing.script_requests.request_rerun(RerunData())

    assert not outdated.is_outdated()


def test_a_fragment_within_the_whole_page_is_never_outdated(drawing):
    drawing.fragment_ids_this_run = None
    drawing.script_requests.request_rerun(RerunData(fragment_id="a fragment"))

    assert not outdated.is_outdated()


def test_a_drawing_is_overtaken_by_whatever_is_asked_for_until_that_begins(drawing):
    drawing.fragment_ids_this_run = None
    assert not outdated.is_overtaken()

    drawing.script_requests.request_rerun(RerunData(fragment_id="another fragment"))
    assert outdated.is_overtaken()

    drawing.script_requests.on_scriptrunner_ready()
    assert not outdated.is_overtaken()


def test_outside_of_any_session_nothing_is_outdated(monkeypatch):
    monkeypatch.setattr(outdated, "get_script_run_ctx", lambda: None)

    assert not outdated.is_outdated()
    assert not outdated.is_overtaken()
    assert outdated.session_name() == ""


@pytest.fixture
def server(monkeypatch):
    """A session whose messages pass through a real loop into Streamlit's own queue; nobody sends them on."""
    loop, queue = asyncio.new_event_loop(), ForwardMsgQueue()
    runner = threading.Thread(target=loop.run_forever)
    runner.start()
    session = SimpleNamespace(_event_loop=loop, _browser_queue=queue)
    manager = SimpleNamespace(get_active_session_info=lambda _name: SimpleNamespace(session=session))
    monkeypatch.setattr(outdated, "get_instance", lambda: SimpleNamespace(_session_mgr=manager))
    yield session
    loop.call_soon_threadsafe(loop.stop)
    runner.join()
    loop.close()


def drawn_by(session) -> None:
    session._event_loop.call_soon_threadsafe(session._browser_queue.enqueue, ForwardMsg(session_status_changed={}))


def test_a_drawing_does_not_end_before_it_is_sent(server):
    drawn_by(server)
    waiting = threading.Thread(target=outdated.wait_until_sent)
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()

    server._event_loop.call_soon_threadsafe(server._browser_queue.flush)

    waiting.join(outdated.PATIENCE / 2)
    assert not waiting.is_alive()


def test_a_browser_that_takes_nothing_is_not_waited_for_long(server, monkeypatch):
    monkeypatch.setattr(outdated, "PATIENCE", 0.05)
    drawn_by(server)
    begun = time.monotonic()

    outdated.wait_until_sent()

    assert time.monotonic() - begun >= 0.05
    assert not server._browser_queue.is_empty()


def test_what_is_waited_for_is_still_where_streamlit_keeps_it():
    assert "_session_mgr" in Runtime.__init__.__code__.co_names
    assert {"_event_loop", "_browser_queue"} <= set(AppSession.__init__.__code__.co_names)


def test_without_a_server_nothing_is_waited_for():
    outdated.wait_until_sent()
