"""The source of a training in plain PyTorch, section by section: only what one configuration needs.

Each section is a short explanation and the code below it; the script puts the explanations into
comments, the notebook into cells of their own. The code does what `rnnviz.training.loop` does, number
for number: the same draws in the same order, the same operations on the same shapes.
"""

import json
from dataclasses import dataclass

from rnnviz.language import _
from rnnviz.takeaway.net import net_code, net_words
from rnnviz.text.vocabulary import PAD, UNK
from rnnviz.training.config import RunConfig

TEXTS, EXPECTED, STOP_WORD_FILE = "texts.jsonl", "report_of_the_run.json", "stop_words.txt"
"""The files that the source reads, beside itself."""


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


def texts_words(config: RunConfig) -> str:
    text = config.text
    said = [_("The texts are cleaned already (small letters, no stray blanks), each stands in one of three parts.")]
    if text.unit == "word":
        said.append(_("Tokens are words, with inner apostrophes, and each punctuation mark by itself."))
    else:
        said.append(_("Tokens are characters."))
    if drops(config):
        said.append(_("Stop words are left out."))
    if config.text.labels == "shuffled":
        said.append(_("The classes of the training texts were dealt out anew, as in the run: they say nothing."))
    said.append(
        {
            "tail": _("Of a longer text the last tokens are read."),
            "head": _("Of a longer text the first tokens are read."),
            "ends": _("Of a longer text half of the tokens come from its beginning, half from its end."),
        }[text.cut]
    )
    return " ".join(said)


def drops(config: RunConfig) -> bool:
    """Whether stop words are left out."""
    return config.text.unit == "word" and config.text.stop_words == "drop"


WORDS = r"""MARKUP = re.compile(r"<[^<>]{1,40}>")
WORD_OR_MARK = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")


def tokens_of(text):
    return [intern(token) for token in WORD_OR_MARK.findall(MARKUP.sub(" ", text))]"""

CHARACTERS = """def tokens_of(text):
    return list(text)"""

NOT_STOP_WORDS = """


STOP_WORDS = set((FOLDER / "{file}").read_text(encoding="utf-8").split())


def kept_of(tokens):
    return [token for token in tokens if token.replace("’", "'") not in STOP_WORDS]"""

CUTS = {
    "tail": "    return tokens[-MAX_TOKENS:]",
    "head": "    return tokens[:MAX_TOKENS]",
    "ends": """    head = MAX_TOKENS // 2
    return tokens if len(tokens) <= MAX_TOKENS else tokens[:head] + tokens[head - MAX_TOKENS :]""",
}

READING = """


def cut(tokens):
{cut}


tokens = {{"train": [], "validation": [], "test": []}}
targets = {{"train": [], "validation": [], "test": []}}
with (FOLDER / "{file}").open(encoding="utf-8") as file:
    for line in file:
        row = json.loads(line)
        tokens[row["part"]].append(cut({tokens}))
        targets[row["part"]].append(CLASSES.index(row["class"]))
targets = {{part: np.array(numbers) for part, numbers in targets.items()}}"""


def texts_code(config: RunConfig, here: str) -> str:
    """From the file to the tokens of each text, and the number of its class."""
    stop = drops(config)
    return "".join(
        [
            f"FOLDER = {here}\n\n\n" if stop or config.text.unit == "character" else f"FOLDER = {here}\n",
            WORDS if config.text.unit == "word" else CHARACTERS,
            NOT_STOP_WORDS.format(file=STOP_WORD_FILE) if stop else "",
            READING.format(
                cut=CUTS[config.text.cut],
                file=TEXTS,
                tokens='kept_of(tokens_of(row["text"]))' if stop else 'tokens_of(row["text"])',
            ),
        ]
    )


def vocabulary_words(config: RunConfig) -> str:
    said = [
        _(
            "The tokens of the training part, most frequent first; rare ones are unknown. Number 0 fills up short "
            "texts, number 1 stands for every unknown token."
        )
    ]
    if config.text.padding == "before":
        said.append(_("Each text is filled up to MAX_TOKENS in front, and the net reads what fills it."))
    elif config.text.padding == "after":
        said.append(_("Each text is filled up to MAX_TOKENS behind, and the net reads what fills it."))
    return " ".join(said)


VOCABULARY = f"""counts = Counter(token for text in tokens["train"] for token in text)
frequent = [token for token, count in counts.items() if count >= MIN_COUNT]
vocabulary = ["{PAD}", "{UNK}", *sorted(frequent, key=lambda token: (-counts[token], token))[:MAX_VOCABULARY]]
number = {{token: place for place, token in enumerate(vocabulary)}}


def numbers_of(text):
{{numbers}}


ids = {{part: [np.array(numbers_of(text)) for text in texts] for part, texts in tokens.items()}}
lengths = {{part: np.array([len(text) for text in texts]) for part, texts in ids.items()}}
for part, texts in ids.items():
    print(f"{{part}}: {{len(texts)}} texts, {{lengths[part].sum()}} tokens")"""

NUMBERS = "[number.get(token, 1) for token in text]"
FILLING = "[0] * (MAX_TOKENS - len(text))"
FILLED = {"packed": NUMBERS, "after": f"{NUMBERS} + {FILLING}", "before": f"{FILLING} + {NUMBERS}"}


def vocabulary_code(config: RunConfig) -> str:
    """From tokens to numbers."""
    return VOCABULARY.replace("{numbers}", f"    return {FILLED[config.text.padding]}")


def batches_words() -> str:
    return _(
        "A batch holds texts of about one length: the training part is shuffled, then sorted by length inside pools "
        "of 32 batches, and the batches come in random order. All randomness of an epoch follows from the seed and "
        "the number of the epoch."
    )


BATCHES = """def padded(part, rows):  # -> (batch, time), (batch,)
    batch = np.zeros((len(rows), lengths[part][rows].max()), dtype=np.int64)
    for place, row in enumerate(rows):
        batch[place, : lengths[part][row]] = ids[part][row]
    return torch.from_numpy(batch), torch.from_numpy(lengths[part][rows])


def shuffled_batches(rng):
    order = rng.permutation(len(ids["train"]))
    batches = []
    for start in range(0, len(order), 32 * BATCH_SIZE):
        pool = order[start : start + 32 * BATCH_SIZE]
        pool = pool[np.argsort(lengths["train"][pool], kind="stable")]
        batches += [pool[i : i + BATCH_SIZE] for i in range(0, len(pool), BATCH_SIZE)]
    return [batches[i] for i in rng.permutation(len(batches))]"""


def judging_words() -> str:
    return _("The loss is the mean cross-entropy in nats. Nothing is dropped out while judging.")


JUDGING = """@torch.no_grad()
def scores(part):  # -> (texts, classes)
    model.eval()
    given = torch.empty(len(ids[part]), len(CLASSES))
    order = np.argsort(lengths[part], kind="stable")
    for start in range(0, len(order), 256):
        rows = order[start : start + 256]
        given[rows] = model(*padded(part, rows))
    return given


def evaluate(part):
    given, true = scores(part), torch.from_numpy(targets[part])
    return cross_entropy(given, true).item(), int((given.argmax(dim=1) == true).sum()) / len(true)"""


def training_words(config: RunConfig) -> str:
    said = [_("The weights with the lowest validation loss are kept; epoch 0 is the net before any learning.")]
    if config.optimiser.clip_norm:
        said.append(_("A gradient that is longer than CLIP_NORM is scaled down to it."))
    if config.optimiser.schedule == "one-cycle":
        said.append(_("The learning rate goes up over the first 30% of all steps, then down to almost 0."))
    if config.patience:
        said.append(_("After PATIENCE epochs without a lower validation loss the training ends."))
    said.append(_("Denormal numbers count as zero while training: computing with them is very slow."))
    return " ".join(said)


OPTIMISERS = {
    "adam": "torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True)",
    "rmsprop": "torch.optim.RMSprop(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)",
    "sgd": "torch.optim.SGD(\n    model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, momentum=MOMENTUM, "
    "fused=True\n)",
}

LEARNING = """torch.manual_seed(SEED)
model = Classifier()
optimiser = {optimiser}
{schedule}

def learn(epoch):
    rng = np.random.default_rng([SEED, epoch])
    loss_sum = norm_sum = 0.0
    batches = shuffled_batches(rng)
    for rows in batches:
        model.train()
{seed}        optimiser.zero_grad()
        loss = cross_entropy(model(*padded("train", rows)), torch.from_numpy(targets["train"][rows]))
        loss.backward()
        norm_sum += nn.utils.clip_grad_norm_(model.parameters(), {clip}).item()
        optimiser.step()
{step}        loss_sum += loss.item() * len(rows)
    return loss_sum / len(ids["train"]), norm_sum / len(batches)


torch.set_flush_denormal(True)
best_epoch, best_loss, best_weights = 0, evaluate("validation")[0], copy.deepcopy(model.state_dict())
for epoch in range(1, EPOCHS + 1):
    train_loss, gradient_norm = learn(epoch)
    validation_loss, validation_accuracy = evaluate("validation")
    if not math.isfinite(train_loss + gradient_norm + validation_loss):
        print("{diverged}")
        break
    print(
        f"{epoch}: {train}, "
        f"{validation}"
    )
    if validation_loss < best_loss:
        best_epoch, best_loss, best_weights = epoch, validation_loss, copy.deepcopy(model.state_dict())
{patience}torch.set_flush_denormal(False)
model.load_state_dict(best_weights)
print(f"{kept}")"""

ONE_CYCLE = """steps = EPOCHS * math.ceil(len(ids["train"]) / BATCH_SIZE)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps + 1)
"""


def training_code(config: RunConfig) -> str:
    """The whole training, as it is when this section is run."""
    net, one_cycle = config.model, config.optimiser.schedule == "one-cycle"
    random = net.dropout or net.embedding_dropout or net.word_dropout
    patience = "    if epoch - best_epoch >= PATIENCE:\n        break\n"
    return LEARNING.format(
        optimiser=OPTIMISERS[config.optimiser.name],
        schedule=ONE_CYCLE if one_cycle else "",
        seed="        torch.manual_seed(int(rng.integers(2**63)))\n" * bool(random),
        clip="CLIP_NORM" if config.optimiser.clip_norm else "math.inf",
        step="        schedule.step()\n" * one_cycle,
        diverged=_("The loss is no longer a number."),
        epoch=_("epoch") + " {epoch}",
        train=_("training loss") + " {train_loss:.4f}",
        validation=_("validation loss")
        + " {validation_loss:.4f}, "
        + _("validation accuracy")
        + " {validation_accuracy:.4f}",
        patience=patience * bool(config.patience),
        kept=_("kept: epoch") + " {best_epoch}",
    )


def report_words() -> str:
    return _(
        "Precision, recall and F1 of each class, as scikit-learn computes them; a figure without a denominator is 0. "
        "At the end all figures are held against those of the run: on the same machine, with the same versions, "
        "they are the same to the last digit."
    )


REPORT = """def share(part, whole):
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def report(confusion):
    hits, support, predicted = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    columns = {{
        "precision": share(hits, predicted),
        "recall": share(hits, support),
        "f1-score": share(2 * hits, support + predicted),
        "support": support.astype(float),
    }}
    table = {{name: {{column: values[i] for column, values in columns.items()}} for i, name in enumerate(CLASSES)}}
    table["accuracy"] = hits.sum() / confusion.sum()
    for name, weights in (("macro avg", None), ("weighted avg", support)):
        table[name] = {{column: np.average(values, weights=weights) for column, values in columns.items()}}
        table[name]["support"] = support.sum()
    return table


result = {{"confusion": {{}}}}
for part in ("train", "validation", "test"):
    confusion = np.zeros((len(CLASSES), len(CLASSES)), dtype=np.int64)
    np.add.at(confusion, (targets[part], scores(part).argmax(dim=1).numpy()), 1)
    result[part], result["confusion"][part] = report(confusion), confusion.tolist()
    print(f"\\n{{part}}: {accuracy} {{result[part]['accuracy']:.4f}}")
    for name in (*CLASSES, "macro avg", "weighted avg"):
        print(f"{{name:>16}}", *(f"{{column}} {{value:.4f}}" for column, value in result[part][name].items()))

expected = json.loads((FOLDER / "{file}").read_text(encoding="utf-8"))
same = all(result[name] == figures for name, figures in expected.items())
if same:
    print("\\n{same}")
else:
    print("\\n{other}")"""


def report_code() -> str:
    """The tables of all parts, and whether they are those of the run."""
    return REPORT.format(
        accuracy=_("accuracy"),
        file=EXPECTED,
        same=_("The same figures as in the run, to the last digit."),
        other=_("Other figures than in the run: another machine, or other versions, round in another way."),
    )
