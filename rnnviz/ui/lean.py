"""Streamlit without pandas, which it loads for trifles: to read "250ms", and to look for data frames in a dictionary.

Pages that draw no table to be sorted then never load it, nor Arrow: 70 MB, and half a second of each start.
"""

import re
from collections.abc import Mapping
from typing import Any

from streamlit.elements.widgets import text_widgets

MILLISECONDS = re.compile(r"(\d+)ms")
READER = "time_to_seconds"


def read_without_pandas() -> None:
    """From now on text inputs read whole milliseconds with `int`; anything else is read as before.

    The only place where this project changes Streamlit. Should a later version read durations in
    another way, nothing is changed, and a test says so.
    """
    before = getattr(text_widgets, READER, None)
    if before is None or getattr(before, "lean", False):
        return

    def seconds(duration: Any, **settings: Any) -> Any:
        found = MILLISECONDS.fullmatch(duration) if isinstance(duration, str) else None
        return int(found[1]) / 1000 if found else before(duration, **settings)

    setattr(seconds, "lean", True)  # noqa: B010 - mypy knows no attributes of functions
    setattr(text_widgets, READER, seconds)


def unsearched(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a component is sent: in a list, where Streamlit looks for no data frames. Its script takes it out again."""
    return [data]
