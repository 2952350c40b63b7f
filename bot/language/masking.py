"""Secrets in what people write: found and covered before anything is stored or passed on. Pure.

Where in doubt a number is covered: a needless warning costs a moment, a leaked code costs savings. A text of any length
is covered as a whole, in time that grows with its length.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from bot.language.fold import fold, words_of
from bot.language.hints import Hint, Hints
from bot.language.numbers import BETWEEN, Item, chains, in_digits, is_loose, items, seen, words_in
from bot.language.passwords import passwords
from bot.language.patterns import compiled

Secret = Literal["otp", "password", "card", "id_number", "account"]
_Kind = Secret | Literal["phone"]

COVER = "[…]"

_SHORTEST, _FEWEST, _LONGEST_CODE, _MOST = 3, 4, 8, 19
"""Digits of a card's security code, of a code, of the longest one, and of any secret."""
_IN_A_GROUP = 5
"""Digits of a part of a long number, as people part them."""
_TINY = 2
"""Numbers of so few digits in an endless row are one secret."""
_READ = 250
"""Of so many numbers in one text each is read; of more, all are covered: nobody asks about that many."""
_CARD_SHORTEST = 13
_PASSPORTS, _INSURED = (7, 8, 10, 13), 13
"""Digits of the numbers of passports and of health insurance."""
_CARD_LENGTHS = (16, 19)
"""Those of cards here: covered also when a digit is mistyped."""
_DOSSIER = compiled(r"(?:\d+\.)*[A-Za-z]\d{2}(?:\.\d+)*-\d{6}-\d{3,6}\b")
_LONG_NUMBER = compiled(r"[0-9](?:[^\pL\pN]{0,3}[0-9]){3,}")
_MONEY = compiled(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_DAY, _OF_MONTH = r"(?:[12]\d|3[01]|0?[1-9])", r"(?:1[0-2]|0?[1-9])"
_DATE = rf"{_DAY}[/.-]{_OF_MONTH}(?:[/.-](?:19|20)?\d\d)?|{_OF_MONTH}[/-](?:19|20)\d\d"
_YEARS = r"(?:19|20)\d\d(?: ?[-–/] ?(?:19|20)\d\d)?"
_TIME = r"(?:2[0-3]|[01]?\d)[:hg](?:[0-5]\d)?(?:[:p][0-5]\d)?"
_MOMENT = compiled(f"{_DATE}|{_YEARS}|{_TIME}")
_ALLEY = compiled(r"\d{1,4}(?:/\d{1,4}){1,3}")
_STREETS = words_in("đường duong phố pho ngõ ngo hẻm hem")
_MONTH = compiled(r"(?:0?[1-9]|1[0-2]) ?[/.-] ?(?:20)?[2-4]\d")
_IN_A_MOMENT = 4
"""Parts of a date or a time."""
_SHAPING = frozenset(".,/:-–hg")
"""No amount, date or time is written without one of these, but for a year."""
_UNITS = words_in(
    "đồng dong đ k nghìn nghin ngàn ngan triệu trieu tr vnd vnđ tháng thang ngày ngay năm nam tuổi tuoi"
    " lần lan phút phut giờ gio người nguoi tỷ ty h g m km kg kwh m2 usd % mah ký mét số chữ trang tờ bộ căn"
    " hộ"
)
"""After a number these say what it counts."""
_BEFORE = words_in(
    "năm nam tháng thang từ hồi hoi ngày ngay lỗi loi error bước buoc tổ ngõ ngo ngách hẻm hem"
    " phòng phong tầng tang cửa quầy quay điều dieu khoản luật luat trang kênh kenh tuyến tuyen bản"
    " version ios android win windows iphone samsung galaxy nokia oppo vivo model đời doi tdp cổng"
    " cong câu mục lúc gần khoảng hơn còn tiền phí giá cước thứ lương tổng"
)
"""Before a short number these say that it is no code, unless a word for a code stands right beside it."""
_OF_A_KIND = words_in("nhà nha tư văn hiệu xe định dinh")
"""The same, unless that word is the one before."""
_APP = "vneid"
"""The same, unless that word is among the three before: "passcode vneid 738479"."""
_LONGEST_ORDINARY, _YEAR_DIGITS = 30, 4
_GROUPS = compiled(r"\d+")
POLITE = frozenset(
    fold("à a lô anh bác bảo các cháu chị chú cô con cụ dạ đây em gửi là mình này nhé ơi số tôi ừ vâng").split()
)
"""Around six digits these words change nothing: it is a code that somebody sent on."""
_CLOSE = 4
"""So many words may stand between a word for a code and the code, for whatever looks like a date to be one."""
_FAR = 6
"""The same between a word for a card's security code and that code."""
_MANY = 8
"""After so many digits, digits that are read out go on with them."""
_NAMING: tuple[Hint, ...] = ("code", "id", "account", "card", "any_card", "safety")
"""After these, words like "rồi" stand between parts of one number."""
_SPOKEN_FEWEST, _SPOKEN_ALONE = 4, 6
"""So many digits in words are a number; so many are one that needs no word for a code beside it."""


class _Number(Struct):
    """Numbers that are read as one: those items of a text, with all their digits; `plain` is the text, in digits."""

    plain: str
    items: Sequence[Item]
    hints: Hints
    places: Sequence[int]
    digits: str
    polite: bool
    by_card: bool
    loose: bool = False

    @property
    def start(self) -> int:
        return self.items[self.places[0]].start

    @property
    def end(self) -> int:
        return self.items[self.places[-1]].end

    @property
    def written(self) -> str:
        return self.plain[self.start : self.end]

    @property
    def spoken(self) -> bool:
        return any(self.items[at].spoken for at in self.places)

    @property
    def before(self) -> str:
        """The word before it."""
        return self.items[self.places[0] - 1].word if self.places[0] else ""

    @property
    def counted(self) -> bool:
        """The word right after it says what it counts, as in "500 nghìn"."""
        at = self.places[-1] + 1
        return at < len(self.items) and self.items[at].start - self.end <= 1 and self.items[at].word in _UNITS

    @property
    def glued(self) -> bool:
        """It is part of a word, as in "A0001" or "12345x"."""
        start, after = self.start, self.places[-1] + 1
        in_word = start > 0 and self.plain[start - 1].isalpha() and not self.said("code", 1)
        goes_on = self.plain[self.end : self.end + 1].isalpha() and fold(self.items[after].word) not in POLITE
        return in_word or goes_on

    @property
    def of_a_card(self) -> bool:
        """A card's number stands or stood here, or its security code is spoken of."""
        return self.by_card or "safety" in self.hints or COVER in self.plain

    @property
    def is_account(self) -> bool:
        """It is said to be one, or is too long to be anything else that has no name."""
        count, named = len(self.digits), self.said("account", 6, 2)
        amount = self.written.isdecimal() and count <= _LONGEST_CODE and self.digits.endswith("000")
        if self.counted or self.shaped or amount:
            return False
        if named and count >= _SPOKEN_ALONE:
            return True
        whole = len(self.places) == 1 or all(len(self.items[at].digits) <= _IN_A_GROUP for at in self.places)
        return whole and count > _LONGEST_CODE and not (self.is_phone or self.glued or self.said("other", _CLOSE))

    @property
    def is_phone(self) -> bool:
        count = len(self.digits)
        mobile = (count in (10, 11) and self.digits[0] == "0") or (count == 11 and self.digits.startswith("84"))
        return mobile and not self.said("other", _CLOSE)

    @property
    def shaped(self) -> bool:
        """It is written like an amount, a date, a time, or a line that anybody may call."""
        if len(self.places) == 1 or self.spoken:
            return _is_line(self.digits) or (len(self.digits) == 4 and self.digits[:2] in ("19", "20"))
        written = self.written
        if _is_line(self.digits) or _SHAPING.isdisjoint(written):
            return _is_line(self.digits)
        if self.is_money:
            return not ((self.polite or self.said("code", _CLOSE)) and not self.digits.endswith("00"))
        return len(self.places) <= _IN_A_MOMENT and bool(_MOMENT.fullmatch(written))

    @property
    def is_money(self) -> bool:
        """It is written like an amount: all but the first part have three digits."""
        return len(self.items[self.places[-1]].digits) == 3 and bool(_MONEY.fullmatch(self.written))

    @property
    def named(self) -> bool:
        """What stands right before it, or it alone, says that it is one number and a secret."""
        return _is_named(self.hints, self.places[0])

    def said(self, hint: Hint, before: int, after: int = 0) -> bool:
        """Whether the hint stands so many words before it, or after it."""
        return self.hints.before(hint, self.places[0], before) or self.hints.after(hint, self.places[-1], after)


def mask(text: str) -> tuple[str, tuple[Secret, ...]]:
    """The text with secrets covered, and which kinds there were. Phone numbers are covered too, without a kind.

    Characters that nobody sees are dropped: they could part a number.
    """
    text = seen(text)
    found: list[Secret] = []
    if len(text) >= _FEWEST:
        text = _covered(text, ((*where, "password") for where in passwords(text)), found)
        text = _covered(text, _numbers(in_digits(text)), found)
    return text, tuple(found)


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


def _covered(text: str, secrets: Iterable[tuple[int, int, _Kind]], found: list[Secret]) -> str:
    parts, at = [], 0
    for start, end, kind in secrets:
        parts += [text[at:start].removesuffix("+"), COVER]
        at = end
        if kind != "phone":
            found.append(kind)
    return "".join([*parts, text[at:]]) if parts else text


def _numbers(plain: str) -> Iterator[tuple[int, int, _Kind]]:
    """Where each secret number stands, in order."""
    found = items(plain)
    rows = [row for row in chains(plain, found, COVER) if sum(len(found[at].digits) for at in row) >= _SHORTEST]
    if sum(map(len, rows)) > _READ:
        yield from ((found[row[0]].start, found[row[-1]].end, "account") for row in rows)
        return
    if not rows:
        return
    hints = Hints(found)
    polite = all(item.digits or fold(item.word) in POLITE for item in found)
    loosely = polite or all(item.digits or fold(item.word) in POLITE or item.word in BETWEEN for item in found)
    by_card = any(sum(len(found[at].digits) for at in row) >= _CARD_SHORTEST for row in rows)
    dossiers = [one.span() for one in _DOSSIER.finditer(plain)] if "-" in plain else []
    for row in rows:
        for places in _rows(found, row, hints, alone=loosely):
            at = bisect_right(dossiers, (found[places[0]].start, len(plain))) - 1
            if at < 0 or dossiers[at][1] <= found[places[0]].start:
                loose = any(is_loose(found, last, at) for last, at in pairwise(places))
                yield from _secrets(_Number(plain, found, hints, places, "", polite or loose, by_card, loose))


def _is_named(hints: Hints, at: int) -> bool:
    return any(hints.before(hint, at, _CLOSE) for hint in _NAMING)


def _rows(found: Sequence[Item], row: Sequence[int], hints: Hints, *, alone: bool) -> Iterator[Sequence[int]]:
    """Digits and words for digits apart, unless a code is being said; of few words alone nobody makes a number.

    `alone`: nothing is said but numbers, or what stands between parts of one.
    """
    parts: list[list[int]] = []
    whole, named = hints.before("code", row[0], _CLOSE), alone or _is_named(hints, row[0])
    for at in row:
        before = parts[-1][-1] if parts else None
        if before is None or _parts(found, parts[-1], at, row, whole=whole, named=named):
            parts.append([])
        parts[-1].append(at)
    for part in parts:
        few = sum(len(found[at].digits) for at in part) < _SPOKEN_FEWEST
        if not (few and all(found[at].spoken for at in part)) or hints.before("safety", part[0], _FAR):
            yield part


def _parts(
    found: Sequence[Item], part: Sequence[int], at: int, row: Sequence[int], *, whole: bool, named: bool
) -> bool:
    """Whether a number begins here that is not of the part before."""
    item, before = found[at], found[part[-1]]
    if item.word in ("năm", "nam") and _is_year(found, row, at):
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
    whole = after[:1] if after and len(after[0]) == _YEAR_DIGITS else after if row[0] == at and len(row) == 5 else []
    return "".join(whole)[:2] in ("19", "20")


def _secrets(row: _Number) -> Iterator[tuple[int, int, _Kind]]:
    """The longest that is one secret, from each number of a row on; a row that has no end is one as well."""
    first, ends = 0, _rows_end(row)
    while first < len(row.places):
        last, kind = _longest(row, first)
        if ends[first] - first > _MOST or len(row.items[row.places[first]].digits) > _MOST:
            last, kind = ends[first], "account"
        if kind:
            yield row.items[row.places[first]].start, row.items[row.places[last - 1]].end, kind
        first = last


def _rows_end(row: _Number) -> list[int]:
    """For each number of a row, where those end that are as short, and parted in the same way."""
    ends = [len(row.places)] * len(row.places)
    for at in reversed(range(len(row.places) - 1)):
        short = len(row.items[row.places[at]].digits) <= _TINY and len(row.items[row.places[at + 1]].digits) <= _TINY
        alike = at + 2 >= len(row.places) or _parting(row, at) == _parting(row, at + 1)
        ends[at] = at + 1 if not short else ends[at + 1] if alike else at + 2
    return ends


def _longest(row: _Number, first: int) -> tuple[int, _Kind | None]:
    """The longest secret that begins with a number of the row, by where it ends; where to go on if there is none."""
    for last, digits in reversed(list(_readings(row, first))):
        number = replace(row, places=row.places[first:last], digits=digits)
        kind = _kind(number)
        if kind or (_is_service(digits) and not number.said("code", 2)):
            return last, kind
    return _after_ordinary(row, first), None


def _after_ordinary(row: _Number, first: int) -> int:
    """Behind an amount or a date that begins here, as a whole; else behind the first number."""
    start, end = row.items[row.places[first]].start, row.items[row.places[first]].end
    if row.plain[end : end + 1] not in _SHAPING:
        return first + 1
    for known in (_MONEY, _MOMENT):
        if found := known.match(row.plain[start : start + _LONGEST_ORDINARY]):
            last = first + len(_GROUPS.findall(found[0]))
            if last <= len(row.places) and row.items[row.places[last - 1]].end == start + found.end():
                return last
    return first + 1


def _readings(row: _Number, first: int) -> Iterator[tuple[int, str]]:
    """Where a number may end that begins here, and its digits: parted in one way, or digit by digit, or a code."""
    digits, alike, single = row.items[row.places[first]].digits, True, True
    code = row.loose or row.hints.before("code", row.places[first], _CLOSE)
    yield first + 1, digits
    for last in range(first + 1, len(row.places)):
        before, here = row.items[row.places[last - 1]].digits, row.items[row.places[last]].digits
        digits += here
        single = single and len(before) == len(here) == 1
        alike = alike and (last == first + 1 or _parting(row, last - 2) == _parting(row, last - 1))
        if len(digits) > _MOST or not (alike or single or code):
            return
        yield last + 1, digits


def _parting(row: _Number, at: int) -> str:
    """What stands between a number of the row and the next one."""
    return row.plain[row.items[row.places[at]].end : row.items[row.places[at + 1]].start]


def _kind(number: _Number) -> _Kind | None:
    count = len(number.digits)
    if _SHORTEST <= count <= _FEWEST and not number.counted and _is_safety(number):
        return "card"
    if number.said("expiry", 3) and number.of_a_card and _MONTH.fullmatch(number.written):
        return "card"
    if _is_years(number) or _is_address(number):
        return None
    if number.loose and not number.named:
        whole = count == _SPOKEN_ALONE and not number.digits.endswith("00") and not number.counted
        return "otp" if whole else None
    single = number.loose and count == len(number.places) and number.said("code", 2)
    if count == _SHORTEST and single and not number.counted:
        return "otp"
    if count < _FEWEST or (number.spoken and _few_said(number) and not number.said("code", _CLOSE)):
        return None
    if all(_is_line(number.items[at].digits) for at in number.places) and not number.said("code", 2):
        return None
    if count >= _CARD_SHORTEST and (count in _CARD_LENGTHS or _luhn(number.digits)):
        return "card"
    if _is_passport(number):
        return "id_number"
    if (count == 12 and not number.is_money) or (count == 9 and number.hints.near("id", number.start, number.end)):
        return "id_number"
    if number.is_account:
        return "account"
    if number.is_phone:
        return "phone"
    return "otp" if _is_code(number) else None


def _is_years(number: _Number) -> bool:
    """Whether it is some years beside each other."""
    named = number.items[number.places[0]].word in ("năm", "nam")
    years = number.places[1:] if named else number.places
    if len(number.digits) >= _CARD_SHORTEST or (number.said("code", _CLOSE) and number.before not in _BEFORE):
        return False
    return len(years) > 1 and all(
        len(number.items[at].digits) == _YEAR_DIGITS and number.items[at].digits[:2] in ("19", "20") for at in years
    )


def _is_address(number: _Number) -> bool:
    """Whether it is the number of a house off an alley, with the name of a street behind: "12/34/56 Ngô Gia Tự"."""
    after = number.places[-1] + 1
    street = number.items[after : after + 2]
    if len(street) < 2 or number.said("code", _CLOSE) or not _ALLEY.fullmatch(number.written):
        return False
    return street[0].word in _STREETS or all(number.plain[word.start].isupper() for word in street)


def _few_said(number: _Number) -> bool:
    return len(number.places) < _SPOKEN_FEWEST and not any(
        item.spoken and len(item.digits) > 1 for item in (number.items[at] for at in number.places)
    )


def _is_safety(number: _Number) -> bool:
    """Whether it is a card's security code."""
    if number.said("safety", 3, 2):
        return True
    return number.said("safety", _FAR) and not (_is_line(number.digits) or number.before in _BEFORE)


def _is_passport(number: _Number) -> bool:
    """Whether it is what follows the letters of a passport or of a health insurance card, or all of that card."""
    count, start = len(number.digits), number.items[number.places[0]].start
    if count == _INSURED and number.glued:
        return True
    named = count in _PASSPORTS and number.hints.near("passport", start, number.end)
    return named and not (number.counted or number.shaped or number.is_phone or number.said("other", _CLOSE))


def _is_code(number: _Number) -> bool:
    """Whether a short number is a one-time code or a PIN, by what stands around it."""
    count = len(number.digits)
    if count > _LONGEST_CODE or number.counted or number.glued:
        return False
    if number.shaped and not number.said("code", 2):
        return False
    if (
        number.before in _BEFORE
        or number.said("other", 2)
        or (number.before in _OF_A_KIND and not number.said("code", 1))
        or (number.before == _APP and not number.said("code", 3))
    ):
        return False
    if number.hints.near("code", number.start, number.end) or (number.spoken and count >= _SPOKEN_ALONE):
        return True
    return count == _SPOKEN_ALONE and _stands_alone(number)


def _stands_alone(number: _Number) -> bool:
    """Whether six digits are neither a round amount nor said to be something else: so people send on what they got."""
    round_ = number.digits.endswith("000")
    return number.polite or not (round_ or number.hints.near("other", number.start, number.end))


def _is_line(digits: str) -> bool:
    """Whether anybody may call this number: 113, 1022, 1900 1009."""
    return digits == "1022" or (len(digits) == 3 and digits[:2] == "11") or _is_service(digits)


def _is_service(digits: str) -> bool:
    return 8 <= len(digits) <= 10 and digits[:4] in ("1800", "1900")


def _luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
