"""Text as people type it, made comparable: `fold` for words, `digit` for answers. Pure.

How residents write: abbreviations and common misspellings, in folded form (`fold`).

Words that mean the same: what residents say becomes what guides say.

Syllables of Vietnamese without their marks, also when the keyboard did not set the marks: Telex and VNI residue.

What is made of other syllables may be English.

Syllables that many people say alike, and so write one for the other: `nàm` for `làm`, `xinh` for `sinh`.

In the north l and n, s and x, ch and tr, or d, gi and r begin alike; in the south n, ng and nh, or c, t and ch end so.
"""

import re
import sys
import unicodedata
from collections.abc import Mapping

from bot.nlu.patterns import compiled, composed, literal

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


_WRITTEN_OUT: Mapping[str, str] = {
    # Abbreviations
    "bhtn": "bao hiem that nghiep", "bhxh": "bao hiem xa hoi", "bhyt": "bao hiem y te", "bn": "bao nhieu",
    "cccd": "can cuoc", "cc": "can cuoc", "cmnd": "can cuoc", "cmt": "can cuoc", "cks": "chu ky so",
    "ck": "chuyen khoan", "dc": "duoc", "dk": "dang ky", "dki": "dang ky", "dkkh": "dang ky ket hon",
    "dn": "dang nhap", "dt": "dien thoai", "dth": "dien thoai", "dvc": "dich vu cong",
    "dvcqg": "dich vu cong quoc gia", "gcn": "so do", "gks": "giay khai sinh", "gplx": "bang lai", "hk": "ho khau",
    "hkd": "ho kinh doanh", "hs": "ho so", "ks": "khai sinh", "lltp": "ly lich tu phap", "mk": "mat khau",
    "ng": "nguoi", "nh": "ngan hang", "ntn": "nhu the nao", "onl": "online", "pass": "mat khau",
    "sdt": "so dien thoai", "sms": "tin nhan", "tk": "tai khoan", "tthc": "thu tuc hanh chinh",
    # Run together, misspelt, regional, English
    "dangky": "dang ky", "dangnhap": "dang nhap", "dienthoai": "dien thoai", "dichvucong": "dich vu cong",
    "dinhdanh": "dinh danh", "matkhau": "mat khau", "taikhoan": "tai khoan", "cancuoc": "can cuoc",
    "vned": "vneid", "vnied": "vneid", "vneld": "vneid", "vnid": "vneid", "vnei": "vneid", "veneid": "vneid",
    "download": "tai", "down": "tai", "update": "cap nhat", "login": "dang nhap", "fone": "dien thoai", "ki": "ky",
    "tui": "toi", "mik": "minh", "j": "gi", "z": "vay", "zay": "vay", "bit": "biet", "bik": "biet", "lm": "lam",
    "xai": "dung", "k": "khong", "ko": "khong", "kg": "khong", "hok": "khong", "hem": "khong", "khum": "khong",
    "muc1": "muc 1", "muc2": "muc 2",
}  # fmt: skip

_TOGETHER = {"vne id": "vneid", "vn eid": "vneid", "vn e id": "vneid", "i ha noi": "ihanoi", "pass code": "passcode"}
_APART = compiled(rf"\b(?:{'|'.join(_TOGETHER)})\b")


def spell_out(folded: str) -> list[str]:
    """The words of a folded text, with abbreviations and common misspellings written out."""
    joined = _APART.sub(lambda apart: _TOGETHER[apart[0]], folded)
    return " ".join(_WRITTEN_OUT.get(word, word) for word in joined.split()).split()


_YOU = r"(?:chau|em|co|chu|bac|anh|chi|ban|ad|admin|shop|bot|moi nguoi|cac \S+|to so)"
_ME = r"(?:toi|bac|co|chu|ong|ba|em|chi|anh|minh|chau|tui|me)"
_OPENING = compiled(
    r"(?:(?:da|vang|u|xin|kinh|hello|hi|hey|chao|alo|good (?:morning|afternoon|evening))"
    rf"(?: {_YOU})*(?: oi| a| nhe)?(?: |$)"
    rf"|{_YOU} oi(?: |$)|(?:cho|lam on cho|xin) (?:{_ME} )?hoi(?: (?:chut|ti|mot chut|mot ti|voi|cai|la|thu))*(?: |$))+"
)


def without_greeting(words: list[str]) -> list[str]:
    """The spelled-out words after "chào cháu, cho bác hỏi", where two or more come after it; else all of them."""
    text = " ".join(words)
    opening = _OPENING.match(text)
    rest = text[opening.end() :].split() if opening else []
    return rest if len(rest) > 1 else words


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


_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|n|ph?|qu|r|s|th?|tr|v|x)?"
    r"(?:a[iouy]?|eo?|eu|i[au]?|ieu?|o[aei]?|oa[iouy]|oeo|u[aeiou]?|uay|uoi|uou|uy[aeu]?|yeu?|y)"
    r"(?:ch?|m|ng?|nh|p|t)?"
)
_SHORTEST, _LONGEST_SYLLABLE = 2, 7
"""Letters of a syllable: "nghieng" has seven."""
_TWICE = re.compile(r"([aeo])(\w*?)\1|dd|^d(\w+)d$")
_TONE = re.compile(r"(?<=[aeiouy])[sfrxj]+(?=(?:ch?|m|ng?|nh|p|t)?$)|[sfrxj]+$")
_ONLY_ENGLISH = frozenset({
    "i", "is", "are", "was", "were", "have", "has", "had", "my", "his", "her", "our", "your", "she", "they", "we",
    "you", "someone", "somebody", "please", "with", "just", "this", "from", "for",
})  # fmt: skip
"""Common words that hardly stand in Vietnamese without marks; "me", "the" and "to" do."""


def is_syllable(word: str) -> bool:
    """Whether a folded word could be a syllable of Vietnamese."""
    return bool(_SYLLABLE.fullmatch(word))


def are_syllables(word: str) -> bool:
    """Whether a folded word can be cut into syllables of two letters or more."""
    ends = [True, *(False for _ in word)]
    for end in range(_SHORTEST, len(word) + 1):
        begins = range(max(0, end - _LONGEST_SYLLABLE), end - _SHORTEST + 1)
        ends[end] = any(ends[begin] and is_syllable(word[begin:end]) for begin in begins)
    return ends[len(word)]


def in_english(text: str) -> bool:
    """Whether a text is written in English: it has such words, and half of it or more is no Vietnamese."""
    words = words_of(fold(text)) if text.isascii() else []
    english = [word for word in words if word in _ONLY_ENGLISH or not is_syllable(word)]
    return not _ONLY_ENGLISH.isdisjoint(words) and 2 * len(english) >= len(words)


def without_keys(word: str) -> str:
    """The folded syllable that the keys of a folded word were meant to give; the word itself where they give none.

    Telex "maatj" and VNI "mat65" give "mat"; "dangd" and "d9ang" give "dang".
    """
    if any(map(str.isdecimal, word)):
        keys = "".join(letter for letter in word if not letter.isdecimal())
    else:
        keys = _TONE.sub("", _TWICE.sub(_once, word.replace("w", "")))
    return keys if is_syllable(keys) else word


def _once(twice: re.Match[str]) -> str:
    if twice[1]:
        return twice[1] + twice[2]
    return f"d{twice[3]}" if twice[3] else "d"


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
