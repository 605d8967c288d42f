"""What a ready experiment is: an experiment with its question, asked before, and its answer, given after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnviz.training.config import RunConfig, changed, value_at
from rnnviz.training.experiment import Experiment, checked, trainable


@dataclass(frozen=True)
class ReadyExperiment:
    """Cells × values of one setting × seeds on one of our datasets."""

    title: str
    question: str
    """What changes, and what to say before looking."""
    measured: str
    """What a run of it showed, and why; Markdown."""
    dataset: str
    cells: tuple[str, ...]
    seeds: tuple[int, ...]
    setting: str
    """The path of what is varied."""
    values: tuple[Any, ...]
    """The usual one first."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """By path: what is not as the app has it for the dataset."""
    own: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """By cell: which of the values it takes, where it does not take all."""
    curve: str = "validation_accuracy"
    """The measure whose curves show it best."""

    def experiment(self, base: RunConfig) -> Experiment:
        """All its runs; `base` are the defaults that fit its dataset."""
        settings = changed(base, self.settings)
        return trainable(
            checked(Experiment(self.title, settings, self.cells, self.setting, self.values, self.seeds, self.own))
        )

    def holds(self, config: RunConfig, base: RunConfig) -> bool:
        """Whether a run of this configuration belongs to it, whatever its seed."""
        cell, value = config.model.cell, value_at(config, self.setting)
        if base.dataset != self.dataset or cell not in self.cells or value not in self.own.get(cell, self.values):
            return False
        own = {self.setting: value, "model.cell": cell, "seed": config.seed}
        return config == changed(base, {**self.settings, **own})
