"""How far a training is, in words: where it stands, its pace, the time that is left."""

from dataclasses import dataclass

from rnnviz.charts.style import cell_mark
from rnnviz.language import _, number
from rnnviz.runs.live import LiveRun, Stage
from rnnviz.training.events import Reason
from rnnviz.ui import resources
from rnnviz.ui.tables import REASONS
from rnnviz.ui.watched import Watched


@dataclass(frozen=True)
class Card:
    """What is said of one run; `colour` is one of the theme's, `share` of the planned epochs from 0 to 1."""

    title: str
    colour: str
    state: str
    share: float
    pace: str
    note: str


def card_of(run: Watched) -> Card:
    live = run.live
    resumed = live.resumed_from if live else None
    return Card(
        title=run.title,
        colour=cell_mark(run.config.model.cell),
        state=_state(live),
        share=round(live.progress, 4) if live else 1.0,
        pace=_pace(live),
        note=_("Went on from epoch {epoch}.").format(epoch=resumed) if resumed is not None else "",
    )


def _state(live: LiveRun | None) -> str:
    if live is None:
        return _("trained before")
    match live.stage:
        case Stage.WAITING:
            return _waiting(live)
        case Stage.RUNNING:
            return _running(live)
        case Stage.FAILED:
            return _("failed")
        case Stage.ENDED:
            return _ended(live)


def _running(live: LiveRun) -> str:
    if live.batch is None and live.reading is not None:
        return _("reading the texts: {share}").format(share=number(live.reading, ".0%"))
    place = _place(live)
    if live.paused and live.batch and live.batch["batch"] == live.batch["batches"]:
        return _("paused after epoch {epoch} of {epochs}").format(**place)
    if live.paused:
        return _("paused in epoch {epoch} of {epochs}").format(**place)
    return _("epoch {epoch} of {epochs}").format(**place)


def _ended(live: LiveRun) -> str:
    """Why it ended and, where epochs are left, in which one."""
    if live.ended is None:
        return _("done")
    reason = _(REASONS[live.ended["reason"]])
    if live.ended["reason"] == Reason.COMPLETED.value:
        return reason
    place = _("epoch {epoch} of {epochs}").format(**_place(live))
    return f"{reason} · {place}"


def _place(live: LiveRun) -> dict[str, int]:
    """The epoch in which it is, or before its next batch the one that is done, of how many."""
    done = max(len(live.history) - 1, 0)
    return {"epoch": live.batch["epoch"] if live.batch else done, "epochs": live.config.epochs}


def _waiting(live: LiveRun) -> str:
    place, seconds = resources.engine().line(live)
    if place == 0:
        return _("waiting for a worker")
    if seconds is None:
        return _("place {place} in the line").format(place=place)
    text = _("place {place} in the line, begins in about {seconds} s")
    return text.format(place=place, seconds=number(seconds, ".0f"))


def _pace(live: LiveRun | None) -> str:
    if live is None:
        return ""
    parts = []
    if live.tokens_per_second:
        parts.append(_("{count} tokens/s").format(count=number(live.tokens_per_second, ",.0f")))
    if live.seconds_left is not None:
        parts.append(_("at most {seconds} s left").format(seconds=number(live.seconds_left, ".0f")))
    if live.total is not None:
        parts.append(_("{seconds} s in all").format(seconds=number(live.total, ".1f")))
    return " · ".join(parts)
