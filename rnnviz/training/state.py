"""All that a training depends on between two epochs: with it, another process goes on bit for bit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from rnnviz.errors import BadInput

NOTES = "training"
"""The entry of the file's metadata that holds everything but the tensors."""


@dataclass(frozen=True)
class TrainingState:
    """A training after `epoch` epochs; order of the texts and dropout follow from seed and epoch alone."""

    epoch: int
    planned: int
    """Epochs that the schedule was made for."""
    weights: dict[str, Tensor]
    optimiser: dict[str, Any]
    """As `torch.optim.Optimizer.state_dict` gives it."""
    schedule: dict[str, Any]
    """As `torch.optim.lr_scheduler.LRScheduler.state_dict` gives it."""
    best_epoch: int
    best_loss: float
    best_weights: dict[str, Tensor]
    tokens: int
    seconds: float

    def to_bytes(self) -> bytes:
        """One safetensors file: the tensors by name, all else as JSON among its metadata."""
        moments = {
            f"optimiser.{number}.{name}": value
            for number, kept in self.optimiser["state"].items()
            for name, value in kept.items()
        }
        notes = {
            "epoch": self.epoch,
            "planned": self.planned,
            "groups": self.optimiser["param_groups"],
            "schedule": self.schedule,
            "best_epoch": self.best_epoch,
            "best_loss": self.best_loss,
            "tokens": self.tokens,
            "seconds": self.seconds,
        }
        tensors = {
            **{f"weights.{name}": value for name, value in self.weights.items()},
            **{f"best.{name}": value for name, value in self.best_weights.items()},
            **moments,
        }
        return safetensors.torch.save(tensors, {NOTES: json.dumps(notes)})

    @classmethod
    def from_bytes(cls, content: bytes) -> "TrainingState":
        """What `to_bytes` wrote; `BadInput` where it is not that."""
        try:
            tensors, notes = safetensors.torch.load(content), _notes(content)
            state: dict[int, dict[str, Tensor]] = {}
            for name, value in tensors.items():
                if name.startswith("optimiser."):
                    _, number, kind = name.split(".")
                    state.setdefault(int(number), {})[kind] = value
            return cls(
                epoch=int(notes["epoch"]),
                planned=int(notes["planned"]),
                weights=_below("weights.", tensors),
                optimiser={"state": state, "param_groups": [_group(group) for group in notes["groups"]]},
                schedule=dict(notes["schedule"]),
                best_epoch=int(notes["best_epoch"]),
                best_loss=float(notes["best_loss"]),
                best_weights=_below("best.", tensors),
                tokens=int(notes["tokens"]),
                seconds=float(notes["seconds"]),
            )
        except (
            SafetensorError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            ArithmeticError,
            RuntimeError,
        ) as error:
            raise BadInput("This is not the state of a training: {reason}.", reason=error) from None


def copied(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The same values by name, untouched by what is learned later; all that is no tensor as it is."""
    return {name: value.clone() if isinstance(value, Tensor) else value for name, value in tensors.items()}


def _notes(content: bytes) -> Any:
    length = int.from_bytes(content[:8], "little")  # the format: length of the header, header, tensors
    return json.loads(json.loads(content[8 : 8 + length])["__metadata__"][NOTES])


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _group(group: dict[str, Any]) -> dict[str, Any]:
    """A parameter group with the tuples that JSON has made lists."""
    return {name: tuple(value) if name == "betas" else value for name, value in group.items()}
