"""The pictures that fill while nets learn: loss and accuracy, the fate of the pinned texts, the gradient."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnviz.charts.curves import Curve, pinned_spec, training_spec
from rnnviz.charts.gradients import NormCurve, norm_spec, relative
from rnnviz.charts.style import Spec, with_heading
from rnnviz.language import _
from rnnviz.training.config import RunConfig
from rnnviz.ui import resources
from rnnviz.ui.watched import Watched, hand_marks

LONG_EPOCH = 100
"""Batches of an epoch from which on the loss inside it is drawn too."""


@dataclass(frozen=True)
class GrowingPicture:
    """A picture of lines: its key on the page, its title, and the chart it is drawn from."""

    key: str
    title: str
    spec: Spec

    @property
    def height(self) -> int:
        return int(self.spec["layout"]["height"])


def pictures_of(watched: Sequence[Watched]) -> list[GrowingPicture]:
    """Loss and accuracy, whose axes stand ready before anything is drawn; then the others, once there is something."""
    drawn = [run for run in watched if run.history]
    return [*curves_of(watched), *pinned_of(drawn), *profile_of(drawn)]


def curves_of(watched: Sequence[Watched]) -> list[GrowingPicture]:
    """Loss and accuracy of all runs, a picture each."""
    curves = [
        Curve(run.title, run.config.model.cell, run.history, losses_of(run), hand_marks(run))
        for run in watched
        if run.history
    ]
    reach = [run.config.epochs if run.active else len(run.history) - 1 for run in watched]
    epochs = max(reach, default=RunConfig().epochs)
    return [
        GrowingPicture("training_curves", _("Loss"), training_spec(curves, "loss", epochs)),
        GrowingPicture("accuracy_curves", _("Accuracy"), training_spec(curves, "accuracy", epochs)),
    ]


def losses_of(run: Watched) -> Sequence[tuple[float, float]]:
    """The loss inside the epochs, where these are long enough for it to say something."""
    live = run.live
    return live.losses if live and live.batch and live.batch["batches"] >= LONG_EPOCH else ()


def pinned_of(drawn: Sequence[Watched]) -> list[GrowingPicture]:
    """How the predictions for the pinned texts changed, where the runs have told it."""
    told = [run for run in drawn if any("pinned" in epoch for epoch in run.history)]
    texts = {text: None for run in told for epoch in run.history for text in epoch.get("pinned", {})}
    if not texts:
        return []
    classes = classes_of(told[0])
    number = len(classes) - 1
    curves = [Curve(run.title, run.config.model.cell, run.history) for run in told]
    spec = pinned_spec(curves, list(texts), classes[number], number)
    return [GrowingPicture("pinned_curves", _("The pinned texts"), spec)]


def classes_of(run: Watched) -> Sequence[str]:
    """The classes as the run knows them once it is in the store; its dataset may be gone by then."""
    known = resources.runs()
    return known[run.stored].classes if run.stored in known else resources.card(run.config.dataset).classes


def profile_of(drawn: Sequence[Watched]) -> list[GrowingPicture]:
    """The gradient over the tokens of one pinned text, as it was when it was last looked at."""
    told = [(run, epoch) for run in drawn if (epoch := _latest_profile(run)) is not None]
    if not told:
        return []
    curves, tokens = [], []
    for run, epoch in told:
        profile = epoch["profile"]
        tokens = profile["tokens"]
        last = 0 if run.config.model.direction == "reverse" else -1
        norms = relative(np.array(profile["hidden_norms"], "float32"), last)
        curves.append(NormCurve(run.title, run.config.model.cell, norms))
    y_title = "‖∂L/∂h<sub>t</sub>‖₂" + _(" / that of the last step")
    epochs = [epoch["epoch"] for _run, epoch in told]
    named = [f"{run.title} {epoch['epoch']}" for run, epoch in told] if len(set(epochs)) > 1 else [str(epochs[0])]
    heading = _("With the weights after epoch {epochs}.").format(epochs=", ".join(named))
    spec = with_heading(norm_spec(curves, tokens, y_title), heading)
    return [GrowingPicture("profile", _("Where the gradient reaches now"), spec)]


def _latest_profile(run: Watched) -> dict[str, Any] | None:
    """The latest epoch after which the gradient was looked at."""
    return next((epoch for epoch in reversed(run.history) if "profile" in epoch), None)
