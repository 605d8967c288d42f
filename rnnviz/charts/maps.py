"""Pictures of many states: the map with the way of one text on it, and units beside the tokens that move them."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import MARK, Spec, Style, class_colour, picture, plain, plain_tokens, titled
from rnnviz.insight.responses import CoClusters, Responses
from rnnviz.language import _
from rnnviz.text.sequences import Places
from rnnviz.training.trained import Floats


def state_map(
    points: Floats,
    colours: Sequence[str] | Floats,
    names: Sequence[str],
    hovers: Sequence[str],
    way: Floats,
    tokens: Sequence[str],
    step: int | None,
    titles: tuple[str, str],
    scale_title: str,
) -> go.Figure:
    """States (points, 2), coloured by group (`names` of them) or by a number, and the way of one text (tokens, 2).

    `colours` holds the group of each point as text, or a number each; `titles` are those of the axes.
    """
    data: list[Spec] = []
    if names:
        groups = np.array(colours)
        data += [
            cloud(
                points[groups == name],
                class_colour(place),
                plain(name),
                [hovers[at] for at in np.flatnonzero(groups == name).tolist()],
            )
            for place, name in enumerate(names)
        ]
    else:
        data.append(cloud(points, colours, "", hovers, scale_title))
    data.append(
        {
            "type": "scatter",
            "mode": "lines+markers+text",
            "x": way[:, 0].tolist(),
            "y": way[:, 1].tolist(),
            "text": plain_tokens(tokens) if len(tokens) <= 40 else None,
            "textposition": "top center",
            "line": {"color": MARK, "width": 2},
            "marker": {"size": [12 if place == step else 6 for place in range(len(tokens))], "color": MARK},
            "name": _("this text"),
            "hovertext": [f"{place}. {token}" for place, token in enumerate(plain_tokens(tokens), 1)],
            "hoverinfo": "text",
        }
    )
    layout = {
        "xaxis": {**titled(titles[0]), "showgrid": False},
        "yaxis": {**titled(titles[1]), "showgrid": False},
        "hovermode": "closest",
        "dragmode": "zoom",
    }
    return picture(data, layout, height=520)


def cloud(points: Floats, colour: object, name: str, hovers: Sequence[str], scale_title: str = "") -> Spec:
    """Many points of one colour, or each of its own on a scale."""
    scale = (
        {"colorscale": "Viridis", "colorbar": {"title": {"text": scale_title}, "thickness": 9}} if scale_title else {}
    )
    values = np.asarray(colour).tolist() if scale_title else colour
    return {
        "type": "scattergl",
        "mode": "markers",
        "x": points[:, 0].tolist(),
        "y": points[:, 1].tolist(),
        "marker": {"size": 5, "opacity": 0.55, "color": values, **scale},
        "name": name,
        "showlegend": bool(name),
        "hovertext": [plain(text) for text in hovers],
        "hoverinfo": "text",
    }


def response_map(responses: Responses, order: CoClusters, style: Style, unit: int) -> go.Figure:
    """Mean changes, tokens across and units down, both in the order of their clusters."""
    changes = responses.changes[order.tokens][:, order.units].T
    limit = max(float(np.abs(changes).max(initial=0.0)), 1e-6)
    names = [label(responses.tokens[place]) for place in order.tokens.tolist()]
    units = [str(place) for place in order.units.tolist()]
    row = order.units.tolist().index(unit) if unit in order.units else None
    data: list[Spec] = [
        {
            "type": "heatmap",
            "z": changes.astype(np.float32),
            "zmin": -limit,
            "zmax": limit,
            "colorscale": style.diverging,
            "colorbar": {"thickness": 9, "outlinewidth": 0},
            "customdata": [names] * len(units),
            "text": [[name] * len(names) for name in units],
            "hovertemplate": _("“%{customdata}”, unit %{text}: %{z:+.3f}") + "<extra></extra>",
            "xgap": 1,
        }
    ]
    shapes = [*borders(order.token_clusters, "x"), *borders(order.unit_clusters, "y")]
    if row is not None:
        frame = {"x0": -0.5, "x1": len(names) - 0.5, "y0": row - 0.5, "y1": row + 0.5}
        shapes.append({"type": "rect", **frame, "line": {"color": MARK, "width": 1}})
    layout = {
        "xaxis": {
            **titled(_("Token, by cluster")),
            **{"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": names},
            "tickangle": 0 if max(map(len, names), default=1) < 3 else 90,
            "showgrid": False,
        },
        "yaxis": {
            **titled(_("Unit, by cluster")),
            **{"tickmode": "array", "tickvals": list(range(len(units))), "ticktext": units},
            "range": [len(units) - 0.5, -0.5],
            "showgrid": False,
            "tickfont": {"size": 9},
        },
        "shapes": shapes,
    }
    return picture(data, layout, height=max(320, 13 * len(units) + 140))


def borders(clusters: Places, axis: str) -> list[Spec]:
    """Lines between neighbours of different clusters."""
    other, line = (
        ("y", {"color": "#888888", "width": 1.5}) if axis == "x" else ("x", {"color": "#888888", "width": 1.5})
    )
    places = (np.flatnonzero(np.diff(clusters)) + 0.5).tolist()
    return [
        {
            "type": "line",
            f"{axis}0": at,
            f"{axis}1": at,
            f"{other}0": 0,
            f"{other}1": 1,
            f"{other}ref": "paper",
            "line": line,
        }
        for at in places
    ]


def label(tokens: Sequence[str]) -> str:
    """A token, or a pair of neighbours, as it can be seen on an axis."""
    shown = plain_tokens(tokens)
    return "".join(shown) if all(len(token) == 1 for token in tokens) else " ".join(shown)


def response_bars(raised: Responses, lowered: Responses, unit: int) -> go.Figure:
    """The tokens that raise and lower one unit most, the strongest on the outside."""
    tokens = [*raised.tokens, *lowered.tokens[::-1]]
    values = [*raised.changes[:, unit].tolist(), *lowered.changes[::-1, unit].tolist()]
    counts = [*raised.counts.tolist(), *lowered.counts[::-1].tolist()]
    data: list[Spec] = [
        {
            "type": "bar",
            "x": values,
            "y": [f"{label(token)} " for token in tokens],
            "orientation": "h",
            "marker": {"color": ["#b35806" if value > 0 else "#0b5a92" for value in values]},
            "customdata": counts,
            "hovertemplate": _("%{y}: %{x:+.3f} on average, read %{customdata} times") + "<extra></extra>",
        }
    ]
    layout = {
        "xaxis": titled(_("Mean change of the hidden state")),
        "yaxis": {**titled(_("Token")), "type": "category", "autorange": "reversed"},
        "showlegend": False,
    }
    return picture(data, layout, height=max(220, 22 * len(tokens) + 80))
