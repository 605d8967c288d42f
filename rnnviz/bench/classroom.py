"""Bench `class`: forty students type, watch and train at once, a lecturer steers, and workers are killed.

Students are sessions over the app's own websocket: forty browsers would need more of this machine than the app.
What came of a click is told by the workers, not by the page.
"""

import asyncio
import json
import math
import random
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

from rnnviz.bench import killing, server
from rnnviz.bench.cluster import told, wait_until_warm
from rnnviz.bench.figure import Figure, median, spread
from rnnviz.bench.session import Session, open_session

STUDENTS, KEYS_A_SECOND, AWAY = 40, 4.0, 180.0
"""How many, how fast, and seconds after the last has left until the memory of the app is read again."""
NAMES = ("shadow", "ginger", "oliver", "cooper", "bailey", "sophie", "maggie", "pepper")
ANSWER_GOAL, MEMORY_GOAL, RETURN_GOAL, EFFECT_GOAL = 1.0, 8.0, 1.1, 0.3
TRAININGS, PAUSES = 7, (0.3, 1.3)
"""How many are steered, and least and most seconds before a click: anywhere between two redraws of the page."""
ANSWERS, LINES = "rnnviz_answers", "rnnviz_lines"
HOME, BOX = "/?lang=en", "Type; the nets answer with every key"
TRAIN = "/train?lang=en&dataset=pets-en&patience=0"


def measure() -> list[Figure]:
    figures = []
    for part in (steering, typing, training_together):
        print(f"class: {part.__name__.replace('_', ' ')} …", file=sys.stderr, flush=True)
        with server.app() as app:
            figures += asyncio.run(part(app))
    return figures + killing.measure()


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that at least this share of them does not exceed (the nearest rank)."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


async def steering(app: server.Server) -> list[Figure]:
    """From a click to the moment when all three trainings have obeyed it."""
    chance, delays = random.Random(0), []
    async with open_session(app.url + TRAIN):
        wait_until_warm(app)
    for seed in range(TRAININGS):
        async with open_session(f"{app.url}{TRAIN}&epochs=200&seed={seed}") as page:
            delays.append(await steer(app, page, chance))
    return steering_figures(delays)


async def steer(app: server.Server, page: Session, chance: random.Random) -> dict[str, float]:
    """Seconds from each click to its effect, in the life of three trainings."""
    page.click("Train")
    await page.until(lambda: page.shows("button", "Pause"))
    runs, delays = watched(page), {}
    await effect(app, runs, "epoch", time.time())
    for label, kind in (("Pause", "paused"), ("Go on", "going"), ("Set", "intervention"), ("Stop", "ended")):
        await page.until(partial(page.shows, "button", label))
        if label == "Set":
            page.fill("Learning rate", 0.004)
            await page.until(lambda: page.finished)
        await asyncio.sleep(chance.uniform(*PAUSES))
        clicked = time.time()
        page.click(label)
        delays[label] = await effect(app, runs, kind, clicked)
    return delays


def steering_figures(delays: Sequence[Mapping[str, float]]) -> list[Figure]:
    kinds = {label: [each[label] for each in delays] for label in ("Pause", "Set", "Stop")}
    clicks = [delay for each in kinds.values() for delay in each]
    how = "from the click over the websocket until the scheduler has heard it from the last of three trainings"
    said = f"95% of {len(clicks)} clicks, “Set” gives a new learning rate; {how}; {spread(clicks)}"
    alone = [Figure(f"click on {label}", median(each), "s", f"median, {spread(each)}") for label, each in kinds.items()]
    return [Figure("click to effect", percentile(clicks, 0.95), "s", said, EFFECT_GOAL), *alone]


async def effect(app: server.Server, runs: Sequence[str], kind: str, since: float) -> float:
    """Seconds from a moment until every run has told something of this kind, by the clock of the scheduler."""
    moments: list[list[float]] = [[]]
    async with asyncio.timeout(60):
        while not all(moments):
            await asyncio.sleep(0.5)  # asking costs the trainings time
            heard = [[each for each in told(app, run) if each.message["kind"] == kind] for run in runs]
            moments = [[each.time for each in of_run if each.time >= since] for of_run in heard]
    return max(first for first, *_later in moments) - since


async def typing(app: server.Server) -> list[Figure]:
    """Forty students type on Home while two trainings run, and leave."""
    async with open_session(f"{app.url}{TRAIN}&cells=lstm,gru&epochs=200&hidden_size=128") as lecturer:
        wait_until_warm(app)
        async with open_session(app.url + HOME) as visitor:
            await type_name(visitor, NAMES[0], 0.0)
        lecturer.click("Train")
        await lecturer.until(lambda: lecturer.shows("button", "Pause"))
        before = resident(app)
        async with AsyncExitStack() as room:
            pages = await enter(room, app.url + HOME)
            typed = (type_name(page, NAMES[at % len(NAMES)], at / STUDENTS) for at, page in enumerate(pages))
            delays = [delay for delays in await asyncio.gather(*typed) for delay in delays]
            if not lecturer.shows("button", "Pause"):
                raise RuntimeError("The trainings ended before all had typed.")
            growth = (resident(app) - before) / STUDENTS
        left = time.monotonic()
        await lecturer.until(partial(lecturer.drawn, "page_link"), 600)  # the ways on, once all have ended
        lost = sum(missing_epochs(app, run, lecturer) for run in watched(lecturer))
        await asyncio.sleep(left + AWAY - time.monotonic())
        after, failures = resident(app) / before, failures_of([lecturer, *pages])
    who = f"{STUDENTS} sessions, each {len(NAMES[0])} letters at {KEYS_A_SECOND:g} keys a second, two trainings running"
    how = f"95% of {len(delays)} keys until all answers are for that text or a longer one, {spread(delays)}"
    return [
        Figure("errors while typing", len(failures), "", f"errors shown, connections lost; {who}", 0),
        Figure("epochs lost while typing", lost, "", "of both trainings, on the curves of the page Train", 0),
        Figure("key to new prediction", percentile(delays, 0.95), "s", f"{how}; {who}", ANSWER_GOAL),
        Figure("memory of a session", growth, "MB", f"growth of the web process from {before:.0f} MB", MEMORY_GOAL),
        Figure("memory afterwards", after, "×", f"{AWAY:g} s after all had left, of that before", RETURN_GOAL),
    ]


async def enter(room: AsyncExitStack, url: str) -> list[Session]:
    """Forty sessions that open a page at the same time."""
    return await asyncio.gather(*(room.enter_async_context(open_session(url)) for _ in range(STUDENTS)))


async def type_name(page: Session, name: str, phase: float) -> list[float]:
    """Seconds from each key to its answers; `phase`, 0 to 1, is how far behind the others this student strikes."""

    async def press(letters: int) -> float:
        await asyncio.sleep((letters - 1 + phase) / KEYS_A_SECOND)
        pressed = time.monotonic()
        page.fill(BOX, name[:letters])
        await page.until(lambda: answered(page, name) >= letters)
        return time.monotonic() - pressed

    return await asyncio.gather(*(press(letters) for letters in range(1, len(name) + 1)))


def answered(page: Session, name: str) -> int:
    """How many letters of the name all answers on Home are for: each was drawn while these stood in the address."""
    drawn = [each for each in page.drawn("bidi_component") if each.element.component_name == ANSWERS]
    texts = [parse_qs(each.address).get("text", [""])[0] for each in drawn]
    return min((len(text) if name.startswith(text) else 0 for text in texts), default=0)


async def training_together(app: server.Server) -> list[Figure]:
    """Forty students press Train at the same time, with the same settings."""
    async with AsyncExitStack() as room:
        pages = await enter(room, f"{app.url}{TRAIN}&cells=lstm&epochs=100")
        wait_until_warm(app)
        for page in pages:
            page.click("Train")
        await asyncio.gather(*(page.until(partial(page.drawn, "page_link"), 300) for page in pages))
        (run,) = {name for page in pages for name in watched(page)}
        whole = sum(not missing_epochs(app, run, page) for page in pages)
    begun = sum(each.message["kind"] == "epoch" and each.message["epoch"] == 0 for each in told(app, run))
    who = f"{STUDENTS} sessions press Train at the same time, with the same settings"
    return [
        Figure("errors while training", len(failures_of(pages)), "", f"errors shown, connections lost; {who}", 0),
        Figure("trainings begun", begun, "", f"by the workers, as the scheduler heard it; {who}", 1, 1),
        Figure("checkpoints made", len(list(store_of(app).glob("[!.]*"))), "", "that came into the store", 1, 1),
        Figure("sessions with the whole curve", whole, f"of {STUDENTS}", "each epoch as in the store", None, STUDENTS),
    ]


def watched(page: Session) -> list[str]:
    """The runs in the address of the page Train."""
    return [name for value in parse_qs(page.address).get("watch", []) for name in value.split(",")]


def store_of(app: server.Server) -> Path:
    return app.log.with_name("checkpoints") / "runs"


def missing_epochs(app: server.Server, run: str, page: Session) -> int:
    """The epochs of a run in the store that the curves on the page do not show with the same loss."""
    history = [json.loads(line) for line in (store_of(app) / run / "history.jsonl").read_text().splitlines()]
    pictures = [drawn.element for drawn in page.drawn("bidi_component") if drawn.element.component_name == LINES]
    lines = [dict(zip(line["x"], line["y"], strict=True)) for line in json.loads(pictures[0].json)[0]["lines"]]

    def shows(epoch: Mapping[str, float]) -> bool:
        losses = [line.get(epoch["epoch"], math.nan) for line in lines]
        return any(math.isclose(loss, epoch["validation_loss"], rel_tol=1e-6) for loss in losses)

    return sum(not shows(epoch) for epoch in history)


def resident(app: server.Server) -> float:
    """Megabytes that the web process holds."""
    return float(app.process.memory_info().rss / 1e6)


def failures_of(pages: Sequence[Session]) -> list[str]:
    """What went wrong on some pages; said, too."""
    failures = [failure for page in pages for failure in page.failures]
    print(*failures[:3], sep="\n", end="\n" * bool(failures), file=sys.stderr)
    return failures
