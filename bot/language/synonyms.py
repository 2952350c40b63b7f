"""Words that mean the same: what residents say becomes what guides say."""

import sys
from collections.abc import Mapping

from bot.language.fold import fold
from bot.language.patterns import compiled, literal
from bot.language.vocabulary import spell_out


class Synonyms:
    """Knows what is said instead of each word, or few words; the longest that fits is taken."""

    def __init__(self, said_instead: Mapping[str, str]) -> None:
        self._instead = {fold(said): plain(meant) for said, meant in said_instead.items()}
        longest_first = sorted(map(literal, filter(None, self._instead)), key=lambda said: (-len(said), said))
        self._pattern = compiled(rf"\b(?:{'|'.join(longest_first)})\b") if longest_first else None

    def put_right(self, words: list[str]) -> list[str]:
        """The spelled-out words with every synonym replaced."""
        if self._pattern:
            words = self._pattern.sub(lambda said: self._instead[said[0]], " ".join(words)).split()
        return list(map(sys.intern, words))  # one word stands in many texts: in memory, once


def plain(text: str) -> str:
    """The words of a text, folded and spelled out, as synonyms meet them."""
    return " ".join(spell_out(fold(text)))


def chained(synonyms: Mapping[str, str]) -> list[str]:
    """Those of the synonyms that mean what is, or has in it, what one of them is said instead of."""
    known = [f" {folded} " for said in synonyms if (folded := fold(said))]
    return [said for said, meant in synonyms.items() if any(word in f" {plain(meant)} " for word in known)]
