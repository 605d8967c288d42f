"""The arithmetic of one unit at one step: the cell's equations with the real numbers put in."""

from dataclasses import dataclass

from rnnviz.insight.trace import Trace
from rnnviz.models.cells import CELLS


@dataclass(frozen=True)
class Line:
    """One equation: its name, as the textbook writes it, and with numbers, both LaTeX."""

    quantity: str
    symbolic: str
    numeric: str
    value: float


class Number(float):
    """A float that the format `()` writes with three digits, in brackets if it is negative."""

    def __format__(self, spec: str) -> str:
        if spec != "()":
            return super().__format__(spec)
        return f"({self:.3f})" if self < 0 else f"{self:.3f}"


def arithmetic(trace: Trace, step: int, unit: int) -> list[Line]:
    """The equations of the traced cell for one unit (from 0) at one step (from 0).

    Weighted sums are given as their two parts, from the input and from the state
    before; every number is a value of the trace.
    """
    numbers = {name: Number(values[step, unit]) for name, values in trace.values.items()}
    lines = []
    for equation in CELLS[trace.cell].equations:
        value = numbers[equation.quantity]
        symbol = equation.symbolic.partition(" = ")[0]
        right_side = equation.numeric.format(**numbers)
        lines.append(
            Line(equation.quantity, equation.symbolic, f"{symbol}[{unit}] = {right_side} = {value:.3f}", value)
        )
    return lines


def aligned(lines: list[Line]) -> str:
    """All lines as one LaTeX block: each equation, and under it the same with numbers."""
    rows = []
    for line in lines:
        for text in (line.symbolic, line.numeric):
            left, _sep, right = text.partition(" = ")
            rows.append(f"{left} &= {right}")
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"
