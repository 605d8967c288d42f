"""The run engine with real Dask workers: one cluster for all tests of this folder."""

import dataclasses
from collections.abc import Iterator

import pytest

from rnnviz.runs.engine import Engine
from rnnviz.runs.store import RunStore
from rnnviz.training.config import RunConfig


def make_small(patch: pytest.MonkeyPatch) -> None:
    """Two workers, one to be killed and one to take over; as much time to start as a busy machine needs."""
    patch.delenv("RNNVIZ_SCHEDULER", raising=False)
    patch.setattr("rnnviz.runs.cluster.workers_for", lambda cores: 2)
    patch.setattr("rnnviz.runs.engine.START_TIMEOUT", 180.0)


@pytest.fixture
def small_cluster(monkeypatch) -> None:
    """The clusters that the test itself starts."""
    make_small(monkeypatch)


@pytest.fixture(scope="package")
def engine(tmp_path_factory) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        engine = Engine(RunStore(tmp_path_factory.mktemp("checkpoints")))
        engine.wait_until_ready(180.0)
    yield engine
    engine.close()


@pytest.fixture
def neighbour(engine, tmp_path) -> Iterator[Engine]:
    """A second engine, with a store of its own, on the cluster of the first."""
    (tmp_path / "file").write_text("not a folder")
    neighbour = Engine(RunStore(tmp_path / "file"), scheduler=engine._client.scheduler.address)
    neighbour.wait_until_ready()
    yield neighbour
    neighbour.close()


@pytest.fixture
def config(configs) -> RunConfig:
    return configs["lstm"]


@pytest.fixture
def long(config) -> RunConfig:
    """A training of some seconds."""
    return dataclasses.replace(config, batch_size=4, epochs=200)
