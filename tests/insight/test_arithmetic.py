r"""The arithmetic of one unit: the LaTeX with numbers is read back and worked out again."""

import math
import re

import pytest

from rnnviz.insight.arithmetic import Number, arithmetic
from rnnviz.insight.trace import trace
from tests.oracles import untrained, ways

TEXT = "abcah"
NETS = list(ways([("rnn", 1, "forward"), ("lstm", 1, "forward"), ("gru", 1, "forward"), ("lstm", 2, "both")]))

ROUNDING = {"rnn": 0.0016, "lstm": 0.003, "gru": 0.003}
"""Two summands, each off by at most 0.0005; in products the factors are off as well."""


def sides(numeric: str) -> tuple[str, str, str]:
    left, right, value = numeric.split(" = ")
    return left, right, value


def worked_out(latex: str) -> float:
    """The value of `\\sigma(1.20 -0.31)`, `0.51 \\cdot (-0.20) + …` and the like."""
    assert set(re.findall(r"\\(\w+)", latex)) <= {"sigma", "tanh", "cdot"}
    expression = latex.replace(r"\cdot", "*").replace("\\", "")
    return eval(expression, {"sigma": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh})


def lines_of(cell: str, layers: int, direction: str, read: str):
    """Every line of every step and unit, with the trace it is about."""
    model = untrained(cell, layers, direction)
    result = trace(model, model.read(TEXT), direction=read)
    for step in range(len(TEXT)):
        for unit in range(result.units):
            yield result, step, unit, arithmetic(result, step, unit)


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), NETS)
def test_the_numbers_of_every_line_work_out_to_its_value(cell, layers, direction, read):
    for _, _, _, lines in lines_of(cell, layers, direction, read):
        for line in lines:
            _, right, value = sides(line.numeric)
            assert worked_out(right) == pytest.approx(line.value, abs=ROUNDING[cell]), line.numeric
            assert float(value) == pytest.approx(line.value, abs=0.00051)


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), NETS)
def test_the_value_of_every_line_is_that_of_the_trace(cell, layers, direction, read):
    for result, step, unit, lines in lines_of(cell, layers, direction, read):
        assert [line.quantity for line in lines] == [
            *(gate.name for gate in result.gates),
            *(state.name for state in result.states[::-1]),
        ]
        for line in lines:
            assert line.value == result.values[line.quantity][step, unit]


@pytest.mark.parametrize(("cell", "symbols"), [("rnn", "h"), ("lstm", "ifgoch"), ("gru", "rznh")])
def test_every_line_names_its_symbol_and_unit(cell, symbols):
    model = untrained(cell)

    lines = arithmetic(trace(model, model.read(TEXT)), 2, 3)

    assert [sides(line.numeric)[0] for line in lines] == [f"{symbol}_t[3]" for symbol in symbols]
    assert [line.symbolic.partition(" = ")[0] for line in lines] == [f"{symbol}_t" for symbol in symbols]


def test_the_parts_of_an_rnn_are_what_is_read_and_what_was_there():
    model = untrained("rnn")
    result = trace(model, model.read(TEXT))
    from_x, from_h = result.values["from_x"][2, 3], result.values["from_h"][2, 3]

    (line,) = arithmetic(result, 2, 3)

    assert sides(line.numeric)[1] == rf"\tanh({from_x:.3f} {from_h:+.3f})"


def test_the_cell_state_of_an_lstm_is_what_is_kept_and_what_is_written():
    model = untrained("lstm")
    result = trace(model, model.read(TEXT))
    kept, written = result.values["forget"][2, 3], result.values["input"][2, 3]
    before, candidate = result.values["cell_state"][1, 3], result.values["candidate"][2, 3]

    line = arithmetic(result, 2, 3)[4]

    numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", sides(line.numeric)[1])]
    assert numbers == [pytest.approx(number, abs=0.00051) for number in (kept, before, written, candidate)]


@pytest.mark.parametrize(
    ("value", "shown"), [(-0.5, "(-0.500)"), (0.5, "0.500"), (0.0, "0.000"), (-3.14159, "(-3.142)")]
)
def test_a_negative_factor_stands_in_brackets(value, shown):
    assert f"{Number(value):()}" == shown


def test_a_number_keeps_the_other_formats():
    assert f"{Number(-0.5):+.1f}" == "-0.5"
