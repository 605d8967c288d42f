"""How many numbers a recurrent part has, and how many units another cell needs to have as many."""

import dataclasses

from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import ModelConfig
from rnnviz.training.config import LIMITS


def recurrent_parameters(config: ModelConfig) -> int:
    """The numbers in all weights and biases of the recurrent layers; embedding and head are not among them.

    With B blocks (one, or one for each gate), H units and I inputs a layer and direction has B·(H·I + H·H + 2·H).
    """
    blocks, units = max(1, len(CELLS[config.cell].gates)), config.hidden_size
    ways = 2 if config.direction == "both" else 1
    inputs = [config.embedding_size] + [units * ways] * (config.layers - 1)
    return sum(ways * blocks * units * (size + units + 2) for size in inputs)


def units_for(config: ModelConfig, parameters: int) -> int:
    """The hidden size, within what can be trained, whose recurrent part comes nearest to so many parameters."""
    limit = LIMITS["model.hidden_size"]
    sizes = range(int(limit.low), int(limit.high) + 1)

    def off(units: int) -> int:
        return abs(recurrent_parameters(dataclasses.replace(config, hidden_size=units)) - parameters)

    return min(sizes, key=off)
