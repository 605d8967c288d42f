"""Whether compared nets are equally large, and what to train where they are not."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from rnnviz.insight.horizon import Horizon
from rnnviz.insight.sizes import recurrent_parameters, units_for
from rnnviz.language import _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.config import RunConfig, value_at
from rnnviz.training.experiment import short_name
from rnnviz.ui.choose import CELLS_KEY, DATASET_KEY, cell_title, short_titles
from rnnviz.ui.page import TRAIN
from rnnviz.ui.settings import GROUPS, IN_SIGHT
from rnnviz.ui.written import written

ALIKE = 0.1
"""Runs whose recurrent parts differ by less than this share count as equally large."""


def steps_said(half_life: float | None) -> str:
    return _("never") if half_life is None else _("{steps} steps").format(steps=number(half_life, ".1f"))


def show_sizes(runs: Sequence[RunInfo], found: dict[str, Horizon]) -> None:
    """Units and parameters of each run beside its half-lives, and what to train where they differ."""
    titles = short_titles(runs)
    sizes = {run.name: recurrent_parameters(run.config.model) for run in runs}
    half_lives = [found[run.name].state_half_life if run.name in found else None for run in runs]
    st.subheader(_("Are the nets equally large?"))
    counts = _("parameters of the recurrent part"), _("all parameters")
    table: dict[str, list[Any]] = {
        _("Run"): [titles[run.name] for run in runs],
        _("units"): [run.config.model.hidden_size for run in runs],
        _("layers"): [run.config.model.layers for run in runs],
        counts[0]: list(sizes.values()),
        counts[1]: [run.parameters for run in runs],
        _("half-life of the state"): [
            steps_said(half_life) if run.name in found else "—" for run, half_life in zip(runs, half_lives, strict=True)
        ],
    }
    st.dataframe(written(table, dict.fromkeys(counts, ",")), hide_index=True, key="sizes")
    if len(runs) < 2:
        return
    largest = max(runs, key=lambda run: sizes[run.name])
    smaller = [run for run in runs if sizes[run.name] < (1 - ALIKE) * sizes[largest.name]]
    equal_units = len({(run.config.model.hidden_size, run.config.model.layers) for run in runs}) == 1
    if not smaller:
        st.caption(
            _("Yes: equal units, and about as many parameters.")
            if equal_units
            else _("They have about as many parameters, but not equal units.")
        )
        return
    st.markdown(
        _("These runs are compared at **equal units**, but not at equal parameters. For that, train:")
        if equal_units
        else _("These runs differ in units and in parameters. For equal parameters, train:")
    )
    for run in {(run.config.model, run.dataset.name): run for run in smaller}.values():
        offer_equal(run, sizes[largest.name], titles[largest.name])


def offer_equal(run: RunInfo, parameters: int, like: str) -> None:
    """A link to the page Train with the settings of a run, but as many parameters as another."""
    config = run.config
    units = units_for(config.model, parameters)
    st.page_link(
        TRAIN.file,
        label=_("{cell} with {units} units, as large as {like}").format(
            cell=cell_title(config.model.cell), units=units, like=like
        ),
        icon=TRAIN.icon,
        query_params=link_to_train(config, units),
    )


def link_to_train(config: RunConfig, units: int) -> dict[str, str]:
    """All settings of a run as a link of the page Train has them, with another number of units."""
    paths = (*IN_SIGHT, *(path for group in GROUPS.values() for path in group))
    settings = {short_name(path): str(value_at(config, path)) for path in paths}
    return {
        CELLS_KEY: config.model.cell,
        DATASET_KEY: config.dataset,
        **settings,
        short_name("model.hidden_size"): str(units),
    }
