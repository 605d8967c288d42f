r"""The eigenvalues of the recurrent weight, and what happens to the gradient when they are scaled.

Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks",
section 2: the gradient goes back through l steps as a product of l factors W_hhᵀ diag(f′). In a linear
net the spectral radius ρ (the largest |eigenvalue|) decides: with ρ < 1 the product vanishes in the
end, and to explode it needs ρ > 1. With tanh (f′ ≤ 1) the largest singular value σ bounds each factor:
with σ < 1 every step shrinks the gradient. Through a gate there are other ways than W_hh
(c_t = f_t ⊙ c_{t-1} + …), so for an LSTM or GRU the eigenvalues alone decide nothing.
"""

import copy
import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from rnnviz.errors import OUT_OF_RANGE, BadInput, Term
from rnnviz.insight.trace import chosen_part
from rnnviz.language import N_
from rnnviz.models.cells import CELLS
from rnnviz.training.trained import TrainedModel

MOST_RADIUS = 10.0
"""The largest spectral radius that can be asked for."""
LEAST_RADIUS = 1e-9
"""A smaller one is that of a matrix of zeros (or a nilpotent one), which no factor brings to another."""


@dataclass(frozen=True)
class BlockSpectrum:
    """The spectrum of the square block of `weight_hh` that belongs to one gate, or of the whole where there is none."""

    gate: str | None
    eigenvalues: npt.NDArray[np.complex128]
    """(units,), the largest by absolute value first."""
    radius: float
    """ρ, the largest absolute value of an eigenvalue."""
    largest_singular: float
    """σ = ‖W‖₂, the most by which the block stretches a vector; never smaller than ρ."""


def spectra(model: TrainedModel, layer: int | None = None, direction: str | None = None) -> tuple[BlockSpectrum, ...]:
    """The spectrum of each block of the recurrent weight, in the order of the cell's gates.

    `layer` and `direction` as in `trace`. `BadInput` for one that the net does not have, and for weights that are
    no finite numbers.
    """
    layer, direction = chosen_part(model, layer, direction)
    weight = model.classifier.cell(layer, direction).weight_hh.detach().double().numpy()
    if not np.isfinite(weight).all():
        raise BadInput("The recurrent weights of this run are no finite numbers, so they have no eigenvalues.")
    gates: list[str | None] = [gate.name for gate in CELLS[model.config.model.cell].gates] or [None]
    return tuple(block_spectrum(gate, block) for gate, block in zip(gates, np.split(weight, len(gates)), strict=True))


def block_spectrum(gate: str | None, block: npt.NDArray[np.float64]) -> BlockSpectrum:
    """The spectrum of one square matrix."""
    eigenvalues = np.linalg.eigvals(block).astype(np.complex128)
    ordered = eigenvalues[np.argsort(-np.abs(eigenvalues), kind="stable")]
    return BlockSpectrum(gate, ordered, float(np.abs(ordered[0])), float(np.linalg.norm(block, ord=2)))


def largest_radius(blocks: tuple[BlockSpectrum, ...]) -> float:
    """The largest spectral radius among the blocks of a cell."""
    return max(block.radius for block in blocks)


def factor_for(radius: float, blocks: tuple[BlockSpectrum, ...]) -> float:
    """The factor that brings the largest spectral radius of the blocks to `radius`.

    `BadInput` for a radius out of range, and where all eigenvalues are 0, which stay so under any factor.
    """
    if not 0 <= radius <= MOST_RADIUS:
        raise BadInput(OUT_OF_RANGE, name=Term(N_("Spectral radius")), value=radius, low=0, high=MOST_RADIUS)
    present = largest_radius(blocks)
    if present < LEAST_RADIUS:
        raise BadInput(
            "The spectral radius of these recurrent weights is 0, and 0 times any factor stays 0. "
            "Choose another run or another moment of the training."
        )
    return radius / present


def rescaled(
    model: TrainedModel, radius: float, layer: int | None = None, direction: str | None = None
) -> TrainedModel:
    """A copy of the model whose `weight_hh` is multiplied so that its largest spectral radius is `radius`.

    All blocks of a gated cell get the same factor (`factor_for`). The model itself stays as it is.
    """
    layer, direction = chosen_part(model, layer, direction)
    factor = factor_for(radius, spectra(model, layer, direction))
    classifier = copy.deepcopy(model.classifier)
    with torch.no_grad():
        classifier.cell(layer, direction).weight_hh.mul_(factor)
    return dataclasses.replace(model, classifier=classifier)
