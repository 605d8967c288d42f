"""The feed: what has grown of some trainings, for the browsers that follow them.

A route of its own beside those of Streamlit: an answer costs a tenth of drawing a part of the page anew, here and in
the browser. It holds what anybody sees who has the link of these runs, and changes nothing.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit import config

from rnnviz.errors import BadInput
from rnnviz.language import use_language
from rnnviz.ui.growing import growing_of
from rnnviz.ui.growing.progress import LANGUAGE, RUNS, interval
from rnnviz.ui.watched import found_runs

MOST = 64
"""Runs that one answer tells of, each once."""
UNKNOWN = "unknown"
"""The shape of what can't be drawn: whoever follows it has its page drawn anew, which says why."""


def answer(request: Request) -> JSONResponse:
    """What has grown of the runs that are asked for, in plain values; called in a thread of its own."""
    asked = request.query_params
    use_language(asked.get(LANGUAGE, ""))
    return JSONResponse(grown(asked.get(RUNS, "").split(",")), headers={"Cache-Control": "no-store"})


def grown(names: list[str]) -> dict[str, Any]:
    try:
        found = found_runs(list(dict.fromkeys(names))[:MOST])
        return {**growing_of(found).told(), "every": interval(found)}
    except BadInput:
        return {"cards": [], "plans": {}, "shape": UNKNOWN, "every": None}


def routes() -> list[Route]:
    """The routes of this app, below the path under which Streamlit itself is served."""
    base = str(config.get_option("server.baseUrlPath")).strip("/")
    return [Route(f"/{base}/live" if base else "/live", answer)]
