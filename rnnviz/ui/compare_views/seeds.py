"""The spread over seeds: runs that differ in nothing but their seed, as dots and as a table."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.significance import seed_points
from rnnviz.charts.spread import SeedGroup
from rnnviz.evaluation.figures import Figure, value_in
from rnnviz.evaluation.spread import summary
from rnnviz.evaluation.verdicts import figure_title
from rnnviz.language import _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.same_texts import has_own_test_part, seed_families
from rnnviz.training.config import value_at
from rnnviz.training.experiment import differing, setting_title
from rnnviz.ui.choose import cell_title, dataset_title
from rnnviz.ui.comparison import PARTS, Comparison
from rnnviz.ui.markdown import escaped
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.table import show_table


def show_seeds(comparison: Comparison, figure: Figure) -> None:
    """Mean, standard deviation and each seed of every family of runs; nothing where there is none."""
    families = seed_families(comparison.runs)
    groups = [group for group in seed_groups(families, figure, comparison.part) if len(group.accuracies) > 1]
    if not groups:
        return
    st.subheader(_("Spread over seeds"))
    picture, table = st.columns(2, vertical_alignment="center")
    with picture:
        axis = figure_title(figure)
        axis = axis[:1].upper() + axis[1:]
        title = " · ".join([_("Spread over seeds"), axis, _(PARTS[comparison.part])])
        show_picture(seed_points(groups, axis), title, "chance seeds")
    with table:
        show_table({escaped(group.title): _row(group) for group in groups}, _("Runs"))
    st.caption(what_the_seed_does(families, comparison.part))


def what_the_seed_does(families: Sequence[Sequence[RunInfo]], part: str) -> str:
    """What the spread is that of, and that it passes no judgement."""
    own = part == "test" and all(has_own_test_part(family[0]) for family in families)
    return (
        _(
            "The runs of a row differ in nothing but their seed, which decides the first weights, the order of the "
            "texts, and which texts are for validation; the test texts are the same. A seed is not better or worse: "
            "the spread shows what luck alone does."
        )
        if own
        else _(
            "The runs of a row differ in nothing but their seed, which decides the first weights, the order of the "
            "texts, and which texts stand in which part: they were judged on different texts, so they are not tested "
            "text by text. A seed is not better or worse: the spread shows what luck alone does."
        )
    )


def seed_groups(families: Sequence[Sequence[RunInfo]], figure: Figure, part: str) -> list[SeedGroup]:
    """The families with the figure by seed, titled by the cell and by what else tells them apart."""
    configs = [family[0].config for family in families]
    paths = differing(configs)
    datasets = len({family[0].dataset.fingerprint for family in families}) > 1
    groups = []
    for family in families:
        first = family[0]
        parts = [cell_title(first.config.model.cell)]
        parts += [dataset_title(first.dataset.name)] * datasets
        parts += [f"{_(setting_title(path))}: {value_at(first.config, path)}" for path in paths]
        values = {run.config.seed: value_in(run.report[part], figure) for run in family}
        known = {seed: value for seed, value in values.items() if value is not None}
        groups.append(SeedGroup(" · ".join(parts), first.config.model.cell, accuracies=known))
    return groups


def _row(group: SeedGroup) -> dict[str, str]:
    found = summary(list(group.accuracies.values()))
    return {
        _("mean"): number(found.mean, ".1%"),
        _("standard deviation, points"): "—" if found.sd is None else number(found.sd * 100, ".1f"),
        _("seeds"): number(found.count),
        _("lowest"): number(found.low, ".1%"),
        _("highest"): number(found.high, ".1%"),
    }
