"""What a bench finds: a value with its unit, its yardstick and, where there is one, its goal."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured value: `goal` is the most that it may be, `at_least` the least; without, it is only told."""

    name: str
    value: float
    unit: str
    yardstick: str
    """What was measured, from where to where, against what."""
    goal: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool | None:
        if self.goal is None and self.at_least is None:
            return None
        return (self.goal is None or self.value <= self.goal) and (self.at_least is None or self.value >= self.at_least)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "value": round(self.value, 4), "met": self.met}

    @property
    def line(self) -> str:
        """The figure for a person to read."""
        found = f"{self.name}: {self.value:.4g} {self.unit}".rstrip()
        return f"{found}{self.verdict}; {self.yardstick}"

    @property
    def verdict(self) -> str:
        if self.met is None:
            return ""
        wanted = f"at most {self.goal:g}" if self.goal is not None else f"at least {self.at_least:g}"
        return f" (goal: {wanted}, {'met' if self.met else 'MISSED'})"


def ratios(values: Sequence[float], yardsticks: Sequence[float]) -> list[float]:
    """Each value divided by the yardstick that was measured next to it."""
    return [value / yardstick for value, yardstick in zip(values, yardsticks, strict=True)]


def spread(values: Sequence[float], digits: int = 2) -> str:
    """«0.91 to 1.07 in 5»: how far repetitions lie apart."""
    return f"{min(values):.{digits}f} to {max(values):.{digits}f} in {len(values)}"


median = statistics.median
mean = statistics.fmean
