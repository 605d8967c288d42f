"""The decisive token: what each token of a text did to the prediction."""

import numpy as np

from rnnviz.insight.trace import Trace
from rnnviz.training.trained import Floats


def probability_steps(trace: Trace) -> Floats:
    """By how much each token changed the probability of each class, (tokens, classes), in text order.

    The token that is read first changes what the net says of nothing at all,
    `trace.start`; the others change what was said before them. So the changes of a class
    add up to its final probability less that at the start.
    """
    start, said = trace.start[None], trace.probabilities
    before = np.concatenate([start, said[:-1]] if trace.last else [said[1:], start])
    return np.asarray(said - before, dtype=np.float32)


def predicted(trace: Trace) -> int:
    """The number of the class that is answered once the whole text is read."""
    return int(trace.probabilities[trace.last].argmax())


def most_decisive(trace: Trace) -> int:
    """The step (from 0, in text order) that changed the predicted class's probability most, up or down.

    Of equal ones it is the first of the text.
    """
    return int(np.abs(probability_steps(trace)[:, predicted(trace)]).argmax())
