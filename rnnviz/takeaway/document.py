"""A comparison as one HTML file that needs nothing but a browser: no network, no server, no app.

Everything is in it, Plotly's JavaScript too, and it forbids its browser to load anything from elsewhere.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from rnnviz.charts.curves import Curve, training_curves
from rnnviz.language import _, current_language, number
from rnnviz.takeaway.compared import (
    PART_TITLES,
    Entry,
    Line,
    Rows,
    cost_rows,
    parts_of,
    report_lines,
    setting_rows,
)

HERE = Path(__file__).parent
NOTHING_FROM_ELSEWHERE = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
)
MEASURES = ("loss", "accuracy")


@dataclass(frozen=True, eq=False)
class Document:
    """What stands in the file."""

    entries: tuple[Entry, ...]
    reference: int
    """The place of the one that differences are to."""
    part: str
    """Which part was looked at; it comes first."""
    day: date
    link: str
    """Opens this very comparison in the app; empty where nobody knows its address."""
    sentences: tuple[str, ...] = ()
    """What the tests found of the reference; none where they were not asked."""
    further: tuple[str, ...] = ()
    """What they found of the others."""
    warnings: tuple[str, ...] = ()
    """Why these figures have to be compared with care."""
    say_value: Callable[[str, Any], str] = lambda _path, value: str(value)
    """Puts the value of a setting into words, given its path."""


def document(content: Document) -> str:
    """The whole file."""
    title = _("Comparison: {names}").format(names=", ".join(each.title for each in content.entries))
    curves = curve_figures(content.entries)
    parts = sorted(parts_of(content.entries), key=lambda part: part != content.part)
    runs = [each for each in content.entries if each.run]
    body = [
        f"<h1>{escape(title)}</h1>",
        *_head(content),
        *(f"<p><strong>{escape(said)}</strong></p>" for said in content.warnings),
        _section(_("Reports"), *(_report(content, part, opened=part == content.part) for part in parts)),
        _section(_("Is the difference real?"), *_verdicts(content)) if content.sentences else "",
        _section(_("Confusion matrices"), *(_confusions(content, part, part == content.part) for part in parts)),
        _section(_("Learning curves"), *_curves(runs, curves)) if runs else "",
        _section(_("Settings"), *_settings(runs, content.say_value)) if runs else "",
    ]
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{current_language()}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{NOTHING_FROM_ELSEWHERE}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{(HERE / 'document.css').read_text(encoding='utf-8')}</style>",
            "</head>",
            "<body>",
            "<main>",
            *filter(None, body),
            "</main>",
            *(_scripts(curves) if curves else ()),
            "</body>",
            "</html>",
            "",
        ]
    )


def _scripts(figures: dict[str, go.Figure]) -> list[str]:
    specs = {name: json.loads(figure.to_json()) for name, figure in figures.items()}
    for spec in specs.values():
        spec["layout"].pop("template", None)
    listed = json.dumps(specs, ensure_ascii=False).replace("<", r"\u003c")  # no text of it ends the script
    return [
        f'<script id="figures" type="application/json">{listed}</script>',
        f"<script>{get_plotlyjs()}</script>",
        f"<script>{(HERE / 'document.js').read_text(encoding='utf-8')}</script>",
    ]


def _head(content: Document) -> Iterable[str]:
    day = _("Made on {day} with rnnviz.").format(day=content.day.isoformat())
    yield f'<p class="soft">{escape(day)}</p>'
    if content.link:
        opening = _("Open this comparison in the app")
        yield f'<p><a href="{escape(content.link)}">{escape(opening)}</a></p>'
    told = _(
        "The nets learned from the training texts; the validation texts chose the epoch whose weights were kept; "
        "the test texts chose nothing. Small figures: the difference to {reference}."
    ).format(reference=content.entries[content.reference].title)
    yield f"<p>{escape(told)}</p>"


def _section(title: str, *blocks: str) -> str:
    return "\n".join([f"<section><h2>{escape(title)}</h2>", *blocks, "</section>"])


def _list(sentences: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(said)}</li>" for said in sentences) + "</ul>"


def _verdicts(content: Document) -> Iterable[str]:
    """Those that concern the reference in the open, the others in a box that opens."""
    yield _list(content.sentences)
    if content.further:
        yield _folded(_("All other pairs"), _list(content.further), opened=False)


def _folded(title: str, block: str, opened: bool) -> str:
    return f"<details{' open' * opened}><summary>{escape(title)}</summary>\n{block}\n</details>"


def _names(entries: Sequence[Entry]) -> str:
    """The head of a table: an empty corner, then every entry with its colour."""
    cells = [
        f'<th scope="col"><span class="dot" style="background:{escape(each.colour)}"></span>{escape(each.title)}</th>'
        for each in entries
    ]
    return f"<thead><tr><td></td>{''.join(cells)}</tr></thead>"


def _report(content: Document, part: str, opened: bool) -> str:
    rows, before = [], ""
    for line in report_lines(content.entries, part):
        first = ' class="first"' if line.name != before else ""
        before = line.name
        rows.append(f'<tr{first}><th scope="row">{escape(line.title)}</th>{_cells(line, content.reference)}</tr>')
    table = f'<div class="wide"><table>{_names(content.entries)}<tbody>{"".join(rows)}</tbody></table></div>'
    return _folded(_(PART_TITLES[part]), table, opened)


def _cells(line: Line, reference: int) -> str:
    """A cell for each entry: the figure, the best in bold, and the difference to the reference."""
    measure, cells = line.values[reference], []
    for place, (value, best) in enumerate(zip(line.values, line.best, strict=True)):
        if value is None:
            cells.append("<td>—</td>")
            continue
        said = number(value, ",.0f" if line.is_count else ".3f")
        said = f"<b>{said} ★</b>" if best else said
        if place != reference and measure is not None and not line.is_count:
            said += f"<small>{number(value - measure, '+.3f')}</small>"
        cells.append(f"<td>{said}</td>")
    return "".join(cells)


def _confusions(content: Document, part: str, opened: bool) -> str:
    tables = [_confusion(each, each.report["confusion"][part]) for each in content.entries]
    words = _("Rows: true class. Columns: predicted class. Percentage and colour: share of the true class.")
    block = f'<p class="soft">{escape(words)}</p><div class="side">{"".join(tables)}</div>'
    return _folded(_(PART_TITLES[part]), block, opened)


def _confusion(entry: Entry, counts: Sequence[Sequence[int]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in entry.classes)
    rows = []
    for name, row in zip(entry.classes, counts, strict=True):
        total = sum(row)
        shares = [count / total if total else 0.0 for count in row]
        cells = "".join(
            f'<td style="--share:{share:.3f}">{number(count)}<small>{number(share, ".0%")}</small></td>'
            for count, share in zip(row, shares, strict=True)
        )
        rows.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    table = f'<table class="confusion"><caption>{escape(entry.title)}</caption><thead><tr><td></td>{head}</tr></thead>'
    return f'<div class="wide">{table}<tbody>{"".join(rows)}</tbody></table></div>'


def curve_figures(entries: Sequence[Entry]) -> dict[str, go.Figure]:
    """Loss and accuracy of the runs over their epochs, by the name of their place."""
    curves = [Curve(each.title, each.run.config.model.cell, each.run.history) for each in entries if each.run]
    if not curves:
        return {}
    epochs = max(len(curve.history) - 1 for curve in curves)
    return {f"curves-{measure}": training_curves(curves, measure, epochs) for measure in MEASURES}


def _curves(runs: Sequence[Entry], figures: dict[str, go.Figure]) -> Iterable[str]:
    titles = {"curves-loss": _("Loss (cross-entropy, nats)"), "curves-accuracy": _("Accuracy")}
    for name in figures:
        yield f"<h3>{escape(titles[name])}</h3>"
        yield f'<div class="picture" id="{name}" role="img" aria-label="{escape(titles[name])}"></div>'
    for each in runs:
        yield _folded(each.title, _history(each), opened=False)


def _history(entry: Entry) -> str:
    """The numbers behind the curves of a run."""
    titles = {
        "epoch": _("Epoch"),
        "train_loss": _("training loss"),
        "validation_loss": _("validation loss"),
        "train_accuracy": _("training accuracy"),
        "validation_accuracy": _("validation accuracy"),
    }
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles.values())
    rows = []
    for epoch in entry.run.history if entry.run else ():
        star = " ★" if entry.run and epoch["epoch"] == entry.run.best_epoch else ""
        values = "".join(f"<td>{number(epoch[name], '.4f')}</td>" for name in list(titles)[1:])
        rows.append(f'<tr><th scope="row">{epoch["epoch"]}{star}</th>{values}</tr>')
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _settings(runs: Sequence[Entry], say: Callable[[str, Any], str]) -> Iterable[str]:
    """What differs and what it costs in the open, what all share in a box that opens."""
    infos = [each.run for each in runs if each.run]
    differ, shared = setting_rows(infos, say)
    yield _listed(runs, [*differ, *cost_rows(infos)])
    yield _folded(_("Settings that all of them share"), _listed(runs[:1], shared, _("all of them")), opened=False)


def _listed(runs: Sequence[Entry], rows: Rows, title: str = "") -> str:
    head = f'<thead><tr><td></td><th scope="col">{escape(title)}</th></tr></thead>' if title else _names(runs)
    body = ""
    for name, values in rows:
        cells = "".join(f"<td>{escape(value)}</td>" for value in values[: len(runs)])
        body += f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'
    return f'<div class="wide"><table>{head}<tbody>{body}</tbody></table></div>'
