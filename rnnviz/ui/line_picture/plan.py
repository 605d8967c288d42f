"""What a picture of lines is told: a Plotly spec, taken apart into the few things that are drawn.

Every part of the spec is looked at. One that the drawing does not know is a ValueError:
nothing that a chart says may be left out in silence.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any

from rnnviz.charts.style import Spec
from rnnviz.language import number
from rnnviz.ui.line_picture.labels import hover_of, labelled, numbers, parts_of, words_of

Plan = dict[str, Any]

LAYOUT = {"height", "separators", "margin", "legend", "hoverlabel", "dragmode", "uirevision", "hovermode"}
LAYOUT |= {"annotations", "shapes", "showlegend"}
AXIS = {"title", "range", "domain", "anchor", "tickformat", "type", "dtick", "exponentformat", "tickmode"}
AXIS |= {"tickvals", "ticktext", "tickangle", "showticklabels", "automargin", "zeroline", "fixedrange", "uirevision"}
TRACE = {"type", "x", "y", "name", "meta", "mode", "line", "marker", "opacity", "legendgroup", "showlegend"}
TRACE |= {"hovertemplate", "hoverinfo", "text", "customdata", "xaxis", "yaxis"}
NOTE = {"text", "showarrow", "font", "x", "y", "xref", "yref", "xanchor", "yanchor", "yshift"}
SHAPE = {"type", "x0", "x1", "xref", "y0", "y1", "yref", "line"}

DASHES = {
    "solid": [],
    "dot": [1, 1],
    "dash": [3, 3],
    "longdash": [5, 5],
    "dashdot": [3, 1, 1, 1],
    "longdashdot": [5, 2, 1, 2],
}
"""Lengths of strokes and gaps, each times the width of the line, as Plotly draws them."""
MARKS = {"circle": "dot", "diamond": "diamond", "line-ns-open": "upright"}
MODES = {"lines", "markers", "lines+markers"}


def plan_of(spec: Spec, title: str) -> Plan:
    """The plan of a picture; ValueError where a chart asks for something that is not drawn here."""
    layout = spec["layout"]
    axes = {short(name): axis(layout[name], name) for name in layout if is_axis(name)}
    _only({name for name in layout if not is_axis(name)}, LAYOUT, "layout")
    _one_of(layout.get("hovermode"), {"x unified"}, "hovermode")
    _one_of(layout.get("dragmode"), {False, "zoom"}, "dragmode")
    panels = panels_of(layout)
    entries = [each for each in spec["data"] if each.get("showlegend") is not False]
    return {
        "label": title,
        "height": layout["height"],
        "top": layout["margin"]["t"],
        "high": layout["legend"].get("yref") == "container",
        "zooms": layout.get("dragmode") == "zoom",
        "axes": axes,
        "panels": panels,
        "lines": [line(each, place, panels) for place, each in enumerate(spec["data"])],
        "legend": bool(layout.get("showlegend", len(spec["data"]) > 1) and entries),
        "notes": [note(each) for each in layout.get("annotations", ())],
        "levels": [level(each, panels) for each in layout.get("shapes", ())],
        "words": {
            "decimal": number(0.5, ".1f")[1],
            "percent": number(0.5, ".0%")[2:],
        },
    }


def is_axis(name: str) -> bool:
    return re.fullmatch(r"[xy]axis\d*", name) is not None


def short(name: str) -> str:
    """ "x2" of "xaxis2"."""
    return name.replace("axis", "")


def panels_of(layout: Spec) -> list[list[str]]:
    """The pairs of axes that belong together, each once."""
    found = []
    for name in layout:
        if is_axis(name) and name[0] == "x":
            found.append([short(name), layout[name].get("anchor") or "y" + short(name)[1:]])
    return found


def axis(given: Spec, name: str) -> Plan:
    """An axis: its words, where it stands on the picture, from where to where it reaches, and how its ticks are."""
    _only(given, AXIS, name)
    _one_of(given.get("type", "linear"), {"linear", "log"}, f"{name}.type")
    _one_of(given.get("tickformat") or "", {"", ".0%", ".1g"}, f"{name}.tickformat")
    _one_of(given.get("tickmode", "auto"), {"auto", "array"}, f"{name}.tickmode")
    _one_of(given.get("tickangle", 0), {0, 90}, f"{name}.tickangle")
    _one_of(given.get("zeroline", False), {False}, f"{name}.zeroline")
    log, step = given.get("type") == "log", given.get("dtick")
    if not (isinstance(step, float | int) or step in {None, "D2"}) or (step is not None and not log):
        raise ValueError(f"A drawing of lines does not know {name}.dtick {step!r}.")
    worded = given.get("tickmode") == "array"
    return {
        "title": parts_of(given.get("title", {}).get("text", "")),
        "domain": list(given.get("domain", (0, 1))),
        "range": list(given["range"]) if "range" in given else None,
        "log": log,
        "step": step,
        "share": given.get("tickformat") == ".0%",
        "ticks": labelled(given["tickvals"], given["ticktext"]) if worded else None,
        "upright": given.get("tickangle") == 90,
        "labels": given.get("showticklabels", True),
    }


def line(given: Spec, place: int, panels: list[list[str]]) -> Plan:
    """A trace: its points, its strokes, and what is said of each point."""
    where = f"trace {place}"
    _only(given, TRACE, where)
    _one_of(given["type"], {"scatter"}, f"{where}.type")
    _one_of(given.get("mode"), MODES, f"{where}.mode")
    stroke, mark = given.get("line", {}), given.get("marker", {})
    _only(stroke, {"color", "dash", "width"}, f"{where}.line")
    _only(mark, {"color", "symbol", "size", "line"}, f"{where}.marker")
    pair = [given.get("xaxis", "x"), given.get("yaxis", "y")]
    if pair not in panels:
        raise ValueError(f"{where} stands on {pair}, which is no panel of the picture.")
    name = words_of(given.get("name", ""))
    marked = "markers" in given["mode"]
    silent = given.get("hoverinfo") == "skip"
    if not silent and "hovertemplate" not in given:
        raise ValueError(f"{where} does not say what its hover says.")
    symbol = mark.get("symbol", "circle")
    _one_of(symbol, set(MARKS), f"{where}.marker.symbol")
    return {
        "panel": panels.index(pair),
        "x": numbers(given["x"]),
        "y": numbers(given["y"]),
        "name": name,
        "group": given.get("legendgroup") or name or where,
        "entry": given.get("showlegend") is not False,
        "colour": stroke.get("color") or mark.get("color"),
        "width": stroke.get("width", 2) if "lines" in given["mode"] else 0,
        "dash": dashed(stroke),
        "opacity": given.get("opacity", 1),
        "mark": {"kind": MARKS[symbol], "size": mark.get("size", 6), "width": mark.get("line", {}).get("width", 1)}
        if marked
        else None,
        "hover": None if silent else hover_of(given["hovertemplate"]),
        "text": list(map(words_of, given["text"])) if "text" in given else None,
        "customdata": list(map(words_of, given["customdata"])) if "customdata" in given else None,
    }


def dashed(stroke: Spec) -> list[float]:
    """Strokes and gaps of a line, in pixels; of one that is not dashed, none."""
    dash = stroke.get("dash", "solid")
    _one_of(dash, set(DASHES), "dash")
    return [length * max(stroke.get("width", 2), 3) for length in DASHES[dash]]


def note(given: Spec) -> Plan:
    """Words at a place of the whole picture: the title of a panel."""
    _only(given, NOTE, "annotation")
    for name, only in (("xref", "paper"), ("yref", "paper"), ("yanchor", "bottom"), ("showarrow", False)):
        _one_of(given.get(name), {only}, f"annotation.{name}")
    _one_of(given.get("xanchor"), {"left", "center", "right"}, "annotation.xanchor")
    size = given.get("font", {}).get("size", 12)
    place = {"x": given["x"], "y": given["y"], "up": given.get("yshift", 0), "align": given["xanchor"]}
    return {"words": parts_of(given["text"]), "size": size, **place}


def level(given: Spec, panels: list[list[str]]) -> Plan:
    """A line across a panel or up it; its places are those of an axis, or shares of the panel."""
    _only(given, SHAPE, "shape")
    _one_of(given["type"], {"line"}, "shape.type")
    _only(given["line"], {"color", "dash", "width"}, "shape.line")
    refs = [given["xref"], given["yref"]]
    pair = [ref.removesuffix(" domain") for ref in refs]
    if pair not in panels:
        raise ValueError(f"A shape stands on {pair}, which is no panel of the picture.")
    return {
        "panel": panels.index(pair),
        "x": numbers([given["x0"], given["x1"]]),
        "y": numbers([given["y0"], given["y1"]]),
        "shares": [ref.endswith(" domain") for ref in refs],
        "colour": given["line"]["color"],
        "width": given["line"].get("width", 2),
        "dash": dashed(given["line"]),
    }


def _only(given: Iterable[str], known: Collection[str], where: str) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise ValueError(f"A drawing of lines does not know {', '.join(unknown)} of {where}.")


def _one_of(value: Any, known: Collection[Any], where: str) -> None:
    if value not in known:
        raise ValueError(f"A drawing of lines does not know {where} {value!r}.")
