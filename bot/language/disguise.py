"""Text written so that nobody finds what it says: letters apart, letters of other alphabets, dots in words. Pure."""

import re
import unicodedata

_ALIKE = str.maketrans("аеорсухіјѕԁһкмтвнАЕОРСУХІЈЅКМТВНοαρτινκ", "aeopcyxijsdhkmtbhAEOPCYXIJSKMTBHoaptivk")
"""Cyrillic and Greek letters, and the Latin ones that they look like."""
_UNSEEN = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:[ ._*'\-]{1,2}[^\W\d_](?![^\W_])){2,}")
"""Three letters or more that stand alone, as in "o t p" or "O.T.P": words of one letter do not come in threes."""
_AT = re.compile(r"(?<=[^\W\d_])@(?=[^\W\d_]{0,3}(?![\w.]))")
"""What stands for an "a", as in "ch@u"; in an address more comes after it."""
_GAP = re.compile(r"[ ._*'\-]")
_DOTS = re.compile(r"\s?[\[({<]\s?(?:\.|dot|chấm|cham)\s?[\])}>]\s?|(?<=[^\W_])[。·•‧∙・](?=[^\W_])", re.IGNORECASE)


def with_dots(text: str) -> str:
    """The same text without what nobody sees, and with a dot where "[.]" or "·" stands for one."""
    return _DOTS.sub(".", _UNSEEN.sub("", unicodedata.normalize("NFKC", text)))


def undisguised(text: str) -> str:
    """The same text as its reader understands it. What is written plainly stays as it is."""
    return _APART.sub(lambda apart: _GAP.sub("", apart[0]), _AT.sub("a", with_dots(text)).translate(_ALIKE))
