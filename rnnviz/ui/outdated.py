"""What is drawn for a text that has changed since need not be drawn at all.

Streamlit draws a fragment for what stood in its widgets when it was asked for. Where many wait for their turn,
that is often no longer what stands there; the next drawing, of what does, comes only after this one.
"""

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx


def session_name() -> str:
    """A name for the session that draws; empty outside of any."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_outdated() -> bool:
    """Whether this is a fragment that has been asked for anew since its widgets were read.

    Streamlit has no public way to ask. Should a later version keep it elsewhere, the answer is no, and a test says so.
    """
    context = get_script_run_ctx()
    requests = getattr(context, "script_requests", None)
    if not getattr(context, "fragment_ids_this_run", None) or requests is None:
        return False
    asked = getattr(requests, "_state", None) is ScriptRequestType.RERUN
    return asked and bool(getattr(getattr(requests, "_rerun_data", None), "fragment_id_queue", None))


def begin_anew() -> None:
    """Give up this drawing of a fragment for one of what stands in its widgets now."""
    st.rerun(scope="fragment")
