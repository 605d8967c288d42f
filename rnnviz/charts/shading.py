"""Grounds for words: a value becomes a colour, and the ink on it stays readable."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnnviz.training.trained import Floats

Colours = Sequence[tuple[float, str]]
"""A scale as `Style` has it: places from 0 to 1, and their colours as #rrggbb."""

INKS = ("#000000", "#ffffff")
"""One of the two reads well (4.5 to 1) on any ground."""
SHARE = 98
"""Per cent of the values that lie within the scale; the few beyond have its last colours."""
LEAST = 0.01


def bound(values: Sequence[Floats]) -> float:
    """A round number (1, 2 or 5 times a power of ten) that all but the few largest values stay within."""
    largest = max(float(np.percentile(np.abs(each), SHARE)) for each in values)
    power = 10.0 ** np.floor(np.log10(max(largest, LEAST)))
    return float(next(round(step * power, 9) for step in (1, 2, 5, 10) if step * power >= largest * (1 - 1e-6)))


def shades(values: Floats, low: float, high: float, scale: Colours) -> list[tuple[str, str]]:
    """Ground and ink, as #rrggbb, of values (n,) on a scale from low to high."""
    places = np.clip((np.asarray(values, dtype=np.float64) - low) / (high - low), 0, 1)
    stops, colours = [place for place, _colour in scale], np.array([_channels(colour) for _place, colour in scale])
    grounds = np.stack([np.interp(places, stops, channel) for channel in colours.T], axis=-1).round().astype(int)
    light = _luminance(grounds)
    dark_ink, light_ink = (_luminance(np.array([_channels(ink)])) for ink in INKS)
    darker_reads_better = (light + 0.05) / (dark_ink + 0.05) >= (light_ink + 0.05) / (light + 0.05)
    inks = np.where(darker_reads_better, *INKS).tolist()
    return [(f"#{red:02x}{green:02x}{blue:02x}", ink) for (red, green, blue), ink in zip(grounds, inks, strict=True)]


def contrast(ground: str, ink: str) -> float:
    """The contrast of two colours by WCAG 2: 1 to 21, readable from 4.5 on."""
    low, high = sorted(_luminance(np.array([_channels(ground), _channels(ink)])))
    return float((high + 0.05) / (low + 0.05))


def ink_on(ground: str) -> str:
    """The ink that reads best on a ground, both as #rrggbb: Plotly's own is a grey that does not on many."""
    return max(INKS, key=lambda ink: contrast(ground, ink))


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(colours: npt.NDArray[np.int_]) -> npt.NDArray[np.float64]:
    """Relative luminance of colours (n, 3) by WCAG 2."""
    share = colours / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))
