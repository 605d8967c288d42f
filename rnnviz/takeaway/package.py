"""A run to take home: script, notebook, texts and the report to arrive at, as files or as one zip file."""

import io
import json
import math
import zipfile
from importlib.metadata import version

from rnnviz.errors import BadInput
from rnnviz.language import _
from rnnviz.runs.checkpoint import Files, RunInfo
from rnnviz.takeaway.learning import EXPECTED
from rnnviz.takeaway.reading import STOP_WORD_FILE, TEXTS, drops
from rnnviz.takeaway.script import heading, notebook, script
from rnnviz.text.splits import PARTS
from rnnviz.text.stop_words import STOP_WORDS
from rnnviz.training.data import TrainingData
from rnnviz.training.events import Reason

SCRIPT, NOTEBOOK, READ_ME, NEEDS = "train.py", "train.ipynb", "README.md", "requirements.txt"
BY_HAND = (Reason.STOPPED.value, Reason.OUT_OF_TIME.value)
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file, so that the same run gives the same bytes."""
QUICK = 3
"""Level of compression: of 25,000 reviews a fourth of the time of the usual 6, for 7% more."""


def check_repeatable(run: RunInfo) -> None:
    """`BadInput` for a run that its configuration alone does not give again."""
    if run.interventions:
        raise BadInput("“{run}” was steered by hand while it trained; a script can’t repeat that.", run=run.name)
    if run.reason in BY_HAND:
        raise BadInput(
            "“{run}” was stopped before its end, at a moment that no setting tells; a script can’t repeat that.",
            run=run.name,
        )
    if trained_on(run):
        raise BadInput("“{run}” was trained on after it had stopped early; a script can’t repeat that.", run=run.name)
    if run.config.vectors:
        raise BadInput(
            "“{run}” began with pretrained vectors from a file; a script would need that file too.", run=run.name
        )


def trained_on(run: RunInfo) -> bool:
    """Whether it went on behind an epoch at which its patience was at an end, as only a run does that is continued."""
    best_epoch, best_loss = 0, math.inf
    for epoch in run.history[:-1]:
        if epoch["validation_loss"] < best_loss:
            best_epoch, best_loss = int(epoch["epoch"]), epoch["validation_loss"]
        if run.config.patience and epoch["epoch"] - best_epoch >= run.config.patience:
            return True
    return False


def takeaway_files(run: RunInfo, data: TrainingData) -> Files:
    """All files by name. `BadInput` for a run that can't be repeated."""
    check_repeatable(run)
    files = {
        SCRIPT: script(run).encode(),
        NOTEBOOK: notebook(run).encode(),
        TEXTS: _texts(data),
        EXPECTED: json.dumps(run.report, ensure_ascii=False, indent=1).encode(),
        NEEDS: "".join(f"{name}=={version(name).partition('+')[0]}\n" for name in ("torch", "numpy")).encode(),
        READ_ME: read_me(run).encode(),
    }
    if drops(run.config):
        files[STOP_WORD_FILE] = "\n".join(sorted(STOP_WORDS)).encode() + b"\n"
    return files


def _texts(data: TrainingData) -> bytes:
    """A line of JSON for each text: its part, its class, itself as it was cleaned; in the order of the parts."""
    written = io.StringIO()
    for name in PARTS:
        part = data.parts[name]
        for text, label in zip(part.texts, part.labels.tolist(), strict=True):
            row = {"part": name, "class": data.classes[label], "text": text}
            written.write(json.dumps(row, ensure_ascii=False) + "\n")
    return written.getvalue().encode()


def read_me(run: RunInfo) -> str:
    """What is in the folder and how it is run."""
    title, words = heading(run)
    how = _("In this folder:")
    install = f"    python -m pip install -r {NEEDS}\n    python {SCRIPT}\n"
    other = _("Or open {notebook}, which is the same in cells.").format(notebook=NOTEBOOK)
    return f"# {title}\n\n{words}\n\n{how}\n\n{install}\n{other}\n"


def takeaway_name(run: RunInfo) -> str:
    """What the folder of a run is called."""
    return f"{run.name}-pytorch"


def pack_takeaway(run: RunInfo, data: TrainingData) -> bytes:
    """The files in one folder of a zip file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(takeaway_files(run, data).items()):
            member = zipfile.ZipInfo(f"{takeaway_name(run)}/{name}", EPOCH)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(member, content, compresslevel=QUICK)
    return packed.getvalue()
