"""An existing cluster: a scheduler and a worker that share nothing with the app but the installed package."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import rnnviz
from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import WEIGHTS
from rnnviz.runs.engine import Engine
from rnnviz.runs.live import Stage
from rnnviz.runs.steering import Press
from rnnviz.runs.store import RunStore
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import train_run
from rnnviz.text.sources import Dataset, load_dataset
from rnnviz.text.vectors import fingerprint_of
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.presets import config_for
from tests.runs.engine.waiting import ended, wait_until


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory) -> Iterator[str]:
    """The address of a scheduler with a worker, in a folder with the package and none of the project's data."""
    folder = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(Path(rnnviz.__file__).parent, folder / "site" / "rnnviz")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RNNVIZ_")}
    environment["PYTHONPATH"] = str(folder / "site")
    environment["DASK_LOGGING__DISTRIBUTED"] = "error"
    told = folder / "scheduler.json"
    dask = [sys.executable, "-P", "-m", "dask"]
    quiet = {"cwd": folder, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    commands = [
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", told, "--no-dashboard"],
        [*dask, "worker", "--scheduler-file", told, "--nthreads", "1", "--no-dashboard"],
    ]
    processes = [subprocess.Popen(list(map(str, command)), **quiet) for command in commands]
    deadline = time.monotonic() + 60
    while not told.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield json.loads(told.read_text())["address"]
    for process in reversed(processes):  # workers first: without a scheduler they would look for it for a while
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def engine(scheduler, tmp_path_factory) -> Iterator[Engine]:
    engine = Engine(RunStore(tmp_path_factory.mktemp("checkpoints")), scheduler)
    engine.wait_until_ready(120)
    yield engine
    engine.close()


@pytest.fixture
def config() -> RunConfig:
    return changed(RunConfig("pets-en"), {"model.cell": "gru", "epochs": 2, "model.hidden_size": 4})


def test_the_workers_do_not_have_the_projects_data(engine):
    def has_data() -> bool:
        from rnnviz.text.sources import DATA

        return DATA.exists()

    assert not any(engine._client.run(has_data).values())


def test_a_bundled_dataset_travels_with_the_task_and_the_weights_with_its_result(engine, config):
    card = load_dataset("pets-en").card

    live = ended(engine.submit(config, card, Watch(pinned=("Rex",))))

    assert live.stage is Stage.ENDED, live.failure
    assert (engine.store.folder(live.run) / WEIGHTS).read_bytes() == train_run(config, load_dataset("pets-en"))[WEIGHTS]
    assert all("Rex" in epoch["pinned"] for epoch in live.history)


def test_pretrained_vectors_travel_with_the_task(engine, config, tmp_path, monkeypatch):
    rows = tuple((f"a {word} film {number}", word) for number in range(10) for word in ("good", "bad"))
    films = Dataset("films", rows, "word")
    (tmp_path / "tiny.txt").write_text("good 1 0\nfilm 0 2\n")
    config = changed(config_for(films), {"model.embedding_size": 2, "model.hidden_size": 3, "epochs": 1})
    config = dataclasses.replace(config, vectors=fingerprint_of(tmp_path / "tiny.txt"))
    with pytest.raises(BadInput, match="is not in data/vectors"):
        engine.submit(config, films)

    monkeypatch.setattr("rnnviz.text.vectors.FOLDER", tmp_path)
    live = ended(engine.submit(config, films))

    assert live.stage is Stage.ENDED, live.failure
    expected = train_run(config, films, vectors=tmp_path / "tiny.txt")
    assert (engine.store.folder(live.run) / WEIGHTS).read_bytes() == expected[WEIGHTS]
    assert engine.store.info(live.run).vectors.found == 2

    (tmp_path / "tiny.txt").unlink()
    longer = ended(engine.extend(engine.store.info(live.run), 1, films))
    assert engine.store.info(longer.run).vectors.found == 2


def test_a_training_there_is_steered_and_kept_here(engine, config):
    long = dataclasses.replace(config, epochs=100, patience=0, batch_size=16)
    live = engine.submit(long, load_dataset("pets-en").card)
    wait_until((engine.store.unfinished.root / f"{live.id}.zip").exists)

    engine.order(live, Press.PAUSE)
    wait_until(lambda: live.paused)
    engine.order(live, Press.STOP)

    assert ended(live).ended["reason"] == "stopped"
    assert engine.store.info(live.run).continuable
