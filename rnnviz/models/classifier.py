"""The classifier: embedding, `torch.nn` recurrent layers, a linear read-out of the last state."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from rnnviz.models.cells import CELLS, Cell
from rnnviz.models.initialisation import initialise_orthogonal

DIRECTIONS = ("forward", "reverse", "both")


@dataclass(frozen=True)
class ModelConfig:
    """What the net is made of."""

    cell: str = "lstm"
    embedding_size: int = 16
    hidden_size: int = 32
    layers: int = 1
    direction: str = "forward"
    dropout: float = 0.2
    initialisation: str = "orthogonal"
    forget_bias: float = 1.0


def reverse_texts(padded: Tensor, lengths: Tensor) -> Tensor:
    """Each text back to front, its padding still behind it; (batch, time, …) to the same."""
    steps = torch.arange(padded.shape[1]).expand(padded.shape[:2])
    mirrored = lengths[:, None] - 1 - steps
    index = torch.where(mirrored >= 0, mirrored, steps)
    return padded[torch.arange(len(padded))[:, None], index]


class Classifier(nn.Module):
    """Text in, a score for each class out; what a text gives does not depend on its batch."""

    def __init__(self, config: ModelConfig, vocabulary_size: int, classes: int) -> None:
        super().__init__()
        self.config = config
        bidirectional = config.direction == "both"
        self.embedding = nn.Embedding(vocabulary_size, config.embedding_size, padding_idx=0)
        self.rnn = CELLS[config.cell].torch_module(
            config.embedding_size,
            config.hidden_size,
            num_layers=config.layers,
            bidirectional=bidirectional,
            dropout=config.dropout if config.layers > 1 else 0.0,
            batch_first=True,
        )
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.hidden_size * (2 if bidirectional else 1), classes)
        if config.initialisation == "orthogonal":
            initialise_orthogonal(self.rnn, config.forget_bias)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Scores (batch, classes) of padded token numbers (batch, time) with lengths (batch,)."""
        return self.read_out(self.last_state(self.dropout(self.embedding(ids)), lengths))

    def read_out(self, state: Tensor) -> Tensor:
        """Scores (…, classes) of a state (…, hidden)."""
        scores: Tensor = self.head(self.dropout(state))
        return scores

    def last_state(self, embedded: Tensor, lengths: Tensor) -> Tensor:
        """The top layer's state after the last token that it reads, (batch, hidden · directions)."""
        if self.config.direction == "both":
            packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
            final = self.rnn(packed)[1]
            hidden = final[0] if isinstance(final, tuple) else final
            return torch.cat([hidden[-2], hidden[-1]], dim=-1)
        if self.config.direction == "reverse":
            embedded = reverse_texts(embedded, lengths)
        # One direction never sees what stands behind a text, so plain padding is exact and faster than packing.
        outputs = self.rnn(embedded)[0]
        last: Tensor = outputs[torch.arange(len(outputs)), lengths - 1]
        return last

    def cell(self, layer: int, direction: str) -> Cell:
        """The written-out cell of a layer and direction, on the very weights that are trained."""
        suffix = f"_l{layer}" + ("_reverse" if direction == "reverse" and self.config.direction == "both" else "")
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return CELLS[self.config.cell](*(getattr(self.rnn, name + suffix) for name in names))

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions in which this net reads, forward first."""
        return ("forward", "reverse") if self.config.direction == "both" else (self.config.direction,)

    def count_parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())
