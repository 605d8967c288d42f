"""`match`, `responses` and `map` on the command line, held against the states of each text read by itself."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from rnnviz.insight.trace import trace
from rnnviz.runs.store import RunStore
from rnnviz.runs.tested import held_out_part
from tests.pages.conftest import ROOT

BUNDLED = RunStore(ROOT / "checkpoints")
RUN = BUNDLED.folder("pets-en-gru")


@pytest.fixture(scope="module")
def known():
    """The run, its test texts, and the hidden states of each, one text at a time."""
    model, part = BUNDLED.model("pets-en-gru"), held_out_part(BUNDLED.info("pets-en-gru"))
    return model, part, [trace(model, model.read(text)).values["hidden"] for text in part.texts]


def test_match_lists_the_texts_in_which_all_units_are_on_at_once(call, known):
    model, part, states = known
    result = call("match", RUN, "Molly", "--span", "4-5", "--most", 1000).json

    hidden = trace(model, model.read("Molly")).values["hidden"]
    units = {(each["unit"], each["sign"]) for each in result["units"]}
    on = result["threshold"]
    signs = np.where(hidden[3:5].mean(axis=0) < 0, -1, 1)
    expected = {
        (unit, int(sign))
        for unit, sign in enumerate(signs)
        if (hidden[3:5, unit] * sign >= on).all() and hidden[2, unit] * sign < on
    }
    assert units == expected
    assert units
    numbers, signs = zip(*sorted(units), strict=True)
    having = {
        text
        for text, own in zip(part.texts, states, strict=True)
        if ((own[:, list(numbers)] * signs) >= on - 1e-4).all(axis=1).any()
    }
    assert {span["text"] for span in result["spans"]} == having
    assert result["texts"] == len(having)


def test_a_threshold_that_nothing_passes_gives_no_units(call):
    result = call("match", RUN, "Molly", "--span", "4-5", "--threshold", 1.0).json

    assert (result["units"], result["spans"], result["texts"]) == ([], [], 0)


@pytest.mark.parametrize("pairs", [False, True])
def test_responses_are_the_mean_changes_of_the_states(call, known, pairs):
    model, part, states = known
    result = call("responses", RUN, "--most", 3, *(["--pairs"] if pairs else [])).json

    assert len(result["unit_clusters"]) == 32
    for each in result["tokens"]:
        wanted = each["token"] if pairs else [each["token"]]
        changes = []
        for text, own in zip(part.texts, states, strict=True):
            tokens = [model.vocabulary.tokens[number] for number in model.read(text).ids]
            before = np.vstack([np.zeros(32), own[:-1]])
            for step in range(len(wanted) - 1, len(tokens)):
                if tokens[step - len(wanted) + 1 : step + 1] == wanted:
                    changes.append(own[step] - before[step])
        assert each["count"] == len(changes)
        np.testing.assert_allclose(each["changes"], np.mean(changes, axis=0), atol=1e-4)


def test_the_map_is_that_of_scikit_learn_but_for_the_signs(call, known):
    _model, part, states = known
    result = call("map", RUN, "Molly", "--points", 1000).json

    last = np.array([own[-1] for own in states])
    by_text = {each["text"]: each["place"] for each in result["points"]}
    assert len(by_text) == len(part.texts)
    fitted = PCA(2).fit(last)
    ours = np.array([by_text[text] for text in part.texts])
    np.testing.assert_allclose(np.abs(ours), np.abs(fitted.transform(last)), atol=2e-3)
    np.testing.assert_allclose(result["shares_of_variance"], fitted.explained_variance_ratio_, atol=1e-4)
    assert [each["token"] for each in result["way"]] == list("molly")


def test_a_map_of_neighbours_has_a_place_for_each_point_and_step(call):
    result = call("map", RUN, "Bo", "--method", "tsne", "--states", "all", "--points", 30).json

    assert len(result["points"]) == 30
    assert np.isfinite([each["place"] for each in result["points"] + result["way"]]).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["match", RUN, "Molly", "--span", "4"], "“4” is no span"),
        (["match", RUN, "Molly", "--span", "4-9"], "4–9"),
        (["match", RUN, "Molly", "--span", "0-2"], "0–2"),
        (["match", RUN, " ", "--span", "1-2"], "nothing to read"),
        (["match", RUN, "Molly", "--span", "1-2", "--threshold", "2"], "2.0"),
        (["match", RUN, "Molly", "--span", "1-2", "--off", "left"], "both, before, after"),
        (["match", "gru", "мурка", "--span", "1-2"], "are not here"),
        (["responses", RUN, "--clusters", "1"], "2 to 10"),
        (["responses", RUN, "--layer", "3"], "3"),
        (["map", RUN, "--method", "umap"], "pca, tsne"),
        (["map", RUN, "--points", "1"], "1"),
    ],
)
def test_bad_input_is_one_clear_line(call, store, arguments, said):
    assert said in call(*arguments).complaint


def test_tokens_that_were_never_read_so_often_are_said(call):
    answer = call("responses", RUN, "--least", "100000")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines()[-1] == "Error: No token was read 100000 times or more."
