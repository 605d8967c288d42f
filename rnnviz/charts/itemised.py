"""The itemised gradient as heat maps: steps across and weights down, or epochs across and steps back down."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from rnnviz.charts.bands import faded
from rnnviz.charts.heatmaps import panel_title
from rnnviz.charts.style import FRAME, Spec, Style, axis_name, cell_colour, picture, plain_tokens, titled
from rnnviz.charts.token_axes import BELOW, axes_with_every_word, is_long, shortened
from rnnviz.insight.itemised import ItemisedGradient, Part
from rnnviz.language import N_, _, number
from rnnviz.models.cells import CELLS
from rnnviz.text.sequences import Places

SYMBOLS = {
    "weight_ih": "<i>W<sub>ih</sub></i>",
    "weight_hh": "<i>W<sub>hh</sub></i>",
    "bias_ih": "<i>b<sub>ih</sub></i>",
    "bias_hh": "<i>b<sub>hh</sub></i>",
}
MEASURES = {
    "norms": N_("norm ‖∂L/∂W<sub>t</sub>‖₂"),
    "shares": N_("share of the sum of the norms"),
    "projections": N_("projection onto the whole gradient"),
}
ROW, HEAD = 28, 36
"""Height of a row of a heat map, and room above each map for its title, in pixels."""
RIGHT, LEFT, LETTER = 64, 44, 6
"""Room for the colour bar, for the symbol of a weight, and for each letter of a gate behind it, in pixels."""
DECADES = 8.0
"""Powers of ten that the colours of norms span at most, from the largest down."""
MOST_STEP_TICKS = 24
BARS = 130
"""Height of the norms above the map of a training, in pixels."""

Values = npt.NDArray[np.floating]


@dataclass(frozen=True)
class ItemisedMap:
    """The itemised gradient of one run, and where on the shared token axis its tokens stand."""

    title: str
    gradient: ItemisedGradient
    places: Places


def itemised_maps(
    maps: Sequence[ItemisedMap], tokens: Sequence[str], measure: str, style: Style, by_gate: bool = False
) -> go.Figure:
    """For each run a heat map with the time steps across and its weights down, on one scale of colours.

    `measure` is one of `MEASURES`. Norms are coloured by their logarithm; one of exactly 0
    has none and leaves a gap. With `by_gate`, a cell that has gates has a row for each gate of each weight.
    """
    parts = [rows_of(each.gradient, by_gate) for each in maps]
    heights = [ROW * len(rows) for rows in parts]
    whole = sum(heights) + HEAD * len(maps)
    window = range(len(tokens))
    axes, data = axes_with_every_word(tokens, _("Token"), window, axis_name("y", len(maps)))
    colours = scale([getattr(part, measure) for rows in parts for part in rows], measure, style)
    layout: Spec = {
        **axes,
        "annotations": [],
        "hovermode": "closest",
        "showlegend": False,
        "margin": {
            **FRAME["margin"],
            "t": 8,
            "l": left_of(parts, maps),
            "r": RIGHT,
            **({"b": BELOW} if is_long(window) else {}),
        },
        **({"dragmode": "zoom"} if is_long(window) else {}),
    }
    top = whole
    for row, (each, rows, height) in enumerate(zip(maps, parts, heights, strict=True), start=1):
        domain = [max(top - HEAD - height, 0) / whole, (top - HEAD) / whole]
        top -= HEAD + height
        values = np.full((len(rows), len(tokens)), np.nan)
        values[:, each.places] = [getattr(part, measure) for part in rows]
        bar = {"showscale": row == 1, "colorbar": colour_bar(colours, measure)}
        data.append(
            heat(values, measure, {**colours, **bar})
            | {"yaxis": axis_name("y", row)}
            | {"hovertemplate": "%{y}, “%{x}”: %{customdata:.3g}<extra></extra>"}
        )
        layout[axis_name("y", row, layout=True)] = {
            "domain": domain,
            "range": [len(rows) - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [label(part, each.gradient.cell) for part in rows],
            "fixedrange": True,
            "showgrid": False,
            "automargin": False,
        }
        layout["annotations"].append(panel_title(each.title, domain))
    return picture(data, layout, height=int(whole) + (BELOW + 8 if is_long(window) else 60))


def rows_of(gradient: ItemisedGradient, by_gate: bool) -> list[Part]:
    """The rows of a map: each weight whole, or gate by gate where the cell has gates."""
    gated = [part for part in gradient.parts if part.gate is not None]
    return gated if by_gate and gated else [part for part in gradient.parts if part.gate is None]


def left_of(parts: Sequence[Sequence[Part]], maps: Sequence[ItemisedMap]) -> int:
    """Room for the longest label of a row; fixed, because Plotly would draw every map twice to find it."""
    titles = {gate.name: _(gate.title) for each in maps for gate in CELLS[each.gradient.cell].gates}
    return LEFT + LETTER * max(len(titles[part.gate]) if part.gate else 0 for rows in parts for part in rows)


def label(part: Part, cell: str) -> str:
    """W_ih, or W_ih and the title of the gate."""
    titles = {gate.name: _(gate.title) for gate in CELLS[cell].gates}
    return SYMBOLS[part.weight] + (f", {titles[part.gate]}" if part.gate else "")


def scale(values: Sequence[Values], measure: str, style: Style) -> Spec:
    """Colours over the span of all values: logarithms of norms, shares from 0, projections around 0."""
    joined = np.concatenate(values).astype(np.float64)
    if measure == "norms":
        logs = np.log10(joined[joined > 0]) if (joined > 0).any() else np.zeros(1)
        high = float(logs.max())
        low = max(float(logs.min()), high - DECADES)
        return {"zmin": min(low, high - 0.5), "zmax": high, "colorscale": style.sequential}
    bound = float(np.abs(joined).max(initial=0)) or 1.0
    if measure == "shares":
        return {"zmin": 0.0, "zmax": bound, "colorscale": style.sequential}
    return {"zmin": -bound, "zmax": bound, "colorscale": style.diverging}


def heat(values: Values, measure: str, more: Spec) -> Spec:
    """A heat map of values (rows, columns), whose hover has the values themselves."""
    with np.errstate(divide="ignore"):
        shown = np.where(values > 0, np.log10(values), np.nan) if measure == "norms" else values
    return {
        "type": "heatmap",
        "z": shown.astype(np.float32),
        "customdata": values.astype(np.float32),
        "meta": {"value": f"log₁₀ {_(MEASURES[measure])}" if measure == "norms" else _(MEASURES[measure])}
        | {"columns": [_(MEASURES[measure])]},
        "hoverongaps": False,
        "xgap": 0 if values.shape[1] > MOST_STEP_TICKS * 2 else 1,
        "ygap": 1 if values.shape[0] < MOST_STEP_TICKS * 2 else 0,
        **more,
    }


def colour_bar(colours: Spec, measure: str) -> Spec:
    """The scale of the colours; that of norms has powers of ten, or 1, 2 and 5 where it spans few of them."""
    frame = {"thickness": 9, "outlinewidth": 0, "xref": "container", "x": 1.0, "xanchor": "right"}
    if measure != "norms":
        return frame
    low, high = colours["zmin"], colours["zmax"]
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    if high - low > 2:
        ticks = [(float(power), f"10<sup>{power}</sup>") for power in powers]
    else:
        marks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
        ticks = [(float(np.log10(mark)), number(mark, ".1g")) for mark in marks]
    within = [(place, text) for place, text in ticks if low <= place <= high]
    return {
        **frame,
        "tickmode": "array",
        "tickvals": [place for place, _text in within],
        "ticktext": [text for _place, text in within],
    }


def training_map(
    gradients: Sequence[ItemisedGradient],
    weight: str,
    gate: str | None,
    measure: str,
    clip_norm: float,
    style: Style,
) -> go.Figure:
    """One weight along the training: epochs across, steps back from the end down.

    Above them the norm of the whole gradient at each epoch, the part that clipping would cut off set apart.
    """
    parts = [gradient.part(weight, gate) for gradient in gradients]
    back = gradients[0].steps_back
    values = np.stack([np.asarray(getattr(part, measure), dtype=np.float64)[back] for part in parts], axis=1)
    tokens = plain_tokens([shortened(token) for token in gradients[0].tokens[back]])
    epochs = [str(gradient.epoch) for gradient in gradients]
    colours = scale(list(values), measure, style)
    height = int(np.clip(18 * len(values), 120, 460))
    whole = BARS + HEAD + height + HEAD
    low = height / whole
    stride = -(-len(values) // MOST_STEP_TICKS)
    places = list(range(0, len(values), stride))
    layout: Spec = {
        "xaxis": {**titled(_("Epoch")), "type": "category", "anchor": "y2", "showgrid": False},
        "yaxis": {
            **titled("‖∂L/∂θ‖₂"),
            "domain": [(height + HEAD) / whole, (height + HEAD + BARS) / whole],
            "rangemode": "tozero",
            "fixedrange": True,
            "nticks": 4,
        },
        "yaxis2": {
            **titled(_("Steps back from the end")),
            "domain": [0, low],
            "autorange": "reversed",
            "tickmode": "array",
            "tickvals": places,
            "ticktext": [f"{place} {tokens[place]}" for place in places],
            "fixedrange": True,
            "showgrid": False,
        },
        "annotations": [panel_title(f"{label(parts[0], gradients[0].cell)}: {_(MEASURES[measure])}", [0, low])],
        "barmode": "stack",
        "hovermode": "closest",
        "showlegend": True,
        "legend": {**FRAME["legend"], "traceorder": "normal"},
        "margin": {**FRAME["margin"], "r": RIGHT},
    }
    bar = {**colour_bar(colours, measure), "len": low, "y": low / 2}
    data = clip_bars(epochs, [gradient.gradient_norm for gradient in gradients], clip_norm, gradients[0].cell)
    data.append(
        heat(values, measure, {**colours, "colorbar": bar})
        | {"x": epochs, "yaxis": "y2", "showlegend": False}
        | {
            "text": np.repeat(np.array(tokens)[:, None], len(epochs), axis=1),
            "hovertemplate": _("epoch %{x}, %{y} (“%{text}”): %{customdata:.3g}") + "<extra></extra>",
        }
    )
    return picture(data, layout, height=whole + 60)


def clip_bars(names: Sequence[str], norms: Sequence[float], clip_norm: float, cell: str) -> list[Spec]:
    """Norms as bars, what is above the clip norm set apart; without clipping there is nothing above."""
    most = clip_norm if clip_norm > 0 else np.inf
    kept = np.minimum(norms, most)
    cut = np.maximum(np.asarray(norms) - most, 0)
    colour = cell_colour(cell)
    return [
        {
            "type": "bar",
            "x": list(names),
            "y": kept,
            "name": _("kept"),
            "marker": {"color": colour},
            "hovertemplate": "%{y:.3g}",
        },
        {
            "type": "bar",
            "x": list(names),
            "y": cut,
            "name": _("cut off by clipping"),
            "marker": {"color": faded(colour, 0.35), "pattern": {"shape": "/", "fgcolor": colour, "size": 6}},
            "hovertemplate": "%{y:.3g}",
        },
    ]
