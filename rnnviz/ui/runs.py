"""The runs of the store as a table, and what can be done with one: name it, tag it, look into it, delete it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.language import _, number
from rnnviz.runs import trash
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.labels import LONGEST_TAG, LONGEST_TITLE, MOST_TAGS, LabelBook, Labels, book_of
from rnnviz.ui import link, resources
from rnnviz.ui.archives import FIND_KEY, RUN_KEY, offer_archives
from rnnviz.ui.choose import MOST_RUNS, RUNS_KEY, cell_title, dataset_title, default_runs, run_title
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import COMPARE, GRADIENTS, STEP_THROUGH, PageInfo, say
from rnnviz.ui.watched import is_own

TABLE_KEY = "runs_table"
TITLE_KEY = "run_title"
TAGS_KEY = "run_tags"
DELETED_KEY = "deleted"
OWN_ONLY_KEY = "only_own"
REFUSED_KEY = "run refused"
KEPT_SECONDS = 30 * 24 * 3600.0
"""How long a deleted run stays in the trash."""


def labels() -> dict[str, Labels]:
    """The names and tags of all runs."""
    return book().read()


def book() -> LabelBook:
    return book_of(resources.store())


def show_runs() -> None:
    """The table, and below it the run that was chosen in it."""
    if refused := st.session_state.pop(REFUSED_KEY, None):
        say(refused)
    offer_undo()
    known, given = resources.runs(), labels()
    if not known:
        st.info(_("There are no runs yet. Train some on the page “Train”."), icon=":material/play_circle:")
        return
    wanted = st.text_input(
        _("Find a run"),
        key=FIND_KEY,
        live="250ms",
        icon=":material/search:",
        placeholder=_("name, tag, dataset or cell"),
    )
    own = [run for run in known.values() if is_own(run.name)]
    only = bool(own) and st.toggle(_("Only those of this session"), key=OWN_ONLY_KEY, persist_state="session")
    found = [run for run in (own if only else known.values()) if fits(run, given.get(run.name, Labels()), wanted)]
    if not found:
        st.info(_("No run fits; there are {count}.").format(count=number(len(known))), icon=":material/search_off:")
        return
    chosen = choose_run(found, given)
    if chosen is None:
        st.caption(_("Choose a run in the table to name it, tag it, look into it, hand it on or delete it."))
    else:
        show_run(
            chosen, given.get(chosen.name, Labels()), sorted({tag for each in given.values() for tag in each.tags})
        )


def fits(run: RunInfo, given: Labels, wanted: str) -> bool:
    """Whether every word that is looked for stands somewhere in a run's names, tags, dataset or cell."""
    cell, dataset = run.config.model.cell, run.dataset.name
    place = "\n".join((given.title, *given.tags, run.name, dataset, dataset_title(dataset), cell_title(cell), cell))
    return all(word in place.casefold() for word in wanted.casefold().split())


def choose_run(runs: Sequence[RunInfo], given: Mapping[str, Labels]) -> RunInfo | None:
    """The table of some runs, in which one row may be chosen; what is chosen stands in the link."""
    names = [run.name for run in runs]
    link.take(RUN_KEY, parse_run)
    chosen = st.session_state.get(RUN_KEY)
    rows = [names.index(chosen)] if chosen in names else []
    # The rows move under the choice whenever runs come, go, or are searched. All three lists are given because that
    # is what the browser sends back: anything else would count as another click.
    if chosen_rows() != rows:
        st.session_state[TABLE_KEY] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    st.dataframe(
        table_of(runs, given),
        hide_index=True,
        key=TABLE_KEY,
        on_select=lambda: take_row(names),
        selection_mode="single-row",
        placeholder="—",
        column_config=columns(),
        alt=_("The runs of this store; click the box at the left of a row to choose one."),
    )
    link.give(RUN_KEY, [names[rows[0]]] if rows else [])
    return runs[rows[0]] if rows else None


def columns() -> dict[str, Any]:
    """How the columns of the table are written; widths in pixels."""
    config = st.column_config
    return {
        _("cell"): config.TextColumn(width=70),
        _("test accuracy"): config.NumberColumn(help=_("Share of the test texts that are right."), format="percent"),
        _("epochs"): config.NumberColumn(width=70),
        _("seconds"): config.NumberColumn(help=_("Of training."), format="localized", width=80),
        _("seed"): config.NumberColumn(format="%d", width=95),
        _("parameters"): config.NumberColumn(format="localized"),
        _("tags"): config.ListColumn(),
        _("made"): config.DatetimeColumn(
            help=_("When it came into this store; runs without a time come with the app."),
            format="YYYY-MM-DD HH:mm",
            timezone=st.context.timezone or "UTC",
            width=150,
        ),
    }


def parse_run(values: list[str]) -> str:
    """The run that a link asks for; `BadInput` where it is not here."""
    if values[-1] not in resources.runs():
        raise BadInput("There is no run “{run}” here; choose another one from the list.", run=values[-1][:80])
    return values[-1]


def take_row(names: Sequence[str]) -> None:
    """Keep by its name what was chosen by its place in the table."""
    rows = chosen_rows()
    st.session_state[RUN_KEY] = names[rows[0]] if rows else None


def chosen_rows() -> list[int]:
    """The place of the row that the table shows as chosen, if any."""
    rows: list[int] = st.session_state[TABLE_KEY]["selection"]["rows"] if TABLE_KEY in st.session_state else []
    return rows


def table_of(runs: Iterable[RunInfo], given: Mapping[str, Labels]) -> list[dict[str, Any]]:
    """A row a run, in values that the browser can sort by."""
    rows = []
    for run in runs:
        label = given.get(run.name, Labels())
        rows.append(
            {
                _("name"): label.title or run.name,
                _("dataset"): dataset_title(run.dataset.name),
                _("cell"): cell_title(run.config.model.cell),
                _("test accuracy"): run.report["test"]["accuracy"],
                _("epochs"): run.epochs,
                _("seconds"): round(run.seconds, 1),
                _("seed"): run.config.seed,
                _("parameters"): run.parameters,
                _("tags"): list(label.tags),
                _("made"): made_at(run.name),
            }
        )
    return rows


def made_at(name: str) -> datetime | None:
    """When a run came into the store; None for those that come with the app, or have just gone."""
    try:
        return datetime.fromtimestamp((resources.store().made / name).stat().st_mtime, UTC)
    except OSError:
        return None


def show_run(run: RunInfo, given: Labels, all_tags: Sequence[str]) -> None:
    """What one run is, and everything that can be done with it."""
    st.subheader(escaped(given.title or run.name))
    st.caption(escaped(" · ".join([run_title(run), *([run.name] if given.title else [])])))
    ask_labels(run.name, given, all_tags)
    with st.container(horizontal=True, vertical_alignment="center"):
        for page, names in ways_on(run).items():
            st.page_link(page.file, label=_(page.title), icon=page.icon, query_params={RUNS_KEY: ",".join(names)})
    made = resources.store().is_made(run.name)
    with st.container(horizontal=True, vertical_alignment="center"):
        offer_archives(run)
        st.button(
            _("Delete"),
            icon=":material/delete:",
            on_click=delete,
            args=(run.name,),
            disabled=not made,
            help=None if made else _("This run comes with the app and can’t be deleted."),
            key="delete_run",
        )


def ask_labels(run: str, given: Labels, all_tags: Sequence[str]) -> None:
    """Name and tags, kept as soon as they are changed; what was refused gives way to what stands in the store."""
    link.put(TITLE_KEY, given.title)
    link.put(TAGS_KEY, list(given.tags))
    left, right = st.columns(2)
    left.text_input(_("Name"), key=TITLE_KEY, max_chars=LONGEST_TITLE, placeholder=run, on_change=rename, args=(run,))
    right.multiselect(
        _("Tags"),
        all_tags,
        key=TAGS_KEY,
        accept_new_options=True,
        placeholder=_("choose, or type a new one"),
        help=_("At most {most}, each of at most {characters} characters.").format(
            most=MOST_TAGS, characters=LONGEST_TAG
        ),
        on_change=tag,
        args=(run,),
    )


@contextmanager
def said_later() -> Iterator[None]:
    """Keep a `BadInput` of a callback for the page that is drawn after it."""
    try:
        yield
    except BadInput as error:
        st.session_state[REFUSED_KEY] = error


def rename(run: str) -> None:
    with said_later():
        book().rename(run, st.session_state[TITLE_KEY])


def tag(run: str) -> None:
    with said_later():
        book().tag(run, st.session_state[TAGS_KEY])


def ways_on(run: RunInfo) -> dict[PageInfo, list[str]]:
    """The pages that look at runs, with the ones to choose there: next to this one those to compare it with."""
    others = [name for name in default_runs(run.dataset.name) if name != run.name]
    return {STEP_THROUGH: [run.name], GRADIENTS: [run.name], COMPARE: [run.name, *others][:MOST_RUNS]}


def delete(name: str) -> None:
    """Put a run into the trash, and empty it of what has lain there for long; for callbacks."""
    store = resources.store()
    with said_later():
        trash.delete(store, name)
        trash.empty(store, KEPT_SECONDS)
        st.session_state[DELETED_KEY] = st.session_state[link.VISIT_KEY], name
        st.session_state[RUN_KEY] = None


def offer_undo() -> None:
    """The way back for the run that was deleted last, until the page is left."""
    visit, name = st.session_state.get(DELETED_KEY, (None, ""))
    if visit != st.session_state[link.VISIT_KEY] or name not in trash.deleted(resources.store()):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        message = _("The run “{run}” was deleted.").format(run=resources.given_title(name) or name)
        st.info(escaped(message), icon=":material/delete:")
        st.button(_("Undo"), icon=":material/undo:", on_click=restore, args=(name,), key="undo_delete")


def restore(name: str) -> None:
    with said_later():
        trash.restore(resources.store(), name)
        st.session_state[RUN_KEY] = name
