"""The settings of a training as widgets: limits and choices come from where they are enforced."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.language import N_, _
from rnnviz.training.config import CHOICES, LIMITS, RunConfig, check_choice, check_limit, value_at
from rnnviz.training.experiment import setting_title, short_name
from rnnviz.training.presets import PRESETS, Preset
from rnnviz.ui import link
from rnnviz.ui.folded import folded
from rnnviz.ui.markdown import escaped
from rnnviz.ui.pretrained import KEY as VECTORS_KEY
from rnnviz.ui.pretrained import chosen_vectors, draw_choice_of_vectors, show_dimension
from rnnviz.ui.setting_values import option_title, value_title

IN_SIGHT = ("epochs", "model.hidden_size", "optimiser.learning_rate", "seed")

GROUPS: Mapping[str, tuple[str, ...]] = {
    N_("Net"): (
        "model.embedding_size",
        "model.layers",
        "model.direction",
        "model.read_out",
        "model.dropout",
        "model.embedding_dropout",
        "model.word_dropout",
        "model.embedding_std",
        "model.initialisation",
        "model.forget_bias",
    ),
    N_("Learning"): (
        "optimiser.name",
        "optimiser.schedule",
        "optimiser.momentum",
        "optimiser.weight_decay",
        "optimiser.clip_norm",
        "batch_size",
        "patience",
        "optimiser.embeddings",
    ),
    N_("Text"): (
        "text.contradictions",
        "text.max_tokens",
        "text.cut",
        "text.min_count",
        "text.max_vocabulary",
        "text.stop_words",
        "text.padding",
        "text.labels",
    ),
}
WORDS_ONLY = ("text.stop_words",)
"""Asked for only where words are read."""

HELP = {
    "epochs": N_("How often the nets read all training texts. More epochs learn more, and in the end by heart."),
    "model.hidden_size": N_("Units of the hidden state: how much a net can keep in mind at once."),
    "optimiser.learning_rate": N_("How far the weights move at each step. Too small crawls, too large diverges."),
    "seed": N_("Decides the split, the first weights and the order of the texts. Same seed, same curve."),
    "model.embedding_size": N_("Numbers that stand for one token before it enters the cell."),
    "model.layers": N_("Recurrent layers on top of each other; each reads the states of the one below."),
    "model.direction": N_("Whether the net reads from the first token on, from the last one back, or both ways."),
    "model.dropout": N_(
        "Share of what is judged at the end (and passed between layers) that is blanked at random while training."
    ),
    "model.read_out": N_(
        "What is judged at the end: the last state, or each unit’s maximum or mean over all tokens. A plain RNN that "
        "reads 400 words forgets what its last state should hold; the maximum or mean keep it. For words the default "
        "is therefore all three side by side; for characters it is the last state, which a dozen letters don’t outgrow."
    ),
    "model.embedding_dropout": N_(
        "Share of the embedding’s numbers that are blanked throughout a text while training, against learning by heart."
    ),
    "model.word_dropout": N_("Share of the tokens that are read as <unk> while training, against learning by heart."),
    "model.embedding_std": N_(
        "Standard deviation of the embeddings before any learning; PyTorch takes 1. Most words are rare and stay near "
        "where they began: with a small spread they say little at first, with a large one they are noise. Pretrained "
        "vectors come with their own spread, and this one is not used."
    ),
    "model.initialisation": N_(
        "How the weights begin: as PyTorch does it, or Xavier for the input and orthogonal for the recurrent weights, "
        "which keeps gradients alive at the start."
    ),
    "model.forget_bias": N_(
        "Where the LSTM’s forget gate starts (with the orthogonal start only): above 0 it remembers at first."
    ),
    "optimiser.name": N_("The rule that turns gradients into steps."),
    "optimiser.schedule": N_(
        "Constant, or one cycle: the learning rate rises for the first 30% of the steps and then falls to almost 0."
    ),
    "optimiser.momentum": N_("Of SGD only: how much of the last step is kept in the next one."),
    "optimiser.weight_decay": N_("Pulls all weights towards 0 at each step, against learning by heart."),
    "optimiser.clip_norm": N_(
        "A gradient longer than this (L2 norm) is shortened to it, against explosions; 0 switches it off."
    ),
    "batch_size": N_("Texts that are read before each step. Larger batches make smoother and fewer steps."),
    "patience": N_(
        "Training ends after so many epochs without a better validation loss; the best weights are kept. "
        "0 runs to the end."
    ),
    "text.contradictions": N_("What to do with a text that stands in the list in more than one class."),
    "text.max_tokens": N_("Of a longer text only so many tokens are read."),
    "text.cut": N_("Which tokens of a longer text are read; head and tail takes half of them from each end."),
    "text.min_count": N_("A token seen less often in the training part is read as <unk>, “unknown”."),
    "text.max_vocabulary": N_("The most frequent tokens that get a number of their own."),
    "text.stop_words": N_(
        "Frequent words that say little (the, of, it; и, в, он) may be left out, in training and of every text that "
        "is read later. Negations (no, not, never, isn’t; не, нет, ни) and what turns or weighs a judgement (but, "
        "very; но, очень) always stay. A text of nothing else is left out of the training, and counted."
    ),
    "text.padding": N_(
        "Usually the padding that makes the texts of a batch equally long is left out again (packed). To see why, let "
        "the net read it: every text is then filled up to the “Tokens kept of a text” with <pad>, whose embedding is "
        "zero, behind the text or in front of it, and the last state is the one after all of them."
    ),
    "text.labels": N_(
        "As they are, or dealt out at random among the training texts. Then there is nothing to learn but the list "
        "itself: what a net still gets right in training, it knows by heart. Validation and test keep their classes."
    ),
    "optimiser.embeddings": N_(
        "Learned like all other weights, or frozen: then they stay as they began. With pretrained vectors this keeps "
        "words of like meaning close, also those that are rare here."
    ),
}


def ask_settings(defaults: RunConfig) -> dict[str, Any]:
    """The settings that matter in sight and the others one click away: values by path."""
    values: dict[str, Any] = {}
    if defaults.text.unit == "word":
        offer_presets(defaults)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for path in IN_SIGHT:
            values[path] = ask(path, defaults)
    return {**values, **ask_more_settings(defaults)}


def ask_more_settings(defaults: RunConfig) -> dict[str, Any]:
    """The others, drawn when they are asked for; which of them are changed is said in any case.

    Two dozen widgets that nobody sees would else be gone through by app and browser with every look at a training.
    """
    values = kept_settings(defaults)
    more = folded(_("More settings"), ":material/tune:", "settings")
    say_changed(values, defaults)
    if not more.open:
        return values
    with more:
        if defaults.text.unit == "word":
            draw_choice_of_vectors()
        for column, (title, paths) in zip(st.columns(len(GROUPS)), GROUPS.items(), strict=True):
            with column:
                st.markdown(f"**{_(title)}**")
                for path in paths:
                    if path == "model.embedding_size" and "vectors" in values:
                        show_dimension(values[path])
                    elif path in values:
                        values[path] = draw(path)
    return values


def say_changed(values: Mapping[str, Any], defaults: RunConfig) -> None:
    """Which of these settings are not as usual, for whoever does not see them."""
    changed = {path: value for path, value in values.items() if value != value_at(defaults, path)}
    if vectors := changed.pop("vectors", None):
        changed.pop("model.embedding_size", None)  # is that of the vectors
    said = [f"{_(setting_title(path))}: {value_title(path, value)}" for path, value in changed.items()]
    if vectors:
        title = _("Pretrained vectors")
        said.append(f"{title}: {escaped(st.session_state[VECTORS_KEY])}")
    if said:
        st.caption(_("Changed there: {settings}").format(settings=" · ".join(said)))


def kept_settings(defaults: RunConfig) -> dict[str, Any]:
    """The settings one click away, as a link or an earlier choice has them; none of them is drawn."""
    words = defaults.text.unit == "word"
    paths = (path for group in GROUPS.values() for path in group if words or path not in WORDS_ONLY)
    values = {path: kept(path, defaults) for path in paths}
    if words and (vectors := chosen_vectors()):
        values |= {"vectors": vectors.fingerprint, "model.embedding_size": vectors.dimension}
    return values


def offer_presets(defaults: RunConfig) -> None:
    """A button for each preset; the settings below take its values, and those it does not name their defaults."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Presets:"))
        for name, preset in PRESETS.items():
            st.button(
                _(preset.title), help=_(preset.promise), on_click=apply, args=(preset, defaults), key=f"preset {name}"
            )


def apply(preset: Preset, defaults: RunConfig) -> None:
    for path in (*IN_SIGHT, *(path for paths in GROUPS.values() for path in paths)):
        if path != "seed":
            st.session_state[short_name(path)] = preset.settings.get(path, value_at(defaults, path))


def ask(path: str, defaults: RunConfig) -> Any:
    """One setting, from the link or by hand."""
    kept(path, defaults)
    value = draw(path)
    link.give(short_name(path), [] if value == value_at(defaults, path) else [str(value)])
    return value


def draw(path: str) -> Any:
    """The widget of a setting, and what it says: a button may have asked for more than is allowed."""
    return (_draw_choice if path in CHOICES else _draw_number)(path, short_name(path))


def kept(path: str, defaults: RunConfig) -> Any:
    """What a setting is, drawn or not: from the link, or as it was chosen."""
    default, key = value_at(defaults, path), short_name(path)
    link.take(key, lambda given: parsed(path, given[-1]))
    link.offer(key, default)
    value = st.session_state[key]
    link.give(key, [] if value == default else [str(value)])
    return value


def parsed(path: str, text: str) -> Any:
    """The value that a link gives for a setting; `BadInput` where it is not allowed."""
    if path in CHOICES:
        return check_choice(path, text)
    limit = LIMITS[path]
    told = {"name": _(limit.title), "value": text[:40], "low": limit.low, "high": limit.high}
    try:
        value = float(text)
    except ValueError:
        raise BadInput("{name}: “{value}” is not a number; allowed is {low} to {high}.", **told) from None
    if isinstance(limit.low, int):
        if not value.is_integer():
            raise BadInput("{name}: “{value}” is not a whole number; allowed is {low} to {high}.", **told)
        value = int(value)
    check_limit(value, limit)
    return value


def _draw_choice(path: str, key: str) -> str:
    title, allowed = CHOICES[path]
    value: str = st.selectbox(
        _(title),
        allowed,
        format_func=lambda option: option_title(path, option),
        key=key,
        help=_(HELP[path]),
        persist_state="session",
    )
    return value


def _draw_number(path: str, key: str) -> float:
    limit = LIMITS[path]
    whole = isinstance(limit.low, int)
    text = _("{help} Allowed: {low} to {high}.").format(help=_(HELP[path]), low=limit.low, high=limit.high)
    value: float = st.number_input(
        _(limit.title),
        limit.low,
        limit.high,
        step=1 if whole else STEPS.get(path, 0.1),
        format="%d" if whole else "%g",
        key=key,
        help=text,
        persist_state="session",
    )
    return value


STEPS = {"optimiser.learning_rate": 0.001, "optimiser.weight_decay": 0.001, "optimiser.momentum": 0.05}
"""How far one click moves a number that is not whole; 0.1 where nothing is said."""
