"""What every page begins with: language, title, side bar, and a floor for errors to land on.

`page_setup` is right however the page was reached: on a fresh server a deep link runs
the page without `app.py` (the menu is then missing), so it hands over to the router.
"""

from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import streamlit as st

from rnnviz.charts.style import Style
from rnnviz.errors import BadInput
from rnnviz.language import LANGUAGES, N_, _, current_language, use_language
from rnnviz.ui import link
from rnnviz.ui.at_once import sent_at_once
from rnnviz.ui.lean import read_without_pandas
from rnnviz.ui.markdown import escaped
from rnnviz.ui.pictures import offer_saving, remembering
from rnnviz.ui.presenter import offer_presenting, settle_presenting

P = ParamSpec("P")


@dataclass(frozen=True)
class PageInfo:
    """A page of the app: its file, what the menu calls it, and what it is for."""

    file: str
    url: str
    icon: str
    title: str
    promise: str


HOME, DATA, TRAIN, STEP_THROUGH, GRADIENTS, COMPARE, RUNS = PAGES = (
    PageInfo("pages/home.py", "", ":material/home:", N_("Home"), ""),
    PageInfo(
        "pages/data.py",
        "data",
        ":material/table_chart:",
        N_("Data"),
        N_("Look before you train: classes, cleaning, lengths, vocabulary, the split, every text; or bring your own."),
    ),
    PageInfo(
        "pages/train.py",
        "train",
        ":material/play_circle:",
        N_("Train"),
        N_("Watch three nets learn side by side: loss, accuracy, and the fate of the names you pin."),
    ),
    PageInfo(
        "pages/step_through.py",
        "step_through",
        ":material/skip_next:",
        N_("Step through"),
        N_("Walk through a text token by token: every state, every gate, and the equations with real numbers."),
    ),
    PageInfo(
        "pages/gradients.py",
        "gradients",
        ":material/trending_down:",
        N_("Gradients"),
        N_("See where the gradient dies on its way back through time, and how far each cell remembers."),
    ),
    PageInfo(
        "pages/compare.py",
        "compare",
        ":material/balance:",
        N_("Compare"),
        N_(
            "Judge nets beside baselines: reports, whether a difference is real, "
            "which texts they get wrong, what each costs."
        ),
    ),
    PageInfo(
        "pages/runs.py",
        "runs",
        ":material/folder_open:",
        N_("Runs"),
        N_("All that was trained here: give it names and tags, hand it on as a file, bring what others have trained."),
    ),
)

LANGUAGE_KEY = "lang"
ROOT = Path(__file__).resolve().parents[2]
FAVICON = Path(__file__).with_name("favicon.png")

STEADY = """<style>
[data-testid="stElementContainer"], [data-testid="stProgressBarTrack"] * { transition: none !important; }
.st-key-steady [data-stale="true"] { opacity: 1 !important; }
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[data-testid="stLayoutWrapper"]:has(> .st-key-unseen) { display: none; }
[data-testid="stMarkdownContainer"]:has(> table) { overflow-x: auto; }
[data-testid="stMarkdownContainer"] > table { font-variant-numeric: tabular-nums; }
</style>"""
"""No fading between two looks at a training: each frame of it repaints every picture, at a cost of half a core.
And what is `steady` does not turn pale while the next look at it is drawn. Of files every page says itself,
in the reader's language, how large they may be. A table that is too wide for a phone is scrolled, not the page."""

ONE_STEP_BACK = """<script>
if (!history.rnnviz) {
  const push = history.pushState.bind(history)
  history.rnnviz = true
  history.pushState = (state, title, url) => {
    const here = new URL(url ?? "", location).pathname === location.pathname
    here ? history.replaceState(state, title, url) : push(state, title, url)
  }
}
</script>"""
"""Back goes to the page before. Streamlit makes a step of everything that a page writes into its own address."""

_routed: ContextVar[bool] = ContextVar("routed", default=False)
"""Whether `app.py` has run before the page in this very run."""


def settle_language() -> None:
    """Speak what a newly opened link asks for, or what was chosen, or what the browser prefers."""
    link.take(LANGUAGE_KEY, lambda given: given[-1] if given[-1] in LANGUAGES else preferred_language())
    st.session_state.setdefault(LANGUAGE_KEY, preferred_language())
    use_language(st.session_state[LANGUAGE_KEY])


def preferred_language() -> str:
    """The language of the browser, if it is one of ours."""
    language = (st.context.locale or "en")[:2]
    return language if language in LANGUAGES else "en"


def route() -> None:
    """Build the menu in the user's language and run the page that was asked for."""
    settle_language()
    _routed.set(True)
    menu = {page: menu_entry(page) for page in PAGES}
    st.navigation(list(menu.values()), position="top").run()


def menu_entry(page: PageInfo) -> st.Page:
    """The page as Streamlit's menu wants it, titled in the user's language."""
    # No icon here: Streamlit would fetch it again as a favicon, from a server of others.
    return st.Page(ROOT / page.file, title=_(page.title), url_path=page.url or None, default=page is HOME)


def page_setup(page: PageInfo) -> None:
    """Settle the language, name the page, and draw what all pages share. Safe to call again."""
    read_without_pandas()
    link.enter(page.url)
    settle_language()
    if not _routed.get():
        hand_over_to_router(page)
    st.set_page_config(page_title=f"{_(page.title)} · rnnviz", page_icon=str(FAVICON), layout="wide")
    st.html(STEADY)
    st.container(key="unseen").html(ONE_STEP_BACK, unsafe_allow_javascript=True)
    settle_presenting()
    head = st.container(horizontal=True, vertical_alignment="center")
    head.title(_(page.title) if page is not HOME else _("See a recurrent network think"))
    with head.container(horizontal=True, vertical_alignment="center", width="content"):
        offer_presenting()
        st.segmented_control(
            "Language · Язык",
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            required=True,
            key=LANGUAGE_KEY,
            persist_state="session",
            label_visibility="collapsed",
        )
    link.give(LANGUAGE_KEY, [current_language()])


def hand_over_to_router(page: PageInfo) -> None:
    """Begin again through `app.py`: calling `st.navigation` tells Streamlit that it has a router."""
    menu = {each: menu_entry(each) for each in PAGES}
    st.navigation(list(menu.values()), position="hidden")
    st.switch_page(menu[page], query_params=dict(st.query_params))


def page_style() -> Style:
    """What pictures have to know of this browser's theme."""
    return Style(dark=st.context.theme.type == "dark")


def say(error: BadInput) -> None:
    """Show what was wrong with an input, where the result would have stood."""
    st.error(escaped(str(error)), icon=":material/error:")


def live(draw: Callable[P, None], run_every: float | None = None) -> Callable[P, None]:
    """A fragment that speaks the page's language and says a `BadInput`; below it, its pictures can be saved.

    A fragment runs again on its own, in a thread of its own, where `page_setup` has not run.
    """
    language = current_language()

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        use_language(language)
        with sent_at_once() if run_every else nullcontext():
            with remembering() as pictures:
                try:
                    draw(*args, **kwargs)
                except BadInput as error:
                    say(error)
            offer_saving(pictures.values(), f"{draw.__module__}.{draw.__qualname__}")

    fragment: Callable[P, None] = st.fragment(drawn, run_every=run_every)
    return fragment
