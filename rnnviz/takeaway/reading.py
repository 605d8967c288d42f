"""The source from the file of texts to batches of token numbers."""

from rnnviz.language import _
from rnnviz.text.vocabulary import PAD, UNK
from rnnviz.training.config import RunConfig

TEXTS, STOP_WORD_FILE = "texts.jsonl", "stop_words.txt"
"""The files that it reads, beside itself."""


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
