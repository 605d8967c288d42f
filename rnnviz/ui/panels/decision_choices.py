"""What is asked of a decision: the class, how a token is taken away, how fine a path is."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from rnnviz.insight.attribution import STEPS
from rnnviz.language import _
from rnnviz.ui import link
from rnnviz.ui.workspace import Workspace

CLASS_KEY, OCCLUSION_KEY, STEPS_KEY = "for", "without", "path_steps"
OCCLUSIONS = ("removal", "unknown")
PATH_STEPS = (16, 64, 256, 1024)


@dataclass(frozen=True)
class Choice:
    """What is asked of every run."""

    target: str | None
    occlusion: str
    steps: int

    @property
    def methods(self) -> tuple[str, ...]:
        return "gradient", "integrated", self.occlusion, "step"


def choose(workspace: Workspace) -> Choice:
    """The class, how a token is taken away, and how fine the path of integrated gradients is."""
    class_column, occlusion_column, steps_column = st.columns(3)
    with class_column:
        target = choose_class(list(dict.fromkeys(name for look in workspace.looks for name in look.trace.classes)))
    with occlusion_column:
        occlusion = choose_occlusion()
    with steps_column:
        steps = choose_path_steps()
    return Choice(target, occlusion, steps)


def choose_class(classes: Sequence[str]) -> str | None:
    """The class that tokens push for or against; None for the one that each run predicts."""
    link.take(CLASS_KEY, lambda given: link.one_of(_("Class"), classes, given[-1]))
    if st.session_state.get(CLASS_KEY) not in classes:  # not chosen, or a class of other runs
        st.session_state[CLASS_KEY] = ""
    chosen = st.selectbox(
        _("For and against"),
        ["", *classes],
        format_func=lambda name: name or _("the predicted class"),
        key=CLASS_KEY,
        persist_state="session",
    )
    link.give(CLASS_KEY, [chosen] if chosen else [])
    return chosen or None


def choose_occlusion() -> str:
    """How a token is taken away: left out, or made <unk>."""
    link.take(OCCLUSION_KEY, lambda given: link.one_of(_("Without the token"), OCCLUSIONS, given[-1]))
    link.offer(OCCLUSION_KEY, OCCLUSIONS[0])
    titles = {"removal": _("leave it out"), "unknown": _("make it <unk>")}
    chosen = st.segmented_control(
        _("Without the token"),
        OCCLUSIONS,
        format_func=titles.__getitem__,
        required=True,
        key=OCCLUSION_KEY,
        persist_state="session",
        help=_("Leaving a token out moves all later ones a step on; <unk> keeps its place."),
    )
    link.give(OCCLUSION_KEY, [] if chosen == OCCLUSIONS[0] else [str(chosen)])
    return str(chosen)


def choose_path_steps() -> int:
    """Points on the path from the baseline to the text."""

    def parse(given: list[str]) -> int:
        return int(link.one_of(_("Steps of the path"), [str(steps) for steps in PATH_STEPS], given[-1]))

    link.take(STEPS_KEY, parse)
    link.offer(STEPS_KEY, STEPS)
    steps = st.segmented_control(
        _("Steps of the path"),
        PATH_STEPS,
        required=True,
        key=STEPS_KEY,
        persist_state="session",
        help=_("Integrated gradients sum up slopes along a path from a text of zeros. More steps miss less."),
    )
    link.give(STEPS_KEY, [] if steps == STEPS else [str(steps)])
    return int(steps or STEPS)
