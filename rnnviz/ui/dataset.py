"""A dataset on the page, section by section: rows and cleaning, lengths, split, vocabulary, telling tokens."""

import streamlit as st

from rnnviz.charts.data import class_bars, coverage_curve, length_bars, rank_frequency, telling_bars
from rnnviz.language import N_, _, ngettext, number
from rnnviz.text.corpus import Corpus
from rnnviz.text.splits import PARTS
from rnnviz.text.statistics import class_counts, histogram, shortened
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.ui.cleaning import show_steps
from rnnviz.ui.markdown import escaped
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.survey import Known, Survey
from rnnviz.ui.table import show_table

PART_TITLES = {"train": N_("training"), "validation": N_("validation"), "test": N_("test")}


def show_rows(corpus: Corpus) -> None:
    """How much there is, and of what."""
    figures = {
        _("rows in the source"): corpus.card.rows,
        _("texts after cleaning"): len(corpus.texts),
        _("classes"): len(corpus.card.classes),
        _("tokens in all ({unit})").format(unit=_(TOKENIZERS[corpus.card.unit].title)): len(corpus.sequences.flat),
        _("different tokens"): len(corpus.tokens),
    }
    with st.container(horizontal=True):
        for title, value in figures.items():
            st.metric(title, number(value), border=True, width="content")
    counts = class_counts(corpus.labels, len(corpus.card.classes))
    show_picture(class_bars(counts, corpus.card.classes), _("Texts of each class"), "class_bars")


def show_cleaning_steps(corpus: Corpus) -> None:
    st.caption(
        _(
            "Step by step, in this order: how many rows each step changed or removed, and some of them. "
            "A text that you type on another page goes through the same steps."
        )
    )
    show_steps(corpus.steps)


def show_lengths(corpus: Corpus, most: int) -> None:
    """Which texts are cut, and how much of all text is not read."""
    lost = shortened(corpus.sequences.lengths, most)
    lengths = corpus.sequences.lengths
    show_picture(length_bars(histogram(lengths), most), _("Lengths"), "length_bars")
    if not lost.texts:
        st.markdown(_("No text is longer than {most} tokens: all are read whole.").format(most=number(most)))
        return
    st.markdown(
        ngettext(
            "**{count} text** ({share}) is longer than {most} tokens and is cut; {tokens} of all tokens are not read.",
            "**{count} texts** ({share}) are longer than {most} tokens and are cut; "
            "{tokens} of all tokens are not read.",
            lost.texts,
        ).format(
            count=number(lost.texts),
            share=number(lost.text_share, ".1%"),
            most=number(most),
            tokens=number(lost.token_share, ".1%"),
        )
    )


def show_split(corpus: Corpus, found: Survey) -> None:
    """The parts, and the proof that no text stands in two of them."""
    rows = {
        _(PART_TITLES[part]): {
            _("texts"): number(len(found.parts[part])),
            _("share"): number(len(found.parts[part]) / len(corpus.texts), ".1%"),
            **{
                escaped(name): number(count)
                for name, count in zip(corpus.card.classes, found.classes[part].tolist(), strict=True)
            },
        }
        for part in PARTS
    }
    show_table(rows)
    if corpus.test:
        removed = next((step.touched for step in corpus.steps if step.step == "leaks"), 0)
        st.markdown(
            ngettext(
                "This source has a test part of its own, which stays as it was published. "
                "{count} training text that stands in it too was removed.",
                "This source has a test part of its own, which stays as it was published. "
                "{count} training texts that stand in it too were removed.",
                removed,
            ).format(count=number(removed))
        )
    show_proof(found)


def show_proof(found: Survey) -> None:
    texts = sum(map(len, found.parts.values()))
    if found.texts_in_two:
        st.error(
            ngettext(
                "{count} text stands in more than one part: the test judges what was learned by heart.",
                "{count} texts stand in more than one part: the test judges what was learned by heart.",
                found.texts_in_two,
            ).format(count=number(found.texts_in_two)),
            icon=":material/warning:",
        )
    else:
        st.success(
            _(
                "**Nothing leaks: 0 texts stand in more than one part.** "
                "All {texts} cleaned texts were compared just now, letter by letter (by digests of 128 bits)."
            ).format(texts=number(texts)),
            icon=":material/verified:",
        )
    if found.readings_in_two:
        st.markdown(
            ngettext(
                "As the net reads them, cut and without markup, {count} text is the same in more than one part.",
                "As the net reads them, cut and without markup, {count} texts are the same in more than one part.",
                found.readings_in_two,
            ).format(count=number(found.readings_in_two))
        )


def show_vocabulary(found: Survey, known: Known) -> None:
    """Zipf's curve, what the most frequent tokens cover, and what stays unknown."""
    words = found.frequencies
    left, right = st.columns(2)
    curve = rank_frequency(words.ranks, words.counts, words.tokens, known.size)
    with left:
        show_picture(curve, _("How often the token of each rank is said"), "rank_frequency")
    covered = coverage_curve(words.ranks, words.covered, known.size)
    with right:
        show_picture(covered, _("What the most frequent tokens cover"), "coverage_curve")
    st.markdown(
        _(
            "The training part says {different} different tokens; **{size}** of them get a number of their own. "
            "The {some} most frequent ones are {some_share} of all tokens, {more} are {more_share}, "
            "and {most} are {most_share}."
        ).format(
            different=number(words.different),
            size=number(known.size),
            **{
                key: value
                for name, share in zip(("some", "more", "most"), words.sizes, strict=True)
                for key, value in ((name, number(words.sizes[share])), (f"{name}_share", number(share, ".0%")))
            },
        )
    )
    rows = {
        _(PART_TITLES[part]): {
            _("tokens read"): number(known.tokens[part]),
            _("unknown tokens"): number(known.unknown[part], ".2%"),
        }
        for part in PARTS
    }
    show_table(rows)


def show_telling(corpus: Corpus, found: Survey) -> None:
    """For each class, or for the chosen one of many, the tokens that speak for it."""
    st.subheader(_("The most telling tokens of each class"))
    st.caption(
        _(
            "z-score of the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008), class "
            "against all others, training part only. Beyond the dotted line (1.96) a preference is hardly chance; "
            "a token that is said a few times only is held back by the prior."
        )
    )
    names = corpus.card.classes
    places = list(range(len(names)))
    if len(names) > 2:
        key = f"telling_class {corpus.card.name}"
        places = [st.selectbox(_("Class"), places, format_func=names.__getitem__, key=key)]
    for column, place in zip(st.columns(len(places)), places, strict=True):
        told = found.telling[place]
        with column:
            st.markdown(f"**{escaped(names[place])}**")
            if not told.tokens:
                st.caption(_("No token is said more often in this class than in the others."))
                continue
            bars = telling_bars(told.tokens, told.scores, told.counts, place)
            show_picture(bars, _("Telling tokens") + f" · {names[place]}", f"telling_{place}")
