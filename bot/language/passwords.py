"""Passwords in what people write: what follows the word, and is no rule, question or complaint about one. Pure."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.language.fold import fold
from bot.language.numbers import SPOKEN, in_digits, words_in
from bot.language.patterns import compiled

_PIECE = re.compile(r"[:=]|[^\s:=]+")
_ONE_WORD = words_in("mk pass password passcode passwd pasword pas pwd pw matkhau matma makhoa")
_TWO_WORDS = frozenset(
    {
        ("mat", "khau"),
        ("mat", "ma"),
        ("ma", "pin"),
        ("mã", "pin"),
        ("ma", "khoa"),
        ("mã", "khoa"),
        ("m", "k"),
        ("mac", "khau"),
    }
)
_SIGNING_IN = frozenset({("dang", "nhap"), ("tai", "khoan")})
"""After these, and after "login", stands whatever is made up, but not whatever stands behind "là"."""
_NAMES_END = frozenset("mpkln")
"""With these letters the last words of all those begin."""
_IS = frozenset({"là", "la", "is", ":", "="})
_INTO = words_in("là la vào vao ô o mục muc chỗ cho làm lam is as my the")
"""Between a password and the word for one behind it."""
_SENTENCE_ENDS = (".", "!", "?", ";")
_FURTHEST, _FURTHEST_MADE_UP, _BACK = 6, 12, 4
"""So many words may stand between the word for a password and the one that says what it is; the password that looks
like one; and the password before it."""
_LONGEST_NAME = 12
"""Characters of a word for a password."""
_MADE_UP = 6
"""Characters of a word with letters and digits that is taken for a password though nothing says so."""
_ODD, _FEW = 4, 4
"""Characters of a word, and words of a message, that may be a password which was named before."""
_SYMBOLS = frozenset("@#$%&*_+=!^~")
_REQUEST = compiled(r"[A-Z][0-9]{4,5}")
"""The code of a request."""
_SPELT = 5
"""Characters of a password that is written with spaces between."""
_JUDGED = 64
"""By so many of its first characters it is judged what a word is."""
_NO_PASSWORD = ("iphone", "samsung", "galaxy", "vneid", "windows", "android", "http", "www.")
_MEASURE = compiled(r"(?:[0-9][0-9.,]*\pL+)+[0-9]*")
_LENGTH = compiled(r"[0-9]{1,2}-\pL+")
"""Times and amounts, as "10phut" and "9.900.000đ"; how long something is, as "6-digit"."""
_SPOKEN_PLAIN = frozenset(map(fold, SPOKEN))
_SPOKEN = _SPOKEN_PLAIN | frozenset({*SPOKEN, "mười", "mươi", "muoi"})
_SAID_LEAST, _SAID_MOST = 2, 10
"""Digits that are read out in a password of several words, and words of one."""
_QUESTION = words_in("gì gi sao nào nao mấy may bao phải phai cái cai do bị bi có co không khong")
_LAST = words_in("nhé nhe nha ạ a đó do đấy day ơi oi cháu chau em con nghe")
_ORDINARY = frozenset(
    fold(
        "incorrect correct invalid expired forgotten refused rejected accepted blocked locked required wrong hidden"
        " changed safe secret"
    ).split()
)


class _Text(Struct):
    """A text in pieces: what each is, from where to where, and where what it is written together with ends."""

    text: str
    starts: list[int]
    ends: list[int]
    wholes: list[int]
    words: list[str]

    def whole(self, at: int) -> tuple[int, int]:
        """From a piece to the next space: a password may hold a colon."""
        return self.starts[at], self.wholes[at]

    def judged(self, at: int) -> str:
        return self.text[self.starts[at] : min(self.wholes[at], self.starts[at] + _JUDGED)]

    def ends_sentence(self, at: int) -> bool:
        return self.text[self.ends[at] - 1] in _SENTENCE_ENDS


def passwords(text: str) -> Iterator[tuple[int, int]]:
    """Where each password stands, in order."""
    read = _read(text)
    done = 0
    for at, word in enumerate(read.words):
        if word[:1] not in _NAMES_END:
            continue
        first, strong = _named(read.words, at)
        if first is None or read.starts[at] < done:
            continue
        if found := (_before(read, first, done) if strong else None) or _after(read, at + 1, strong=strong):
            yield found
            done = found[1]


def _read(text: str) -> _Text:
    spans = [match.span() for match in _PIECE.finditer(text)]
    wholes = [end for _, end in spans]
    for at in reversed(range(len(spans) - 1)):
        if spans[at][1] == spans[at + 1][0]:
            wholes[at] = wholes[at + 1]
    words = [_bare(text[start:end]) for start, end in spans]
    return _Text(text, [start for start, _ in spans], [end for _, end in spans], wholes, words)


def _named(words: Sequence[str], at: int) -> tuple[int | None, bool]:
    """Where a word for a password that ends here begins, and whether it is for nothing else."""
    word = words[at]
    if len(word) > _LONGEST_NAME:
        return None, False
    if word in _ONE_WORD or _plain(word).replace(" ", "") in _ONE_WORD:
        return at, True
    if word == "login":
        return at, False
    pair = (_plain(words[at - 1][:_LONGEST_NAME]), _plain(word)) if at else ("", "")
    return (at - 1, pair in _TWO_WORDS) if pair in _TWO_WORDS or pair in _SIGNING_IN else (None, False)


def _bare(piece: str) -> str:
    """A word in lower case without what stands around it."""
    return piece if piece in (":", "=") else piece.strip("\"'“”«»().,;!?*-").lower()


def _plain(word: str) -> str:
    return word if word == "mã" else fold(word) if word not in ("mà", "má", "mạ", "mả", "khoa") else ""


def _before(read: _Text, first: int, done: int) -> tuple[int, int] | None:
    """The password before the word for one, as in "… là mật khẩu"."""
    if first < 2 or read.words[first - 1] not in _INTO:
        return None
    for at in range(first - 2, max(-1, first - 2 - _BACK), -1):
        if read.starts[at] < done or read.ends_sentence(at):
            return None
        if _is_made_up(read.judged(at)):
            return read.whole(at)
    return None


def _after(read: _Text, first: int, *, strong: bool) -> tuple[int, int] | None:
    """The password after the word for one; None where none is said."""
    last = min(len(read.words), first + _FURTHEST_MADE_UP + 1)
    last = next((at for at in range(first, last) if read.ends_sentence(at - 1)), last)
    for at in range(first, min(last, first + _FURTHEST + 1) if strong else first):
        if read.words[at] in _IS:
            return _said(read, at, first) or _made_up(read, at + 1, last, strong=True)
    return _made_up(read, first, last, strong=strong)


def _made_up(read: _Text, first: int, last: int, *, strong: bool) -> tuple[int, int] | None:
    if end := _spelt(read, first):
        return read.starts[first], end
    for at in range(first, last):
        start, end = read.whole(at)
        if end - start >= _MADE_UP and _is_made_up(read.judged(at), strong=strong):
            return start, end
    return None


def _said(read: _Text, at: int, first: int) -> tuple[int, int] | None:
    """The password behind the word that says what it is."""
    if at > first and _is_number(read.words[at - 1]) and read.ends[at - 1] == read.starts[at]:
        return read.whole(at - 1)  # "2:7:8:1" is a number
    while at < len(read.words) and read.words[at] in _IS:
        at += 1
    if at == len(read.words):
        return None
    if end := _read_out(read, at, named=True):
        return read.starts[at], end
    if end := _spelt(read, at):
        return read.starts[at], end
    start, end = read.whole(at)
    return None if _is_ordinary(read.judged(at)) else (start, _with_more_digits(read.text, start, end))


def _spelt(read: _Text, first: int) -> int:
    """Where a password ends that is written with spaces between its characters; 0 where none is."""
    last = first
    while last < min(len(read.words), first + _JUDGED) and len(read.words[last]) == 1 and read.words[last] not in _IS:
        last += 1
    return read.ends[last - 1] if last - first >= _SPELT else 0


def _read_out(read: _Text, first: int, *, named: bool) -> int:
    """Where a password of several words ends, the last of them digits: "hoa lan mười chín"; 0 for anything else.

    `named`: right behind "mật khẩu là", where the digits may be written, too.
    """
    words = read.words[first : first + _SAID_MOST + 1]
    ended = next((at + 1 for at in range(len(words)) if read.ends_sentence(first + at)), len(words))
    while ended and words[ended - 1] in _LAST:
        ended -= 1
    said = 0
    while said < ended and words[ended - 1 - said] in _SPOKEN:
        said += 1
    written = named and ended > 1 and words[ended - 1].isdecimal() and len(words[ended - 1]) >= _SAID_LEAST
    if (
        (said < _SAID_LEAST and not written)
        or said == ended
        or ended > _SAID_MOST
        or not _QUESTION.isdisjoint(words[:ended])
    ):
        return 0
    return read.ends[first + ended - 1]


def _with_more_digits(text: str, start: int, end: int) -> int:
    """Where the last of several groups of digits ends, if it is made of such."""
    while text[start:end].replace("-", "").isdecimal() and end + 1 < len(text) and text[end] == " ":
        after = next((at for at in range(end + 1, len(text)) if text[at].isspace()), len(text))
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


def _is_made_up(written: str, *, strong: bool = True) -> bool:
    """Whether a word has letters and digits; not `strong`: and cannot be a time or an amount, as "10phut"."""
    letters, digits = any(map(str.isalpha, written)), any(map(str.isdecimal, written))
    if not (len(written) >= _MADE_UP and letters and digits) or written.lower().startswith(_NO_PASSWORD):
        return False
    bare = written.rstrip(".,;!?")
    return not (_LENGTH.fullmatch(bare) or (not strong and _MEASURE.fullmatch(bare)))


def names_password(text: str) -> bool:
    """Whether a word for a password stands in a text."""
    words = _read(text).words
    return any(_named(words, at)[1] for at in range(len(words)) if words[at][:1] in _NAMES_END)


def looks_told(text: str) -> list[tuple[int, int]]:
    """What could be a password though nothing says so: odd words, or words that end in digits read out."""
    read = _read(text)
    if read.words and not _is_number(read.words[0]) and (end := _read_out(read, 0, named=False)):
        return [(read.starts[0], end)]
    few = len(read.words) <= _FEW
    odd = (at for at in range(len(read.words)) if at == 0 or read.wholes[at] != read.wholes[at - 1])
    return [read.whole(at) for at in odd if _is_odd(read.judged(at).strip("\"'“”«»(),;.!?"), few=few)]


def _is_odd(word: str, *, few: bool) -> bool:
    """Whether a word has digits, symbols or capitals where ordinary words have none."""
    if len(word) < _ODD or word.lower().startswith(_NO_PASSWORD) or _REQUEST.fullmatch(word) or "…" in word:
        return False
    letters, digits = any(map(str.isalpha, word)), any(map(str.isdecimal, word))
    if not letters:
        return few and word.isdecimal()
    if digits:
        return not (_MEASURE.fullmatch(word) or _LENGTH.fullmatch(word))
    symbols = not _SYMBOLS.isdisjoint(word)
    mixed = word.isalpha() and not (word.islower() or word.isupper() or word.istitle())
    return symbols or mixed
