"""The runs that most comparisons are made of, and how one is made different from the others."""

import json

RUNS = ("pets-en-rnn", "pets-en-lstm", "pets-en-gru")
TITLES = ("RNN", "LSTM", "GRU")
BASELINES = {"Majority": "majority", "Look-up": "look-up", "n-grams": "n-grams"}


def change(folder, name, how):
    """Spoil what a run says of itself."""
    run_file = folder / name / "run.json"
    run = json.loads(run_file.read_text(encoding="utf-8"))
    how(run)
    run_file.write_text(json.dumps(run), encoding="utf-8")
