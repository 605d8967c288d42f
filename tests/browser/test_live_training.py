"""Trainings that are stopped, reloaded and shared, with real workers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, boxes, settled, wait_until

pytestmark = pytest.mark.browser

EPOCHS = "(document.querySelector('.st-key-training_curves .rnnviz-lines')?.plan?.lines?.[0]?.x?.length ?? 0)"


def open_train(page: Page, server: Server, **settings: str) -> None:
    page.goto(server.link("train", **settings))
    settled(page)


def press(page: Page, name: str) -> None:
    page.locator(f".st-key-{name}").get_by_role("button").click()


def wait_for_epochs(page: Page, more_than: int) -> int:
    page.wait_for_function(f"{EPOCHS} > {more_than}")
    return page.evaluate(EPOCHS)


def running(page: Page) -> None:
    expect(page.locator(".st-key-stop").get_by_role("button")).to_be_enabled()
    expect(page.locator(".st-key-train").get_by_role("button")).to_be_disabled()


def watched(page: Page) -> list[str]:
    expect(page).to_have_url(re.compile("watch="))
    return page.evaluate("new URLSearchParams(location.search).get('watch').split(',')")


def test_a_training_survives_a_reload_and_ends_when_it_is_stopped(server, tab):
    open_train(tab, server, epochs="200", patience="0", cells="gru", hidden_size="16", seed="11")
    press(tab, "train")
    before = wait_for_epochs(tab, 1)
    running(tab)
    (name,) = watched(tab)

    tab.reload()
    settled(tab)
    assert wait_for_epochs(tab, before) > before
    assert watched(tab) == [name]
    expect(tab.get_by_role("spinbutton", name="Epochs")).to_have_value("200")
    running(tab)
    first = tab.evaluate("document.querySelector('.st-key-training_curves .rnnviz-lines').plan.lines[0].x.slice(0, 3)")
    assert first == [0, 1, 2], "the epochs before the reload are there too"

    press(tab, "stop")
    wait_until(lambda: list((server.store / "runs").glob(f"{name}-stopped-*")))
    assert len(list((server.store / "runs").glob(f"{name}-*"))) == 1

    expect(tab.get_by_text("stopped by hand")).to_be_visible()
    tab.get_by_test_id("stPageLink").filter(has_text="Step through").click()
    expect(tab.get_by_test_id("stMultiSelect")).to_contain_text("stopped")
    settled(tab)
    assert not boxes(tab)


def test_two_people_who_press_the_same_button_join_one_run(server, tabs):
    settings = {"epochs": "200", "patience": "0", "cells": "rnn", "hidden_size": "16", "seed": "13"}
    one, other = tabs.open(), tabs.open("ru")
    open_train(one, server, **settings, dataset="pets")
    open_train(other, server, **settings, dataset="pets")

    press(one, "train")
    grown = wait_for_epochs(one, 1)
    press(other, "train")
    wait_for_epochs(other, grown - 1)
    assert watched(one) == watched(other)
    running(one)
    running(other)

    press(other, "stop")
    expect(one.get_by_role("heading", name="What they came to")).to_be_visible()
    expect(other.locator(".st-key-train").get_by_role("button")).to_be_enabled()
    assert len(list((server.store / "runs").glob(f"{watched(one)[0]}*"))) == 1
    assert not boxes(one)
    assert not boxes(other)


def test_the_curves_grow_without_streamlit_drawing_the_page(server, tab):
    heard = []
    tab.on("websocket", lambda socket: socket.on("framereceived", lambda _frame: heard.append(socket.url)))
    open_train(tab, server, epochs="200", patience="0", cells="gru", hidden_size="16", seed="17")
    press(tab, "train")
    running(tab)
    grown = wait_for_epochs(tab, 2)
    settled(tab)
    heard.clear()

    grown = wait_for_epochs(tab, grown)
    wait_for_epochs(tab, grown)

    assert heard == []
    expect(tab.locator(".progress-state")).to_have_text(re.compile(r"epoch \d+ of 200"))
    press(tab, "stop")
    expect(tab.get_by_text("stopped by hand")).to_be_visible()


NO_CLOCKS = (
    "const real = setInterval; window.setInterval = (act, ms, ...more) => ms < 9000 ? real(act, ms, ...more) : 0"
)


def test_the_page_is_drawn_anew_at_the_end_though_streamlit_does_not_look_by_itself(server, tab):
    tab.add_init_script(NO_CLOCKS)
    open_train(tab, server, epochs="30", patience="0", cells="gru", hidden_size="16", seed="19")
    press(tab, "train")
    running(tab)

    expect(tab.get_by_role("heading", name="What they came to")).to_be_visible()

    expect(tab.locator(".progress-state")).to_have_text("all epochs done")
    expect(tab.locator(".st-key-train").get_by_role("button")).to_be_enabled()
