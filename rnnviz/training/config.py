"""`RunConfig`: everything that decides how a run goes, as one frozen value with a hash."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnviz.errors import NOT_ONE_OF, OUT_OF_RANGE, BadInput, Term, listed
from rnnviz.language import N_
from rnnviz.limits import TRAINING
from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import DIRECTIONS, ModelConfig
from rnnviz.models.initialisation import INITIALISATIONS
from rnnviz.models.read_outs import READ_OUTS
from rnnviz.text.cleaning import POLICIES
from rnnviz.text.cuts import CUTS
from rnnviz.text.padding import PADDING_TITLES
from rnnviz.text.stop_words import STOP_WORD_TITLES
from rnnviz.text.tokens import TOKENIZERS


@dataclass(frozen=True)
class TextConfig:
    """How rows become token numbers."""

    unit: str = "character"
    contradictions: str = "drop"
    max_tokens: int = 32
    """Of a longer text only so many are read."""
    cut: str = "tail"
    """Which ones: one of `rnnviz.text.cuts.CUTS`."""
    min_count: int = 2
    """A token seen less often in training is `<unk>`, so that `<unk>` is learned too."""
    max_vocabulary: int = 20_000
    stop_words: str = "keep"
    """Of words only: whether `rnnviz.text.stop_words` are read."""
    padding: str = "packed"
    """Whether texts are filled up to `max_tokens` with `<pad>` that the net reads: one of `PADDING_TITLES`."""
    labels: str = "true"
    """Of the training texts: one of `LABEL_TITLES`.

    Shuffled ones say nothing of the texts, so all that can be done is to learn them by heart: training
    accuracy climbs far above chance, while validation and test, whose classes stay true, remain at
    chance, and the validation loss grows from the first epochs on (Zhang et al. 2017).
    """


@dataclass(frozen=True)
class OptimiserConfig:
    """How the weights move."""

    name: str = "adam"
    learning_rate: float = 0.005
    momentum: float = 0.9
    """Of SGD; the others have their own."""
    weight_decay: float = 0.001
    clip_norm: float = 1.0
    """The gradient is scaled down to this L2 norm where it is longer; 0 leaves it."""
    schedule: str = "constant"
    """How the learning rate goes over the whole training: one of `SCHEDULES`."""
    embeddings: str = "learned"
    """Frozen ones stay as they began."""


@dataclass(frozen=True)
class RunConfig:
    """Same configuration, same rows, same seed, same machine: the same curve, bit for bit."""

    dataset: str = "pets"
    text: TextConfig = field(default_factory=TextConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    batch_size: int = 64
    epochs: int = 20
    patience: int = 5
    """Epochs without a better validation loss after which training ends; 0 never ends it early."""
    seed: int = 0
    vectors: str = ""
    """SHA-256 of the file of pretrained vectors that the embeddings begin with; empty where they begin at random."""

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def hash(self, fingerprint: str) -> str:
        """16 hexadecimal digits that name this configuration on the rows with this fingerprint."""
        values = self.to_dict()
        for path, before in LATER.items():
            if value_at(self, path) == before:
                part, _sep, name = path.rpartition(".")
                del (values[part] if part else values)[name]
        canonical = json.dumps(values, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(f"{canonical}\n{fingerprint}".encode()).hexdigest()[:16]


LATER = {
    "text.stop_words": "keep",
    "text.padding": "packed",
    "text.labels": "true",
    "optimiser.embeddings": "learned",
    "vectors": "",
}
"""Settings that came after the first runs had got their names, and what was done before: at that, no name changes."""

OPTIMISERS = ("adam", "rmsprop", "sgd")
SCHEDULES = ("constant", "one-cycle")
"""One-cycle (Smith & Topin 2018): up to the learning rate over the first 30% of all steps, then down to almost 0."""


EMBEDDINGS = ("learned", "frozen")
LABEL_TITLES = {"true": N_("as they are"), "shuffled": N_("shuffled")}


@dataclass(frozen=True)
class Limit:
    """What is allowed for one number of the configuration, and what it is called."""

    title: str
    low: float
    high: float


LIMITS = {
    "text.max_tokens": Limit(N_("Tokens kept of a text"), 2, TRAINING["max_tokens"]),
    "text.min_count": Limit(N_("Least count of a token"), 1, 100),
    "text.max_vocabulary": Limit(N_("Size of the vocabulary"), 10, TRAINING["max_vocabulary"]),
    "model.embedding_size": Limit(N_("Embedding size"), 1, TRAINING["embedding_size"]),
    "model.hidden_size": Limit(N_("Hidden size"), 1, TRAINING["hidden_size"]),
    "model.layers": Limit(N_("Layers"), 1, TRAINING["layers"]),
    "model.dropout": Limit(N_("Dropout"), 0.0, 0.9),
    "model.embedding_dropout": Limit(N_("Embedding dropout"), 0.0, 0.9),
    "model.word_dropout": Limit(N_("Token dropout"), 0.0, 0.9),
    "model.embedding_std": Limit(N_("Spread of the first embeddings"), 0.001, 10.0),
    "model.forget_bias": Limit(N_("Forget-gate bias"), -5.0, 5.0),
    "optimiser.learning_rate": Limit(N_("Learning rate"), 1e-6, 10.0),
    "optimiser.momentum": Limit(N_("Momentum"), 0.0, 0.999),
    "optimiser.weight_decay": Limit(N_("Weight decay"), 0.0, 1.0),
    "optimiser.clip_norm": Limit(N_("Gradient clipping"), 0.0, 1000.0),
    "batch_size": Limit(N_("Batch size"), 1, TRAINING["batch_size"]),
    "epochs": Limit(N_("Epochs"), 1, TRAINING["epochs"]),
    "patience": Limit(N_("Patience"), 0, 200),
    "seed": Limit(N_("Seed"), 0, 2**31 - 1),
}

CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "text.unit": (N_("Tokens"), tuple(TOKENIZERS)),
    "text.contradictions": (N_("Texts in several classes"), tuple(POLICIES)),
    "text.cut": (N_("Kept of a longer text"), tuple(CUTS)),
    "text.stop_words": (N_("Stop words"), tuple(STOP_WORD_TITLES)),
    "text.padding": (N_("Padding"), tuple(PADDING_TITLES)),
    "text.labels": (N_("Classes of the training texts"), tuple(LABEL_TITLES)),
    "model.cell": (N_("Cell"), tuple(CELLS)),
    "model.read_out": (N_("Read-out"), tuple(READ_OUTS)),
    "model.direction": (N_("Direction"), DIRECTIONS),
    "model.initialisation": (N_("Initialisation"), INITIALISATIONS),
    "optimiser.name": (N_("Optimiser"), OPTIMISERS),
    "optimiser.schedule": (N_("Schedule of the learning rate"), SCHEDULES),
    "optimiser.embeddings": (N_("Embeddings while training"), EMBEDDINGS),
}


def changed(config: RunConfig, values: Mapping[str, Any]) -> RunConfig:
    """The configuration with the settings at some paths ("model.hidden_size") replaced, and checked."""
    parts: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        part, _sep, name = path.rpartition(".")
        parts.setdefault(part, {})[name] = value
    own = parts.pop("", {})
    inner = {part: dataclasses.replace(getattr(config, part), **given) for part, given in parts.items()}
    return checked(dataclasses.replace(config, **inner, **own))


def value_at(config: RunConfig, path: str) -> Any:
    """The value of a setting such as "model.hidden_size"."""
    value: Any = config
    for name in path.split("."):
        value = getattr(value, name)
    return value


def checked(config: RunConfig) -> RunConfig:
    """The same configuration, or `BadInput` that names the first setting out of range."""
    for path in CHOICES:
        check_choice(path, value_at(config, path))
    for path, limit in LIMITS.items():
        check_limit(value_at(config, path), limit)
    if not isinstance(config.vectors, str) or not _FINGERPRINT.fullmatch(config.vectors):
        raise BadInput(
            "The fingerprint of the vectors is {value}; allowed is a SHA-256 of 64 hexadecimal digits, or none.",
            value=repr(config.vectors)[:80],
        )
    return config


_FINGERPRINT = re.compile("(?:[0-9a-f]{64})?")


def check_unit(config: RunConfig) -> RunConfig:
    """The same configuration, or `BadInput` where it asks of characters what only words have."""
    if config.text.unit != "word" and (config.text.stop_words == "drop" or config.vectors):
        message = (
            N_("Pretrained vectors are for words, and “{name}” is read by characters.")
            if config.vectors
            else N_("Stop words are left out of words, and “{name}” is read by characters.")
        )
        raise BadInput(message, name=config.dataset)
    return config


def check_choice(path: str, value: Any) -> Any:
    """The value, or `BadInput` where it is not one of `CHOICES[path]`."""
    title, allowed = CHOICES[path]
    if value not in allowed:
        raise BadInput(NOT_ONE_OF, name=Term(title), value=value, allowed=listed(allowed))
    return value


def check_limit(value: Any, limit: Limit) -> None:
    """`BadInput` where a number is not within its limit, or not a number of its kind."""
    whole = isinstance(limit.low, int)
    fits = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not fits or not limit.low <= value <= limit.high:
        raise BadInput(OUT_OF_RANGE, name=Term(limit.title), value=value, low=limit.low, high=limit.high)


def config_from_dict(data: Any) -> RunConfig:
    """The configuration that `to_dict` wrote; `BadInput` where it is not one."""
    try:
        return checked(
            RunConfig(
                **{
                    **data,
                    "text": TextConfig(**data["text"]),
                    "model": ModelConfig(**data["model"]),
                    "optimiser": OptimiserConfig(**data["optimiser"]),
                }
            )
        )
    except (TypeError, KeyError) as error:
        raise BadInput("This is not the configuration of a run: {reason}.", reason=error) from None
