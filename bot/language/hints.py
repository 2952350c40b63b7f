"""What the words around a number say it is: a code, an account, a card, or nothing secret. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal

from bot.language.fold import fold
from bot.language.numbers import Item

Hint = Literal["code", "other", "id", "passport", "account", "card", "any_card", "safety", "expiry"]

_PHRASES: dict[Hint, str] = {
    "code": "otp, mã, code, passcode, pin, xác thực, xác nhận, mật khẩu, mật mã, bí mật, mã khóa, mã khoá, mk, pass,"
    " password, passwd, pwd, smart otp",
    "other":
    "mã hồ sơ, mã bưu, mã yêu cầu, mã số thuế, mã thuế, mã đơn, mã vùng, mã vạch, mã khách, mã qr, mã vuông,"
    " mã giảm, mã lỗi, mã tỉnh, mã xã, mã phường, mã huyện, mã hàng, mã sản phẩm, mã bệnh, mã trường, mã"
    " ngành, mã nước, mã quốc gia, mã vận đơn, mã biên nhận, mã biên lai, mã thủ tục, mã dịch vụ, mã hộ, mã"
    " hẹn, mã lịch, mã số hồ sơ, mã số hộ, mã số học sinh, mã số doanh nghiệp, mã học sinh, mã điểm, mã trạm,"
    " mã đặt, mã vé, mã thẻ cào, mã nhân viên, mã giao dịch, mã hóa đơn, mã hoá đơn, mã tổ, mst, số hồ sơ, số"
    " biên nhận, số đơn, số sổ, số hợp đồng, số công văn, tọa độ, toạ độ, cột điện, nhà số, số nhà, thay pin,"
    " điện thoại pin, hết pin, sạc pin,"
    " cục pin, viên pin, pin điện thoại, pin dự phòng, error code, zip code, postal code, area code, tax"
    " code, country code, product code, request code, dossier code, code of the dossier, reference code,"
    " status code",
    "id": "cccd, cmnd, cmt, căn cước, định danh, chứng minh, id number, id card",
    "passport": "hộ chiếu, passport, bhyt, bảo hiểm y tế, thẻ bảo hiểm",
    "account": "tài khoản, stk, tk, số tk, account, iban",
    "card":
    "thẻ ngân hàng, thẻ atm, thẻ tín dụng, thẻ ghi nợ, thẻ visa, số thẻ, atm, visa, mastercard, napas, jcb,"
    " card, thẻ này, thẻ của, in trên thẻ",
    "any_card": "thẻ",
    "safety":
    "cvv, cvc, cvv2, cvc2, csc, cid, c v v, c v c, cờ vê vê, xê vê vê, si vi vi, mã bảo mật, số bảo mật, security"
    " code, security number, mặt sau, mặt sau thẻ, số sau thẻ, sau thẻ, sau cái thẻ, lưng thẻ,"
    " on the back, back of the card",
    "expiry":
    "hết hạn, hạn thẻ, hạn sử dụng, hiệu lực, hạn, exp, expiry, expires, expiration, valid thru, good thru,"
    " hsd",
}  # fmt: skip
_NAMING: tuple[Hint, ...] = ("code", "id", "account", "card", "any_card", "safety")
_NOT_OTHER = frozenset(fold("định danh, dịch vụ, vneid, zalo, mức, facebook, google, email").replace(",", "").split())
"""After "tài khoản" these say that it is none of a bank."""
POLITE = frozenset(
    fold("à a lô anh bác bảo các cháu chị chú cô con cụ dạ đây em gửi là mình này nhé ơi số tôi ừ vâng").split()
)
"""Around six digits these words change nothing: it is a code that somebody sent on."""
CLOSE = 4
"""So many words may stand between a word for a code and the code, for whatever looks like a date to be one."""
NEAR = 200
"""So many characters on each side may tell what a number is."""


def _by_first() -> dict[str, list[tuple[tuple[frozenset[str], ...], Hint]]]:
    """The phrases by their first words, the longest first; a word may be written without its marks."""
    known: dict[str, list[tuple[tuple[frozenset[str], ...], Hint]]] = {}
    for hint, phrases in _PHRASES.items():
        for phrase in phrases.split(", "):
            words = tuple(frozenset((word, fold(word))) for word in phrase.replace(",", "").split())
            for first in words[0]:
                known.setdefault(first, []).append((words[1:], hint))
    return {first: sorted(ways, key=lambda way: -len(way[0])) for first, ways in known.items()}


_KNOWN = _by_first()


class Hints:
    """Where in a text each hint stands: by places of items, and by characters."""

    def __init__(self, found: Sequence[Item]) -> None:
        self._places: dict[Hint, list[int]] = {}
        self._characters: dict[Hint, list[int]] = {}
        for hint, first, last in _hints(found):
            self._places.setdefault(hint, []).append(last)
            self._characters.setdefault(hint, []).append(found[first].start)

    def name(self, at: int) -> bool:
        """Whether a secret is named right before the item `at`: then words like "rồi" stand between its parts."""
        return any(self.before(hint, at, CLOSE) for hint in _NAMING)

    def before(self, hint: Hint, at: int, words: int) -> bool:
        """Whether it ends among the last `words` items before the item `at`."""
        places = self._places.get(hint, ())
        return bisect_left(places, at - words) < bisect_left(places, at)

    def after(self, hint: Hint, at: int, words: int) -> bool:
        """The same, after the item `at`."""
        places = self._places.get(hint, ())
        return bisect_left(places, at + 1) < bisect_left(places, at + 1 + words)

    def near(self, hint: Hint, start: int, end: int) -> bool:
        """Whether it stands within NEAR characters of these."""
        places = self._characters.get(hint, ())
        return bisect_left(places, start - NEAR) < bisect_left(places, end + NEAR)

    def __contains__(self, hint: Hint) -> bool:
        return hint in self._places


def _hints(found: Sequence[Item]) -> Iterator[tuple[Hint, int, int]]:
    """Each hint with its first and last item."""
    at = 0
    while at < len(found):
        for rest, hint in _KNOWN.get(found[at].word, ()):
            last = at + len(rest)
            if last < len(found) and all(found[at + 1 + n].word in words for n, words in enumerate(rest)):
                if hint != "account" or last + 1 >= len(found) or fold(found[last + 1].word) not in _NOT_OTHER:
                    yield hint, at, last
                at = last
                break
        at += 1
