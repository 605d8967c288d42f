"""Experiments written down as TOML.

A setting is called by its path ("optimiser.clip_norm") or by its last word ("clip_norm"; the optimiser itself is
"optimiser"):

    name = "Clipping on and off"
    dataset = "pets-en"
    cells = ["rnn", "lstm"]
    seeds = [0, 1, 2]

    [vary]                  # may be left out: then only cells and seeds differ
    setting = "clip_norm"
    values = [0.0, 1.0]

    [settings]              # may be left out: of all runs, in place of what fits the dataset
    epochs = 10
    hidden_size = 16

Where a value belongs to some cells only, each cell has a list of its own:

    [vary]
    setting = "hidden_size"
    values = { rnn = [32, 71], lstm = [32] }
"""

import dataclasses
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rnnviz.errors import BadInput, Term, listed
from rnnviz.language import N_
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.experiment import (
    A_LIST,
    MOST_LETTERS,
    WRONG_KIND,
    Experiment,
    checked,
    exact,
    path_of,
    short_name,
    trainable,
)

A_TEXT = N_("a text that is not empty")
A_TABLE = N_("a table")

KEYS = ("name", "dataset", "cells", "seeds", "vary", "settings")
KEYS_OF_VARY = ("setting", "values")


def from_toml(text: str, base_for: Callable[[str], RunConfig]) -> Experiment:
    """The experiment that a file describes; `BadInput` where it is not one.

    `base_for` gives the defaults that fit a dataset, or `BadInput` where there is none of this name.
    It is asked last: to open a dataset may take a while, and all else is said before.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("This is not TOML: {reason}.", reason=error) from None
    _check_keys(data, KEYS)
    name, dataset = _text(data, "name"), _text(data, "dataset")
    cells, seeds = _list(data, "cells"), _list(data, "seeds")
    setting, values, own = _vary(_table(data, "vary")) if "vary" in data else (None, (), {})
    given = _settings(_table(data, "settings")) if "settings" in data else {}
    if setting in given:
        raise BadInput("“{name}” is varied, and can’t stand among the settings too.", name=short_name(setting))
    experiment = checked(Experiment(name, changed(RunConfig(), given), cells, setting, values, seeds, own))
    return trainable(dataclasses.replace(experiment, base=changed(base_for(dataset), given)))


def _vary(table: Mapping[str, Any]) -> tuple[str, tuple[Any, ...], dict[str, tuple[Any, ...]]]:
    """What is varied, all its values, and those of each cell where each has a list of its own."""
    _check_keys(table, KEYS_OF_VARY, "vary.")
    path = path_of(_text(table, "setting", "vary."))
    if not isinstance(table.get("values"), dict):
        return path, tuple(exact(path, value) for value in _list(table, "values", "vary.")), {}
    lists = _table(table, "values", "vary.")
    own = {cell: tuple(exact(path, value) for value in _list(lists, cell, "vary.values.")) for cell in lists}
    return path, tuple(dict.fromkeys(value for values in own.values() for value in values)), own


def _settings(table: Mapping[str, Any]) -> dict[str, Any]:
    """The values of some settings by their paths."""
    given: dict[str, Any] = {}
    for name, value in _flat(table):
        path = path_of(name)
        if path in given:
            raise BadInput("The setting “{name}” is given twice.", name=path)
        given[path] = exact(path, value)
    return given


def _flat(table: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    """The entries of a table and of those in it: TOML reads a path without quotes as a table in a table."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def _check_keys(table: Mapping[str, Any], known: Sequence[str], before: str = "") -> None:
    for key in table:
        if key not in known:
            raise BadInput(
                "An experiment has no “{key}”. Known are: {known}.",
                key=before + key[:MOST_LETTERS],
                known=listed(before + each for each in known),
            )


def _entry(table: Mapping[str, Any], key: str, kind: type, title: str, before: str) -> Any:
    """What stands under a key that has to be there; `BadInput` where it is not, is of another kind, or empty."""
    if key not in table:
        raise BadInput("The experiment lacks “{key}”.", key=before + key)
    value = table[key]
    if not isinstance(value, kind) or not value:
        raise BadInput(WRONG_KIND, key=before + key, value=repr(value)[:MOST_LETTERS], kind=Term(title))
    return value


def _text(table: Mapping[str, Any], key: str, before: str = "") -> str:
    text: str = _entry(table, key, str, A_TEXT, before)
    return text


def _list(table: Mapping[str, Any], key: str, before: str = "") -> tuple[Any, ...]:
    return tuple(_entry(table, key, list, A_LIST, before))


def _table(table: Mapping[str, Any], key: str, before: str = "") -> Mapping[str, Any]:
    found: Mapping[str, Any] = _entry(table, key, dict, A_TABLE, before)
    return found
