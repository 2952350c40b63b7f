"""Whether a volunteer's words ask a resident for a secret: then they are held back, whoever wrote them. Pure.

To *enter* a password or a code in an app is what guides are about; to send, read out or photograph it for somebody is
what scammers ask for. Every pattern looks a few words ahead and no further, so its cost grows with the text alone.
"""

import re

from bot.language.disguise import undisguised
from bot.language.fold import fold
from bot.language.vocabulary import spell_out

_SHORT = {
    "0tp": "otp", "opt": "otp", "maotp": "ma otp", "mxn": "ma xac nhan", "maxacnhan": "ma xac nhan",
    "maxacthuc": "ma xac thuc", "xn": "xac nhan", "xt": "xac thuc", "xm": "xac minh", "mapin": "ma pin",
    "pw": "mat khau", "pwd": "mat khau", "e": "em", "b": "bac", "c": "chi", "dum": "giup", "zum": "giup",
}  # fmt: skip
"""How the young write it."""
_SOUTHERN = re.compile(r"\bgởi\b", re.IGNORECASE)
"""What the south says for "gửi"; folded, it would be "gọi"."""

_HIDDEN = (
    r"(?:otp|mat khau|mat ma|pass|password|passcode|pin|cvv|cvc|can cuoc|chung minh thu|chung minh nhan dan"
    r"|(?:ma|so|code)(?: \w+){0,2}? (?:otp|xac (?:thuc|nhan|minh)|bi mat|pin|kich hoat|the|tai khoan|can cuoc|cvv"
    r"|dinh danh|dang nhap|bao mat|thong bao)"
    r"|(?:4|6|8|bon|sau|tam|may|cac|nhung) (?:chu |con )?so|day so"
    r"|so (?:vua|moi) (?:ve|gui|den|toi|nhan|hien|nhay|bao)|so (?:trong|tren|o) (?:cai )?tin nhan"
    r"|(?:tin nhan|tin|man hinh|so du)(?: \w+){0,2}? (?:ngan hang|tai khoan|otp|xac nhan|xac thuc)"
    r"|(?:ma|code)(?= (?:\d|vao|vua|moi|ma|nhan|gui|ve|den|trong|so|do|ay|nay|cho|qua|sang|la|bao|di|nhe|voi|cua|em"
    r"|chau|may|bac|no|gi|thi)\b|$))"
)
_I = r"(?:chau|em|toi|minh|con|to|chung (?:em|toi|chau)|ben (?:em|chau|minh)|to so)"
_ME = rf"(?:{_I}|day|chung|zalo|nhom|anh|chi|co|chu|bac hoa|(?:khung |o )?chat|tin nhan nay)"
_YOU = r"(?:bac|co|chu|ong|ba|anh|chi|ban|cu|di|cau|mo|thim)"
_NAMED_IN_ENGLISH = r"(?:otp|code|mat khau|password|passcode|pin|cvv|digits|card number|id number|id card)\b"
_GIVE = r"(?:gui|doc|nhan|nhan tin|cho|cung cap|chup|noi|bao|dua|chuyen|xin|copy|danh|viet|go|forward|chuyen tiep|ke)"
_FEW, _SOME, _MANY = r"(?: \w+){0,2}?", r"(?: \w+){0,5}?", r"(?: \w+){0,12}?"

_ASKS = re.compile(
    "|".join(
        (
            rf"\b{_GIVE}{_SOME} {_HIDDEN}{_SOME} (?:(?:cho|qua|sang|len|vao|o|toi|den|voi) {_ME}|cho phuong)\b",
            rf"\b{_GIVE}(?: (?:cho|qua|sang|giup|ho|lai|voi))*{_FEW} {_ME}(?: (?:xin|hoi|biet|nghe|xem|muon))*{_SOME}"
            rf" {_HIDDEN}",
            rf"\b(?:gui|doc|noi|bao|cung cap|dua){_SOME} {_HIDDEN}{_FEW} (?:giup|ho) {_I}\b",
            rf"\b(?:xin|muon){_SOME} {_HIDDEN}",
            rf"\b{_I} (?:dang |cung |chi )?(?:can|xin|thieu|phai co|muon biet)"
            rf"(?: (?!bac|nhap|go|co|chu)\w+)? {_HIDDEN}",
            rf"\bnhap{_SOME} {_HIDDEN}{_SOME} vao (?:day|zalo|nhom)\b",
            rf"\b(?:chup|quay)(?: \w+){{0,4}}? {_HIDDEN}{_SOME} (?:gui|cho)(?: (?:cho|qua))? {_ME}\b",
            rf"\b(?:chup|quay)(?: \w+){{0,2}}? the\b{_SOME} gui(?: (?:cho|qua|sang))? {_ME}\b",
            rf"\b{_HIDDEN}{_FEW} (?:roi |thi )?(?:{_YOU} )?(?:doc|gui|chup|noi lai|bao lai)"
            rf"(?: (?:lai|cho|qua|sang)){{0,2}} {_I}\b",
            rf"\b{_HIDDEN}{_SOME} (?:la gi|la bao nhieu|bao nhieu|la may|may so|nhu the nao a|ghi gi|noi gi)\b",
            rf"\bma gi (?:vua|moi)(?: \w+)? (?:ve|den|toi|gui)\b|\btra loi(?: \w+){{0,4}}? bang {_HIDDEN}",
            r"\btin nhan(?: \w+){0,4}? (?:co|la|ghi|bao) (?:so|ma) (?:gi|may|nao|bao nhieu)\b",
            rf"\b(?:chuyen tiep|forward|chia se){_SOME} tin(?: nhan)?{_SOME} (?:cho|qua|sang) {_ME}\b",
            rf"\b(?:send|tell|give|text|show|share|forward)(?: (?!you\b)\w+){{0,6}}? {_NAMED_IN_ENGLISH}",
            rf"\bread (?:me|us|out|aloud)(?: \w+){{0,4}}? {_NAMED_IN_ENGLISH}",
            rf"\bread(?: \w+){{0,3}}? {_NAMED_IN_ENGLISH}(?: \w+){{0,3}}? to (?:me|us)\b",
            rf"\b(?:what(?: s| is)|i(?: \w+)? need|i (?:have|get|see))(?: \w+){{0,3}}? {_NAMED_IN_ENGLISH}",
            rf"\b(?:type|enter|write)(?: \w+){{0,3}}? {_NAMED_IN_ENGLISH}(?: \w+){{0,2}}? in (?:this|the) chat\b",
            r"\bread me (?:the|your) numbers?\b",
            r"\bscreenshot(?: \w+){0,3} (?:bank|otp|code|message from)\b",
        )
    )
)
_ONLY_ME = re.compile(
    rf"\b(?:ngoai|tru) {_I}\b{_MANY} {_HIDDEN}|\bchi (?:doc|gui|noi|cho)(?: \w+){{0,4}}? {_HIDDEN}{_MANY} {_I}\b"
)
"""A warning that leaves out the one who writes it."""
_BARE = re.compile(
    rf"(?:{_YOU} )?(?:doc|gui|bao|noi|cho){_FEW} {_HIDDEN}"
    r"(?: (?:len|di|nhe|a|ra|voi|giup|vua|moi|ve|gui|den|trong|tin|nhan|may))*"
)
"""The same without a word for whom, where nothing else is said: to read a code and then type it is no asking."""
_HAND_OVER = re.compile(rf"(?:{_YOU} )?(?:cho|dua|gui|cung cap){_FEW} {_HIDDEN}(?: (?:di|nhe|nha|a|voi|luon|ngay))*")
_WHERE_IS_IT = re.compile(
    r"otp|(?:ma )?(?:otp|pin|cvv|mat khau|ma xac (?:nhan|thuc|minh))"
    rf"(?: (?:dau|di|oi|a|nhe|nha|gap|nhanh|voi|{_YOU}|{_I}))+"
)
_COMFORT = re.compile(
    r"\b(?:dung|khong|chang|don t|do not)(?: can| phai| co)? (?:lo|ngai|so|sao|van de|be afraid|worry)(?: gi| lang)?\b"
)
_NEVER = re.compile(r"\b(?:dung|khong|chang|cho co|tuyet doi|never|don t|dont|do not|not)\b")
_OR_ELSE = re.compile(rf"\b(?:khong|chang)\b{_MANY} thi {_I} (?:khong|chiu|bo)\b")
_SCAMMER = re.compile(r"\b(?:ai|ke|nguoi (?:la|nao|khac|ta)|gia danh|lua dao|anyone|somebody|scammers?)\b")
_MACHINE = re.compile(r"\b(?:he thong|vneid|ung dung|app|tong dai|cong|ngan hang|nha mang|se)(?: (?:se|da|vua))?\s?$")
_TO_ME = re.compile(rf"\b{_I}\b")
_CLAUSES = re.compile(r"[.,;:!?\n–—]+")


def asks_for_secret(text: str) -> bool:
    """Whether some clause of the text asks for a code, a password, a card or an identity number; a warning does not."""
    plain = undisguised(text)
    whole = _words(plain)
    warns = bool(_NEVER.search(whole))
    if _BARE.fullmatch(whole) and not warns:
        return True
    if _OR_ELSE.search(whole) and _ASKS.search(whole):
        return True
    return any(_asks(words, warns=warns) for words in map(_words, _CLAUSES.split(plain)))


def _asks(words: str, *, warns: bool) -> bool:
    """Whether one clause does; `warns`: somewhere in the text something is forbidden."""
    if _HAND_OVER.fullmatch(words) or _WHERE_IS_IT.fullmatch(words) or _ONLY_ME.search(words):
        return True
    return any(not _is_harmless(words, asked, warns=warns) for asked in _ASKS.finditer(words))


def _is_harmless(words: str, asked: re.Match[str], *, warns: bool) -> bool:
    """It is forbidden here, told of somebody who is warned of, or what a machine does."""
    before = words[: asked.start()]
    told_of = warns and _SCAMMER.search(words[: asked.end()]) is not None
    by_machine = _MACHINE.search(before) is not None and _TO_ME.search(asked[0]) is None
    return _NEVER.search(words[: asked.end()]) is not None or told_of or by_machine


def _words(text: str) -> str:
    """The words as they are meant; "đừng lo" forbids nothing."""
    spelled = spell_out(fold(_SOUTHERN.sub("gửi", text)))
    return _COMFORT.sub("", " ".join(" ".join(_SHORT.get(word, word) for word in spelled).split())).strip()
