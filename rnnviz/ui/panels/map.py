"""The panel of the map: the states of the test texts as points, and the way of the typed text among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnviz.charts.maps import state_map
from rnnviz.errors import BadInput
from rnnviz.evaluation.answers import answer
from rnnviz.insight.ablation import chosen
from rnnviz.insight.state_bank import StateBank
from rnnviz.insight.state_map import Plane, Points, all_steps, last_states, neighbour_map, principal_plane
from rnnviz.language import N_, _, number
from rnnviz.text.sequences import Places
from rnnviz.training.data import Part
from rnnviz.training.trained import Floats
from rnnviz.ui.banks import BankKey, bank_key, bank_of, choose_look
from rnnviz.ui.looking import tested_on
from rnnviz.ui.markdown import escaped
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.pick import pick
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.workspace import Look, Workspace

WHICH_KEY, COLOUR_KEY, METHOD_KEY = "map_states", "map_colour", "map_method"
MOST = {"pca": 3000, "tsne": 800}
"""Points by method: t-SNE takes some seconds for these."""
LONGEST_HOVER = 80


@dataclass(frozen=True)
class Cloud:
    """Points of the bank, and the class that the run predicts for their texts."""

    points: Points
    predicted: Places


def show_map(workspace: Workspace) -> None:
    """The map of one run."""
    look = choose_look(workspace)
    try:
        bank = bank_of(look, _("Read the {count} test texts"))
        if bank is None:
            return
        part = tested_on(look.run)
    except BadInput as error:
        st.warning(escaped(str(error)), icon=":material/folder_off:")
        return
    which, method, colour = choose_which(), choose_method(), choose_colour()
    cloud = cloud_of(look, bank, part, which, MOST[method])
    hidden = look.trace.values["hidden"]
    if method == "pca":
        plane = _plane(bank_key(look), which, cloud.points)
        points, way = plane.project(cloud.points.states), plane.project(hidden)
        titles = axis_titles(plane)
    else:
        with st.spinner(_("Arranging neighbours …")):
            mapped = _neighbours(bank_key(look), which, look.reading.text, cloud.points, hidden)
        points, way = mapped[: -len(hidden)], mapped[-len(hidden) :]
        titles = _("t-SNE 1"), _("t-SNE 2")
    colours, names, scale_title = coloured(look, part, cloud, colour)
    hovers = [part.texts[row][:LONGEST_HOVER] for row in cloud.points.rows.tolist()]
    figure = state_map(points, colours, names, hovers, way, look.trace.tokens, look.step, titles, scale_title)
    show_picture(figure, _("Map of states") + f" · {look.title}", "state_map")
    st.caption(
        _("{count} states of {texts} test texts; the line is the way of the text above, step by step.").format(
            count=number(len(points)), texts=number(len(np.unique(cloud.points.rows)))
        )
    )


def choose_which() -> str:
    titles = {"last": _("where reading ends"), "all": _("at any token")}
    return pick(_("States"), titles, WHICH_KEY)


def choose_method() -> str:
    titles = {"pca": _("principal components"), "tsne": _("t-SNE (neighbours)")}
    return pick(
        _("Map"),
        titles,
        METHOD_KEY,
        _(
            "Principal components keep distances as well as a plane can; t-SNE keeps neighbours together, and its "
            "distances between groups mean nothing."
        ),
    )


def choose_colour() -> str:
    titles = {"class": _("true class"), "prediction": _("prediction"), "length": _("length"), "step": _("step")}
    return pick(_("Colour"), titles, COLOUR_KEY)


def cloud_of(look: Look, bank: StateBank, part: Part, which: str, most: int) -> Cloud:
    return _cloud(bank_key(look), which, most, look, bank, part)


@st.cache_resource(max_entries=16, show_spinner=False)
def _cloud(key: BankKey, which: str, most: int, _look: Look, _bank: StateBank, _part: Part) -> Cloud:
    del key
    points = last_states(_bank, _look.trace.direction, most) if which == "last" else all_steps(_bank, most)
    rows, places = np.unique(points.rows, return_inverse=True)
    return Cloud(points, answer(_look.model, chosen(_part, rows)).predicted[places])


@st.cache_resource(max_entries=16, show_spinner=False)
def _plane(key: BankKey, which: str, _points: Points) -> Plane:
    del key, which
    return principal_plane(_points.states)


@st.cache_resource(max_entries=16, show_spinner=False)
def _neighbours(key: BankKey, which: str, text: str, _points: Points, _hidden: Floats) -> Floats:
    """The points and the steps of the text arranged together: t-SNE can't place another point later."""
    del key, which, text
    return neighbour_map(np.concatenate([_points.states, _hidden]))


def axis_titles(plane: Plane) -> tuple[str, str]:
    first, second = (
        _("Component {place} ({share} of the variance)").format(place=place, share=number(float(share), ".0%"))
        for place, share in enumerate(plane.shares, 1)
    )
    return first, second


def coloured(look: Look, part: Part, cloud: Cloud, colour: str) -> tuple[Sequence[str] | Floats, tuple[str, ...], str]:
    """The group or number of each point, the groups, and the title of the scale."""
    classes = look.model.classes
    rows = cloud.points.rows
    if colour in ("class", "prediction"):
        numbers = part.labels[rows] if colour == "class" else cloud.predicted
        return [classes[place] for place in numbers.tolist()], classes, ""
    if colour == "length":
        return np.asarray(part.lengths[rows], dtype=np.float32), (), _("tokens")
    return np.asarray(cloud.points.steps + 1, dtype=np.float32), (), _("step")


MAP = Panel(
    "map",
    N_("Map of states"),
    ":material/scatter_plot:",
    N_("Watch on which side of the map the text ends, and which token carries it across."),
    N_(
        "A hidden state $h_t$ is a point in as many dimensions as there are units. The map is the plane along which "
        "the states of the test texts differ most (principal components): $(h_t - \\bar h)\\,A$ with the two leading "
        "eigenvectors $A$ of their covariance. The share of the variance on the axes says how much of the truth fits "
        "into a plane."
    ),
    show_map,
)
