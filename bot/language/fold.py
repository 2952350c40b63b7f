"""Text as people type it, made comparable: `fold` for words, `digit` for answers. Pure."""

import re
import unicodedata

from bot.language.patterns import compiled, composed

_LOOKS_LIKE_D = dict.fromkeys("đðɖ", "d")
_KEPT_BELOW = 0x2200


class _Table(dict[int, str]):
    """What each character becomes; worked out once, and remembered for the characters that people really type.

    Each for itself: to normalise a whole text would put marks in order, which long stacks of them make slow.
    """

    def __missing__(self, code: int) -> str:
        became = "".join(map(_fold_character, unicodedata.normalize("NFKD", chr(code)).lower()))
        if code < _KEPT_BELOW:
            self[code] = became
        return became


def _fold_character(character: str) -> str:
    if character in _LOOKS_LIKE_D:
        return _LOOKS_LIKE_D[character]
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category[0] in "LN":
        return character
    return "" if category[0] == "M" or category in ("Cc", "Cf") else " "


_TABLE = _Table()


def fold(text: str) -> str:
    """The words of `text` in plain lower-case letters and digits, one space between them.

    "Đăng  nhập VNeID?" and "dang nhap vneid" become the same. Compatibility forms (full-width, circled) become the
    ordinary ones; diacritics and invisible characters are dropped; punctuation parts words.
    """
    return " ".join(text.translate(_TABLE).split())


_WORD = re.compile(r"[^\W_]+")  # one class repeated: each character is read once


def words_of(text: str) -> list[str]:
    """The words of a text as they are written."""
    return _WORD.findall(text)


_NUMBER_WORDS = {
    "một": "1", "mot": "1", "hai": "2", "ba": "3", "bốn": "4", "bon": "4", "năm": "5", "nam": "5", "sáu": "6",
    "sau": "6", "bảy": "7", "bẩy": "7", "bay": "7", "tám": "8", "tam": "8", "chín": "9", "chin": "9",
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_AFTER_SO = {"không": "0", "khong": "0"}
"""Alone these mean "no"; only "số không" is the digit."""

_BEFORE = compiled(
    r"(?:(?:da|vang) )?"
    r"(?:(?:(?:em|toi|minh|bac|co|chu|chau|anh|chi|i) )?(?:xin )?(?:chon|bam|nhan|tra loi|press|choose|pick) )?"
    r"(?:(?:cai|cau|phim|nut|o|muc|y|phuong an|choice|option|number|no) )?(?:so )?"
)
_AFTER = frozenset({"a", "nhe", "nha", "di", "day", "please"})
_LONGEST = 40


def digit(text: str) -> str | None:
    """The one digit that `text` gives as an answer, in any form people write it; None when it is something else.

    Reads "1", "1.", "số 1", "bấm số một", "mot", "①", "１", "1️⃣", "#1", "number one". A word with diacritics must be
    the number's own spelling: "bà" is not "ba". "Không" means "no"; only "số không" is 0. "Mục 2" is an answer, "mức 2"
    and "muc 2" are a level of VNeID.
    """
    if len(text) == 1 and text in "0123456789":
        return text
    if len(text) > _LONGEST:
        return None
    folded = fold(text).split()
    while len(folded) > 1 and folded[-1] in _AFTER:
        folded.pop()
    if not folded or not _BEFORE.fullmatch("".join(f"{word} " for word in folded[:-1])):
        return None
    if "muc" in folded[:-1] and "mục" not in composed(text).lower():
        return None
    if len(folded[-1]) == 1 and folded[-1] in "0123456789":
        return folded[-1]
    return _number_word(text, folded)


def _number_word(text: str, folded: list[str]) -> str | None:
    words = words_of(unicodedata.normalize("NFKC", text).lower())
    if len(words) < len(folded):
        return None
    word = words[len(folded) - 1]
    if len(folded) > 1 and folded[-2] == "so" and word in _AFTER_SO:
        return _AFTER_SO[word]
    return _NUMBER_WORDS.get(word)
