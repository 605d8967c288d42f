"""Moments of a training: which of its epochs is looked at, on the pages that look into a net."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.language import _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui import link

EPOCH_KEY = "epoch"
BEST = "best"


def choose_epoch(runs: Sequence[RunInfo]) -> int | None:
    """The epoch whose weights are looked at; None for the best weights of each run.

    Nothing is asked where none of the runs has kept the weights of its epochs.
    """
    epochs = sorted({epoch for run in runs for epoch in run.snapshots})
    if not epochs:
        return None
    options = [*map(str, epochs), BEST]
    link.take(EPOCH_KEY, lambda given: parse_epoch(given[-1], options))
    if st.session_state.get(EPOCH_KEY) not in options:
        st.session_state[EPOCH_KEY] = BEST
    chosen: str = st.select_slider(
        _("Moment of the training"),
        options,
        format_func=lambda option: _("best weights") if option == BEST else _("epoch {epoch}").format(epoch=option),
        key=EPOCH_KEY,
        persist_state="session",
        help=_("Weights were kept at these epochs, before any learning at 0. At the right: those with the best loss."),
    )
    link.give(EPOCH_KEY, [] if chosen == BEST else [chosen])
    if chosen == BEST:
        return None
    say_others(runs, int(chosen))
    return int(chosen)


def parse_epoch(given: str, options: Sequence[str]) -> str:
    """The moment that a link asks for; `BadInput` where none of the runs has kept it."""
    if given not in options:
        raise BadInput(
            "The link asks for epoch {epoch}, which these runs have not kept; kept are: {known}.",
            epoch=given[:20],
            known=", ".join(options),
        )
    return given


def say_others(runs: Sequence[RunInfo], epoch: int) -> None:
    """Name the runs that have not kept this epoch, and what is shown of them."""
    for run in runs:
        shown = kept_epoch(run, epoch)
        if shown != epoch:
            what = _("its best weights") if shown is None else _("epoch {epoch}").format(epoch=shown)
            text = _("Run {run} has not kept epoch {epoch}: shown is {what}.")
            st.caption(text.format(run=f"`{run.name}`", epoch=epoch, what=what))


def kept_epoch(run: RunInfo, epoch: int | None) -> int | None:
    """The epoch itself where its weights were kept, else the last one before it; None for the best weights."""
    if epoch is None:
        return None
    return max((kept for kept in run.snapshots if kept <= epoch), default=None)
