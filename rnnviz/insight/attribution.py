"""Where the decision falls: what each token of a text did for and against a class, by several methods.

f is the log-odds of the class, ln(p / (1 - p)): for two classes the difference of their scores.
Unlike a score alone it says all that the answer depends on, and unlike the probability it
does not go flat where the net is sure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnnviz.errors import NOT_ONE_OF, OUT_OF_RANGE, BadInput, Term, listed
from rnnviz.insight.decisive import probability_steps
from rnnviz.insight.trace import Trace
from rnnviz.language import N_
from rnnviz.models.classifier import Classifier
from rnnviz.text.vocabulary import UNK_NUMBER, Ids
from rnnviz.training.trained import Floats, Reading, TrainedModel

Tell = Callable[[float], None]
"""Hears which share of the work is done, from 0 to 1."""

STEPS = 64
"""Points of the path of integrated gradients."""
MOST_STEPS = 1024
NUMBERS_AT_ONCE = 2**20
"""Texts · tokens · units that are read side by side: fast, and a few dozen MB with all that autograd keeps."""
METHOD, NUMBER_OF_STEPS = N_("Method"), N_("Number of steps")


@dataclass(frozen=True)
class Method:
    """One way to say what a token did."""

    title: str
    unit: str


METHODS = {
    "gradient": Method(N_("Gradient × input"), N_("log-odds")),
    "integrated": Method(N_("Integrated gradients"), N_("log-odds")),
    "removal": Method(N_("Token left out"), N_("probability")),
    "unknown": Method(N_("Token made <unk>"), N_("probability")),
    "step": Method(N_("Step of the running probability"), N_("probability")),
}


@dataclass(frozen=True)
class Attribution:
    """What each token that was read did for a class (above 0) or against it (below 0)."""

    tokens: tuple[str, ...]
    target: str
    values: dict[str, Floats]
    """By method, each (tokens,)."""
    path: "Path | None"
    """The ends of the path of integrated gradients, where these were asked for."""


@dataclass(frozen=True)
class Path:
    """What integrated gradients should add up to, and what they do."""

    steps: int
    output: float
    """f of the text."""
    baseline: float
    """f of the baseline."""
    total: float
    """The sum of the attributions."""

    @property
    def delta(self) -> float:
        """The convergence delta: by how much the sum misses f(x) - f(baseline)."""
        return self.total - (self.output - self.baseline)


def attribution(
    model: TrainedModel,
    reading: Reading,
    trace: Trace,
    target: str | None = None,
    methods: Sequence[str] = tuple(METHODS),
    steps: int = STEPS,
    tell: Tell = lambda _share: None,
) -> Attribution:
    """What each token did for `target`, the predicted class if none is given, by some of `METHODS`.

    `trace` is that of the same reading, of any layer. Of a text that is cut only the
    tokens that are read count. `BadInput` for an unknown class, method or number of steps.
    """
    for method in methods:
        if method not in METHODS:
            raise BadInput(NOT_ONE_OF, name=Term(METHOD), value=method, allowed=listed(METHODS))
    number = class_number(model, trace, target)
    values: dict[str, Floats] = {}
    path = None
    for place, method in enumerate(methods):

        def tell_all(share: float, before: int = place) -> None:
            tell((before + share) / len(methods))

        if method == "gradient":
            values[method] = gradient_times_input(model, reading.ids, number)
        elif method == "integrated":
            values[method], path = integrated_gradients(model, reading.ids, number, steps, tell_all)
        elif method == "step":
            values[method] = probability_steps(trace)[:, number]
        else:
            values[method] = occlusion(model, reading, number, trace.start, method == "unknown", tell_all)
        tell_all(1.0)
    return Attribution(reading.tokens, model.classes[number], values, path)


def class_number(model: TrainedModel, trace: Trace, target: str | None) -> int:
    """The place of the class that is meant, of the predicted one if none is."""
    if target is None:
        return int(trace.probabilities[trace.last].argmax())
    if target not in model.classes:
        raise BadInput(NOT_ONE_OF, name=Term(N_("Class")), value=target, allowed=listed(model.classes))
    return model.classes.index(target)


def log_odds(scores: Tensor, number: int) -> Tensor:
    """ln(p / (1 - p)) of a class from the scores (…, classes) of all: s_c - ln Σ_{k≠c} exp(s_k)."""
    others = torch.cat([scores[..., :number], scores[..., number + 1 :]], dim=-1)
    return scores[..., number] - others.logsumexp(dim=-1)


def scores_of(classifier: Classifier, embedded: Tensor, lengths: Tensor) -> Tensor:
    """Scores (texts, classes) of embedded tokens (texts, time, embedding), on the fast kernels of `torch.nn`."""
    return classifier.judge(classifier.summary.batch(classifier.states(embedded, lengths), lengths))


def at_once(model: TrainedModel, tokens: int) -> int:
    """How many texts of some tokens are read side by side."""
    return max(1, NUMBERS_AT_ONCE // (tokens * model.config.model.hidden_size))


def gradients_at(model: TrainedModel, points: Tensor, number: int) -> tuple[Tensor, Tensor]:
    """The values of f, (points,), and ∂f/∂x, of the shape of the points (points, tokens, embedding)."""
    with torch.enable_grad():
        points = points.detach().requires_grad_()
        lengths = torch.full((len(points),), points.shape[1])
        outputs = log_odds(scores_of(model.classifier, points, lengths), number)
        (gradients,) = torch.autograd.grad(outputs.sum(), points)
    return outputs.detach(), gradients


def embedded_text(model: TrainedModel, ids: Ids) -> Tensor:
    """The embedded tokens, (1, tokens, embedding)."""
    embedded: Tensor = model.classifier.embedding(torch.from_numpy(ids))[None].detach()
    return embedded


def gradient_times_input(model: TrainedModel, ids: Ids, number: int) -> Floats:
    """Σ_j x_tj · ∂f/∂x_tj over the components j of each embedded token, (tokens,).

    Exact for a linear f, else the slope where the text stands. Shrikumar et al. (2016), arXiv 1605.01713.
    """
    embedded = embedded_text(model, ids)
    _outputs, gradients = gradients_at(model, embedded, number)
    return as_floats((embedded * gradients).sum(dim=-1)[0])


def integrated_gradients(
    model: TrainedModel, ids: Ids, number: int, steps: int = STEPS, tell: Tell = lambda _share: None
) -> tuple[Floats, Path]:
    """Σ_j x_tj · ∫₀¹ ∂f(αx)/∂x_tj dα of each token, (tokens,), by Gauss-Legendre quadrature with so many points.

    The baseline is a text as long whose embedded tokens are all 0. That is the embedding
    of `<pad>`, which the net never learns from: the one vector that stands for no token.
    By completeness the values add up to f(x) - f(0); `Path.delta` is what is missing.
    Sundararajan et al. (2017), arXiv 1703.01365, equation 1. `BadInput` for no step or too many.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise BadInput(OUT_OF_RANGE, name=Term(NUMBER_OF_STEPS), value=steps, low=1, high=MOST_STEPS)
    embedded = embedded_text(model, ids)
    places, weights = np.polynomial.legendre.leggauss(steps)  # on [-1, 1]
    alphas, shares = (torch.from_numpy(each / 2).to(embedded)[:, None, None] for each in (places + 1, weights))
    total = torch.zeros_like(embedded[0])
    size = at_once(model, len(ids))
    for done, (some, share) in enumerate(
        zip(torch.split(alphas, size), torch.split(shares, size), strict=True), start=1
    ):
        total += (gradients_at(model, some * embedded, number)[1] * share).sum(dim=0)
        tell(min(done * size / steps, 1.0))
    values = (embedded[0] * total).sum(dim=-1)
    output, baseline = gradients_at(model, torch.cat([embedded, torch.zeros_like(embedded)]), number)[0].tolist()
    return as_floats(values), Path(steps, output, baseline, float(values.double().sum()))


def occlusion(
    model: TrainedModel,
    reading: Reading,
    number: int,
    start: Floats,
    keep_place: bool = False,
    tell: Tell = lambda _share: None,
) -> Floats:
    """p(text) - p(text without the token), (tokens,): above 0 where the token raised the class's probability.

    The token is left out, or its place kept with `<unk>` in it; all such texts are read in
    batches. Of a text of one token nothing is left: then the other probability is `start`,
    (classes,), what the net says before any token. Zeiler & Fergus (2014); Li et al. (2016), arXiv 1612.08220.
    """
    (whole,) = model.probabilities([reading])
    if len(reading.ids) == 1 and not keep_place:
        return np.asarray([whole[number] - start[number]], dtype=np.float32)
    others = [with_gap(reading.ids, place, keep_place) for place in range(len(reading.ids))]
    return np.asarray(whole[number] - probabilities_of(model, others, tell)[:, number], dtype=np.float32)


def with_gap(ids: Ids, place: int, keep_place: bool) -> Ids:
    """The token numbers without one, or with `<unk>` in its place."""
    if not keep_place:
        return np.delete(ids, place)
    changed = ids.copy()
    changed[place] = UNK_NUMBER
    return changed


def probabilities_of(model: TrainedModel, texts: Sequence[Ids], tell: Tell = lambda _share: None) -> Floats:
    """Class probabilities (texts, classes) of many token sequences of about one length, in batches."""
    size = at_once(model, max(map(len, texts)))
    found = []
    for start in range(0, len(texts), size):
        some = texts[start : start + size]
        found.append(model.probabilities([Reading("", (), ids, (), 0) for ids in some]))
        tell((start + len(some)) / len(texts))
    return np.concatenate(found)


def as_floats(values: Tensor) -> Floats:
    return np.asarray(values.numpy(), dtype=np.float32)
