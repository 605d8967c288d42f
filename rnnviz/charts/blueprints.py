"""How each cell is drawn: its nodes and wires, and where a wire shows the values that run along it.

The pictures follow the equations of `torch.nn` one to one: a wire is a quantity, a node
makes one out of others. The browser draws whatever stands here, so another cell is
another blueprint. Places are in units of the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rnnviz.language import N_
from rnnviz.models.cells import Equation

Point = tuple[float, float]


@dataclass(frozen=True)
class Part:
    """A quantity that is not kept in a trace but made on the way, out of others, unit by unit."""

    operation: str
    """ "times", "plus", "tanh" or "rest" (what is missing to 1)."""
    of: tuple[str, ...]
    symbol: str
    title: str
    equation: Equation


@dataclass(frozen=True)
class Node:
    """What makes a quantity; one with a neuron opens as its weighted sum."""

    quantity: str
    sign: str
    at: Point
    neuron: str | None = None


@dataclass(frozen=True)
class Wire:
    """The way of a quantity from node to node, along one line or several."""

    quantity: str
    lines: tuple[tuple[Point, ...], ...]
    strip: Point | None = None
    """The middle of the strip that shows all its values."""


@dataclass(frozen=True)
class Blueprint:
    """The drawing of a cell."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]
    sent: tuple[str, ...]
    """The values of the trace that the browser is given."""
    parts: dict[str, Part]


def _branches(y: float, start: Point, ends: Sequence[float]) -> tuple[tuple[Point, ...], ...]:
    """A line at height y that feeds gates from below: the whole way to the last, and a branch to each before it."""
    *before, last = ends
    return (start, (last, y), (last, 327)), *(((x, y), (x, 327)) for x in before)


RNN = Blueprint(
    860,
    310,
    (
        Node("from_h", "W·h + b", (265, 95), "hidden"),
        Node("from_x", "W·x + b", (265, 235), "hidden"),
        Node("preactivation", "+", (480, 165)),
        Node("hidden", "tanh", (670, 165), "hidden"),
    ),
    (
        Wire("hidden_before", (((10, 95), (213, 95)),), (105, 77)),
        Wire("x", (((10, 235), (213, 235)),), (105, 217)),
        Wire("from_h", (((317, 95), (480, 95), (480, 149)),), (395, 77)),
        Wire("from_x", (((317, 235), (480, 235), (480, 181)),), (395, 217)),
        Wire("preactivation", (((496, 165), (618, 165)),), (557, 147)),
        Wire("hidden", (((722, 165), (850, 165)),), (785, 147)),
    ),
    ("from_x", "from_h", "preactivation", "hidden"),
    {},
)

LSTM = Blueprint(
    860,
    460,
    (
        Node("kept", "×", (200, 75)),
        Node("cell_state", "+", (417, 75)),
        Node("written", "×", (417, 165)),
        Node("squashed", "tanh", (770, 115)),
        Node("hidden", "×", (770, 205)),
        Node("forget", "σ", (200, 300), "forget"),
        Node("input", "σ", (345, 300), "input"),
        Node("candidate", "tanh", (490, 300), "candidate"),
        Node("output", "σ", (635, 300), "output"),
    ),
    (
        Wire("hidden_before", _branches(380, (10, 380), (182, 327, 472, 617)), (76, 362)),
        Wire("x", _branches(435, (10, 435), (218, 363, 508, 653)), (76, 417)),
        Wire("cell_state_before", (((10, 75), (184, 75)),), (76, 57)),
        Wire("forget", (((200, 273), (200, 91)),), (200, 235)),
        Wire("kept", (((216, 75), (401, 75)),), (308, 57)),
        Wire("input", (((345, 273), (345, 165), (401, 165)),), (345, 235)),
        Wire("candidate", (((490, 273), (490, 165), (433, 165)),), (490, 235)),
        Wire("written", (((417, 149), (417, 91)),), (417, 123)),
        Wire("cell_state", (((433, 75), (850, 75)), ((770, 75), (770, 99))), (590, 57)),
        Wire("squashed", (((770, 131), (770, 189)),), (770, 165)),
        Wire("output", (((635, 273), (635, 205), (754, 205)),), (635, 235)),
        Wire("hidden", (((770, 221), (770, 330), (850, 330)),), (770, 270)),
    ),
    ("input", "forget", "candidate", "output", "cell_state", "hidden"),
    {
        "kept": Part(
            "times",
            ("forget", "cell_state_before"),
            "f_t ⊙ c_{t-1}",
            N_("What is kept"),
            Equation("kept", r"f_t \odot c_{t-1}", r"{forget:.3f} \cdot {cell_state_before:()}"),
        ),
        "written": Part(
            "times",
            ("input", "candidate"),
            "i_t ⊙ g_t",
            N_("What is written"),
            Equation("written", r"i_t \odot g_t", r"{input:.3f} \cdot {candidate:()}"),
        ),
        "squashed": Part(
            "tanh",
            ("cell_state",),
            "tanh c_t",
            N_("Cell state, squashed"),
            Equation("squashed", r"\tanh(c_t)", r"\tanh({cell_state:.3f})"),
        ),
    },
)

GRU = Blueprint(
    860,
    460,
    (
        Node("held", "×", (490, 75)),
        Node("hidden", "+", (635, 75)),
        Node("complement", "1−", (562, 165)),
        Node("fresh", "×", (635, 165)),
        Node("passed", "×", (345, 195)),
        Node("reset", "σ", (200, 300), "reset"),
        Node("new_from_h", "W·h + b", (345, 300), "new"),
        Node("update", "σ", (490, 300), "update"),
        Node("new", "tanh", (635, 300), "new"),
    ),
    (
        Wire(
            "hidden_before",
            (
                ((10, 75), (474, 75)),
                ((134, 75), (134, 380), (472, 380), (472, 327)),
                ((182, 380), (182, 327)),
                ((345, 380), (345, 327)),
            ),
            (76, 57),
        ),
        Wire("x", _branches(435, (10, 435), (218, 508, 635)), (76, 417)),
        Wire("reset", (((200, 273), (200, 195), (329, 195)),), (200, 235)),
        Wire("new_from_h", (((345, 273), (345, 211)),), (345, 245)),
        Wire("passed", (((361, 195), (562, 195), (562, 300), (583, 300)),), (424, 177)),
        Wire("update", (((490, 273), (490, 91)), ((490, 165), (546, 165))), (490, 245)),
        Wire("complement", (((578, 165), (619, 165)),)),
        Wire("held", (((506, 75), (619, 75)),), (562, 57)),
        Wire("new", (((635, 273), (635, 181)),), (635, 235)),
        Wire("fresh", (((635, 149), (635, 91)),), (635, 123)),
        Wire("hidden", (((651, 75), (850, 75)),), (755, 57)),
    ),
    ("reset", "update", "new", "new_from_h", "hidden"),
    {
        "passed": Part(
            "times",
            ("reset", "new_from_h"),
            "r_t ⊙ (…)",
            N_("What the reset gate lets pass"),
            Equation("passed", r"r_t \odot (W_{hn} h_{t-1} + b_{hn})", r"{reset:.3f} \cdot {new_from_h:()}"),
        ),
        "complement": Part(
            "rest",
            ("update",),
            "1 − z_t",
            N_("Room for what is new"),
            Equation("complement", "1 - z_t", "1 - {update:.3f}"),
        ),
        "fresh": Part(
            "times",
            ("complement", "new"),
            "(1 − z_t) ⊙ n_t",
            N_("What is new"),
            Equation("fresh", r"(1 - z_t) \odot n_t", r"(1 - {update:.3f}) \cdot {new:()}"),
        ),
        "held": Part(
            "times",
            ("update", "hidden_before"),
            "z_t ⊙ h_{t-1}",
            N_("What is held"),
            Equation("held", r"z_t \odot h_{t-1}", r"{update:.3f} \cdot {hidden_before:()}"),
        ),
    },
)

BLUEPRINTS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}

OTHERS: dict[str, tuple[str, str]] = {
    "x": ("x_t", N_("Input")),
    "hidden_before": ("h_{t-1}", N_("Hidden state before")),
    "cell_state_before": ("c_{t-1}", N_("Cell state before")),
    "from_x": ("W_{ih} x_t + b_{ih}", N_("Input part")),
    "from_h": ("W_{hh} h_{t-1} + b_{hh}", N_("Recurrent part")),
    "new_from_h": ("W_{hn} h_{t-1} + b_{hn}", N_("Recurrent part")),
    "preactivation": ("a_t", N_("Before squashing")),
}
"""Symbol and title of what is no gate, state or part."""
