"""Steering on the page: pause, step, go on, a new learning rate, and a look at the batch that was just learned."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from rnnviz.charts.batch import gradient_dots
from rnnviz.errors import BadInput
from rnnviz.language import _, number
from rnnviz.runs.audience import GRACE
from rnnviz.runs.live import LiveRun
from rnnviz.runs.steering import Order, Press
from rnnviz.training.config import LIMITS
from rnnviz.training.events import NewRate
from rnnviz.ui import link, resources
from rnnviz.ui.growing.pictures import classes_of
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import say
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.watched import Watched, await_effect, follow

RATE_KEY, WHOM_KEY = "new_rate", "steered"
MOST_ALONE = 4
"""Trainings of which each can be steered alone; those of an experiment only together."""
RATE = LIMITS["optimiser.learning_rate"]


def show_steering(watched: Sequence[Watched]) -> None:
    """The controls of the trainings that are going on."""
    going = [run for run in watched if run.active]
    if not going:
        return
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            meant = whom(going)
            if any(run.live and run.live.paused for run in meant):
                press(meant, Press.RESUME, _("Go on"), ":material/play_arrow:")
            else:
                press(meant, Press.PAUSE, _("Pause"), ":material/pause:")
            press(meant, Press.BATCH, _("One batch"), ":material/skip_next:")
            press(meant, Press.EPOCH, _("One epoch"), ":material/fast_forward:")
            ask_rate(meant)
            ask_background(going)
        show_looks([(run, run.live) for run in going if run.live and run.live.paused and run.live.look])


def whom(going: Sequence[Watched]) -> Sequence[Watched]:
    """The trainings that the controls are for: all, or one of them."""
    if not 1 < len(going) <= MOST_ALONE:
        return going
    options = ["", *(run.id for run in going)]
    titles = {run.id: run.title for run in going}
    if st.session_state.get(WHOM_KEY) not in options:
        st.session_state[WHOM_KEY] = ""
    chosen = st.segmented_control(
        _("Steer"),
        options,
        format_func=lambda name: titles.get(name, _("all")),
        required=True,
        key=WHOM_KEY,
    )
    return [run for run in going if chosen in ("", run.id)]


def press(meant: Sequence[Watched], order: Press, label: str, icon: str) -> None:
    st.button(label, icon=icon, on_click=send, args=(meant, order), key=f"press {order.value}")


def ask_rate(meant: Sequence[Watched]) -> None:
    """A learning rate for the next batch on."""
    st.session_state.setdefault(RATE_KEY, meant[0].config.optimiser.learning_rate)
    st.number_input(
        _("Learning rate"),
        float(RATE.low),
        float(RATE.high),
        step=0.001,
        format="%g",
        key=RATE_KEY,
        width=150,
        help=_("Holds from the next batch on; a schedule goes on from there in proportion. Marked on the curves."),
    )
    st.button(_("Set"), icon=":material/speed:", on_click=send_rate, args=(meant,), key="set_rate")


def send_rate(meant: Sequence[Watched]) -> None:
    """Pass on the learning rate that stands in the box now: it may be newer than the last drawing of the button."""
    send(meant, NewRate(st.session_state[RATE_KEY]))


def ask_background(going: Sequence[Watched]) -> None:
    """Whether the trainings go on when this tab is closed."""
    audience, key = resources.engine().audience, "background"
    link.put(key, all(audience.is_kept(run.id) for run in going))
    st.toggle(
        _("Finish in the background"),
        key=key,
        on_change=keep_in_background,
        args=(going,),
        help=_("Otherwise a training is stopped {seconds} s after the last tab that watches it was closed.").format(
            seconds=round(GRACE)
        ),
    )


def keep_in_background(going: Sequence[Watched]) -> None:
    for run in going:
        resources.engine().audience.keep(run.id, st.session_state["background"])


def send(meant: Sequence[Watched], order: Order) -> None:
    """Pass an order on to the workers, and wait a moment for what comes of it; for callbacks."""
    lives = [run.live for run in meant if run.live is not None]
    steps = order in (Press.BATCH, Press.EPOCH)
    awaited = [live.steps + (2 if live.paused and steps else 1) for live in lives]
    if passed_on(lives, lambda live: resources.engine().order(live, order)):
        await_effect(lambda: all(live.steps >= step for live, step in zip(lives, awaited, strict=True)))


def stop(watched: Sequence[Watched]) -> None:
    """Ask all of them to end, and wait a moment until they have; for callbacks."""
    lives = [run.live for run in watched if run.live is not None and run.active]
    if passed_on(lives, resources.engine().stop):
        await_effect(lambda: not any(live.active for live in lives))


def passed_on(lives: Sequence[LiveRun], give: Callable[[LiveRun], None]) -> bool:
    """Give each the order; whether the scheduler has taken it, which is said where it has not."""
    for live in lives:
        try:
            give(live)
        except OSError as error:
            say(BadInput("The workers do not answer: {reason}.", reason=error))
            return False
    return True


def show_looks(paused: Sequence[tuple[Watched, LiveRun]]) -> None:
    """The batch that each paused run has just learned, a tab a run."""
    if not paused:
        return
    st.markdown("**" + _("The batch just learned, as it was before its step") + "**")
    places = st.tabs([run.title for run, _live in paused]) if len(paused) > 1 else [st.container()]
    for place, (run, live) in zip(places, paused, strict=True):
        with place:
            show_look(run, live.look or {}, live.batch or {})


def show_look(run: Watched, look: dict[str, Any], batch: dict[str, Any]) -> None:
    """A batch text by text, and where its gradient was."""
    st.caption(
        _("Epoch {epoch}, batch {batch} of {batches}; learning rate {rate}, loss {loss} nats.").format(
            epoch=batch["epoch"],
            batch=batch["batch"],
            batches=batch["batches"],
            rate=number(batch["learning_rate"], ".4g"),
            loss=number(sum(look["losses"]) / len(look["losses"]), ".4f"),
        )
    )
    table, norms = st.columns([3, 2])
    table.dataframe(look_table(look, classes_of(run)), hide_index=True, height=300, key=f"look {run.id}")
    figure = gradient_dots(look["gradient_norms"], run.config.model.cell)
    with norms:
        show_picture(figure, _("Gradient of each parameter") + f" · {run.title}", f"norms {run.id}")


def look_table(look: dict[str, Any], classes: Sequence[str]) -> list[dict[str, Any]]:
    """A row a text, the worst first: true class, answer, what the true class was given, loss."""
    given, targets = np.array(look["probabilities"]), np.array(look["targets"])
    return [
        {
            _("text"): look["texts"][row],
            _("class"): classes[targets[row]],
            _("answer"): classes[given[row].argmax()],
            _("P(class)"): round(float(given[row, targets[row]]), 4),
            _("loss, nats"): round(look["losses"][row], 4),
        }
        for row in sorted(range(len(targets)), key=lambda row: -look["losses"][row])
    ]


def show_interrupted() -> None:
    """Trainings that were broken off, each with a way to take it up again or to let it go."""
    for name in resources.engine().interrupted():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            try:
                unfinished = resources.store().unfinished.open(name)
            except BadInput as error:
                st.warning(escaped(str(error)), icon=":material/folder_off:")
            else:
                text = _("Run `{run}` was interrupted after epoch {epoch} of {epochs}.")
                epochs = unfinished.request.config.epochs
                st.markdown(text.format(run=name, epoch=max(len(unfinished.history) - 1, 0), epochs=epochs))
                go_on = f"take {name}"
                st.button(_("Go on with it"), icon=":material/resume:", on_click=take_up, args=(name,), key=go_on)
            st.button(_("Let it go"), icon=":material/delete:", on_click=let_go, args=(name,), key=f"drop {name}")


def take_up(name: str) -> None:
    """Go on with a training that was broken off, and watch it."""
    try:
        resources.await_workers()
        follow([resources.engine().resume(name).id])
    except BadInput as error:
        say(error)


def let_go(name: str) -> None:
    resources.store().unfinished.forget(name)
