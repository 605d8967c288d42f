"""The panel of what if: one token edited, everything before and after, and the single edits that flip the answer."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.edits import column_labels, edited_columns, what_if_panels
from rnnviz.charts.token_axes import WINDOW, window_around
from rnnviz.errors import BadInput
from rnnviz.insight.edits import KINDS, Edit, WhatIf, edited, spelled, token_for, what_if
from rnnviz.insight.trace import Trace
from rnnviz.language import N_, _
from rnnviz.models.cells import Quantity
from rnnviz.ui import link
from rnnviz.ui.kept import kept
from rnnviz.ui.looking import run_key
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import page_style, say
from rnnviz.ui.panels.flipping import answer, common_refusal, edits_to_try, show_flips, take_text
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.workspace import WHOLE_KEY, Look, Workspace

EDIT_KEY, TOKEN_KEY, QUANTITY_KEY = "edit", "with", "compared"
AFTER = "append"
"""An insertion behind the present token, so that one can be made at the end of the text as well."""
QUOTED = 60


def show_what_if(workspace: Workspace) -> None:
    """The edit, its pictures for each run, and the list of edits that flip the answer."""
    edit_column, token_column, quantity_column = st.columns(3)
    with edit_column:
        kind = choose_kind()
    typed = ""
    if kind in ("replace", "insert", AFTER):
        with token_column:
            typed = type_token()
    with quantity_column:
        quantity = choose_quantity([look.trace for look in workspace.looks])
    if kind in ("replace", "insert", AFTER) and not typed:
        st.info(_("Type the new letter or word."), icon=":material/edit:")
    else:
        show_edit(workspace, kind, typed, quantity)
    st.subheader(_("Single edits that flip the answer"))
    edits = [edits_to_try(look) for look in workspace.looks]
    if refusal := common_refusal(edits):
        say(refusal)
        return
    for column, look, tries in zip(workspace.named_columns(), workspace.looks, edits, strict=True):
        with column:
            if isinstance(tries, BadInput):
                say(tries)
            else:
                show_flips(look, tries)


def choose_kind() -> str:
    """What is done to the present token."""
    titles = {**KINDS, AFTER: N_("insert after it")}
    link.take(EDIT_KEY, lambda given: link.one_of(_("Edit of the present token"), titles, given[-1]))
    link.offer(EDIT_KEY, "delete")
    chosen: str = st.selectbox(
        _("Edit of the present token"),
        list(titles),
        format_func=lambda kind: _(titles[kind]),
        key=EDIT_KEY,
        persist_state="session",
        help=_("The present token is the one that the slider and the arrow keys move."),
    )
    link.give(EDIT_KEY, [] if chosen == "delete" else [chosen])
    return chosen


def type_token() -> str:
    """The new letter or word."""
    link.take(TOKEN_KEY, lambda given: given[-1][:QUOTED])
    link.offer(TOKEN_KEY, "")
    typed: str = st.text_input(
        _("New letter or word"), key=TOKEN_KEY, max_chars=QUOTED, live="0ms", persist_state="session"
    )
    link.give(TOKEN_KEY, [typed] if typed else [])
    return typed


def choose_quantity(traces: Sequence[Trace]) -> str:
    """The state or gate that is compared."""
    titles = {quantity.name: quantity.title for trace in traces for quantity in trace.quantities}
    link.take(QUANTITY_KEY, lambda given: link.one_of(_("Compared"), titles, given[-1]))
    if st.session_state.get(QUANTITY_KEY) not in titles:
        st.session_state[QUANTITY_KEY] = "hidden"
    chosen: str = st.selectbox(
        _("Compared"),
        list(titles),
        format_func=lambda name: _(titles[name]),
        key=QUANTITY_KEY,
        persist_state="session",
        help=_("Where a cell has no such gate, its hidden state is shown."),
    )
    link.give(QUANTITY_KEY, [] if chosen == "hidden" else [chosen])
    return chosen


def show_edit(workspace: Workspace, kind: str, typed: str, quantity: str) -> None:
    """Before and after of each run, and a button that makes the edited text the text of the page."""
    place = st.empty()
    texts: dict[int, str] = {}
    edits = [tried_edit(look, kind, typed) for look in workspace.looks]
    if refusal := common_refusal(edits):
        say(refusal)
        return
    for column, look, found in zip(workspace.named_columns(), workspace.looks, edits, strict=True):
        with column:
            if found is None:
                st.info(_("This model does not read this token."))
            elif isinstance(found, BadInput):
                say(found)
            else:
                show_before_and_after(look, found, quantity, workspace.unit)
                texts[len(look.trace.tokens)] = spelled(look.model.config.text.unit, found.after.tokens)
    if texts:
        text = texts[max(texts)]
        place.button(
            _("Make “{text}” the text").format(text=escaped(shortened(text))),
            icon=":material/edit:",
            key="keep_edit",
            on_click=take_text,
            args=(text,),
        )


def tried_edit(look: Look, kind: str, typed: str) -> WhatIf | BadInput | None:
    """Both traces of one run, or why they can't be made; None where the run does not read the present token."""
    try:
        return None if look.step is None else edit_of(look, look.step, kind, typed)
    except BadInput as error:
        return error


def edit_of(look: Look, step: int, kind: str, typed: str) -> WhatIf:
    """Both traces of one run; `BadInput` for an edit that can't be made."""
    token = token_for(look.model, typed) if kind in ("replace", "insert", AFTER) else ""
    edit = Edit("insert", step + 1, token) if kind == AFTER else Edit(kind, step, token)
    parts = (look.model, look.reading, edit, look.trace.layer, look.trace.direction)
    edited(look.reading.tokens, edit)  # says what is wrong before anything is kept
    key = ("what if", run_key(look.name, look.model), look.reading.text, *parts[2:])
    return kept(key, lambda: what_if(*parts))


def show_before_and_after(look: Look, found: WhatIf, name: str, unit: int) -> None:
    """The answers, and all pictures over one axis."""
    st.markdown(_("Before: {before} · after: {after}").format(before=answer(found.before), after=answer(found.after)))
    unknown = [token for token in found.after.tokens if token not in look.model.vocabulary]
    if found.edit.token in unknown:
        st.caption(_("“{token}” is read as <unk>.").format(token=escaped(found.edit.token)))
    quantities: dict[str, Quantity] = {quantity.name: quantity for quantity in found.before.quantities}
    columns = column_labels(found)
    whole = len(columns) <= WINDOW + 1 or bool(st.session_state.get(WHOLE_KEY))
    window = range(len(columns)) if whole else window_around(edited_columns_or_place(found), len(columns))
    number_of_class = int(found.before.probabilities[found.before.last].argmax())
    quantity = quantities.get(name, quantities["hidden"])
    picture = what_if_panels(found, quantity, number_of_class, page_style(), unit, window)
    show_picture(picture, _("Before and after the edit") + f" · {look.title}", f"what if {look.name}")
    if not edited_columns(found):
        st.caption(_("Both tokens are the same, so nothing changes."))


def edited_columns_or_place(found: WhatIf) -> int:
    """Where a window of the pictures has its middle."""
    return (edited_columns(found) or [found.edit.place])[0]


def shortened(text: str) -> str:
    return text if len(text) <= QUOTED else text[:QUOTED] + "…"


WHAT_IF = Panel(
    "what_if",
    N_("What if"),
    ":material/edit_note:",
    N_("Look for how long the difference of one token lives on in the states, and whether it reaches the answer."),
    N_(
        "The same net reads both texts, $h_t = f(x_t, h_{t-1})$ and $h'_t = f(x'_t, h'_{t-1})$, and "
        "$\\lVert \\Delta h_t \\rVert = \\lVert h'_t - h_t \\rVert$ says how far apart it is at each token: a "
        "difference that fades has been forgotten, one that stays or grows has been remembered. A deleted token "
        "leaves a gap after, an inserted one a gap before; swapped and replaced tokens stand below what was in their "
        "place. A net that reads both ways differs before the edit as well."
    ),
    show_what_if,
)
