"""Arrays on their way to drawings in the browser, which keeps them until others come.

They travel in an element of their own where they change less often than what is drawn of
them: Streamlit sends an element that has not changed only as a mark. Else a drawing brings its own.
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from rnnviz.training.trained import Floats
from rnnviz.ui.scripts import SCRIPTS, joined

CARGO_JS = joined(SCRIPTS / "hold.js", SCRIPTS / "cargo.js")
_CARGO = st.components.v2.component("rnnviz_cargo", js=CARGO_JS)


@dataclass(frozen=True)
class Cargo:
    """Named arrays with what is said about them, kept by the browser under a slot until another `id` comes."""

    slot: str
    arrays: Mapping[str, Floats]
    about: Mapping[str, Any]
    id: str = field(init=False)
    message: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        raw = b"".join(np.ascontiguousarray(array, dtype="<f4").tobytes() for array in self.arrays.values())
        mark = zlib.crc32(repr((list(self.arrays), self.about)).encode(), zlib.crc32(raw))
        object.__setattr__(self, "id", f"{mark:08x}")
        message = {
            "slot": self.slot,
            "id": self.id,
            "arrays": [[name, int(array.size)] for name, array in self.arrays.items()],
            "bytes": base64.b64encode(raw).decode(),
            "about": dict(self.about),
        }
        object.__setattr__(self, "message", message)

    @property
    def label(self) -> dict[str, str]:
        """By what a drawing asks for it."""
        return {"slot": self.slot, "id": self.id}


def send(key: str, *cargos: Cargo) -> None:
    """Send arrays in one element, which shows nothing."""
    _CARGO(key=key, data=[cargo.message for cargo in cargos])
