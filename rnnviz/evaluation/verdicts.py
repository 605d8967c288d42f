"""What the tests found, in words: each verdict one sentence that a statistician would sign."""

from collections.abc import Iterable, Mapping, Sequence

from rnnviz.evaluation.bootstrap import Interval
from rnnviz.evaluation.figures import ACCURACY, MACRO, WEIGHTED, Figure
from rnnviz.evaluation.significance import ALPHA, CHI_SQUARE, EXACT, RANDOMISATION, Pair
from rnnviz.language import N_, _, ngettext, number

MANY_TEXTS = 5_000
"""From which on a hundredth of a point is more than half a text."""
SMALLEST_P = 0.001

TESTS = {
    EXACT: N_("McNemar, exact"),
    CHI_SQUARE: N_("McNemar, chi-square"),
    RANDOMISATION: N_("randomisation"),
}
OF_ALL = {
    "accuracy": N_("accuracy"),
    "macro avg precision": N_("macro precision"),
    "macro avg recall": N_("macro recall"),
    "macro avg f1-score": N_("macro F1"),
    "weighted avg precision": N_("weighted precision"),
    "weighted avg recall": N_("weighted recall"),
    "weighted avg f1-score": N_("weighted F1"),
}
OF_CLASS = {
    "precision": N_("precision of “{name}”"),
    "recall": N_("recall of “{name}”"),
    "f1-score": N_("F1 of “{name}”"),
}


def figure_title(figure: Figure) -> str:
    """What a figure is called in the current language."""
    if figure.row in (ACCURACY, MACRO, WEIGHTED):
        return _(OF_ALL[str(figure)])
    return _(OF_CLASS[figure.column]).format(name=figure.row)


def points(share: float, texts: int, sign: bool = False) -> str:
    """A difference in percentage points, with as many digits as so many texts bear."""
    return number(share * 100, ("+" if sign else "") + (".2f" if texts >= MANY_TEXTS else ".1f"))


def percent(share: float | None, texts: int) -> str:
    return "—" if share is None else number(share, ".2%" if texts >= MANY_TEXTS else ".1%")


def p_said(p: float) -> str:
    """A p with three digits; below that, only that it is."""
    return "< " + number(SMALLEST_P, ".3f") if p < SMALLEST_P else number(p, ".3f")


def bounds_said(found: Interval, texts: int) -> str:
    """The bounds of a difference in points; a dash where the texts can't tell."""
    if found.low is None or found.high is None:
        return "—"
    return _("{low} to {high}").format(low=points(found.low, texts), high=points(found.high, texts))


def on_texts(count: int, part: str, figure: Figure) -> str:
    """ "with 558 test texts", as a verdict has it."""
    if figure.column == "recall" and figure.row not in (ACCURACY, MACRO, WEIGHTED):
        said = ngettext("with {count} text of “{name}”", "with {count} texts of “{name}”", count)
    elif part == "test":
        said = ngettext("with {count} test text", "with {count} test texts", count)
    elif part == "validation":
        said = ngettext("with {count} validation text", "with {count} validation texts", count)
    else:
        said = ngettext("with {count} training text", "with {count} training texts", count)
    return said.format(count=number(count), name=figure.row)


def verdict(pair: Pair, figure: Figure, part: str, titles: Mapping[str, str], pairs: int) -> str:
    """Who is better by how much, whether chance explains it, and what it would take: one or two sentences."""
    if pair.difference.value < 0:
        pair = pair.turned()
    values = {
        "a": titles[pair.a],
        "b": titles[pair.b],
        "points": points(pair.difference.value, pair.texts),
        "bounds": bounds_said(pair.difference, pair.texts),
        "with_texts": on_texts(pair.texts, part, figure),
        "smallest": None if pair.smallest is None else points(pair.smallest, pair.texts),
        "count": number(pair.differ),
        "texts": number(pair.texts),
    }
    said = _(_template(pair)).format(**values) + _alone(pair, pairs)
    if figure.row == ACCURACY:
        return said
    title = figure_title(figure)
    return f"{title[:1].upper()}{title[1:]}: {said}"


ONE_TEXT = N_("There is one text to judge on: that can’t tell {a} and {b} apart.")
NO_TEXTS = N_("There are no texts to judge {a} and {b} on.")
ALIKE = N_("{a} and {b} gave the same answer to every one of {texts} texts: there is no difference to test.")
LEVEL = N_("{a} and {b} come to the same figure, though they differ in {count} of {texts} answers.")
REAL = N_(
    "{a} is better than {b} by {points} points (95% interval {bounds}), more than chance explains; "
    "{with_texts} a difference under {smallest} points may be chance."
)
CHANCE = N_(
    "{a} is ahead of {b} by {points} points (95% interval {bounds}), which may be chance; "
    "{with_texts} that goes for any difference under {smallest} points."
)
TOO_FEW = N_(
    "{a} is ahead of {b} by {points} points (95% interval {bounds}), which may be chance: they differ in "
    "{count} of {texts} answers only, too few to tell any difference from chance."
)


def _template(pair: Pair) -> str:
    if pair.texts < 2:
        return ONE_TEXT if pair.texts else NO_TEXTS
    if not pair.differ:
        return ALIKE
    if not pair.difference.value:
        return LEVEL
    if pair.smallest is None:
        return TOO_FEW
    return REAL if pair.real else CHANCE


def _alone(pair: Pair, pairs: int) -> str:
    """What a reader would stumble over: a small p that is not small enough among many."""
    if pair.real or pair.p > ALPHA:
        return ""
    said = _(
        "Were this the only pair, it would pass for real (p: {p}); among {count} pairs it does not (Holm: {adjusted})."
    )
    return " " + said.format(p=p_said(pair.p), count=number(pairs), adjusted=p_said(pair.adjusted))


def correction(pairs: Sequence[Pair]) -> str:
    """That p is corrected for many comparisons, and why."""
    if len(pairs) < 2:
        return ""
    return _(
        "{count} pairs are compared, and the more are, the sooner one of them looks real by chance. So p is corrected "
        "for many comparisons (Holm, 1979): the risk of calling even one difference real that is none stays at 5%."
    ).format(count=number(len(pairs)))


def refusal(reason: str, pairs: Iterable[tuple[str, str]], most: int = 6) -> str:
    """Which pairs are not tested, and why; `reason` stands in the catalogue."""
    named = [f"{a} – {b}" for a, b in pairs]
    said = ", ".join(named[:most])
    if len(named) > most:
        said = _("{pairs} and {count} more").format(pairs=said, count=number(len(named) - most))
    return _("Not tested: {pairs}. The tests go text by text, and {reason}.").format(pairs=said, reason=_(reason))
