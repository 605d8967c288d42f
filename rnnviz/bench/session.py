"""One session of a Streamlit app without a browser: the websocket, what is drawn, and the clocks of the fragments.

It does what the page of the pinned Streamlit does with `ForwardMsg` and `BackMsg` (streamlit.proto), but keeps no
large messages to be spared them later: the app sends more to it than to a browser, never less.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from rnnviz.bench.following import follow

T = TypeVar("T")
FOLLOWED = "rnnviz_progress"
TIMEOUT = 120.0
CONTEXT = ContextInfo(timezone="UTC", timezone_offset=0, locale="en-US", is_embedded=False, color_scheme="light")


@dataclass(frozen=True)
class Drawn:
    """An element, its kind (the field in `Element`), and the fragment, run and address of the page that it is from."""

    kind: str
    element: Any
    fragment: str
    run: str
    address: str


@asynccontextmanager
async def open_session(url: str) -> AsyncIterator["Session"]:
    """Open a page of an app and wait until its script has run through; leave it in the end."""
    parts = urlsplit(url)
    stream = f"ws://{parts.netloc}/_stcore/stream"
    async with connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=None) as connection:
        session = Session(connection, parts.path.strip("/"), parts.query, f"{parts.scheme}://{parts.netloc}")
        both = [asyncio.create_task(session.listen()), asyncio.create_task(session.talk())]
        try:
            session.rerun()
            await session.until(lambda: session.finished)
            yield session
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)


class Session:
    """A tab: the elements by their place, the address, the widgets that were touched, a clock for each fragment."""

    def __init__(self, connection: ClientConnection, page: str, address: str, app: str = "") -> None:
        self.address = address
        """The query string, as the app has set it last."""
        self.finished = False
        """Whether a run of the script or a fragment has come to its end since the last click or key."""
        self.failures: list[str] = []
        """Exceptions and errors that were shown, and why the connection broke."""
        self._connection, self._page, self._script = connection, page, ""
        self._drawn: dict[tuple[int, ...], Drawn] = {}
        self._values: dict[str, WidgetState] = {}
        self._clocks: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._run, self._fragments = "", frozenset[str]()
        self._app = app
        self._following: asyncio.Task[None] | None = None
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._news, self._lost = asyncio.Event(), False

    def drawn(self, kind: str) -> list[Drawn]:
        """The elements of a kind, from the top of the page to its end."""
        return [drawn for _place, drawn in sorted(self._drawn.items()) if drawn.kind == kind]

    def shows(self, kind: str, label: str) -> bool:
        """Whether there is a widget of this kind and label that can be used."""
        return any(each.element.label == label and not each.element.disabled for each in self.drawn(kind))

    def widget(self, kind: str, label: str) -> Drawn:
        """The widget of this kind and label, the last on the page; `LookupError` where there is none."""
        return {drawn.element.label: drawn for drawn in self.drawn(kind)}[label]

    def click(self, label: str) -> None:
        """Press a button."""
        button = self.widget("button", label)
        self.rerun(button.fragment, WidgetState(id=button.element.id, trigger_value=True))

    def fill(self, label: str, value: str | float) -> None:
        """Give a text box this text, or a number box this number."""
        kind, field = ("text_input", "string_value") if isinstance(value, str) else ("number_input", "double_value")
        box = self.widget(kind, label)
        state = self._values[box.element.id] = WidgetState(id=box.element.id)
        setattr(state, field, value)
        self.rerun(box.fragment)

    def rerun(self, fragment: str = "", *clicked: WidgetState, by_clock: bool = False) -> None:
        """Ask for a run of the script, or of one fragment, with all widgets as they are."""
        self.finished = self.finished and by_clock
        state = ClientState(
            query_string=self.address,
            widget_states=WidgetStates(widgets=[*self._values.values(), *clicked]),
            page_script_hash=self._script,
            page_name="" if self._script else self._page,
            fragment_id=fragment,
            is_auto_rerun=by_clock,
            context_info=CONTEXT,
        )
        self._outbox.put_nowait(BackMsg(rerun_script=state).SerializeToString())

    async def talk(self) -> None:
        """Send what was clicked, key by key, until the connection ends."""
        with suppress(ConnectionClosed):  # which `listen` says
            while True:
                await self._connection.send(await self._outbox.get())

    async def until(self, condition: Callable[[], T], timeout: float = TIMEOUT) -> T:
        """Wait until something holds of the page; gives what the condition gave."""
        async with asyncio.timeout(timeout):
            while not (found := condition()):
                if self._lost:
                    raise ConnectionError(f"The app has left the session: {self.failures}")
                await self._news.wait()
        return found

    async def listen(self) -> None:
        """Take in messages until the connection ends; that the app ends it is a failure."""
        try:
            while True:
                self._hear(ForwardMsg.FromString(await self._connection.recv(decode=False)))
                self._tell()
        except ConnectionClosed as error:
            self.failures.append(f"the connection was lost: {error}")
        finally:
            self._lost = True
            self._stop_following()
            self._stop_clocks(list(self._clocks))
            self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _hear(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                run = message.metadata.run
                self._run, self._fragments = run.script_run_id, frozenset(run.fragment_ids)
                if not self._fragments:
                    self._script = message.new_session.page_script_hash
                    self._stop_clocks(list(self._clocks))
            case "navigation":
                self._script = message.navigation.page_script_hash
            case "delta":
                self._draw(message.delta, tuple(message.metadata.delta_path))
            case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self._drawn = {place: drawn for place, drawn in self._drawn.items() if not self._is_stale(drawn)}
                self.finished = True
            case "page_info_changed":
                self.address = message.page_info_changed.query_string
            case "auto_rerun":
                self._start_clock(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                self._stop_clocks(message.stop_auto_rerun.fragment_ids)
            case "session_event" if message.session_event.HasField("script_compilation_exception"):
                self.failures.append(message.session_event.script_compilation_exception.message)

    def _draw(self, delta: Delta, place: tuple[int, ...]) -> None:
        if delta.WhichOneof("type") == "add_block":
            self._drawn.pop(place, None)
        elif kind := delta.new_element.WhichOneof("type"):
            self._drawn = {other: drawn for other, drawn in self._drawn.items() if other[: len(place)] != place}
            element = getattr(delta.new_element, kind)
            self._drawn[place] = Drawn(kind, element, delta.fragment_id, self._run, self.address)
            if getattr(element, "component_name", "") == FOLLOWED:
                self._follow(self._drawn[place])
            if getattr(element, "set_value", False):  # the app has changed the widget
                self._values.pop(element.id, None)
            if kind == "exception" or (kind == "alert" and element.format == Alert.ERROR):
                self.failures.append(str(element))

    def _follow(self, drawn: Drawn) -> None:
        """Ask for what grows as this element tells the browser to, and for its fragment where that has to be drawn."""
        self._stop_following()
        if feed := json.loads(drawn.element.json)[0]["feed"]:
            changed = partial(self.rerun, drawn.fragment, by_clock=True)
            self._following = asyncio.create_task(follow(self._app, feed, changed))
            self._following.add_done_callback(self._say_unanswered)

    def _stop_following(self) -> None:
        if self._following is not None:
            self._following.cancel()

    def _say_unanswered(self, following: "asyncio.Task[None]") -> None:
        if not following.cancelled() and (error := following.exception()):
            self.failures.append(f"what grows was not answered: {error}")

    def _is_stale(self, drawn: Drawn) -> bool:
        """Whether the run that has just ended would have drawn it again if it still belonged to the page."""
        return drawn.run != self._run and (not self._fragments or drawn.fragment in self._fragments)

    def _start_clock(self, fragment: str, interval: float) -> None:
        async def tick() -> None:
            while True:
                await asyncio.sleep(interval)
                self.rerun(fragment, by_clock=True)

        if fragment not in self._clocks or self._clocks[fragment][0] != interval:
            self._stop_clocks([fragment])
            self._clocks[fragment] = interval, asyncio.create_task(tick())

    def _stop_clocks(self, fragments: Iterable[str]) -> None:
        for fragment in self._clocks.keys() & set(fragments):
            self._clocks.pop(fragment)[1].cancel()
