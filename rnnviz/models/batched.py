"""The written-out cells over padded batches of texts: slower than `torch.nn`, but every step can be reached."""

import torch
from torch import Tensor

from rnnviz.models.classifier import Classifier, reverse_texts


def read_layers(classifier: Classifier, layer: int, embedded: Tensor, lengths: Tensor) -> dict[str, Tensor]:
    """The states (batch, time, H) of one layer (from 0), each direction in the order in which it reads.

    `embedded` is (batch, time, embedding), padded behind each text, `lengths` (batch,).
    """
    inputs = embedded
    for below in range(layer):
        ways = [
            reverse_texts(states, lengths) if direction == "reverse" else states
            for direction, states in _read_layer(classifier, below, inputs, lengths).items()
        ]
        inputs = torch.cat(ways, dim=-1)
    return _read_layer(classifier, layer, inputs, lengths)


def _read_layer(classifier: Classifier, layer: int, inputs: Tensor, lengths: Tensor) -> dict[str, Tensor]:
    return {direction: _read(classifier, layer, direction, inputs, lengths) for direction in classifier.directions}


def _read(classifier: Classifier, layer: int, direction: str, inputs: Tensor, lengths: Tensor) -> Tensor:
    in_order = reverse_texts(inputs, lengths) if direction == "reverse" else inputs
    cell = classifier.cell(layer, direction)
    state, hidden = cell.initial_state(len(inputs)), []
    for x in in_order.unbind(dim=1):
        _values, state = cell.step(x, state)
        hidden.append(state[0])
    return torch.stack(hidden, dim=1)
