"""Independent answers: the same nets on `torch.nn` alone, taken from the weights by their contract names.

Nothing here touches the written-out cells or the instruments that the tests hold against it.
"""

import copy
from collections.abc import Iterator
from itertools import product

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.models.classifier import DIRECTIONS, Classifier, ModelConfig
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.config import RunConfig
from rnnviz.training.trained import Reading, TrainedModel

MODULES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
CELL_MODULES = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}
PARAMETERS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")

LETTERS = "abcdefgh"
NETS = [(cell, layers, direction) for cell, layers, direction in product(MODULES, (1, 2, 3, 4), DIRECTIONS)]
SHALLOW_NETS = [net for net in NETS if net[1] <= 2]


def named(nets: list[tuple[str, int, str]]) -> list[str]:
    return [f"{cell}-{layers}-{direction}" for cell, layers, direction in nets]


def untrained(
    cell: str, layers: int = 1, direction: str = "forward", seed: int = 0, **settings: object
) -> TrainedModel:
    """A model with three classes whose random weights are large enough that every mistake shows."""
    torch.manual_seed(seed)
    settings = {"embedding_size": 4, "hidden_size": 5, "initialisation": "pytorch", **settings}
    config = ModelConfig(cell=cell, layers=layers, direction=direction, **settings)
    vocabulary = Vocabulary(("<pad>", "<unk>", *LETTERS))
    classifier = Classifier(config, len(vocabulary), 3).eval()
    with torch.no_grad():
        for parameter in classifier.rnn.parameters():
            parameter.mul_(1.5)
    return TrainedModel(RunConfig(model=config), ("ant", "bee", "cow"), vocabulary, classifier)


def in_float64(model: TrainedModel) -> TrainedModel:
    return TrainedModel(model.config, model.classes, model.vocabulary, copy.deepcopy(model.classifier).double())


def embedded(model: TrainedModel, reading: Reading) -> Tensor:
    """What the lowest layer reads, (time, embedding)."""
    return model.classifier.state_dict()["embedding.weight"][torch.from_numpy(reading.ids)]


def torch_stack(model: TrainedModel, layers: int) -> nn.RNNBase:
    """The lowest layers as a `torch.nn` module of their own, time first."""
    config, state = model.config.model, model.classifier.state_dict()
    stack = MODULES[config.cell](
        config.embedding_size, config.hidden_size, num_layers=layers, bidirectional=config.direction == "both"
    ).to(state["head.weight"].dtype)
    stack.load_state_dict({name: state[f"rnn.{name}"] for name in stack.state_dict()})
    return stack.requires_grad_(False)


def stack_outputs(model: TrainedModel, reading: Reading, layers: int) -> Tensor:
    """What `torch.nn` gives after some layers, (time, hidden · directions), in text order."""
    inputs = embedded(model, reading)
    if layers == 0:
        return inputs
    backwards = model.config.model.direction == "reverse"
    outputs = torch_stack(model, layers)(inputs.flip(0) if backwards else inputs)[0]
    return outputs.flip(0) if backwards else outputs


def weights_of(model: TrainedModel, layer: int, direction: str) -> dict[str, Tensor]:
    """The four parameters of a layer and direction by their names without suffix."""
    suffix = f"_l{layer}" + ("_reverse" if direction == "reverse" and model.config.model.direction == "both" else "")
    state = model.classifier.state_dict()
    return {name: state[f"rnn.{name}{suffix}"] for name in PARAMETERS}


def torch_layer(model: TrainedModel, layer: int, direction: str) -> nn.RNNBase:
    """One layer and direction as a `torch.nn` module that reads forward, time first."""
    weights = weights_of(model, layer, direction)
    size, inputs = weights["weight_hh"].shape[1], weights["weight_ih"].shape[1]
    module = MODULES[model.config.model.cell](inputs, size).to(weights["weight_hh"].dtype)
    module.load_state_dict({f"{name}_l0": value for name, value in weights.items()})
    return module.requires_grad_(False)


def torch_cell(model: TrainedModel, layer: int, direction: str) -> nn.RNNCellBase:
    """The same as a `torch.nn` cell, one step at a time."""
    weights = weights_of(model, layer, direction)
    size, inputs = weights["weight_hh"].shape[1], weights["weight_ih"].shape[1]
    cell = CELL_MODULES[model.config.model.cell](inputs, size).to(weights["weight_hh"].dtype)
    cell.load_state_dict(weights)
    return cell.requires_grad_(False)


def layer_states(model: TrainedModel, reading: Reading, layer: int, direction: str) -> list[tuple[Tensor, ...]]:
    """The states that a `torch.nn` cell goes through, (h,) or (h, c), each (hidden,), in text order."""
    cell, inputs = torch_cell(model, layer, direction), stack_outputs(model, reading, layer)
    state, states = None, []
    for x in inputs.flip(0) if direction == "reverse" else inputs:
        found = cell(x[None], state)
        state = found
        states.append(tuple(part[0] for part in (found if isinstance(found, tuple) else (found,))))
    return states[::-1] if direction == "reverse" else states


def final_state(model: TrainedModel, tokens: Tensor) -> Tensor:
    """What the read-out sees of embedded tokens (time, embedding): h_n of `torch.nn`'s top layer."""
    stack, direction = torch_stack(model, model.config.model.layers), model.config.model.direction
    final = stack(tokens.flip(0) if direction == "reverse" else tokens)[1]
    hidden = final[0] if isinstance(final, tuple) else final
    return torch.cat([hidden[-2], hidden[-1]]) if direction == "both" else hidden[-1]


def scores(model: TrainedModel, state: Tensor) -> Tensor:
    head = model.classifier.state_dict()
    return head["head.weight"] @ state + head["head.bias"]


def prediction(model: TrainedModel, reading: Reading) -> np.ndarray:
    """Class probabilities of one text, unpadded and unpacked."""
    return torch.softmax(scores(model, final_state(model, embedded(model, reading))), dim=-1).numpy()


def shortened(reading: Reading, tokens: slice) -> Reading:
    """A part of a reading, as if nothing else had been typed."""
    return Reading("", reading.tokens[tokens], reading.ids[tokens], (), 0)


def ways(nets: list[tuple[str, int, str]]) -> Iterator[tuple[str, int, str, str]]:
    """Each net with each of the directions in which it reads."""
    for cell, layers, direction in nets:
        for read in ("forward", "reverse") if direction == "both" else (direction,):
            yield cell, layers, direction, read
