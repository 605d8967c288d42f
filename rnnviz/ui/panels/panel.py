"""What a panel of the workspace is: an instrument, a sentence that says what to look for, and why."""

from collections.abc import Callable
from dataclasses import dataclass

from rnnviz.ui.workspace import Workspace


@dataclass(frozen=True)
class Panel:
    """One instrument below the text; only the open one is computed and drawn."""

    name: str
    """How a link calls it."""
    title: str
    icon: str
    look_for: str
    """One sentence that says what to look for."""
    why: str
    """A short explanation, with the equation; Markdown with LaTeX between dollar signs."""
    show: Callable[[Workspace], None]
