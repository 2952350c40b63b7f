"""Syllables that many people say alike, and so write one for the other: `nàm` for `làm`, `xinh` for `sinh`.

In the north l and n, s and x, ch and tr, or d, gi and r begin alike; in the south n, ng and nh, or c, t and ch end so.
"""

import re

_BEGIN_ALIKE = {
    "l": ("n",), "n": ("l",), "s": ("x",), "x": ("s",), "ch": ("tr",), "tr": ("ch",),
    "d": ("gi", "r"), "gi": ("r",), "r": ("gi",), "z": ("d", "gi", "r"),
}  # fmt: skip
"""Nothing but z is taken for d: without its marks that is đ as a rule, which nobody says so."""
_END_ALIKE = {
    "n": ("ng", "nh"), "ng": ("n", "nh"), "nh": ("n", "ng"), "c": ("t", "ch"), "t": ("c", "ch"), "ch": ("c", "t"),
}  # fmt: skip
_PARTS = re.compile(r"(ch|tr|gi(?=[aeouy])|[lnsxdrz](?=[aeiouy]))?(\w*?[aeiouy])(ch|ng|nh|[cmnpt])?")


def said_alike(word: str) -> list[str]:
    """What else a folded syllable may have been written for, whether there are such syllables or not."""
    parts = _PARTS.fullmatch(word)
    if not parts:
        return []
    begin, middle, end = parts[1] or "", parts[2], parts[3] or ""
    begins, ends = (begin, *_BEGIN_ALIKE.get(begin, ())), (end, *_END_ALIKE.get(end, ()))
    return [b + middle + e for b in begins for e in ends][1:]
