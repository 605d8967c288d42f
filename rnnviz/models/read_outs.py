"""Read-outs: how the states of all time steps become the one vector that is judged.

Each is given twice: over padded batches, for training, and as a running value after
every token, for looking. The last running value is what the batch gives.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rnnviz.language import N_


@dataclass(frozen=True)
class ReadOut:
    """One way to sum up states over time; `parts` vectors of the size of a state."""

    title: str
    parts: int
    batch: Callable[[Tensor, Tensor], Tensor]
    """States (batch, time, hidden) and lengths (batch,) to (batch, parts · hidden)."""
    running: Callable[[Tensor], Tensor]
    """States (time, hidden) to (time, parts · hidden): the value if the text ended after each token."""


def _padding(states: Tensor, lengths: Tensor) -> Tensor:
    """True behind the end of each text, (batch, time, 1)."""
    return (torch.arange(states.shape[1]) >= lengths[:, None])[..., None]


def last(states: Tensor, lengths: Tensor) -> Tensor:
    """The state after the last token."""
    return states[torch.arange(len(states)), lengths - 1]


def maximum(states: Tensor, lengths: Tensor) -> Tensor:
    """The largest value that each unit took."""
    return states.masked_fill(_padding(states, lengths), -torch.inf).amax(dim=1)


def mean(states: Tensor, lengths: Tensor) -> Tensor:
    """The mean of each unit over the tokens."""
    return states.masked_fill(_padding(states, lengths), 0.0).sum(dim=1) / lengths[:, None]


def all_three(states: Tensor, lengths: Tensor) -> Tensor:
    """Maximum, mean and last state, one behind the other."""
    return torch.cat([read_out(states, lengths) for read_out in (maximum, mean, last)], dim=-1)


def running_maximum(states: Tensor) -> Tensor:
    return states.cummax(dim=0).values


def running_mean(states: Tensor) -> Tensor:
    return states.cumsum(dim=0) / torch.arange(1, len(states) + 1)[:, None]


def running_all_three(states: Tensor) -> Tensor:
    return torch.cat([running_maximum(states), running_mean(states), states], dim=-1)


READ_OUTS = {
    "last": ReadOut(N_("last state"), 1, last, lambda states: states),
    "maximum": ReadOut(N_("maximum over time"), 1, maximum, running_maximum),
    "mean": ReadOut(N_("mean over time"), 1, mean, running_mean),
    "all": ReadOut(N_("maximum, mean and last together"), 3, all_three, running_all_three),
}
