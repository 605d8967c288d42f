"""One choice of a few, which stands in the link unless it is the default."""

from collections.abc import Callable, Sequence

import streamlit as st

from rnnviz.ui import link


def choose_in_box(
    key: str, label: str, options: Sequence[str], default: str, title: Callable[[str], str] = str, always: bool = False
) -> str:
    """In a box that opens; `always` writes the default into the link too, where it may change with the figures."""
    _settle(key, label, options, default, title)
    value: str = st.selectbox(label, list(options), format_func=title, key=key, persist_state="session")
    link.give(key, [] if value == default and not always else [value])
    return value


def choose_in_row(
    key: str,
    label: str,
    options: Sequence[str],
    default: str,
    title: Callable[[str], str] = str,
    name: str = "",
    help: str | None = None,
) -> str:
    """With all options in sight; `name` is what it is called where a link asks for what there is not."""
    _settle(key, name or label, options, default, title)
    value = st.segmented_control(
        label, list(options), format_func=title, required=True, key=key, persist_state="session", help=help
    )
    link.give(key, [] if value == default else [str(value)])
    return str(value)


def _settle(key: str, name: str, options: Sequence[str], default: str, title: Callable[[str], str]) -> None:
    link.take(key, lambda given: link.one_of(name, options, given[-1]))
    titles = tuple(map(title, options))
    link.offer(key, default, titles)
    if st.session_state[key] not in options:  # of a run or class that is no longer among those compared
        link.put(key, default, titles)
