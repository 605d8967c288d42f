"""Texts from outside in Markdown: nothing in them acts. What Streamlit itself makes of them is tested in a browser."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.ui.markdown import escaped

WORD_JOINER = "\u2060"
SIGNS = r"\`*_{}[]()<>#+-.!|~$:&^=@"

NASTY = [
    "**bold** _slanted_ `code` ~~gone~~ ==marked==",
    "[link](https://evil.example) <https://evil.example> ![image](x.png)",
    "https://evil.example www.evil.example WWW.EVIL.EXAMPLE me@evil.example http://evil.example",
    "# heading", "> quote", "- item", "1. item", "+ item", "| a | b |", "---", "```",
    ":red[coloured] :material/home: :streamlit: :smile: :red-background[x] :small[x]",
    "$x^2$ $$x$$ \\(x\\)",
    "<b>bold</b> <script>alert(1)</script> <!-- note --> &amp; &#42;",
    "-> <- <-> -- >= <= ~=",
    "[^1] [ ] [x] [a]: https://evil.example",
    "\\* \\\\* \\",
]  # fmt: skip

typed = st.text(alphabet=st.one_of(st.sampled_from(SIGNS + " \nax1w/"), st.characters(exclude_categories=["Cs"])))


def shown(markdown: str) -> str:
    """What is left when backslashes have done their work and signs without width are not seen."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(WORD_JOINER, "")


@settings(deadline=None)
@given(typed)
def test_what_is_shown_is_the_text_itself(text):
    assert shown(escaped(text)) == text.replace(WORD_JOINER, "")


@settings(deadline=None)
@given(typed)
def test_every_special_sign_has_a_backslash_before_it(text):
    rest = re.sub(r"\\[!-/:-@\[-`{-~]", "", escaped(text))

    assert not set(rest) & set(SIGNS)


@pytest.mark.parametrize("text", NASTY)
def test_nothing_active_is_left_for_a_markdown_parser(text):
    """markdown-it with everything switched on that it has, as an oracle of its own."""
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    (opened, inline, closed) = parser.parse(f"There is “{escaped(text)}” here")

    assert (opened.type, closed.type) == ("paragraph_open", "paragraph_close")
    assert {token.type for token in inline.children} <= {"text", "text_special", "softbreak"}


@pytest.mark.parametrize(
    "trigger", ["https://", "HTTP://", "www.", "WWW.", ":material/", ":streamlit:", "->", "<-", "--", ">=", "<=", "~="]
)
def test_what_streamlit_finds_after_the_backslashes_are_gone_is_broken_up(trigger):
    """Addresses, icons and arrows are found in the finished text, where no backslash helps."""
    left = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped(f"a {trigger}b c"))

    assert trigger not in left
    assert left.replace(WORD_JOINER, "") == f"a {trigger}b c"


def test_an_address_of_a_person_is_broken_up():
    assert "@" + WORD_JOINER in escaped("me@evil.example")


@pytest.mark.parametrize("text", ["", "Барсик", "Whiskers", "кот и пёс", "12"])
def test_a_harmless_text_stays_as_it_is(text):
    assert escaped(text) == text


def test_a_name_with_a_hyphen_gets_nothing_but_a_backslash():
    assert escaped("Анна-Мария") == "Анна\\-Мария"
