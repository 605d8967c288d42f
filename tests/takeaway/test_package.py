"""What is taken home arrives where the run did: the same weights and the same report, without this project."""

import ast
import dataclasses
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import safetensors.torch
import torch

from rnnviz.errors import BadInput
from rnnviz.language import use_language
from rnnviz.models.cells import CELLS
from rnnviz.runs.checkpoint import WEIGHTS, unpack_info
from rnnviz.runs.steering import Intervention
from rnnviz.runs.work import train_run
from rnnviz.takeaway.learning import EXPECTED
from rnnviz.takeaway.package import NOTEBOOK, SCRIPT, pack_takeaway, takeaway_files
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.data import prepare

TINY = {
    "text.min_count": 1,
    "model.embedding_size": 4,
    "model.hidden_size": 5,
    "optimiser.learning_rate": 0.05,
    "batch_size": 8,
    "epochs": 3,
    "patience": 0,
}
CONFIGURATIONS = {
    **{cell: {"model.cell": cell} for cell in CELLS},
    "both directions, two layers, one cycle": {
        "model.cell": "gru",
        "model.direction": "both",
        "model.layers": 2,
        "model.read_out": "mean",
        "model.dropout": 0.4,
        "optimiser.schedule": "one-cycle",
    },
    "backwards, by PyTorch’s own initialisation, cut at both ends, without dropout": {
        "model.direction": "reverse",
        "model.initialisation": "pytorch",
        "model.dropout": 0.0,
        "model.embedding_dropout": 0.0,
        "text.max_tokens": 4,
        "text.cut": "ends",
        "text.min_count": 9,
        "optimiser.clip_norm": 0.0,
    },
    "SGD with one cycle, heads only": {
        "optimiser.name": "sgd",
        "optimiser.schedule": "one-cycle",
        "model.forget_bias": 0.0,
        "text.max_tokens": 3,
        "text.cut": "head",
    },
    "RMSprop that stops early": {
        "optimiser.name": "rmsprop",
        "optimiser.learning_rate": 0.3,
        "epochs": 40,
        "patience": 1,
        "text.max_vocabulary": 10,
    },
    "padding that is read behind the text": {"text.padding": "after", "text.max_tokens": 9, "model.read_out": "all"},
    "padding that is read in front, of shuffled labels, in both directions": {
        "text.padding": "before",
        "text.max_tokens": 9,
        "text.labels": "shuffled",
        "model.direction": "both",
    },
    "diverged": {
        "model.cell": "rnn",
        "optimiser.name": "sgd",
        "optimiser.learning_rate": 10.0,
        "optimiser.weight_decay": 1.0,
        "optimiser.clip_norm": 0.0,
        "epochs": 20,
    },
    "words, all read-outs": {
        "text.unit": "word",
        "model.read_out": "all",
        "model.word_dropout": 0.3,
        "model.embedding_std": 0.2,
        "optimiser.schedule": "one-cycle",
    },
    "words without stop words, largest value, frozen embeddings": {
        "text.unit": "word",
        "text.stop_words": "drop",
        "model.read_out": "maximum",
        "optimiser.embeddings": "frozen",
        "model.cell": "gru",
    },
}
REASONS = {"RMSprop that stops early": "early", "diverged": "diverged"}
RUN_THEM = """
import contextlib, io, pathlib, runpy, sys
try:
    import rnnviz
except ImportError:
    pass
else:
    sys.exit("the scripts must do without this project")
import torch
for script in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        done = runpy.run_path(script)
    found = {name: done[name] for name in ("result", "best_epoch", "best_loss")}
    found |= {"weights": done["model"].state_dict(), "said": said.getvalue()}
    torch.save(found, pathlib.Path(script).with_name("found.pt"))
"""
ADJECTIVES = ("good", "great", "fine", "lovely", "bad", "awful", "dull", "poor")


@pytest.fixture(scope="module")
def reviews() -> Dataset:
    """Forty short texts with marks, apostrophes and markup, four of them of stop words only."""
    rows = [
        (
            f"It isn't {word}, {more} <br /> the {'best' if place < 4 else 'worst'} – don’t!",
            "ja" if place < 4 else 'no"',
        )
        for place, word in enumerate(ADJECTIVES)
        for more in ("really", "simply", "truly", "never", "so")
    ]
    return Dataset("reviews", (*rows, ("it is the", "ja"), ("was it", 'no"')), "word")


def taken_home(config: RunConfig, dataset: Dataset, folder: Path):
    """A trained run and its weights, its files to take home in a folder."""
    files = train_run(config, dataset)
    info = unpack_info("a-run", files)
    folder.mkdir(parents=True)
    for name, content in _files(files, dataset, config).items():
        (folder / name).write_bytes(content)
    return info, safetensors.torch.load(files[WEIGHTS])


def _files(files, dataset, config):
    return takeaway_files(unpack_info("a-run", files), prepare(dataset, config.text, config.seed))


@pytest.fixture(scope="module")
def done(names, reviews, tmp_path_factory):
    """Each run, and what its script came to in another process that has nothing of this project, in another folder."""
    use_language("en")  # it comes before the fixture that each test begins with
    home, runs = tmp_path_factory.mktemp("home"), {}
    for place, (name, changes) in enumerate(CONFIGURATIONS.items()):
        dataset = reviews if changes.get("text.unit") == "word" else names
        config = changed(RunConfig(dataset=dataset.name), {**TINY, **changes})
        runs[name] = home / str(place), *taken_home(config, dataset, home / str(place))
    scripts = [str(folder / SCRIPT) for folder, _info, _weights in runs.values()]
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    command = [sys.executable, "-I", "-c", RUN_THEM, *scripts]
    process = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert not list(elsewhere.iterdir())
    return {
        name: (info, weights, torch.load(folder / "found.pt", weights_only=False))
        for name, (folder, info, weights) in runs.items()
    }


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_script_arrives_at_the_weights_and_the_report_of_the_run(name, done):
    info, weights, found = done[name]

    assert info.reason == REASONS.get(name, "completed")
    assert "The same figures as in the run" in found["said"]
    assert found["result"] == info.report
    assert found["best_epoch"] == info.best_epoch
    assert found["best_loss"] == info.history[info.best_epoch]["validation_loss"]
    assert found["weights"].keys() == weights.keys()
    for each, value in weights.items():
        assert torch.equal(found["weights"][each], value), each


def test_the_cells_of_the_notebook_do_the_same_in_their_order(names, tmp_path, monkeypatch):
    config = changed(RunConfig(dataset="names"), {**TINY, "model.cell": "gru"})
    _info, weights = taken_home(config, names, tmp_path / "home")
    monkeypatch.chdir(tmp_path / "home")
    space: dict = {}

    for cell in json.loads(Path(NOTEBOOK).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)

    assert space["same"]
    assert all(torch.equal(value, weights[name]) for name, value in space["model"].state_dict().items())


def test_the_notebook_is_of_format_4_5(checkpoints, names, configs):
    files = _files(checkpoints["lstm"], names, configs["lstm"])
    content = json.loads(files[NOTEBOOK])

    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    assert set(content) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(len(each) <= 64 and each.replace("-", "").isalnum() for each in ids)
    for cell in content["cells"]:
        own = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | own
        assert all(isinstance(line, str) for line in cell["source"])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_source_is_tidy_in_each_language_and_imports_nothing_that_it_does_not_use(language, reviews):
    use_language(language)
    for changes in CONFIGURATIONS.values():
        config = changed(RunConfig(dataset="reviews"), {**TINY, "epochs": 1, **changes})
        source = _files(train_run(config, reviews), reviews, config)[SCRIPT].decode()
        tree = ast.parse(source)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        imported = [
            alias.name.partition(".")[0] if alias.asname is None else alias.asname
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        ]
        constants = [
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id.isupper()
        ]
        assert [name for name in (*imported, *constants) if name not in used] == []
        assert [line for line in source.splitlines() if len(line) > 120] == []
        assert "rnnviz" not in source


def test_the_zip_file_has_everything_in_one_folder_and_is_the_same_each_time(checkpoints, names, configs):
    info = unpack_info("a-run", checkpoints["gru"])
    data = prepare(names, configs["gru"].text, configs["gru"].seed)
    packed = pack_takeaway(info, data)

    assert packed == pack_takeaway(info, data)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        listed = sorted(archive.namelist())
        report = json.loads(archive.read(f"a-run-pytorch/{EXPECTED}"))
    assert listed == [
        f"a-run-pytorch/{name}" for name in ("README.md", EXPECTED, "requirements.txt", "texts.jsonl", NOTEBOOK, SCRIPT)
    ]
    assert report == info.report


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"interventions": (Intervention(1, 1, 0.1),)}, "steered by hand"),
        ({"reason": "stopped"}, "stopped before its end"),
        ({"reason": "out of time"}, "stopped before its end"),
        ({"config": RunConfig(vectors="0" * 64)}, "pretrained vectors"),
    ],
)
def test_a_run_that_its_settings_do_not_give_again_is_refused(changes, reason, checkpoints, names, configs):
    info = dataclasses.replace(unpack_info("a-run", checkpoints["lstm"]), **changes)

    with pytest.raises(BadInput, match=reason):
        takeaway_files(info, prepare(names, configs["lstm"].text, configs["lstm"].seed))


def test_a_run_that_was_trained_on_after_it_had_stopped_early_is_refused(names, tmp_path):
    config = changed(RunConfig(dataset="names"), {**TINY, **CONFIGURATIONS["RMSprop that stops early"]})
    files: list[dict[str, bytes]] = []
    early = unpack_info("a-run", train_run(config, names, keep=lambda memory: files.append(memory.files())))
    longer = unpack_info("a-run", train_run(config, names, begun=files[-1]))
    assert (early.reason, longer.epochs) == ("early", early.epochs + 1)

    with pytest.raises(BadInput, match="trained on after it had stopped early"):
        takeaway_files(longer, prepare(names, config.text, config.seed))


def test_a_run_that_was_interrupted_and_taken_up_again_is_as_good_as_any(names, tmp_path):
    config = changed(RunConfig(dataset="names"), {**TINY, "epochs": 4, "patience": 3})
    files: list[dict[str, bytes]] = []
    whole = train_run(config, names, keep=lambda memory: files.append(memory.files()))
    resumed = train_run(config, names, begun=files[1])

    assert resumed[WEIGHTS] == whole[WEIGHTS]
    assert _files(resumed, names, config)[SCRIPT] == _files(whole, names, config)[SCRIPT]


def test_no_setting_is_unknown_to_the_source():
    """Whoever adds a setting has to say here, and in the source, what it does to a training."""
    settings = {
        "dataset": (),
        "text": [
            "unit",
            "contradictions",
            "max_tokens",
            "cut",
            "min_count",
            "max_vocabulary",
            "stop_words",
            "padding",
            "labels",
        ],
        "model": [
            "cell",
            "embedding_size",
            "hidden_size",
            "layers",
            "direction",
            "read_out",
            "dropout",
            "embedding_dropout",
            "word_dropout",
            "embedding_std",
            "initialisation",
            "forget_bias",
        ],
        "optimiser": ["name", "learning_rate", "momentum", "weight_decay", "clip_norm", "schedule", "embeddings"],
        **dict.fromkeys(("batch_size", "epochs", "patience", "seed", "vectors"), ()),
    }

    known = {name: tuple(value) if isinstance(value, dict) else () for name, value in RunConfig().to_dict().items()}
    assert known == {name: tuple(inner) for name, inner in settings.items()}


def test_three_classes_arrive_too(tmp_path):
    rows = [(letter * length + "x", name) for letter, name in zip("abc", "uvw", strict=True) for length in range(1, 15)]
    dataset = Dataset("three", tuple(rows), "character")
    config = changed(RunConfig(dataset="three"), {**TINY, "model.read_out": "mean", "model.dropout": 0.5})
    info, weights = taken_home(config, dataset, tmp_path / "home")
    space = {"__file__": str(tmp_path / "home" / SCRIPT)}

    exec((tmp_path / "home" / SCRIPT).read_text(encoding="utf-8"), space)

    assert space["result"] == info.report
    assert all(torch.equal(value, weights[name]) for name, value in space["model"].state_dict().items())
