"""Passwords in what people write: what follows the word, and is no rule, question or complaint about one. Pure."""

import re
from collections.abc import Iterator, Sequence

from bot.language.fold import fold
from bot.language.numbers import SPOKEN, in_digits

_PIECE = re.compile(r"[:=]|[^\s:=]+")
_ONE_WORD = frozenset({"mk", "pass", "password", "passcode", "pwd", "pw", "matkhau"})
_TWO_WORDS = frozenset({("mat", "khau"), ("mat", "ma"), ("ma", "pin"), ("mã", "pin")})
_IS = frozenset({"là", "la", "is", ":", "="})
_SENTENCE_ENDS = (".", "!", "?", ";")
_FURTHEST = 6
"""So many words may stand between the word for a password and the one that says what it is, or the password."""
_MADE_UP = 6
"""Characters of a word with letters and digits that is taken for a password though nothing says so."""
_NO_PASSWORD = ("iphone", "samsung", "galaxy", "vneid", "windows", "android", "http")
_SPOKEN_PLAIN = frozenset(map(fold, SPOKEN))
_ORDINARY = frozenset(
    fold(
        "incorrect correct invalid expired forgotten refused rejected accepted blocked locked required wrong hidden"
        " changed safe secret"
    ).split()
)


def passwords(text: str) -> Iterator[tuple[int, int]]:
    """Where each password stands, in order."""
    pieces = [(match[0], match.start(), match.end()) for match in _PIECE.finditer(text)]
    words = [_bare(piece) for piece, _, _ in pieces]
    done = 0
    for at, word in enumerate(words):
        named = word in _ONE_WORD or (at and (_plain(words[at - 1]), _plain(word)) in _TWO_WORDS)
        if named and (found := _after(text, pieces, words, at + 1)) and found[0] >= done:
            yield found
            done = found[1]


def _bare(piece: str) -> str:
    """A word in lower case without what stands around it."""
    return piece if piece in (":", "=") else piece.strip("\"'“”«»().,;!?*-").lower()


def _plain(word: str) -> str:
    return word if word == "mã" else fold(word) if word not in ("mà", "má", "mạ", "mả") else ""


def _after(
    text: str, pieces: Sequence[tuple[str, int, int]], words: Sequence[str], first: int
) -> tuple[int, int] | None:
    """The password after the word for one; None where none is said."""
    last = min(len(pieces), first + _FURTHEST + 1)
    last = next((at for at in range(first, last) if pieces[at - 1][0].endswith(_SENTENCE_ENDS)), last)
    for at in range(first, last):
        if words[at] not in _IS:
            continue
        if at > first and _is_number(words[at - 1]) and pieces[at - 1][2] == pieces[at][1]:
            return _whole(text, pieces[at - 1][1])  # "2:7:8:1" is a number
        while at < len(pieces) and words[at] in _IS:
            at += 1
        if at < len(pieces):
            start, end = _whole(text, pieces[at][1])
            return None if _is_ordinary(text[start:end]) else (start, _with_more_digits(text, start, end))
        return None
    for at in range(first, last):
        start, end = _whole(text, pieces[at][1])
        if _is_made_up(text[start:end]):
            return start, end
    return None


def _whole(text: str, start: int) -> tuple[int, int]:
    """From here to the next space: a password may hold a colon."""
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _with_more_digits(text: str, start: int, end: int) -> int:
    """Where the last of several groups of digits ends, if it is made of such."""
    while text[start:end].replace("-", "").isdecimal() and end + 1 < len(text) and text[end] == " ":
        _, after = _whole(text, end + 1)
        if not text[end + 1 : after].replace("-", "").isdecimal():
            break
        start, end = end + 1, after
    return end


def _is_number(word: str) -> bool:
    return in_digits(word).isdecimal() or word in SPOKEN or word in _SPOKEN_PLAIN


def _is_ordinary(written: str) -> bool:
    """What follows "mật khẩu là" in a question, a rule or a complaint: "là gì", "là 8 ký tự", "is expired"."""
    word = written.rstrip('.,;:!?)"”…').lower()
    letters, digits = word.isalpha() and len(word) <= 5, word.isdecimal() and len(word) <= 2
    return not word or letters or digits or word in _ORDINARY


def _is_made_up(written: str) -> bool:
    letters, digits = any(map(str.isalpha, written)), any(map(str.isdecimal, written))
    return len(written) >= _MADE_UP and letters and digits and not written.lower().startswith(_NO_PASSWORD)
