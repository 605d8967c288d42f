"""Pictures of lines on a page of their own, and what is read off them."""

import json

import numpy as np
from playwright.sync_api import Page

from rnnviz.charts.curves import Curve
from rnnviz.charts.style import CELL_COLOURS
from rnnviz.ui.line_picture import CSS, HTML, SCRIPT, placed
from rnnviz.ui.line_picture.plan import plan_of

EPOCHS = 12
SHOW = "plan => showLines({ data: [plan], parentElement: document.body })"
THEMES = {"light": ("#ffffff", "#262730"), "dark": ("#0e1117", "#fafafa")}


def history(epochs: int, scale: float = 1.0) -> list[dict[str, object]]:
    rows = []
    for number in range(epochs):
        loss = scale * (0.2 + 0.51234 / (number + 1))
        rows.append(
            {
                "epoch": number,
                "train_loss": loss * 0.9,
                "validation_loss": loss,
                "train_accuracy": 0.95 - 0.4 / (number + 1),
                "validation_accuracy": 0.9 - 0.4 / (number + 1),
                "best": number == 2,
                "pinned": {text: [0.4, 0.6] for text in NASTY},
            }
        )
    return rows


NASTY = ("<img src=x onerror=document.title='acted'>", "a&b")


def curves(epochs: int = EPOCHS) -> list[Curve]:
    return [Curve(cell.upper(), cell, history(epochs, 1 + at / 9)) for at, cell in enumerate(CELL_COLOURS)]


def told(spec: dict, title: str = "Loss") -> dict:
    return json.loads(json.dumps(placed(plan_of(spec, title), "a key")))


def empty(tabs, theme: str = "light", width: int = 600) -> Page:
    """A page with nothing but a place for a picture."""
    page = tabs.open(theme=theme, width=width)
    ground, ink = THEMES[theme]
    look = f"--st-text-color: {ink}; --st-background-color: {ground}; --st-font: sans-serif; background: {ground}"
    page.set_content(f'<style>{CSS}</style><body style="margin: 0; {look}">{HTML}</body>')
    page.add_script_tag(content=SCRIPT.replace("export default () => {}", ""))
    return page


def places(texts: list[list[object]], side: str) -> tuple[np.ndarray, np.ndarray]:
    """Value and place of the numbers that stand along one side of a panel."""
    found = [
        (float(text.replace("%", "").replace("−", "-")), float(x), float(y))
        for text, x, y, anchor in texts
        if anchor == side
    ]
    values, x, y = np.array(found).T
    return values, y - 12 * 0.35 if side == "end" else x


def drawn_points(page: Page) -> list[np.ndarray]:
    """Every path of every line, as (points, 2) in pixels."""
    ways = page.evaluate(
        "[...document.querySelectorAll('.plot .line path[fill=none]')].map(path => path.getAttribute('d'))"
    )
    return [np.array([list(map(float, point.split())) for point in way[1:].split("L")]) for way in ways]


def labels(page: Page) -> list[list[object]]:
    """The numbers at the axes: words, place, and at which end of the words that is."""
    return page.evaluate(
        """[...document.querySelectorAll('.plot .frame text')]
            .filter(({ textContent }) => /^[−\\d.]+%?$/.test(textContent))
            .map(text => [text.textContent, ...['x', 'y', 'text-anchor'].map(name => text.getAttribute(name))])"""
    )
