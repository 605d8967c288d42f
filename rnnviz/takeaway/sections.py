"""The source of a training in plain PyTorch, section by section: only what one configuration needs.

Each section is a short explanation and the code below it; the script puts the explanations into
comments, the notebook into cells of their own. The code does what `rnnviz.training.loop` does, number
for number: the same draws in the same order, the same operations on the same shapes.
"""

import json
from dataclasses import dataclass

from rnnviz.language import _
from rnnviz.takeaway.learning import (
    JUDGING,
    judging_words,
    report_code,
    report_words,
    training_code,
    training_words,
)
from rnnviz.takeaway.net import net_code, net_words
from rnnviz.takeaway.reading import (
    BATCHES,
    batches_words,
    texts_code,
    texts_words,
    vocabulary_code,
    vocabulary_words,
)
from rnnviz.training.config import RunConfig


@dataclass(frozen=True)
class Section:
    """A piece of the source."""

    title: str
    words: str
    """What it does, in Markdown that can be read as it stands."""
    code: str


def sections(config: RunConfig, classes: tuple[str, ...], here: str) -> list[Section]:
    """The whole source of a training; `here` is the expression for the folder that the files are in."""
    return [
        Section(_("Settings"), _("What decides how this training goes, to the last digit."), settings(config, classes)),
        Section(_("Texts"), texts_words(config), texts_code(config, here)),
        Section(_("Vocabulary"), vocabulary_words(config), vocabulary_code(config)),
        Section(_("Batches"), batches_words(), BATCHES),
        Section(_("The net"), net_words(config.model), net_code(config)),
        Section(_("Judging"), judging_words(), JUDGING),
        Section(_("Training"), training_words(config), training_code(config)),
        Section(_("The report"), report_words(), report_code()),
    ]


def settings(config: RunConfig, classes: tuple[str, ...]) -> str:
    """Imports and constants, each used further below."""
    word, text, net, steps = config.text.unit == "word", config.text, config.model, config.optimiser
    constants = [
        f"CLASSES = {json.dumps(classes, ensure_ascii=False)}",
        f"MAX_TOKENS = {text.max_tokens}",
        f"MIN_COUNT = {text.min_count}",
        f"MAX_VOCABULARY = {text.max_vocabulary}",
        f"EMBEDDING_SIZE = {net.embedding_size}",
        f"HIDDEN_SIZE = {net.hidden_size}",
        *([f"LAYERS = {net.layers}"] if net.layers > 1 else []),
        *([f"DROPOUT = {net.dropout!r}"] if net.dropout else []),
        *([f"EMBEDDING_DROPOUT = {net.embedding_dropout!r}"] if net.embedding_dropout else []),
        *([f"WORD_DROPOUT = {net.word_dropout!r}"] if net.word_dropout else []),
        f"LEARNING_RATE = {steps.learning_rate!r}",
        f"WEIGHT_DECAY = {steps.weight_decay!r}",
        *([f"MOMENTUM = {steps.momentum!r}"] if steps.name == "sgd" else []),
        *([f"CLIP_NORM = {steps.clip_norm!r}"] if steps.clip_norm else []),
        f"BATCH_SIZE = {config.batch_size}",
        f"EPOCHS = {config.epochs}",
        *([f"PATIENCE = {config.patience}"] if config.patience else []),
        f"SEED = {config.seed}",
    ]
    lines = [
        "import copy",
        "import json",
        "import math",
        *(["import re"] * word),
        "from collections import Counter",
        "from pathlib import Path",
        *(["from sys import intern"] * word),
        "",
        "import numpy as np",
        "import torch",
        "from torch import nn",
        "from torch.nn.functional import cross_entropy" + ", dropout" * bool(net.embedding_dropout),
        *(["from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence"] * (net.direction == "both")),
        "",
        *constants,
        "",
        "torch.set_num_threads(1)",
    ]
    return "\n".join(lines)
