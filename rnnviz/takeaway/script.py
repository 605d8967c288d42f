"""The same source twice: as a script that is run from top to bottom, and as a notebook of cells."""

import json
import textwrap
from typing import Any

from rnnviz.language import _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.takeaway.sections import Section, sections

SCRIPT_FOLDER = "Path(__file__).resolve().parent"
NOTEBOOK_FOLDER = "Path()"
"""A notebook runs in the folder that it lies in, and does not know its own name."""
WIDTH = 116
"""Of a comment, without its sign."""


def heading(run: RunInfo) -> tuple[str, str]:
    """What is trained here, and what it should come to."""
    name = run.name.replace("\\", "/").replace('"', "'")  # of a folder, but it may come from elsewhere
    title = _("The run {run} once more, in plain PyTorch").format(run=name)
    words = _(
        "Trains the same net on the same texts with nothing but PyTorch and NumPy, up to the same report: "
        "accuracy {accuracy} on the test part."
    ).format(accuracy=f"{run.report['test']['accuracy']:.4f}")
    return title, words


def script(run: RunInfo) -> str:
    """The source as one file."""
    title, words = heading(run)
    blocks = [f'"""{title}.\n\n{_wrapped(words)}\n"""']
    parts = sections(run.config, run.classes, SCRIPT_FOLDER)
    blocks += [_with_comment(place, section) for place, section in enumerate(parts, start=1)]
    first, settings, *others = blocks
    return "\n\n\n".join([f"{first}\n\n{settings}", *others]) + "\n"


def _wrapped(words: str) -> str:
    return "\n".join(textwrap.wrap(words, WIDTH, break_long_words=False, break_on_hyphens=False))


def _with_comment(place: int, section: Section) -> str:
    lines = f"{place}. {section.title}\n{_wrapped(section.words)}".splitlines()
    return "\n".join(f"# {line}" for line in lines) + f"\n\n{section.code}"


def notebook(run: RunInfo) -> str:
    """The source as a Jupyter notebook (nbformat 4.5)."""
    title, words = heading(run)
    cells = [_cell("markdown", "heading", f"# {title}\n\n{words}")]
    for place, section in enumerate(sections(run.config, run.classes, NOTEBOOK_FOLDER), start=1):
        cells.append(_cell("markdown", f"words-{place}", f"## {section.title}\n\n{section.words}"))
        cells.append(_cell("code", f"code-{place}", section.code))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    own: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, **own, "source": source.splitlines(keepends=True)}
