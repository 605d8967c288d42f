"""The settings file of limits: what stands in it holds everywhere, and what is wrong in it is said."""

import json
import os
import subprocess
import sys

import pytest

from rnnviz.limits import LimitsError, read_limits


def test_a_file_of_ones_own_needs_only_the_lines_that_differ(tmp_path):
    path = tmp_path / "limits.toml"
    path.write_text("[training]\nepochs = 7\n")

    limits = read_limits(path)

    assert limits["training"]["epochs"] == 7
    assert limits["training"]["layers"] == read_limits(None)["training"]["layers"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("epochs = 7", r"no section \[epochs\]; known are training, texts, experiments"),
        ("[training]\nepoch = 7", "no limit “epoch”; known are epochs, seconds"),
        ("[training]\nepochs = 0", "epochs is 0; allowed is a whole number from 1 on"),
        ("[training]\nepochs = true", "epochs is True"),
        ("[training]\nepochs = 'many'", "epochs is 'many'"),
        ("[training", "can't be read as TOML"),
    ],
)
def test_what_is_wrong_in_it_is_named_with_what_is_allowed(tmp_path, content, said):
    path = tmp_path / "limits.toml"
    path.write_text(content)
    with pytest.raises(LimitsError, match=said):
        read_limits(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LimitsError, match=r"nowhere\.toml"):
        read_limits(tmp_path / "nowhere.toml")


def test_the_limits_of_the_environment_hold_on_the_command_line(tmp_path):
    path = tmp_path / "limits.toml"
    path.write_text("[training]\nepochs = 7\n")
    environment = {**os.environ, "RNNVIZ_LIMITS": str(path), "LANG": "en_US.UTF-8", "RNNVIZ_LANG": "en"}

    done = subprocess.run(
        [sys.executable, "-m", "rnnviz", "train", "--dataset", "pets", "--cell", "rnn", "--epochs", "8"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "7" in done.stderr
    assert "8" in done.stderr


def test_the_limits_reach_the_widgets_and_the_checks(tmp_path):
    """In a process of its own: limits are read once."""
    path = tmp_path / "limits.toml"
    path.write_text("[training]\nhidden_size = 9\nmax_tokens = 50\n[texts]\nclasses = 3\n")
    code = (
        "import json; from rnnviz.training.config import LIMITS; from rnnviz.text.datasets import MAX_CLASSES; "
        "print(json.dumps([LIMITS['model.hidden_size'].high, LIMITS['text.max_tokens'].high, MAX_CLASSES]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "RNNVIZ_LIMITS": str(path)}, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == [9, 50, 3]


def test_a_settings_file_that_is_wrong_is_one_clear_line_on_the_command_line(tmp_path):
    path = tmp_path / "limits.toml"
    path.write_text("[training]\nepochs = 0\n")
    environment = {**os.environ, "RNNVIZ_LIMITS": str(path)}

    done = subprocess.run(
        [sys.executable, "-m", "rnnviz", "datasets"], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"{path}: [training] epochs is 0; allowed is a whole number from 1 on."]
