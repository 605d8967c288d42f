"""What many tests share: forty names, and one small trained net of each cell."""

from pathlib import Path

import pytest
import torch

from rnnviz.language import use_language
from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import ModelConfig
from rnnviz.runs.checkpoint import Files, unpack_model
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.text.sources import Dataset
from rnnviz.training.config import OptimiserConfig, RunConfig, TextConfig
from rnnviz.training.trained import TrainedModel

CATS = """мурка милка дымка киска тишка фимка муся алиса лиса маркиза
симка соня багира ася масяня пушок том рыжик барсик зоя"""
DOGS = """рекс барс тузик полкан бобик шарик дик джек буран трезор
граф лорд цезарь рой бим тайга альма бублик арчи мухтар"""


@pytest.fixture(autouse=True)
def english():
    """Every test begins in English, whatever the one before it spoke."""
    use_language("en")


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Nets this small are fastest on one thread, which leaves the other core alone."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def names() -> Dataset:
    rows = [(name, "cat") for name in CATS.split()] + [(name, "dog") for name in DOGS.split()]
    return Dataset("names", tuple(rows), "character")


@pytest.fixture(scope="session")
def configs() -> dict[str, RunConfig]:
    """A training of two short epochs for each cell."""
    return {
        cell: RunConfig(
            dataset="names",
            text=TextConfig(min_count=1),
            model=ModelConfig(cell=cell, embedding_size=4, hidden_size=5),
            optimiser=OptimiserConfig(learning_rate=0.05),
            batch_size=8,
            epochs=2,
            patience=0,
        )
        for cell in CELLS
    }


@pytest.fixture(scope="session")
def checkpoints(names: Dataset, configs: dict[str, RunConfig]) -> dict[str, Files]:
    """The files of a trained run for each cell."""
    return {cell: train_run(config, names) for cell, config in configs.items()}


@pytest.fixture(scope="session")
def models(checkpoints: dict[str, Files]) -> dict[str, TrainedModel]:
    """A trained model for each cell; nobody changes them."""
    return {cell: unpack_model(cell, files) for cell, files in checkpoints.items()}


@pytest.fixture
def store(tmp_path: Path, checkpoints: dict[str, Files]) -> RunStore:
    """A store of its own for each test, the three runs bundled in it by the name of their cell."""
    for cell, files in checkpoints.items():
        write_run(tmp_path / "checkpoints" / cell, files)
    return RunStore(tmp_path / "checkpoints")
