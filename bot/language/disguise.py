"""Text written so that nobody finds what it says: letters apart, letters of other alphabets, dots in words. Pure."""

import unicodedata

from bot.language.numbers import seen
from bot.language.patterns import compiled

_ALIKE = str.maketrans("аеорсухіјѕԁһкмтвнАЕОРСУХІЈЅКМТВНοαρτινκ", "aeopcyxijsdhkmtbhAEOPCYXIJSKMTBHoaptivk")
"""Cyrillic and Greek letters, and the Latin ones that they look like."""
_APART = compiled(r"(^|[^\pL\pN])(\pL(?:[ ._*'\-]{1,2}\pL){2,})($|[^\pL\pN])")
"""Three letters or more that stand alone, as in "o t p" or "O.T.P": words of one letter do not come in threes."""
_AT = compiled(r"(\pL)@(\pL{0,3}(?:$|[^\pL\pN_.]))")
"""What stands for an "a", as in "ch@u"; in an address more comes after it."""
_GAPS = str.maketrans("", "", " ._*'-")
_BRACKETS = compiled(r"\s?[\[({<]\s?(?:\.|dot|chấm|cham)\s?[\])}>]\s?", any_case=True)
_DOTS = compiled(r"([\pL\pN])[。·•‧∙・]([\pL\pN])")


def with_dots(text: str) -> str:
    """The same text without what nobody sees, and with a dot where "[.]" or "·" stands for one."""
    plain = _BRACKETS.sub(".", seen(unicodedata.normalize("NFKC", text)))
    return _DOTS.sub(r"\1.\2", _DOTS.sub(r"\1.\2", plain))  # twice: what ends one match may begin the next


def undisguised(text: str) -> str:
    """The same text as its reader understands it. What is written plainly stays as it is."""
    plain = _AT.sub(r"\1a\2", _AT.sub(r"\1a\2", with_dots(text))).translate(_ALIKE)
    return _APART.sub(lambda apart: apart[1] + apart[2].translate(_GAPS) + apart[3], plain)
