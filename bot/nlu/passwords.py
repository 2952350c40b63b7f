"""Passwords in what people write: what follows the word, and is no rule, question or complaint about one. Pure."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.nlu.normalise import are_syllables, fold, is_syllable
from bot.nlu.numbers import DOSSIER, SPOKEN, in_digits, words_in
from bot.nlu.patterns import compiled
from bot.nlu.plain_passwords import AS, told_in_words, used_as

_PIECE = re.compile(r"[:=]|[^\s:=]+")
_ONE_WORD = words_in("mk pass password passcode passwd pasword pas pwd pw matkhau matma makhoa")
_TWO_WORDS = frozenset(
    {
        ("mat", "khau"),
        ("mat", "ma"),
        ("mat", "mã"),
        ("ma", "pin"),
        ("mã", "pin"),
        ("ma", "khoa"),
        ("mã", "khoa"),
        ("m", "k"),
        ("mac", "khau"),
        ("mat", "khao"),
        ("bat", "gooc"),
        ("pat", "quot"),
    }
)
_SIGNING_IN = frozenset(
    {("dang", "nhap"), ("tai", "khoan"), ("kich", "hoat"), ("xac", "nhan"), ("xac", "thuc"), ("dinh", "danh")}
)
"""After these, and after "login", stands whatever is made up, but not whatever stands behind "là"."""
_NAMES_END = frozenset("mpkln")
_OTHER_ENDS = words_in("hoạt hoat thực thuc danh goọc gooc quợt quot")
"""With these letters the last words of all those begin, but for a few."""
_IS = frozenset({"là", "la", "is", ":", "="})
_INTO = words_in("là la vào vao ô o mục muc chỗ cho làm lam is as my the")
"""Between a password and the word for one behind it."""
_SENTENCE_ENDS = (".", "!", "?", ";")
_FURTHEST, _FURTHEST_MADE_UP, _FURTHEST_CODE, _BACK, _BACK_TYPED = 6, 20, 12, 4, 8
"""So many words may stand between the word for a password and the one that says what it is; the password that looks
like one; whatever is made up behind "đăng nhập"; the password before it; and one that somebody says to have typed."""
_LONGEST_NAME = 12
"""Characters of a word for a password."""
_MADE_UP, _CODE = 6, 8
"""Characters of a word with letters and digits that is taken for a password though nothing says so; and of one behind a
word that is said of other things, too."""
_JOINED, _JOINED_NAME = 5, 4
"""Letters of syllables that are written as one word, and of a name."""
_COMMON = words_in(
    "dichvucong dichvu vneid vneld cancuoc taikhoan matkhau dangnhap dangky xacnhan xacthuc dinhdanh congan hotro"
    " khongduoc khongbiet khongnho khongvao quenroi quenmat saimatkhau online video laptop phone website remote device"
    " machine today momo xiaomi tivi menu sao email photo radio ngoai duoc kohieu kobiet koduoc vietnam"
)
"""Words without spaces that are no passwords."""
_FOREIGN = words_in(
    "the my is not your and phone how what change forgot reset need please of for with you from this that"
)
"""Beside these a word is no Vietnamese one without its spaces."""
_TYPED = words_in("nhap go dien danh bam dung xai nhập gõ điền đánh bấm dùng xài bằng bang")
_NAMED_TOGETHER = compiled(
    r"pas|pw|khau|khao|matma|makhoa|mapin|login|dangnhap|taikhoan|kichhoat|xacnhan|xacthuc|dinhdanh|gooc|quot"
)
_NAMED_SHORT = compiled(r"\bm ?k(?:\b|[0-9])")
"""Without one of these, folded and without its spaces, or with them, nothing is named."""
_ADDED = words_in("thêm them cộng cong đuôi duoi liền lien kèm kem nối noi + gạch gach")
_JOINS = words_in("rồi roi với voi và va số so năm nam nhà nha sinh dưới duoi là la chữ chu")
"""Words between the parts of a password that somebody describes: "tên con viết liền, thêm 2019"."""
_PARTS, _ADDED_LEAST, _ADDED_MOST = 10, 2, 6
"""How far the next part may stand; digits of a number that was added."""
_OR = frozenset({"hay", "hoặc", "hoac", "or"})
_ODD, _FEW = 4, 4
"""Characters of a word, and words of a message, that may be a password which was named before."""
_SYMBOLS = frozenset("@#$%&*_+=!^~")
_INNER, _STRONG = frozenset("@#$%&*!^~"), 8
"""Symbols within a word of so many characters that is a password though nothing says so."""
_NAMED_AND_NUMBERED = compiled(r"(?:matkhau|mật_?khẩu|password|passcode|pass|mk)[0-9]{3,}[!@#$.]?")
"""A word for a password with digits, which is one: "matkhau123"."""
_NAMED_SHORTEST = 5
_NAMED_LIKE = ("matkhau", "mật", "pass", "mk")
_REQUEST = compiled(r"[A-Z][0-9]{4,5}")
"""The code of a request."""
_SPELT = 5
"""Characters of a password that is written with spaces between."""
_JUDGED = 64
"""By so many of its first characters it is judged what a word is."""
_NO_PASSWORD = (
    "iphone", "ipad", "samsung", "galaxy", "redmi", "xiaomi", "oppo", "vivo", "realme", "nokia", "huawei", "vneid",
    "windows", "android", "http", "www.",
)  # fmt: skip
_MEASURE = compiled(r"(?:[0-9][0-9.,]*\pL+)+[0-9]*")
_LENGTH = compiled(r"[0-9]{1,2}-\pL+")
"""Times and amounts, as "10phut" and "9.900.000đ"; how long something is, as "6-digit"."""
_SPOKEN_PLAIN = frozenset(map(fold, SPOKEN))
_SPOKEN = _SPOKEN_PLAIN | frozenset({*SPOKEN, "mười", "mươi", "muoi"})
_NO_JOINED = _COMMON | _SPOKEN
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

    def ends_with(self, at: int, mark: str) -> bool:
        return self.text[self.ends[at] - 1] == mark


def passwords(text: str) -> Iterator[tuple[int, int]]:
    """Where each password stands, in order."""
    folded = fold(text)
    if not (_NAMED_TOGETHER.search(folded.replace(" ", "")) or _NAMED_SHORT.search(folded)) and _INNER.isdisjoint(text):
        return
    read = _read(text)
    named = [
        (at, *_named(read.words, at))
        for at, word in enumerate(read.words)
        if word[:1] in _NAMES_END or word in _OTHER_ENDS
    ]
    names = [(at, first, strong) for at, first, strong in named if first is not None]
    odd = not _INNER.isdisjoint(text) or any(word.startswith(_NAMED_LIKE) for word in read.words)
    unnamed = [read.whole(at) for at in range(len(read.words)) if _is_strong(read.judged(at))] if odd else []
    done = 0
    for number, (at, first, strong) in enumerate(names):
        end = names[number + 1][1] if number + 1 < len(names) else len(read.words)
        for found in _of_name(read, first, at + 1, end, done, strong=strong) if read.starts[at] >= done else ():
            yield from _until(unnamed, done, found[0])
            yield found
            done = found[1]
    yield from _until(unnamed, done, len(text))


def _until(spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Those of the spans that stand between two places."""
    return ((first, last) for first, last in spans if start <= first and last <= end)


def _of_name(read: _Text, first: int, after: int, end: int, done: int, *, strong: bool) -> Iterator[tuple[int, int]]:
    """The password that a word for one is said of, which stands from `first` to `after`; and what goes with it."""
    found = (_before(read, first, done) or _in_words(read, first, after, end, done)) if strong else None
    found = found or (_after(read, after, end, strong=strong) if after < end else None)
    if strong and not found:
        found = _typed(read, first, done)
    if found:
        yield found
    if strong and after < end:
        yield from _parts(read, after, end, max(done, found[1] if found else 0))


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
    return word if word == "mã" else fold(word) if word not in ("mà", "má", "mạ", "mả", "mất", "khoa") else ""


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


def _in_words(read: _Text, first: int, after: int, end: int, done: int) -> tuple[int, int] | None:
    """The password of everyday words behind the word for one, or before it."""
    begin = max(0, first - _BACK_TYPED)
    used = used_as(read.words[begin:first]) if first and read.words[first - 1] in AS else None
    if used and read.starts[begin + used[0]] >= done:
        return read.starts[begin + used[0]], read.ends[begin + used[1] - 1]
    if after == end or read.ends_sentence(after - 1) or read.ends_with(after - 1, ","):
        return None
    last = min(end, after + _FURTHEST_MADE_UP)
    last = next((at + 1 for at in range(after, last) if read.ends_sentence(at) or read.ends_with(at, ",")), last)
    if any(read.words[at] in _IS and _is_in_number(read, at) for at in range(after + 1, last)):
        return None
    asked = last > after and read.text[read.starts[last - 1] : read.ends[last - 1]].endswith("?")
    english = read.words[after - 1].startswith("passw") or not _FOREIGN.isdisjoint(read.words[begin:last])
    found = None if asked else told_in_words(read.words[after:last], english=english)
    return (read.starts[after + found[0]], read.ends[after + found[1] - 1]) if found else None


def _after(read: _Text, first: int, end: int, *, strong: bool) -> tuple[int, int] | None:
    """The password after the word for one, and before the next one at `end`; None where none is said."""
    last = min(end, first + (_FURTHEST_MADE_UP if strong else _FURTHEST_CODE) + 1)
    last = next((at for at in range(first, last) if read.ends_sentence(at - 1)), last)
    for at in range(first, min(last, first + _FURTHEST + 1) if strong else first):
        if read.words[at] in _IS:
            return _said(read, at, first) or _made_up(read, at + 1, last, strong=True)
    return _made_up(read, first, last, strong=strong)


def _typed(read: _Text, first: int, done: int) -> tuple[int, int] | None:
    """The password that somebody typed, before they say that it was one: "nhập Tam12345 báo sai mật khẩu"."""
    for at in range(first - 1, max(0, first - 1 - _BACK_TYPED), -1):
        if read.words[at - 1] in _TYPED and read.starts[at] >= done and _is_made_up(read.judged(at)):
            return read.whole(at)
    return None


def _parts(read: _Text, first: int, end: int, done: int) -> Iterator[tuple[int, int]]:
    """What goes with a password, or may be it as well: "sonca hay sonca1", "Xoai rồi thêm 2019"."""
    begin = next((at for at in range(first, end) if read.starts[at] >= done), end)
    for at in range(begin, min(end, begin + _PARTS)):
        if read.starts[at] < done:
            continue
        word, before = read.judged(at).strip("\"'“”«»(),;.!?"), read.words[at - 1]
        number = word.isdecimal() and _ADDED_LEAST <= len(word) <= _ADDED_MOST
        if (number and _is_added(read, at, done)) or (not number and before in _OR and (_is_odd(word, few=True))):
            yield read.whole(at)
            done = read.wholes[at]


def _is_added(read: _Text, at: int, done: int) -> bool:
    """Whether a number is said to be added to a word: right behind such a word, or a few joining ones later.

    What was covered up to `done` is such a word, too.
    """
    before = at - 1
    while before > 0 and read.words[before] in _JOINS:
        before -= 1
    return read.words[before] in _ADDED or (before < at - 1 and 0 < read.starts[before] < done)


def _made_up(read: _Text, first: int, last: int, *, strong: bool) -> tuple[int, int] | None:
    end = _spelt(read, first)
    if end and (strong or any(map(str.isalpha, read.text[read.starts[first] : end]))):  # else a number of an account
        return read.starts[first], end
    joined = strong and _FOREIGN.isdisjoint(read.words[max(0, first - _FURTHEST) : last])
    for at in range(first, last):
        start, end = read.whole(at)
        judged = read.judged(at)
        made_up = judged.strip("\"'“”«»(){}[],;.!?")
        if len(made_up) >= (_MADE_UP if strong else _CODE) and _is_made_up(judged, strong=strong):
            return start, end
        if joined and _is_joined(judged, named=at > 0 and not read.ends_sentence(at - 1)):
            return start, end
    return None


def _is_strong(word: str) -> bool:
    """Whether it is a password whatever is said: capitals, small letters, digits, and a symbol within."""
    if (
        len(word) >= _NAMED_SHORTEST
        and word.lower().startswith(_NAMED_LIKE)
        and _NAMED_AND_NUMBERED.fullmatch(word.lower())
    ):
        return True
    host = word.partition("@")[2]
    if len(word) < _STRONG or "." in host or "/" in word or _INNER.isdisjoint(word[1:-1]):
        return False
    return all(any(map(kind, word)) for kind in (str.isupper, str.islower, str.isdecimal))


def _is_joined(written: str, *, named: bool) -> bool:
    """Whether a word is several syllables without a space, as nobody writes them but in passwords.

    `named`: written with a capital it is a name, and may be shorter.
    """
    bare = written.strip("\"'“”«»(),;.!?")
    least = _JOINED_NAME if named and bare.istitle() else _JOINED
    if not (least <= len(bare) <= _JUDGED and bare.isascii() and bare.isalpha()) or bare.lower() in _NO_JOINED:
        return False
    return not is_syllable(bare.lower()) and are_syllables(bare.lower())


def _is_in_number(read: _Text, at: int) -> bool:
    """Whether what says what a password is stands within a number: "2:7:8:1"."""
    return _is_number(read.words[at - 1]) and read.ends[at - 1] == read.starts[at]


def _said(read: _Text, at: int, first: int) -> tuple[int, int] | None:
    """The password behind the word that says what it is."""
    if at > first and _is_in_number(read, at):
        return read.whole(at - 1)
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
    if last - first < _SPELT:
        return 0
    for at in range(last, min(len(read.words), first + _JUDGED)):  # "1 | 1 | 1 | không | 1"
        if read.words[at] in _SPOKEN or read.words[at].isdecimal():
            last = at + 1
        elif any(map(str.isalnum, read.words[at])):
            break
    return read.ends[last - 1]


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
    letters = word.isalpha() and len(word) <= 5 and not _is_joined(word, named=False)
    digits = word.isdecimal() and len(word) <= 2
    return not word or letters or digits or word in _ORDINARY


def _is_made_up(written: str, *, strong: bool = True) -> bool:
    """Whether a word has letters and digits; not `strong`: and cannot be a time or an amount, as "10phut"."""
    letters, digits = any(map(str.isalpha, written)), any(map(str.isdecimal, written))
    if not (len(written) >= _MADE_UP and letters and digits) or written.lower().startswith(_NO_PASSWORD):
        return False
    bare = written.rstrip(".,;!?")
    return not (_LENGTH.fullmatch(bare) or (not strong and (_MEASURE.fullmatch(bare) or DOSSIER.match(bare))))


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
