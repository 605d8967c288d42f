"""A trained model with all that is needed to read a typed text."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rnnviz.errors import BadInput, listed
from rnnviz.language import _
from rnnviz.limits import TEXTS
from rnnviz.models.classifier import Classifier
from rnnviz.text.batches import pad
from rnnviz.text.cleaning import clean_text
from rnnviz.text.cuts import cut_tokens
from rnnviz.text.padding import padded_tokens, text_of
from rnnviz.text.stop_words import is_stop_word, without_stop_words
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.text.vocabulary import Ids, Vocabulary
from rnnviz.training.config import RunConfig

MAX_TYPED = TEXTS["typed"]
"""Characters that a typed text may have."""

QUOTED = 60
"""Characters of a typed text that a message repeats."""

Floats = npt.NDArray[np.float32]


def shown(token: str) -> str:
    """A token as a message repeats it: not longer than a line, and what can't be seen by its number."""
    seen = "".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in token)
    return seen if len(seen) <= QUOTED else seen[:QUOTED] + "…"


@dataclass(frozen=True)
class Reading:
    """A typed text as a model sees it."""

    text: str
    tokens: tuple[str, ...]
    """With the `<pad>` that fill the text up, where the model was trained to read them."""
    ids: Ids
    """(tokens,)"""
    unknown: tuple[str, ...]
    """Tokens that the vocabulary does not hold, each once, in order."""
    cut: int
    """How many tokens were left out because the text is too long."""
    stop_words: tuple[str, ...] = ()
    """The stop words that were left out, each once, in order; none where the model reads them."""

    def notes(self) -> list[str]:
        """What a person should know about how this text is read: what is left out, unknown, or put in."""
        notes = []
        text = text_of(self.tokens)
        if self.stop_words:
            notes.append(_("Stop words are left out, as in training: {stop_words}"))
        if self.unknown and set(text) <= set(self.unknown):
            notes.append(_("The model knows none of these tokens, so its answer means nothing: {tokens}"))
        elif self.unknown:
            notes.append(_("Never seen in training, so read as <unk>: {tokens}"))
        if self.cut:
            notes.append(_("This model reads at most {kept} tokens of a text: {cut} are left out."))
        if padding := len(self.tokens) - len(text):
            notes.append(_("This model was trained on texts of one length: it reads <pad> too, here {padding} times."))
        values = {"tokens": listed(map(shown, self.unknown)), "stop_words": listed(self.stop_words), "padding": padding}
        return [note.format(**values, kept=len(self.tokens), cut=self.cut) for note in notes]


@dataclass(frozen=True)
class TrainedModel:
    """A classifier in `eval()` mode, never changed, with its vocabulary and its classes in order."""

    config: RunConfig
    classes: tuple[str, ...]
    vocabulary: Vocabulary
    classifier: Classifier
    epoch: int | None = None
    """The epoch after which the weights were these; None where they are the ones that were kept as the best."""

    def read(self, text: str) -> Reading:
        """Clean, tokenize, cut and pad as in training; `BadInput` for a text with nothing to read."""
        if len(text) > MAX_TYPED:
            raise BadInput("The text has {count} characters; at most {most} are read.", count=len(text), most=MAX_TYPED)
        tokens = TOKENIZERS[self.config.text.unit](clean_text(text))
        if not tokens and text.strip():
            raise BadInput(
                "Nothing is left to read of “{text}” once markup and invisible signs are taken out.", text=shown(text)
            )
        if not tokens:
            raise BadInput("There is nothing to read: the text is empty or blank. Type at least one letter.")
        left_out: tuple[str, ...] = ()
        if self.config.text.unit == "word" and self.config.text.stop_words == "drop":
            left_out = tuple(dict.fromkeys(filter(is_stop_word, tokens)))
            tokens = without_stop_words(tokens)
        if not tokens:
            raise BadInput(
                "Nothing is left to read of “{text}”: it has only stop words ({words}), which this model leaves out.",
                text=shown(text),
                words=listed(left_out),
            )
        kept = cut_tokens(tokens, self.config.text.max_tokens, self.config.text.cut)
        unknown = tuple(dict.fromkeys(token for token in kept if token not in self.vocabulary))
        read = padded_tokens(kept, self.config.text.max_tokens, self.config.text.padding)
        return Reading(text, read, self.vocabulary.encode(read), unknown, len(tokens) - len(kept), left_out)

    def probabilities(self, readings: list[Reading]) -> Floats:
        """Class probabilities, (texts, classes)."""
        ids, lengths = pad([reading.ids for reading in readings])
        return self.probabilities_of(torch.from_numpy(ids), torch.from_numpy(lengths))

    @torch.inference_mode()
    def probabilities_of(self, ids: Tensor, lengths: Tensor) -> Floats:
        """The same of padded token numbers (texts, time) with lengths (texts,)."""
        result: Floats = torch.softmax(self.classifier(ids, lengths), dim=-1).numpy()
        return result
