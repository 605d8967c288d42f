"""The numbers of a picture as a table, read off the figure itself: a row for each point that is drawn.

Columns are called by the titles of the axes. A trace may say more in its `meta`, which
Plotly hands through: "name" (of the rows, where it has none in the legend), "value" (what
the colours of a heat map stand for), and "columns" (what its `customdata` are).
"""

import base64
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from rnnviz.charts.style import Spec
from rnnviz.language import _

Array = npt.NDArray[Any]

TAGS = re.compile(r"</?(?:b|i|em|span|a)\b[^>]*>")
"""Those that Plotly acts on and that have no meaning without it."""


def as_csv(figure: go.Figure) -> str:
    """The table with a line of headings, commas between, numbers with a point; no word begins a formula."""
    return table(figure).map(_no_formula).to_csv(index=False, lineterminator="\n")


def _no_formula(value: Any) -> Any:
    """A word from a text that a spreadsheet would compute gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"} else value


def table(figure: go.Figure) -> pd.DataFrame:
    """A row for each point: panel and trace by name, places on the axes, the value of a cell, what a hover adds.

    Where panels have different axes, each has columns of its own. Points without a value (gaps) have no row,
    nor have traces that nobody sees or that draw again what another of the same name has drawn.
    """
    spec = figure.to_plotly_json()
    layout: Spec = spec.get("layout", {})
    parts: list[pd.DataFrame] = []
    for trace in spec.get("data", []):
        if trace.get("opacity") == 0 or trace.get("visible") is False:
            continue
        for rows in rows_of(trace, layout):
            if not any(repeats(rows, earlier) for earlier in parts):
                parts.append(rows)
    if not parts:
        return pd.DataFrame()
    full = [part for part in parts if len(part)] or parts[:1]
    whole = pd.concat([part.dropna(axis=1, how="all") if len(part) else part for part in full], ignore_index=True)
    first = [name for name in (_("panel"), _("trace")) if name in whole]
    return whole[[*first, *(name for name in whole if name not in first)]]


def rows_of(trace: Spec, layout: Spec) -> Iterator[pd.DataFrame]:
    """The rows of a trace; of a band, which is drawn as one closed shape, those of its two edges."""
    meta = trace.get("meta") or {}
    name = text(meta.get("name") or trace.get("name") or trace.get("legendgroup"))
    named = {_("panel"): panel_of(trace, layout), _("trace"): name}
    if trace["type"] == "heatmap":
        yield cells(trace, layout, named, meta)
        return
    x, y = coordinates(trace)
    if trace.get("fill") == "toself" and is_band(x):
        half = len(x) // 2
        for edge, values in ((_("upper edge"), y[:half]), (_("lower edge"), y[half:][::-1])):
            both = {**named, _("trace"): f"{name} · {edge}" if name else edge}
            yield frame(trace, layout, both, x[:half], values, {})
        return
    yield frame(trace, layout, named, x, y, extras(trace, meta, (max(len(x), len(y)),)))


def cells(trace: Spec, layout: Spec, named: Mapping[str, str], meta: Spec) -> pd.DataFrame:
    """A heat map (rows, columns): a row of the table for each of its cells, one row of cells after the other."""
    z = array(trace["z"])
    down, across = z.shape if z.ndim == 2 else (0, 0)
    x, y = along(trace, "x", across), along(trace, "y", down)
    title = meta.get("value") or trace.get("colorbar", {}).get("title", {}).get("text")
    more = {text(title) or _("value"): z.ravel(), **extras(trace, meta, (down, across))}
    found = frame(trace, layout, named, np.tile(x, down), np.repeat(y, across), more)
    return found[found[text(title) or _("value")].notna()]


def frame(
    trace: Spec, layout: Spec, named: Mapping[str, str], x: Array, y: Array, more: Mapping[str, Array]
) -> pd.DataFrame:
    """Names and columns side by side; an axis with words for its places has a second column for them."""
    columns: dict[str, Any] = {}
    for letter, values in (("x", x), ("y", y)):
        axis = trace.get(f"{letter}axis") or letter
        title = axis_title(layout, axis)
        title = letter if title in columns else title
        columns[title] = column(values)
        words = tick_words(layout.get(long_name(axis), {}), values)
        if words is not None:
            columns[_("{title} (label)").format(title=title)] = words
    for title, values in more.items():
        cells = column(values)
        if not any(_same(cells, known) for known in columns.values()):
            columns[title if title not in columns else f"{title} (2)"] = cells
    found = pd.DataFrame({**{title: name for title, name in named.items() if name}, **columns})
    return found[pd.Series(column(x)).notna() & pd.Series(column(y)).notna()]


def repeats(rows: pd.DataFrame, earlier: pd.DataFrame) -> bool:
    """Whether a trace only draws points again that stand in an earlier one of the same name."""
    if _("trace") not in rows or not len(rows) or not set(rows) <= set(earlier):
        return False
    known = set(map(tuple, earlier[list(rows)].to_numpy().tolist()))
    return all(tuple(row) in known for row in rows.to_numpy().tolist())


def coordinates(trace: Spec) -> tuple[Array, Array]:
    """Both coordinates of each point; one that is not given counts up."""
    count = max(len(array(trace.get(letter))) for letter in "xy")
    return along(trace, "x", count), along(trace, "y", count)


def along(trace: Spec, letter: str, count: int) -> Array:
    """Places along an axis: as given, or from a first one in equal steps."""
    if trace.get(letter) is not None:
        return array(trace[letter])
    first, step = trace.get(f"{letter}0") or 0, trace.get(f"d{letter}") or 1
    return first + step * np.arange(count)


def is_band(x: Array) -> bool:
    """Whether a closed shape goes there and comes back over the same places."""
    half = len(x) // 2
    return len(x) % 2 == 0 and np.array_equal(x[:half], x[half:][::-1])


def extras(trace: Spec, meta: Spec, points: tuple[int, ...]) -> dict[str, Array]:
    """What a hover or the colours say beside the coordinates, a value for each point."""
    found: dict[str, Array] = {}
    marker = trace.get("marker", {})
    if title := text(marker.get("colorbar", {}).get("title", {}).get("text")):
        found[title] = array(marker["color"])
    said = trace.get("hovertext")
    if said is None and "%{text}" in (trace.get("hovertemplate") or ""):
        said = trace.get("text")
    if said is not None:
        found[_("text")] = array(said)
    data = array(trace.get("customdata"))
    if data.size and data.shape[: len(points)] == points:
        parts = data.reshape(*points, -1)
        for place in range(parts.shape[-1]):
            titles = meta.get("columns") or []
            title = titles[place] if place < len(titles) else _("hover {number}").format(number=place + 1)
            found[text(title)] = parts[..., place]
    return {title: values.ravel() for title, values in found.items() if values.size == np.prod(points)}


def axis_title(layout: Spec, axis: str) -> str:
    """The title of an axis; one without has that of the others of its letter, where these agree."""
    titles = {
        name: text(part.get("title", {}).get("text"))
        for name, part in layout.items()
        if name.startswith(f"{axis[0]}axis")
    }
    others = set(titles.values()) - {""}
    return titles.get(long_name(axis)) or (others.pop() if len(others) == 1 else axis[0])


def long_name(axis: str) -> str:
    """ "xaxis2" of "x2"."""
    return f"{axis[0]}axis{axis[1:]}"


def tick_words(axis: Spec, values: Array) -> list[str] | None:
    """The word at each place, where an axis has one for all of them."""
    if axis.get("tickmode") != "array" or axis.get("ticktext") is None:
        return None
    words = dict(zip(array(axis["tickvals"]).tolist(), map(text, axis["ticktext"]), strict=False))
    places = values.tolist()
    if not places or not all(place in words for place in places):
        return None
    found = [words[place] for place in places]
    return None if found == list(map(str, places)) else found


def panel_of(trace: Spec, layout: Spec) -> str:
    """The title above the panel that a trace stands in: at its top, at its left or in its middle."""
    spans = [layout.get(long_name(trace.get(f"{letter}axis") or letter), {}).get("domain") or [0, 1] for letter in "xy"]
    (left, right), (_bottom, top) = spans
    for note in layout.get("annotations", ()):
        if note.get("xref") != "paper" or note.get("yref") != "paper" or note.get("yanchor") != "bottom":
            continue
        place = left if note.get("xanchor") == "left" else (left + right) / 2 if note.get("xanchor") == "center" else -1
        if np.isclose(note["x"], place) and np.isclose(note["y"], top):
            return text(note.get("text"))
    return ""


def array(values: Any) -> Array:
    """An array of what Plotly keeps as one: a list, an array, or the bytes of one in base 64."""
    if isinstance(values, Mapping) and "bdata" in values:
        flat = np.frombuffer(base64.b64decode(values["bdata"]), np.dtype(str(values["dtype"])))
        shape = [int(size) for size in str(values.get("shape", "")).split(",") if size.strip()]
        return flat.reshape(shape) if shape else flat
    if values is None:
        return np.empty(0)
    found = np.asarray(values)
    return np.array(found.tolist(), dtype=object) if found.dtype.kind in "US" else found


def column(values: Array) -> Any:
    """A column as it is written: whole numbers whole, single precision with the digits that it has, words plain."""
    if values.dtype.kind in "iu":
        return pd.array(values, dtype="Int64")
    if values.dtype == np.float32:
        return values.astype("U").astype(np.float64)
    if values.dtype.kind == "O":
        plain = pd.Series([text(value) if isinstance(value, str) else value for value in values.tolist()], dtype=object)
        return plain.infer_objects().array
    return values


def text(label: object) -> str:
    """A label without the HTML in which Plotly writes it: h<sub>t</sub> is h_t."""
    if not label:
        return ""
    bare = str(label).replace("<br>", " ").replace("<sub>", "_").replace("<sup>", "^")
    return unescape(TAGS.sub("", bare.replace("</sub>", "").replace("</sup>", "")))


def _same(cells: Any, known: Any) -> bool:
    return pd.Series(cells).astype(object).tolist() == pd.Series(known).astype(object).tolist()
