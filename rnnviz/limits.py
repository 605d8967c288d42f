"""Limits: what anybody may ask this installation for, from one settings file."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

SHIPPED = Path(__file__).with_name("limits.toml")

Limits = Mapping[str, Mapping[str, int]]
"""Whole numbers by section and name."""


class LimitsError(ValueError):
    """The settings file can't be used: it names what, and what is allowed."""


def read_limits(path: Path | None) -> Limits:
    """The limits that come with the app, and in place of them those in `path`; `LimitsError` where it is wrong."""
    limits: dict[str, dict[str, int]] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    if path is None:
        return limits
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LimitsError(f"{path} can't be read as TOML: {error}.") from None
    for section, values in own.items():
        known = limits.get(section)
        if known is None or not isinstance(values, dict):
            raise LimitsError(f"{path}: there is no section [{section}]; known are {', '.join(limits)}.")
        for name, value in values.items():
            if name not in known:
                raise LimitsError(f"{path}: [{section}] has no limit “{name}”; known are {', '.join(known)}.")
            known[name] = _positive(value, f"{path}: [{section}] {name}")
    return limits


def _positive(value: object, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise LimitsError(f"{what} is {value!r}; allowed is a whole number from 1 on.")
    return value


_named = os.environ.get("RNNVIZ_LIMITS")
LIMITS = read_limits(Path(_named) if _named else None)
TRAINING, TEXTS, EXPERIMENTS = LIMITS["training"], LIMITS["texts"], LIMITS["experiments"]
