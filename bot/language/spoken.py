"""What a machine heard, made more like what people type. Pure."""

import re

_DIGITS = {
    "không": "0", "linh": "0", "lẻ": "0", "một": "1", "mốt": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4",
    "năm": "5", "lăm": "5", "nhăm": "5", "sáu": "6", "bảy": "7", "bẩy": "7", "tám": "8", "chín": "9",
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_READ_OUT = 4
"""So many digits in a row are a number that is read out: a code, a card, a telephone."""

_WORD = "|".join(_DIGITS)
_IN_A_ROW = re.compile(rf"\b(?:{_WORD}|\d)(?:[ ,]+(?:{_WORD}|\d)){{{_READ_OUT - 1},}}\b", re.IGNORECASE)
_LETTERS = re.compile(r"\b(?:o|ô|ồ) (?:t|tê|tờ) (?:p|pê|pờ)\b", re.IGNORECASE)
"""How "OTP" is spelled aloud."""


def as_typed(text: str) -> str:
    """The same with digits that were read out written as a number, so that a code is known for what it is.

    "mã là một hai ba bốn" becomes "mã là 1234".
    """
    return _IN_A_ROW.sub(_number, _LETTERS.sub("OTP", text))


def _number(said: re.Match[str]) -> str:
    words = re.split(r"[ ,]+", said[0].lower())
    return "".join(_DIGITS.get(word, word) for word in words)


_SAID_BACK = 300
"""Characters of what was heard that are said back."""


def said_back(heard: str) -> str:
    """What was heard, short enough to be read at a glance."""
    return heard if len(heard) <= _SAID_BACK else f"{heard[:_SAID_BACK].rsplit(' ', 1)[0]}…"
