"""The single edits that flip an answer: tried, listed, and made the text of the page."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.style import class_mark, token_labels
from rnnviz.errors import BadInput
from rnnviz.insight.edits import Edit, Flip, flips, single_edits
from rnnviz.insight.trace import Trace
from rnnviz.language import _, ngettext, number
from rnnviz.ui.choose import TEXT_KEY
from rnnviz.ui.kept import is_kept, kept
from rnnviz.ui.looking import run_key
from rnnviz.ui.markdown import escaped
from rnnviz.ui.workspace import Look

MOST_LETTERS = 16
"""Letters of a text of which all edits are tried without asking."""
AROUND = 4
"""Words of a review that are shown on each side of the one left out."""


def edits_to_try(look: Look) -> list[Edit] | BadInput:
    """The single edits of what a run reads, or why there are none."""
    try:
        return single_edits(look.model, look.reading)
    except BadInput as error:
        return error


def common_refusal(found: Sequence[object]) -> BadInput | None:
    """What is wrong for every run alike, to be said once; None where one run can, or each has a reason of its own."""
    refusals = [each for each in found if isinstance(each, BadInput)]
    alike = len(refusals) == len(found) and len(set(map(str, refusals))) == 1
    return refusals[0] if alike else None


def show_flips(look: Look, edits: Sequence[Edit]) -> None:
    """The edits that flip the answer of one run; tried at once for a name, on demand for a long text."""
    key = ("flips", run_key(look.name, look.model), look.reading.text)
    letters = look.model.config.text.unit == "character"
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


def answer(trace: Trace) -> str:
    """The answer in the end, in the colour of its class."""
    probabilities = trace.probabilities[trace.last]
    best = int(probabilities.argmax())
    share = number(float(probabilities[best]), ".1%")
    return f":{class_mark(best)}[**{escaped(trace.classes[best])}**] {share}"


def take_text(text: str) -> None:
    """Make an edited text that of the page; for callbacks."""
    st.session_state[TEXT_KEY] = text
