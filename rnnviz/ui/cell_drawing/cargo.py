"""What a drawing in the browser is sent: arrays of numbers, and of a large cell or long text the part around now."""

import numpy as np

from rnnviz.charts.blueprints import BLUEPRINTS
from rnnviz.charts.shading import bound
from rnnviz.charts.style import token_labels
from rnnviz.insight.terms import Weights
from rnnviz.insight.trace import Trace
from rnnviz.training.trained import Floats
from rnnviz.ui.cargo import Cargo

MOST_BYTES = 900_000
"""Of the values, and of the weights; as text they take a third more, so that both stay below 2.5 MB."""
LEAST = 4
"""Steps or units that are sent however large they are."""


def part_around(place: int, count: int, size: int) -> range:
    """Of `count` things of `size` bytes as many as may be sent, `place` among them and some on each side.

    It moves in leaps of half its length, so that most moves stay within what was sent.
    """
    most = max(MOST_BYTES // size, LEAST)
    if count <= most:
        return range(count)
    leap = most // 2
    start = min(max(place // leap * leap - leap // 2, 0), count - most)
    return range(start, start + most)


def values_of(slot: str, trace: Trace, inputs: Floats, step: int) -> Cargo:
    """The values that the drawing of this cell needs, at all tokens or those around a step.

    `low` to `high` are the steps that can be gone to; one more on each side is sent for the
    state before.
    """
    blueprint, total = BLUEPRINTS[trace.cell], len(trace.tokens)
    arrays = {**{name: trace.values[name] for name in blueprint.sent}, "x": inputs}
    steps = part_around(step, total, sum(array[0].nbytes for array in arrays.values()))
    rows = slice(max(steps.start - 1, 0), steps.stop + 1)
    about = {
        "first": rows.start,
        "low": steps.start,
        "high": steps.stop,
        "total": total,
        "units": trace.units,
        "inputs": inputs.shape[1],
        "way": -1 if trace.direction == "reverse" else 1,
        "tokens": token_labels(trace.tokens),
        "limits": limits(trace, inputs),
    }
    return Cargo(slot, {name: array[rows] for name, array in arrays.items()}, about)


def limits(trace: Trace, inputs: Floats) -> dict[str, float]:
    """Where the scale of each quantity ends: at that of its activation, else where its values do."""
    blueprint = BLUEPRINTS[trace.cell]
    bounded = {each.name: each.high for each in trace.quantities if np.isfinite(each.high)}
    found = {name: bounded.get(name) or bound([trace.values[name]]) for name in blueprint.sent}
    found["x"] = bound([inputs])
    found |= {f"{state.name}_before": found[state.name] for state in trace.states}
    for name, part in blueprint.parts.items():
        factors = [found[of] for of in part.of] if part.operation == "times" else []
        found[name] = float(np.prod(factors))
    return found


def weights_of(slot: str, weights: Weights, units: int, unit: int) -> Cargo:
    """The weights of all units, or of those around one, gate by gate."""
    parts = {
        "input": weights.input,
        "recurrent": weights.recurrent,
        "input_bias": weights.input_bias,
        "recurrent_bias": weights.recurrent_bias,
    }
    gated = {name: part.reshape(-1, units, *part.shape[1:]) for name, part in parts.items()}
    sent = part_around(unit, units, sum(part[:, 0].nbytes for part in gated.values()))
    rows = slice(sent.start, sent.stop)
    return Cargo(slot, {name: part[:, rows] for name, part in gated.items()}, {"first": rows.start, "count": len(sent)})
