"""The first figures of a code or a password, where they are named: "mã là 482", "PIN: 4". Pure.

What is long enough to be a whole secret is found by `number_kinds`; a part of one is covered by its name alone.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from bot.language.fold import fold
from bot.language.hints import CLOSE, POLITE, SAYING, Hints
from bot.language.number_kinds import FEWEST, UNITS, Secret, is_fault, ordinary_ends
from bot.language.numbers import Item, in_digits, items, words_in
from bot.language.patterns import compiled

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
