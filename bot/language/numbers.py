"""The numbers in a text, whatever they are written in: digits of any kind, words, with anything between them. Pure.

Everything here passes over a text once.
"""

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from bot.language.fold import fold

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e01ef]"
)
"""Control and formatting characters, and halves of characters, which cannot be stored."""
_ITEM = re.compile(r"[0-9]+|[^\W\d_]+")
_FURTHEST = 12
"""Characters that may stand between two parts of one number."""

SPOKEN = {
    "không": "0", "linh": "0", "lẻ": "0", "một": "1", "mốt": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4",
    "năm": "5", "lăm": "5", "nhăm": "5", "sáu": "6", "bảy": "7", "bẩy": "7", "tám": "8", "chín": "9",
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
"""How digits are read out."""
_WORDS = SPOKEN | {fold(word): number for word, number in SPOKEN.items()} | {"mười": "1", "mươi": "0", "muoi": "0"}


def words_in(listed: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(listed.split())


_JOINING = words_in("chấm cham phẩy phay gạch gach cách cach trừ tru dot dash point space")
"""What is said for what stands between."""


class _Digits(dict[int, str]):
    """The digit that each character shows; worked out once for each character that people really type."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        shown = unicodedata.normalize("NFKC", character)
        digits = [letter for letter in shown if letter.isdecimal()]
        whole = len(digits) == len(shown.strip("()., ")) and character.isprintable()
        became = str(unicodedata.decimal(digits[0])) if digits and whole else character
        if code < 0x3300:
            self[code] = became
        return became


_DIGITS = _Digits()


class Item(Struct):
    """A word in lower case, or a number: `digits`, and whether it is `spoken`. Both may be: "ba" is 3 and a father."""

    start: int
    end: int
    word: str = ""
    digits: str = ""

    @property
    def spoken(self) -> bool:
        return bool(self.word)


def seen(text: str) -> str:
    """The text without what nobody sees: it could part a number."""
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)


def in_digits(text: str) -> str:
    """The text, as long as it is, with ordinary digits for those of any script, in circles, raised or full-width."""
    return text if text.isascii() else text.translate(_DIGITS)


def items(text: str) -> list[Item]:
    """The words and numbers of a text that is `in_digits`, in order."""
    found = []
    for match in _ITEM.finditer(text):
        what, (start, end) = match[0], match.span()
        if what[0] in "0123456789":
            found.append(Item(start, end, digits=what))
        else:
            word = what.lower()
            found.append(Item(start, end, word, _WORDS.get(word, "")))
    return found


def chains(text: str, found: Sequence[Item], cover: str) -> list[list[int]]:
    """The numbers that may belong together, by their places among the items; what is covered parts them."""
    rows: list[list[int]] = []
    last = -2
    for at, item in enumerate(found):
        if not item.digits:
            continue
        joined = last >= 0 and (at == last + 1 or (at == last + 2 and found[at - 1].word in _JOINING))
        if joined:
            between = text[found[last].end : item.start]
            joined = len(between) <= _FURTHEST + (at - last - 1) * 6 and cover not in between
        if joined:
            rows[-1].append(at)
        else:
            rows.append([at])
        last = at
    return rows
