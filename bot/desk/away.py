"""Whether a volunteer's words lead a resident to another chat or a search, or pose as an office that threatens. Pure.

Help is given here, where it is kept and others see it: a scammer first wants to be alone with whom they cheat.
"""

from bot.desk.disclaimed import forbids
from bot.language.disguise import undisguised
from bot.language.fold import fold
from bot.language.patterns import compiled, composed
from bot.language.vocabulary import spell_out

_I = r"(?:chau|em|toi|minh|con|to|ben (?:em|chau|minh)|chung (?:em|chau|toi))"
_NETWORK = (
    r"(?:zalo|telegram|tele|facebook|fb|face|viber|messenger|whatsapp|tiktok|youtube|google|instagram|wechat|line)"
)
_OTHER = r"(?:telegram|tele|facebook|fb|face|viber|messenger|whatsapp|tiktok|instagram|wechat)"
_FEW, _SOME = r"(?: \S+){0,2}?", r"(?: \S+){0,4}?"
_LEADS = compiled(
    "|".join(
        (
            rf"\bket ban{_SOME} (?:{_NETWORK}|{_I})\b|\bthem {_I}{_FEW} {_NETWORK}\b|\badd {_I}\b",
            rf"\b(?:nhan|nhan tin|goi|chat|lien he|lien lac|inbox|ib|noi chuyen){_SOME} (?:qua|sang|vao|o|tren|bang)"
            rf" (?:{_OTHER}|zalo (?:rieng|cua {_I}|{_I}|khac|ten))\b",
            rf"\b(?:nhan|nhan tin|ib|inbox|chat|goi|lien lac|lien he) {_OTHER}\b|\b(?:sang|qua) (?:{_OTHER}|zalo "
            rf"(?:rieng|khac|cua"
            rf" {_I}|{_I}))\b",
            rf"\b(?:go|nhap|danh|viet){_FEW} (?:len|tren|vao|o) (?:{_OTHER}|google|youtube)\b",
            rf"\b(?:len|vao|o|tren|mo) {_NETWORK}{_FEW} (?:tim|search|tra cuu|go ten)\b|\b{_NETWORK} (?:tim|search)\b",
            rf"\b(?:tim|search|tra){_SOME} (?:tren|o|qua|bang) {_NETWORK}\b",
            rf"\b(?:vao|tham gia|vo){_FEW} (?:nhom|group|hoi|kenh|trang){_FEW} {_NETWORK}\b",
            rf"\b(?:tep|file|ung dung|app|phan mem|ban cai)(?: cai dat| cai)?{_FEW} {_I} (?:vua |moi |da )?(?:gui|dua"
            rf"|cho|chia se)\b",
            rf"\b(?:tai|cai|mo){_SOME} (?:tep|file|ung dung|app|phan mem){_SOME} (?:qua|tren|trong|tu) {_NETWORK}\b",
            r"\b(?:add|message|text|contact|find|call|chat|write|reach|join)(?: \S+){0,3}? (?:on|via|over|in) "
            rf"{_NETWORK}\b|\bgoogle (?:this|it|for)\b|\bsearch{_SOME} (?:on|in) {_NETWORK}\b",
        )
    )
)
_OURS = compiled(r"\b(?:to so|google play)\b")
"""What may be looked for, and where."""
_HANDLE = compiled(r"(?:^|\s)@[0-9A-Za-z_.]{4,}")
_OFFICE = (
    r"(?:cong an|canh sat|vien kiem sat|kiem sat|toa an|bo cong an|ngan hang|vietcombank|agribank|bidv|vietinbank"
    r"|thanh tra|cuc thue|an ninh)"
)
# "tới công an" is folded as "tôi công an" is: so much alone says nothing.
_POSES = compiled(
    rf"\b(?:{_I}|day|anh|ben nay)(?: dang)? (?:la|o|ben|thuoc|tu|lam o|goi tu|goi ben)(?: \S+)? {_OFFICE}\b"
    rf"|\b(?:chau|em|minh|con|to) {_OFFICE}\b|\b{_OFFICE}{_FEW} day\b"
    r"|\b(?:i am|i m|this is)(?: \S+){0,3} (?:police|bank|court)\b"
)
_THREATENS = compiled(
    r"\b(?:khoa|phong toa|dong bang|ngung|thu hoi|cat)(?: \S+){0,2} (?:tai khoan|the|so dien thoai|sim|dinh danh)\b"
    r"|\b(?:tai khoan|the|sim)(?: \S+){0,4} (?:khoa|phong toa|dong bang)\b|\b(?:account|card)(?: \S+){0,3} (?:locked"
    r"|frozen)"
    r"|\b(?:bi bat|bat (?:giu|giam|tam)|lenh bat|trieu tap|khoi to|dieu tra|rua tien|ma tuy|vi pham|phat (?:tien|nang)"
    r"|truy to|di tu|arrest(?:ed)?|investigat\S+)\b"
)


def leads_away(text: str) -> bool:
    """Whether somebody is to go on elsewhere: in another chat, by a search, with a program that was sent there."""
    text = composed(text)
    words = _words(text)
    return _HANDLE.search(text) is not None or any(
        not forbids(words[: found.start()]) and not _OURS.search(found[0]) for found in _LEADS.finditer(words)
    )


def threatens(text: str) -> bool:
    """Whether the writer says to be the police, a court or a bank, and that something bad comes."""
    words = _words(composed(text))
    poses = _POSES.search(words)
    return poses is not None and not forbids(words[: poses.start()]) and _THREATENS.search(words) is not None


def _words(text: str) -> str:
    return " ".join(spell_out(fold(undisguised(text))))
