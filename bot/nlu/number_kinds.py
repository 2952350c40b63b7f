"""What kind of secret a number is, if it is one, by how it is written and what stands around it. Pure."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from bot.nlu.hints import CLOSE, POLITE, Hint, Hints
from bot.nlu.normalise import fold
from bot.nlu.numbers import COVER, Item, words_in
from bot.nlu.patterns import compiled

Secret = Literal["otp", "password", "card", "id_number", "account"]
Kind = Secret | Literal["phone"]
SHORTEST, FEWEST, _LONGEST_CODE, MOST = 3, 4, 8, 19
"""Digits of a card's security code, of a code, of the longest one, and of any secret."""
_IN_A_GROUP, _MOST_ABROAD = 5, 12
"""Digits of a part of a long number, as people part them; of a telephone's number with its country."""
CARD_SHORTEST = 13
_PASSPORTS, _INSURED = (7, 8, 10, 13), 13
"""Digits of the numbers of passports and of health insurance."""
_CARD_PART, _FEW_PARTS = (4, 10), 2
"""Digits of a part of a card's number, as people part it; so few parts may be two numbers."""
_AFTER = "sau"
"""Between written numbers it is no 6: "4831 sau đó 4366"."""
_CARD_LENGTHS = (16, 19)
"""Those of cards here: covered also when a digit is mistyped."""
_MONEY = compiled(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_DAY, _OF_MONTH = r"(?:[12]\d|3[01]|0?[1-9])", r"(?:1[0-2]|0?[1-9])"
_DATE = (
    rf"{_DAY}[/.-]{_OF_MONTH}(?:[/.-](?:19|20)?\d\d)?|{_OF_MONTH}[/-](?:19|20)\d\d"
    rf"|(?:19|20)\d\d-{_OF_MONTH}(?:-{_DAY})?"
)
_NUMBER_AND_YEAR = r"\d{1,4}/(?:19|20)\d\d"
_YEARS = r"(?:19|20)\d\d(?: ?[-–/] ?(?:19|20)\d\d)?"
_TIME = r"(?:2[0-3]|[01]?\d)[:hg](?:[0-5]\d)?(?:[:p][0-5]\d)?"
_MOMENT = compiled(f"{_DATE}|{_NUMBER_AND_YEAR}|{_YEARS}|{_TIME}")
_ACCOUNT_NUMBER = compiled(r"\b(?:stk|so (?:tai khoan|tk)|account (?:number|no)|iban)(?: la| is| cua \S+){0,2}$")
_NEAR = 40
"""Characters before a number that are read for that."""
_ALLEY = compiled(r"\d{1,4}(?:/\d{1,4}){1,3}")
_STREETS = words_in("đường duong phố pho ngõ ngo hẻm hem")
_MONTH = compiled(r"(?:0?[1-9]|1[0-2]) ?[/.-] ?(?:20)?[2-4]\d")
_IN_A_MOMENT = 4
"""Parts of a date or a time."""
_SHAPING = frozenset(".,/:-–hg")
"""No amount, date or time is written without one of these, but for a year."""
UNITS = words_in(
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
_PAPER = compiled(
    r"(?:tin nhắn|tin nhan|công văn|cong van|văn bản|van ban|giấy mời|giay moi|thông báo|thong bao)"
    r"(?: từ| tu)? (?:số|so) $"
)
"""Before the number of a paper, of a message, or of whoever sent it."""
_SENDERS = words_in("của cua đài dai soạn soan")
"""Before the number of whoever sends a message, or gets one."""
_OF_A_KIND = words_in("nhà nha tư văn hiệu xe định dinh")
"""The same, unless that word is the one before."""
_APP = "vneid"
"""The same, unless that word is close before: "mã đăng nhập vneid 738479"."""
_PAPERS = words_in("sơ so đơn don phiếu phieu nhận nhan hẹn hen từ tu gọi goi hotline đài dai")
"""Before numbers of papers and of lines that anybody may call."""
YEAR_DIGITS, _LONGEST_ORDINARY = 4, 30
FAR = 6
"""The same between a word for a card's security code and that code."""
_AROUND = 9
"""So many words on each side may say whose telephone it is, or what a number is part of or unlocks."""
SPOKEN_FEWEST, SPOKEN_ALONE = 4, 6
"""So many digits in words are a number; so many are one that needs no word for a code beside it."""


_FAULT_DIGITS, _WHAT_FOR = 4, 2
"""Digits of the number of a fault; so many words behind it may say that it is a code after all."""
_CODE_ALONE = words_in("mã ma code")
_SHOWN_AS = words_in("là la lên len is cái cai chữ chu số so")
_SHOWING, _TELLERS = words_in("báo hiện nhảy"), (POLITE - {"la"}) | words_in("hang minh ho ta")
"""What an app does; whoever tells a code to somebody else."""
_SURELY_CODE = words_in("otp pin passcode cvv cvc xác xac mật mat mk pass password")


class Number(Struct):
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
        return at < len(self.items) and self.items[at].start - self.end <= 1 and self.items[at].word in UNITS

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
        count = len(self.digits)
        named = self.said("account", 6, 2) or (self.said("bank", 1) and not self.is_phone)
        amount = self.written.isdecimal() and count <= _LONGEST_CODE and self.digits.endswith("000")
        if self.counted or self.shaped or (amount and not self.is_numbered):
            return False
        if named and count >= SPOKEN_ALONE:
            return True
        whole = len(self.places) == 1 or all(len(self.items[at].digits) <= _IN_A_GROUP for at in self.places)
        return whole and count > _LONGEST_CODE and not (self.is_phone or self.glued or self.said("other", CLOSE))

    @property
    def is_numbered(self) -> bool:
        """What stands before it says that it is the number of an account, as "stk 1000000" does."""
        return bool(_ACCOUNT_NUMBER.search(fold(self.plain[max(0, self.start - _NEAR) : self.start])))

    @property
    def is_phone(self) -> bool:
        count, abroad = len(self.digits), self.plain[self.start - 1 : self.start] == "+"
        from_here = count in (10, 11) and self.digits[0] == "0"
        mobile = from_here or (self.digits.startswith("84") and (count == 11 or (abroad and count == _MOST_ABROAD)))
        return mobile and not self.said("other", CLOSE)

    @property
    def is_callers(self) -> bool:
        """It is the telephone of an office, or of somebody who calls: who helps has to see it."""
        theirs = self.said("own", CLOSE, 3) or self.said("reach", CLOSE)
        return self.is_phone and self.said("caller", _AROUND, _AROUND) and not theirs

    @property
    def spelt(self) -> bool:
        """Its digits are told one by one, and do not just count on."""
        single = len(self.places) == len(self.digits) >= FEWEST
        return single and not self.spoken and self.digits not in "0123456789" and self.before not in _BEFORE

    @property
    def shaped(self) -> bool:
        """It is written like an amount, a date, a time, or a line that anybody may call."""
        if len(self.places) == 1 or self.spoken:
            return _is_line(self.digits) or (len(self.digits) == 4 and self.digits[:2] in ("19", "20"))
        written = self.written
        if _is_line(self.digits) or _SHAPING.isdisjoint(written):
            return _is_line(self.digits)
        if self.is_money:
            return not ((self.polite or self.said("code", CLOSE)) and not self.digits.endswith("00"))
        return len(self.places) <= _IN_A_MOMENT and bool(_MOMENT.fullmatch(written))

    @property
    def is_money(self) -> bool:
        """It is written like an amount: all but the first part have three digits."""
        return len(self.items[self.places[-1]].digits) == 3 and bool(_MONEY.fullmatch(self.written))

    @property
    def is_papers(self) -> bool:
        """It says which paper or message is meant: "công văn số 1234"."""
        before = self.plain[max(0, self.start - _NEAR) : self.start].lower()
        return len(self.digits) < SPOKEN_ALONE and bool(_PAPER.search(before))

    @property
    def named(self) -> bool:
        """What stands right before it, or it alone, says that it is one number and a secret."""
        return self.hints.name(self.places[0])

    def said(self, hint: Hint, before: int, after: int = 0) -> bool:
        """Whether the hint stands so many words before it, or after it."""
        return self.hints.before(hint, self.places[0], before) or self.hints.after(hint, self.places[-1], after)


def kind_of(number: Number) -> Kind | None:
    count = len(number.digits)
    if SHORTEST <= count <= FEWEST and not number.counted and _is_safety(number):
        return "card"
    if number.said("expiry", 3) and number.of_a_card and _MONTH.fullmatch(number.written):
        return "card"
    if _is_years(number) or _is_address(number):
        return None
    if number.loose and not number.named:
        if is_card_shaped(number.items, number.places) and not number.said("other", CLOSE):
            return "card"
        whole = (count == SPOKEN_ALONE and not number.digits.endswith("00") and not number.counted) or (
            count <= _LONGEST_CODE and number.spelt
        )
        return "otp" if whole else None
    single = number.loose and count == len(number.places) and number.said("code", 2)
    if count == SHORTEST and single and not number.counted:
        return "otp"
    if count < FEWEST or (number.spoken and _few_said(number) and not number.said("code", CLOSE)):
        return None
    if all(_is_line(number.items[at].digits) for at in number.places) and not number.said("code", 2):
        return None
    if count >= CARD_SHORTEST and (count in _CARD_LENGTHS or _luhn(number.digits)):
        return "card"
    if number.loose and count >= _LONGEST_CODE and (number.said("card", CLOSE) or number.said("any_card", CLOSE)):
        return "card"
    if _is_passport(number):
        return "id_number"
    if part := _part_of(number):
        return part
    if (count == 12 and not (number.is_money or number.is_phone)) or (
        count == 9 and number.hints.near("id", number.start, number.end)
    ):
        return "id_number"
    if number.is_account:
        return "account"
    if number.is_phone:
        return None if number.is_callers else "phone"
    return "otp" if _is_code(number) else None


def is_card_shaped(found: Sequence[Item], places: Sequence[int]) -> bool:
    """Whether numbers with words like "rồi" between them look like the parts of a card's number, whatever is said."""
    read_out = all(found[at].word for at in places)
    parts = [found[at].digits for at in places if read_out or found[at].word != _AFTER]
    count = sum(map(len, parts))
    if all(len(part) == 1 for part in parts):
        return count in _CARD_LENGTHS
    if not (_CARD_LENGTHS[0] <= count <= MOST or (CARD_SHORTEST <= count <= MOST and len(parts) > _FEW_PARTS)):
        return False
    if not all(_CARD_PART[0] <= len(part) <= _CARD_PART[1] for part in parts) or len(parts) == 1:
        return False
    begins = [part[:YEAR_DIGITS] for part in parts]
    alike = len(set(begins)) < len(begins)  # the numbers of two papers
    ordinary = any(part.endswith("000") or _is_line(part) or part.startswith(("1800", "1900")) for part in parts)
    after = places[-1] + 1
    counted = after < len(found) and found[after].word in UNITS
    years = all(len(part) == YEAR_DIGITS and part[:2] in ("19", "20") for part in parts)
    named = places[0] > 0 and found[places[0] - 1].word in _PAPERS
    return not (alike or ordinary or counted or years or named)


def _is_years(number: Number) -> bool:
    """Whether it is some years beside each other."""
    named = number.items[number.places[0]].word in ("năm", "nam")
    years = number.places[1:] if named else number.places
    if len(number.digits) >= CARD_SHORTEST or (number.said("code", CLOSE) and number.before not in _BEFORE):
        return False
    return len(years) > 1 and all(
        len(number.items[at].digits) == YEAR_DIGITS and number.items[at].digits[:2] in ("19", "20") for at in years
    )


def _is_address(number: Number) -> bool:
    """Whether it is the number of a house off an alley, with the name of a street behind: "12/34/56 Ngô Gia Tự"."""
    after = number.places[-1] + 1
    street = number.items[after : after + 2]
    if len(street) < 2 or number.said("code", CLOSE) or not _ALLEY.fullmatch(number.written):
        return False
    return street[0].word in _STREETS or all(number.plain[word.start].isupper() for word in street)


def _part_of(number: Number) -> Kind | None:
    """What a number is the first or last digits of, as in "4 số cuối căn cước là 9921"."""
    if not (SHORTEST <= len(number.digits) <= SPOKEN_ALONE and number.said("part", _AROUND)) or number.counted:
        return None
    whole: tuple[tuple[Hint, Kind], ...] = (("id", "id_number"), ("card", "card"), ("account", "account"))
    return next((kind for hint, kind in whole if number.said(hint, _AROUND)), None)


def _unlocks(number: Number) -> bool:
    """Whether it is what somebody types to get money or into a telephone: a PIN that nobody calls so."""
    if number.before in _BEFORE or not FEWEST <= len(number.digits) <= _LONGEST_CODE:
        return False
    typed = number.said("typed", 2) or number.before in ("là", "la") or number.spelt
    return typed and (number.said("unlocks", _AROUND, FAR) or number.said("card", _AROUND))


def _few_said(number: Number) -> bool:
    return len(number.places) < SPOKEN_FEWEST and not any(
        item.spoken and len(item.digits) > 1 for item in (number.items[at] for at in number.places)
    )


def _is_safety(number: Number) -> bool:
    """Whether it is a card's security code."""
    if number.said("safety", 3, 2):
        return True
    return number.said("safety", FAR) and not (_is_line(number.digits) or number.before in _BEFORE)


def _is_passport(number: Number) -> bool:
    """Whether it is what follows the letters of a passport or of a health insurance card, or all of that card."""
    count, start = len(number.digits), number.items[number.places[0]].start
    if count == _INSURED and number.glued:
        return True
    named = count in _PASSPORTS and number.hints.near("passport", start, number.end)
    return named and not (number.counted or number.shaped or number.is_phone or number.said("other", CLOSE))


def _is_code(number: Number) -> bool:
    """Whether a short number is a one-time code or a PIN, by what stands around it."""
    count = len(number.digits)
    if count > _LONGEST_CODE or number.counted or number.glued:
        return False
    if _unlocks(number):
        return True
    if number.shaped and not number.said("code", 2):
        return False
    if is_fault(number.items, number.hints, number.places[0], number.places[-1], count):
        return False
    opens = number.said("code", CLOSE) and number.said("unlocks", 1)  # "pin thẻ rút tiền 7193"
    if (
        (number.before in _BEFORE and not opens)
        or number.said("other", 2)
        or (number.before in _OF_A_KIND and not number.said("code", 1))
        or (number.before == _APP and not number.said("code", CLOSE))
    ):
        return False
    sent = (number.said("sent", FAR) or number.said("sent", 0, 1)) and not (
        number.before in _SENDERS or number.is_papers
    )
    if sent or number.hints.near("code", number.start, number.end) or (number.spoken and count >= SPOKEN_ALONE):
        return True
    return count == SPOKEN_ALONE and _stands_alone(number)


def is_fault(found: Sequence[Item], hints: Hints, first: int, last: int, digits: int) -> bool:
    """Whether it is what an app shows when it fails, as in "nó báo mã 1009": whoever helps has to see it."""
    if digits > _FAULT_DIGITS or hints.before("sent", first, FAR):
        return False
    if not _SURELY_CODE.isdisjoint(item.word for item in found[max(0, first - FAR) : last + 1 + _WHAT_FOR]):
        return False
    if hints.before("fault", first, CLOSE) or hints.after("fault", last, SHORTEST):
        return True
    at = first - 1
    while at > 0 and found[at].word in _SHOWN_AS:
        at -= 1
    if at < 1 or found[at].word not in _CODE_ALONE:
        return False
    at -= 1
    while at > 0 and found[at].word in _SHOWN_AS:
        at -= 1
    teller = found[at - 1].word if at else ""
    return hints.before("shows", at + 1, 1) or (found[at].word in _SHOWING and fold(teller) not in _TELLERS)


def _stands_alone(number: Number) -> bool:
    """Whether six digits are neither a round amount nor said to be something else: so people send on what they got."""
    round_ = number.digits.endswith("000")
    return number.polite or not (round_ or number.hints.near("other", number.start, number.end))


def _is_line(digits: str) -> bool:
    """Whether anybody may call this number: 113, 1022, 1900 1009."""
    return digits == "1022" or (len(digits) == 3 and digits[:2] == "11") or is_service(digits)


def is_service(digits: str) -> bool:
    return 8 <= len(digits) <= 10 and digits[:4] in ("1800", "1900")


def ordinary_ends(text: str, start: int, end: int) -> tuple[int, ...]:
    """Where an amount or a date may end that begins with the digits from `start` to `end`."""
    if text[end : end + 1] not in _SHAPING:
        return ()
    found = (known.match(text[start : start + _LONGEST_ORDINARY]) for known in (_MONEY, _MOMENT))
    return tuple(start + one.end() for one in found if one)


def _luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
