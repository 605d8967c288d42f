r"""RNN, LSTM and GRU, one time step at a time: the textbook of this project.

The job of a cell: take the input at this step and the state after the step before,
and give the state after this step. Ours also give every value on the way, by name,
so that it can be looked at. Notation and parameters are those of `torch.nn`: with G
gates, `weight_ih` is (G·H, I), `weight_hh` is (G·H, H), both biases are (G·H,), and
the gates stand below one another in the order the cell names them. All cells have
the same shape, so nobody downstream asks which one it is.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from rnnviz.language import N_

State = tuple[Tensor, ...]
"""What a cell carries from step to step, each (batch, H); the hidden state comes first."""

Values = dict[str, Tensor]
"""Every named value of one step, each (batch, H)."""

Touch = Callable[[str, Tensor], Tensor]
"""Hears each gate and state by name as soon as it is computed, and gives what the cell goes on with."""


def untouched(name: str, value: Tensor) -> Tensor:
    """The cell as it was trained."""
    del name
    return value


@dataclass(frozen=True)
class Quantity:
    """A value of a step that is worth a picture of its own."""

    name: str
    symbol: str
    title: str
    low: float
    high: float
    """The range that the activation allows; a cell state has none and gives -inf, inf."""


@dataclass(frozen=True)
class Equation:
    r"""One line of the cell.

    `symbolic` is LaTeX; `numeric` is its right side as a format string over the values of
    a step, so that `\sigma({input_from_x:.3f} {input_from_h:+.3f})` shows the numbers put
    in; the format `()` writes a negative number in brackets.
    """

    quantity: str
    symbolic: str
    numeric: str


INFINITE = float("inf")
HIDDEN = Quantity("hidden", "h_t", N_("Hidden state"), -1.0, 1.0)


class Cell(ABC):
    """The weights of one layer and direction, and what they do at one step."""

    name: ClassVar[str]
    title: ClassVar[str]
    torch_module: ClassVar[type[nn.RNN | nn.LSTM | nn.GRU]]
    gates: ClassVar[tuple[Quantity, ...]]
    """In the order in which their rows stand in the weights."""
    states: ClassVar[tuple[Quantity, ...]]
    equations: ClassVar[tuple[Equation, ...]]

    def __init__(self, weight_ih: Tensor, weight_hh: Tensor, bias_ih: Tensor, bias_hh: Tensor) -> None:
        self.weight_ih, self.weight_hh = weight_ih, weight_hh
        self.bias_ih, self.bias_hh = bias_ih, bias_hh

    @property
    def hidden_size(self) -> int:
        return self.weight_hh.shape[1]

    def initial_state(self, batch: int = 1) -> State:
        """Zeros, as `torch.nn` begins."""
        return tuple(self.weight_hh.new_zeros(batch, self.hidden_size) for _ in self.states)

    def from_x(self, x: Tensor) -> Tensor:
        """W_i x_t + b_i for every gate: (batch, I) to (batch, G·H)."""
        return linear(x, self.weight_ih, self.bias_ih)

    def from_h(self, h: Tensor) -> Tensor:
        """W_h h_{t-1} + b_h for every gate: (batch, H) to (batch, G·H)."""
        return linear(h, self.weight_hh, self.bias_hh)

    @abstractmethod
    def step(self, x: Tensor, state: State, touch: Touch = untouched) -> tuple[Values, State]:
        """One time step: x (batch, I) and the state before it, to all values and the state after it."""


class RNNCell(Cell):
    """Elman (1990): the new state is one squashed sum of what is read and what was there."""

    name = "rnn"
    title = "RNN"
    torch_module = nn.RNN
    gates = ()
    states = (HIDDEN,)
    equations = (
        Equation(
            "hidden",
            r"h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})",
            r"\tanh({from_x:.3f} {from_h:+.3f})",
        ),
    )

    def step(self, x: Tensor, state: State, touch: Touch = untouched) -> tuple[Values, State]:
        (h,) = state
        from_x, from_h = self.from_x(x), self.from_h(h)
        preactivation = from_x + from_h
        h = touch("hidden", torch.tanh(preactivation))
        values = {"from_x": from_x, "from_h": from_h, "preactivation": preactivation, "hidden": h}
        return values, (h,)


class LSTMCell(Cell):
    """Hochreiter & Schmidhuber (1997), forget gate by Gers et al. (2000), as in `torch.nn.LSTM`."""

    name = "lstm"
    title = "LSTM"
    torch_module = nn.LSTM
    gates = (
        Quantity("input", "i_t", N_("Input gate"), 0.0, 1.0),
        Quantity("forget", "f_t", N_("Forget gate"), 0.0, 1.0),
        Quantity("candidate", "g_t", N_("Candidate"), -1.0, 1.0),
        Quantity("output", "o_t", N_("Output gate"), 0.0, 1.0),
    )
    states = (HIDDEN, Quantity("cell_state", "c_t", N_("Cell state"), -INFINITE, INFINITE))
    equations = (
        Equation(
            "input",
            r"i_t = \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi})",
            r"\sigma({input_from_x:.3f} {input_from_h:+.3f})",
        ),
        Equation(
            "forget",
            r"f_t = \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf})",
            r"\sigma({forget_from_x:.3f} {forget_from_h:+.3f})",
        ),
        Equation(
            "candidate",
            r"g_t = \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg})",
            r"\tanh({candidate_from_x:.3f} {candidate_from_h:+.3f})",
        ),
        Equation(
            "output",
            r"o_t = \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho})",
            r"\sigma({output_from_x:.3f} {output_from_h:+.3f})",
        ),
        Equation(
            "cell_state",
            r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
            r"{forget:.3f} \cdot {cell_state_before:()} + {input:.3f} \cdot {candidate:()}",
        ),
        Equation("hidden", r"h_t = o_t \odot \tanh(c_t)", r"{output:.3f} \cdot \tanh({cell_state:.3f})"),
    )

    def step(self, x: Tensor, state: State, touch: Touch = untouched) -> tuple[Values, State]:
        h, c = state
        i_x, f_x, g_x, o_x = self.from_x(x).chunk(4, dim=-1)
        i_h, f_h, g_h, o_h = self.from_h(h).chunk(4, dim=-1)
        i = touch("input", torch.sigmoid(i_x + i_h))
        f = touch("forget", torch.sigmoid(f_x + f_h))
        g = touch("candidate", torch.tanh(g_x + g_h))
        o = touch("output", torch.sigmoid(o_x + o_h))
        values = {
            **{"input_from_x": i_x, "input_from_h": i_h, "input": i},
            **{"forget_from_x": f_x, "forget_from_h": f_h, "forget": f},
            **{"candidate_from_x": g_x, "candidate_from_h": g_h, "candidate": g},
            **{"output_from_x": o_x, "output_from_h": o_h, "output": o},
            "cell_state_before": c,
        }
        c = touch("cell_state", f * c + i * g)
        h = touch("hidden", o * torch.tanh(c))
        return {**values, "cell_state": c, "hidden": h}, (h, c)


class GRUCell(Cell):
    """Cho et al. (2014) as in `torch.nn.GRU`: the reset gate acts after the hidden product.

    The paper resets h before the product W_hn h; cuDNN and `torch.nn` reset its result.
    """

    name = "gru"
    title = "GRU"
    torch_module = nn.GRU
    gates = (
        Quantity("reset", "r_t", N_("Reset gate"), 0.0, 1.0),
        Quantity("update", "z_t", N_("Update gate"), 0.0, 1.0),
        Quantity("new", "n_t", N_("New state"), -1.0, 1.0),
    )
    states = (HIDDEN,)
    equations = (
        Equation(
            "reset",
            r"r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr})",
            r"\sigma({reset_from_x:.3f} {reset_from_h:+.3f})",
        ),
        Equation(
            "update",
            r"z_t = \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz})",
            r"\sigma({update_from_x:.3f} {update_from_h:+.3f})",
        ),
        Equation(
            "new",
            r"n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))",
            r"\tanh({new_from_x:.3f} + {reset:.3f} \cdot {new_from_h:()})",
        ),
        Equation(
            "hidden",
            r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
            r"(1 - {update:.3f}) \cdot {new:()} + {update:.3f} \cdot {hidden_before:()}",
        ),
    )

    def step(self, x: Tensor, state: State, touch: Touch = untouched) -> tuple[Values, State]:
        (h,) = state
        r_x, z_x, n_x = self.from_x(x).chunk(3, dim=-1)
        r_h, z_h, n_h = self.from_h(h).chunk(3, dim=-1)
        r = touch("reset", torch.sigmoid(r_x + r_h))
        z = touch("update", torch.sigmoid(z_x + z_h))
        n = touch("new", torch.tanh(n_x + r * n_h))
        values = {
            **{"reset_from_x": r_x, "reset_from_h": r_h, "reset": r},
            **{"update_from_x": z_x, "update_from_h": z_h, "update": z},
            **{"new_from_x": n_x, "new_from_h": n_h, "new": n},
            "hidden_before": h,
        }
        h = touch("hidden", (1 - z) * n + z * h)
        return {**values, "hidden": h}, (h,)


CELLS: dict[str, type[Cell]] = {cell.name: cell for cell in (RNNCell, LSTMCell, GRUCell)}


def unroll(cell: Cell, inputs: Tensor, state: State | None = None) -> tuple[list[Values], State]:
    """The cell over a whole sequence, inputs (time, batch, I): the values of each step, the final state."""
    state = cell.initial_state(inputs.shape[1]) if state is None else state
    steps = []
    for x in inputs:
        values, state = cell.step(x, state)
        steps.append(values)
    return steps, state
