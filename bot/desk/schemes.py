"""What only a swindler writes to a resident, by schemes that the police warn of. Pure.

A helper has no honest reason for any of it, except to warn: then it is forbidden, or told of others.
"""

from typing import Literal

from bot.desk.asking import as_meant
from bot.desk.disclaimed import forbids, warns_of_others
from bot.language.disguise import undisguised
from bot.language.patterns import compiled, composed

Scheme = Literal["asks", "money", "threat", "link"]

_I = r"(?:chau|em|toi|minh|con|ben (?:em|chau)|chung (?:em|chau|toi))"
_ONE, _FEW, _SOME, _MANY = r"(?: \S+)?", r"(?: \S+){0,3}?", r"(?: \S+){0,5}?", r"(?: \S+){0,9}?"
_TO_ME = rf"(?:(?:doc|noi|nhan|bao|gui|chep|chuyen)(?: (?:cho|giup|qua|sang|tiep))* {_I})"
_ASKED = rf"(?:la (?:gi|may|bao nhieu|so may|so gi)|bao nhieu|thang may|nam may|{_TO_ME})"
_BANK_CARD = r"(?:the (?:atm|ngan hang|tin dung)|(?:lat|lung|tren|mat (?:truoc|sau)) the)"
_DEEDS = r"(?:so ho khau|ho khau|so do|so hong|so huu|so tiet kiem)"
_CHATS = r"(?:viber|mess|messenger|whatsapp|telegram|tele|wechat)"
_FAMILY = r"(?:con (?:cai|chau|gai|trai|dau|re)|con|vo|chong|gia dinh|nguoi nha|hang xom|to dan pho)"

_ASKS = (
    rf"{_BANK_CARD}{_MANY} so{_SOME} {_ASKED}",
    rf"so{_SOME} {_BANK_CARD}{_FEW} {_ASKED}",
    rf"het han{_FEW} (?:tren the|the (?:atm|ngan hang|tin dung)){_FEW} {_ASKED}",
    rf"doc nguoc{_SOME} (?:so|ma)",
    rf"(?:doc|gui|cho|noi|nhan){_FEW} (?:ba|hai|bon|3|2|4|nua) so (?:dau|cuoi|truoc|sau)",
    rf"(?:viet|ghi|nhan|doc|go|gui){_MANY} khoi (?:bi )?chan",
    r"viet (?:cai )?(?:ma|otp|mat khau) bang chu",
    rf"ting{_SOME} doc(?: cho)? {_I}",
    rf"co ma{_SOME} (?:go|nhan|viet|dan) (?:vao|ra|len|o) (?:day|chat|khung chat)",
    rf"voi nguoi la con {_I} la",
    rf"mat khau{_MANY} noi {_I} biet {_I} thu",
    rf"dat mat khau{_FEW} giong {_I}",
    rf"(?:gui|nhan)(?: cho| qua)? {_I}{_FEW} (?:anh|hinh){_FEW} {_DEEDS}",
    rf"(?:mat khau|otp|ma pin){_SOME} chup{_SOME} gui",
    rf"mo{_ONE} ngan hang{_FEW} (?:chup|quay)",
    rf"tin nhan ngan hang{_MANY} {_TO_ME}",
    rf"quay man hinh{_MANY} (?:nhap ma|mat khau|otp|ngan hang)",
    rf"quet (?:khuon )?mat (?:giup|ho|cho) {_I}",
    r"ky khong vao",
    rf"{_I}(?: (?:ghe|qua|den|toi))? (?:lay|giu|muon) (?:giay to|ban) goc",
    rf"de (?:dien thoai|may){_ONE} o nha {_I}",
    rf"(?:bam|chon|an) (?:dong y|xac nhan|cho phep|phai){_SOME} thong bao dang nhap",
    rf"hoi{_FEW} dang nhap khong{_FEW} (?:bam|chon|an) (?:phai|co|x|dung|dong y)",
)
_MONEY = (
    rf"(?:chuyen|dong|nop|gui) truoc{_FEW} (?:phi|coc|thue|tien|nghin|trieu|\d+)",
    rf"trung thuong{_MANY} (?:nop|dong|chuyen|nhan qua)",
    rf"(?:chuyen|gui){_SOME} tai khoan (?:an toan|tam giu)",
    rf"(?:tai nan|cap cuu){_MANY} chuyen (?:tien|khoan|\d+)",
    rf"can \d+ trieu{_FEW} (?:mo|gap|lien|ngay|vien phi)",
    rf"vay (?:ho|giup|gium) {_I}",
    rf"cho {_I} (?:thue|muon|mua)(?: lai)? tai khoan",
    rf"mo (?:giup|ho|gium|cho) {_I}{_FEW} tai khoan",
    rf"mua{_ONE} sim{_SOME} gui {_I}",
)
_THREAT = (
    rf"{_I} la{_ONE} (?:dai|thuong|trung|thieu) (?:uy|ta)|{_I} la{_ONE} (?:dieu tra|kiem sat) vien",
    rf"{_I} la can bo cong an{_MANY} bi (?:phat|bat)",
    r"lien quan den (?:duong day|vu an|rua tien)",
    r"loi dung rua tien|phoi hop dieu tra|bi mat dieu tra|(?:da )?co lenh bat",
    rf"khong (?:khai bao|xac minh|lam){_SOME} (?:tieng|gio|phut|ngay){_FEW} (?:khoa|cat)",
    rf"thue bao{_SOME} bi (?:cat|khoa)",
    rf"luong huu{_SOME} (?:x|cat|ngung) neu",
    r"keo bi (?:cuong che|bat|phat)",
    rf"no tien{_FEW} bam phim{_SOME} {_I}",
)
_LINK = (
    r"tat(?: \S+)? (?:play protect|canh bao)|bam van cai|bo qua canh bao (?:vi rut|virus|nguy hiem|bao mat)",
    r"(?:canh bao|bao) (?:vi rut|virus|nguy hiem|doc hai)(?: \S+){0,4} (?:bo qua|cu bam|cu cai|van cai)",
    rf"(?:bat|cap|mo|cho){_ONE} quyen tro nang",
    rf"(?:bat|cho phep|cai){_SOME} nguon la",
    rf"(?:tai|cai){_MANY} khong co tren (?:ch play|chplay|app store|cua hang)",
    r"trang quang cao dau|len google go",
    rf"soan{_SOME} (?:doi|chuyen) (?:sim|esim)",
    rf"(?:hoan tien|hoan thue){_MANY} (?:link|duong dan)|vao link huy",
    rf"add {_CHATS}|{_CHATS}{_FEW} cung duoc|goi so rieng",
)
_SECRECY = compiled(
    rf"\b(?:dung|khong duoc|dung co) (?:ke|noi|bao)(?: gi)? (?:voi|cho) {_FAMILY}\b"
    r"|\bgiu kin(?: \S+){0,2} (?:dung|khong duoc) noi voi ai\b"
)
_SECRET = compiled(r"\b(?:ma|otp|mat khau|pin|the|can cuoc|so tai khoan|sao ke)\b")
"""What is kept from everybody, the family too: to say so is good advice."""
_FORWARDING = compiled(r"\*\*?\s?(?:21|61|62|67|002|004)\s?(?:\*|#|\s)")
"""What one dials to have one's calls, and the codes that are read out in them, go to another."""
_SENTENCES = compiled(r"[.;!?\n]+")
_PATTERNS: tuple[tuple[Scheme, str], ...] = (
    ("asks", "|".join(_ASKS)),
    ("money", "|".join(_MONEY)),
    ("threat", "|".join(_THREAT)),
    ("link", "|".join(_LINK)),
)
_SCHEMES = tuple((scheme, compiled(rf"\b(?:{either})\b")) for scheme, either in _PATTERNS)


def scheme_in(text: str) -> Scheme | None:
    """The first scheme that a text has a part of; None where there is none, or where the text warns of it."""
    plain = undisguised(composed(text))
    if warns_of_others(as_meant(plain)):
        return None
    return next(filter(None, map(_scheme_in, _SENTENCES.split(plain))), None)


def _scheme_in(sentence: str) -> Scheme | None:
    words = as_meant(sentence)
    if _SECRECY.search(words) and not _SECRET.search(words):
        return "threat"
    if (dialled := _FORWARDING.search(sentence)) and not forbids(as_meant(sentence[: dialled.start()])):
        return "link"
    for scheme, pattern in _SCHEMES:
        if any(not forbids(words[: found.start()], found[0]) for found in pattern.finditer(words)):
            return scheme
    return None
