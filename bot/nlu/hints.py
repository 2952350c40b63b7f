"""What the words around a number say it is: a code, an account, a card, or nothing secret. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal

from bot.nlu.normalise import fold
from bot.nlu.numbers import Item

Hint = Literal[
    "code", "other", "id", "passport", "account", "bank", "card", "any_card", "safety", "expiry",
    "sent", "unlocks", "typed", "part", "caller", "own", "reach", "shows", "fault",
]  # fmt: skip
"""What the words say that a number is; or that it was `sent`, `unlocks` something, is `typed`, or `part` of another;
that it is of a `caller` whom the writer does not know, of the writer's `own`, or where somebody can `reach` them; that
an app `shows` it, or that it is the number of a `fault`.
"""
_APPS = ("nó", "app", "ứng dụng", "máy", "màn hình", "hệ thống", "trang", "web", "vneid", "bị", "lại", "cứ", "it")
_SHOW = (
    "báo",
    "hiện",
    "hiện ra",
    "hiện lên",
    "ra",
    "nhảy ra",
    "lên",
    "ghi",
    "trả",
    "trả về",
    "báo là",
    "hiện là",
    "shows",
    "says",
)

_PHRASES: dict[Hint, str] = {
    "code": "otp, mã, code, passcode, pin, xác thực, xác nhận, mật khẩu, mật mã, bí mật, mã khóa, mã khoá, mk, pass,"
    " bin #, bin là, bin của, mã bin, số bin, bin thẻ, bin cốt, opt, otb, ô tê pê, ô ti pi, ô tờ pờ, ô tp,"
    " ô tê bê, mã pinh, pín,"
    " password, passwd, pwd, smart otp, mã # số, mã # chữ số",
    "other":
    "mã hồ sơ, mã bưu, mã yêu cầu, mã số thuế, mã thuế, mã đơn, mã vùng, mã vạch, mã khách, mã qr, mã vuông,"
    " mã giảm, mã lỗi, lỗi mã, mã tỉnh, mã xã, mã phường, mã huyện, mã hàng, mã sản phẩm, mã bệnh, mã trường, mã"
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
    "cvv, cvc, cvv2, cvc2, csc, cid, c v v, cv v, c vv, c v c, cờ vê vê, xê vê vê, si vi vi, xi vi vi,"
    " sê vê vê, cê vê vê, cvb, mã bảo mật, số bảo mật,"
    " security code, security number, mặt sau, mặt sau thẻ, số sau thẻ, sau thẻ, sau cái thẻ, lưng thẻ, on the back,"
    " back of the card",
    "expiry":
    "hết hạn, hạn thẻ, hạn sử dụng, hiệu lực, hạn, exp, expiry, expires, expiration, valid thru, good thru,"
    " hsd",
    "bank":
    "vietcombank, vcb, bidv, agribank, vietinbank, ctg, techcombank, tcb, mb, mbbank, acb, vpbank, tpbank, sacombank,"
    " stb, hdbank, vib, shb, msb, ocb, seabank, lpbank, eximbank",
    "sent":
    "tin nhắn, nhắn về, nó nhắn, họ nhắn, gửi về, nó gửi, họ gửi, gửi cho, gửi tôi, gửi bác, gửi mình, gửi # cho,"
    " trong tin, báo về, thông báo về, vừa về, mới về, về máy, vừa nhận, mới nhận, nhận được,"
    " sms, dãy số, text message, "
    + ", ".join(f"{app} báo về" for app in _APPS),
    "unlocks":
    "rút tiền, cây rút, cây atm, trụ atm, máy atm, thẻ lương, mở máy, mở khóa, mở khoá, mở điện thoại, khóa máy,"
    " khoá máy, khóa màn hình, khoá màn hình, màn hình khóa, màn hình khoá, unlock,"
    " máy mở, là mở, vào máy, máy tính bảng",
    "typed": "bấm, gõ, ấn, đánh, bằng, mở bằng, bấm số, gõ số",
    "part": "số cuối, số đầu, số đuôi, chữ số cuối, chữ số đầu, last # digits, last four digits",
    "caller":
    "gọi lừa, gọi hoài, gọi suốt, gọi mãi, gọi liên tục, gọi dọa, gọi doạ, gọi đòi, gọi điện lừa, gọi đến, gọi tới,"
    " gọi từ, lừa, lừa đảo, xưng, tự xưng, giả danh, giả mạo, mạo danh, số lạ, người lạ, quấy rối, dọa, doạ, đe dọa,"
    " đe doạ, trúng thưởng, công an, phường, ủy ban, uỷ ban, ubnd, bưu điện, bảo hiểm, ngân hàng, tổng đài, hotline,"
    " điện lực, đường dây nóng, văn phòng, cơ quan, bệnh viện, trạm y tế, một cửa, tòa án, toà án, viện kiểm sát,"
    " thằng, đòi nợ, gọi bằng, cảnh sát, scam, spam, police, office",
    "own":
    "là số của, số tôi, số tui, số bác, số em, số con, số cháu, số mình, sđt tôi, sđt bác, sđt em, sđt con, sđt cháu,"
    " sđt mình, điện thoại tôi, điện thoại bác, điện thoại em, điện thoại con, điện thoại cháu, máy tôi, máy bác,"
    " zalo tôi, zalo bác, zalo em, của tôi, của tui, của bác, của em, của con, của cháu, của mình, của má, của mẹ,"
    " của ba, của bố, của ông, của bà, của chồng, của vợ, my number",
    "reach":
    "liên hệ, liên lạc, gọi lại, gọi cho, gọi tôi, gọi tui, gọi bác, gọi em, gọi con, gọi cháu, gọi mình, cho tôi,"
    " cho bác, call me",
    "shows": ", ".join(f"{app} {show}" for app in _APPS for show in _SHOW) + ", hiện, hiện ra, hiện lên, shows",
    "fault": "mã lỗi, mã thông báo, lỗi gì, là lỗi, error, forbidden, not found, bad gateway, server error,"
    " unavailable, timeout",
}  # fmt: skip
_NAMING: tuple[Hint, ...] = ("code", "id", "account", "card", "any_card", "safety")
_NOT_OTHER = frozenset(fold("định danh, dịch vụ, vneid, zalo, mức, facebook, google, email").replace(",", "").split())
"""After "tài khoản" these say that it is none of a bank."""
_NO_CODE = frozenset(["khong", "ko", "k", "sao", "chua", "van", "lai", "bi", "moi", "cung"])
"""Before these "ma" without its mark is "mà"."""
POLITE = frozenset(
    fold(
        "à a lô anh bác bảo các cháu chị chú cô con cụ dạ đây em gửi là mình này nhé ơi số tôi ừ vâng"
        " tui nghen nghe hen đó ông bà mẹ má bố"
    ).split()
)
"""Around six digits these words change nothing: it is a code that somebody sent on."""
SAYING = frozenset(
    fold(
        "otp mã code passcode pin xác thực nhận mật khẩu smart là is my the of with and then again it more của gồm"
        " có sau tiếp nữa rồi còn đến về số đuôi nó báo tin nhắn cho và gửi đọc ghi ngân hàng vneid zalo app ấy kia"
        " hả cái mới cũ vừa trong giúp xin nhập đầu phần cuối giữa thì theo thêm hết xong đủ nè ne đặt để ở dãy"
        " nhóm ba bốn hai mk pass password mặt công dân hỏi cần vào ô mà in facebook gmail wifi đăng kích"
        " hoạt mở muoi"
    ).split()
)
"""Words around a secret, or a part of it, that is told over several messages."""
CLOSE = 4
"""So many words may stand between a word for a code and the code, for whatever looks like a date to be one."""
NEAR = 200
"""So many characters on each side may tell what a number is."""


_ALONE = " "
_ANY_NUMBER = frozenset({""})
"""The word of an item that is digits; "#" in a phrase."""


def _by_beginning() -> dict[str, dict[str, list[tuple[tuple[frozenset[str], ...], Hint]]]]:
    """The phrases by their first and second words, the longest first; a word may be written without its marks.

    Those of a single word have no second one.
    """
    known: dict[str, dict[str, list[tuple[tuple[frozenset[str], ...], Hint]]]] = {}
    for hint, phrases in _PHRASES.items():
        for phrase in phrases.split(", "):
            words = tuple(frozenset((word, fold(word))) if word != "#" else _ANY_NUMBER for word in phrase.split())
            for first in words[0]:
                for second in words[1] if len(words) > 1 else (_ALONE,):
                    known.setdefault(first, {}).setdefault(second, []).append((words[1:], hint))
    for ways in known.values():
        for second in ways:
            ways[second].sort(key=lambda way: -len(way[0]))
    return known


_KNOWN = _by_beginning()
_SPEAKING: tuple[Hint, ...] = ("id", "passport", "account", "bank", "card", "any_card", "safety", "unlocks")
SPEAKING = frozenset(fold(word) for hint in _SPEAKING for word in _PHRASES[hint].replace(",", "").split())
"""The words of all that names a secret."""


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


def _ways(found: Sequence[Item], at: int) -> Sequence[tuple[tuple[frozenset[str], ...], Hint]]:
    """The phrases that may begin with an item."""
    ways = _KNOWN.get(found[at].word)
    if not ways:
        return ()
    longer = ways.get(found[at + 1].word, ()) if at + 1 < len(found) else ()
    return [*longer, *ways.get(_ALONE, ())]


def _hints(found: Sequence[Item]) -> Iterator[tuple[Hint, int, int]]:
    """Each hint with its first and last item."""
    at = 0
    while at < len(found):
        for rest, hint in _ways(found, at):
            last = at + len(rest)
            if last < len(found) and all(found[at + 1 + n].word in words for n, words in enumerate(rest)):
                after = fold(found[last + 1].word) if last + 1 < len(found) else ""
                no_code = found[at].word == "ma" and last == at and after in _NO_CODE
                if not no_code and (hint != "account" or after not in _NOT_OTHER):
                    yield hint, at, last
                at = last
                break
        at += 1
