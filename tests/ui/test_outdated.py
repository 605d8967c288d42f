"""Whether a drawing is still wanted: what Streamlit keeps for itself, asked of Streamlit itself."""

from types import SimpleNamespace

import pytest
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


def test_outside_of_any_session_nothing_is_outdated(monkeypatch):
    monkeypatch.setattr(outdated, "get_script_run_ctx", lambda: None)

    assert not outdated.is_outdated()
    assert outdated.session_name() == ""
