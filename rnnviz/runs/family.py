"""A family of runs: all that differ from some chosen ones in nothing but cell, seed and the value of one setting."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rnnviz.errors import BadInput, listed
from rnnviz.language import _
from rnnviz.models.cells import CELLS
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.config import CHOICES
from rnnviz.training.events import Reason
from rnnviz.training.experiment import Group, Member, beside, differing, grouped, member_of, setting_title

CUT_SHORT = (Reason.STOPPED.value, Reason.OUT_OF_TIME.value)
"""Why a run ended that was not trained as its configuration says."""


@dataclass(frozen=True, eq=False)
class Family:
    """The runs of one experiment that the store holds."""

    setting: str | None
    """The path of what differs; None where only cells and seeds do."""
    runs: Mapping[Member, RunInfo]
    """By value, cell and seed, in this order."""

    @property
    def groups(self) -> tuple[Group, ...]:
        """Those that differ only in their seed, together."""
        return grouped(self.runs)


def family_of(chosen: Sequence[RunInfo], known: Iterable[RunInfo]) -> Family:
    """The chosen runs, and with them all of the store that have one of their cells and one of their values.

    A run that was steered or stopped by hand was not trained as its configuration says: it counts only where
    it was chosen. `BadInput` where the chosen runs differ in more than cell, seed and one setting.
    """
    configs = [run.config for run in chosen]
    if len({(run.dataset.fingerprint, run.config.dataset, run.config.vectors) for run in chosen}) > 1:
        raise BadInput("These runs were not trained on the same texts, so they are no experiment.")
    paths = differing(configs)
    if len(paths) > 1:
        raise BadInput(
            "These runs differ in more than one setting, so they are no experiment: {settings}.",
            settings=listed(_(setting_title(path)) for path in paths),
        )
    setting = next(iter(paths), None)
    wanted = chosen[0].dataset.fingerprint, beside(chosen[0].config, setting)
    found = {member_of(run.config, setting): run for run in reversed(chosen)}
    cells, values = {member.cell for member in found}, {member.value for member in found}
    for run in known:
        member = member_of(run.config, setting)
        if (
            (run.dataset.fingerprint, beside(run.config, setting)) == wanted
            and member.cell in cells
            and member.value in values
            and not run.interventions
            and run.reason not in CUT_SHORT
        ):
            found.setdefault(member, run)
    return Family(setting, {member: found[member] for member in sorted(found, key=_order(setting))})


def _order(setting: str | None) -> Callable[[Member], tuple[Any, ...]]:
    """The key by which members are sorted: value (choices as they are listed, numbers by size), cell, seed."""
    cells = list(CELLS)
    options = CHOICES[setting][1] if setting in CHOICES else None

    def key(member: Member) -> tuple[Any, ...]:
        value = options.index(member.value) if options else member.value or 0
        return value, cells.index(member.cell), member.seed

    return key
