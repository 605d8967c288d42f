"""A training in the hands of its teacher, and one whose app is killed: nothing is lost."""

import re

import psutil
import pytest
from playwright.sync_api import Page, expect

from rnnviz.runs.store import read_info
from tests.browser.conftest import boxes, follow, serving, settled, wait_until
from tests.browser.test_live_training import EPOCHS, open_train, press, wait_for_epochs, watched

pytestmark = pytest.mark.browser

LONG = {"epochs": "200", "patience": "0", "cells": "gru", "hidden_size": "16"}


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def place(page: Page) -> tuple[int, int]:
    """Epoch and batch of the look at the paused training."""
    text = page.get_by_text(re.compile(r"^Epoch \d+, batch \d+ of")).inner_text()
    epoch, batch = re.findall(r"\d+", text)[:2]
    return int(epoch), int(batch)


def test_a_training_is_paused_taken_a_step_given_another_rate_reloaded_let_go_on_and_shared(server, tabs):
    tab = tabs.open(height=1400)
    open_train(tab, server, **LONG, seed="21")
    press(tab, "train")
    wait_for_epochs(tab, 1)

    button(tab, "Pause").click()
    expect(tab.get_by_text(re.compile("paused (in|after) epoch"))).to_be_visible()
    epoch, batch = place(tab)
    expect(tab.get_by_test_id("stDataFrame")).to_be_visible()
    button(tab, "One batch").click()
    expect(tab.get_by_text(f"Epoch {epoch}, batch {batch} of")).to_have_count(0)
    assert place(tab) in {(epoch, batch + 1), (epoch + 1, 1)}

    rate = tab.locator(".st-key-new_rate").get_by_role("spinbutton")
    rate.fill("0.0007")
    rate.press("Enter")
    button(tab, "Set").click()
    button(tab, "One epoch").click()
    expect(tab.get_by_text(re.compile(r"batch (\d+) of \1; learning rate 0\.0007"))).to_be_visible()

    (name,) = watched(tab)
    tab.reload()
    settled(tab)
    expect(tab.get_by_text(re.compile(r"paused after epoch \d+ of 200"))).to_be_visible()
    before = tab.evaluate(EPOCHS)
    button(tab, "Go on").click()
    wait_for_epochs(tab, before + 1)

    press(tab, "stop")
    expect(tab.get_by_text("stopped by hand")).to_be_visible()
    (folder,) = (server.store / "runs").glob(f"{name}-steered-*")
    (made,) = read_info(folder).interventions
    assert made.learning_rate == 0.0007

    other = tabs.open("ru")
    other.goto(tab.url.replace("lang=en", "lang=ru"))
    settled(other)
    expect(other.get_by_text("остановлено вручную").or_(other.get_by_text("обучено раньше")).first).to_be_visible()
    assert not boxes(tab)
    assert not boxes(other)


def test_a_moment_of_the_training_is_chosen_with_the_keyboard_and_shared(server, tab):
    tab.goto(server.link("step_through", lang="en", runs="pets-en-rnn,pets-en-gru", text="Whiskers"))
    settled(tab)
    slider = tab.locator(".st-key-epoch").get_by_role("slider")
    slider.focus()
    slider.press("Home")

    expect(tab).to_have_url(re.compile("epoch=0"))
    expect(tab.locator(".st-key-epoch")).to_contain_text("epoch 0")
    follow(tab, "Gradients")
    expect(tab.locator(".st-key-epoch")).to_contain_text("epoch 0")
    assert not boxes(tab)


def test_a_run_whose_app_was_killed_is_shown_as_interrupted_and_goes_on(server, tabs, tmp_path):
    """A server is killed with everything it knows; the one that is asked later has only what was on its disk."""
    tab = tabs.open()
    with serving(tmp_path, RNNVIZ_SCHEDULER="") as killed:
        open_train(tab, killed, **LONG, seed="22")
        press(tab, "train")
        wait_for_epochs(tab, 5)
        (name,) = watched(tab)
        kept = killed.store / "runs" / ".unfinished" / f"{name}.zip"
        wait_until(kept.exists)
        family = psutil.Process(killed.process.pid).children(recursive=True)
        killed.process.kill()
        killed.process.wait()
        tab.goto("about:blank")
        psutil.wait_procs(family, timeout=20)

    taken_over = server.store / "runs" / ".unfinished" / kept.name
    taken_over.parent.mkdir(parents=True, exist_ok=True)
    kept.rename(taken_over)
    tab.goto(server.link("train", lang="en"))
    settled(tab)
    expect(tab.get_by_text(re.compile(rf"{name} was interrupted after epoch \d+ of 200"))).to_be_visible()
    button(tab, "Go on with it").click()
    expect(tab.get_by_text(re.compile(r"Went on from epoch \d+"))).to_be_visible()
    wait_for_epochs(tab, 12)
    first = tab.evaluate("document.querySelector('.st-key-training_curves .rnnviz-lines').plan.lines[0].x.slice(0, 3)")
    assert first == [0, 1, 2]
    press(tab, "stop")
    expect(tab.get_by_text("stopped by hand")).to_be_visible()
    assert not taken_over.exists()
    assert not boxes(tab)
    tabs.trouble.clear()  # the browser says that the killed server is gone
