"""Take home: the comparison as one file, its tables, its link, and every run as a script in plain PyTorch."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.evaluation.figures import ACCURACY_FIGURE
from rnnviz.evaluation.verdicts import correction, verdict
from rnnviz.language import N_, _, current_language, number, use_language
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.same_texts import texts_of, why_other
from rnnviz.runs.tested import check_same
from rnnviz.takeaway.compared import Entry
from rnnviz.takeaway.document import Document, document
from rnnviz.takeaway.package import check_repeatable, pack_takeaway, takeaway_name
from rnnviz.takeaway.tables import curves_csv, report_latex, reports_csv
from rnnviz.training.data import make_ready
from rnnviz.ui import resources
from rnnviz.ui.compare_views.paired import paired_answers, tested
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import AT_ONCE, Comparison
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import say
from rnnviz.ui.setting_values import value_title

VIEW_KEY = "judged"
"""The parameter of the view: a link that is taken home opens the first one."""
SPREADSHEET = "utf-8-sig"
"""With the mark by which spreadsheets know UTF-8."""


def show_take_home(comparison: Comparison) -> None:
    """What can be had, each thing made when its button is pressed."""
    comparing, running = st.columns(2, gap="large")
    with comparing:
        offer_comparison(comparison)
    with running:
        offer_scripts(comparison.runs)


def offer_comparison(comparison: Comparison) -> None:
    """The document, the tables, the link."""
    content = document_of(comparison)
    entries, part = content.entries, comparison.part
    name = file_name(comparison)
    st.subheader(_("This comparison"))
    offer(
        _("Everything as one HTML file"),
        lambda: document(content).encode(),
        f"{name}.html",
        "text/html",
        ":material/html:",
        _("5 MB. It opens in any browser without a network: tables, matrices, curves, settings."),
    )
    offer(
        _("Reports as CSV"),
        lambda: reports_csv(entries).encode(SPREADSHEET),
        f"{name}-reports.csv",
        "text/csv",
        ":material/table:",
        _("Every figure of every part, with all digits."),
    )
    offer(
        _("Learning curves as CSV"),
        lambda: curves_csv(entries).encode(SPREADSHEET),
        f"{name}-curves.csv",
        "text/csv",
        ":material/show_chart:",
        _("Losses, accuracies, tokens and seconds after each epoch."),
    )
    offer(
        _("Reports as LaTeX"),
        lambda: report_latex(entries, part).encode(),
        f"{name}-{part}.tex",
        "application/x-tex",
        ":material/function:",
        _("The chosen part as a table of the package booktabs."),
    )
    st.markdown(_("The link that opens this very comparison:"))
    st.code(content.link, language=None, wrap_lines=True)


def offer(title: str, make: Callable[[], bytes], name: str, kind: str, icon: str, help_text: str) -> None:
    """A button whose file is made when it is pressed, in the language of the page."""
    language = current_language()

    def made() -> bytes:
        use_language(language)  # it is called in a thread of its own, which speaks none
        return make()

    st.download_button(
        title, made, name, kind, icon=icon, help=help_text, on_click="ignore", key=f"take {name}", width="stretch"
    )


def file_name(comparison: Comparison) -> str:
    """Says what it is: the datasets and how many are compared."""
    datasets = dict.fromkeys(run.dataset.name for run in comparison.runs)
    plain = "-".join("".join(sign if sign.isalnum() else "-" for sign in name) for name in datasets)
    return f"rnnviz-comparison-{plain[:60]}-{len(comparison.contestants)}"


def document_of(comparison: Comparison) -> Document:
    """All that the file shows."""
    sentences, further = sentences_of(comparison)
    return Document(
        entries=tuple(
            Entry(each.title, each.colour, each.classes, each.report, each.run) for each in comparison.contestants
        ),
        reference=comparison.contestants.index(comparison.reference),
        part=comparison.part,
        day=date.today(),
        link=link_here(comparison),
        sentences=sentences,
        further=further,
        warnings=tuple(warnings_of(comparison.runs)),
        say_value=value_title,
    )


def sentences_of(comparison: Comparison) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the tests say of the accuracy of each pair with the reference, and of all other pairs.

    Nothing where the answers are not known yet and take long to find.
    """
    missing = [each for each in comparison.contestants if each.known(comparison.part) is None]
    if sum(each.tokens(comparison.part) for each in missing) > AT_ONCE:
        st.caption(_("Open “Is it real?” first, and the file will say whether the differences may be chance."))
        return (), ()
    pairs = tested(paired_answers(comparison), ACCURACY_FIGURE)
    titles = {each.name: each.title for each in comparison.contestants}
    told = {pair: verdict(pair, ACCURACY_FIGURE, comparison.part, titles, len(pairs)) for pair in pairs}
    of_reference = [pair for pair in pairs if comparison.reference.name in (pair.a, pair.b)] or list(pairs)
    first = [*(told[pair] for pair in of_reference), correction(pairs)]
    return tuple(filter(None, first)), tuple(said for pair, said in told.items() if pair not in of_reference)


def warnings_of(runs: Sequence[RunInfo]) -> Iterator[str]:
    """Why the figures of some runs are no like for like."""
    reasons = {why_other(texts_of(one, "test"), texts_of(other, "test")) for one, other in combinations(runs, 2)}
    for reason in sorted(filter(None, reasons)):
        yield _("Not all were judged on the same texts ({reason}): compare with care.").format(reason=_(reason))
    if len({run.classes for run in runs}) > 1:
        yield _("These runs have different classes; rows are shown for each class of any of them.")


def link_here(comparison: Comparison) -> str:
    """The address of this page with the runs, the part and all else that is chosen, even where it is the default."""
    url = urlsplit(st.context.url or "")
    chosen = {key: st.query_params.get_all(key) for key in st.query_params if key != VIEW_KEY}
    chosen |= {"runs": [",".join(run.name for run in comparison.runs)], "part": [comparison.part]}
    chosen |= {"reference": [comparison.reference.name]}
    return urlunsplit((url.scheme, url.netloc, url.path, urlencode(chosen, doseq=True, safe=","), ""))


def offer_scripts(runs: list[RunInfo]) -> None:
    """Each run as a zip file with script and notebook; a sentence where that can't be."""
    st.subheader(_("Each run in plain PyTorch"))
    st.markdown(
        _(
            "A script and a notebook that need nothing but PyTorch and NumPy, with the texts of the run. On the same "
            "machine they arrive at the very same report, to the last digit, and say so."
        )
    )
    errors: dict[str, BadInput] = {}
    for run in runs:
        try:
            offer_script(run)
        except BadInput as error:
            errors[str(error)] = error
    for said in errors.values():
        say(said)


def offer_script(run: RunInfo) -> None:
    """The button of one run. `BadInput` where it can't be repeated, or its texts are gone."""
    check_repeatable(run)
    corpus = resources.corpus(run.dataset.name, run.config.text.unit, run.config.text.contradictions)
    check_same(run, corpus)
    count = number(len(corpus.texts))
    offer(
        escaped(run.name),
        lambda: pack_takeaway(run, make_ready(corpus, run.config.text, run.config.seed)),
        f"{takeaway_name(run)}.zip",
        "application/zip",
        ":material/terminal:",
        _("train.py, train.ipynb and {count} texts as a zip file; test accuracy {accuracy}.").format(
            count=count, accuracy=number(run.report["test"]["accuracy"], ".1%")
        ),
    )


TAKE_HOME = View(
    "take_home",
    N_("Take home"),
    ":material/home_work:",
    N_("Take with you what you found: to read, to print, to quote, to run again without this app."),
    N_(
        "A result that nobody else can get is a story. The script holds all that decides a training: the texts and "
        "their split, the vocabulary, the order of the batches, every random number by its seed. Run it, then change "
        "one line of it and see what that line was for. On another machine, or with another version of PyTorch, sums "
        "are rounded in another order, and the last digits may differ."
    ),
    show_take_home,
)
