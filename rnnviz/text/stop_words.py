"""Stop words: frequent words that say little of what a text means, and that may be left out.

The lists were written for this project. Negations (no, not, never, isn’t …; не, нет, ни …) are not on
them, nor what turns or weighs a judgement (but, very, too; но, очень, слишком): leaving these out could
make the opposite of a text. Punctuation stays.
"""

import dataclasses
from collections.abc import Iterable

import numpy as np

from rnnviz.language import N_
from rnnviz.text.cleaning import EXAMPLES, StepReport
from rnnviz.text.corpus import Corpus
from rnnviz.text.sequences import Sequences

STOP_WORD_TITLES = {"keep": N_("keep them"), "drop": N_("leave them out")}
"""What may be done with them, by name."""
STEP = "stop_words"
"""The report of texts that had nothing else."""

_ENGLISH = """
a an the this that these those such
i me my mine myself we us our ours ourselves you your yours yourself yourselves
he him his himself she her hers herself it its itself they them their theirs themselves
one ones someone somebody something anyone anybody anything everyone everybody everything
who whom whose which what when where why how
am is are was were be been being do does did doing done have has had having
will would shall should can could may might must
i'm i've i'd i'll you're you've you'd you'll he's he'd he'll she's she'd she'll
it's it'd it'll we're we've we'd we'll they're they've they'd they'll
that's that'll there's there'd here's what's who's who'd who'll where's how's when's let's
and or as if than because while since until whether so then
of in on at by for with from to into onto upon about against between among through during
before after above below over under within along across around behind beside near off out up down
here there now again once also
"""
_RUSSIAN = """
я меня мне мной мною мы нас нам нами ты тебя тебе тобой тобою вы вас вам вами
он его ему им нём нем она её ее ей ею ней нею оно они их ими них ним ними него неё нее нему
себя себе собой собою мой моя моё мое мои моего моей моих моему моим моими мою
наш наша наше наши нашего нашей наших нашему нашим нашу твой твоя твоё твое твои
ваш ваша ваше ваши вашего вашей ваших свой своя своё свое свои своего своей своих своему своим своими свою
этот эта это эти этого этой этих этому этим этими эту тот та те того той тех тому тем теми ту
такой такая такое такие такого таких кто кого кому кем что чего чему чем чём который которая которое которые
которого которой которых которому которым которую какой какая какое какие чей чья чьё чьи
быть был была было были буду будет будут будем есть бы б
и да или либо как если чтобы потому поэтому пока когда где куда откуда там тут здесь туда сюда
в во на с со к ко о об обо от ото до из изо у за по под подо над при про для через между перед передо
около возле среди
же ли то уже ещё еще вот так тоже также снова опять потом тогда теперь сейчас
"""
STOP_WORDS = frozenset(f"{_ENGLISH} {_RUSSIAN}".split())
"""In small letters, with straight apostrophes; no word is spelt the same in both alphabets."""


def is_stop_word(token: str) -> bool:
    """Whether a token of a cleaned text is one, however its apostrophe was typed."""
    return token.replace("’", "'") in STOP_WORDS


def without_stop_words(tokens: Iterable[str]) -> list[str]:
    """What is read of one text."""
    return [token for token in tokens if not is_stop_word(token)]


def drop_stop_words(corpus: Corpus) -> Corpus:
    """The corpus as if no text had ever had a stop word; texts of nothing else are left out, and reported."""
    stop = np.array([is_stop_word(token) for token in corpus.tokens], dtype=bool)
    renumbered = (np.cumsum(~stop) - 1).astype(np.int32)
    sequences = corpus.sequences
    kept = ~stop[sequences.flat]
    left = np.add.reduceat(kept, sequences.starts, dtype=np.int64) if len(sequences) else sequences.ends
    full = np.flatnonzero(left)
    lost = np.flatnonzero(left == 0)
    examples = tuple((corpus.texts[int(row)], "") for row in lost[:EXAMPLES])
    return dataclasses.replace(
        corpus,
        texts=corpus.texts.chosen(full),
        sequences=Sequences(renumbered[sequences.flat[kept]], np.cumsum(left[full], dtype=np.int64)),
        tokens=tuple(without_stop_words(corpus.tokens)),
        labels=corpus.labels[full],
        test=int((full >= len(sequences) - corpus.test).sum()),
        steps=(*corpus.steps, StepReport(STEP, len(lost), examples)),
    )
