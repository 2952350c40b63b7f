"""Whether a volunteer's words ask a resident for a secret: then they are held back, whoever wrote them. Pure.

To *enter* a password or a code in an app is what guides are about; to send, read out or photograph it for somebody is
what scammers ask for.
"""

import re

from bot.language.fold import fold

_HIDDEN = (
    r"(?:otp|mat khau|mat ma|pass|password|passcode|pin|cvv|cccd|can cuoc|chung minh thu"
    r"|(?:ma|so)(?: \w+){0,2}? (?:otp|xac (?:thuc|nhan|minh)|bi mat|pin|kich hoat|the|tai khoan|can cuoc|cccd|cvv"
    r"|dinh danh)"
    r"|(?:6|sau) (?:chu )?so|day so"
    r"|ma(?= (?:\d|vao|vua|moi|ma|nhan|gui|ve|den|trong|so|do|ay|nay|cho|qua|sang|la|bao)\b|$))"
)
_ME = r"(?:chau|em|toi|minh|con|to|day|chung|zalo|nhom|phuong|anh|chi|co|chu|bac hoa)"
_GIVE = r"(?:gui|doc|nhan|nhan tin|cho|cung cap|chup|noi|bao|dua|chuyen|xin|copy|danh|viet|go)"
_FEW, _SOME = r"(?: \w+){0,2}?", r"(?: \w+){0,5}?"

_ASKS = re.compile(
    "|".join(
        (
            rf"\b{_GIVE}{_SOME} {_HIDDEN}{_SOME} (?:cho|qua|sang|len|vao|o|toi|den) {_ME}\b",
            rf"\b{_GIVE}(?: (?:cho|qua|sang|giup|ho))*{_FEW} {_ME}(?: (?:xin|hoi|biet|nghe|xem|muon))*{_SOME}"
            rf" {_HIDDEN}",
            rf"\bxin{_SOME} {_HIDDEN}",
            rf"\bnhap{_SOME} {_HIDDEN}{_SOME} vao (?:day|zalo|nhom)\b",
            rf"\bchup(?: \w+)? (?:the|can cuoc|cccd|chung minh thu)\b{_SOME} gui(?: (?:cho|qua|sang))? {_ME}\b",
            rf"\b{_HIDDEN}{_SOME} (?:la gi|la bao nhieu|bao nhieu|la may|may so|nhu the nao a)\b",
            r"\b(?:send|tell|give|read|text|show|share)(?: \w+){0,3} (?:me|us|it to me)?(?: \w+){0,3}"
            r"(?:otp|code|password|passcode|pin|cvv|card number|id number|id card)\b",
            r"\bwhat(?: s| is)(?: \w+){0,3} (?:otp|code|password|passcode|pin|cvv|card number|id number)\b",
        )
    )
)
_BARE = re.compile(
    rf"(?:\w+ )?(?:doc|gui|bao|noi|cho){_FEW} {_HIDDEN}"
    r"(?: (?:len|di|nhe|a|ra|voi|giup|vua|moi|ve|gui|den|trong|tin|nhan|may))*"
)
"""The same without a word for whom, where nothing else is said: to read a code and then type it is no asking."""
_NEVER = re.compile(r"\b(?:dung|khong|ko|chang|cho co|tuyet doi|never|don t|dont|do not|not)\b")
_CLAUSES = re.compile(r"[.,;:!?\n–—]+")


def asks_for_secret(text: str) -> bool:
    """Whether some clause of the text asks for a code, a password, a card or an identity number; a warning does not."""
    if _BARE.fullmatch(fold(text).strip(" .!?")) and not _NEVER.search(fold(text)):
        return True
    for clause in _CLAUSES.split(text):
        asked = _ASKS.search(fold(clause))
        if asked and not _NEVER.search(fold(clause)[: asked.end()]):
            return True
    return False
