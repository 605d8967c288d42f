"""Gradients over many texts of the test part: what one text shows by chance, many show for sure."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.bands import LEAST_TEXTS, NormBand, band_curves
from rnnviz.charts.gradients import dashes
from rnnviz.errors import BadInput
from rnnviz.language import _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.trained import TrainedModel
from rnnviz.ui.choose import open_models, short_titles
from rnnviz.ui.layer import choose_direction
from rnnviz.ui.looking import mean_profiled
from rnnviz.ui.markdown import escaped
from rnnviz.ui.pictures import show_picture

COUNTS = (8, 16, 32, 64, 128, 256)
USUAL = 32


def over_many_texts(runs: list[RunInfo], epoch: int | None = None) -> None:
    """The median and band of the norms over test texts, for each run on its own dataset."""
    runs, models = open_models(runs, epoch)
    st.markdown(
        _(
            "One text shows what happens to it; many show what the net does as a rule. Here the loss of the **true** "
            "class of texts that the net has not learned from goes back through all of them at once."
        )
    )
    if not models or not st.toggle(
        _("Follow the gradient back through test texts"), key="over_many", persist_state="session"
    ):
        return
    how_many, which, way = st.columns(3)
    texts: int = how_many.select_slider(_("Texts"), COUNTS, value=USUAL, key="many_texts", persist_state="session")
    classes = [name for name in runs[0].classes if all(name in run.classes for run in runs)]
    of_class: str | None = which.selectbox(
        _("Of the class"),
        [None, *classes],
        format_func=lambda name: _("all classes") if name is None else name,
        key="many_class",
    )
    with way:
        direction = choose_direction(models)
    bands = bands_of(runs, models, texts, of_class, direction)
    if any(band.drawn > 0 for band in bands):
        show_bands(bands)
    elif bands:
        st.info(_("The gradient at the last step is 0 for all of these texts, so there is nothing to divide by."))


def bands_of(
    runs: Sequence[RunInfo], models: Sequence[TrainedModel], texts: int, of_class: str | None, direction: str | None
) -> list[NormBand]:
    """A band for each run whose dataset is there; the others are named."""
    titles, bands, progress = short_titles(runs), [], st.empty()
    for run, model, dash in zip(runs, models, dashes([run.config.model.cell for run in runs]), strict=True):
        title = titles[run.name]

        def tell(done: int, total: int, title: str = title) -> None:
            text = _("{title}: {done} of {total} texts").format(title=title, done=done, total=total)
            progress.progress(done / total, text=text)

        try:
            bands.append(NormBand(title, mean_profiled(run, model, texts, of_class, direction, tell), dash))
        except BadInput as error:
            st.warning(f"{title}: {escaped(str(error))}", icon=":material/folder_off:")
    progress.empty()
    return bands


def show_bands(bands: Sequence[NormBand]) -> None:
    """Half-lives of the medians, the picture, and what it shows."""
    for column, band in zip(st.columns(len(bands)), bands, strict=True):
        half_life = band.profile.half_life
        column.metric(
            _("{title}: half-life of the median").format(title=band.title),
            _("never") if half_life is None else _("{steps} steps").format(steps=number(half_life, ".1f")),
            border=True,
        )
        column.caption(_("texts: {count}").format(count=int(band.profile.counts.max(initial=0))))
    y_title = "‖∂L/∂h<sub>t</sub>‖₂" + _(" / that of the last step")
    figure = band_curves([band for band in bands if band.drawn], y_title)
    show_picture(figure, _("The gradient in many texts"), "many")
    st.caption(
        _(
            "Line: the median text. Band: 80% of the texts, from the 10% to the 90% quantile of the logarithms. Texts "
            "are aligned at their ends; a step is drawn where at least {count} texts are long enough. A dotted "
            "upright marks where the median has fallen to half."
        ).format(count=LEAST_TEXTS)
    )
