"""A map of hidden states: many texts as points in the plane, and the way of one text through it."""

from dataclasses import dataclass

import numpy as np

from rnnviz.insight.state_bank import SCALE, StateBank
from rnnviz.text.sequences import Places
from rnnviz.training.trained import Floats


@dataclass(frozen=True)
class Plane:
    """The two directions in which states differ most (principal component analysis, Hotelling 1933)."""

    mean: Floats
    """(units,)"""
    axes: Floats
    """(2, units), orthonormal; the largest weight of each is positive, so that the map never flips."""
    shares: Floats
    """(2,): the share of the variance along each."""

    def project(self, states: Floats) -> Floats:
        """States (points, units) as points of the map (points, 2)."""
        return np.asarray((states - self.mean) @ self.axes.T, dtype=np.float32)


def principal_plane(states: Floats) -> Plane:
    """The plane of most variance of states (points, units); for one unit the second axis is zero."""
    mean = states.mean(axis=0)
    _left, sizes, axes = np.linalg.svd((states - mean).astype(np.float64), full_matrices=False)
    if len(axes) < 2:
        axes, sizes = np.vstack([axes, np.zeros_like(axes)])[:2], np.append(sizes, 0.0)[:2]
    whole = (sizes**2).sum()
    signs = np.sign(axes[np.arange(2), np.abs(axes[:2]).argmax(axis=1)])
    upright = axes[:2] * np.where(signs == 0, 1, signs)[:, None]
    shares = sizes[:2] ** 2 / whole if whole else np.zeros(2)
    return Plane(mean.astype(np.float32), upright.astype(np.float32), shares.astype(np.float32))


def neighbour_map(states: Floats) -> Floats:
    """t-SNE (van der Maaten & Hinton 2008) of states (points, units) to (points, 2); always the same.

    Neighbours stay neighbours, distances between groups mean nothing.
    """
    from sklearn.manifold import TSNE  # takes a second to load: only where it is asked for

    perplexity = min(30.0, (len(states) - 1) / 3)
    mapped = TSNE(2, perplexity=perplexity, init="pca", random_state=0).fit_transform(states)
    return np.asarray(mapped, dtype=np.float32)


@dataclass(frozen=True)
class Points:
    """Some states of a bank, and where they were."""

    states: Floats
    """(points, units)"""
    rows: Places
    """(points,): the text of each."""
    steps: Places
    """(points,): its token in that text, from 0."""


def last_states(bank: StateBank, direction: str, most: int) -> Points:
    """The state in which reading a text ends, of at most so many texts, always the same ones."""
    rows = np.sort(np.random.default_rng(0).permutation(len(bank.ends))[:most])
    places = bank.ends[rows] - 1 if direction == "forward" else bank.starts[rows]
    return _points(bank, rows, places)


def all_steps(bank: StateBank, most: int) -> Points:
    """States at at most so many tokens drawn from all texts, always the same ones."""
    places = np.sort(np.random.default_rng(0).permutation(bank.states.shape[1])[:most])
    return _points(bank, np.searchsorted(bank.ends, places, side="right"), places)


def _points(bank: StateBank, rows: Places, places: Places) -> Points:
    states = np.asarray(bank.states[:, places].T / SCALE, dtype=np.float32)
    return Points(states, rows, places - bank.starts[rows])
