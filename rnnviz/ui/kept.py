"""Results that take a moment and may tell their progress, kept for all sessions, the latest last."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")
MOST = 48
"""The largest, what every step of 400 tokens leans on, weighs 640 kB."""


@st.cache_resource(show_spinner=False)
def _results() -> dict[Hashable, Any]:
    """Not kept by a decorator on the work: it would not let the work tell its progress."""
    return {}


def is_kept(key: Hashable) -> bool:
    return key in _results()


def kept(key: Hashable, compute: Callable[[], T]) -> T:
    """What is kept under a key; computed if there is none. Nobody changes it."""
    results = _results()
    if key not in results:
        results[key] = compute()
        for old in list(results)[:-MOST]:
            results.pop(old, None)
    found: T = results[key]
    return found
