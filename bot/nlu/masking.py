"""Secrets in what people write: found and covered before anything is stored or passed on. Pure.

Where in doubt a number is covered: a needless warning costs a moment, a leaked code costs savings. A text of any length
is covered as a whole, in time that grows with its length. What belongs together as one number is found here, what it
then is says `number_kinds`.

Secrets in what a machine wrote: the parameters of a link, and text with markup in it. Pure.

Text written so that nobody finds what it says: letters apart, letters of other alphabets, dots in words. Pure.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from bot.nlu.code_forms import mixed_codes, named_parts
from bot.nlu.hints import CLOSE, POLITE, Hints
from bot.nlu.normalise import fold, words_of
from bot.nlu.number_kinds import (
    CARD_SHORTEST,
    FAR,
    FEWEST,
    MOST,
    SHORTEST,
    SPOKEN_ALONE,
    SPOKEN_FEWEST,
    YEAR_DIGITS,
    Kind,
    Number,
    Secret,
    is_card_shaped,
    is_service,
    kind_of,
    ordinary_ends,
)
from bot.nlu.numbers import BETWEEN, COVER, DOSSIER, Item, chains, in_digits, is_loose, items, seen
from bot.nlu.passwords import passwords
from bot.nlu.patterns import compiled, composed

_TELLING = compiled(
    r"://[^/\s:@]{1,64}:([^/\s:@\[\]]{1,64})@|[?&#;](?:[a-z]{1,12}[_-]|[a-z]{0,8}(?:new|old|user|login|sms|ma)[_-]?)?"
    r"(?:(otp|pin|code|passcode|token|secret)|(cvv|cvc)|pw|pwd|pass|passwd|password|mk|mat[_-]?khau)(?:[_-]?code)?=([^&#\s\[\]]+)",
    any_case=True,
)
"""Who signs in with what, in the address itself; and what stands behind "?" or "&" in it."""
_BLOCK = compiled(r"<(?:/?(?:br|p|div|td|th|tr|li|ul|ol|h[1-6]|table)\b[^<>]{0,200})>", any_case=True)
_INLINE = compiled(
    r"<!--[^<>]{0,200}-->|</?[a-z][^<>]{0,200}>|\[/?(?:b|i|u|s|code|color|size)(?:=[^\[\]]{0,40})?\]", any_case=True
)
_CHARACTER = compiled(r"&#(?:x([0-9a-f]{1,5})|([0-9]{1,6}));", any_case=True)
_SPACE = compiled(r"&(?:nbsp|ensp|emsp|thinsp);")
_UNICODE = 0x110000


def parameters(text: str) -> Iterator[tuple[int, int, Secret]]:
    """Where a link tells a secret, in order."""
    if "=" in text or "@" in text:
        for found in _TELLING.finditer(text):
            kind: Secret = "otp" if found[2] else "card" if found[3] else "password"
            yield *found.span(4 if found[4] else 1), kind


def without_markup(text: str) -> str:
    """The text as its reader sees it, if it has tags or characters by number in it."""
    if "<" not in text and "&" not in text and "[" not in text:
        return text
    plain = _INLINE.sub("", _BLOCK.sub(" ", _SPACE.sub(" ", text)))
    return _CHARACTER.sub(lambda found: _shown(int(found[1], 16) if found[1] else int(found[2])), plain)


def _shown(code: int) -> str:
    return chr(code) if code < _UNICODE else ""


_TINY, _FEW_SHORT = 2, 3
"""Numbers of so few digits in an endless row are one secret."""
_YEAR_WORDS = frozenset(("năm", "nam"))
"""They say 5, and a year."""
_READ = 250
"""Of so many numbers in one text each is read; of more, all are covered: nobody asks about that many."""
_LONG_NUMBER = compiled(r"[0-9](?:[^\pL\pN]{0,3}[0-9]){3,}")
_MANY = 8
"""After so many digits, digits that are read out go on with them."""


def mask(text: str) -> tuple[str, tuple[Secret, ...]]:
    """The text with secrets covered, and which kinds there were. Phone numbers are covered too, without a kind.

    Characters that nobody sees are dropped: they could part a number; and so is markup around a secret. Letters are
    composed (NFC).
    """
    text = seen(text)
    if (plain := without_markup(text)) != text:
        covered, found = _read(plain)
        if covered != plain:
            return covered, tuple(found)
    text, found = _read(text)
    return text, tuple(found)


def _read(text: str) -> tuple[str, list[Secret]]:
    covered, found = _read_as_written(text)
    if (whole := composed(covered)) != covered:  # a mark by itself is part of a letter, or parts two numbers
        again, more = _read_as_written(whole)
        ways = ((again, found + more), _read_as_written(composed(text)))
        return min(ways, key=lambda way: sum(map(str.isalnum, way[0])))
    return covered, found


def _read_as_written(text: str) -> tuple[str, list[Secret]]:
    found: list[Secret] = []
    if len(text) >= FEWEST:
        text = _covered(text, parameters(text), found)
        text = _covered(text, ((*where, "password") for where in passwords(text)), found)
        text = _covered(text, ((*where, "otp") for where in mixed_codes(text)), found)
        text = _covered(text, _numbers(in_digits(text)), found)
        text = _covered(text, named_parts(text), found)
    return text, found


def covers(text: str) -> bool:
    """Whether something of the text is covered, phone numbers included."""
    return COVER in mask(text)[0]


def mask_numbers(text: str) -> str:
    """The text with secrets covered, and every other number of four digits or more."""
    text = mask(text)[0]
    return _covered(text, ((*one.span(), "phone") for one in _LONG_NUMBER.finditer(in_digits(text))), [])


def only_secret(masked: str) -> bool:
    """Nothing is left to answer once the secrets are covered."""
    return len(words_of(masked.replace(COVER, " "))) <= 3


def _covered(text: str, secrets: Iterable[tuple[int, int, Kind]], found: list[Secret]) -> str:
    parts, at = [], 0
    for start, end, kind in secrets:
        parts += [text[at:start].removesuffix("+"), COVER]
        at = end
        if kind != "phone":
            found.append(kind)
    return "".join([*parts, text[at:]]) if parts else text


def _numbers(plain: str) -> Iterator[tuple[int, int, Kind]]:
    """Where each secret number stands, in order."""
    found = items(plain)
    rows = [row for row in chains(plain, found) if sum(len(found[at].digits) for at in row) >= SHORTEST]
    if sum(map(len, rows)) > _READ:
        yield from ((found[row[0]].start, found[row[-1]].end, "account") for row in rows)
        return
    if not rows:
        return
    hints = Hints(found)
    polite = all(item.digits or fold(item.word) in POLITE for item in found)
    loosely = polite or all(item.digits or fold(item.word) in POLITE or item.word in BETWEEN for item in found)
    by_card = any(sum(len(found[at].digits) for at in row) >= CARD_SHORTEST for row in rows)
    dossiers = [one.span() for one in DOSSIER.finditer(plain)] if "-" in plain else []
    for row in rows:
        for places in _rows(found, row, hints, alone=loosely):
            at = bisect_right(dossiers, (found[places[0]].start, len(plain))) - 1
            if at < 0 or dossiers[at][1] <= found[places[0]].start:
                loose = any(is_loose(found, last, at) for last, at in pairwise(places))
                yield from _secrets(Number(plain, found, hints, places, "", polite or loose, by_card, loose))


def _rows(found: Sequence[Item], row: Sequence[int], hints: Hints, *, alone: bool) -> Iterator[Sequence[int]]:
    """Digits and words for digits apart, unless a code is being said; of few words alone nobody makes a number.

    `alone`: nothing is said but numbers, or what stands between parts of one.
    """
    parts: list[list[int]] = []
    whole = hints.before("code", row[0], CLOSE) or _is_mixed(found, row) or is_card_shaped(found, row)
    named = alone or _is_one(found, row, hints)
    for at in row:
        before = parts[-1][-1] if parts else None
        if before is None or _parts(found, parts[-1], at, row, whole=whole, named=named):
            parts.append([])
        parts[-1].append(at)
    for part in parts:
        few = sum(len(found[at].digits) for at in part) < SPOKEN_FEWEST
        if not (few and all(found[at].spoken for at in part)) or hints.before("safety", part[0], FAR):
            yield part


def _is_one(found: Sequence[Item], row: Sequence[int], hints: Hints) -> bool:
    """Whether numbers with words like "rồi" between them are one: a secret is named or sent, or told digit by digit."""
    if is_card_shaped(found, row):
        return True
    told = hints.before("sent", row[0], FAR) or hints.before("code", row[0], FAR)
    digits = [found[at].digits for at in row if not found[at].spoken]
    if len(digits) < len(row):  # years and numbers are read out with such words, too
        return hints.name(row[0])
    short = all(len(each) <= _TINY for each in digits) and len(row) >= _FEW_SHORT
    return hints.name(row[0]) or (told and short) or (len(row) >= FEWEST and max(map(len, digits)) == 1)


def _is_mixed(found: Sequence[Item], row: Sequence[int]) -> bool:
    """Whether many single digits stand in a row, some in words ("5 không 3 tám 6 hai"): so nobody counts but years."""
    numbers = [found[at] for at in row]
    said = {number.word for number in numbers if number.spoken}
    years = said <= _YEAR_WORDS and all(one.spoken != other.spoken for one, other in pairwise(numbers))
    mixed = said and not years and not all(number.spoken for number in numbers)
    return bool(mixed) and len(row) >= SPOKEN_ALONE and all(len(number.digits) == 1 for number in numbers)


def _parts(
    found: Sequence[Item], part: Sequence[int], at: int, row: Sequence[int], *, whole: bool, named: bool
) -> bool:
    """Whether a number begins here that is not of the part before."""
    item, before = found[at], found[part[-1]]
    if item.word in _YEAR_WORDS and _is_year(found, row, at):
        return True
    if is_loose(found, part[-1], at) and not named:
        return True
    if item.spoken == before.spoken or whole or item.start == before.end:
        return False
    long = part[-1] == at - 1 and sum(len(found[each].digits) for each in part) >= _MANY
    return not (long and at + 2 < len(found) and found[at + 1].spoken and found[at + 2].spoken)


def _is_year(found: Sequence[Item], row: Sequence[int], at: int) -> bool:
    """Whether "năm", which is 5 and the year, is the year: before four digits, or before four words alone."""
    after = [item.digits for item in found[at + 1 : at + 5]]
    whole = after[:1] if after and len(after[0]) == YEAR_DIGITS else after if row[0] == at and len(row) == 5 else []
    return "".join(whole)[:2] in ("19", "20")


def _secrets(row: Number) -> Iterator[tuple[int, int, Kind]]:
    """The longest that is one secret, from each number of a row on; a row that has no end is one as well."""
    first, ends = 0, _rows_end(row)
    while first < len(row.places):
        last, kind = _longest(row, first)
        if ends[first] - first > MOST or len(row.items[row.places[first]].digits) > MOST:
            last, kind = ends[first], "account"
        if kind:
            yield row.items[row.places[first]].start, row.items[row.places[last - 1]].end, kind
        first = last


def _rows_end(row: Number) -> list[int]:
    """For each number of a row, where those end that are as short, and parted in the same way."""
    ends = [len(row.places)] * len(row.places)
    for at in reversed(range(len(row.places) - 1)):
        short = len(row.items[row.places[at]].digits) <= _TINY and len(row.items[row.places[at + 1]].digits) <= _TINY
        alike = at + 2 >= len(row.places) or _parting(row, at) == _parting(row, at + 1)
        ends[at] = at + 1 if not short else ends[at + 1] if alike else at + 2
    return ends


def _longest(row: Number, first: int) -> tuple[int, Kind | None]:
    """The longest secret that begins with a number of the row, by where it ends; where to go on if there is none."""
    for last, digits in reversed(list(_readings(row, first))):
        number = replace(row, places=row.places[first:last], digits=digits)
        kind = kind_of(number)
        if kind or (is_service(digits) and not number.said("code", 2)) or number.is_callers:
            return last, kind
    return _after_ordinary(row, first), None


def _after_ordinary(row: Number, first: int) -> int:
    """Behind an amount or a date that begins here, as a whole; else behind the first number."""
    begin = row.items[row.places[first]]
    ends = ordinary_ends(row.plain, begin.start, begin.end)
    return next((at + 1 for at in range(first, len(row.places)) if row.items[row.places[at]].end in ends), first + 1)


def _readings(row: Number, first: int) -> Iterator[tuple[int, str]]:
    """Where a number may end that begins here, and its digits: parted in one way, or digit by digit, or a code."""
    digits, alike, single = row.items[row.places[first]].digits, True, True
    code = row.loose or row.hints.before("code", row.places[first], CLOSE)
    yield first + 1, digits
    for last in range(first + 1, len(row.places)):
        before, here = row.items[row.places[last - 1]].digits, row.items[row.places[last]].digits
        digits += here
        single = single and len(before) == len(here) == 1
        alike = alike and (last == first + 1 or _parting(row, last - 2) == _parting(row, last - 1))
        if len(digits) > MOST or not (alike or single or code):
            return
        yield last + 1, digits


def _parting(row: Number, at: int) -> str:
    """What stands between a number of the row and the next one."""
    return row.plain[row.items[row.places[at]].end : row.items[row.places[at + 1]].start]


_ALIKE = str.maketrans("аеорсухіјѕԁһкмтвнАЕОРСУХІЈЅКМТВНοαρτινκ", "aeopcyxijsdhkmtbhAEOPCYXIJSKMTBHoaptivk")
"""Cyrillic and Greek letters, and the Latin ones that they look like."""
_APART = compiled(r"(^|[^\pL\pN])(\pL(?:[ ._*'\-]{1,2}\pL){2,})($|[^\pL\pN])")
"""Three letters or more that stand alone, as in "o t p" or "O.T.P": words of one letter do not come in threes."""
_AT = compiled(r"(\pL)@(\pL{0,3}(?:$|[^\pL\pN_.]))")
"""What stands for an "a", as in "ch@u"; in an address more comes after it."""
_GAPS = str.maketrans("", "", " ._*'-")
_BRACKETS = compiled(r"\s?[\[({<]\s?(?:\.|dot|chấm|cham)\s?[\])}>]\s?", any_case=True)
_DOTS = compiled(r"([\pL\pN])[。·•‧∙・]([\pL\pN])")


def with_dots(text: str) -> str:
    """The same text without what nobody sees, and with a dot where "[.]" or "·" stands for one."""
    plain = _BRACKETS.sub(".", seen(unicodedata.normalize("NFKC", text)))
    return _DOTS.sub(r"\1.\2", _DOTS.sub(r"\1.\2", plain))  # twice: what ends one match may begin the next


def undisguised(text: str) -> str:
    """The same text as its reader understands it. What is written plainly stays as it is."""
    plain = _AT.sub(r"\1a\2", _AT.sub(r"\1a\2", with_dots(text))).translate(_ALIKE)
    return _APART.sub(lambda apart: apart[1] + apart[2].translate(_GAPS) + apart[3], plain)
