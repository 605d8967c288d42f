"""Which units tell most: by what the answer loses without them, by how much they move, by the class they go with.

The sentiment neuron (Radford et al. 2017) was found by its correlation with the class,
the cells that Karpathy et al. (2015) coloured text by were found by looking.
"""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from rnnviz.errors import NOT_ONE_OF, BadInput, Term, listed
from rnnviz.insight.ablation import final_states
from rnnviz.insight.decisive import predicted
from rnnviz.insight.surgery import OperatedClassifier
from rnnviz.insight.trace import Trace
from rnnviz.language import N_
from rnnviz.models.cells import Touch
from rnnviz.training.data import Part
from rnnviz.training.trained import Floats, Reading, TrainedModel


def unit_effects(model: TrainedModel, reading: Reading, layer: int, direction: str) -> Floats:
    """What the answer loses without each unit of a layer and direction, (units, classes).

    The probabilities of the whole net less those with the hidden state of this unit held at 0
    throughout, as `surgery` does it; all units at once, each in a row of its own of one batch.
    """
    units = model.config.model.hidden_size
    others = 1 - torch.eye(units)

    def silence(name: str, value: Tensor) -> Tensor:
        return value * others if name == "hidden" else value

    def at_every_step(_step: int) -> Touch:
        return silence

    classifier = OperatedClassifier(model.classifier, {(layer, direction): at_every_step})
    silenced = replace(model, classifier=classifier)
    lost: Floats = model.probabilities([reading]) - silenced.probabilities([reading] * units)
    return lost


def unit_variances(trace: Trace, quantity: str) -> Floats:
    """The variance of a gate or state of each unit over the tokens of the text, (units,)."""
    if quantity not in trace.values:
        raise BadInput(NOT_ONE_OF, name=Term(N_("State or gate")), value=quantity, allowed=listed(sorted(trace.values)))
    spread: Floats = trace.values[quantity].var(axis=0)
    return spread


def class_correlations(model: TrainedModel, part: Part, layer: int, direction: str) -> Floats:
    """Pearson's correlation of each unit's last state with each class (1 for its texts, else 0), (units, classes).

    0 where the unit or the class never varies over the texts of the part.
    """
    states = final_states(model, part, layer, direction).astype(np.float64)
    belongs = part.labels[:, None] == np.arange(len(model.classes))
    states -= states.mean(axis=0)
    centred = belongs - belongs.mean(axis=0)
    scale = np.sqrt((states**2).sum(axis=0)[:, None] * (centred**2).sum(axis=0))
    correlation = np.divide(states.T @ centred, scale, out=np.zeros_like(scale), where=scale > 0)
    return np.asarray(correlation, dtype=np.float32)


def ranked(values: Floats) -> list[int]:
    """Units by the size of their value (units,), the largest first, whatever its sign; equal ones by number."""
    return [int(unit) for unit in np.argsort(-np.abs(values), kind="stable")]


def effects_on_answer(model: TrainedModel, reading: Reading, trace: Trace) -> Floats:
    """The effects of the units of a trace on the class that is answered, (units,)."""
    return np.asarray(unit_effects(model, reading, trace.layer, trace.direction)[:, predicted(trace)])
