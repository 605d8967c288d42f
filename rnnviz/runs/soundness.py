"""What a run from elsewhere has to be: every file of it checked, down to the last number, before it is kept.

A checkpoint that was made here is trusted; `checkpoint` only looks whether it can be opened.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from rnnviz.errors import NOT_ONE_OF, BadInput, Term, listed
from rnnviz.evaluation.report import classification_report
from rnnviz.language import N_
from rnnviz.runs.checkpoint import (
    DAMAGES,
    FILES,
    HISTORY,
    REPORT,
    RUN,
    STATE,
    VOCABULARY,
    WATCHED,
    WEIGHTS,
    Files,
    RunInfo,
    snapshot_file,
    unpack_info,
    unpack_lines,
)
from rnnviz.runs.schema import anything, distinct, entries, real, row, short, shown, text, truth, whole
from rnnviz.runs.tensor_files import check_state, check_weights, skeleton
from rnnviz.text.datasets import MAX_CLASSES
from rnnviz.text.splits import PARTS
from rnnviz.text.vocabulary import PAD, UNK
from rnnviz.training.config import LIMITS
from rnnviz.training.events import Reason

ARCHIVE = Term(N_("archive"))
"""Stands for the name of a run that has none yet."""

LARGEST = {RUN: 2_000_000, HISTORY: 2_000_000, REPORT: 2_000_000, VOCABULARY: 10_000_000, WATCHED: 20_000_000}
"""Bytes of what is read as JSON, which takes up many times as much memory."""
MOST_EPOCHS = int(LIMITS["epochs"].high)
MANY = 10**12
EXACT = 1e-9
"""How far a figure of a report may lie from what its confusion matrix gives."""


def check_run(files: Files) -> RunInfo:
    """All about the run but its weights; `BadInput` that names the file, the place in it, and what is allowed."""
    missing = [name for name in FILES if name not in files]
    if missing:
        raise BadInput("The archive lacks {files}; a run has {wanted}.", files=listed(missing), wanted=listed(FILES))
    for name, most in LARGEST.items():
        if len(files.get(name, b"")) > most:
            raise BadInput(
                "{file} in the archive has {size} bytes; at most {most} are read.",
                file=name,
                size=len(files[name]),
                most=most,
            )
    info = unpack_info(ARCHIVE, files, files)
    with damaged(RUN):
        _check_facts(json.loads(files[RUN]), info)
    with damaged(HISTORY):
        _check_history(info)
    with damaged(REPORT):
        _check_report(info)
    with damaged(WATCHED):
        _check_watched(unpack_lines(files.get(WATCHED, b"")), info)
    with damaged(VOCABULARY):
        tokens = json.loads(files[VOCABULARY])
        _check_vocabulary(tokens, info)
    _check_tensors(files, info, len(tokens))
    return info


@contextmanager
def damaged(file: str) -> Iterator[None]:
    """Whatever goes wrong inside becomes a `BadInput` that names the file."""
    try:
        yield
    except (*DAMAGES, AttributeError) as error:
        reason = error if isinstance(error, BadInput) else shown(" ".join(str(error).split()), 200)
        raise BadInput("Run “{run}”: {file} is damaged ({reason}).", run=ARCHIVE, file=file, reason=reason) from None


SHARE = real(0.0, 1.0)
AMOUNT = real(0.0, 1e30)

EPOCH = entries(
    {
        "epoch": whole(0, MOST_EPOCHS),
        "train_loss": AMOUNT,
        "train_accuracy": SHARE,
        "validation_loss": AMOUNT,
        "validation_accuracy": SHARE,
        "gradient_norm": AMOUNT,
        "tokens": whole(0, MANY),
        "seconds": AMOUNT,
        "best": truth,
    }
)


def _check_facts(run: dict[str, Any], info: RunInfo) -> None:
    """`run.json` itself: `info` was made from it, but takes a “2” for a 2."""
    row(text, 2, MAX_CLASSES)(run["classes"], "classes")
    distinct(run["classes"], "classes")
    text(info.config.dataset, "config.dataset")
    _check_vectors(run, info)
    entries({"name": text, "rows": whole(1, MANY), "fingerprint": text})(run["dataset"], "dataset")
    if info.reason not in (reasons := [reason.value for reason in Reason]):
        raise BadInput(NOT_ONE_OF, name="reason", value=shown(info.reason), allowed=listed(reasons))
    whole(0, info.config.epochs)(run["epochs"], "epochs")
    whole(0, info.epochs)(run["best_epoch"], "best_epoch")
    AMOUNT(run["seconds"], "seconds")
    AMOUNT(run["tokens_per_second"], "tokens_per_second")
    whole(1, MANY)(run["parameters"], "parameters")
    text(run["device"], "device")
    for number, made in enumerate(info.interventions):
        place = f"interventions[{number}]"
        whole(0, info.epochs + 1)(made.epoch, f"{place}.epoch")  # one that was stopped had begun the next epoch
        whole(0, MANY)(made.batch, f"{place}.batch")
        real(0.0, LIMITS["optimiser.learning_rate"].high)(made.learning_rate, f"{place}.learning_rate")
        whole(-MOST_EPOCHS, MOST_EPOCHS)(made.continued, f"{place}.continued")


def _check_vectors(run: dict[str, Any], info: RunInfo) -> None:
    """Where the configuration asks for pretrained vectors, how many were found, and nothing otherwise."""
    if ("vectors" in run) != bool(info.config.vectors):
        raise BadInput(
            "vectors: allowed is an entry where the configuration has the fingerprint of a file, and none otherwise."
        )
    if info.vectors:
        size = info.config.model.embedding_size
        whole(1, MANY)(info.vectors.words, "vectors.words")
        entries(
            {
                "file": text,
                "dimension": whole(size, size),
                "words": whole(1, MANY),
                "found": whole(1, info.vectors.words),
                "token_share": SHARE,
            }
        )(run["vectors"], "vectors")


def _check_history(info: RunInfo) -> None:
    for number, epoch in enumerate(info.history):
        EPOCH(epoch, f"[{number}]")
        whole(number, number)(epoch["epoch"], f"[{number}].epoch")
    best = max((epoch["epoch"] for epoch in info.history if epoch["best"]), default=0)
    whole(best, best)(info.best_epoch, "best_epoch")


def _check_report(info: RunInfo) -> None:
    """Confusion matrices of the right size, and figures that follow from them."""
    count = len(info.classes)
    matrix = row(row(whole(0, 10**9), count, count), count, count)
    entries(dict.fromkeys(PARTS, matrix))(info.report["confusion"], "confusion")
    entries(dict.fromkeys((*PARTS, "confusion"), anything))(info.report, "report")
    for part in PARTS:
        confusion = np.array(info.report["confusion"][part], dtype=np.int64)
        whole(1, MANY)(int(confusion.sum()), f"confusion.{part}")
        _check_figures(info.report[part], classification_report(confusion, info.classes), part)


def _check_figures(found: Any, wanted: dict[str, Any], place: str) -> None:
    """The same entries, and the same figures but for the last digits."""
    entries(dict.fromkeys(wanted, anything))(found, place)
    for name, figure in wanted.items():
        if isinstance(figure, dict):
            _check_figures(found[name], figure, f"{place}.{name}")
        else:
            real(figure - EXACT, figure + EXACT)(found[name], f"{place}.{name}")


def _check_watched(watched: Sequence[Any], info: RunInfo) -> None:
    """What became of the texts that were followed: an entry for each epoch, or none at all."""
    if not watched:
        return
    count = len(info.classes)
    whole(len(info.history), len(info.history))(len(watched), "epochs")
    for number, epoch in enumerate(watched):
        pinned, profile = epoch.get("pinned", {}), epoch.get("profile", {"tokens": [], "hidden_norms": []})
        for each in pinned:
            text(each, "pinned")
        steps = len(profile["tokens"])
        entries(
            {
                "pinned": entries(dict.fromkeys(pinned, row(SHARE, count, count))),
                "profile": entries({"tokens": row(text, 0, steps), "hidden_norms": row(AMOUNT, steps, steps)}),
            },
            optional=("pinned", "profile"),
        )(epoch, f"[{number}]")


def _check_vocabulary(tokens: Any, info: RunInfo) -> None:
    row(text, 2, info.config.text.max_vocabulary + 2)(tokens, "tokens")
    distinct(tokens, "tokens")
    if tokens[:2] != [PAD, UNK]:
        raise BadInput(
            "The tokens begin with {found}; allowed is {wanted}.", found=short(tokens[:2]), wanted=[PAD, UNK]
        )


def _check_tensors(files: Files, info: RunInfo, tokens: int) -> None:
    """All weights, and the state: the tensors of this very net."""
    net = skeleton(info.config.model, tokens, len(info.classes))
    with damaged(WEIGHTS):
        check_weights(files[WEIGHTS], net)
    with damaged(RUN):
        parameters = net.count_parameters()
        whole(parameters, parameters)(info.parameters, "parameters")
    for epoch in info.snapshots:
        with damaged(snapshot_file(epoch)):
            whole(0, info.epochs)(epoch, "epoch")
            check_weights(files[snapshot_file(epoch)], net)
    if STATE in files:
        with damaged(STATE):
            state = check_state(files[STATE], net, info.config)
            whole(info.epochs, info.epochs)(state.epoch, "epoch")
            whole(info.best_epoch, info.best_epoch)(state.best_epoch, "best_epoch")
            whole(1, MOST_EPOCHS)(state.planned, "planned")
            AMOUNT(state.best_loss, "best_loss")
            whole(0, MANY)(state.tokens, "tokens")
            AMOUNT(state.seconds, "seconds")
