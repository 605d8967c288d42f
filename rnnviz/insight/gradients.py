"""The gradient on its way back through time: how much each earlier step still matters to the loss."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnnviz.errors import NOT_ONE_OF, BadInput, Term, listed
from rnnviz.insight.trace import chosen_part
from rnnviz.language import N_
from rnnviz.models.cells import CELLS, Cell, State, Values
from rnnviz.models.unrolled import Unrolled, embed, unroll_classifier
from rnnviz.training.trained import Floats, Reading, TrainedModel

JACOBIAN_NUMBERS = 2**21
"""Numbers in the Jacobians that are computed side by side: 8 MB, which is fastest and fits any memory."""


@dataclass(frozen=True)
class GradientProfile:
    """L2 norms of the gradient of the loss over the tokens of one text, in text order."""

    cell: str
    tokens: tuple[str, ...]
    direction: str
    target: str
    """The class whose cross-entropy at the last step is the loss."""
    hidden_norms: Floats
    """(tokens,): ‖∂L/∂h_t‖ of the top layer, the total derivative along all later steps."""
    input_norms: Floats
    """(tokens,): ‖∂L/∂x_t‖ with respect to the embedded token."""
    cell_state_norms: Floats | None = None
    """(tokens,): ‖∂L/∂c_t‖, likewise total, for a cell that carries one; else None."""

    @property
    def half_life(self) -> float | None:
        """Steps back from the end of reading until the norm first falls to half; None if it never does."""
        norms = self.hidden_norms if self.direction == "forward" else self.hidden_norms[::-1]
        return half_life(norms)

    @property
    def last(self) -> int:
        """Where in the text reading ended: at its last token, or at its first."""
        return -1 if self.direction == "forward" else 0


@dataclass(frozen=True)
class JacobianNorms:
    """Spectral norms of one step of the top layer, by how much it can stretch a small change."""

    hidden: Floats
    """(tokens,): ‖∂h_t/∂h_{t-1}‖₂, every other input of the step held fixed."""
    state: Floats
    """(tokens,): the same for the whole state that the cell carries, (h, c) of an LSTM."""
    has_cell_state: bool
    """Whether the two differ: the cell carries more than its hidden state."""


def half_life(norms: Floats) -> float | None:
    """Steps back from the last norm until the norm, divided by it, first falls to 1/2.

    Interpolated on the log scale between the two steps around it; None if it never
    falls so far, or if the last norm is 0.
    """
    if norms[-1] == 0:
        return None
    with np.errstate(divide="ignore"):
        fallen = np.log2(norms[::-1].astype(np.float64) / float(norms[-1]))
    below = np.flatnonzero(fallen <= -1)
    if len(below) == 0:
        return None
    step = int(below[0])
    before, after = fallen[step - 1], fallen[step]
    return float(step - 1 + (before + 1) / (before - after))


def gradient_profile(
    model: TrainedModel, reading: Reading, target: str | None = None, direction: str | None = None
) -> GradientProfile:
    """Gradient norms of the contract, by autograd through the written-out cells.

    The loss is the cross-entropy of `target`, of the predicted class if none is given.
    `direction` chooses the top layer's states in a net that reads both ways.
    `BadInput` for a class that the model does not know.
    """
    if target is not None and target not in model.classes:
        raise BadInput(NOT_ONE_OF, name=Term(N_("Class")), value=target, allowed=listed(model.classes))
    layer, direction = chosen_part(model, None, direction)
    with torch.enable_grad():
        embedded = embed(model.classifier, torch.from_numpy(reading.ids)).requires_grad_()
        unrolled = unroll_classifier(model.classifier, embedded)
        number = int(unrolled.logits.argmax()) if target is None else model.classes.index(target)
        loss = cross_entropy(unrolled.logits, torch.tensor([number]))
        steps = unrolled.steps[layer, direction]
        states = [quantity.name for quantity in CELLS[model.config.model.cell].states]
        nodes = [step[state] for state in states for step in steps]
        by_input, *by_state = torch.autograd.grad(loss, [embedded, *nodes])
        norms = l2_norms(torch.cat(by_state)).reshape(len(states), len(steps)).numpy()
        by_name = dict(zip(states, norms, strict=True))
    return GradientProfile(
        model.config.model.cell,
        reading.tokens,
        direction,
        model.classes[number],
        by_name["hidden"],
        l2_norms(by_input[:, 0]).numpy(),
        by_name.get("cell_state"),
    )


def l2_norms(vectors: Tensor) -> Tensor:
    """L2 norms over the last dimension; the squares of a nearly dead gradient are too small for float32."""
    norms: Tensor = vectors.double().norm(dim=-1)
    return norms.float()


def jacobian_norms(model: TrainedModel, reading: Reading, direction: str | None = None) -> JacobianNorms:
    """Spectral norms of the step Jacobians of the top layer, exact, by autograd.

    The first value is with respect to the zeros that the cell starts from.
    """
    layer, direction = chosen_part(model, None, direction)
    cell = model.classifier.cell(layer, direction)
    with torch.no_grad():
        unrolled = unroll_classifier(model.classifier, embed(model.classifier, torch.from_numpy(reading.ids)))
        inputs = _inputs_of(model, unrolled, layer)
        before = _states_before(cell, unrolled.steps[layer, direction], direction)
    size = cell.hidden_size
    hidden, whole = [], []
    has_cell_state = before.shape[1] > size
    at_once = max(1, JACOBIAN_NUMBERS // before.shape[1] ** 2)
    for some in zip(*(torch.split(each, at_once) for each in (inputs, before)), strict=True):
        jacobian = step_jacobians(cell, *some)
        hidden.append(torch.linalg.matrix_norm(jacobian[:, :size, :size], ord=2))
        whole.append(torch.linalg.matrix_norm(jacobian, ord=2) if has_cell_state else hidden[-1])
    return JacobianNorms(torch.cat(hidden).numpy(), torch.cat(whole).numpy(), has_cell_state)


def step_jacobians(cell: Cell, inputs: Tensor, before: Tensor) -> Tensor:
    """∂(state after)/∂(state before) of each step, (steps, S, S), from inputs (steps, I) and states (steps, S).

    The steps stand side by side as a batch, and one backward pass gives a row of each of
    their Jacobians. (`torch.func.jacrev` would do the same and load 70 MB of compiler.)
    """
    with torch.enable_grad():
        before = before.detach().requires_grad_()
        state: State = before.chunk(len(cell.states), dim=-1)
        after = torch.cat(cell.step(inputs.detach(), state)[1], dim=-1)
        rows = [torch.autograd.grad(unit.sum(), before, retain_graph=True)[0] for unit in after.unbind(dim=-1)]
    return torch.stack(rows, dim=1)


def _inputs_of(model: TrainedModel, unrolled: Unrolled, layer: int) -> Tensor:
    """What the layer reads at each step, (tokens, I)."""
    if layer == 0:
        return unrolled.embedded[:, 0]
    below = [unrolled.steps[layer - 1, direction] for direction in model.classifier.directions]
    return torch.cat([torch.cat([step["hidden"] for step in steps]) for steps in below], dim=-1)


def _states_before(cell: Cell, steps: list[Values], direction: str) -> Tensor:
    """The joined state that each step started from, (tokens, S), in text order."""
    after = torch.cat([torch.cat([step[quantity.name] for quantity in cell.states], dim=-1) for step in steps])
    start = torch.zeros_like(after[:1])
    return torch.cat([start, after[:-1]]) if direction == "forward" else torch.cat([after[1:], start])
