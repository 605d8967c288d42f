"""Streamlit as a subprocess: started on a free port with a store of its own, ended with all its workers."""

import os
import shutil
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app.py"
ECHO = Path(__file__).with_name("echo_page.py")
START_TIMEOUT = 60.0
END_TIMEOUT = 15.0


@dataclass(frozen=True)
class Server:
    """A Streamlit that runs, or is about to."""

    process: psutil.Popen
    url: str
    log: Path
    started: float
    """When the command was given, in seconds since 1970."""

    def is_up(self) -> bool:
        """Whether it answers; `RuntimeError` with its last words where it has ended."""
        if self.process.poll() is not None:
            raise RuntimeError(f"Streamlit has ended by itself: {self.log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_until_up(self) -> None:
        end = time.monotonic() + START_TIMEOUT
        while not self.is_up():
            if time.monotonic() > end:
                raise TimeoutError(f"Streamlit does not answer: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def nannies(self) -> list[psutil.Process]:
        """The processes that keep a worker alive, one each."""
        return [
            child for child in self.process.children() if any("distributed.Nanny" in word for word in _words(child))
        ]

    def workers(self) -> list[psutil.Process]:
        """The processes that train."""
        below = [child for nanny in self.nannies() for child in nanny.children()]
        return [child for child in below if any("spawn_main" in word for word in _words(child))]

    def scheduler(self) -> str | None:
        """Where the app's Dask scheduler listens, once it does."""
        words = [word for nanny in self.nannies() for word in _words(nanny)]
        return next((word for word in words if word.startswith("tcp://")), None)


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


@contextmanager
def app_starting() -> Iterator[Server]:
    """The app on a copy of the bundled checkpoints, without those made since; perhaps not up yet."""
    with tempfile.TemporaryDirectory(prefix="rnnviz-bench-") as folder:
        store = Path(folder) / "checkpoints"
        shutil.copytree(ROOT / "checkpoints", store, ignore=shutil.ignore_patterns("runs"))
        with _streamlit(APP, ROOT, Path(folder), {"RNNVIZ_CHECKPOINTS": str(store)}) as server:
            yield server


@contextmanager
def app() -> Iterator[Server]:
    """The app, up."""
    with app_starting() as server:
        server.wait_until_up()
        yield server


@contextmanager
def echo() -> Iterator[Server]:
    """The bare page that the keys are measured against, up: Streamlit as it comes, without our settings."""
    with (
        tempfile.TemporaryDirectory(prefix="rnnviz-bench-") as folder,
        _streamlit(ECHO, Path(folder), Path(folder), {"STREAMLIT_SERVER_HEADLESS": "true"}) as server,
    ):
        server.wait_until_up()
        yield server


@contextmanager
def _streamlit(script: Path, settings: Path, folder: Path, environment: dict[str, str]) -> Iterator[Server]:
    """What `make run` does, on a free port and without a cluster from the environment; `settings` has `.streamlit`."""
    inherited = {name: value for name, value in os.environ.items() if name != "RNNVIZ_SCHEDULER"}
    port, log = free_port(), folder / "streamlit.log"
    started = time.time()
    with log.open("wb") as output:
        process = psutil.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)],
            cwd=settings,
            env={**inherited, **environment},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield Server(process, f"http://localhost:{port}", log, started)
    finally:
        end(process)


def end(process: psutil.Popen) -> None:
    """End a process that leads a session as a user would, and whatever of its family is still there after a while."""
    family = session_of(process.pid)
    if process.poll() is None:
        process.terminate()
    psutil.wait_procs([process, *family], timeout=END_TIMEOUT)
    stubborn = session_of(process.pid)
    for left in stubborn:
        print(f"ends only by force: {left}", file=sys.stderr)
        left.kill()
    psutil.wait_procs([process, *stubborn], timeout=END_TIMEOUT)


def session_of(leader: int) -> list[psutil.Process]:
    """The living processes of a session, also those whose parent has gone."""
    return [process for process in psutil.process_iter() if _session(process) == leader]


def _session(process: psutil.Process) -> int | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else os.getsid(process.pid)
    except (psutil.Error, ProcessLookupError):
        return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
