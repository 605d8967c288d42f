"""Drawings that somebody who types on has overtaken: those that need not be drawn, and those that must not be lost.

Streamlit draws a fragment for what stood in its widgets when it was asked for. Where many wait for their turn,
that is often no longer what stands there; the next drawing, of what does, comes only after this one.
"""

import threading
import time

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

PATIENCE = 0.5
"""Seconds after which a browser that takes nothing is no longer waited for."""
LOOKS = 0.005
"""Seconds between two looks at what is still to be sent."""


def session_name() -> str:
    """A name for the session that draws; empty outside of any."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_outdated() -> bool:
    """Whether this is a fragment that has been asked for anew since its widgets were read.

    Streamlit has no public way to ask. Should a later version keep it elsewhere, the answer is no, and a test says so.
    """
    context = get_script_run_ctx()
    if not getattr(context, "fragment_ids_this_run", None):
        return False
    requests = getattr(context, "script_requests", None)
    return is_overtaken() and bool(getattr(getattr(requests, "_rerun_data", None), "fragment_id_queue", None))


def is_overtaken() -> bool:
    """Whether this session has asked for another drawing since this one began, of whatever part of the page."""
    requests = getattr(get_script_run_ctx(), "script_requests", None)
    return getattr(requests, "_state", None) is ScriptRequestType.RERUN


def begin_anew() -> None:
    """Give up this drawing of a fragment for one of what stands in its widgets now."""
    st.rerun(scope="fragment")


def wait_until_sent() -> None:
    """Keep a drawing from ending before it is on its way to the browser; at most `PATIENCE` seconds.

    Streamlit throws away what it has not sent yet when a fragment is drawn anew. On a busy server that befell
    one answer after the other of somebody who typed on: forty who type together waited 1.5 s, and now 0.6.
    """
    session = _session()
    if session is None:
        return
    until, taken = time.monotonic() + PATIENCE, threading.Event()
    session._event_loop.call_soon_threadsafe(taken.set)  # behind all that was drawn, on its way into the queue
    taken.wait(PATIENCE)
    while not session._browser_queue.is_empty() and time.monotonic() < until:
        time.sleep(LOOKS)


def _session() -> AppSession | None:
    """The session that draws, from where Streamlit keeps it for itself; None where it is not there."""
    try:
        found = get_instance()._session_mgr.get_active_session_info(session_name())
    except (RuntimeError, AttributeError):
        return None
    session = found.session if found else None
    return session if hasattr(session, "_event_loop") and hasattr(session, "_browser_queue") else None
