"""The net of a configuration as a class of plain PyTorch, with nothing in it that it does not use."""

from rnnviz.language import _
from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import ModelConfig
from rnnviz.training.config import RunConfig

READ_OUTS = {
    "last": ["last"],
    "maximum": ["maximum"],
    "mean": ["mean"],
    "all": ["maximum", "mean", "last"],
}
"""The vectors that each read-out puts one behind the other."""

CODE_OF_READ_OUT = {
    "last": "states[torch.arange(len(states)), lengths - 1]",
    "maximum": "states.masked_fill(padding, -torch.inf).amax(dim=1)",
    "mean": "states.masked_fill(padding, 0.0).sum(dim=1) / lengths[:, None]",
}


def net_words(config: ModelConfig) -> str:
    """What the class does, in sentences."""
    cell = CELLS[config.cell].title
    said = [
        {
            "forward": _("Embeddings, a recurrent layer ({cell}) that reads from left to right, and a linear layer."),
            "reverse": _("Embeddings, a recurrent layer ({cell}) that reads from right to left, and a linear layer."),
            "both": _("Embeddings, a recurrent layer ({cell}) that reads in both directions, and a linear layer."),
        }[config.direction].format(cell=cell),
        {
            "last": _("What is judged is the state after the last token that it reads."),
            "maximum": _("What is judged is the largest value that each unit takes."),
            "mean": _("What is judged is the mean of each unit over the tokens."),
            "all": _("What is judged is the maximum, the mean and the last of the states, one behind the other."),
        }[config.read_out],
    ]
    if config.word_dropout:
        said.append(_("While training, some tokens are read as unknown."))
    if config.embedding_dropout:
        said.append(_("While training, some components of the embedding are blank throughout a text."))
    if config.initialisation == "orthogonal":
        said.append(_("Input weights begin after Glorot & Bengio, recurrent weights orthogonal, biases at 0."))
        if _forgets(config):
            said.append(_("The forget gate begins at {bias}.").format(bias=config.forget_bias))
    return " ".join(said)


def _forgets(config: ModelConfig) -> bool:
    return any(gate.name == "forget" for gate in CELLS[config.cell].gates)


def net_code(config: RunConfig) -> str:
    """The classifier, and how its weights begin."""
    blocks = [classifier_code(config)]
    if config.model.direction != "forward":
        blocks.insert(0, REVERSED)
    if config.model.initialisation == "orthogonal":
        blocks.insert(0, initialise_code(config.model))
    return "\n\n\n".join(blocks)


REVERSED = """def backwards(padded, lengths):  # each text back to front, its padding still behind it
    steps = torch.arange(padded.shape[1]).expand(padded.shape[:2])
    mirrored = lengths[:, None] - 1 - steps
    index = torch.where(mirrored >= 0, mirrored, steps)
    return padded[torch.arange(len(padded))[:, None], index]"""


def initialise_code(config: ModelConfig) -> str:
    """Gate by gate: the blocks of rows that `torch.nn` puts below one another."""
    gates = [gate.name for gate in CELLS[config.cell].gates]
    lines = ["@torch.no_grad()", "def initialise(rnn):", "    for name, parameter in rnn.named_parameters():"]
    if gates:
        lines.append(f"        for block in parameter.chunk({len(gates)}):  # {', '.join(gates)}")
        inner = " " * 12
    else:
        inner = " " * 8
    block = "block" if gates else "parameter"
    lines += [
        f'{inner}if name.startswith("weight_ih"):',
        f"{inner}    nn.init.xavier_uniform_({block})",
        f'{inner}elif name.startswith("weight_hh"):',
        f"{inner}    nn.init.orthogonal_({block})",
        f"{inner}else:",
        f"{inner}    {block}.zero_()",
    ]
    if _forgets(config) and config.forget_bias:
        lines += [
            '        if name.startswith("bias_ih"):',
            f"            parameter.chunk({len(gates)})[{gates.index('forget')}].fill_({config.forget_bias!r})",
        ]
    return "\n".join(lines)


def classifier_code(config: RunConfig) -> str:
    """Construction in the order in which random numbers are drawn, then the way from tokens to scores."""
    return "\n".join(
        [
            "class Classifier(nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            *(" " * 8 + line for line in parts_of(config)),
            "",
            "    def forward(self, ids, lengths):  # (batch, time), (batch,) -> (batch, classes)",
            *(" " * 8 + line for line in way_of(config.model)),
        ]
    )


def parts_of(config: RunConfig) -> list[str]:
    """The lines that make the layers."""
    net = config.model
    both = net.direction == "both"
    options = [
        *(["num_layers=LAYERS"] if net.layers > 1 else []),
        *(["bidirectional=True"] if both else []),
        *(["dropout=DROPOUT"] if net.layers > 1 and net.dropout else []),
        "batch_first=True",
    ]
    module = CELLS[net.cell].torch_module.__name__
    recurrent = f"self.rnn = nn.{module}(EMBEDDING_SIZE, HIDDEN_SIZE, {', '.join(options)})"
    factors = ["HIDDEN_SIZE"] + ["2"] * both
    vectors = len(READ_OUTS[net.read_out])
    width = " * ".join([*factors, str(vectors)] if vectors > 1 else factors)
    spread = net.embedding_std != 1
    return [
        "self.embedding = nn.Embedding(len(vocabulary), EMBEDDING_SIZE, padding_idx=0)",
        *([f"self.embedding.weight.data.mul_({net.embedding_std!r})"] if spread else []),
        *(["self.embedding.requires_grad_(False)"] if config.optimiser.embeddings == "frozen" else []),
        *([recurrent] if len(recurrent) < 110 else [recurrent.replace("(", "(\n            ", 1)[:-1], ")"]),
        *(["self.dropout = nn.Dropout(DROPOUT)"] if net.dropout else []),
        f"self.head = nn.Linear({width}, len(CLASSES))",
        *(["initialise(self.rnn)"] if net.initialisation == "orthogonal" else []),
    ]


def way_of(net: ModelConfig) -> list[str]:
    """The lines from token numbers to scores."""
    lines = []
    if net.word_dropout:
        lines += [
            "if self.training:",
            "    ids = ids.masked_fill((torch.rand(ids.shape) < WORD_DROPOUT) & (ids > 1), 1)",
        ]
    lines.append("embedded = self.embedding(ids)  # (batch, time, embedding)")
    if net.embedding_dropout:
        lines += [
            "if self.training:",
            "    mask = embedded.new_ones(len(embedded), 1, EMBEDDING_SIZE)",
            "    embedded = embedded * dropout(mask, EMBEDDING_DROPOUT)",
        ]
    if net.direction == "both":
        lines += [
            "packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)",
            "states = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)[0]",
            "forward, reverse = states.chunk(2, dim=-1)",
            "states = torch.cat([forward, backwards(reverse, lengths)], dim=-1)  # each in its own order",
        ]
    else:
        inputs = "backwards(embedded, lengths)" if net.direction == "reverse" else "embedded"
        lines.append(f"states = self.rnn({inputs})[0]  # (batch, time, hidden)")
    names = READ_OUTS[net.read_out]
    if set(names) - {"last"}:
        lines.append("padding = (torch.arange(states.shape[1]) >= lengths[:, None])[..., None]")
    if len(names) == 1:
        lines.append(f"summary = {CODE_OF_READ_OUT[names[0]]}")
    else:
        lines += [f"{name} = {CODE_OF_READ_OUT[name]}" for name in names]
        lines.append(f"summary = torch.cat([{', '.join(names)}], dim=-1)")
    return [*lines, "return self.head(self.dropout(summary))" if net.dropout else "return self.head(summary)"]
