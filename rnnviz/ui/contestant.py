"""Contestants of a comparison: runs and baselines, alike to whoever compares them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rnnviz.evaluation.answers import Answers
from rnnviz.runs.checkpoint import RunInfo


@dataclass(frozen=True, eq=False)
class Contestant:
    """One of those that are compared."""

    name: str
    """Of the run, or of the baseline; no two have the same."""
    title: str
    colour: str
    """In pictures."""
    mark: str
    """The same colour by its name in the theme, for words."""
    classes: tuple[str, ...]
    report: dict[str, Any]
    """`train`, `validation` and `test` in scikit-learn's shape, and `confusion` of each."""
    run: RunInfo | None
    """None of a baseline."""
    known: Callable[[str], Answers | None]
    """Its answers to a part, where they have been computed before."""
    find: Callable[[str, Callable[[int, int], None]], Answers]
    """Its answers to a part, computed and kept; `BadInput` where its texts are gone."""
    tokens: Callable[[str], float]
    """About how many it has to read for that."""
