"""What attributions say in short: the tokens that push most, and those about which methods disagree."""

from collections.abc import Mapping

import numpy as np

from rnnviz.training.trained import Floats

CLEAR = 0.25
"""Share of a method's largest value from which on a token is clearly for or against."""


def strongest(values: Floats) -> tuple[int | None, int | None]:
    """The token that pushed most for the class, and the one most against it; None where no token did."""
    most, least = int(values.argmax()), int(values.argmin())
    return most if values[most] > 0 else None, least if values[least] < 0 else None


def disputed(values: Mapping[str, Floats]) -> list[int]:
    """Tokens that one method holds clearly for the class and another clearly against it, the most disputed first.

    Clearly: at least `CLEAR` of the largest absolute value of that method. How disputed: the
    smaller of the strongest vote for and the strongest against.
    """
    shares = np.stack([each / max(float(np.abs(each).max()), 1e-30) for each in values.values()])
    dispute = np.minimum(shares.max(axis=0), -shares.min(axis=0))
    order = np.argsort(-dispute, kind="stable")
    return [int(place) for place in order if dispute[place] >= CLEAR]
