"""Which layer and direction to look at, asked only where a net has more than one."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.language import N_, _
from rnnviz.training.trained import TrainedModel

DIRECTION_TITLES = {"forward": N_("forward"), "reverse": N_("reverse"), "both": N_("both")}


def choose_layer(models: Sequence[TrainedModel]) -> tuple[int | None, str | None]:
    """A layer and direction that every model has; None leaves it to each (its top layer, its direction)."""
    return _choose_depth(models), choose_direction(models)


def _choose_depth(models: Sequence[TrainedModel]) -> int | None:
    shared = min(model.config.model.layers for model in models)
    if shared == 1:
        return None
    layer: int = st.segmented_control(
        _("Layer"), list(range(shared)), default=shared - 1, required=True, format_func=lambda layer: str(layer + 1)
    )
    return layer


def choose_direction(models: Sequence[TrainedModel]) -> str | None:
    """Forward or reverse, asked where every model reads both ways."""
    if not all(len(model.classifier.directions) == 2 for model in models):
        return None
    return st.segmented_control(
        _("Direction"),
        ["forward", "reverse"],
        default="forward",
        required=True,
        format_func=lambda direction: _(DIRECTION_TITLES[direction]),
    )
