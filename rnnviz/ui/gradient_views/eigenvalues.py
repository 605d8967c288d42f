"""Eigenvalues: the spectrum of the recurrent weight, and a slider that scales it while the gradient is watched."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from rnnviz.charts.gradients import NormCurve, dashes, norm_curves, relative
from rnnviz.charts.spectrum import spectrum_plane
from rnnviz.charts.style import cell_mark
from rnnviz.errors import BadInput
from rnnviz.insight.alignment import Alignment, align
from rnnviz.insight.gradients import GradientProfile
from rnnviz.insight.spectrum import BlockSpectrum, factor_for, largest_radius
from rnnviz.language import N_, _, number
from rnnviz.models.cells import CELLS
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.text.sequences import Places
from rnnviz.ui import link
from rnnviz.ui.choose import open_models, read, short_titles, type_text
from rnnviz.ui.gradient_views.kept import rescaled_profile, spectra_kept
from rnnviz.ui.gradient_views.over_tokens import say_read_out
from rnnviz.ui.gradient_views.view import View
from rnnviz.ui.layer import choose_layer
from rnnviz.ui.looking import profiled
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import live
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.written import written

RADIUS_KEY = "radius"
TRAINED = "trained"
RADII = ("0.1", "0.25", "0.5", "0.7", "0.8", "0.9", "1", "1.1", "1.25", "1.5", "2", "3", "5")


def show_eigenvalues(runs: list[RunInfo], epoch: int | None) -> None:
    live(draw)(runs, epoch)


def draw(runs: list[RunInfo], epoch: int | None) -> None:
    """The planes of all runs, and the gradient of the text before and after the weights are scaled."""
    runs, models = open_models(runs, epoch)
    if not models:
        return
    readings = read(models, type_text(_("Text"), runs[0].dataset.name))
    layer, direction = choose_layer(models)
    radius = choose_radius()
    titles, curves, axis = short_titles(runs), [], align(models, readings)
    lines = dashes([run.config.model.cell for run in runs])
    for column, run, model, reading, places, dash in zip(
        st.columns(len(runs)), runs, models, readings, axis.places, lines, strict=True
    ):
        title = titles[run.name]
        with column:
            st.markdown(f"### :{cell_mark(run.config.model.cell)}[{title}]")
            try:
                blocks = spectra_kept(run.name, model, layer, direction)
                factor = None if radius is None else factor_for(radius, blocks)
            except BadInput as error:
                st.warning(escaped(str(error)), icon=":material/block:")
                continue
            show_spectrum(run, title, blocks, factor)
        before = profiled(run.name, model, reading, None, direction)
        curves.append(curve(title, before, dash if radius is None else "dot", places))
        if radius is not None:
            after = rescaled_profile(run.name, model, reading, before.target, radius, layer, direction)
            curves[-1] = curve(_("{title}, as trained").format(title=title), before, "dot", places)
            curves.append(curve(title, after, dash, places))
    if curves:
        show_gradient(curves, axis, radius)
        say_read_out(models)


def choose_radius() -> float | None:
    """The spectral radius to which the recurrent weights are scaled; None leaves them as trained."""
    options = (TRAINED, *RADII)
    link.take(RADIUS_KEY, lambda given: link.one_of(_("Spectral radius"), options, given[-1]))
    chosen = str(
        st.select_slider(
            _("Scale the recurrent weights to the spectral radius"),
            options,
            format_func=lambda option: _("as trained") if option == TRAINED else number(float(option), "g"),
            key=RADIUS_KEY,
            persist_state="session",
            help=_(
                "A copy of each net is changed, never the run: its $W_{hh}$ is multiplied by wanted / present radius. "
                "All blocks of a gated cell get the factor that brings the largest of their radii there."
            ),
        )
    )
    link.give(RADIUS_KEY, [] if chosen == TRAINED else [chosen])
    return None if chosen == TRAINED else float(chosen)


def show_spectrum(run: RunInfo, title: str, blocks: tuple[BlockSpectrum, ...], factor: float | None) -> None:
    """The plane of one run, and its numbers."""
    cell = CELLS[run.config.model.cell]
    titles = [_(gate.title) for gate in cell.gates] or ["W_hh"]
    figure = spectrum_plane(blocks, cell.name, titles, factor)
    show_picture(figure, _("Eigenvalues") + f" · {title}", f"spectrum {run.name}")
    scale = 1.0 if factor is None else factor
    radii = {
        _("spectral radius ρ"): [block.radius * scale for block in blocks],
        _("largest singular value σ"): [block.largest_singular * scale for block in blocks],
    }
    table: dict[str, list[Any]] = {_("Block"): titles, **radii}
    st.dataframe(written(table, dict.fromkeys(radii, ".3f")), hide_index=True, key=f"radii {run.name}")
    if factor is not None:
        values = {"factor": number(factor, ".3g"), "radius": number(largest_radius(blocks), ".3g")}
        st.caption(_("all multiplied by {factor}; as trained, the largest radius is {radius}").format(**values))


def curve(title: str, profile: GradientProfile, dash: str, places: Places) -> NormCurve:
    """The norms over the tokens divided by that of the last step; what is no number is a gap."""
    with np.errstate(over="ignore", invalid="ignore"):
        norms = relative(profile.hidden_norms, profile.last)
    norms = np.where(np.isfinite(norms), norms, 0).astype(np.float32)
    return NormCurve(title, profile.cell, norms, profile.half_life, dash, profile.last, places)


def show_gradient(curves: Sequence[NormCurve], axis: Alignment, radius: float | None) -> None:
    """Norms over the tokens, before and after."""
    st.subheader(_("The gradient on its way back"))
    y_title = "‖∂L/∂h<sub>t</sub>‖₂" + _(" / that of the last step")
    show_picture(norm_curves(curves, axis.tokens, y_title), _("The gradient on its way back"), "rescaled")
    st.caption(
        _("Move the slider: below 1 the gradient of the RNN dies sooner, above 1 it lives longer or explodes.")
        if radius is None
        else _(
            "Dotted: as trained. The other line: with the scaled weights, for the loss of the same class. Where a line "
            "ends, the gradient is 0 or beyond all numbers that a net computes with."
        )
    )
    if any(CELLS[curve.cell].gates for curve in curves):
        st.caption(
            _(
                "Through an LSTM or GRU the gradient also passes by the gates, past $W_{hh}$. Their eigenvalues alone "
                "decide nothing: see how little the curve may care."
            )
        )


EIGENVALUES = View(
    "eigenvalues",
    N_("Eigenvalues"),
    ":material/adjust:",
    N_(
        "Look at where the marks lie: where all are inside the dashed unit circle, the gradient of a plain RNN tends "
        "to die out; marks outside can let it grow. Then move the slider."
    ),
    N_(
        "Back through time the gradient of a plain RNN is multiplied at each step by "
        "$W_{hh}^\\top \\mathrm{diag}(\\tanh'(a_t))$. In a linear net the **spectral radius** "
        "$\\rho = \\max_i |\\lambda_i|$ of $W_{hh}$ decides: with $\\rho < 1$ the product vanishes in the end, and to "
        "explode it needs $\\rho > 1$. Since $\\tanh' \\le 1$, the **largest singular value** $\\sigma$ bounds every "
        "step: with $\\sigma < 1$ the gradient must shrink. Where units saturate, $\\tanh'$ is near 0, and a large "
        "radius makes the gradient vanish too (Pascanu, Mikolov and Bengio 2013)."
        "\n\nA gated cell has other ways back: of an LSTM $\\partial c_t/\\partial c_{t-1}$ holds "
        "$\\mathrm{diag}(f_t)$, of a GRU $\\partial h_t/\\partial h_{t-1}$ holds $\\mathrm{diag}(z_t)$, which do not "
        "contain $W_{hh}$ at all; and the slope of a gate is at most 1/4. So there the eigenvalues alone do not decide."
    ),
    show_eigenvalues,
)
