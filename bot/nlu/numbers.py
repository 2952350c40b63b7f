"""The numbers in a text, whatever they are written in: digits of any kind, words, with anything between them. Pure.

Everything here passes over a text once.
"""

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from bot.nlu.normalise import fold
from bot.nlu.patterns import compiled

DOSSIER = compiled(r"(?:\d+\.)*[A-Za-z]\d{2}(?:\.\d+)*-\d{6}-\d{3,6}\b")
"""The number of a dossier."""
COVER = "[…]"
"""What stands for a secret: numbers on both sides of it do not belong together."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u20e3\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Control characters, those that Unicode has renderers show as nothing (Default_Ignorable_Code_Point), among them all
that turn the order of letters, and halves of characters, which cannot be stored.
"""
_BLANK = re.compile("[\u2800\u3164\uffa0]")
"""Letters of other scripts that are shown as a gap."""
_ITEM = re.compile(r"[0-9]+|[^\W\d_]+")
_FURTHEST = 12
"""Characters that may stand between two parts of one number."""

SPOKEN = {
    "không": "0", "linh": "0", "lẻ": "0", "một": "1", "mốt": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4",
    "năm": "5", "lăm": "5", "nhăm": "5", "sáu": "6", "bảy": "7", "bẩy": "7", "tám": "8", "chín": "9",
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "oh": "0",
}  # fmt: skip
"""How digits are read out."""
_TENS = {"mười": "1", "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
         "eighty": "8", "ninety": "9"}  # fmt: skip
_WORDS = SPOKEN | {fold(word): number for word, number in SPOKEN.items()} | _TENS
_SHORTEST_GLUED = 5
"""Letters of digits that are read out and written as one word: "bảyba"."""
_SAID = tuple(sorted(_WORDS, key=len, reverse=True))
_READ_OUT = compiled("|".join(_SAID))
_GLUED = compiled(f"(?:{'|'.join(_SAID)}){{2,}}")


def words_in(listed: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(listed.split())


_JOINING = words_in("chấm cham phẩy phay gạch gach cách cach trừ tru dot dash point space mươi muoi")
"""What is said for what stands between."""
LOOSE = words_in(
    "với voi và va rồi roi xong đến den số so là la cuối cuoi đầu dau đó do tiếp tiep kế ke nữa nửa nua giữa giua"
    " tới toi thì thi theo đuôi duoi trăm tram nghìn nghin ngàn ngan lẻ and then number hundred thousand"
)
"""What may stand between parts of one number, and as well between two numbers: what is around has to tell."""
BETWEEN = _JOINING | LOOSE
_HALF = 3
"""Digits of half a code."""
_MOST_LOOSE = 3
"""So many of those words may stand between two parts."""
_LETTER_BESIDE_DIGIT = re.compile(r"[0-9][OoIlZS]|[OoIl][0-9]")
_LETTERS = re.compile(
    r"(?<![^\W_])(?![0-9]{1,4}l\b)(?=[OoIl]{0,18}[0-9])[0-9OoIl]{4,19}(?![^\W_])"
    r"|(?<=[0-9])[Oo]+(?![^\W\d_])|(?<=[0-9])[OoIl](?=[0-9])|(?<![^\W_])[Oo](?=[0-9]{3})"
    r"|(?<=[0-9OoIl]{4})[ZS](?![^\W\d_])"
)
"""Letters that are meant for digits: right between some, 0 at the ends, and in a word of nothing else, which is no
amount of litres; behind four of them those that look like 2 and 5 as well.
"""
_LETTERS_DIGITS = str.maketrans("OoIlZS", "001125")


class _Digits(dict[int, str]):
    """The digit that each character shows; worked out once for each character that people really type."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        shown = unicodedata.normalize("NFKC", character).strip("()., ")
        one = shown if len(shown) == 1 else character  # "Ⅶ" is shown as three letters
        value = unicodedata.numeric(one, -1) if character.isprintable() else -1
        became = str(int(value)) if value in range(10) else character
        if code < 0x3300 or became != character:
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
    """The text without what nobody sees: it could part a number, or have the letters read in another order."""
    return text if text.isascii() and text.isprintable() else _BLANK.sub(" ", _UNSEEN.sub("", text))


def in_digits(text: str) -> str:
    """The text, as long as it is, with ordinary digits for those of any script, in circles, raised or full-width.

    Letters among digits that look like one count as it.
    """
    text = text if text.isascii() else text.translate(_DIGITS)
    if not _LETTER_BESIDE_DIGIT.search(text):
        return text
    return _LETTERS.sub(lambda found: found[0].translate(_LETTERS_DIGITS), text)


def items(text: str) -> list[Item]:
    """The words and numbers of a text that is `in_digits`, in order."""
    found = []
    for match in _ITEM.finditer(text):
        what, (start, end) = match[0], match.span()
        if what[0] in "0123456789":
            found.append(Item(start, end, digits=what))
        else:
            word = what.lower()
            found.append(Item(start, end, word, _WORDS.get(word) or _glued(word)))
    return found


def _glued(word: str) -> str:
    """The digits of several that are read out in one word."""
    if len(word) < _SHORTEST_GLUED or not word.startswith(_SAID) or not _GLUED.fullmatch(word):
        return ""
    return "".join(_WORDS[one[0]] for one in _READ_OUT.finditer(word))


def chains(text: str, found: Sequence[Item]) -> list[list[int]]:
    """The numbers that may belong together, by their places among the items; what is covered parts them."""
    rows: list[list[int]] = []
    last = -2
    for at, item in enumerate(found):
        if not item.digits:
            continue
        if last >= 0 and _may_go_on(text, found, last, at):
            rows[-1].append(at)
        else:
            rows.append([at])
        last = at
    return rows


def _may_go_on(text: str, found: Sequence[Item], last: int, at: int) -> bool:
    words = at - last - 1
    known = words <= _MOST_LOOSE and all(
        item.word in LOOSE or (words == 1 and item.word in _JOINING) for item in found[last + 1 : at]
    )
    if not known and not (words == 1 and _are_halves(found[last], found[at])):
        return False
    between = text[found[last].end : found[at].start]
    return len(between) <= _FURTHEST + words * 6 and COVER not in between


def _are_halves(one: Item, other: Item) -> bool:
    """Whether two numbers look like the halves of a code, whatever word parts them: "503 tách 862"."""
    return len(one.digits) == len(other.digits) == _HALF and not (one.spoken or other.spoken)


def is_loose(found: Sequence[Item], last: int, at: int) -> bool:
    """Whether two numbers that may belong together might as well be two."""
    return any(item.word not in _JOINING for item in found[last + 1 : at])
