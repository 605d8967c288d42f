"""What a view of the page Gradients is: one way to look at memory, a sentence what to look for, and why."""

from collections.abc import Callable
from dataclasses import dataclass

from rnnviz.runs.checkpoint import RunInfo


@dataclass(frozen=True)
class View:
    """One instrument of the page; only the open one is computed and drawn."""

    name: str
    """How a link calls it."""
    title: str
    icon: str
    look_for: str
    why: str
    """A short explanation, with the equation; Markdown with LaTeX between dollar signs."""
    show: Callable[[list[RunInfo], int | None], None]
    """Draws it, of the weights of an epoch or (None) of the best ones."""
