"""What the picture of a trace is told beside its values: the panels, what is marked, colours, and all words."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from rnnviz.charts.heatmaps import PANEL, limits
from rnnviz.charts.style import MARK, Style, class_colour, token_labels
from rnnviz.charts.token_axes import is_long
from rnnviz.insight.trace import Trace
from rnnviz.language import _, number
from rnnviz.models.cells import Quantity
from rnnviz.ui.cargo import Cargo
from rnnviz.ui.pictures import own_camera

MOST_BYTES = 2_000_000
"""Of values that are sent whole; of more, only the window that is drawn."""


@dataclass(frozen=True)
class View:
    """What of a trace is drawn, and what is marked in it."""

    quantities: tuple[Quantity, ...]
    window: range
    """The tokens that are drawn."""
    probabilities: bool = False
    """Whether the running prediction stands above the heat maps."""
    step: int | None = None
    unit: int | None = None
    panel: int = PANEL
    """Height of each panel, in pixels."""
    words: bool = False
    """Whether tokens are words, which have to stand upright below the axis, and not letters."""


def part_sent(trace: Trace, window: range) -> range:
    """The tokens whose values are sent: all, so that the window can move, or of very many those that are drawn."""
    size = sum(trace.values[each.name].nbytes for each in trace.quantities)
    return range(len(trace.tokens)) if size <= MOST_BYTES else window


def values_of(slot: str, trace: Trace, part: range, answers: bool) -> Cargo:
    """All that any view of these tokens draws; the probabilities, which give answers away, only if they may be seen."""
    arrays = {each.name: trace.values[each.name] for each in trace.quantities}
    if answers:
        arrays["probabilities"] = trace.probabilities
    rows = slice(part.start, part.stop)
    about = {
        "first": part.start,
        "units": trace.units,
        "tokens": token_labels(trace.tokens[rows]),
        "limits": {each.name: limits(each, trace.values[each.name]) for each in trace.quantities},
    }
    return Cargo(slot, {name: array[rows] for name, array in arrays.items()}, about)


def plan_of(
    trace: Trace, values: Cargo, view: View, style: Style, title: str, key: str, movable: bool
) -> dict[str, Any]:
    """The plan of a picture; `movable` says whether clicks choose a step."""
    return {
        "values": values.label,
        "label": title,
        "panels": [panel(each, *values.about["limits"][each.name]) for each in view.quantities],
        "panel": view.panel,
        "probabilities": view.probabilities,
        "classes": [[name, class_colour(place)] for place, name in enumerate(trace.classes)],
        "window": [view.window.start, view.window.stop],
        "step": view.step,
        "unit": view.unit,
        "upright": view.words,
        "zooms": is_long(trace.tokens),
        "movable": movable,
        "mark": MARK,
        "scales": scales(style),
        "camera": own_camera(key),
        "words": {
            "decimal": number(0.5, ".1f")[1],
            "token": _("Token"),
            "unit": _("Unit"),
            "probability": _("Probability"),
            "prediction": _("Prediction after each token"),
            "value": _("“{token}”, unit {unit}: {value}"),
            "after": _("after “{token}”"),
        },
    }


@cache
def scales(style: Style) -> dict[str, list[tuple[float, str]]]:
    """The colours of values around 0 and of gates, as stops of a scale."""
    return {"signed": style.diverging, "gate": style.sequential_stops}


def panel(quantity: Quantity, low: float, high: float) -> dict[str, Any]:
    """A heat map: what it is called, its scale, and which colours that has."""
    return {
        "name": quantity.name,
        "title": _(quantity.title),
        "symbol": quantity.symbol,
        "kind": "gate" if low >= 0 else "signed",
        "low": low,
        "high": high,
    }
