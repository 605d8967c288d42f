"""Itemised by weight: what each step of a text adds to the gradient of each weight, now and along the training."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.itemised import MEASURES, ItemisedMap, itemised_maps, training_map
from rnnviz.insight.alignment import align
from rnnviz.insight.itemised import WEIGHTS, ItemisedGradient, cut_off
from rnnviz.language import N_, _, number
from rnnviz.models.cells import CELLS
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.trained import Reading, TrainedModel
from rnnviz.ui.choose import open_models, read, short_titles, type_text
from rnnviz.ui.gradient_views.kept import follow_training, itemised_kept, training_key, trainings
from rnnviz.ui.gradient_views.over_tokens import choose_target
from rnnviz.ui.gradient_views.view import View
from rnnviz.ui.layer import choose_layer
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import TRAIN, live, page_style
from rnnviz.ui.pictures import show_picture

WEIGHT_SYMBOLS = {"weight_ih": "$W_{ih}$", "weight_hh": "$W_{hh}$", "bias_ih": "$b_{ih}$", "bias_hh": "$b_{hh}$"}
MEASURE_TITLES = {"norms": N_("norm"), "shares": N_("share"), "projections": N_("projection")}
MEASURE_MEANINGS = {
    "norms": N_("The L2 norm of the part of each step, on one logarithmic scale for all runs."),
    "shares": N_(
        "The norm of the part of each step, divided by the sum of the norms of all steps. It says where much happens, "
        "whether or not the parts cancel."
    ),
    "projections": N_(
        "How much of the whole gradient the part of each step makes up, measured along it. All steps add up to 1; a "
        "step below 0 pulls against the rest."
    ),
}


def show_by_weight(runs: list[RunInfo], epoch: int | None) -> None:
    live(draw)(runs, epoch)


def draw(runs: list[RunInfo], epoch: int | None) -> None:
    """The heat maps of the text, what clipping would cut off, and the way through the training."""
    runs, models = open_models(runs, epoch)
    if not models:
        return
    readings = read(models, type_text(_("Text"), runs[0].dataset.name))
    target_column, measure_column, layer_column = st.columns(3)
    with target_column:
        wanted = choose_target(runs)
    with measure_column:
        measure = choose_measure()
    with layer_column:
        layer, direction = choose_layer(models)
        by_gate = any(CELLS[model.config.model.cell].gates for model in models) and st.toggle(
            _("Gate by gate"), key="by_gate", persist_state="session"
        )
    found = [
        itemised_kept(run.name, model, reading, wanted, layer, direction)
        for run, model, reading in zip(runs, models, readings, strict=True)
    ]
    titles, axis = short_titles(runs), align(models, readings)
    show_clipping(runs, titles, found)
    maps = [
        ItemisedMap(title, each, places)
        for title, each, places in zip(titles.values(), found, axis.places, strict=True)
    ]
    figure = itemised_maps(maps, axis.tokens, measure, page_style(), by_gate)
    show_picture(figure, _("Itemised by weight"), "itemised")
    st.caption(_(MEASURE_MEANINGS[measure]))
    narrate(titles, found)
    show_training(runs, models, readings, found, measure, layer, direction)


def choose_measure() -> str:
    """What the colours say: one of `MEASURES`."""
    return str(
        st.segmented_control(
            _("Colour"),
            list(MEASURES),
            format_func=lambda measure: _(MEASURE_TITLES[measure]),
            default="norms",
            required=True,
            key="measure",
            persist_state="session",
        )
    )


def show_clipping(runs: Sequence[RunInfo], titles: dict[str, str], found: Sequence[ItemisedGradient]) -> None:
    """The norm that clipping looks at, and how much of it would go."""
    for column, run, gradient in zip(st.columns(len(runs)), runs, found, strict=True):
        clip, norm = run.config.optimiser.clip_norm, gradient.gradient_norm
        column.metric(
            _("{title}: norm of the gradient").format(title=titles[run.name]),
            number(norm, ".3g"),
            help=_("‖∂L/∂θ‖₂ over all parameters of the net, embedding and read-out among them, for this text."),
            border=True,
        )
        cut = cut_off(norm, clip)
        if not clip:
            said = _("trained without clipping")
        elif cut:
            said = _("clipping to {clip} would cut off {share} of it").format(
                clip=number(clip, "g"), share=number(cut, ".0%")
            )
        else:
            said = _("below the clip norm {clip}: nothing would be cut off").format(clip=number(clip, "g"))
        column.caption(_("loss of “{name}”").format(name=escaped(gradient.target)) + " · " + said)
    st.caption(
        _(
            "This is the gradient of this one text, without dropout. Training clips the mean gradient of a whole "
            "batch, which is smaller where texts pull in different directions."
        )
    )


def narrate(titles: dict[str, str], found: Sequence[ItemisedGradient]) -> None:
    """Where the gradient of the recurrent weight comes from, a sentence a run."""
    lines = []
    for title, gradient in zip(titles.values(), found, strict=True):
        steps, part = gradient.half_within("weight_hh"), gradient.part("weight_hh")
        if steps is None:
            text = _("**{title}**: nothing comes back to $W_{{hh}}$ from this text.")
        else:
            text = _(
                "**{title}**: half of the norms of $W_{{hh}}$ come from the last {steps} of {all} steps; the steps "
                "agree to {share} (1: all pull the same way, 0: they cancel)."
            )
        values = {"steps": steps, "all": len(gradient.tokens), "share": number(part.agreement, ".2f")}
        lines.append("- " + text.format(title=title, **values))
    st.markdown("\n".join(lines))
    if min(len(gradient.tokens) for gradient in found) < 2:
        st.caption(
            _("A text of one token has no state before it, so $W_{hh}$ multiplies zeros and gets no gradient from it.")
        )


def show_training(
    runs: Sequence[RunInfo],
    models: Sequence[TrainedModel],
    readings: Sequence[Reading],
    found: Sequence[ItemisedGradient],
    measure: str,
    layer: int | None,
    direction: str | None,
) -> None:
    """One weight along the epochs whose weights were kept; a run that kept none is named, with what to do."""
    st.subheader(_("Along the training"))
    titles = short_titles(runs)
    if without := [titles[run.name] for run in runs if not run.snapshots]:
        st.info(
            _(
                "No weights of single epochs are kept with: {runs}. Train such a net on the page “Train”: every run "
                "made there keeps about ten of its epochs."
            ).format(runs=", ".join(without)),
            icon=":material/history:",
        )
        st.page_link(TRAIN.file, label=_(TRAIN.title), icon=TRAIN.icon)
    kept = [each for each in zip(runs, models, readings, found, strict=True) if each[0].snapshots]
    if not kept:
        return
    weight = st.segmented_control(
        _("Weight"),
        WEIGHTS,
        format_func=WEIGHT_SYMBOLS.__getitem__,
        default="weight_hh",
        required=True,
        key="weight",
        persist_state="session",
    )
    keys = [training_key(run, model, reading, item.target, layer, direction) for run, model, reading, item in kept]
    missing = [(each, key) for each, key in zip(kept, keys, strict=True) if key not in trainings()]
    place, bar = st.empty(), st.empty()
    if missing and place.button(
        _("Follow this text through the training"), icon=":material/history:", key="follow_training"
    ):
        for (run, _model, reading, item), key in missing:

            def tell(done: int, total: int, title: str = titles[run.name]) -> None:
                text = _("{title}: {done} of {total} epochs").format(title=title, done=done, total=total)
                bar.progress(done / total, text=text)

            follow_training(run, key, reading, item.target, layer, direction, tell)
        bar.empty()
        place.empty()
    for (run, _model, _reading, item), key in zip(kept, keys, strict=True):
        if key in trainings():
            st.markdown(f"**{titles[run.name]}** · " + _("loss of “{name}”").format(name=escaped(item.target)))
            clip = run.config.optimiser.clip_norm
            figure = training_map(trainings()[key], str(weight), None, measure, clip, page_style())
            show_picture(figure, _("Along the training") + f" · {titles[run.name]}", f"training {run.name}")


BY_WEIGHT = View(
    "weights",
    N_("Itemised by weight"),
    ":material/view_timeline:",
    N_(
        "Look at the row of $W_{hh}$: if only its right end is bright, the net learns from the last tokens alone. "
        "$W_{ih}$ can be bright where a single token matters."
    ),
    N_(
        "An unrolled net uses the same $W$ at every step. Give each step a copy $W_t$ of its own: the gradient is the "
        "sum of those of the copies, $\\frac{\\partial L}{\\partial W} = \\sum_t \\frac{\\partial L}{\\partial W_t}$ "
        "with $\\frac{\\partial L}{\\partial W_t} = \\delta_t \\otimes u_t$, where $u_t$ is what $W$ multiplies at "
        "step $t$ ($x_t$ or $h_{t-1}$) and $\\delta_t$ the gradient of the product. "
        "This is backpropagation through time (Werbos 1990)."
        "\n\nThe **share** of a step is $\\|g_t\\| / \\sum_s \\|g_s\\|$ with $g_t = \\partial L/\\partial W_t$. Its "
        "**projection** is $\\langle g_t, g\\rangle / \\|g\\|^2$ with $g = \\sum_t g_t$: these add up to exactly 1. "
        "**Clipping** scales the whole gradient down to the clip norm $c$ where it is longer, "
        "$g \\leftarrow g \\cdot \\min(1, c / \\|g\\|)$."
    ),
    show_by_weight,
)
