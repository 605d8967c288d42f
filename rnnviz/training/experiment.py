"""Experiments: cells × the values of one setting × seeds, as a list of runs from one press."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rnnviz.errors import BadInput, Term, listed
from rnnviz.language import N_
from rnnviz.limits import EXPERIMENTS
from rnnviz.training.config import CHOICES, LIMITS, RunConfig, changed, check_choice, check_limit, check_unit, value_at

MOST_RUNS = EXPERIMENTS["runs"]
"""Of one experiment: what a class can wait for, and a legend can tell apart."""
MOST_LETTERS = 60
"""Of a value that a message repeats."""


@dataclass(frozen=True)
class Member:
    """One run of an experiment."""

    config: RunConfig
    cell: str
    value: Any
    """Of the setting that is varied; None where none is."""
    seed: int


@dataclass(frozen=True)
class Group:
    """The runs that differ only in their seed."""

    cell: str
    value: Any
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Experiment:
    """A list of runs: each cell with each value of one setting and each seed, all else as in `base`."""

    name: str
    base: RunConfig
    cells: tuple[str, ...]
    setting: str | None
    """The path of what is varied; None where only cells and seeds differ."""
    values: tuple[Any, ...]
    """Of that setting; empty where there is none."""
    seeds: tuple[int, ...]
    own: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """By cell: which of the values it takes, where it does not take all."""

    @property
    def size(self) -> int:
        """How many runs it asks for."""
        return sum(max(len(self.own.get(cell, self.values)), 1) for cell in self.cells) * len(self.seeds)

    def runs(self) -> tuple[Member, ...]:
        """All runs in the order in which they are trained: seeds innermost, values outermost.

        A group is complete before the next one begins, so a spread is there to look at early; and
        the cells of one value, which are compared first, follow one another.
        """
        return tuple(
            member_of(changed(self.base, {**varied, "model.cell": cell, "seed": seed}), self.setting)
            for varied in ([{self.setting: value} for value in self.values] if self.setting else [{}])
            for cell in self.cells
            if self.setting is None or varied[self.setting] in self.own.get(cell, self.values)
            for seed in self.seeds
        )

    def groups(self) -> tuple[Group, ...]:
        """The runs by cell and value, in the order of `runs`."""
        return grouped(self.runs())


def member_of(config: RunConfig, setting: str | None) -> Member:
    """The place of a configuration in an experiment that varies this setting."""
    return Member(config, config.model.cell, value_at(config, setting) if setting else None, config.seed)


def grouped(members: Iterable[Member]) -> tuple[Group, ...]:
    """The members by cell and value, groups and members in the order in which they come."""
    found: dict[tuple[str, Any], list[Member]] = {}
    for member in members:
        found.setdefault((member.cell, member.value), []).append(member)
    return tuple(Group(cell, value, tuple(group)) for (cell, value), group in found.items())


def representatives(members: Sequence[Member], most: int) -> list[Member]:
    """At most so many of the members: one of each group, or as many cells and values as that allows.

    Each is the first of its group; where there are more groups, those that add a cell or value not seen yet
    come first.
    """
    left = {(group.cell, group.value): group.members[0] for group in grouped(members)}
    cells, values, chosen = set(), set(), list[Member]()
    while left and len(chosen) < most:
        best = max(left, key=lambda key: (key[0] not in cells) + (key[1] not in values))
        chosen.append(left.pop(best))
        cells.add(best[0])
        values.add(best[1])
    return [member for member in members if member in chosen]


def beside(config: RunConfig, setting: str | None) -> tuple[Any, ...]:
    """All of a configuration that the members of an experiment share which varies this setting."""
    return (config.dataset, config.vectors, *(value_at(config, path) for path in PATHS if path != setting))


def differing(configs: Sequence[RunConfig]) -> tuple[str, ...]:
    """The paths of the settings in which some configurations differ, but for cell and seed."""
    return tuple(path for path in PATHS if len({value_at(config, path) for config in configs}) > 1)


OWN_LISTS = {"model.cell": "cells", "seed": "seeds"}
"""Settings that every experiment has a list of, and what the list is called."""
PATHS = tuple(path for path in (*CHOICES, *LIMITS) if path not in OWN_LISTS)
"""The settings that an experiment may vary."""


def setting_title(path: str) -> str:
    """What a setting is called, as it stands in the catalogue."""
    return LIMITS[path].title if path in LIMITS else CHOICES[path][0]


def short_name(path: str) -> str:
    """The last word of a path; "optimiser" for "optimiser.name"."""
    first, _sep, last = path.rpartition(".")
    return first if last == "name" else last


def checked(experiment: Experiment) -> Experiment:
    """The same experiment, or `BadInput` that names the first thing wrong with it."""
    _check_list("cells", [check_choice("model.cell", cell) for cell in experiment.cells])
    for seed in experiment.seeds:
        check_limit(seed, LIMITS["seed"])
    _check_list("seeds", experiment.seeds)
    if experiment.setting is not None:
        _check_list("values", [exact(experiment.setting, value) for value in experiment.values])
    if experiment.own and set(experiment.own) != set(experiment.cells):
        raise BadInput(
            "“values” of an experiment are for {given}; they have to be for each of its cells: {cells}.",
            given=listed(experiment.own),
            cells=listed(experiment.cells),
        )
    for values in experiment.own.values():
        _check_list("values", values)
    if experiment.size > MOST_RUNS:
        raise BadInput(
            "The experiment asks for {asked} runs (cells: {cells}, values: {values}, seeds: {seeds}); "
            "allowed are at most {most}.",
            asked=experiment.size,
            cells=len(experiment.cells),
            values=max(len(experiment.values), 1),
            seeds=len(experiment.seeds),
            most=MOST_RUNS,
        )
    return experiment


def trainable(experiment: Experiment) -> Experiment:
    """The same experiment, or `BadInput` where one of its settings does not go with the dataset or the vectors."""
    if experiment.base.vectors and experiment.setting == "model.embedding_size":
        raise BadInput("The pretrained vectors decide the embedding size: it can’t be varied with them.")
    for member in experiment.runs():
        check_unit(member.config)
    return experiment


def _check_list(key: str, entries: Sequence[Any]) -> None:
    """`BadInput` where a list is empty, or has something twice."""
    if not entries:
        raise BadInput(WRONG_KIND, key=key, value="[]", kind=Term(A_LIST))
    for entry, count in Counter(entries).items():
        if count > 1:
            raise BadInput("“{key}” of an experiment has {value} more than once.", key=key, value=entry)


def exact(path: str, value: Any) -> Any:
    """The value of a setting, checked, and as the app has it.

    A file may say 1 where the app says 1.0: both have to name the same run.
    """
    if path in CHOICES:
        return check_choice(path, value)
    limit = LIMITS[path]
    check_limit(value, limit)
    return value if isinstance(limit.low, int) else float(value)


WRONG_KIND = N_("“{key}” of an experiment is {value}; it has to be {kind}.")
A_LIST = N_("a list with at least one entry")


def path_of(name: str) -> str:
    """The path of a setting by its path or its last word; `BadInput` where an experiment can't vary or set it."""
    found = [path for path in (*PATHS, *OWN_LISTS) if name in (path, short_name(path))]
    if len(found) != 1:
        known = listed(map(short_name, PATHS), most=len(PATHS))
        raise BadInput("There is no setting “{name}”. Known are: {known}.", name=name[:MOST_LETTERS], known=known)
    if found[0] in OWN_LISTS:
        raise BadInput("“{name}” has a list of its own in an experiment: “{key}”.", name=name, key=OWN_LISTS[found[0]])
    return found[0]
