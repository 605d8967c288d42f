"""Tensor files from elsewhere: the tensors of one net, all of them, no others, and nothing but finite numbers."""

import copy
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from rnnviz.errors import BadInput, listed
from rnnviz.models.classifier import Classifier, ModelConfig
from rnnviz.training.config import OptimiserConfig, RunConfig
from rnnviz.training.loop import build_optimiser, build_schedule
from rnnviz.training.state import TrainingState

LONGEST_HEADER = 1_000_000
"""Bytes that a file may use to describe its tensors."""
MOVING = {"lr", "betas", "momentum", "initial_lr", "max_lr", "min_lr"}
"""What a schedule or a hand changes about an optimiser while it is at work."""


def skeleton(config: ModelConfig, tokens: int, classes: int) -> Classifier:
    """The net with the names and shapes of its tensors, and no numbers in them: it takes no memory, however large."""
    with torch.device("meta"):
        return Classifier(config, tokens, classes)


def check_weights(content: bytes, net: Classifier) -> None:
    """`BadInput` where a safetensors file is not the weights of this net."""
    _check_tensors(_tensors(content), net.state_dict())


def check_state(content: bytes, net: Classifier, config: RunConfig) -> TrainingState:
    """The state of a training of this net; `BadInput` where it could not be trained on from it."""
    tensors, state = _tensors(content), TrainingState.from_bytes(content)
    _check_tensors(state.weights, net.state_dict())
    _check_tensors(state.best_weights, net.state_dict())
    moments, group, schedule = _after_one_step(net, config.optimiser)
    found = state.optimiser["state"]
    _check_alike(found, moments if state.epoch else {}, "optimiser", operator.eq)
    if len(tensors) != 2 * len(net.state_dict()) + sum(map(len, found.values())):
        raise BadInput("It holds tensors that belong to no training.")
    _check_alike(state.optimiser["param_groups"], [group], "groups", _alike_in_sign)
    for name in group.keys() - MOVING:
        _check_alike(state.optimiser["param_groups"][0][name], group[name], f"groups[0].{name}", operator.eq)
    _check_alike(state.schedule, schedule, "schedule", lambda _found, _wanted: True)
    return state


def _tensors(content: bytes) -> dict[str, Tensor]:
    if int.from_bytes(content[:8], "little") > LONGEST_HEADER:
        raise BadInput("It describes its tensors in more than {most} bytes.", most=LONGEST_HEADER)
    tensors: dict[str, Tensor] = safetensors.torch.load(content)
    return tensors


def _check_tensors(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> None:
    if found.keys() != wanted.keys():
        raise BadInput(
            "It holds the tensors {found}; the configuration asks for {wanted}.",
            found=listed(sorted(found)) or "—",
            wanted=listed(sorted(wanted)),
        )
    for name, tensor in found.items():
        _check_tensor(tensor, wanted[name], name)


def _check_tensor(found: Any, wanted: Tensor, name: str) -> None:
    if not isinstance(found, Tensor) or found.shape != wanted.shape or found.dtype != torch.float32:
        is_tensor = isinstance(found, Tensor)
        raise BadInput(
            "The tensor {name} is {found}; the configuration asks for {wanted}.",
            name=name,
            found=_described(found) if is_tensor else type(found).__name__,
            wanted=_described(wanted),
        )
    if not found.isfinite().all():
        raise BadInput("The tensor {name} holds values that are no finite numbers.", name=name)


def _described(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"


def _after_one_step(net: Classifier, config: OptimiserConfig) -> tuple[dict[int, Any], dict[str, Any], dict[str, Any]]:
    """What the optimiser of a configuration and its schedule remember after a step: moments, group, schedule."""
    net = copy.deepcopy(net).to_empty(device="cpu")
    optimiser = build_optimiser(config, net)
    schedule = build_schedule(config, optimiser, steps=1000)
    net.embedding.requires_grad_(config.embeddings == "learned")
    for parameter in filter(lambda parameter: parameter.requires_grad, net.parameters()):
        parameter.data.zero_()
        parameter.grad = torch.zeros_like(parameter)
    optimiser.step()
    schedule.step()
    remembered = optimiser.state_dict()
    return remembered["state"], remembered["param_groups"][0], schedule.state_dict()


def _alike_in_sign(found: float, wanted: float) -> bool:
    """Whether a figure that moves is still one that the optimiser can work with: what was above 0 stays there."""
    return (found > 0) == (wanted > 0) and found >= 0


def _check_alike(found: Any, wanted: Any, place: str, fits: Callable[[float, float], bool]) -> None:
    """`BadInput` where two values are not built alike; their numbers are held against each other by `fits`."""
    if isinstance(wanted, Tensor):
        _check_tensor(found, wanted, place)
    elif isinstance(wanted, dict) and isinstance(found, dict) and found.keys() == wanted.keys():
        for name, value in wanted.items():
            _check_alike(found[name], value, f"{place}.{name}", fits)
    elif isinstance(wanted, list | tuple) and isinstance(found, list | tuple) and len(found) == len(wanted):
        for number, value in enumerate(wanted):
            _check_alike(found[number], value, f"{place}[{number}]", fits)
    elif not _is_number(wanted) and type(found) is type(wanted) and found == wanted:
        return
    elif not (_is_number(wanted) and _is_number(found) and math.isfinite(found) and fits(found, wanted)):
        raise BadInput("{place} does not belong to a training of this configuration.", place=place)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
