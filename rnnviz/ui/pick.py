"""One choice of a few, all of them in sight; the first until another one is made."""

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def pick(label: str, titles: Mapping[T, str], key: str, help: str | None = None) -> T:
    """The chosen one of the keys of `titles`, which say what each is called."""
    first, *_others = titles
    chosen: T = st.segmented_control(
        label,
        list(titles),
        format_func=titles.__getitem__,
        default=first,
        required=True,
        key=key,
        persist_state="session",
        help=help,
    )
    return chosen
