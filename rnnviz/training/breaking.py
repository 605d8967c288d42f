"""Ready experiments: each breaks a net on purpose by one setting, asks first, and says what was measured.

The figures in `measured` are those of `python -m rnnviz experiment --ready NAME`, as means over the seeds; another
machine may give others in the last digit. Where nothing came out, they say so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rnnviz.language import N_
from rnnviz.training.config import RunConfig
from rnnviz.training.ready import ReadyExperiment

THREE, FIVE = (0, 1, 2), (0, 1, 2, 3, 4)
CELLS = ("rnn", "lstm", "gru")
FULL: Mapping[str, Any] = {"epochs": 15, "patience": 0}
"""All epochs to the end, so that the curves of all runs are equally long."""

READY: Mapping[str, ReadyExperiment] = {
    "padding": ReadyExperiment(
        N_("Padding: read, or left out"),
        N_(
            "Batches need texts of one length, so short ones are filled up with <pad>. Usually what is filled up is "
            "left out again (packed). Here every name is also filled up to 32 letters, behind it or in front of it, "
            "and the net reads that too. Which place hurts, and which cell minds it most?"
        ),
        N_(
            "Test accuracy over 5 seeds, packed → behind → in front: RNN 0.614 → 0.554 → 0.613, LSTM 0.631 → 0.570 → "
            "0.628, GRU 0.641 → 0.536 → 0.621. **Behind the text** costs every cell in every seed, 6 points (RNN and "
            "LSTM) to 10 (GRU, which from then on always says “dog”: that alone is right for 0.536). After a name of 6 "
            "letters come 26 steps of nothing; the state fades, and so does the gradient on its way back through them: "
            "that of the GRU gets 0.11 long, and 0.37 when packed. **In front** hardly matters: the "
            "name comes last. RNN and LSTM lose nothing that 5 seeds could show, the GRU 2 points (−3.4 to −0.7). It "
            "is not the padding that hurts, it is the way from the last letter to the answer."
        ),
        "pets-en",
        CELLS,
        FIVE,
        "text.padding",
        ("packed", "after", "before"),
        {**FULL, "epochs": 12},
    ),
    "optimiser": ReadyExperiment(
        N_("SGD against Adam"),
        N_(
            "The same nets with the same learning rate: once Adam sets each weight’s step by itself, once SGD with "
            "momentum takes the gradient as it is. How far does each come in twenty epochs?"
        ),
        N_(
            "Test accuracy over 5 seeds, Adam → SGD with momentum 0.9, both with a learning rate of 0.005: RNN 0.612 → "
            "0.578 (−3.4 points; −6.3 to −0.5), LSTM 0.629 → 0.593 (−3.6; −5.3 to −2.0). After 20 epochs the LSTM gets "
            "0.649 of its training names right with Adam and 0.564 with SGD: it has not learned too much, but too "
            "little, and its best epoch was the 19th of 20. Adam divides each step by the usual size of the gradient, "
            "so small gradients move the weights too. This is no judgement of SGD: one learning rate does not mean "
            "the same to both. Try SGD with 0.05, and look again."
        ),
        "pets-en",
        ("rnn", "lstm"),
        FIVE,
        "optimiser.name",
        ("adam", "sgd"),
        {**FULL, "epochs": 20},
    ),
    "clipping": ReadyExperiment(
        N_("No clipping of the gradient"),
        N_(
            "Long gradients are usually shortened to length 1. The learning rate is too high here on purpose, and SGD "
            "takes the gradient as it is. What happens to each cell without clipping? Look at the loss."
        ),
        N_(
            "RNN, mean over 5 seeds: without clipping the training loss of the last epoch is 2.9 in place of 1.0 nats "
            "(guessing between two classes costs 0.69), and in the worst epoch the gradients are 11.5 long in place of "
            "7.6. The steps throw the weights about, and clipping only tames them. The LSTM hardly notices: its "
            "gradients stay near 0.6, below the length at which they are cut, and its losses change in the third "
            "digit only. The **test accuracy shows nothing of this**: 0.51 and 0.50 for the RNN, 0.54 twice for the "
            "LSTM, all of them near chance at this learning rate, and none of the differences is more than the luck of "
            "the seeds. Clipping saves a training from its worst steps; it does not make a bad learning rate good."
        ),
        "reviews",
        ("rnn", "lstm"),
        FIVE,
        "optimiser.clip_norm",
        (1.0, 0.0),
        {**FULL, "optimiser.name": "sgd", "optimiser.learning_rate": 0.2, "optimiser.schedule": "constant"},
        curve="validation_loss",
    ),
    "tokens": ReadyExperiment(
        N_("25 to 400 tokens of a review"),
        N_(
            "Of each film review only the last 25, 50, 100, 200 or 400 words are read, and only the last state is "
            "judged. More words say more, but the net has to carry it further. From where on does each cell stop "
            "gaining? (The IMDB reviews have to be fetched first, and this one takes a while.)"
        ),
        N_(
            "Test accuracy on the 25,000 test reviews, mean of 2 seeds, for 25, 50, 100, 200, 400 words: LSTM 0.775, "
            "0.816, 0.847, 0.867, 0.872. It gains from every doubling, less each time; from 200 to 400 words it is 0.5 "
            "points, which 2 seeds can’t tell from luck. RNN 0.717, 0.733, 0.728, 0.627, 0.599: it gains nothing after "
            "50 words, and from 200 on it is **a game of chance**. With 200 words one seed gave 0.504 (guessing) and "
            "the other 0.750, with 400 words 0.505 and 0.692: whether it learns at all hangs on how it began. A "
            "mean alone would have hidden that; look at the dots. The app therefore lets nets of words judge the "
            "maximum and the mean of all states too, not the last one alone."
        ),
        "imdb",
        ("rnn", "lstm"),
        (0, 1),
        "text.max_tokens",
        (25, 50, 100, 200, 400),
        {"model.read_out": "last"},
    ),
    "forget_bias": ReadyExperiment(
        N_("Forget-gate bias 0, 1, 2"),
        N_(
            "The bias of the LSTM’s forget gate decides how much of the cell state it keeps before it has learned "
            "anything: σ(0) = 0.50, σ(1) = 0.73, σ(2) = 0.88 a step. The names have padding behind them that is read, "
            "some 26 steps to be survived. Does the start still show after fifteen epochs?"
        ),
        N_(
            "Test accuracy over 5 seeds: 0.536 ± 0.000 with bias 0, 0.570 ± 0.026 with 1, 0.588 ± 0.027 with 2. With 0 "
            "the gate halves the cell state at each step, $\\sigma(0)^{26} \\approx 10^{-8}$: nothing of the name is "
            "left at the end, no gradient comes back, and all five nets say “dog” for every name. With 2 a share of "
            "$\\sigma(2)^{26}$ ≈ 0.04 survives, enough to begin with; in each of 5 seeds it is better than 1 (by 1.8 "
            "points; 0.1 to 3.4). Where nothing has to be carried far, it shows **nothing**: with the same names, but "
            "packed, the three gave 0.631, 0.635 and 0.634."
        ),
        "pets-en",
        ("lstm",),
        FIVE,
        "model.forget_bias",
        (1.0, 0.0, 2.0),
        {**FULL, "text.padding": "after"},
    ),
    "hidden_size": ReadyExperiment(
        N_("Hidden size 2 to 256"),
        N_(
            "An LSTM with 2 units has 662 parameters, one with 256 has 281,586, more than a hundred for each name it "
            "learns from. Which is best on names it has never seen, and which knows its training names best?"
        ),
        N_(
            "Test accuracy over 3 seeds for 2, 8, 32, 128, 256 units: 0.614, 0.617, **0.643**, 0.631, 0.614; training "
            "accuracy of the last epoch 0.597, 0.630, 0.638, 0.633, 0.622. It looks as if 32 units were best, and 2 or "
            "256 worse by 3 points in every seed. But over 3 seeds each of these intervals holds 0 (that for 2 units "
            "goes from −8.7 to 2.9): **nothing is shown** but that 662 parameters do about as well as 281,586. And the "
            "large net knows its training names no better: dropout, weight decay and only fifteen epochs keep it from "
            "learning by heart. What it costs is sure: 33 seconds a training in place of 4, on a busy machine."
        ),
        "pets-en",
        ("lstm",),
        THREE,
        "model.hidden_size",
        (32, 2, 8, 128, 256),
        FULL,
    ),
    "contradictions": ReadyExperiment(
        N_("Contradictions: dropped or kept"),
        N_(
            "Many names are in the list both as a cat’s and as a dog’s. Dropped, they are in no part at all; kept, "
            "they have the class with more rows, or the one that comes first. What does that do to the test accuracy, "
            "and is it the net that changes, or the test?"
        ),
        N_(
            "Test accuracy over 5 seeds, dropped → class with more rows → class that comes first: LSTM 0.635 → 0.621 → "
            "0.600, GRU 0.636 → 0.619 → 0.593. But the **test is another one** each time: about 500 names in all are "
            "put back where the first class decides, and every sixth test name is then one of both. On the names "
            "that have one class only, these nets are right for 0.62 and 0.61, nearly as often as before; on the "
            "others for 0.49 and 0.51, like a coin, for there is nothing to know. So most of the 4 points is not a "
            "worse net but a more honest test. “More rows” puts only some fifty names back, and 5 seeds can’t tell "
            "its difference from luck."
        ),
        "pets-en",
        ("lstm", "gru"),
        FIVE,
        "text.contradictions",
        ("drop", "majority", "first"),
        FULL,
    ),
    "labels": ReadyExperiment(
        N_("Shuffled classes: what memorising looks like"),
        N_(
            "The classes of the training names are dealt out anew at random; validation and test keep theirs. There "
            "is nothing left to understand. Does the training accuracy fall to chance too?"
        ),
        N_(
            "Training accuracy in the last of 40 epochs, over 3 seeds: true classes 1.000, **shuffled classes 1.000 "
            "too**. An LSTM with 21,618 parameters learns 1,700 names by heart, with the right classes or with any "
            "others. What tells them apart is validation: 0.641 and 0.511. Its loss grows to 2.1 and 3.0 nats, far "
            "above the 0.69 of guessing: by heart means sure of itself, and wrong. The weights that are kept are "
            "those of the best validation loss: of epoch 4 or 5 with true classes, and of epoch 0 or 1 with shuffled "
            "ones, before any learning by heart; with these the test gives 0.616 and 0.504. A training "
            "accuracy says nothing of what a net has understood."
        ),
        "pets-en",
        ("lstm",),
        THREE,
        "text.labels",
        ("true", "shuffled"),
        {
            **FULL,
            "epochs": 40,
            "model.hidden_size": 64,
            "model.dropout": 0.0,
            "model.embedding_dropout": 0.0,
            "optimiser.weight_decay": 0.0,
        },
        curve="train_accuracy",
    ),
    "equal_size": ReadyExperiment(
        N_("Equal units against equal parameters"),
        N_(
            "With 32 units each, an LSTM has 6,962 parameters, a GRU 5,362 and an RNN 2,162: is that a fair fight? "
            "With 38 and 71 units the GRU and the RNN have as many as the LSTM. Does that close the gap?"
        ),
        N_(
            "Test accuracy over 5 seeds, with 32 units each: LSTM 0.635, GRU 0.636, RNN 0.612. With as many parameters "
            "as the LSTM: GRU 0.637 with 38 units, RNN 0.611 with 71. So more units gave the RNN **nothing** (−0.1 "
            "points; −2.4 to 2.2): what it lacks on these names is not size. Against the LSTM it is 2.4 points behind "
            "(−5.0 to 0.2), in each of the 5 seeds, and still the interval does not leave 0 out: with five seeds that "
            "is all that can be said. The GRU does what the LSTM does with a quarter fewer parameters. “Equal” has to "
            "be said every time: equal in units, in parameters, or in time?"
        ),
        "pets-en",
        ("lstm", "gru", "rnn"),
        FIVE,
        "model.hidden_size",
        (32, 38, 71),
        FULL,
        {"lstm": (32,), "gru": (32, 38), "rnn": (32, 71)},
    ),
}
"""By the name that a link and the command line call it."""


def ready_for(configs: Sequence[RunConfig], base: RunConfig) -> ReadyExperiment | None:
    """The ready experiment that all of these are runs of, of its seeds or others; None where there is none.

    `base` are the defaults that fit their dataset.
    """
    return next((ready for ready in READY.values() if all(ready.holds(config, base) for config in configs)), None)
