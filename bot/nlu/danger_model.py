"""How likely a text tells of each danger, weighed apart from what guides are asked for. Pure.

Beside the folded words the words as they are written count, where the writer set marks: "mất" is not "mặt", and
"cháy" is not "chạy". A model of its own, so that more samples of danger make no guide less likely.
"""

import math
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from bot.content.training import Talk
from bot.nlu.danger import Danger
from bot.nlu.linear_model import Document, Evidence
from bot.nlu.normalise import Synonyms, fold, spell_out, words_of

_WEIGHT = 0.5
"""What a sample weighs: the less, the more alike samples must be to be believed."""
_LONGEST = 600
"""Characters that are weighed."""
_NONE, SUSPECTED = "=none", "=suspected"
"""What is no danger, beside the dangers."""


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """Samples beside those of `Talk`: of each danger, of what is no more than `suspected`, and of `none` of them."""

    danger: Mapping[Danger, tuple[str, ...]] = {}
    suspected: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


class Alarm:
    """Knows how dangers are told of."""

    def __init__(self, samples: Sequence[Document], weigh: Callable[[Sequence[Document]], Evidence]) -> None:
        """`weigh` finds, or knows, what the samples say."""
        self._evidence = weigh(samples)

    def likely(self, words: Sequence[str], text: str) -> dict[str, float]:
        """How likely each danger is, by `=` and its name, and SUSPECTED; `words` are the text's, spelled out."""
        weights = self._evidence.weigh([*words, *_marked(text)])
        highest = max(weights)
        powers = [math.exp(weight - highest) for weight in weights]
        each = zip(self._evidence.subjects, powers, strict=True)
        return {subject: power / sum(powers) for subject, power in each if subject != _NONE}


def samples(talk: Talk, told: Told) -> list[Document]:
    """What is learnt from, in words."""
    synonyms = Synonyms(talk.synonyms)
    return [
        Document(subject, [*words, *_marked(text)], _WEIGHT)
        for subject, texts in _by_subject(talk, told)
        for text in dict.fromkeys(texts)
        if (words := synonyms.put_right(spell_out(fold(text))))
    ]


def _by_subject(talk: Talk, told: Told) -> Iterator[tuple[str, Sequence[str]]]:
    for kind, texts in talk.danger.items():
        yield f"={kind}", (*texts, *told.danger.get(kind, ()))
    elsewhere = (text for each in talk.elsewhere.values() for text in each.like)
    yield _NONE, (*talk.greeting, *talk.vague, *talk.beyond, *elsewhere, *told.none)
    yield SUSPECTED, told.suspected


def _marked(text: str) -> list[str]:
    """The words as they are written; none where the writer set no marks."""
    written = unicodedata.normalize("NFC", text[:_LONGEST]).lower()
    return [] if written.isascii() else words_of(written)
