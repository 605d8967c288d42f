"""Three ways to run the same training step: ours, a plain PyTorch loop, and nothing but the recurrent kernel."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from rnnviz.models.cells import CELLS
from rnnviz.text.batches import shuffled_batches
from rnnviz.text.corpus import Corpus
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.data import TrainingData, make_ready
from rnnviz.training.events import BatchDone
from rnnviz.training.loop import build_classifier, train

SIZE, BATCH, RATE, DROPOUT = 64, 64, 0.002, 0.5
UNMEASURED, MEASURED, ROUNDS = 5, 30, 5
"""Batches before the first measured ones, batches of one turn, and turns of each loop."""
LOOPS = ("ours", "plain", "kernel")

Steps = Iterator[tuple[int, float]]
"""Tokens of each batch, padding not counted, and its seconds."""


@dataclass
class Loops:
    """Tokens a second of each turn."""

    ours: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    kernel: list[float] = field(default_factory=list)


def speeds(cell: str, corpus: Corpus) -> Loops:
    """All three loops in turn, each in the settings of threads and denormals that it would have by itself."""
    config = changed(
        RunConfig(corpus.card.name),
        {
            "text.unit": "word",
            "text.max_tokens": 400,
            "model.cell": cell,
            "model.hidden_size": SIZE,
            "model.embedding_size": SIZE,
            "model.dropout": DROPOUT,
            "optimiser.learning_rate": RATE,
            "optimiser.weight_decay": 0.0,
            "batch_size": BATCH,
        },
    )
    data = make_ready(corpus, config.text, config.seed)
    found = Loops()
    running: dict[str, Steps] = {
        "ours": our_steps(config, data),
        "plain": plain_steps(cell, data),
        "kernel": kernel_steps(cell, data),
    }
    for turn in range(ROUNDS):
        for name, steps in running.items():
            torch.set_flush_denormal(name == "ours")  # our loop sets it for itself, the others never do
            if turn == 0:
                list(islice(steps, UNMEASURED))
            taken = list(islice(steps, MEASURED))
            getattr(found, name).append(sum(tokens for tokens, _ in taken) / sum(seconds for _, seconds in taken))
    torch.set_flush_denormal(False)
    return found


def our_steps(config: RunConfig, data: TrainingData) -> Steps:
    """The product's own loop."""
    tokens, seconds = 0, 0.0
    for event in train(build_classifier(config, data), data, config):
        if isinstance(event, BatchDone):
            yield event.tokens - tokens, event.seconds - seconds
            tokens, seconds = event.tokens, event.seconds


class PlainClassifier(nn.Module):
    """What one writes first: embedding, recurrent module, linear read-out of the last state."""

    def __init__(self, cell: str, vocabulary: int, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, SIZE, padding_idx=0)
        self.rnn = CELLS[cell].torch_module(SIZE, SIZE, batch_first=True)
        self.dropout = nn.Dropout(DROPOUT)
        self.head = nn.Linear(SIZE, classes)

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        states = self.rnn(self.dropout(self.embedding(ids)))[0]
        scores: torch.Tensor = self.head(self.dropout(states[torch.arange(len(ids)), lengths - 1]))
        return scores


def plain_steps(cell: str, data: TrainingData) -> Steps:
    """Random batches, each padded to its longest text; the loss is read after every step."""
    torch.manual_seed(0)
    model = PlainClassifier(cell, len(data.vocabulary), len(data.classes))
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    order = np.random.default_rng(0).permutation(len(data.train))
    total = 0.0
    for start in range(0, len(order), BATCH):
        began = time.perf_counter()
        rows = order[start : start + BATCH]
        texts = [torch.from_numpy(data.train.ids[row].astype(np.int64)) for row in rows]
        ids = nn.utils.rnn.pad_sequence(texts, batch_first=True)
        lengths = torch.tensor([len(text) for text in texts])
        optimiser.zero_grad()
        loss = cross_entropy(model(ids, lengths), torch.from_numpy(data.train.labels[rows]))
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        total += loss.item()
        yield int(lengths.sum()), time.perf_counter() - began


def kernel_steps(cell: str, data: TrainingData) -> Steps:
    """Forward and backward of the bare module on random vectors, in batches of the shapes that ours have."""
    torch.manual_seed(0)
    module = CELLS[cell].torch_module(SIZE, SIZE, batch_first=True)
    lengths = data.train.lengths
    for rows in shuffled_batches(lengths, BATCH, np.random.default_rng([0, 1])):
        inputs = torch.randn(len(rows), int(lengths[rows].max()), SIZE, requires_grad=True)
        began = time.perf_counter()
        states = module(inputs)[0]
        states.sum().backward()
        yield int(lengths[rows].sum()), time.perf_counter() - began
