"""Which weighted sums each cell has: one for each gate, squashed by its activation.

A sum is W_i x_t + b_i + k · (W_h h_{t-1} + b_h), where k is 1, or in the new state of a
GRU the reset gate, as `torch.nn` has it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Neuron:
    """The weighted sum of one gate, in every unit of a cell."""

    name: str
    """The quantity that comes out."""
    rows: int
    """Which block of rows of the weights it has, counted from 0."""
    activation: str
    """ "sigmoid" or "tanh"."""
    factor: str | None = None
    """The quantity that the recurrent part is multiplied with, if there is one."""


NEURONS: dict[str, tuple[Neuron, ...]] = {
    "rnn": (Neuron("hidden", 0, "tanh"),),
    "lstm": (
        Neuron("input", 0, "sigmoid"),
        Neuron("forget", 1, "sigmoid"),
        Neuron("candidate", 2, "tanh"),
        Neuron("output", 3, "sigmoid"),
    ),
    "gru": (
        Neuron("reset", 0, "sigmoid"),
        Neuron("update", 1, "sigmoid"),
        Neuron("new", 2, "tanh", factor="reset"),
    ),
}
