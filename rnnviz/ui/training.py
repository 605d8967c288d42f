"""Trainings on the page: start them, follow them live, end them, and what they came to."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.language import _, ngettext, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.live import LiveRun, Stage
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import run_id
from rnnviz.text.sources import Dataset, DatasetCard
from rnnviz.training.config import LIMITS, RunConfig
from rnnviz.ui import link, resources
from rnnviz.ui.choose import LATEST_KEY, RUNS_KEY
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import COMPARE, GRADIENTS, STEP_THROUGH, say
from rnnviz.ui.pretrained import coverage_line
from rnnviz.ui.table import show_table
from rnnviz.ui.tables import starred
from rnnviz.ui.watched import LOOKS, Watched, follow, watched_names

MORE_KEY = "more_epochs"


def start(configs: Sequence[RunConfig], dataset: Dataset | DatasetCard, watch: Watch) -> None:
    """Train each configuration, join it where it is going on, or show it where it has ended before."""
    known = resources.runs()
    ids = [run_id(config, dataset) for config in configs]
    new = [config for config, name in zip(configs, ids, strict=True) if name not in known]
    if new:
        resources.await_workers()
        for config in new:
            resources.engine().submit(config, dataset, watch)
    else:
        st.toast(_("These settings were trained before: here is what they gave."), icon=":material/history:")
    follow(ids)


def show_missing(watched: Sequence[Watched]) -> None:
    """Name the runs that a link or an earlier visit asks for and that are gone."""
    found = {run.id for run in watched}
    for name in watched_names():
        if name not in found:
            message = _("The run “{run}” is no longer here; train it again.").format(run=name)
            st.warning(escaped(message), icon=":material/link_off:")


def show_unkept(watched: Sequence[Watched]) -> None:
    """Say of each run that would be lost with the app why it would."""
    for run in watched:
        if run.live is not None and run.live.unkept is not None:
            text = _("Should the app end now, this run is lost: {reason}")
            message = text.format(reason=escaped(str(run.live.unkept)))
            st.warning(f"**{run.title}** · {message}", icon=":material/save:")


def show_failures(watched: Sequence[Watched]) -> None:
    for run in watched:
        if run.live is None or run.live.stage is not Stage.FAILED:
            continue
        failure = run.live.failure
        reason = str(failure) if isinstance(failure, BadInput) else f"{type(failure).__name__}: {failure}"
        message = _("{title} did not come to its end: {reason}").format(title=run.title, reason=escaped(reason))
        st.error(message, icon=":material/error:")
        if run.live.unsaved is not None:
            st.caption(_("It is trained, and only has to be saved: make room, or let this app write there."))
            st.button(
                _("Save again"), icon=":material/save:", on_click=save_again, args=(run.live,), key=f"save {run.id}"
            )
        elif run.id in resources.engine().interrupted():
            st.caption(_("What it had learned was kept; go on with it at the bottom of the page, or train it anew."))


def save_again(live: LiveRun) -> None:
    """Try once more to put a run into the store; for callbacks."""
    try:
        resources.engine().save(live)
    except BadInput as error:
        say(error)


def show_outcome(watched: Sequence[Watched]) -> None:
    """The report in short, and the ways on with these runs chosen."""
    runs = resources.runs()
    ended = [run for run in watched if run.stored in runs]
    if not ended:
        return
    st.subheader(_("What they came to"))
    rows: dict[str, dict[str, str]] = {}
    for part, title in (("train", _("training accuracy")), ("test", _("test accuracy"))):
        rows[title] = starred({run.title: runs[str(run.stored)].report[part]["accuracy"] for run in ended})
    rows[_("macro F1 on test")] = starred(
        {run.title: runs[str(run.stored)].report["test"]["macro avg"]["f1-score"] for run in ended}
    )
    rows[_("best epoch")] = {run.title: str(runs[str(run.stored)].best_epoch) for run in ended}
    if any(runs[str(run.stored)].vectors for run in ended):
        rows[_("words with a pretrained vector")] = {
            run.title: coverage_line(found) if (found := runs[str(run.stored)].vectors) else "—" for run in ended
        }
    show_table(rows)
    say_majority(runs[str(ended[0].stored)].report["test"])
    ask_for_more(ended)
    names = [str(run.stored) for run in ended]
    st.session_state[LATEST_KEY] = names
    for column, page in zip(st.columns(3), (STEP_THROUGH, GRADIENTS, COMPARE), strict=True):
        if page is not COMPARE or len(ended) > 1:
            column.page_link(page.file, label=_(page.title), icon=page.icon, query_params={RUNS_KEY: ",".join(names)})


def ask_for_more(ended: Sequence[Watched]) -> None:
    """Train the runs that have ended for some epochs more."""
    runs = [resources.runs()[str(run.stored)] for run in ended]
    if not all(run.continuable for run in runs):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = int(LIMITS["epochs"].high) - max(run.epochs for run in runs)
        if most < 1:
            return
        link.put(MORE_KEY, min(int(st.session_state.get(MORE_KEY, 5)), most))
        st.number_input(_("More epochs"), 1, most, key=MORE_KEY, width=150)
        st.button(
            _("Continue"),
            icon=":material/forward_media:",
            on_click=extend,
            args=(runs,),
            key="continue",
            help=_(
                "Goes on from the last epoch. With a constant learning rate this gives, bit for bit, what so many "
                "epochs at once would have given; a cycle of the learning rate begins anew."
            ),
        )


def extend(runs: Sequence[RunInfo]) -> None:
    """Go on with runs that have ended, and watch them; for callbacks."""
    epochs = int(st.session_state[MORE_KEY])
    try:
        resources.await_workers()
        live = [
            resources.engine().extend(run, epochs, resources.to_train_on(run.dataset.name), watch_of(run))
            for run in runs
        ]
        follow([run.id for run in live])
    except BadInput as error:
        say(error)


def watch_of(run: RunInfo) -> Watch:
    """What was followed while a run was trained."""
    return watch_for(tuple(run.watched[0].get("pinned", {})) if run.watched else ())


def watch_for(pinned: Sequence[str]) -> Watch:
    """Follow these texts, and the gradient over the first, about as often as the page looks at it."""
    return Watch(tuple(pinned), pinned[0] if pinned else None, profile_every=LOOKS)


def say_majority(report: dict[str, Any]) -> None:
    """What always naming the larger class would give: the figure to beat."""
    supports = {
        name: row["support"] for name, row in report.items() if isinstance(row, dict) and not name.endswith(" avg")
    }
    largest = max(supports, key=lambda name: supports[name])
    texts = int(sum(supports.values()))
    st.caption(
        ngettext(
            "Always saying “{name}” would be right for {share} of the {count} test text.",
            "Always saying “{name}” would be right for {share} of the {count} test texts.",
            texts,
        ).format(name=escaped(largest), share=number(supports[largest] / texts, ".1%"), count=number(texts))
    )
