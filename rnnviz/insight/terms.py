"""One neuron at one step, itemised: every term of its weighted sum, and what comes out of it."""

from dataclasses import dataclass

import numpy as np
import torch

from rnnviz.errors import OUT_OF_RANGE, BadInput, Term
from rnnviz.insight.trace import Trace
from rnnviz.language import N_
from rnnviz.models.neurons import NEURONS
from rnnviz.models.unrolled import embed, unroll_classifier
from rnnviz.training.trained import Floats, Reading, TrainedModel


@dataclass(frozen=True)
class Weights:
    """The parameters of one layer and direction as `torch.nn` has them, G gates below one another."""

    input: Floats
    """W_i (G·H, I)"""
    recurrent: Floats
    """W_h (G·H, H)"""
    input_bias: Floats
    """(G·H,)"""
    recurrent_bias: Floats
    """(G·H,)"""


@dataclass(frozen=True)
class Sum:
    """The weighted sum of one neuron: its terms add up to `preactivation`, which is squashed to `value`."""

    name: str
    activation: str
    input_terms: Floats
    """w_j x_j for each component j of the input, (I,)"""
    input_bias: float
    recurrent_terms: Floats
    """k · w_j h_j for each unit j of the state before, (H,)"""
    recurrent_bias: float
    """k · b"""
    factor: float
    """k: what the recurrent part is multiplied with; 1 where nothing is."""
    value: float

    @property
    def preactivation(self) -> float:
        terms = self.input_terms.sum(dtype=np.float64) + self.recurrent_terms.sum(dtype=np.float64)
        return float(terms + self.input_bias + self.recurrent_bias)


def weights(model: TrainedModel, traced: Trace) -> Weights:
    """The weights of the layer and direction that a trace is of."""
    cell = model.classifier.cell(traced.layer, traced.direction)
    parts = (cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh)
    return Weights(*(part.detach().numpy() for part in parts))


@torch.no_grad()
def layer_inputs(model: TrainedModel, reading: Reading, layer: int) -> Floats:
    """What a layer reads at each token, (tokens, I): the embedding, or all directions of the layer below."""
    embedded = embed(model.classifier, torch.from_numpy(reading.ids))
    if layer == 0:
        return np.asarray(embedded[:, 0].numpy())
    steps = unroll_classifier(model.classifier, embedded).steps
    below = [steps[layer - 1, direction] for direction in model.classifier.directions]
    return np.concatenate([np.concatenate([step["hidden"].numpy() for step in way]) for way in below], axis=-1)


def state_before(traced: Trace, step: int) -> Floats:
    """h_{t-1}, (H,): the hidden state after the step that was read before; zeros where reading begins."""
    place = step + (1 if traced.direction == "reverse" else -1)
    hidden = traced.values["hidden"]
    return hidden[place] if 0 <= place < len(hidden) else np.zeros_like(hidden[0])


def neuron_sums(
    model: TrainedModel, reading: Reading, traced: Trace, step: int, unit: int, inputs: Floats | None = None
) -> list[Sum]:
    """The weighted sum of each gate for one unit (from 0) at one step (from 0), in the order of the weights.

    `inputs` is what `layer_inputs` gives, where it is already at hand. `BadInput` for a
    step or unit that there is not.
    """
    check(Term(N_("Time step")), step, len(traced.tokens))
    check(Term(N_("Unit")), unit, traced.units)
    x = (layer_inputs(model, reading, traced.layer) if inputs is None else inputs)[step]
    h, given = state_before(traced, step), weights(model, traced)
    sums = []
    for neuron in NEURONS[traced.cell]:
        row = neuron.rows * traced.units + unit
        factor = 1.0 if neuron.factor is None else float(traced.values[neuron.factor][step, unit])
        sums.append(
            Sum(
                neuron.name,
                neuron.activation,
                given.input[row] * x,
                float(given.input_bias[row]),
                np.float32(factor) * given.recurrent[row] * h,
                factor * float(given.recurrent_bias[row]),
                factor,
                float(traced.values[neuron.name][step, unit]),
            )
        )
    return sums


def check(name: Term, value: int, count: int) -> None:
    if not 0 <= value < count:
        raise BadInput(OUT_OF_RANGE, name=name, value=value, low=0, high=count - 1)
