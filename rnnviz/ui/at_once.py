"""What a drawing changes on a page, sent to the browser in one go."""

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx


@contextmanager
def sent_at_once() -> Iterator[None]:
    """Hold back what is drawn inside until all of it is.

    The browser goes through the whole page for every handful of changes that reaches it: for a look at a training
    that came in pieces up to ten times, on the machine that trains. Streamlit has no public way to ask for this.
    Should a later version send in another way, nothing is held back, and a test says so.
    """
    context = get_script_run_ctx()
    send = getattr(context, "_enqueue", None)
    if context is None or send is None:
        yield
        return
    held: list[ForwardMsg] = []
    context._enqueue = held.append
    try:
        yield
    finally:
        context._enqueue = send
        for message in held:
            send(message)
