"""The arithmetic that the browser does, held against ours: all cells, layers and directions."""

from pathlib import Path

import pytest

from rnnviz.charts.style import Style
from rnnviz.insight.terms import layer_inputs, neuron_sums, weights
from rnnviz.insight.trace import trace
from rnnviz.ui import cell_drawing
from rnnviz.ui.cell_drawing.cargo import values_of, weights_of
from rnnviz.ui.cell_drawing.plan import plan_of
from rnnviz.ui.scripts import SCRIPTS, joined
from tests.oracles import MODULES, untrained

pytestmark = pytest.mark.browser

FOLDER = Path(cell_drawing.__file__).parent
TEXT = "abcah"
SCRIPT = """
([values, weights, plan, steps, units]) => {
  %s
  %s
  hold([values, weights])
  const numbers = makeNumbers(rnnvizCargo.get("values"), rnnvizCargo.get("weights"), plan)
  const found = []
  for (let step = 0; step < steps; step++) for (let unit = 0; unit < units; unit++) {
    const sums = plan.neurons.map(({ name }) => numbers.sum(name, step, unit))
    const made = Object.keys(plan.parts).map(name => numbers.row(name, step)[unit])
    found.push([sums.map(({ total, bias, fromX, value }) => [total, bias, fromX, value]), made,
      sums.map(sum => largest(sum, false, 3).reduce((all, term) => all + term.value, 0))])
  }
  return found
}
"""


@pytest.fixture(scope="module")
def empty_page(browsers):
    page = browsers.speaking("en").new_page()
    yield page
    page.close()


@pytest.mark.parametrize("cell", MODULES)
@pytest.mark.parametrize(("layers", "direction"), [(1, "forward"), (1, "reverse"), (2, "both")])
def test_the_sums_in_the_browser_are_those_of_the_trace(empty_page, cell, layers, direction):
    model = untrained(cell, layers, direction)
    reading = model.read(TEXT)
    script = SCRIPT % (joined(SCRIPTS / "hold.js"), (FOLDER / "numbers.js").read_text(encoding="utf-8"))
    for layer in range(layers):
        for read in model.classifier.directions:
            traced = trace(model, reading, layer, read)
            inputs = layer_inputs(model, reading, layer)
            plan = plan_of(traced, inputs.shape[1], model.classifier.directions, Style())
            sent = values_of("values", traced, inputs, 0), weights_of("weights", weights(model, traced), 5, 0)
            found = empty_page.evaluate(script, [*(each.message for each in sent), plan, len(TEXT), 5])
            for place, (sums, parts, added) in enumerate(found):
                step, unit = divmod(place, 5)
                expected = neuron_sums(model, reading, traced, step, unit, inputs)
                for each, by_browser, all_terms in zip(expected, sums, added, strict=True):
                    bias = each.input_bias + each.recurrent_bias
                    by_hand = [each.preactivation, bias, float(each.input_terms.sum()), each.value]
                    assert by_browser == pytest.approx(by_hand, abs=1e-5)
                    assert all_terms == pytest.approx(each.preactivation, abs=1e-5)
                check_parts(traced, step, unit, dict(zip(plan["parts"], parts, strict=True)))


def check_parts(traced, step, unit, parts):
    """What is made on the way adds up to the states."""
    now = {name: float(values[step, unit]) for name, values in traced.values.items()}
    if traced.cell == "lstm":
        assert parts["kept"] + parts["written"] == pytest.approx(now["cell_state"], abs=1e-5)
        assert parts["squashed"] * now["output"] == pytest.approx(now["hidden"], abs=1e-5)
    if traced.cell == "gru":
        assert parts["held"] + parts["fresh"] == pytest.approx(now["hidden"], abs=1e-5)
        assert parts["passed"] == pytest.approx(now["reset"] * now["new_from_h"], abs=1e-5)
