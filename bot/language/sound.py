"""Syllables that many people say alike, and so write one for the other: `nàm` for `làm`, `xinh` for `sinh`.

In the north l and n, s and x, ch and tr, or d, gi and r begin alike; in the south n, ng and nh, or c, t and ch end so.
"""

import re
from collections.abc import Sequence

_BEGIN_ALIKE = (("l", "n"), ("s", "x"), ("ch", "tr"), ("d", "gi", "r", "z"))
_END_ALIKE = (("n", "ng", "nh"), ("c", "t", "ch"))
_PARTS = re.compile(r"(ch|tr|gi(?=[aeouy])|[lnsxdrz](?=[aeiouy]))?(\w*?[aeiouy])(ch|ng|nh|[cmnpt])?")


def said_alike(word: str) -> Sequence[str]:
    """What else a folded syllable may have been written for, whether there are such syllables or not."""
    parts = _PARTS.fullmatch(word)
    if not parts:
        return ()
    begin, middle, end = parts[1] or "", parts[2], parts[3] or ""
    ways = (b + middle + e for b in _group(_BEGIN_ALIKE, begin) for e in _group(_END_ALIKE, end))
    return tuple(way for way in ways if way != word)


def _group(groups: Sequence[Sequence[str]], sound: str) -> Sequence[str]:
    return next((group for group in groups if sound in group), (sound,))
