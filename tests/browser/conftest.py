"""A real server with real workers, and the system's Chromium."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

from rnnviz.models.classifier import ModelConfig
from rnnviz.runs.store import write_run
from rnnviz.runs.work import train_run
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig, TextConfig

ROOT = Path(__file__).parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing here may need another machine
)
PATIENCE = 120.0
"""Seconds after which a test gives up: enough for workers that start while other tests keep the machine busy."""

expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Server:
    """`streamlit run app.py` in a process of its own, on a store of its own."""

    store: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def link(self, path: str = "", **parameters: str) -> str:
        return f"{self.address}/{path}" + (f"?{urlencode(parameters)}" if parameters else "")

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the server ended at once"
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.address}/_stcore/health") as answer:
                if answer.status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the server did not come up")

    def stop(self) -> None:
        """End the server and whatever it has started; one that was killed by its test is left alone."""
        if self.process.poll() is not None:
            return
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for child in psutil.wait_procs(children, timeout=5)[1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Server]:
    store = folder / "checkpoints"
    shutil.copytree(ROOT / "checkpoints", store, ignore=shutil.ignore_patterns("runs"))
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.address=127.0.0.1",
        f"--server.port={port}",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "RNNVIZ_CHECKPOINTS": str(store), **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        server = Server(store, port, process)
        try:
            server.wait_until_healthy()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with its own workers for all browser tests."""
    with serving(tmp_path_factory.mktemp("server"), RNNVIZ_SCHEDULER="") as server:
        yield server


WORDS = ["the", "film", "was", "lovely", "and", "its", "cast", "dull"]


@pytest.fixture(scope="session")
def reader(server: Server) -> str:
    """The name of a net that reads words, in the store of the server."""
    rows = [(f"{WORDS[number % 8]} {WORDS[number % 7]} {number}", ("bad", "good")[number % 2]) for number in range(40)]
    config = RunConfig(
        text=TextConfig(unit="word", min_count=1, max_tokens=400),
        model=ModelConfig(cell="gru", embedding_size=3, hidden_size=4),
        epochs=1,
    )
    write_run(server.store / "runs" / "word-reader", train_run(config, Dataset("words", tuple(rows), "word")))
    return "word-reader"


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """A server that nobody has opened yet; it has no workers, because nobody trains on it."""
    with serving(tmp_path, RNNVIZ_SCHEDULER="tcp://127.0.0.1:9") as server:
        yield server


@dataclass
class Browsers:
    """A browser for each language, opened when it is asked for.

    One stays open for all tests: what it has loaded and compiled of Streamlit's scripts need not be
    loaded and compiled for each test anew, which takes longer than most tests.
    """

    playwright: Playwright
    path: str
    folder: Path
    opened: dict[str, BrowserContext] = field(default_factory=dict)

    def speaking(self, language: str) -> BrowserContext:
        if language not in self.opened:
            self.opened[language] = self.playwright.chromium.launch_persistent_context(
                self.folder / language,
                executable_path=self.path,
                args=list(FLAGS),
                locale={"en": "en-GB", "ru": "ru-RU"}[language],
            )
            self.opened[language].set_default_timeout(PATIENCE * 1000)
        return self.opened[language]

    def close(self) -> None:
        for context in self.opened.values():
            context.close()


@pytest.fixture(scope="session")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip(f"there is no Chromium here; looked for {', '.join(CHROMIUM)}")
    with sync_playwright() as playwright:
        browsers = Browsers(playwright, path, tmp_path_factory.mktemp("browsers"))
        yield browsers
        browsers.close()


@dataclass
class Tabs:
    """Opens tabs, and keeps what went wrong in them; to the app each is another visitor."""

    browsers: Browsers
    pages: list[Page] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def open(self, language: str = "en", theme: str = "light", width: int = 1280, height: int = 900) -> Page:
        page = self.browsers.speaking(language).new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.on("pageerror", lambda error: self.trouble.append(f"{page.url}: {error}"))
        page.on("console", self._listen)
        self.pages.append(page)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        source = urlsplit(message.location.get("url", ""))
        probing = "/_stcore/" in source.path  # Streamlit looks for its base path below the page first
        outside = source.hostname not in {None, "127.0.0.1"}  # icons of its menu, which nobody misses
        if message.type == "error" and not probing and not outside:
            self.trouble.append(f"{message.location.get('url')}: {message.text}")

    def close(self) -> None:
        """Close them, and forget what the app has left in their browsers."""
        for page in self.pages:
            page.close()
        for context in self.browsers.opened.values():
            context.clear_cookies()


@pytest.fixture
def tabs(browsers: Browsers) -> Iterator[Tabs]:
    """Every test also asserts that nothing went wrong in the console of its tabs."""
    tabs = Tabs(browsers)
    yield tabs
    tabs.close()
    assert not tabs.trouble


@pytest.fixture
def tab(tabs: Tabs) -> Page:
    return tabs.open()


def wait_until(fulfilled: Callable[[], object]) -> None:
    """Wait for what no page shows."""
    deadline = time.monotonic() + PATIENCE
    while not fulfilled():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def settled(page: Page) -> None:
    """Wait until the server has drawn the page to its end."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def follow(page: Page, title: str) -> None:
    """Choose a page in the menu."""
    page.get_by_test_id("stTopNavLink").filter(has_text=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    settled(page)


def boxes(page: Page) -> list[str]:
    """The texts of all boxes that say something went wrong."""
    errors = page.get_by_test_id("stAlertContentError").all() + page.get_by_test_id("stException").all()
    return [box.inner_text() for box in errors]
