"""What the page Train does in a browser while nets learn: it asks for what has grown, again and again."""

import asyncio
import json
import urllib.request
from collections.abc import Callable
from typing import Any

TIMEOUT = 30.0


async def follow(app: str, feed: dict[str, Any], changed: Callable[[], None]) -> None:
    """Ask at the address of an app as its page has told to; `changed` is called whenever the page must be drawn anew.

    `OSError` where the question is not answered.
    """
    shape, every = feed["shape"], feed["every"]
    while True:
        await asyncio.sleep(every / 1000)
        told = await asyncio.to_thread(answer, f"{app}/live?{feed['query']}")
        every = told["every"] or every
        if told["shape"] != shape:
            shape = told["shape"]
            changed()


def answer(address: str) -> dict[str, Any]:
    """What has grown."""
    with urllib.request.urlopen(address, timeout=TIMEOUT) as response:
        told: dict[str, Any] = json.load(response)
    return told
