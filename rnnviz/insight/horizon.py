r"""The forgetting horizon: change one token k steps before the end, and see how far the end moves.

For each of many texts and each distance k, the token that is read k steps before reading ends
is replaced, or its embedding gets a little noise, and the text is read again. With h_T the final
hidden state of the top layer and p the class probabilities of the text as it is, and h′_T and p′ of
the changed one,

    state movement        ‖h′_T − h_T‖₂ / ‖h_T‖₂
    probability movement  ½ Σ_c |p′_c − p_c|    (the total variation distance, between 0 and 1).

It is the finite companion of the gradient: that says what an infinitely small change does.
All is computed in float64, where a movement of 1e-12 is still no rounding error.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rnnviz.errors import NOT_ONE_OF, BadInput, Term, listed
from rnnviz.insight.trace import chosen_part
from rnnviz.language import N_
from rnnviz.models.classifier import Classifier
from rnnviz.text.batches import pad
from rnnviz.text.vocabulary import UNK_NUMBER, Ids
from rnnviz.training.trained import Floats, TrainedModel

CHANGES = ("token", "noise")
"""What is done to the token: another one in its place, or noise on its embedding."""
NOISE = 0.1
"""Standard deviation of the noise, as a multiple of the root mean square of all embedding components."""
EVERY = 16
"""Up to this distance every one is measured, beyond it two in each doubling."""
LEAST_TEXTS = 5
"""A distance that fewer texts have is left out, unless there are fewer in all."""
NUMBERS_AT_ONCE = 2**21
"""Numbers of embeddings and states that are computed side by side: 16 MB."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Movements:
    """How far the end moved, for each text and distance; NaN where a text has no token so far from its end."""

    distances: Numbers
    """(distances,): k, 0 for the token that is read last."""
    state: Floats
    """(texts, distances)"""
    probability: Floats
    """(texts, distances)"""


@dataclass(frozen=True)
class Band:
    """Quartiles over texts, each (distances,)."""

    low: Floats
    median: Floats
    high: Floats


@dataclass(frozen=True)
class Horizon:
    """Memory as a curve: how far the end moves when a token k steps before it changes."""

    cell: str
    change: str
    distances: Numbers
    counts: Numbers
    """(distances,): how many texts are long enough."""
    state: Band
    probability: Band

    @property
    def state_half_life(self) -> float | None:
        """Steps before the end at which the median movement of the state has fallen to half that of k = 0."""
        return half_life_over(self.distances, self.state.median)

    @property
    def probability_half_life(self) -> float | None:
        """The same of the probabilities."""
        return half_life_over(self.distances, self.probability.median)


def half_life_over(distances: Numbers, values: Floats) -> float | None:
    """The distance at which the values, divided by the first of them, first fall to 1/2.

    Interpolated on the log scale between the two measured distances around it; None if they never fall so far,
    or if the first is 0.
    """
    if not len(values) or not values[0] > 0:
        return None
    with np.errstate(divide="ignore"):
        fallen = np.log2(values.astype(np.float64) / float(values[0]))
    below = np.flatnonzero(fallen <= -1)
    if not len(below):
        return None
    place = int(below[0])
    before, after = fallen[place - 1], fallen[place]
    near, far = distances[place - 1], distances[place]
    return float(near + (far - near) * (before + 1) / (before - after))


def distances_up_to(longest: int) -> Numbers:
    """The distances measured in texts of at most so many tokens: all up to `EVERY`, then two in each doubling."""
    chosen, step = list(range(min(EVERY + 1, longest))), EVERY
    while step * 3 // 2 < longest:
        chosen += [step * 3 // 2] + ([step * 2] if step * 2 < longest else [])
        step *= 2
    return np.array(chosen, dtype=np.int64)


def movements(
    model: TrainedModel,
    texts: Sequence[Ids],
    change: str = "token",
    direction: str | None = None,
    noise: float = NOISE,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Movements:
    """Change a token of each text at each distance, and read it again; always with the same random numbers.

    `direction` (as in `trace`) says which end of a text is meant and whose final state is measured. Another token
    is drawn from the whole vocabulary but `<pad>` and `<unk>`, each with the same probability. `tell` hears how many
    texts are done. `BadInput` for no texts, an unknown change, and a vocabulary without another token.
    """
    if change not in CHANGES:
        raise BadInput(NOT_ONE_OF, name=Term(N_("Change")), value=change, allowed=listed(CHANGES))
    if not len(texts):
        raise BadInput("There are no texts to change.")
    _layer, direction = chosen_part(model, None, direction)
    torch.set_num_threads(1)  # a second one gains nothing, and on shared cores it costs up to 27 times as much
    classifier = copy.deepcopy(model.classifier).double().requires_grad_(False)
    vectors = classifier.embedding.weight
    if change == "token" and len(vectors) < UNK_NUMBER + 3:
        raise BadInput("The vocabulary of this run has a single token, so there is no other one to put in its place.")
    lengths = np.array([len(text) for text in texts])
    distances = distances_up_to(int(lengths.max()))
    shape = (len(texts), len(distances))
    state, probability = np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32)
    scale = noise * float(vectors.square().mean().sqrt())
    by_length, done = np.argsort(lengths, kind="stable"), 0
    while done < len(texts):
        rows = by_length[done : done + texts_at_once(classifier, int(lengths[by_length[done]]), len(distances))]
        changed = [
            other_vectors(vectors, texts[row], int(row)) if change == "token" else
            noisy_vectors(vectors, texts[row], int(row), scale)
            for row in rows
        ]  # fmt: skip
        state[rows], probability[rows] = _moved(classifier, [texts[row] for row in rows], changed, distances, direction)
        done += len(rows)
        tell(done, len(texts))
    return Movements(distances, state, probability)


def horizon(cell: str, change: str, moved: Movements) -> Horizon:
    """Quartiles over the texts, of the distances that texts enough have."""
    counts = np.isfinite(moved.state).sum(axis=0)
    kept = counts >= min(LEAST_TEXTS, int(counts.max(initial=0)))
    kept &= counts > 0
    return Horizon(
        cell,
        change,
        moved.distances[kept],
        counts[kept].astype(np.int64),
        quartiles(moved.state[:, kept]),
        quartiles(moved.probability[:, kept]),
    )


def quartiles(values: Floats) -> Band:
    """Quartiles of each column, over the rows that are not NaN."""
    if not values.shape[1]:
        empty = np.zeros(0, np.float32)
        return Band(empty, empty, empty)
    low, median, high = np.nanquantile(values.astype(np.float64), [0.25, 0.5, 0.75], axis=0).astype(np.float32)
    return Band(low, median, high)


def texts_at_once(classifier: Classifier, length: int, distances: int) -> int:
    """So many texts of about this length, each with all its changed versions, that memory stays small."""
    config = classifier.config
    width = config.embedding_size + config.hidden_size * len(classifier.directions)
    return max(1, NUMBERS_AT_ONCE // (width * length * (distances + 1)))


def other_vectors(vectors: Tensor, text: Ids, seed: int) -> Tensor:
    """The embedding of another token for each one of a text, (tokens, embedding)."""
    own = text.astype(np.int64)
    first = UNK_NUMBER + 1
    known = own >= first
    others = len(vectors) - first - known
    drawn = first + np.floor(np.random.default_rng([0, seed]).random(len(own)) * others).astype(np.int64)
    return vectors[torch.from_numpy(drawn + (known & (drawn >= own)))]


def noisy_vectors(vectors: Tensor, text: Ids, seed: int, scale: float) -> Tensor:
    """The embedding of each token with Gaussian noise of this standard deviation in every component."""
    noise = np.random.default_rng([1, seed]).standard_normal((len(text), vectors.shape[1]))
    return vectors[torch.from_numpy(text.astype(np.int64))] + scale * torch.from_numpy(noise)


@torch.no_grad()
def _moved(
    classifier: Classifier, texts: Sequence[Ids], changed: Sequence[Tensor], distances: Numbers, direction: str
) -> tuple[Floats, Floats]:
    """Movements (texts, distances) of the state and of the probabilities, all versions side by side."""
    ids, lengths = pad(texts)
    rows, columns = np.nonzero(distances[None] < lengths[:, None])
    places = lengths[rows] - 1 - distances[columns] if direction == "forward" else distances[columns]
    which = np.concatenate([np.arange(len(texts)), rows])
    inputs = classifier.embedding(torch.from_numpy(ids))[torch.from_numpy(which)]
    new = torch.stack([changed[row][place] for row, place in zip(rows.tolist(), places.tolist(), strict=True)])
    inputs[torch.arange(len(texts), len(which)), torch.from_numpy(places)] = new
    counts = torch.from_numpy(lengths[which])
    states = classifier.states(inputs, counts)
    final = states[torch.arange(len(which)), counts - 1]
    if len(classifier.directions) == 2:
        final = final.chunk(2, dim=-1)[classifier.directions.index(direction)]
    probabilities = torch.softmax(classifier.judge(classifier.summary.batch(states, counts)), dim=-1)
    base = torch.from_numpy(rows)
    before, after = final[base], final[len(texts) :]
    of_state = (after - before).norm(dim=-1) / before.norm(dim=-1)
    of_probability = (probabilities[len(texts) :] - probabilities[base]).abs().sum(dim=-1) / 2
    state, probability = (np.full((len(texts), len(distances)), np.nan, np.float32) for _ in range(2))
    state[rows, columns], probability[rows, columns] = of_state.numpy(), of_probability.numpy()
    return state, probability
