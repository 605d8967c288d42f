"""`surgery` and `units` on the command line."""

import numpy as np
import pytest

from rnnviz.insight.surgery import operate, parse_surgery
from rnnviz.runs.store import RunStore, read_info
from rnnviz.runs.tested import held_out_part
from tests.pages.conftest import ROOT

BUNDLED = RunStore(ROOT / "checkpoints")


def test_surgery_gives_the_probabilities_before_and_after(call, store):
    result = call("surgery", "lstm", "forget[*]=0@2; hidden[1]*0.5", "Барсик").json

    model = store.model("lstm")
    operated = operate(model, parse_surgery("forget[*]=0@2; hidden[1]*0.5"))
    (answer,) = result["predictions"]
    assert result["surgery"] == ["forget[*]=0@2", "hidden[1]*0.5"]
    for when, net in (("before", model), ("after", operated)):
        expected = net.probabilities([net.read("Барсик")])[0]
        np.testing.assert_allclose(list(answer[when].values()), expected, atol=1e-6)
    assert answer["before"] != answer["after"]


def test_the_report_of_a_bundled_run_is_the_stored_one_before_surgery(call):
    result = call("surgery", BUNDLED.folder("pets-en-gru"), "hidden[*]=0", "--report").json

    stored = read_info(BUNDLED.folder("pets-en-gru")).report["test"]
    assert result["report"]["before"]["accuracy"] == pytest.approx(stored["accuracy"])
    supports = [stored[name]["support"] for name in ("cat", "dog")]
    assert result["report"]["after"]["accuracy"] in {support / sum(supports) for support in supports}


def test_units_gives_the_worth_of_each(call):
    result = call("units", BUNDLED.folder("pets-en-rnn"), "--texts", 40).json

    assert result["texts"] == 40
    assert len(result["without"]) == len(result["alone"]) == 32
    assert 0 < result["accuracy"] <= 1
    assert held_out_part(BUNDLED.info("pets-en-rnn")).labels.shape == (496,)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["surgery", "lstm", "forget"], "can’t be read as a cut"),
        (["surgery", "gru", "forget[0]=1"], "reset, update, new"),
        (["surgery", "gru", "hidden[0]=1", "--report"], "are not here"),
        (["surgery", "gru", "hidden[0]=1", " "], "nothing to read"),
        (["units", "gru", "--texts", "0"], "0"),
        (["units", "nobody"], "nobody"),
    ],
)
def test_bad_input_is_one_clear_line(call, store, arguments, said):
    assert said in call(*arguments).complaint
