"""The classifier: embedding, `torch.nn` recurrent layers, a read-out of the states, a linear layer."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnnviz.models.cells import CELLS, Cell
from rnnviz.models.initialisation import initialise_orthogonal
from rnnviz.models.read_outs import READ_OUTS, ReadOut
from rnnviz.text.vocabulary import UNK_NUMBER

DIRECTIONS = ("forward", "reverse", "both")


@dataclass(frozen=True)
class ModelConfig:
    """What the net is made of."""

    cell: str = "lstm"
    embedding_size: int = 16
    hidden_size: int = 32
    layers: int = 1
    direction: str = "forward"
    read_out: str = "last"
    dropout: float = 0.2
    """Of what is judged, and between layers."""
    embedding_dropout: float = 0.2
    """Share of the components of the embedding that are blank throughout a text while training."""
    word_dropout: float = 0.0
    """Share of the tokens that are read as `<unk>` while training."""
    embedding_std: float = 1.0
    """Standard deviation of the embeddings before any learning."""
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
        self.embedding.weight.data.mul_(config.embedding_std)  # `torch.nn` draws them with 1
        self.rnn = CELLS[config.cell].torch_module(
            config.embedding_size,
            config.hidden_size,
            num_layers=config.layers,
            bidirectional=bidirectional,
            dropout=config.dropout if config.layers > 1 else 0.0,
            batch_first=True,
        )
        self.dropout = nn.Dropout(config.dropout)
        self.summary: ReadOut = READ_OUTS[config.read_out]
        self.head = nn.Linear(config.hidden_size * (2 if bidirectional else 1) * self.summary.parts, classes)
        if config.initialisation == "orthogonal":
            initialise_orthogonal(self.rnn, config.forget_bias)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Scores (batch, classes) of padded token numbers (batch, time) with lengths (batch,)."""
        states = self.states(self.thinned(self.embedding(self.with_gaps(ids))), lengths)
        return self.judge(self.summary.batch(states, lengths))

    def thinned(self, embedded: Tensor) -> Tensor:
        """The embedded tokens (batch, time, embedding); while training, some components blank throughout a text.

        One mask for all time steps, as Gal & Ghahramani (2016) derive it; it also takes
        hundreds of times fewer random numbers than a mask for each token.
        """
        mask = embedded.new_ones(len(embedded), 1, embedded.shape[-1])
        return embedded * dropout(mask, self.config.embedding_dropout) if self.training else embedded

    def with_gaps(self, ids: Tensor) -> Tensor:
        """The same token numbers; while training, some of them `<unk>`."""
        if not (self.training and self.config.word_dropout):
            return ids
        hidden = (torch.rand(ids.shape) < self.config.word_dropout) & (ids > UNK_NUMBER)
        return ids.masked_fill(hidden, UNK_NUMBER)

    def judge(self, summary: Tensor) -> Tensor:
        """Scores (…, classes) of a summary of states (…, hidden · directions · parts)."""
        scores: Tensor = self.head(self.dropout(summary))
        return scores

    def states(self, embedded: Tensor, lengths: Tensor) -> Tensor:
        """The top layer's states (batch, time, hidden · directions), each direction in the order in which it reads."""
        if self.config.direction == "both":
            packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
            forward, reverse = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)[0].chunk(2, dim=-1)
            return torch.cat([forward, reverse_texts(reverse, lengths)], dim=-1)
        if self.config.direction == "reverse":
            embedded = reverse_texts(embedded, lengths)
        # One direction never sees what stands behind a text, so plain padding is exact and faster than packing.
        states: Tensor = self.rnn(embedded)[0]
        return states

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
