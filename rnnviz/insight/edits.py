"""What if a text were a little different: single edits, the traces before and after, and the edits that flip."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.errors import NOT_ONE_OF, OUT_OF_RANGE, BadInput, Term, listed
from rnnviz.insight.attribution import Tell, probabilities_of
from rnnviz.insight.trace import Trace, trace
from rnnviz.language import N_
from rnnviz.text.cleaning import clean_text
from rnnviz.text.padding import text_of
from rnnviz.text.stop_words import is_stop_word
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.text.vocabulary import PAD
from rnnviz.training.trained import Floats, Reading, TrainedModel

KINDS = {
    "replace": N_("replace it by"),
    "delete": N_("delete it"),
    "swap": N_("swap it with the next"),
    "insert": N_("insert before it"),
}
EDIT, PLACE = N_("Edit"), N_("Place")
_BEFORE_MARK = re.compile(r" (?=[,.;:!?)](?: |$))")


@dataclass(frozen=True)
class Edit:
    """One change of one token: its kind (one of `KINDS`), where (from 0), and the new token if it brings one."""

    kind: str
    place: int
    token: str = ""


Columns = tuple[tuple[int | None, int | None], ...]
"""The steps before and after that stand below one another; None where there is a gap."""


@dataclass(frozen=True)
class WhatIf:
    """The same net on a text before and after an edit, step by step below one another."""

    edit: Edit
    columns: Columns
    before: Trace
    after: Trace

    def difference(self, quantity: str) -> Floats:
        """After minus before of a quantity, (columns, units); NaN where one of the two has no step."""
        before, after = (self.spread(trace.values[quantity], place) for place, trace in enumerate(self.both))
        return after - before

    def spread(self, values: Floats, place: int) -> Floats:
        """Values (steps, …) of the trace before (0) or after (1) over the columns; NaN in the gaps."""
        result = np.full((len(self.columns), *values.shape[1:]), np.nan, dtype=np.float32)
        for column, steps in enumerate(self.columns):
            if (step := steps[place]) is not None:
                result[column] = values[step]
        return result

    @property
    def both(self) -> tuple[Trace, Trace]:
        return self.before, self.after

    @property
    def state_change(self) -> Floats:
        """‖Δh_t‖₂, (columns,); NaN in a gap."""
        return np.asarray(np.linalg.norm(self.difference("hidden"), axis=1), dtype=np.float32)


@dataclass(frozen=True)
class Flip:
    """An edit that makes the net give another answer."""

    edit: Edit
    tokens: tuple[str, ...]
    text: str
    answer: str
    probability: float


def edited(tokens: Sequence[str], edit: Edit) -> tuple[str, ...]:
    """The tokens after an edit; `BadInput` where there is no such token, or nothing would be left."""
    if edit.kind not in KINDS:
        raise BadInput(NOT_ONE_OF, name=Term(EDIT), value=edit.kind, allowed=listed(KINDS))
    place, last = edit.place, len(tokens) - 1
    highest = len(tokens) if edit.kind == "insert" else last
    if not 0 <= place <= highest:
        raise BadInput(OUT_OF_RANGE, name=Term(PLACE), value=place, low=0, high=highest)
    if edit.kind == "swap" and place == last:
        raise BadInput("This is the last token of the text: there is no next one to swap it with.")
    if edit.kind == "delete" and last == 0:
        raise BadInput("The text has one token; without it nothing would be left to read.")
    new = {
        "replace": (edit.token,),
        "delete": (),
        "swap": tuple(tokens[place : place + 2])[::-1],
        "insert": (edit.token, *tokens[place : place + 1]),
    }[edit.kind]
    return (*tokens[:place], *new, *tokens[place + (2 if edit.kind == "swap" else 1) :])


def columns_of(edit: Edit, count: int) -> Columns:
    """Which steps before and after an edit of so many tokens stand below one another.

    A deleted token leaves a gap after, an inserted one a gap before; swapped and replaced
    ones stand below what was in their place.
    """
    if edit.kind == "delete":
        return tuple((t, None if t == edit.place else t - (t > edit.place)) for t in range(count))
    if edit.kind == "insert":
        before = [(t, t + (t >= edit.place)) for t in range(count)]
        return (*before[: edit.place], (None, edit.place), *before[edit.place :])
    return tuple((t, t) for t in range(count))


def what_if(
    model: TrainedModel, reading: Reading, edit: Edit, layer: int | None = None, direction: str | None = None
) -> WhatIf:
    """Both traces of a text, of a layer and direction as in `trace`; of a text that is cut, of the tokens read."""
    changed = reread(model, edited(reading.tokens, edit))
    before, after = (trace(model, each, layer, direction) for each in (reading, changed))
    return WhatIf(edit, columns_of(edit, len(reading.tokens)), before, after)


def reread(model: TrainedModel, tokens: tuple[str, ...]) -> Reading:
    """The reading of some tokens, as they are."""
    unknown = tuple(dict.fromkeys(token for token in tokens if token not in model.vocabulary))
    return Reading(spelled(model.config.text.unit, tokens), tokens, model.vocabulary.encode(tokens), unknown, 0)


def spelled(unit: str, tokens: Sequence[str]) -> str:
    """A text that falls into these tokens: letters joined, words with blanks between them, padding left out."""
    tokens = text_of(tokens)
    if unit == "character":
        return "".join(tokens)
    plain = " ".join(tokens)
    tidy = _BEFORE_MARK.sub("", plain)
    return tidy if TOKENIZERS[unit](tidy) == list(tokens) else plain


def one_token(unit: str, typed: str) -> str:
    """The one token that a person typed; `BadInput` where it is none or several."""
    tokens = TOKENIZERS[unit](clean_text(typed)) or ([" "] if unit == "character" and typed else [])
    if len(tokens) == 1:
        return tokens[0]
    if unit == "character":
        raise BadInput("“{typed}” is {count} letters; type one.", typed=typed[:40], count=len(tokens))
    raise BadInput("“{typed}” is {count} words; type one.", typed=typed[:40], count=len(tokens))


def token_for(model: TrainedModel, typed: str) -> str:
    """The same for a model; `BadInput` also for a stop word that it would leave out."""
    text = model.config.text
    token = one_token(text.unit, typed)
    if text.unit == "word" and text.stop_words == "drop" and is_stop_word(token):
        raise BadInput("“{typed}” is a stop word, which this model leaves out.", typed=token[:40])
    return token


def deletions(count: int) -> list[Edit]:
    """Every token left out, where one would remain."""
    return [Edit("delete", place) for place in range(count)] if count > 1 else []


def letter_edits(tokens: Sequence[str], letters: Sequence[str], most: int) -> list[Edit]:
    """All single edits over some letters: replacements, deletions, swaps, and insertions up to `most` letters."""
    count = len(tokens)
    swaps = [Edit("swap", place) for place in range(count - 1)]
    replacements = [Edit("replace", place, letter) for place in range(count) for letter in letters]
    longer = range(count + 1) if count < most else ()
    insertions = [Edit("insert", place, letter) for place in longer for letter in letters]
    return [*deletions(count), *swaps, *replacements, *insertions]


def single_edits(model: TrainedModel, reading: Reading) -> list[Edit]:
    """The edits that are tried on a text: of letters all there are, of words all deletions.

    The letters are those of the vocabulary. `BadInput` where there is none to try.
    """
    text = model.config.text
    if text.unit == "character":
        edits = letter_edits(reading.tokens, model.vocabulary.tokens[2:], text.max_tokens)
    else:
        edits = deletions(len(reading.tokens))
    edits = [edit for edit in edits if PAD not in reading.tokens[edit.place : edit.place + 1 + (edit.kind == "swap")]]
    if not edits:
        raise BadInput("The text has one token; without it nothing would be left to read.")
    return edits


def distinct_texts(model: TrainedModel, reading: Reading, edits: Sequence[Edit]) -> dict[tuple[str, ...], Edit]:
    """The texts that some edits make, each once: not the text itself, and none that cleaning would make another."""
    texts: dict[tuple[str, ...], Edit] = {}
    for edit in edits:
        texts.setdefault(edited(reading.tokens, edit), edit)
    texts.pop(reading.tokens, None)
    if model.config.text.unit != "character":
        return texts
    return {tokens: edit for tokens, edit in texts.items() if clean_text("".join(tokens)) == "".join(tokens)}


def flips(model: TrainedModel, reading: Reading, edits: Sequence[Edit], tell: Tell = lambda _share: None) -> list[Flip]:
    """The edits that change the answer, the surest new answer first; all edited texts are read in batches.

    Of a text that is cut, the tokens that are read are edited, and an edited text is these alone.
    """
    texts = distinct_texts(model, reading, edits)
    if not texts:
        return []
    (said,) = model.probabilities([reading])
    probabilities = probabilities_of(model, [model.vocabulary.encode(tokens) for tokens in texts], tell)
    unit = model.config.text.unit
    found = [
        Flip(edit, tokens, spelled(unit, tokens), model.classes[row.argmax()], float(row.max()))
        for (tokens, edit), row in zip(texts.items(), probabilities, strict=True)
        if row.argmax() != said.argmax()
    ]
    return sorted(found, key=lambda flip: -flip.probability)
