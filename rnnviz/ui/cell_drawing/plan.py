"""What a drawing is told once: the blueprint of the cell, its equations, colours, and all words."""

import re
from typing import Any

from plotly.colors import get_colorscale

from rnnviz.charts.blueprints import BLUEPRINTS, OTHERS, Blueprint
from rnnviz.charts.style import Style, cell_colour
from rnnviz.insight.trace import Trace
from rnnviz.language import _, number
from rnnviz.models.cells import CELLS, Equation
from rnnviz.models.neurons import NEURONS
from rnnviz.ui.layer import DIRECTION_TITLES

Plan = dict[str, Any]

SIGNS = {r"\sigma": "σ", r"\tanh": "tanh", r"\odot": "⊙", r"\cdot": "·", "{-}": "−"}


def plan_of(trace: Trace, inputs: int, directions: tuple[str, ...], style: Style) -> Plan:
    """The plan for a layer and direction that reads `inputs` numbers; `directions` are those of the net."""
    blueprint = BLUEPRINTS[trace.cell]
    return {
        "width": blueprint.width,
        "height": blueprint.height,
        "units": trace.units,
        "inputs": inputs,
        "colour": cell_colour(trace.cell),
        "scales": {"signed": style.diverging, "gate": get_colorscale(style.sequential)},
        "nodes": [
            {"quantity": node.quantity, "sign": node.sign, "at": node.at, "neuron": node.neuron}
            for node in blueprint.nodes
        ],
        "wires": [{"quantity": wire.quantity, "lines": wire.lines, "strip": wire.strip} for wire in blueprint.wires],
        "parts": {name: {"operation": part.operation, "of": part.of} for name, part in blueprint.parts.items()},
        "neurons": [
            {"name": each.name, "rows": each.rows, "activation": each.activation, "factor": each.factor}
            for each in NEURONS[trace.cell]
        ],
        "quantities": quantities(trace, blueprint),
        "labels": labels(trace),
        "inputNames": input_names(trace, inputs, directions),
    }


def quantities(trace: Trace, blueprint: Blueprint) -> dict[str, Plan]:
    """Everything that can be pointed at: its symbol, title, kind of scale, and its equation if it has one."""
    equations = {each.quantity: each for each in CELLS[trace.cell].equations}
    found: dict[str, Plan] = {name: _quantity(symbol, _(title)) for name, (symbol, title) in OTHERS.items()}
    for name, part in blueprint.parts.items():
        kind = "gate" if part.operation == "rest" else "signed"
        found[name] = _quantity(part.symbol, _(part.title), kind, part.equation)
    for each in trace.quantities:
        kind = "gate" if each.low == 0 else "signed"
        found[each.name] = _quantity(each.symbol, _(each.title), kind, equations.get(each.name))
    return found


def _quantity(symbol: str, title: str, kind: str = "signed", equation: Equation | None = None) -> Plan:
    lines = None
    if equation is not None:
        lines = {"symbolic": plain_formula(equation.symbolic), "numeric": plain_formula(equation.numeric)}
    return {"symbol": symbol, "title": title, "kind": kind, "equation": lines}


def plain_formula(latex: str) -> str:
    """LaTeX of our equations as letters, its subscripts left for the browser."""
    return re.sub(r"\\[a-z]+", lambda sign: SIGNS[sign.group()], latex)


def input_names(trace: Trace, inputs: int, directions: tuple[str, ...]) -> list[str]:
    """What each component of the input is called; `{token}` is filled in by the browser."""
    if trace.layer == 0:
        template = _("“{token}”, component {number}")
        return [template.replace("{number}", str(place)) for place in range(inputs)]
    units = inputs // len(directions)
    template = _("layer {layer}, unit {unit}")
    named = [template.format(layer=trace.layer, unit=place % units) for place in range(inputs)]
    if len(directions) == 1:
        return named
    return [f"{name}, {_(DIRECTION_TITLES[directions[place // units]])}" for place, name in enumerate(named)]


def labels(trace: Trace) -> Plan:
    """All words of the drawing; what stands in braces is filled in by the browser."""
    whole = _("reads “{token}” ({count} components)") if trace.layer == 0 else _("layer below ({count} numbers)")
    return {
        "decimal": number(0.5, ".1f")[1],
        "cell": _("The cell at work: arrow keys change step and unit"),
        "open": _("Opens its weighted sum"),
        "token": _("“{token}”"),
        "stepSaid": _("Time step {step} of {count}: “{token}”"),
        "unitSaid": _("Unit {unit}"),
        "heading": _("{title}, unit {unit}, step {step}: “{token}”"),
        "factor": _("{title} {value}: every term from the state before is multiplied by it."),
        "whole": whole,
        "unitTerm": _("unit {unit} (before)"),
        "others": _("{count} other terms"),
        "bias": _("bias"),
        "total": _("sum"),
        "written": {
            ".back": _("Back to the cell"),
            ".whole-label": _("the input as one term"),
            ".keys": _("← → step, ↑ ↓ unit; click a gate to see its sum, Esc to come back."),
        },
    }
