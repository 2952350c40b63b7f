"""Codes that are said in pieces, one message after the other: "mã OTP là 12", then "3456". Pure.

Of what was said nothing is kept but when, and how many digits it had.

Codes of letters and figures, where a word for a code says that they are one: "OTP=359247abc". Pure.

The first figures of a code or a password, where they are named: "mã là 482", "PIN: 4". Pure.

What is long enough to be a whole secret is found by `number_kinds`; a part of one is covered by its name alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from msgspec import Struct

from bot.nlu.hints import CLOSE, POLITE, SAYING, SPEAKING, Hints
from bot.nlu.normalise import fold, is_syllable
from bot.nlu.number_kinds import FEWEST, UNITS, Secret, is_fault, ordinary_ends
from bot.nlu.numbers import DOSSIER, SPOKEN, Item, in_digits, items, seen, words_in
from bot.nlu.patterns import compiled

_MIXED = compiled(r"[0-9]-?[A-Za-z]|[A-Za-z]-?[0-9]")
_MIXED_NAMED = compiled(r"otp|code|\bma\b|\bxac (?:thuc|nhan)\b|\bpin\b")
"""Without one of these, folded, nothing is named."""
_PIECE = compiled('[^\\s\u00a0:=,;()"“”«»]+')
_STRONG = words_in("otp passcode")
_WEAK = words_in("ma code pin thuc nhan")
"""Words for a code, folded; these mean other things, too: a code has more characters then."""
_MIXED_BETWEEN = (POLITE | SAYING) - _STRONG - _WEAK
_SHORTEST, _SHORTEST_WEAK, _MIXED_LONGEST = 4, 5, 24
_CODE = compiled(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_REQUEST = compiled(r"[A-Z][0-9]{4,5}")
_WORD_AND_NUMBER = compiled(r"([0-9]{0,5})([a-z]+)([0-9]{0,2})")
"""A word or a unit with a number before or behind it: "30giay", "8h30", "buoc2"."""
_MIXED_FEW = 2
"""Figures beside a word that may be its number."""
_MIXED_UNITS = frozenset(map(fold, UNITS)) | words_in("p s t giay so chu ky digit digits min mins")
_THINGS = ("iphone", "ipad", "samsung", "galaxy", "redmi", "oppo", "vivo", "nokia", "vneid", "windows", "android")


def mixed_codes(text: str) -> Iterator[tuple[int, int]]:
    """Where each stands, in order."""
    if not (_MIXED.search(text) and _MIXED_NAMED.search(fold(text))):
        return
    spans = [match.span() for match in _PIECE.finditer(text)]
    for at, (start, end) in enumerate(spans):
        code = text[start:end].strip("'*.!?[]<>-_")
        if not _is_mixed(code):
            continue
        before, after = (
            [fold(text[first : min(last, first + _MIXED_LONGEST)]).strip() for first, last in near]
            for near in (spans[max(0, at - CLOSE) : at], spans[at + 1 : at + 1 + CLOSE])
        )
        if _is_named(before, code) or _is_named_behind(after):
            start = text.index(code, start)
            yield start, start + len(code)


def _is_mixed(code: str) -> bool:
    """Whether it has letters and figures, and is no measure, thing, or number of a dossier."""
    if not _SHORTEST <= len(code) <= _MIXED_LONGEST or not _CODE.fullmatch(code) or DOSSIER.fullmatch(code):
        return False
    if code.lower().startswith(_THINGS) or not (any(map(str.isalpha, code)) and any(map(str.isdecimal, code))):
        return False
    parts = _WORD_AND_NUMBER.fullmatch(code.lower().replace("-", ""))
    few = parts and len(parts[1] + parts[3]) <= _MIXED_FEW
    return not (parts and (parts[2] in _MIXED_UNITS or (few and is_syllable(parts[2]))))


def _is_named(before: Sequence[str], code: str) -> bool:
    """Whether the words right before it name a code; with a single letter it may be the code of a request."""
    for place, word in reversed([*enumerate(before)]):
        if word in _STRONG:
            return True
        if word in _WEAK:
            sure = word in ("thuc", "nhan") or (place and before[place - 1] in _STRONG)
            return bool(sure) or (len(code) >= _SHORTEST_WEAK and not _REQUEST.fullmatch(code))
        if word not in _MIXED_BETWEEN:
            return False
    return False


def _is_named_behind(after: Sequence[str]) -> bool:
    """Whether it is said behind it: "… là mã otp"."""
    return after[:1] in (["la"], ["is"]) and any(word in _STRONG or word == "ma" for word in after[1:3])


_FIGURE = compiled(r"\pN")
_NAMED = compiled(r"otp|opt|otb|pin|cvv|cvc|\bcsc\b|pass|pwd|\bmk\b|\bma\b|\bmat\b|\bxac\b|code")
"""Without one of these, folded, nothing is named."""
_NAMES: dict[str, Secret] = {
    "otp": "otp", "opt": "otp", "otb": "otp", "passcode": "otp", "cvv": "card", "cvc": "card", "csc": "card",
    "mk": "password", "pass": "password", "password": "password", "passwd": "password", "pwd": "password", "mã": "otp",
}  # fmt: skip
_PAIRS: dict[tuple[str, str], Secret] = {("mat", "khau"): "password", ("mat", "ma"): "password", ("bi", "mat"): "otp"}
_ALSO_ELSE = words_in("ma pin code nhan thuc")
"""Words that name a code, and say other things as well: then it has SURE figures, or a word like "là" before it."""
_SURE, _FEW = 3, 2
_BACK = 9
"""So many words before a part may name it."""
_LINKS = words_in("la is")
COUNTING = words_in("co gom du can")
"""Before how many figures a code has."""
_BETWEEN = (POLITE | SAYING) - COUNTING
_PIECES = words_in("phan nhom dau sau cuoi")
"""Behind a single figure they say what it counts: "2 phần"."""
_BATTERY = words_in("con sac het")
_FAULT = words_in("loi error")
_UNITS = frozenset(map(fold, UNITS))


def named_parts(text: str) -> Iterator[tuple[int, int, Secret]]:
    """Where each stands, in order."""
    if not (_FIGURE.search(text) and _NAMED.search(fold(text))):
        return
    plain = in_digits(text)
    found = items(plain)
    at, bare, hints = 0, _Bare(found), cache(lambda: Hints(found))
    while at < len(found):
        last = _end(plain, found, at)
        if last > at and (kind := _kind(plain, found, bare, hints, at, last)):
            yield found[at].start, found[last - 1].end, kind
        at = max(last, at + 1)


class _Bare(dict[int, str]):
    """The words of items, folded: each once, where it is looked at."""

    def __init__(self, found: Sequence[Item]) -> None:
        super().__init__()
        self._found = found

    def __missing__(self, at: int) -> str:
        self[at] = fold(self._found[at].word)
        return self[at]


def _end(plain: str, found: Sequence[Item], at: int) -> int:
    """Where the figures end that begin with this item, with spaces and marks alone between; `at`: there are none."""
    last = at
    while last < len(found) and not found[last].word and (last == at or found[last].start - found[last - 1].end <= 3):
        last += 1
    return last


def _kind(
    plain: str, found: Sequence[Item], bare: _Bare, hints: Callable[[], Hints], at: int, last: int
) -> Secret | None:
    start, end = found[at].start, found[last - 1].end
    digits = sum(len(item.digits) for item in found[at:last])
    behind = [bare[place] for place in range(last, min(last + CLOSE, len(found)))]
    if digits >= FEWEST or end in ordinary_ends(plain, start, found[at].end):
        return None
    if plain[end : end + 1] == "%" or (behind and behind[0] in _UNITS) or not _FAULT.isdisjoint(behind):
        return None
    if digits <= _FEW and behind and (behind[0] not in _BETWEEN or (digits == 1 and behind[0] in _PIECES)):
        return None
    kind = _named(plain, found, bare, at, digits, last=not behind)
    if kind is None:
        return None
    return None if hints().before("other", at, CLOSE) or is_fault(found, hints(), at, last - 1, digits) else kind


def _named(plain: str, found: Sequence[Item], bares: _Bare, at: int, digits: int, *, last: bool) -> Secret | None:
    """What the words right before an item name; `last`: no word comes behind it."""
    gap = plain[found[at - 1].end : found[at].start] if at else ""
    linked = ":" in gap or "=" in gap
    enough = digits >= (_FEW if gap else _SURE)
    for place in range(at - 1, max(-1, at - 1 - _BACK), -1):
        word = found[place].word
        bare, before = bares[place], bares[place - 1] if place else ""
        kind = _NAMES.get(word) or _PAIRS.get((before, bare))
        alone = last and gap and place == at - 1 and bare not in _ALSO_ELSE
        if kind and (linked or enough or alone):
            return kind
        battery = bare == "pin" and not _BATTERY.isdisjoint(map(bares.__getitem__, range(place, at)))
        if bare in _ALSO_ELSE and (linked or digits >= _SURE) and not battery:
            return "otp"
        if word and bare not in _BETWEEN and not kind:
            return None
        linked = linked or bare in _LINKS
    return None


SECONDS = 180
"""So soon the next piece follows."""
_LONGEST = 80
LONGEST_PIECE, WHOLE, FEWEST_PIECES = 8, 16, 4
"""Digits of a piece, of the longest secret that is told so, and of so few that together they are a code though nobody
said so."""
_ROUND = 5
"""A number of more digits is also an amount or a date."""
_MAY_STAND = POLITE | SAYING | set(map(fold, SPOKEN)) | {"lai"}


def _is_ordinary(text: str) -> bool:
    """Whether a long number is an amount or a date."""
    bare = text.strip().rstrip(".")
    return bare.endswith("000") or "/" in bare


_COUNTED = words_in("so chu")
ASKING = words_in(
    "ho doi xin bat yeu cau keu bao hoi doc noi goi dien nguoi ta thang dua chung no ben kia anh ay cong an nhan vien"
    " can bo lua dao they asked for police bank lo voi roi can"
)
"""Words of a tale of who asked for a secret: "họ hỏi mã"."""
_ASKS = words_in("hoi doi xin bat yeu keu bao asked")
TELLING = words_in(
    "tra loi noi bao keu dua gui doc cho ra lo ho nguoi ta voi roi them xong luon i said told them then tiep"
)
"""Words before what was told them: "tôi trả lời 862"."""
_HANDED = words_in("doc noi tra dua said told")
_TALE = 9
"""Words of such a tale."""
_FIRST_PIECE = 2
"""Digits of the first piece after the name of a code: a single one may be an answer."""
_OF_A_TALE, _OF_AN_ANSWER = _MAY_STAND | ASKING | SPEAKING, _MAY_STAND | TELLING
_OF_EITHER = _OF_A_TALE | _OF_AN_ANSWER


class Piece(Struct, frozen=True):
    """What a short text says of a code: how many `digits`; whether it `names` a code, and says nothing else.

    `read_out`: it names one, and tells a part of it in words. `answered`: it says that this was told to somebody, which
    is of a code only where one was asked for. `no`: it says a single 0, which is "no" as well. `handed`: its words say
    that it was given away.
    """

    digits: int = 0
    names: bool = False
    read_out: bool = False
    answered: bool = False
    no: bool = False
    handed: bool = False


NO_PIECE = Piece()


def piece_of(text: str) -> Piece:
    """The piece of a code that a text is as a whole; NO_PIECE for everything else."""
    if not text or len(text) > _LONGEST or text.rstrip().endswith("?"):
        return NO_PIECE
    text = without_tail(text)
    folded = [word for word in fold(text).split() if word.isalpha()]
    if not all(word in _OF_EITHER for word in folded):
        return NO_PIECE
    answered = not _MAY_STAND.issuperset(folded)
    if answered and not is_tale(folded) and not is_answer(folded):
        return NO_PIECE
    found = items(in_digits(seen(text)))
    words = {fold(item.word) for item in found if not item.digits}
    digits = sum(len(item.digits) for item in found)
    if digits > LONGEST_PIECE or (digits > _ROUND and _is_ordinary(text)):
        return NO_PIECE
    known = _MAY_STAND if not answered else _OF_AN_ANSWER if digits else _OF_A_TALE
    names = "code" in Hints(found)
    if not words <= known or (answered and not digits and not (names and is_tale(folded))):
        return NO_PIECE
    spoken = [item for item in found if item.spoken and item.digits]
    counts = not words.isdisjoint(COUNTING) or (bool(found) and fold(found[-1].word) in _COUNTED)
    read_out = names and len(spoken) >= _FIRST_PIECE and not counts
    no = digits == 1 and [item.digits for item in spoken] == ["0"]
    return Piece(digits, names, read_out, answered and not names, no, is_handed(folded))


def without_tail(text: str) -> str:
    """The text without "nha" at its end, which is "nhà" as well wherever else it stands."""
    return text.rstrip().removesuffix(" nha")


def is_tale(folded: Sequence[str]) -> bool:
    """Whether these folded words tell of somebody who asked for something, and of nothing else."""
    return len(folded) <= _TALE and not _ASKS.isdisjoint(folded) and all(word in _OF_A_TALE for word in folded)


def is_handed(folded: Iterable[str]) -> bool:
    """Whether these folded words say that something was given away: then they tell of a danger."""
    return not _HANDED.isdisjoint(folded)


def is_answer(folded: Sequence[str]) -> bool:
    """Whether these folded words say that something was told to somebody."""
    return len(folded) <= _TALE and all(word in _OF_AN_ANSWER for word in folded)


def further(code: tuple[int, int], piece: Piece, now: int, *, in_talk: bool = False) -> tuple[tuple[int, int], bool]:
    """What is to be kept after a message with this piece, and whether it is a further piece of a code.

    `code` is when a piece was said last, and how many digits are known; 0 where a code was named alone. `in_talk`: a
    person reads it, so that a single figure is no answer to the bot.
    """
    at, had = code if now - code[0] <= SECONDS else (0, 0)
    if piece == NO_PIECE or (piece.answered and not at):
        return code, False
    least = 1 if in_talk and not piece.no else _FIRST_PIECE
    named = bool(at) and not had
    known = (FEWEST_PIECES if piece.names or named else had) + piece.digits if piece.digits or not piece.names else 0
    goes_on = piece.digits >= least if named else bool(had and piece.digits and had + piece.digits >= FEWEST_PIECES)
    return ((now, known) if known < FEWEST_PIECES + WHOLE else (0, 0)), goes_on
