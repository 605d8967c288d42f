"""Write `data/reviews.csv` from the reviews in `data/reviews/`.

One file for each phenomenon, one review a line: `+` or `-`, a blank, the text. What is
written there is checked first, then shuffled with a fixed seed, and counted in
`data/README.md`. Run from the repository: `python -m scripts.make_reviews`.
"""

import csv
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rnnviz.text.cleaning import clean_text

DATA = Path(__file__).resolve().parents[1] / "data"
SEED = 2026

FILE = "reviews.csv"
HEADER = ("review", "sentiment", "phenomenon")
PHENOMENA = ("plain", "negation", "turn", "irony", "early", "mixed")
SENTIMENTS = {"+": "positive", "-": "negative"}

_LINE = re.compile(r"([+-]) (\S.*)")
_ALLOWED = re.compile(r"[A-Za-z .,;:!?'-]+")
_SENTENCES = re.compile(r"[^.!?]+[.!?](?: |$)")
MOST_SENTENCES = 4


class ReviewsError(ValueError):
    """A review that was not written down as the others are."""


@dataclass(frozen=True)
class Review:
    text: str
    sentiment: str
    phenomenon: str


def sentences(text: str) -> int:
    """How many sentences the text has; 0 if it is not sentences from end to end."""
    found: list[str] = _SENTENCES.findall(text)
    return len(found) if "".join(found) == text else 0


def read_line(line: str, phenomenon: str) -> Review:
    if (parts := _LINE.fullmatch(line)) is None:
        raise ReviewsError(f"{phenomenon}.txt: expected '+ text' or '- text', got {line!r}")
    sign, text = parts.groups()
    if _ALLOWED.fullmatch(text) is None or " ".join(text.split()) != text:
        raise ReviewsError(f"{phenomenon}.txt: only English letters, single blanks and . , ; : ! ? ' - in {text!r}")
    if not 1 <= sentences(text) <= MOST_SENTENCES:
        raise ReviewsError(f"{phenomenon}.txt: expected 1 to {MOST_SENTENCES} sentences, got {text!r}")
    return Review(text, SENTIMENTS[sign], phenomenon)


def read_reviews() -> list[Review]:
    return [
        read_line(line, phenomenon)
        for phenomenon in PHENOMENA
        for line in (DATA / "reviews" / f"{phenomenon}.txt").read_text(encoding="utf-8").split("\n")[:-1]
    ]


def check(reviews: list[Review]) -> None:
    """No text twice, also as a net sees it, and both sentiments in each phenomenon."""
    texts = Counter(clean_text(review.text) for review in reviews)
    if twice := [text for text, count in texts.items() if count > 1]:
        raise ReviewsError(f"written down twice: {twice}")
    there = {(review.phenomenon, review.sentiment) for review in reviews}
    if missing := [(name, sign) for name in PHENOMENA for sign in SENTIMENTS.values() if (name, sign) not in there]:
        raise ReviewsError(f"no review for {missing}")


def table(reviews: list[Review]) -> str:
    counts = Counter((review.phenomenon, review.sentiment) for review in reviews)
    lines = [f"| `{FILE}` | positive | negative | rows |", "|---|---:|---:|---:|"]
    for name in PHENOMENA:
        positive, negative = (counts[name, sign] for sign in SENTIMENTS.values())
        lines.append(f"| {name} | {positive} | {negative} | {positive + negative} |")
    positive, negative = (sum(counts[name, sign] for name in PHENOMENA) for sign in SENTIMENTS.values())
    lines.append(f"| all | {positive} | {negative} | {positive + negative} |")
    return "\n".join(lines)


def main() -> None:
    reviews = read_reviews()
    check(reviews)
    random.Random(SEED).shuffle(reviews)
    rows = [(review.text, review.sentiment, review.phenomenon) for review in reviews]
    with (DATA / FILE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])
    readme = DATA / "README.md"
    text = readme.read_text(encoding="utf-8")
    marked = re.compile(r"(<!-- review counts -->\n).*(<!-- /review counts -->)", re.DOTALL)
    counts = table(reviews)
    readme.write_text(marked.sub(lambda match: f"{match[1]}{counts}\n{match[2]}", text), encoding="utf-8")
    print(counts)


if __name__ == "__main__":
    main()
