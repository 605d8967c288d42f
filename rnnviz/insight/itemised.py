r"""The gradient of each weight, itemised by time step: which steps of a text teach the net what.

An unrolled net uses the same matrix W at every step. Give each step a copy W_t of its own:
the gradient of W is the sum of those of the copies (Werbos 1990, Rumelhart et al. 1986),

    ∂L/∂W = Σ_t ∂L/∂W_t,    ∂L/∂W_t = δ_t ⊗ u_t,

where u_t is the vector that W multiplies at step t (the input x_t or the state h_{t-1}; 1
for a bias) and δ_t is the gradient of the product W u_t. A part is an outer product, so
its L2 norm is ‖δ_t‖·‖u_t‖, and no copy is ever made.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnnviz.errors import NOT_ONE_OF, BadInput, Term, listed
from rnnviz.insight.trace import chosen_part
from rnnviz.language import N_
from rnnviz.models.cells import CELLS, Cell, Values
from rnnviz.models.unrolled import embed, unroll_classifier
from rnnviz.training.trained import Floats, Reading, TrainedModel

WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
"""The weights of a layer and direction, as `torch.nn` calls them."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """The gradient of one weight, or of the rows of one gate in it, by time step in text order."""

    weight: str
    """One of `WEIGHTS`."""
    gate: str | None
    """Whose rows; None for all of them."""
    norms: Floats
    """(tokens,): ‖∂L/∂W_t‖, the L2 (Frobenius) norm of the part of step t."""
    shares: Floats
    """(tokens,): the norm divided by the sum of the norms. Never negative; says where much happens."""
    projections: Floats
    """(tokens,): ⟨∂L/∂W_t, ∂L/∂W⟩ / ‖∂L/∂W‖². Adds up to 1; negative where a step pulls against the sum."""
    whole: float
    """‖∂L/∂W‖ = ‖Σ_t ∂L/∂W_t‖, what is left when the parts have been added."""

    @property
    def agreement(self) -> float:
        """‖Σ parts‖ / Σ ‖parts‖: 1 where all steps pull the same way, near 0 where they cancel; 0 if all are 0."""
        total = float(self.norms.astype(np.float64).sum())
        return self.whole / total if total else 0.0


@dataclass(frozen=True)
class ItemisedGradient:
    """The gradient of the loss of one text with respect to one layer and direction of a net, itemised."""

    cell: str
    tokens: tuple[str, ...]
    layer: int
    direction: str
    target: str
    """The class whose cross-entropy is the loss."""
    parts: tuple[Part, ...]
    """Each weight whole, in the order of `WEIGHTS`; then the rows of each gate of each, where a cell has gates."""
    gradient_norm: float
    """‖∂L/∂θ‖ over all parameters of the net, embedding and head among them: what clipping looks at."""
    epoch: int | None = None
    """The epoch of the weights; None for the best ones."""

    def part(self, weight: str, gate: str | None = None) -> Part:
        """The part of a weight, or of a gate of it; `KeyError` where there is none."""
        for part in self.parts:
            if (part.weight, part.gate) == (weight, gate):
                return part
        raise KeyError((weight, gate))

    def half_within(self, weight: str) -> int | None:
        """How many of the last steps give half of the sum of the norms of a weight; None where all are 0."""
        norms = self.part(weight).norms.astype(np.float64)[self.steps_back]
        return int(np.searchsorted(norms.cumsum(), norms.sum() / 2)) + 1 if norms.any() else None

    @property
    def steps_back(self) -> slice:
        """Takes values by token into the order of steps back from where reading ended."""
        return slice(None, None, -1) if self.direction == "forward" else slice(None)


@dataclass(frozen=True)
class StepFactors:
    """The two factors of each step's part: ∂L/∂weight_ih at t is `input_deltas[t]` ⊗ `inputs[t]`, and so on."""

    input_deltas: Doubles
    """(tokens, G·H): ∂L/∂(W_ih x_t + b_ih), also the part of bias_ih."""
    hidden_deltas: Doubles
    """(tokens, G·H): ∂L/∂(W_hh h_{t-1} + b_hh), also the part of bias_hh."""
    inputs: Doubles
    """(tokens, I): x_t, of a higher layer the states of the one below."""
    before: Doubles
    """(tokens, H): h_{t-1}, zeros where reading begins."""

    def of(self, weight: str) -> tuple[Doubles, Doubles]:
        """δ (tokens, G·H) and u (tokens, columns) of a weight; a bias has one column of ones."""
        ones = np.ones((len(self.inputs), 1))
        return {
            "weight_ih": (self.input_deltas, self.inputs),
            "weight_hh": (self.hidden_deltas, self.before),
            "bias_ih": (self.input_deltas, ones),
            "bias_hh": (self.hidden_deltas, ones),
        }[weight]


def itemised(
    model: TrainedModel,
    reading: Reading,
    target: str | None = None,
    layer: int | None = None,
    direction: str | None = None,
) -> ItemisedGradient:
    """The gradient of the cross-entropy of `target` (the predicted class if none is given), by step and weight.

    `layer` and `direction` as in `trace`. `BadInput` for a class, layer or direction that the net does not have.
    """
    if target is not None and target not in model.classes:
        raise BadInput(NOT_ONE_OF, name=Term(N_("Class")), value=target, allowed=listed(model.classes))
    layer, direction = chosen_part(model, layer, direction)
    factors, number, norm = step_factors(model, reading, target, layer, direction)
    cell = CELLS[model.config.model.cell]
    parts = [part_of(factors, weight) for weight in WEIGHTS]
    size = model.config.model.hidden_size
    for weight in WEIGHTS:
        for place, gate in enumerate(cell.gates):
            parts.append(part_of(factors, weight, gate.name, slice(place * size, (place + 1) * size)))
    tokens, classes = reading.tokens, model.classes
    return ItemisedGradient(cell.name, tokens, layer, direction, classes[number], tuple(parts), norm, model.epoch)


def step_factors(
    model: TrainedModel, reading: Reading, target: str | None, layer: int, direction: str
) -> tuple[StepFactors, int, float]:
    """The factors of every step by autograd through the written-out cells, from one pass back.

    Beside them the number of the class of the loss, and the norm of the gradient of all parameters as
    `clip_grad_norm_` measures it (without dropout, and of one text: training follows the mean over a batch).
    """
    names = products_of(CELLS[model.config.model.cell])
    classifier = copy.deepcopy(model.classifier).requires_grad_()  # a run's own weights are frozen
    with torch.enable_grad():
        unrolled = unroll_classifier(classifier, embed(classifier, torch.from_numpy(reading.ids)))
        number = int(unrolled.logits.argmax()) if target is None else model.classes.index(target)
        loss = cross_entropy(unrolled.logits, torch.tensor([number]))
        steps = unrolled.steps[layer, direction]
        nodes = [step[name] for step in steps for name in names]
        gradients = torch.autograd.grad(loss, [*nodes, *classifier.parameters()])
    deltas = torch.cat(gradients[: len(nodes)]).reshape(len(steps), 2, -1)
    norm = float(torch.stack([each.double().norm() for each in gradients[len(nodes) :]]).norm())
    below = unrolled.embedded[:, 0] if layer == 0 else _states_below(unrolled.steps, layer, model)
    factors = (deltas[:, 0], deltas[:, 1], below, _hidden_before(steps, direction))
    return StepFactors(*map(_double, factors)), number, norm


def products_of(cell: type[Cell]) -> tuple[str, ...]:
    """The names of W_ih x + b_ih of every gate, then of W_hh h + b_hh of every gate, among the values of a step."""
    gates = [f"{gate.name}_" for gate in cell.gates] or [""]
    return (*(f"{gate}from_x" for gate in gates), *(f"{gate}from_h" for gate in gates))


def part_of(factors: StepFactors, weight: str, gate: str | None = None, rows: slice = slice(None)) -> Part:
    """Norms, shares and projections of some rows of a weight; shares and projections are 0 where all is 0."""
    deltas, vectors = factors.of(weight)
    deltas = deltas[:, rows]
    norms = np.linalg.norm(deltas, axis=1) * np.linalg.norm(vectors, axis=1)
    whole = deltas.T @ vectors
    square, total = float((whole**2).sum()), float(norms.sum())
    along = ((deltas @ whole) * vectors).sum(axis=1)
    return Part(
        weight,
        gate,
        norms.astype(np.float32),
        (norms / total if total else norms).astype(np.float32),
        (along / square if square else np.zeros_like(along)).astype(np.float32),
        float(np.sqrt(square)),
    )


def cut_off(norm: float, clip_norm: float) -> float:
    """The share of a gradient's norm that clipping to `clip_norm` takes away; 0 means that nothing is clipped."""
    return 1 - clip_norm / norm if 0 < clip_norm < norm else 0.0


def _states_below(steps: dict[tuple[int, str], list[Values]], layer: int, model: TrainedModel) -> Tensor:
    below: Sequence[list[Values]] = [steps[layer - 1, way] for way in model.classifier.directions]
    return torch.cat([torch.cat([step["hidden"] for step in way]) for way in below], dim=-1)


def _hidden_before(steps: list[Values], direction: str) -> Tensor:
    """h_{t-1} of each step in the order of the text, (tokens, H)."""
    after = torch.cat([step["hidden"] for step in steps])
    start = torch.zeros_like(after[:1])
    return torch.cat([start, after[:-1]]) if direction == "forward" else torch.cat([after[1:], start])


def _double(values: Tensor) -> Doubles:
    """The norm of a nearly dead gradient has squares too small for float32."""
    result: Doubles = values.detach().double().numpy()
    return result
