"""One training from start to checkpoint: the same bits twice, and messages that can travel."""

import dataclasses
import json
from queue import SimpleQueue

import msgpack
import numpy as np
import pytest
import safetensors.numpy
from sklearn.metrics import classification_report, confusion_matrix

from rnnviz.errors import BadInput
from rnnviz.insight.gradients import gradient_profile
from rnnviz.limits import TRAINING
from rnnviz.runs.checkpoint import HISTORY, REPORT, RUN, STATE, VOCABULARY, WATCHED, WEIGHTS, unpack_info, unpack_model
from rnnviz.runs.steering import Press
from rnnviz.runs.store import stored_name
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import run_id, train_run, warm_up
from rnnviz.text.sources import Dataset
from rnnviz.training.config import OptimiserConfig
from rnnviz.training.data import prepare
from rnnviz.training.state import TrainingState


def heard(config, dataset, watch=Watch(), **options):
    """The messages of a training, and its files."""
    messages = []
    files = train_run(config, dataset, watch, messages.append, **options)
    return messages, files


def of_kind(messages, kind):
    return [message for message in messages if message["kind"] == kind]


def timeless(files):
    """The files, without what a clock has written into them."""
    run = json.loads(files[RUN])
    history = [json.loads(line) for line in files[HISTORY].splitlines()]
    for part in (run, *history):
        part.pop("seconds")
    run.pop("tokens_per_second")
    state = dataclasses.replace(TrainingState.from_bytes(files[STATE]), seconds=0.0).to_bytes()
    return {**files, RUN: run, HISTORY: history, STATE: state}


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_same_configuration_gives_the_same_bits(checkpoints, configs, names, cell):
    again = train_run(configs[cell], names)

    assert timeless(again) == timeless(checkpoints[cell])
    assert again[WEIGHTS] == checkpoints[cell][WEIGHTS]


def test_looking_on_does_not_change_what_is_learned(checkpoints, configs, names):
    _, files = heard(configs["lstm"], names, Watch(pinned=("мурка", "рекс"), profiled="барсик"))

    watched = files.pop(WATCHED)
    assert timeless(files) == timeless(checkpoints["lstm"])
    assert len(watched.splitlines()) == 3


def test_another_seed_gives_other_weights(checkpoints, configs, names):
    other = train_run(dataclasses.replace(configs["lstm"], seed=1), names)

    assert other[WEIGHTS] != checkpoints["lstm"][WEIGHTS]


def test_learning_moves_the_weights(configs, names):
    config = dataclasses.replace(configs["lstm"], epochs=30)
    history = unpack_info("run", train_run(config, names)).history

    assert history[-1]["train_loss"] < history[0]["train_loss"] / 2
    assert history[-1]["train_accuracy"] > 0.9


def test_every_event_is_told_in_order(configs, names):
    messages, files = heard(configs["gru"], names)

    kinds = "".join(message["kind"][0] for message in messages)
    batches = of_kind(messages, "batch")[0]["batches"]
    assert kinds == "e" + ("b" * batches + "e") * 2 + "e"
    assert [message["epoch"] for message in of_kind(messages, "epoch")] == [0, 1, 2]
    assert [message["batch"] for message in of_kind(messages, "batch")] == [*range(1, batches + 1)] * 2
    ended = messages[-1]
    assert (ended["kind"], ended["reason"], ended["epochs"]) == ("ended", "completed", 2)
    assert ended["best_epoch"] == json.loads(files[RUN])["best_epoch"]


def assert_plain(value):
    assert type(value) in (dict, list, str, int, float, bool, type(None)), type(value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        assert_plain(part)


def test_messages_are_plain_values_that_can_travel(configs, names):
    messages, _ = heard(configs["lstm"], names, Watch(pinned=("мурка",), profiled="рекс"))

    for message in messages:
        assert_plain(message)
        assert json.loads(json.dumps(message)) == message
        assert msgpack.unpackb(msgpack.packb(message)) == message


def test_the_history_of_the_checkpoint_is_what_was_told(configs, names):
    messages, files = heard(configs["rnn"], names)

    told = [{key: value for key, value in message.items() if key != "kind"} for message in of_kind(messages, "epoch")]
    assert [json.loads(line) for line in files[HISTORY].splitlines()] == told


def test_watched_texts_are_told_with_every_epoch(configs, names):
    watch = Watch(pinned=("Мурка", "рекс"), profiled="Барсик")

    messages, files = heard(configs["gru"], names, watch)

    epochs = of_kind(messages, "epoch")
    assert all(list(epoch["pinned"]) == ["Мурка", "рекс"] for epoch in epochs)
    assert all(epoch["profile"]["tokens"] == list("барсик") for epoch in epochs)
    assert len({json.dumps(epoch["profile"]) for epoch in epochs}) == 3
    model = unpack_model("run", files)
    best = epochs[json.loads(files[RUN])["best_epoch"]]
    readings = [model.read("Мурка"), model.read("рекс")]
    np.testing.assert_allclose(list(best["pinned"].values()), model.probabilities(readings), atol=1e-6)
    profile = gradient_profile(model, model.read("Барсик"))
    np.testing.assert_allclose(best["profile"]["hidden_norms"], profile.hidden_norms, rtol=1e-5)


def test_watched_texts_that_can_not_be_read_are_left_out(configs, names):
    watch = Watch(pinned=("", "мурка", "   ", "я" * 30_000), profiled=" ")

    messages, _ = heard(configs["gru"], names, watch)

    for epoch in of_kind(messages, "epoch"):
        assert list(epoch["pinned"]) == ["мурка"]
        assert "profile" not in epoch


def test_nothing_is_told_of_texts_where_none_are_watched(configs, names):
    messages, _ = heard(configs["gru"], names)

    assert not any("pinned" in message or "profile" in message for message in messages)


def test_a_run_that_is_told_to_stop_keeps_what_it_has(configs, names):
    inbox = SimpleQueue()

    def tell(message):
        if message["kind"] == "epoch" and message["epoch"] == 1:
            inbox.put(Press.STOP)

    files = train_run(dataclasses.replace(configs["lstm"], epochs=50), names, tell=tell, inbox=inbox)

    info = unpack_info("run", files)
    assert (info.reason, info.epochs, len(info.history)) == ("stopped", 1, 2)
    assert unpack_model("run", files).probabilities([unpack_model("run", files).read("рекс")]).shape == (1, 2)


def test_a_run_out_of_time_keeps_what_it_has_and_says_so(configs, names, monkeypatch):
    monkeypatch.setitem(TRAINING, "seconds", 0)
    files = train_run(dataclasses.replace(configs["lstm"], epochs=50), names)

    info = unpack_info("run", files)
    assert (info.reason, info.epochs) == ("out of time", 0)
    assert stored_name("run", info) == "run-stopped-0"


def test_the_report_is_that_of_sklearn_on_predictions_made_one_by_one(checkpoints, configs, names):
    model = unpack_model("run", checkpoints["lstm"])
    data = prepare(names, configs["lstm"].text, configs["lstm"].seed)
    report = json.loads(checkpoints["lstm"][REPORT])

    for name, part in data.parts.items():
        predicted = [int(model.probabilities([model.read(text)])[0].argmax()) for text in part.texts]
        expected = classification_report(
            part.labels, predicted, labels=[0, 1], target_names=data.classes, output_dict=True, zero_division=0
        )
        assert report["confusion"][name] == confusion_matrix(part.labels, predicted, labels=[0, 1]).tolist()
        assert report[name]["accuracy"] == pytest.approx(np.mean(np.array(predicted) == part.labels))
        for row in ("cat", "dog", "macro avg", "weighted avg"):
            assert report[name][row] == pytest.approx(expected[row])


def test_the_vocabulary_of_a_run_is_learned_from_its_training_part_alone(checkpoints, configs, names):
    data = prepare(names, configs["lstm"].text, configs["lstm"].seed)

    tokens = json.loads(checkpoints["lstm"][VOCABULARY])

    assert set(tokens[2:]) == set("".join(data.train.texts))


def test_the_name_of_a_run_says_dataset_and_cell_and_changes_with_all_that_decides_it(configs, names):
    config = configs["lstm"]
    other_rows = Dataset("names", names.rows[::-1], "character")
    ids = [
        run_id(config, names),
        run_id(dataclasses.replace(config, seed=1), names),
        run_id(dataclasses.replace(config, model=dataclasses.replace(config.model, hidden_size=6)), names),
        run_id(config, other_rows),
    ]

    assert run_id(dataclasses.replace(config), Dataset("names", names.rows, "character")) == ids[0]
    assert all(name.startswith("names-lstm-") for name in ids)
    assert len(set(ids)) == 4


def test_the_weights_that_are_kept_are_those_of_the_best_epoch(configs, names):
    config = dataclasses.replace(configs["lstm"], epochs=12)
    info = unpack_info("run", train_run(config, names))
    best = min(info.history, key=lambda epoch: epoch["validation_loss"])
    assert info.best_epoch == best["epoch"]

    stopped_there = train_run(dataclasses.replace(config, epochs=max(info.best_epoch, 1)), names)

    expected = safetensors.numpy.load(stopped_there[WEIGHTS])
    for name, value in safetensors.numpy.load(train_run(config, names)[WEIGHTS]).items():
        np.testing.assert_array_equal(value, expected[name])


def test_too_few_texts_are_bad_input(configs):
    dataset = Dataset("few", (("мурка", "cat"), ("рекс", "dog")), "character")

    with pytest.raises(BadInput, match="Class “cat” has 1 different texts"):
        train_run(configs["lstm"], dataset)


def test_warming_up_works():
    warm_up()


def test_the_gradient_is_told_no_more_often_than_asked_for_and_after_the_first_and_last_epoch(configs, names):
    config = dataclasses.replace(configs["rnn"], epochs=4)
    messages, _ = heard(config, names, Watch(profiled="рекс", profile_every=3600))

    assert ["profile" in epoch for epoch in of_kind(messages, "epoch")] == [True, False, False, False, True]


def test_the_gradient_is_told_after_an_epoch_behind_which_the_training_is_paused(configs, names):
    config, inbox = dataclasses.replace(configs["rnn"], epochs=9), SimpleQueue()
    inbox.put(Press.EPOCH)
    messages = []

    def tell(message):
        messages.append(message)
        if message["kind"] == "paused":
            inbox.put(Press.EPOCH if len(of_kind(messages, "epoch")) < 3 else Press.STOP)

    train_run(config, names, Watch(profiled="рекс", profile_every=3600), tell, inbox)

    assert ["profile" in epoch for epoch in of_kind(messages, "epoch")] == [True, True, True]


def test_the_gradient_is_told_after_the_epoch_that_ends_a_training_early(configs, names):
    config = dataclasses.replace(configs["rnn"], epochs=50, patience=1, optimiser=OptimiserConfig(learning_rate=1.0))
    messages, _ = heard(config, names, Watch(profiled="рекс", profile_every=3600))

    assert messages[-1]["reason"] == "early"
    told = ["profile" in epoch for epoch in of_kind(messages, "epoch")]
    assert (told[0], told[-1], sum(told)) == (True, True, 2)


def test_a_training_that_goes_on_leaves_what_was_kept_of_it_as_it_was(configs, names):
    kept = []
    train_run(configs["lstm"], names, keep=lambda memory: kept.append((memory.state, memory.state.to_bytes())))

    assert len({content for _state, content in kept}) == len(kept) == 3
    assert all(state.to_bytes() == content for state, content in kept)
