"""What the page calls the values of settings."""

from collections.abc import Mapping
from typing import Any

from rnnviz.language import N_, _, number
from rnnviz.models.cells import CELLS
from rnnviz.models.read_outs import READ_OUTS
from rnnviz.text.cleaning import POLICY_TITLES
from rnnviz.text.cuts import CUT_TITLES
from rnnviz.text.padding import PADDING_TITLES
from rnnviz.text.stop_words import STOP_WORD_TITLES
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.training.config import CHOICES, LABEL_TITLES
from rnnviz.ui.layer import DIRECTION_TITLES

OPTION_TITLES: Mapping[str, str] = {
    **POLICY_TITLES,
    **DIRECTION_TITLES,
    **CUT_TITLES,
    **PADDING_TITLES,
    **LABEL_TITLES,
    **{name: read_out.title for name, read_out in READ_OUTS.items()},
    "constant": N_("constant"),
    "one-cycle": N_("one cycle"),
    "pytorch": N_("PyTorch’s"),
    "orthogonal": N_("Xavier and orthogonal"),
    "adam": "Adam",
    "rmsprop": "RMSprop",
    "sgd": N_("SGD with momentum"),
    "learned": N_("learned"),
    "frozen": N_("frozen"),
}


def option_title(path: str, option: str) -> str:
    """What the page calls one of the values of a choice."""
    titles = STOP_WORD_TITLES if path == "text.stop_words" else OPTION_TITLES
    return _(titles.get(option) or option)


def value_title(path: str, value: Any) -> str:
    """A value of a setting as the page says it; a seed without a sign between its thousands, for it names something."""
    if path == "model.cell":
        return CELLS[value].title
    if path == "text.unit":
        return _(TOKENIZERS[value].title)
    if path in CHOICES:
        return option_title(path, value)
    if isinstance(value, int):
        return number(value, "d" if path == "seed" else ",d")
    return number(value, ".12g")
