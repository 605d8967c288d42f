"""What the tests of several pages do with a training, and read of it."""

import re

from tests.pages.conftest import plain


def press(app, key="train"):
    button = app.button(key=key)
    assert not button.disabled
    return button.click().run()


def unfold(app, part):
    """The page with a part open that is drawn only then: "settings", "cleaning", "experiment" or "breaking"."""
    app.session_state[f"open {part}"] = True
    return app.run()


def states(app):
    """What the line of each run says about where it stands."""
    lines = [re.fullmatch(r":\w+\[\*\*(\w+)\*\*\] · (.*)", text.value) for text in app.markdown]
    return {line[1]: plain(line[2]) for line in lines if line}
