"""The Elman network as the course writes it: a loop over one cell."""

import math

import torch
from torch import Tensor, nn

from rnnviz.models.cells import RNNCell, unroll


class ElmanNetwork(nn.Module):
    """Elman, "Finding structure in time" (1990): h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh).

    Parameters are named, shaped and drawn as those of a one-layer `torch.nn.RNN`.
    """

    def __init__(self, input_size: int, hidden_size: int, batch_first: bool = False) -> None:
        super().__init__()
        self.batch_first = batch_first
        bound = 1 / math.sqrt(hidden_size)

        def drawn(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.empty(*shape).uniform_(-bound, bound))

        self.weight_ih_l0 = drawn(hidden_size, input_size)
        self.weight_hh_l0 = drawn(hidden_size, hidden_size)
        self.bias_ih_l0 = drawn(hidden_size)
        self.bias_hh_l0 = drawn(hidden_size)

    def forward(self, inputs: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """All hidden states, and the last one.

        `inputs` is (time, batch, feature), or (batch, time, feature) with `batch_first`;
        the outputs are laid out the same, the final state is (batch, hidden).
        """
        cell = RNNCell(self.weight_ih_l0, self.weight_hh_l0, self.bias_ih_l0, self.bias_hh_l0)
        by_time = inputs.transpose(0, 1) if self.batch_first else inputs
        steps, (final,) = unroll(cell, by_time, None if hidden is None else (hidden,))
        outputs = torch.stack([values["hidden"] for values in steps])
        return (outputs.transpose(0, 1) if self.batch_first else outputs), final
