"""Secrets in what people write: found and covered before anything is stored or passed on. Pure.

Where in doubt a number is covered: a needless warning costs a moment, a leaked code costs savings.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from bot.language.fold import fold

Secret = Literal["otp", "password", "card", "id_number"]

COVER = "[…]"

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe0f\ufeff\ud800-\udfff]"
)
"""Control and formatting characters, and halves of characters, which cannot be stored."""

_NAMED = r"\b(?:mật\s*khẩu|mat\s*khau|mk|pass(?:word|code)?|pwd|mã\s*pin|ma\s*pin)\b"
_PASSWORD = re.compile(
    rf"(?P<what>{_NAMED}(?:\s+[^\s:=]+){{0,5}}?\s*(?:\blà\b|\bla\b|\bis\b|[:=])[\s:=]*)"
    r"(?P<secret>\d+(?:[ -]\d+)+\b|\S+)",
    re.IGNORECASE,
)
_MADE_UP = re.compile(
    rf"(?P<what>{_NAMED}(?:\s+\S+){{0,6}}?\s+)(?P<secret>(?=\S*\d)(?=\S*[^\W\d_])(?!iphone|samsung)\S{{6,}})",
    re.IGNORECASE,
)
_ORDINARY = re.compile(
    r"(?:[^\W\d_]{1,5}|\d{1,2}|(?:in)?correct|invalid|expired|forgotten|refused|rejected|accepted|blocked|locked)\W*",
    re.IGNORECASE,
)
"""What follows "mật khẩu là" in a question, a rule or a complaint: "là gì", "là 8 ký tự", "is expired"."""

_NUMBERS = re.compile(
    r"(?P<dossier>(?:\d+\.)*[A-Za-z]\d{2}(?:\.\d+)*-\d{6}-\d{3,6}\b)|"
    r"\+?(?P<digits>\d+(?:[ \u00a0.\-\u2010-\u2015]{1,3}\d+)*)"
)
_FEWEST, _MOST = 4, 19
_LONG_NUMBER = re.compile(r"\d(?:[\W_]{0,3}\d){3,}")
_CARD_LENGTHS = (16, 19)
"""Those of cards here: covered also when a digit is mistyped."""
_NEAR = 200
"""How many characters on each side may tell what a number is."""
_MONEY = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?!\d)")
_UNIT = re.compile(
    r"\s*(?:đồng(?!\s*bộ)|dong(?!\s*bo)|đ|k|nghìn|nghin|ngàn|ngan|triệu|trieu|tr|vnd|tháng|thang|ngày|ngay|năm|nam|"
    r"tuổi|tuoi|lần|lan|phút|phut|giờ|gio|người|nguoi)\b",
    re.IGNORECASE,
)
_WHEN_LENGTH = 12
_WHEN = re.compile(r"(?:năm|nam|tháng|thang|từ|tu|hồi|hoi|/)\s*$", re.IGNORECASE)

_CODE_WORDS = re.compile(
    rf"\b(?:otp|mã|ma|code|passcode|pin|xác thực|xac thuc|xác nhận|xac nhan)\b|{_NAMED}", re.IGNORECASE
)
_OTHER_CODES = re.compile(
    r"\b(?:mã|ma|code)\s+(?:số\s+|so\s+)?(?:hồ sơ|ho so|bưu|buu|yêu cầu|yeu cau|thuế|thue|đơn|don|vùng|vung|vạch|vach|"
    r"khách|khach|qr|vuông|vuong|giảm|giam)",
    re.IGNORECASE,
)
_ID_WORDS = re.compile(
    r"\b(?:cccd|cmnd|cmt|căn cước|can cuoc|định danh|dinh danh|chứng minh|chung minh)\b", re.IGNORECASE
)
_POLITE = frozenset(
    fold("à a lô anh bác bảo các cháu chị chú cô con cụ dạ đây em gửi là mình này nhé ơi số tôi ừ vâng").split()
)
"""Around six digits these words change nothing: it is a code that somebody sent on."""


class _Number(Struct, frozen=True):
    """A number as written, with what stands before and after it; `named` says that it stands near a word for a code."""

    written: str
    before: str
    after: str
    named: bool

    @property
    def digits(self) -> str:
        return "".join(filter(str.isdigit, self.written))


def mask(text: str) -> tuple[str, tuple[Secret, ...]]:
    """The text with secrets covered, and which kinds there were. Phone numbers are covered too, without a kind.

    Characters that nobody sees are dropped: they could part a number.
    """
    text = _UNSEEN.sub("", text)
    found: list[Secret] = []

    def cover_password(match: re.Match[str]) -> str:
        if _ORDINARY.fullmatch(match["secret"]):
            return match[0]
        found.append("password")
        return match["what"] + COVER

    if len(text) >= _FEWEST:
        text = _MADE_UP.sub(cover_password, _PASSWORD.sub(cover_password, text))
        text = "".join(_covered(text, found))
    return text, tuple(found)


def mask_numbers(text: str) -> str:
    """The text with secrets covered, and every other number of four digits or more."""
    return _LONG_NUMBER.sub(COVER, mask(text)[0])


def only_secret(masked: str) -> bool:
    """Nothing is left to answer once the secrets are covered."""
    return len(re.findall(r"\w+", masked.replace(COVER, " "))) <= 3


def _covered(text: str, found: list[Secret]) -> Iterator[str]:
    code_words = _starts(_CODE_WORDS, _OTHER_CODES.sub(lambda other: " " * len(other[0]), text))
    at = 0
    for run in _NUMBERS.finditer(text):
        yield text[at : run.start()]
        at = run.end()
        yield run[0] if run["dossier"] else "".join(_cover_run(text, run.start(), run.end(), code_words, found))
    yield text[at:]


def _cover_run(text: str, start: int, end: int, code_words: Sequence[int], found: list[Secret]) -> Iterator[str]:
    """Numbers with nothing but spaces, dots and hyphens between them: cover the longest that is one secret."""
    groups = [(start + group.start(), start + group.end()) for group in re.finditer(r"\d+", text[start:end])]
    at, first = start, 0
    while first < len(groups):
        for last in range(_alike(text, groups, first), first, -1):
            here, there = groups[first][0], groups[last - 1][1]
            named = bisect_left(code_words, here - _NEAR) < bisect_left(code_words, there + _NEAR)
            around = text[max(0, here - _NEAR) : here], text[there : there + _NEAR]
            kind = _kind(_Number(text[here:there], *around, named))
            if kind:
                yield text[at:here].removesuffix("+") + COVER
                at, first = there, last
                break
        else:
            amount = _MONEY.match(text, groups[first][0])
            first += amount[0].count(".") + 1 if amount else 1
            continue
        if kind != "phone":
            found.append(kind)
    yield text[at:end]


def _alike(text: str, groups: Sequence[tuple[int, int]], first: int) -> int:
    """Where the groups from `first` on end that are parted in one way, and together are no longer than a secret."""
    last, length = first + 1, groups[first][1] - groups[first][0]
    parted = ""
    while last < len(groups):
        parting = text[groups[last - 1][1] : groups[last][0]]
        length += groups[last][1] - groups[last][0]
        if length > _MOST or parting != (parted or parting):
            break
        parted, last = parting, last + 1
    return last


def _starts(words: re.Pattern[str], text: str) -> list[int]:
    return [match.start() for match in words.finditer(text)]


def _kind(number: _Number) -> Secret | Literal["phone"] | None:
    digits = number.digits
    if not _FEWEST <= len(digits) <= _MOST:
        return None
    if len(digits) >= 13 and (len(digits) in _CARD_LENGTHS or _luhn(digits)):
        return "card"
    if len(digits) == 12 and not _MONEY.fullmatch(number.written):
        return "id_number"
    if len(digits) == 9 and _ID_WORDS.search(number.before + number.after):
        return "id_number"
    if (len(digits) == 10 and digits[0] == "0") or (len(digits) == 11 and digits.startswith("84")):
        return "phone"
    return "otp" if _is_code(number) else None


def _is_code(number: _Number) -> bool:
    """Whether a short number is a one-time code or a PIN, by what stands around it."""
    length = len(number.digits)
    if length > 8 or "." in number.written or number.before[-1:].isalpha() or number.after[:1].isalpha():
        return False
    if _UNIT.match(number.after) or (length == 4 and _WHEN.search(number.before[-_WHEN_LENGTH:])):
        return False
    return number.named or (length == 6 and _stands_alone(number))


def _stands_alone(number: _Number) -> bool:
    """Whether six digits are neither a round amount nor said to be something else: so people send on what they got."""
    around = f"{number.before} {number.after}"
    if _POLITE.issuperset(fold(re.sub(r"\d+", " ", around)).split()):
        return True
    return not (number.digits.endswith("000") or _OTHER_CODES.search(around))


def _luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
