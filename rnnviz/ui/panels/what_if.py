"""The panel of what if: one token edited, everything before and after, and the single edits that flip the answer."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.edits import column_labels, edited_columns, what_if_panels
from rnnviz.charts.style import CONFIG, class_mark, token_labels
from rnnviz.charts.token_axes import WINDOW, window_around
from rnnviz.errors import BadInput
from rnnviz.insight.edits import KINDS, Edit, Flip, WhatIf, edited, flips, single_edits, spelled, token_for, what_if
from rnnviz.insight.trace import Trace
from rnnviz.language import N_, _, ngettext, number
from rnnviz.models.cells import Quantity
from rnnviz.ui import link
from rnnviz.ui.choose import TEXT_KEY
from rnnviz.ui.kept import is_kept, kept
from rnnviz.ui.looking import run_key
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import page_style, say
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.workspace import WHOLE_KEY, Look, Workspace

EDIT_KEY, TOKEN_KEY, QUANTITY_KEY = "edit", "with", "compared"
AFTER = "append"
"""An insertion behind the present token, so that one can be made at the end of the text as well."""
MOST_LETTERS = 16
"""Letters of a text of which all edits are tried without asking."""
AROUND = 4
"""Words of a review that are shown on each side of the one left out."""
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
    for column, look in zip(workspace.columns(), workspace.looks, strict=True):
        with column:
            show_flips(look)


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
    for column, look in zip(workspace.columns(), workspace.looks, strict=True):
        with column:
            if look.step is None:
                st.info(_("This model does not read this token."))
                continue
            try:
                found = edit_of(look, look.step, kind, typed)
                show_before_and_after(look, found, quantity, workspace.unit)
                texts[len(look.trace.tokens)] = spelled(look.model.config.text.unit, found.after.tokens)
            except BadInput as error:
                say(error)
    if texts:
        text = texts[max(texts)]
        place.button(
            _("Make “{text}” the text").format(text=escaped(shortened(text))),
            icon=":material/edit:",
            key="keep_edit",
            on_click=take_text,
            args=(text,),
        )


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
    st.plotly_chart(picture, config=CONFIG, key=f"what if {look.name}")
    if not edited_columns(found):
        st.caption(_("Both tokens are the same, so nothing changes."))


def edited_columns_or_place(found: WhatIf) -> int:
    """Where a window of the pictures has its middle."""
    return (edited_columns(found) or [found.edit.place])[0]


def answer(trace: Trace) -> str:
    """The answer in the end, in the colour of its class."""
    probabilities = trace.probabilities[trace.last]
    best = int(probabilities.argmax())
    share = number(float(probabilities[best]), ".1%")
    return f":{class_mark(best)}[**{escaped(trace.classes[best])}**] {share}"


def take_text(text: str) -> None:
    """Make an edited text that of the page; for callbacks."""
    st.session_state[TEXT_KEY] = text


def show_flips(look: Look) -> None:
    """The edits that flip the answer of one run; tried at once for a name, on demand for a long text."""
    key = ("flips", run_key(look.name, look.model), look.reading.text)
    letters = look.model.config.text.unit == "character"
    st.markdown(f"**{look.title}**")
    try:
        edits = single_edits(look.model, look.reading)
    except BadInput as error:
        say(error)
        return
    at_once = letters and len(look.reading.tokens) <= MOST_LETTERS
    if not (at_once or is_kept(key)):
        label = _("Try every letter") if letters else _("Leave out each word in turn")
        place = st.empty()
        if not place.button(label, icon=":material/play_arrow:", key=f"flips {look.name}"):
            return
        place.empty()
    found = kept(key, lambda: tried(look, edits, tells=not at_once))
    say_flips(look, found, len(edits))
    if found:
        list_flips(look, found)


def tried(look: Look, edits: Sequence[Edit], tells: bool) -> list[Flip]:
    """The edits that flip, with a bar that moves where it takes a moment."""
    place = st.empty()
    text = _("Trying {count} edits …").format(count=len(edits))

    def tell(share: float) -> None:
        if tells:
            place.progress(share, text=text)

    found = flips(look.model, look.reading, edits, tell)
    place.empty()
    return found


def say_flips(look: Look, found: Sequence[Flip], edits: int) -> None:
    """How many edits flip the answer, of how many."""
    said = answer(look.trace)
    if not found:
        st.markdown(_("None of {count} single edits takes the answer from {answer}.").format(count=edits, answer=said))
        return
    template = ngettext(
        "{count} of {edits} single edits takes the answer from {answer}.",
        "{count} of {edits} single edits take the answer from {answer}; the surest new answer comes first.",
        len(found),
    )
    st.markdown(template.format(count=len(found), edits=edits, answer=said))
    if look.reading.cut:
        st.caption(_("Edited are the tokens that this model reads; an edited text is these alone."))


def list_flips(look: Look, found: Sequence[Flip]) -> None:
    """All flips in a table, and a way to make one of them the text of the page."""
    tokens = look.reading.tokens
    lines = [flip.text if look.model.config.text.unit == "character" else around(tokens, flip.edit) for flip in found]
    st.dataframe(
        {
            _("Text"): lines,
            _("Edit"): [described(tokens, flip.edit) for flip in found],
            _("Answer"): [flip.answer for flip in found],
            _("Probability"): [number(flip.probability, ".1%") for flip in found],
        },
        hide_index=True,
        height=min(38 + 35 * len(found), 250),
        key=f"flip list {look.name}",
    )
    chosen = st.selectbox(
        _("Flip"),
        range(len(found)),
        format_func=lambda at: f"{lines[at]} · {found[at].answer} {number(found[at].probability, '.1%')}",
        key=f"flip {look.name}",
        filter_mode="contains",
    )
    st.button(
        _("Make it the text"),
        icon=":material/edit:",
        key=f"keep flip {look.name}",
        on_click=take_text,
        args=(found[chosen].text,),
    )


def described(tokens: Sequence[str], edit: Edit) -> str:
    """An edit in a few signs."""
    labels = token_labels(tokens)
    old = labels[edit.place] if edit.place < len(labels) else ""
    (new,) = token_labels([edit.token])
    templates = {
        "replace": _("{step}: {old} → {new}"),
        "delete": _("{step}: −{old}"),
        "swap": _("{step}: {old} ↔ {next}"),
        "insert": _("{step}: +{new}"),
    }
    after = labels[edit.place + 1] if edit.kind == "swap" else ""
    return templates[edit.kind].format(step=edit.place + 1, old=old, new=new, next=after)


def around(tokens: Sequence[str], edit: Edit) -> str:
    """The words around the one that is left out, which stands in brackets."""
    first, last = max(0, edit.place - AROUND), edit.place + 1 + AROUND
    words = [*tokens[first : edit.place], f"[{tokens[edit.place]}]", *tokens[edit.place + 1 : last]]
    return ("… " if first else "") + " ".join(words) + (" …" if last < len(tokens) else "")


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
