"""What the tests of several pages do with a training, and read of it."""

from tests.pages.conftest import sent_to


def press(app, key="train"):
    button = app.button(key=key)
    assert not button.disabled
    return button.click().run()


def unfold(app, part):
    """The page with a part open that is drawn only then: "settings", "cleaning", "experiment" or "breaking"."""
    app.session_state[f"open {part}"] = True
    return app.run()


def states(app):
    """What the card of each run says about where it stands."""
    return {card["title"]: card["state"] for card in cards(app)}


def cards(app):
    """What is said of each run, as the browser is told it; nothing where none is followed."""
    return sent_to(app, "rnnviz_progress").get("progress", {"cards": []})["cards"]
