"""Surgery: hold a unit at a value, pin a gate, or scale it, and let the net go on from there.

The sentiment neuron (Radford et al. 2017) was set by hand and the text that was written
turned from praise to blame; here every gate and state of every unit can be held. An
operated model is a model like any other: it can be traced, asked and tested, and shares
the weights of the one it was made from, which stays as it is.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from rnnviz.errors import NOT_ONE_OF, OUT_OF_RANGE, BadInput, Term, listed
from rnnviz.insight.trace import chosen_part
from rnnviz.language import N_
from rnnviz.models.batched import read_layers
from rnnviz.models.cells import CELLS, Cell, State, Touch, Values
from rnnviz.models.classifier import Classifier
from rnnviz.training.trained import TrainedModel

MOST_CUTS = 20
LARGEST = 10.0
"""Of a factor, and of what a cell state is held at; other quantities keep to the range of their activation."""
NOTATION = re.compile(
    r"(?P<quantity>[a-z_]+)(?:\.l(?P<layer>\d{1,3}))?(?:\.(?P<direction>forward|reverse))?"
    r"\[(?P<units>\*|\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?)*)\]"
    r"(?P<how>[=*])(?P<value>[-+]?\d{0,6}\.?\d{0,6}(?:e-?\d)?)(?:@(?P<step>\d{1,6}))?"
)


@dataclass(frozen=True)
class Cut:
    """One thing done to some units at every step from one on."""

    quantity: str
    """A gate or state of the cell by its name."""
    units: tuple[int, ...] | None
    """Counted from 0; None stands for all of them."""
    value: float
    scale: bool = False
    """Whether the quantity is multiplied by the value, not held at it."""
    first: int = 0
    """The first step at which it is done, from 0, in the order in which the net reads."""
    layer: int | None = None
    direction: str | None = None
    """The top layer, and the direction in which the net reads (forward if both), where not given."""

    def __str__(self) -> str:
        """The notation that `parse_surgery` reads."""
        place = ("" if self.layer is None else f".l{self.layer}") + (f".{self.direction}" if self.direction else "")
        units = "*" if self.units is None else ",".join(map(str, self.units))
        start = f"@{self.first + 1}" if self.first else ""
        return f"{self.quantity}{place}[{units}]{'*' if self.scale else '='}{self.value:g}{start}"


def parse_surgery(text: str) -> tuple[Cut, ...]:
    """Cuts in our notation, with a semicolon between them: `forget[3,7-9]=0@2; hidden[2]*0.5; output[*]=1`.

    Gate or state, units in square brackets (from 0, `*` for all), `=` to hold at a value or
    `*` to multiply by one, and after `@` the step (from 1) from which on; `.l0` and
    `.reverse` behind the name choose a layer (from 0) and direction. `BadInput` names what
    can't be read.
    """
    parts = [part for part in re.split(r"[;\s]+", text.strip()) if part]
    if len(parts) > MOST_CUTS:
        raise BadInput(OUT_OF_RANGE, name=Term(N_("Cuts")), value=len(parts), low=0, high=MOST_CUTS)
    return tuple(_parse_cut(part) for part in parts)


def _parse_cut(part: str) -> Cut:
    found = NOTATION.fullmatch(part)
    try:
        if not found:
            raise ValueError
        layer, step = found["layer"], int(found["step"] or 1)
        units = None if found["units"] == "*" else _parse_units(found["units"])
        value = float(found["value"])
        if step < 1:
            raise ValueError
    except ValueError:
        raise BadInput(
            "“{cut}” can’t be read as a cut; write for example “forget[3,7]=0@2” or “hidden[5]*0.5”.", cut=part[:60]
        ) from None
    return Cut(
        found["quantity"],
        units,
        value,
        found["how"] == "*",
        step - 1,
        int(layer) if layer else None,
        found["direction"],
    )


def _parse_units(text: str) -> tuple[int, ...]:
    units: set[int] = set()
    for part in text.split(","):
        low, _dash, high = part.partition("-")
        units |= set(range(int(low), int(high or low) + 1))
    if not units:
        raise ValueError
    return tuple(sorted(units))


def operate(model: TrainedModel, surgery: Sequence[Cut]) -> TrainedModel:
    """The model with these cuts, one after the other where several touch the same value.

    It shares the weights of the model, which is not changed. `BadInput` for a quantity,
    unit, layer, direction or value that the net does not have.
    """
    if not surgery:
        return model
    placed: dict[tuple[int, str], list[Cut]] = {}
    for cut in surgery:
        placed.setdefault(_checked(model, cut), []).append(cut)
    touched = {place: holding(cuts) for place, cuts in placed.items()}
    return replace(model, classifier=OperatedClassifier(model.classifier, touched))


def _checked(model: TrainedModel, cut: Cut) -> tuple[int, str]:
    """The layer and direction of a cut that this net allows."""
    layer, direction = chosen_part(model, cut.layer, cut.direction)
    cell = CELLS[model.config.model.cell]
    known = {quantity.name: quantity for quantity in (*cell.states, *cell.gates)}
    if cut.quantity not in known:
        raise BadInput(NOT_ONE_OF, name=Term(N_("State or gate")), value=cut.quantity, allowed=listed(known))
    units = model.config.model.hidden_size
    for unit in cut.units or ():
        if unit >= units:
            raise BadInput(OUT_OF_RANGE, name=Term(N_("Unit")), value=unit, low=0, high=units - 1)
    low, high = (0.0, LARGEST) if cut.scale else value_range(known[cut.quantity].low, known[cut.quantity].high)
    if not low <= cut.value <= high:
        raise BadInput(OUT_OF_RANGE, name=Term(N_("Value")), value=cut.value, low=low, high=high)
    return layer, direction


def value_range(low: float, high: float) -> tuple[float, float]:
    """At what a quantity may be held: what its activation allows, or up to a bound where that allows everything."""
    return (low, high) if math.isfinite(low) else (-LARGEST, LARGEST)


TouchAt = Callable[[int], Touch]
"""What is done at a step, counted from 0 in the order in which the net reads."""


def holding(cuts: Sequence[Cut]) -> TouchAt:
    """What these cuts do at each step."""

    def at(step: int) -> Touch:
        done = [cut for cut in cuts if cut.first <= step]

        def hold(name: str, value: Tensor) -> Tensor:
            for cut in done:
                if cut.quantity == name:
                    value = cut_value(value, cut)
            return value

        return hold

    return at


class OperatedCell:
    """A cell that is touched, for one reading: it counts the steps since the state it began with."""

    def __init__(self, cell: Cell, touch_at: TouchAt) -> None:
        self.cell, self._touch_at, self._step = cell, touch_at, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.cell, name)

    def initial_state(self, batch: int = 1) -> State:
        self._step = 0
        return self.cell.initial_state(batch)

    def step(self, x: Tensor, state: State) -> tuple[Values, State]:
        self._step += 1
        return self.cell.step(x, state, self._touch_at(self._step - 1))


def cut_value(value: Tensor, cut: Cut) -> Tensor:
    """A gate or state (batch, H) as the cut leaves it."""
    if cut.units is None:
        return value * cut.value if cut.scale else torch.full_like(value, cut.value)
    units = torch.zeros(value.shape[-1], dtype=torch.bool)
    units[list(cut.units)] = True
    return torch.where(units, value * cut.value if cut.scale else value.new_tensor(cut.value), value)


class OperatedClassifier(Classifier):
    """A classifier that reads with the written-out cells, some of them touched; its weights are those of another."""

    def __init__(self, whole: Classifier, touched: Mapping[tuple[int, str], TouchAt]) -> None:
        nn.Module.__init__(self)
        self.config, self.summary, self._touched = whole.config, whole.summary, touched
        self.embedding, self.rnn, self.dropout, self.head = whole.embedding, whole.rnn, whole.dropout, whole.head
        self.eval()

    def cell(self, layer: int, direction: str) -> Cell:
        whole = super().cell(layer, direction)
        touch_at = self._touched.get((layer, direction))
        return OperatedCell(whole, touch_at) if touch_at else whole  # type: ignore[return-value]

    def states(self, embedded: Tensor, lengths: Tensor) -> Tensor:
        return torch.cat(list(read_layers(self, self.config.layers - 1, embedded, lengths).values()), dim=-1)
