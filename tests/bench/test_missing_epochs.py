"""Whether the curves of page Train hold every epoch of a run, as the bench of a class reads them."""

import json
from types import SimpleNamespace

from rnnviz.bench.classroom import LINES, missing_epochs
from rnnviz.charts.curves import Curve, training_spec
from rnnviz.ui.lean import unsearched
from rnnviz.ui.line_picture.plan import plan_of

HISTORY = [
    {
        "epoch": number,
        "train_loss": 0.9 / (number + 1),
        "validation_loss": 1 / (number + 3),
        "best": number == 4,
    }
    for number in range(5)
]


def page(*histories):
    """A page with the curves of these runs, as the bench has heard them."""
    curves = [Curve("GRU", "gru", history) for history in histories]
    sent = json.dumps(unsearched(plan_of(training_spec(curves, "loss", 5), "Loss")))
    other = SimpleNamespace(element=SimpleNamespace(component_name="rnnviz_line_script", json="null"))
    drawn = SimpleNamespace(element=SimpleNamespace(component_name=LINES, json=sent))
    return SimpleNamespace(drawn=lambda _kind: [other, drawn])


def test_an_epoch_that_no_curve_shows_is_missing(tmp_path):
    folder = tmp_path / "checkpoints" / "runs" / "a-run"
    folder.mkdir(parents=True)
    (folder / "history.jsonl").write_text("\n".join(map(json.dumps, HISTORY)))
    app = SimpleNamespace(log=tmp_path / "log")

    assert missing_epochs(app, "a-run", page(HISTORY)) == 0
    assert missing_epochs(app, "a-run", page(HISTORY[:3], HISTORY[:4])) == 1
    assert missing_epochs(app, "a-run", page()) == 5
