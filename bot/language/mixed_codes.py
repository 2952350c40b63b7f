"""Codes of letters and figures, where a word for a code says that they are one: "OTP=359247abc". Pure."""

from collections.abc import Iterator, Sequence

from bot.language.fold import fold
from bot.language.hints import CLOSE, POLITE, SAYING
from bot.language.number_kinds import UNITS
from bot.language.numbers import DOSSIER, words_in
from bot.language.patterns import compiled
from bot.language.syllables import is_syllable

_MIXED = compiled(r"[0-9]-?[A-Za-z]|[A-Za-z]-?[0-9]")
_NAMED = compiled(r"otp|code|\bma\b|\bxac (?:thuc|nhan)\b|\bpin\b")
"""Without one of these, folded, nothing is named."""
_PIECE = compiled('[^\\s\u00a0:=,;()"“”«»]+')
_STRONG = words_in("otp passcode")
_WEAK = words_in("ma code pin thuc nhan")
"""Words for a code, folded; these mean other things, too: a code has more characters then."""
_BETWEEN = (POLITE | SAYING) - _STRONG - _WEAK
_SHORTEST, _SHORTEST_WEAK, _LONGEST = 4, 5, 24
_CODE = compiled(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_REQUEST = compiled(r"[A-Z][0-9]{4,5}")
_WORD_AND_NUMBER = compiled(r"([0-9]{0,5})([a-z]+)([0-9]{0,2})")
"""A word or a unit with a number before or behind it: "30giay", "8h30", "buoc2"."""
_FEW = 2
"""Figures beside a word that may be its number."""
_UNITS = frozenset(map(fold, UNITS)) | words_in("p s t giay so chu ky digit digits min mins")
_THINGS = ("iphone", "ipad", "samsung", "galaxy", "redmi", "oppo", "vivo", "nokia", "vneid", "windows", "android")


def mixed_codes(text: str) -> Iterator[tuple[int, int]]:
    """Where each stands, in order."""
    if not (_MIXED.search(text) and _NAMED.search(fold(text))):
        return
    spans = [match.span() for match in _PIECE.finditer(text)]
    for at, (start, end) in enumerate(spans):
        code = text[start:end].strip("'*.!?[]<>-_")
        if not _is_mixed(code):
            continue
        before, after = (
            [fold(text[first : min(last, first + _LONGEST)]).strip() for first, last in near]
            for near in (spans[max(0, at - CLOSE) : at], spans[at + 1 : at + 1 + CLOSE])
        )
        if _is_named(before, code) or _is_named_behind(after):
            start = text.index(code, start)
            yield start, start + len(code)


def _is_mixed(code: str) -> bool:
    """Whether it has letters and figures, and is no measure, thing, or number of a dossier."""
    if not _SHORTEST <= len(code) <= _LONGEST or not _CODE.fullmatch(code) or DOSSIER.fullmatch(code):
        return False
    if code.lower().startswith(_THINGS) or not (any(map(str.isalpha, code)) and any(map(str.isdecimal, code))):
        return False
    parts = _WORD_AND_NUMBER.fullmatch(code.lower().replace("-", ""))
    few = parts and len(parts[1] + parts[3]) <= _FEW
    return not (parts and (parts[2] in _UNITS or (few and is_syllable(parts[2]))))


def _is_named(before: Sequence[str], code: str) -> bool:
    """Whether the words right before it name a code; with a single letter it may be the code of a request."""
    for place, word in reversed([*enumerate(before)]):
        if word in _STRONG:
            return True
        if word in _WEAK:
            sure = word in ("thuc", "nhan") or (place and before[place - 1] in _STRONG)
            return bool(sure) or (len(code) >= _SHORTEST_WEAK and not _REQUEST.fullmatch(code))
        if word not in _BETWEEN:
            return False
    return False


def _is_named_behind(after: Sequence[str]) -> bool:
    """Whether it is said behind it: "… là mã otp"."""
    return after[:1] in (["la"], ["is"]) and any(word in _STRONG or word == "ma" for word in after[1:3])
