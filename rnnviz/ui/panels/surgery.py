"""The panel of surgery: hold a unit, pin a gate, scale it, and see the answer and the whole report change."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.surgery import before_and_after, worth_bars
from rnnviz.errors import BadInput
from rnnviz.insight.decisive import predicted
from rnnviz.insight.surgery import LARGEST, Cut, parse_surgery, value_range
from rnnviz.insight.trace import Trace
from rnnviz.language import N_, _, number
from rnnviz.models.cells import CELLS, Quantity
from rnnviz.ui import link, operating
from rnnviz.ui.banks import told
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import say
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.runs import REFUSED_KEY
from rnnviz.ui.surgeries import offer_kept
from rnnviz.ui.table import Table, show_table
from rnnviz.ui.tables import FIGURES
from rnnviz.ui.workspace import Look, Workspace

SURGERY_KEY = "surgery"
LONGEST = 300
"""Characters of a surgery, in the box and in a link."""
AT_ONCE = 200_000
"""Tokens in the test texts up to which the report is made without asking: under about a second."""


def show_surgery(workspace: Workspace) -> None:
    """The cuts, what they do to the answer for this text, and to the report on all test texts."""
    if refused := st.session_state.pop(REFUSED_KEY, None):
        say(refused)
    make_cut(workspace)
    cuts = choose_surgery()
    offer_kept(workspace.looks[0], SURGERY_KEY, cuts or ())
    if cuts is None:
        return
    if not cuts:
        st.info(_("Nothing is cut yet: add a cut above, or write one."), icon=":material/content_cut:")
    for column, look in zip(workspace.named_columns(), workspace.looks, strict=True):
        with column:
            try:
                show_patient(look, cuts)
            except BadInput as error:
                st.warning(escaped(str(error)), icon=":material/healing:")
    show_worths(workspace)


def make_cut(workspace: Workspace) -> None:
    """The widgets that write a cut: what, of which units, how, from which step on."""
    known = quantities(workspace)
    what, which = st.columns([1, 2])
    name = what.selectbox(
        _("State or gate"), list(known), format_func=lambda name: _(known[name].title), key="cut_quantity"
    )
    size = min(look.trace.units for look in workspace.looks)
    units = which.multiselect(
        _("Units"), list(range(size)), default=[workspace.unit], key="cut_units", placeholder=_("all units")
    )
    how_column, value_column, step_column, add = st.columns(4, vertical_alignment="bottom")
    scale = how_column.segmented_control(
        _("What is done"),
        [False, True],
        format_func=lambda scale: _("multiply by") if scale else _("hold at"),
        default=False,
        required=True,
        key="cut_scale",
    )
    low, high = (0.0, LARGEST) if scale else value_range(known[str(name)].low, known[str(name)].high)
    value = value_column.number_input(_("Value"), low, high, 0.0, 0.1, key=f"cut_value_{name}_{scale}")
    longest = max(len(look.trace.tokens) for look in workspace.looks)
    first = step_column.number_input(_("From step"), 1, longest, 1, key="cut_first")
    one = Cut(str(name), tuple(sorted(units)) or None, float(value), bool(scale), int(first) - 1, *place(workspace))
    add.button(_("Cut"), icon=":material/content_cut:", on_click=add_cut, args=(one,), key="cut", type="primary")


def quantities(workspace: Workspace) -> dict[str, Quantity]:
    """The states and gates that at least one of the nets has."""
    cells = [CELLS[look.trace.cell] for look in workspace.looks]
    return {quantity.name: quantity for cell in cells for quantity in (*cell.states, *cell.gates)}


def place(workspace: Workspace) -> tuple[int | None, str | None]:
    """Layer and direction for a new cut, as far as they were chosen on the page."""
    return workspace.layer, workspace.direction


def add_cut(cut: Cut) -> None:
    """Write one more cut behind the others; for callbacks."""
    written = str(st.session_state.get(SURGERY_KEY) or "").strip().rstrip(";")
    st.session_state[SURGERY_KEY] = f"{written}; {cut}" if written else str(cut)


def choose_surgery() -> tuple[Cut, ...] | None:
    """The cuts in the box, which stand in the link; None where they can't be read, which is said."""
    link.take(SURGERY_KEY, lambda given: given[-1][:LONGEST])
    st.session_state.setdefault(SURGERY_KEY, "")
    box, clear = st.columns([4, 1], vertical_alignment="bottom")
    text = box.text_input(
        _("Surgery"),
        key=SURGERY_KEY,
        max_chars=LONGEST,
        persist_state="session",
        placeholder="forget[3,7]=0@2; hidden[5]*0.5",
        help=_(
            "One or more cuts: a state or gate, units in square brackets (from 0, * for all), = to hold at a value or "
            "* to multiply by one, and after @ the step from which on. It stands in the link."
        ),
    )
    clear.button(
        _("Heal"),
        icon=":material/healing:",
        on_click=lambda: st.session_state.update({SURGERY_KEY: ""}),
        disabled=not text.strip(),
        key="heal",
    )
    link.give(SURGERY_KEY, [text] if text.strip() else [])
    try:
        return parse_surgery(text)
    except BadInput as error:
        say(error)
        return None


def show_patient(look: Look, cuts: tuple[Cut, ...]) -> None:
    """One net before and after: the answer, the running prediction, the report."""
    after = operating.operated_trace(look, cuts)
    say_change(look.trace, after)
    figure = before_and_after(look.trace, after, look.step, first_cut(look.trace, cuts))
    show_picture(figure, _("Before and after the surgery") + f" · {look.title}", f"surgery {look.name}")
    if cuts:
        show_report(look, cuts)


def say_change(before: Trace, after: Trace) -> None:
    """The answer before and after, in a sentence."""
    was, now = predicted(before), predicted(after)
    shares = [float(trace.probabilities[trace.last, was]) for trace in (before, after)]
    values = {"name": escaped(before.classes[was]), "old": number(shares[0], ".1%"), "new": number(shares[1], ".1%")}
    if was == now:
        st.markdown(_("The answer stays “{name}”: {old} before, {new} after.").format(**values))
    else:
        message = _("**The answer flips** from “{name}” ({old} before, {new} after) to “{other}”.")
        st.markdown(message.format(other=escaped(after.classes[now]), **values))


def first_cut(trace: Trace, cuts: Sequence[Cut]) -> int | None:
    """Where in the text the first cut of this layer and direction begins, if after the first token read."""
    starts = [cut.first for cut in cuts if cut.first]
    if len(starts) < len(cuts) or not starts or min(starts) >= len(trace.tokens):
        return None
    return min(starts) if trace.direction == "forward" else len(trace.tokens) - 1 - min(starts)


def show_report(look: Look, cuts: tuple[Cut, ...]) -> None:
    """The report on all test texts before and after; where that takes long, once it is asked for."""
    before, after = operating.known_report(look, ()), operating.known_report(look, cuts)
    if before is None or after is None:
        tokens = look.run.report["test"]["weighted avg"]["support"] * len(look.trace.tokens)
        label = _("Test on all test texts")
        bar = st.empty()
        if tokens > AT_ONCE and not bar.button(label, icon=":material/labs:", key=f"test {look.name}"):
            return
        tell = told(bar)
        before, after = operating.make_report(look, (), tell), operating.make_report(look, cuts, tell)
        bar.empty()
    show_table(comparison(before, after, look.model.classes))


def comparison(before: dict, after: dict, classes: Sequence[str]) -> Table:  # type: ignore[type-arg]
    """Accuracy, and precision, recall and F1 by class, before and after surgery, with the difference in points."""
    rows = {_("accuracy"): (before["accuracy"], after["accuracy"])}
    for name in classes:
        for figure in ("precision", "recall", "f1-score"):
            rows[f"{escaped(name)} · {_(FIGURES[figure])}"] = (before[name][figure], after[name][figure])
    return {
        row: {
            _("before"): number(old, ".3f"),
            _("after"): number(new, ".3f"),
            _("points"): number((new - old) * 100, "+.1f"),
        }
        for row, (old, new) in rows.items()
    }


def show_worths(workspace: Workspace) -> None:
    """What each unit is worth, once it is asked for."""
    st.subheader(_("What each unit is worth"))
    st.caption(
        _(
            "Bars: by how much the accuracy on test texts falls with the hidden state of one unit held at 0. Diamonds: "
            "the accuracy of this unit alone, when a text gets the class whose mean is nearest to its last state."
        )
    )
    for column, look in zip(workspace.columns(), workspace.looks, strict=True):
        with column:
            try:
                show_worth(look, workspace.unit)
            except BadInput as error:
                st.warning(escaped(str(error)), icon=":material/folder_off:")


def show_worth(look: Look, unit: int) -> None:
    worth = operating.known_worth(look)
    if worth is None:
        label = _("Rank the units of {title}").format(title=look.title)
        bar = st.empty()
        if not bar.button(label, icon=":material/leaderboard:", key=f"rank {look.name}"):
            return

        def tell(done: int, total: int) -> None:
            bar.progress(done / total, text=_("{done} of {total} units").format(done=done, total=total))

        worth = operating.find_worth(look, tell)
        bar.empty()
    figure = worth_bars(worth, look.trace.cell, unit)
    show_picture(figure, _("What each unit is worth") + f" · {look.title}", f"worth {look.name}")
    st.caption(
        _("{title}: accuracy {accuracy} on {count} test texts with all units.").format(
            title=look.title, accuracy=number(worth.accuracy, ".1%"), count=number(worth.texts)
        )
    )


SURGERY = Panel(
    "surgery",
    N_("Surgery"),
    ":material/content_cut:",
    N_("Hold the forget gate at 1 or at 0, or silence one unit, and see what the net can no longer do."),
    N_(
        "A picture of a unit shows what it goes along with; only a change to it shows what it does. A cut replaces one "
        "value inside the cell, for example $f_t := 0$ for some units from step $t$ on, and everything after it is "
        "computed anew with the trained weights. One text may change by chance; the report on all test texts shows "
        "what the unit is worth. A unit without effect may be one whose work another unit does too."
    ),
    show_surgery,
)
