"""Tables for other programs: CSV for a spreadsheet, LaTeX for a paper."""

import csv
import io
from collections.abc import Sequence

from rnnviz.language import _
from rnnviz.takeaway.compared import PART_TITLES, Entry, parts_of, report_lines

FORMULA = ("=", "+", "-", "@")
"""A word from outside that begins so would be computed by a spreadsheet."""

LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "·": r"\textperiodcentered{}",
    }
)
COLUMNS = (
    "epoch",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "gradient_norm",
    "tokens",
    "seconds",
)
"""Of the learning curves, as a history has them."""


def reports_csv(entries: Sequence[Entry]) -> str:
    """Every figure of every part, a line each, with all digits; an empty field where a class is not known."""
    rows = [["part", "class", "figure", *(each.title for each in entries)]]
    for part in parts_of(entries):
        for line in report_lines(entries, part):
            rows.append(
                [part, line.name, line.figure, *("" if value is None else repr(value) for value in line.values)]
            )
    return _written(rows)


def curves_csv(entries: Sequence[Entry]) -> str:
    """What each run came to after each epoch; baselines have none."""
    rows = [["run", "title", *COLUMNS]]
    for each in entries:
        for epoch in each.run.history if each.run else ():
            rows.append([each.run.name if each.run else "", each.title, *(repr(epoch[name]) for name in COLUMNS)])
    return _written(rows)


def _written(rows: Sequence[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([map(_no_formula, row) for row in rows])
    return written.getvalue()


def _no_formula(value: str) -> str:
    try:
        float(value)
    except ValueError:
        return f"'{value}" if value.startswith(FORMULA) else value
    return value


def in_latex(text: str) -> str:
    """A text as LaTeX prints it to the letter."""
    return " ".join(text.split()).translate(LATEX)


def report_latex(entries: Sequence[Entry], part: str) -> str:
    """The reports of a part as a table of the package booktabs; the best figure of each row is bold."""
    head = " & ".join(["", *(in_latex(each.title) for each in entries)])
    body: list[str] = []
    before = "accuracy"
    for line in report_lines(entries, part):
        if line.name != before:
            body.append(r"\addlinespace")
            before = line.name
        cells = [
            "--"
            if value is None
            else f"{value:.0f}"
            if line.is_count
            else rf"\textbf{{{value:.3f}}}" * best or f"{value:.3f}"
            for value, best in zip(line.values, line.best, strict=True)
        ]
        body.append(" & ".join([in_latex(line.title), *cells]) + r" \\")
    caption = _("Classification reports on the part “{part}”.").format(part=_(PART_TITLES[part]))
    lines = [
        r"% \usepackage{booktabs}",
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{in_latex(caption)}}}",
        rf"\begin{{tabular}}{{l{'r' * len(entries)}}}",
        r"\toprule",
        head + r" \\",
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"
