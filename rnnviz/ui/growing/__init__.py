"""What of some trainings grows on page Train: how far each is, and the pictures that fill.

A page draws it when it is looked at, and its browser asks for more by itself (`feed`): drawing a page anew each second
takes several times as long as drawing what has grown, on the machine that trains. Only where it has got another
`shape`, because a training has begun, paused or ended, the page is drawn anew.
"""

import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rnnviz.ui.growing.cards import Card, card_of
from rnnviz.ui.growing.pictures import GrowingPicture, pictures_of
from rnnviz.ui.line_picture.plan import plan_of
from rnnviz.ui.watched import Watched


@dataclass(frozen=True)
class Growing:
    """All that grows of some runs, and the shape in which it does."""

    cards: Sequence[Card]
    pictures: Sequence[GrowingPicture]
    shape: str
    """Differs where a page has more to draw anew than these cards and pictures."""

    def told(self) -> dict[str, Any]:
        """The same in plain values, for a browser."""
        plans = {picture.key: plan_of(picture.spec, picture.title) for picture in self.pictures}
        return {"cards": [asdict(card) for card in self.cards], "plans": plans, "shape": self.shape}


def growing_of(watched: Sequence[Watched]) -> Growing:
    pictures = pictures_of(watched)
    kinds = [(picture.key, picture.height) for picture in pictures]
    shape = repr(([stand_of(run) for run in watched], kinds))
    return Growing([card_of(run) for run in watched], pictures, f"{zlib.crc32(shape.encode()):08x}")


def stand_of(run: Watched) -> tuple[Any, ...]:
    """What a page asks of a run to know which buttons, boxes and tables it needs."""
    live = run.live
    begun = run.id, run.stored, bool(run.history)
    if live is None:
        return begun
    return *begun, live.active, live.paused, live.steps, repr(live.failure), live.unsaved is None, str(live.unkept)
