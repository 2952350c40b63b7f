"""Secrets in what people write: found and covered before anything is stored or passed on. Pure."""

import re
from typing import Literal

Secret = Literal["otp", "password", "card", "id_number"]

COVER = "[…]"

_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ .\-]?\d){3,18}(?!\w)")
_PASSWORD = re.compile(
    r"(?P<what>\b(?:mật\s*khẩu|mat\s*khau|mk|pass(?:word|code)?|mã\s*pin|ma\s*pin)\b(?:\s+\S+){0,3}?\s*(?:\blà\b|\bla\b|\bis\b|[:=])\s*)"
    r"(?P<secret>\S+)",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(gì|gi|j|sao|nào|nao|cái|cai|bao|thế|the|what|để|de|do|bị|bi|không|khong|chưa|chua)\W*", re.IGNORECASE
)
_CODE_WORDS = re.compile(r"\b(otp|mã|ma|code|passcode|pin|xác thực|xac thuc|xác nhận|xac nhan)\b", re.IGNORECASE)
_ID_WORDS = re.compile(
    r"\b(cccd|cmnd|cmt|căn cước|can cuoc|định danh|dinh danh|chứng minh|chung minh)\b", re.IGNORECASE
)


def mask(text: str) -> tuple[str, tuple[Secret, ...]]:
    """The text with secrets covered, and which kinds there were. Phone numbers are covered too, without a kind."""
    found: list[Secret] = []

    def cover_password(match: re.Match[str]) -> str:
        if _ASKING.fullmatch(match["secret"]):
            return match[0]
        found.append("password")
        return match["what"] + COVER

    def cover_number(match: re.Match[str]) -> str:
        kind = _kind(match[0], text)
        if kind is None:
            return match[0]
        if kind != "phone":
            found.append(kind)
        return COVER

    if len(text) < 4:
        return text, ()
    covered = _PASSWORD.sub(cover_password, text)
    covered = _NUMBER.sub(cover_number, covered)
    return covered, tuple(found)


def only_secret(masked: str) -> bool:
    """Nothing is left to answer once the secrets are covered."""
    return len(re.findall(r"\w+", masked.replace(COVER, " "))) <= 3


def _kind(number: str, text: str) -> Secret | Literal["phone"] | None:
    digits = re.sub(r"\D", "", number)
    if len(digits) >= 13 and _luhn(digits):
        return "card"
    if len(digits) == 12:
        return "id_number"
    if len(digits) == 9 and _ID_WORDS.search(text):
        return "id_number"
    if (len(digits) == 10 and digits[0] == "0") or (len(digits) == 11 and digits.startswith("84")):
        return "phone"
    alone = re.sub(r"\D", "", text) == digits and not re.search(r"[^\W\d]", text)
    if len(digits) == 6 and alone:
        return "otp"
    if (
        4 <= len(digits) <= 8
        and _CODE_WORDS.search(text)
        and not re.search(r"(hồ sơ|ho so|bưu|buu)", text, re.IGNORECASE)
    ):
        return "otp"
    return None


def _luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
