"""A look at a training comes to the browser in one piece: asked of Streamlit itself, which has no public way for it."""

import pytest
from streamlit.testing.v1 import AppTest


def draw(how: str) -> None:
    """A page that draws two lines in a fragment, and notes how much had been sent when it had drawn the second."""
    import streamlit as st
    from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

    from rnnviz.ui.page import live

    context, sent = get_script_run_ctx(), []
    send = context._enqueue

    def noted(message):
        sent.extend([message.delta.new_element.markdown.body] if message.HasField("delta") else [])
        send(message)

    def lines():
        st.markdown("one")
        st.markdown("two")
        st.session_state["sent before"] = [text for text in sent if text]
        if how == "broken":
            raise RuntimeError("on purpose")

    context._enqueue = noted
    try:
        live(lines, run_every=None if how == "still" else 60.0)()
    except RuntimeError:
        pass
    finally:
        st.session_state["sent"] = [text for text in sent if text]
        st.session_state["left as it was"] = context._enqueue is noted
        context._enqueue = send


def drawn(how: str) -> AppTest:
    return AppTest.from_function(draw, args=(how,)).run()


def test_of_what_grows_nothing_is_sent_before_all_of_it_is_drawn():
    page = drawn("growing")

    assert not page.exception
    assert page.session_state["sent before"] == []
    assert page.session_state["sent"] == ["one", "two"]
    assert [text.value for text in page.markdown] == ["one", "two"]
    assert page.session_state["left as it was"]


def test_what_is_drawn_for_a_click_is_sent_piece_by_piece():
    assert drawn("still").session_state["sent before"] == ["one", "two"]


def test_a_drawing_that_breaks_still_sends_what_it_had():
    page = drawn("broken")

    assert page.session_state["sent before"] == []
    assert page.session_state["sent"][:2] == ["one", "two"]
    assert page.session_state["left as it was"]


@pytest.mark.parametrize("context", [None, object()])
def test_outside_of_streamlit_or_in_another_one_nothing_is_held_back(monkeypatch, context):
    from rnnviz.ui import at_once

    monkeypatch.setattr(at_once, "get_script_run_ctx", lambda: context)
    with at_once.sent_at_once():
        pass
