"""The runs that a Train page follows: live from the engine, or already in the store."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st

from rnnviz.language import _, ngettext, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.live import LiveRun
from rnnviz.runs.steering import Intervention
from rnnviz.training.config import RunConfig
from rnnviz.ui import link, resources
from rnnviz.ui.choose import distinct_titles
from rnnviz.ui.outdated import is_overtaken

WATCHED_KEY = "watch"
OWN_KEY = "own runs"
LOOKS = 1.0
"""Seconds between two looks at a training: each takes processor time from it where both are on one machine."""
STARES = 0.8
"""The share of that time for which a look waits for the first epoch."""
BLINKS = 0.01
"""Seconds between two questions whether it is there, or something else that is waited for."""
AWAITED = 0.5
"""Seconds that a click waits for its effect: on names, an epoch of three nets is over by then."""
AT_ONCE = 10
"""Viewers who may look so often; of twice as many each looks half as often, and so on."""


@dataclass(frozen=True)
class Watched:
    """A run on the Train page: live from the engine, or already in the store."""

    id: str
    config: RunConfig
    history: Sequence[dict[str, Any]]
    live: LiveRun | None
    stored: str | None
    """Its name in the store, once it is there."""
    title: str = ""

    @property
    def active(self) -> bool:
        return self.live is not None and self.live.active


def watched_runs() -> list[Watched]:
    """The runs this page follows; they stand in the link, so a reload finds them again."""
    found = found_runs(watched_names())
    resources.viewer().audience.watch(resources.viewer().name, [run.id for run in found if run.active])
    return found


def found_runs(names: Sequence[str]) -> list[Watched]:
    """Those of the runs of these names that are there, live or in the store; asks for no session."""
    known, engine = resources.runs(), resources.engine()
    found = []
    for name in names:
        live = engine.get(name)
        stored = known.get(live.run) if live is not None and live.run else known.get(name) or stopped_run(name, known)
        if live is not None and (live.active or live.history or stored is None):
            found.append(Watched(name, live.config, live.history, live, stored.name if stored else None))
        elif stored is not None:
            found.append(Watched(name, stored.config, told(stored), None, stored.name))
    titles = distinct_titles([run.config.model.cell for run in found])
    return [replace(run, title=title) for run, title in zip(found, titles, strict=True)]


def told(run: RunInfo) -> list[dict[str, Any]]:
    """The epochs of a stored run, with what became of the texts that were followed."""
    watched = run.watched or ({},) * len(run.history)
    return [{**epoch, **more} for epoch, more in zip(run.history, watched, strict=True)]


def stopped_run(name: str, known: dict[str, RunInfo]) -> RunInfo | None:
    """What was kept of a run that was steered or stopped, the latest if there are several."""
    kept = [run for run in known.values() if run.name.startswith(f"{name}-")]
    return kept[-1] if kept else None


def hand_marks(run: Watched) -> list[tuple[float, str]]:
    """What was done by hand, as places on the axis of epochs, and what it was."""
    stored = resources.runs().get(run.stored or "")
    if run.live is not None:
        made = [Intervention(**{name: each[name] for name in FIELDS}) for each in run.live.interventions]
        batches = run.live.batch["batches"] if run.live.batch else 1
    elif stored is not None:
        made = list(stored.interventions)
        texts = stored.report["train"]["weighted avg"]["support"]
        batches = math.ceil(texts / run.config.batch_size)
    else:
        return []
    return [(max(each.epoch - 1 + each.batch / batches, 0.0), said(each)) for each in made]


FIELDS = tuple(field.name for field in fields(Intervention))


def said(made: Intervention) -> str:
    """One thing that was done by hand, in words."""
    if made.continued:
        return ngettext("{count} epoch more", "{count} epochs more", made.continued).format(count=made.continued)
    return _("learning rate {rate}").format(rate=number(made.learning_rate, ".4g"))


def rhythm(watched: Sequence[Watched]) -> float | None:
    """Seconds between two looks at these runs; None where nothing moves any more.

    In steps of two, so that a class that comes in one by one is not asked for a new page each time.
    """
    if not any(run.active for run in watched):
        return None
    share = max(resources.engine().audience.size() / AT_ONCE, 1.0)
    return float(LOOKS * 2 ** math.ceil(math.log2(share)))


def await_first_epoch() -> list[Watched]:
    """The runs this page follows, once one of them has something to draw: that is what who pressed Train looks for.

    Where that takes longer than to about the next look, as they are then; and so wherever the page is wanted otherwise.
    """
    watched = watched_runs()
    training = [run.live for run in watched if run.live is not None and run.active]
    if not training or any(run.history for run in watched):
        return watched
    until = time.monotonic() + STARES * (rhythm(watched) or 0.0)
    while not any(live.history or not live.active for live in training):
        if time.monotonic() >= until or is_overtaken():
            break
        time.sleep(BLINKS)
    return watched_runs()


def await_effect(seen: Callable[[], bool]) -> None:
    """Wait a moment for what a click is about to bring, so that the redraw after it shows it."""
    until = time.monotonic() + AWAITED
    while not seen() and time.monotonic() < until:
        time.sleep(BLINKS)


def follow(ids: Sequence[str]) -> None:
    """From now on this page follows these runs, and they are among those of this session."""
    st.session_state[WATCHED_KEY] = list(ids)
    st.session_state[OWN_KEY] = [*dict.fromkeys([*st.session_state.get(OWN_KEY, []), *ids])]


def is_own(run: str) -> bool:
    """Whether this session has asked for the run of this name in the store."""
    return any(run == name or run.startswith(f"{name}-") for name in st.session_state.get(OWN_KEY, []))


def watched_names() -> list[str]:
    link.take(WATCHED_KEY, lambda given: list(dict.fromkeys(given[-1].split(","))))
    names: list[str] = st.session_state.get(WATCHED_KEY, [])
    link.give(WATCHED_KEY, [",".join(names)] if names else [])
    return names
