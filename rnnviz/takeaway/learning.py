"""The source of judging, of the training itself, and of the report at its end."""

from rnnviz.language import _
from rnnviz.training.config import RunConfig

EXPECTED = "report_of_the_run.json"
"""The file with the report to arrive at."""


def judging_words() -> str:
    return _("The loss is the mean cross-entropy in nats. Nothing is dropped out while judging.")


JUDGING = """@torch.no_grad()
def scores(part):  # -> (texts, classes)
    model.eval()
    given = torch.empty(len(ids[part]), len(CLASSES))
    order = np.argsort(lengths[part], kind="stable")
    for start in range(0, len(order), 256):
        rows = order[start : start + 256]
        given[rows] = model(*padded(part, rows))
    return given


def evaluate(part):
    given, true = scores(part), torch.from_numpy(targets[part])
    return cross_entropy(given, true).item(), int((given.argmax(dim=1) == true).sum()) / len(true)"""


def training_words(config: RunConfig) -> str:
    said = [_("The weights with the lowest validation loss are kept; epoch 0 is the net before any learning.")]
    if config.optimiser.clip_norm:
        said.append(_("A gradient that is longer than CLIP_NORM is scaled down to it."))
    if config.optimiser.schedule == "one-cycle":
        said.append(_("The learning rate goes up over the first 30% of all steps, then down to almost 0."))
    if config.patience:
        said.append(_("After PATIENCE epochs without a lower validation loss the training ends."))
    said.append(_("Denormal numbers count as zero while training: computing with them is very slow."))
    return " ".join(said)


OPTIMISERS = {
    "adam": "torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True)",
    "rmsprop": "torch.optim.RMSprop(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)",
    "sgd": "torch.optim.SGD(\n    model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, momentum=MOMENTUM, "
    "fused=True\n)",
}

LEARNING = """torch.manual_seed(SEED)
model = Classifier()
optimiser = {optimiser}
{schedule}

def learn(epoch):
    rng = np.random.default_rng([SEED, epoch])
    loss_sum = norm_sum = 0.0
    batches = shuffled_batches(rng)
    for rows in batches:
        model.train()
{seed}        optimiser.zero_grad()
        loss = cross_entropy(model(*padded("train", rows)), torch.from_numpy(targets["train"][rows]))
        loss.backward()
        norm_sum += nn.utils.clip_grad_norm_(model.parameters(), {clip}).item()
        optimiser.step()
{step}        loss_sum += loss.item() * len(rows)
    return loss_sum / len(ids["train"]), norm_sum / len(batches)


torch.set_flush_denormal(True)
best_epoch, best_loss, best_weights = 0, evaluate("validation")[0], copy.deepcopy(model.state_dict())
for epoch in range(1, EPOCHS + 1):
    train_loss, gradient_norm = learn(epoch)
    validation_loss, validation_accuracy = evaluate("validation")
    if not math.isfinite(train_loss + gradient_norm + validation_loss):
        print("{diverged}")
        break
    print(
        f"{epoch}: {train}, "
        f"{validation}"
    )
    if validation_loss < best_loss:
        best_epoch, best_loss, best_weights = epoch, validation_loss, copy.deepcopy(model.state_dict())
{patience}torch.set_flush_denormal(False)
model.load_state_dict(best_weights)
print(f"{kept}")"""

ONE_CYCLE = """steps = EPOCHS * math.ceil(len(ids["train"]) / BATCH_SIZE)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps + 1)
"""


def training_code(config: RunConfig) -> str:
    """The whole training, as it is when this section is run."""
    net, one_cycle = config.model, config.optimiser.schedule == "one-cycle"
    random = net.dropout or net.embedding_dropout or net.word_dropout
    patience = "    if epoch - best_epoch >= PATIENCE:\n        break\n"
    return LEARNING.format(
        optimiser=OPTIMISERS[config.optimiser.name],
        schedule=ONE_CYCLE if one_cycle else "",
        seed="        torch.manual_seed(int(rng.integers(2**63)))\n" * bool(random),
        clip="CLIP_NORM" if config.optimiser.clip_norm else "math.inf",
        step="        schedule.step()\n" * one_cycle,
        diverged=_("The loss is no longer a number."),
        epoch=_("epoch") + " {epoch}",
        train=_("training loss") + " {train_loss:.4f}",
        validation=_("validation loss")
        + " {validation_loss:.4f}, "
        + _("validation accuracy")
        + " {validation_accuracy:.4f}",
        patience=patience * bool(config.patience),
        kept=_("kept: epoch") + " {best_epoch}",
    )


def report_words() -> str:
    return _(
        "Precision, recall and F1 of each class, as scikit-learn computes them; a figure without a denominator is 0. "
        "At the end all figures are held against those of the run: on the same machine, with the same versions, "
        "they are the same to the last digit."
    )


REPORT = """def share(part, whole):
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def report(confusion):
    hits, support, predicted = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    columns = {{
        "precision": share(hits, predicted),
        "recall": share(hits, support),
        "f1-score": share(2 * hits, support + predicted),
        "support": support.astype(float),
    }}
    table = {{name: {{column: values[i] for column, values in columns.items()}} for i, name in enumerate(CLASSES)}}
    table["accuracy"] = hits.sum() / confusion.sum()
    for name, weights in (("macro avg", None), ("weighted avg", support)):
        table[name] = {{column: np.average(values, weights=weights) for column, values in columns.items()}}
        table[name]["support"] = support.sum()
    return table


result = {{"confusion": {{}}}}
for part in ("train", "validation", "test"):
    confusion = np.zeros((len(CLASSES), len(CLASSES)), dtype=np.int64)
    np.add.at(confusion, (targets[part], scores(part).argmax(dim=1).numpy()), 1)
    result[part], result["confusion"][part] = report(confusion), confusion.tolist()
    print(f"\\n{{part}}: {accuracy} {{result[part]['accuracy']:.4f}}")
    for name in (*CLASSES, "macro avg", "weighted avg"):
        print(f"{{name:>16}}", *(f"{{column}} {{value:.4f}}" for column, value in result[part][name].items()))

expected = json.loads((FOLDER / "{file}").read_text(encoding="utf-8"))
same = all(result[name] == figures for name, figures in expected.items())
if same:
    print("\\n{same}")
else:
    print("\\n{other}")"""


def report_code() -> str:
    """The tables of all parts, and whether they are those of the run."""
    return REPORT.format(
        accuracy=_("accuracy"),
        file=EXPECTED,
        same=_("The same figures as in the run, to the last digit."),
        other=_("Other figures than in the run: another machine, or other versions, round in another way."),
    )
