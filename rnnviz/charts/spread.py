"""The runs of an experiment: curves with the spread over the seeds, and what each run came to.

A cell has its colour, a value of the setting that is varied its kind of line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.bands import faded
from rnnviz.charts.curves import Epoch
from rnnviz.charts.style import FRAME, Spec, cell_colour, picture, plain, titled
from rnnviz.evaluation.spread import Spread, spread_over_seeds, summary
from rnnviz.language import N_, _, number

MEASURES = {
    "validation_loss": N_("Validation loss (cross-entropy, nats)"),
    "validation_accuracy": N_("Validation accuracy"),
    "train_accuracy": N_("Training accuracy"),
    "gradient_norm": N_("Gradient norm before clipping (L2, mean over the batches)"),
}
"""What can be drawn over the epochs, and the title of its axis."""
ACCURACIES = {
    "train": N_("Training accuracy"),
    "validation": N_("Validation accuracy"),
    "test": N_("Test accuracy"),
}
"""What each part gives, as the title of an axis."""

LINES = tuple(
    (dash, symbol)
    for symbol, dash in product(
        (None, "circle", "square", "diamond", "cross"), ("solid", "dash", "dot", "longdash", "dashdot", "longdashdot")
    )
)
"""A kind of line and, where these are used up, a mark on it for each value: no two of thirty are alike."""
MANY_GROUPS = 6
"""From which on bands are fainter, so that what lies below can be seen."""
FAINT = 0.55
"""Opacity of a mean over fewer seeds than there are."""


@dataclass(frozen=True)
class SeedGroup:
    """The runs that differ only in their seed, and what the legend calls them."""

    title: str
    cell: str
    place: int = 0
    """Of its value among the values of the experiment; decides the kind of line."""
    histories: Sequence[Sequence[Epoch]] = ()
    """Of each seed that has begun."""
    accuracies: Mapping[int, float] = field(default_factory=dict)
    """By seed, of the runs that have ended; on test where nothing else is said."""


def spread_curves(groups: Sequence[SeedGroup], measure: str, epochs: int, setting: str = "") -> go.Figure:
    """A measure of `MEASURES` over the epochs: the mean over the seeds, in a band from the lowest to the highest.

    The band holds every seed and assumes nothing of how they are distributed; of five seeds a standard
    deviation is a rough guess, which the hover says. The mean is faint in the epochs that not all
    seeds have come to; those that only one has come to show it as a thin line.

    `setting` names what is varied, for the legend. The axis reaches to `epochs` from the start.
    """
    spreads = [spread_over_seeds(group.histories, measure) for group in groups]
    opacity = 0.24 if len(groups) < MANY_GROUPS else 0.14
    pairs = list(zip(groups, spreads, strict=True))
    data = [area(group, spread, opacity) for group, spread in pairs]
    data += [line for group, spread in pairs for line in lone_lines(group, spread, measure)]
    data += [line for group, spread in pairs for line in (shared_line(group, spread), full_line(group, spread))]
    share = measure.endswith("accuracy")
    bare = {} if any(history for group in groups for history in group.histories) else {"range": [0, 1]}
    layout = {
        "xaxis": {**titled(_("Epoch")), "range": [-0.5, max(epochs, 1) + 0.5]},
        "yaxis": {**titled(_(MEASURES[measure])), "tickformat": ".0%" * share, **bare},
        "hovermode": "x unified",
        "legend": {**FRAME["legend"], "title": {"text": legend_title(setting)}},
        "margin": {**FRAME["margin"], "t": 60},
        "showlegend": True,
    }
    return picture(data, layout, height=400)


def legend_title(setting: str) -> str:
    """What the entries of the legend are made of."""
    return " · ".join([_("Cell"), plain(setting)] if setting else [_("Cell")])


def area(group: SeedGroup, spread: Spread, opacity: float) -> Spec:
    """The band as one closed shape, there along its top and back along its foot."""
    return {
        "type": "scatter",
        "x": np.concatenate([spread.epochs, spread.epochs[::-1]]).tolist(),
        "y": np.concatenate([spread.high, spread.low[::-1]]).tolist(),
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": faded(cell_colour(group.cell), opacity),
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": group.title,
    }


def shared_line(group: SeedGroup, spread: Spread) -> Spec:
    """The mean wherever there is one, faint; it answers to the mouse."""
    return {
        **mean_line(group, spread.epochs.tolist(), spread.mean.tolist()),
        "opacity": FAINT,
        "showlegend": False,
        "customdata": np.stack([spread.sd, spread.low, spread.high, spread.counts], axis=-1).tolist(),
        "meta": {"columns": [_("standard deviation"), _("lowest"), _("highest"), _("Number of seeds")]},
        "hovertemplate": _(
            "%{y:.3f} ± %{customdata[0]:.3f} (%{customdata[1]:.3f} to %{customdata[2]:.3f}; seeds: %{customdata[3]})"
        ),
    }


def full_line(group: SeedGroup, spread: Spread) -> Spec:
    """The mean as far as all seeds have come, on top of the faint one; it stands in the legend.

    A line without any point would not: it gets one that is nowhere.
    """
    full = spread.counts == len(group.histories)
    return {
        **mean_line(group, spread.epochs[full].tolist() or [None], spread.mean[full].tolist() or [None]),
        "showlegend": True,
        "hoverinfo": "skip",
    }


def mean_line(group: SeedGroup, epochs: list[Any], values: list[Any]) -> Spec:
    dash, symbol = LINES[group.place % len(LINES)]
    single = len(epochs) == 1 and epochs != [None]
    return {
        "type": "scatter",
        "x": epochs,
        "y": values,
        "name": plain(group.title),
        "mode": "lines+markers" if symbol or single else "lines",
        "line": {"color": cell_colour(group.cell), "width": 2.5, "dash": dash},
        "marker": {"symbol": symbol or "circle", "size": 7},
        "legendgroup": group.title,
    }


def lone_lines(group: SeedGroup, spread: Spread, measure: str) -> list[Spec]:
    """Each seed behind the last epoch that it shares with others, thin."""
    first = max(len(spread.epochs) - 1, 0)
    return [
        {
            "type": "scatter",
            "x": [epoch["epoch"] for epoch in history[first:]],
            "y": [epoch[measure] for epoch in history[first:]],
            "mode": "lines+markers" if len(history) == 1 else "lines",
            "line": {"color": cell_colour(group.cell), "width": 1.25, "dash": LINES[group.place % len(LINES)][0]},
            "marker": {"size": 4},
            "name": plain(group.title) + " · " + _("one seed"),
            "hovertemplate": "%{y:.3f}",
            "showlegend": False,
            "legendgroup": group.title,
        }
        for history in group.histories
        if len(history) > len(spread.epochs)
    ]


def final_points(groups: Sequence[SeedGroup], setting: str = "", part: str = "test") -> go.Figure:
    """The accuracy of each run on a part as a dot, group by group; beside them their mean ± standard deviation."""
    layout = {
        "xaxis": {
            **titled(legend_title(setting)),
            "tickmode": "array",
            "tickvals": list(range(len(groups))),
            "ticktext": [plain(group.title) for group in groups],
            "range": [-0.5, max(len(groups), 1) - 0.5],
            "showgrid": False,
            **({"tickangle": -45} if len(groups) >= MANY_GROUPS else {}),  # else the last ones find no room
        },
        "yaxis": {**titled(_(ACCURACIES[part])), "tickformat": ".1%"},
        "showlegend": False,
        "hovermode": "closest",
        "margin": {**FRAME["margin"], "t": 12},
    }
    ended = [(place, group) for place, group in enumerate(groups) if group.accuracies]
    data = [part for place, group in ended for part in (dots(group, place), mean_bar(group, place))]
    return picture(data, layout, height=360)


def dots(group: SeedGroup, place: int) -> Spec:
    """The runs of a group, one beside the other so that equal ones can be counted."""
    seeds = list(group.accuracies)
    return {
        "type": "scatter",
        "x": (place - 0.15 + 0.3 * (np.arange(len(seeds)) + 0.5) / len(seeds) - 0.1).tolist(),
        "y": list(group.accuracies.values()),
        "customdata": seeds,
        "meta": {"name": plain(group.title), "columns": [_("seed")]},
        "mode": "markers",
        "marker": {"color": cell_colour(group.cell), "size": 9, "opacity": 0.8},
        "hovertemplate": _("seed %{customdata}: %{y:.3f}") + f"<extra>{plain(group.title)}</extra>",
    }


def mean_bar(group: SeedGroup, place: int) -> Spec:
    """The mean as a short level, with a bar of one standard deviation up and down where there are several seeds."""
    found = summary(list(group.accuracies.values()))
    spread = f" ± {number(found.sd, '.3f')}" if found.sd is not None else ""
    return {
        "type": "scatter",
        "meta": {"name": plain(group.title) + " · " + _("mean")},
        "x": [place + 0.22],
        "y": [found.mean],
        "error_y": {"type": "data", "array": [found.sd], "visible": found.sd is not None, "width": 5, "thickness": 2},
        "mode": "markers",
        "marker": {
            "color": cell_colour(group.cell),
            "symbol": "line-ew-open",
            "size": 16,
            "line": {"width": 3},
        },
        "hovertemplate": _("mean %{y:.3f}") + f"{spread}<extra>{plain(group.title)}</extra>",
    }
