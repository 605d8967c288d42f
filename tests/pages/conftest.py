"""Pages without a browser: each test has a store of its own and a run engine that trains in this process.

Nothing is kept from one test to the next.
"""

import base64
import dataclasses
import filecmp
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from rnnviz.language import use_language
from rnnviz.runs.audience import Audience
from rnnviz.runs.checkpoint import Files, RunInfo, unpack_info
from rnnviz.runs.live import LiveRun
from rnnviz.runs.steering import Order, Press
from rnnviz.runs.store import RunStore, stored_name
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import Message, run_id, train_run
from rnnviz.text.corpus import Corpus, tokenize
from rnnviz.text.sources import Dataset, DatasetCard
from rnnviz.training.config import RunConfig, changed
from rnnviz.ui import resources
from tests.installed_components import installed_components

__all__ = ["installed_components"]

ROOT = Path(__file__).parents[2]
BUNDLED_RUNS = ROOT / "checkpoints"
LARGE = 100_000
"""Bytes from which on a file of the bundled runs is shared by the tests: seven gigabytes would be copied."""

Open = Callable[..., AppTest]


@dataclasses.dataclass
class FakeEngine:
    """Looks like the run engine, but every message comes when the test says so."""

    store: RunStore
    live: dict[str, LiveRun] = dataclasses.field(default_factory=dict)
    submitted: list[tuple[RunConfig, Corpus, Watch]] = dataclasses.field(default_factory=list)
    ordered: list[tuple[str, Order]] = dataclasses.field(default_factory=list)
    audience: Audience = dataclasses.field(default_factory=lambda: Audience(lambda _run: None, grace=0.0))
    failure: Exception | None = None
    ready: bool = True
    _jobs: dict[str, tuple[list[Message], Files]] = dataclasses.field(default_factory=dict)
    _told: dict[str, int] = dataclasses.field(default_factory=dict)

    def wait_until_ready(self, timeout: float = 0.0) -> None:
        if self.failure is not None:
            raise self.failure

    def submit(self, config: RunConfig, dataset: Dataset | DatasetCard, watch: Watch = Watch()) -> LiveRun:
        name = run_id(config, dataset)
        if name in self.live and self.live[name].active:
            return self.live[name]
        how = config.text.unit, config.text.contradictions
        brought = isinstance(dataset, Dataset)
        corpus = tokenize(dataset, *how) if brought else resources.open_corpus(dataset.name, *how)
        self.submitted.append((config, corpus, watch))
        self.live[name], self._told[name] = LiveRun(name, config), 0
        messages: list[Message] = []
        self._jobs[name] = messages, train_run(config, corpus, watch, messages.append)
        return self.live[name]

    def get(self, name: str) -> LiveRun | None:
        return self.live.get(name)

    def stop(self, live: LiveRun) -> None:
        """End after what was told so far, as the real engine ends after the batch it is at."""
        config, corpus, watch = next(job for job in self.submitted if job[0] == live.config)
        messages: list[Message] = []
        inbox: SimpleQueue[Order] = SimpleQueue()

        def hear(message: Message) -> None:
            messages.append(message)
            if len(messages) >= self._told[live.id]:
                inbox.put(Press.STOP)

        self._jobs[live.id] = messages, train_run(config, corpus, watch, hear, inbox)
        self._told[live.id] = len(messages) - 1
        self.finish(live.id)

    def order(self, live: LiveRun, order: Order) -> None:
        self.ordered.append((live.id, order))

    def line(self, live: LiveRun) -> tuple[int, float | None]:
        return 0, None

    def interrupted(self) -> list[str]:
        return self.store.unfinished.interrupted(lambda name: name in self.live and self.live[name].active)

    def resume(self, name: str) -> LiveRun:
        request = self.store.unfinished.open(name).request
        return self.submit(request.config, request.dataset, request.watch)

    def extend(self, run: RunInfo, epochs: int, dataset: Dataset | DatasetCard, watch: Watch = Watch()) -> LiveRun:
        return self.submit(changed(run.config, {"epochs": run.epochs + epochs}), dataset, watch)

    def tell(self, epochs: int) -> None:
        """Every active run tells what it has to tell until so many epochs are done."""
        for name, live in self.live.items():
            messages = self._jobs[name][0]
            last = next(
                (place for place, each in enumerate(messages) if each["kind"] == "epoch" and each["epoch"] == epochs),
                len(messages) - 1,
            )
            for message in messages[self._told[name] : last + 1]:
                live.hear(message)
            self._told[name] = max(self._told[name], last + 1)

    def finish(self, *names: str) -> None:
        """Runs come to their end, and into the store."""
        for name in names or tuple(self.live):
            messages, files = self._jobs[name]
            for message in messages[self._told[name] :]:
                self.live[name].hear(message)
            stored = stored_name(name, unpack_info(name, files))
            self.store.write(stored, files)
            self.live[name].finish(stored)

    def save(self, live: LiveRun) -> None:
        self.store.write(live.id, live.unsaved or {})
        live.finish(live.id)

    def restart(self) -> None:
        """A new server process knows nothing of the runs before."""
        self.live.clear()


@pytest.fixture(scope="session", autouse=True)
def no_magic():
    """No page shows a value by writing it on a line of its own; looking for such lines takes a third of the time."""
    before = config.get_option("runner.magicEnabled")
    config.set_option("runner.magicEnabled", False)
    yield
    config.set_option("runner.magicEnabled", before)


def forget() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture(autouse=True)
def nothing_kept():
    """AppTest gives every test the same session, so what is cached would pass from one to the next."""
    forget()
    yield
    forget()


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never the cache of the checkout; what takes a second once (the baselines) stays there for the other tests."""
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="session")
def bundled_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One copy of the bundled runs for all tests, as it was to the end."""
    folder = tmp_path_factory.mktemp("bundled") / "checkpoints"
    shutil.copytree(BUNDLED_RUNS, folder, ignore=shutil.ignore_patterns("runs"))
    yield folder
    for path in filter(Path.is_file, folder.rglob("*")):
        assert filecmp.cmp(path, BUNDLED_RUNS / path.relative_to(folder), shallow=False), f"a test has spoiled {path}"


def copied(source: str, copy: str) -> None:
    """A file that a test may write over; weights of megabytes may only be taken away, or another put in their place."""
    if Path(source).stat().st_size > LARGE:
        os.link(source, copy)
    else:
        shutil.copyfile(source, copy)


@pytest.fixture(autouse=True)
def checkpoints_folder(bundled_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled runs that the test may spoil."""
    folder = tmp_path / "store"
    shutil.copytree(bundled_runs, folder, copy_function=copied)
    monkeypatch.setattr("rnnviz.runs.store.CHECKPOINTS", folder)
    return folder


@pytest.fixture(autouse=True)
def nothing_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the app computes in a process of its own, these tests compute in theirs."""
    monkeypatch.setattr("rnnviz.runs.baseline_files.apart", lambda work, *given, tell: work(*given, tell))


@pytest.fixture(autouse=True)
def engine(checkpoints_folder: Path, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """Never the real workers: nothing in these tests starts a process."""
    fake = FakeEngine(RunStore(checkpoints_folder))
    monkeypatch.setattr("rnnviz.ui.resources.engine", lambda: fake)
    return fake


BEGIN_LIKE_A_FRESH_SERVER = PagesManager.__init__


@pytest.fixture(autouse=True)
def router_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest begins every run like a fresh server, which runs a page without `app.py`; a real one does so once."""

    def begin(self: PagesManager, *args: Any, **settings: Any) -> None:
        BEGIN_LIKE_A_FRESH_SERVER(self, *args, **settings)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begin)


@pytest.fixture
def fresh_server(monkeypatch: pytest.MonkeyPatch, router_known: None) -> None:
    monkeypatch.setattr(PagesManager, "__init__", BEGIN_LIKE_A_FRESH_SERVER)


@pytest.fixture
def small_datasets(names: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty names in place of four thousand, under the names of the bundled datasets."""

    def open_small(name: str, unit: str, contradictions: str, *_: object) -> Corpus:
        return tokenize(dataclasses.replace(names, name=name), unit, contradictions)

    monkeypatch.setattr("rnnviz.ui.resources.open_corpus", open_small)


@pytest.fixture
def open_page() -> Open:
    """Open a page as a link does: page file, browser language, and the parameters behind the question mark."""

    def open_page(page: str, language: str | None = "en", **parameters: Any) -> AppTest:
        use_language((language or "en")[:2])  # AppTest asks the page for the words of its options
        app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
        app.context["locale"] = language
        app.query_params.update(parameters)
        if page != "home":
            app.switch_page(f"pages/{page}.py")
        return app.run()

    return open_page


def go_to(app: AppTest, page: str) -> AppTest:
    """Follow the menu, which leaves the parameters of the old page behind."""
    app.query_params.clear()
    return app.switch_page(f"pages/{page}.py").run()


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    assert not button.disabled, label
    return button.click().run()


def figures(app: AppTest) -> dict[str, dict[str, Any]]:
    """The pictures on the page by their key, as Plotly's JSON with the arrays unpacked."""
    return {chart.key: unpacked(json.loads(chart.proto.spec)) for chart in app.get("plotly_chart")}


def drawn_lines(app: AppTest) -> dict[str, dict[str, Any]]:
    """The pictures of lines on the page by their key: what the browser was told to draw."""
    return sent_to(app, "rnnviz_lines")


def unpacked(value: Any) -> Any:
    """Plotly sends an array as its bytes in base 64."""
    if isinstance(value, dict) and "bdata" in value:
        array = np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"]))
        shape = [int(size) for size in str(value.get("shape", "")).split(",") if size.strip()]
        return array.reshape(shape) if shape else array
    if isinstance(value, dict):
        return {key: unpacked(part) for key, part in value.items()}
    return [unpacked(part) for part in value] if isinstance(value, list) else value


def said(app: AppTest) -> list[str]:
    """Everything in a box on the page, without what only Markdown needs."""
    return [plain(box.value) for box in (*app.error, *app.warning, *app.info)]


def plain(markdown: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace("\u2060", "").replace("**", "")


@dataclasses.dataclass(frozen=True)
class DrawnTrace:
    """What a picture of a trace in the browser was told: its plan, and the values that it draws."""

    plan: dict[str, Any]
    about: dict[str, Any]
    arrays: dict[str, np.ndarray]
    """By quantity (tokens, units), and of "probabilities" (tokens, classes); the tokens are those in `about`."""

    @property
    def heatmaps(self) -> list[np.ndarray]:
        """The values in each heat map, from the top down: those of the tokens in the window."""
        first, (start, stop) = self.about["first"], self.plan["window"]
        return [self.arrays[panel["name"]][start - first : stop - first] for panel in self.plan["panels"]]


def drawn_traces(app: AppTest) -> dict[str, DrawnTrace]:
    """The pictures of traces on the page by their key; each asks for values by slot and id, which must have come."""
    pictures = parts_sent_to(app, "rnnviz_trace")
    brought = [*parts_sent_to(app, "rnnviz_cargo").values(), *(values for _plan, *values in pictures.values())]
    cargos = {(cargo["slot"], cargo["id"]): cargo for sent in brought for cargo in sent}
    found = {}
    for key, (plan, *_values) in pictures.items():
        cargo = cargos[plan["values"]["slot"], plan["values"]["id"]]
        numbers = np.frombuffer(base64.b64decode(cargo["bytes"]), "<f4")
        ends = np.cumsum([length for _name, length in cargo["arrays"]])
        parts = zip(cargo["arrays"], np.split(numbers, ends[:-1]), strict=True)
        arrays = {name: part.reshape(len(cargo["about"]["tokens"]), -1) for (name, _length), part in parts}
        found[key] = DrawnTrace(plan, cargo["about"], arrays)
    return found


def sent_to(app: AppTest, component: str) -> dict[str, Any]:
    """What each component of this name on the page was sent, by its key."""
    return {key: sent[0] for key, sent in parts_sent_to(app, component).items()}


def parts_sent_to(app: AppTest, component: str) -> dict[str, list[Any]]:
    """The same of a component that is sent several things: a picture and what it draws, or any number of cargos."""
    found: dict[str, list[Any]] = {}

    def collect(element: Any) -> None:
        proto = getattr(element, "proto", None)
        if getattr(proto, "component_name", "") == component:
            found[proto.id.split("-", 2)[2]] = json.loads(proto.json)
        for child in getattr(element, "children", {}).values():
            collect(child)

    collect(app.main)
    return found
