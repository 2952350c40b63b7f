"""Whether a volunteer's words want money of a resident: help is free, and fees are paid to offices alone. Pure."""

from bot.language.disguise import undisguised
from bot.language.fold import fold
from bot.language.patterns import compiled, means, ungrouped
from bot.language.vocabulary import spell_out

_SHORT = {"e": "em", "c": "chi", "ctk": "chu tai khoan", "stk": "so tai khoan", "banking": "chuyen khoan"}
_I = r"(?:chau|em|toi|minh|con|to|ben (?:em|chau|minh)|chung (?:em|chau|toi))"
_ACCOUNT = rf"(?:so nay|tai khoan (?:nay|sau|{_I})|so tai khoan)"
_YOU = r"(?:bac|co|chu|ong|ba|anh|chi|ban|cu|di|cau)"
_FEW, _SOME = r"(?: \S+){0,2}?", r"(?: \S+){0,5}?"
_TO = r"(?:cho|qua|vao|sang|den|toi)"
_GIVE = r"(?:chuyen|chuyen khoan|gui|dua|tra|nop|dong|bank|ung|thanh toan|boi duong|bieu|cho|dua|mang|cam)"
_AMOUNT = (
    r"(?:\d+ ?(?:k|khong|nghin|ngan|tram|trieu|tr|dong|d|vnd|cu|xi|lit)"
    r"|(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|vai|it|\d+)(?: \S+)?"
    r" (?:nghin|ngan|tram (?:nghin|ngan)|chuc (?:nghin|ngan)|trieu))\b"
)
_PAY = r"(?:(?:it |chut |mot it |mot chut )?tien(?: mat| cong)?|phi|le phi|coc|dat coc|cong)"
_SUM = rf"(?:{_AMOUNT}|\d+\b(?: ?(phut|giay|gio|h|p|ngay|lan|buoc|nguoi|so|o|anh|cau|dong chu)\b)?)"
"""A number after such a verb is money, where it counts nothing else."""
_WANTS = compiled(
    "|".join(
        (
            rf"\b{_GIVE}{_FEW} (?:{_PAY}|{_AMOUNT}){_SOME} {_TO} (?:{_I}|{_ACCOUNT})\b",
            rf"\b{_GIVE}(?: (?:cho|giup|qua|truoc))* {_I}(?: xin)?(?: {_PAY}|{_FEW} {_AMOUNT})",
            rf"\b(?:chuyen|chuyen khoan|bank|ung)(?: cho)? (?:anh|chi|co|chu){_FEW} {_AMOUNT}",
            rf"\bcho {_I} (?:xin|vay|muon|ung)(?: truoc)?{_FEW} (?:tien|{_AMOUNT})",
            rf"\b(?:cho|giup|bieu|tang|tra|ung|nap|gui) (?:cho )?{_I}(?: (?:vay|muon|xin|truoc|them|cai))*"
            r"(?: (?:(hoi|biet|xem|noi|thay)|\S+)){0,2}?"
            rf" (?:{_PAY}|{_AMOUNT}|(?:cai )?the {_AMOUNT})\b",
            rf"\b(?:cho|giup|bieu|tra) {_I} (?:vay |muon |xin )?(?:truoc )?{_SUM}$|\b(?:vay|muon) {_I}? ?{_SUM}",
            rf"\b(?:chuyen|tra|dua|bieu|mang|cam){_FEW} (?:tien mat|tien cong|it tien|chut tien){_FEW} (?:dua |cho "
            rf"|gui )*{_I}\b",
            rf"\b{_AMOUNT}{_FEW} (?:{_YOU} )?(?:chuyen|dua|gui|tra|nop)(?: (?:cho|qua))* {_I}\b",
            rf"\b(?:rut|lay){_FEW} tien{_FEW} (?:dua|cho|gui) {_I}\b|\b{_I} (?:lay|tinh)(?: cong)?(?: {_YOU})?(?:"
            rf" \S+)? {_AMOUNT}",
            rf"\b(?:cho|giup)(?: {_I})?(?: xin)? (?:it|chut|may) (?:tien|dong|nghin)\b|\bbank{_FEW} {_I}\b",
            r"\b(?:gui|dua|tra) tien truoc\b|\bpay(?: \S+){0,3} first\b",
            rf"\b(?:ung|coc|dat coc)(?: truoc)?{_FEW} {_AMOUNT}|\btra cong(?: cho)? {_I}\b",
            rf"\b{_I} (?:dang |bi )?(?:ket|thieu|het|can) tien\b|\b(?:i )?need (?:some |a little )?(?:money|cash)\b",
            rf"\bxin {_YOU}{_FEW} (?:tien|{_AMOUNT})",
            rf"\b(?:chuyen (?:khoan|tien)|gui tien){_SOME} {_TO} (?:{_I}|{_ACCOUNT})\b",
            rf"\bchuyen (?:khoan|tien) (?:truoc|ngay|luon|gap|giup|ho|{_I}|{_AMOUNT})",
            rf"^(?:\S+ ){{0,2}}?{_YOU}(?: (?:cu|hay|phai|can|nho|chi|lam on|vui long)){{0,2}} chuyen (?:khoan|tien)\b",
            rf"\btai khoan{_FEW} (?:ngan hang )?cua {_I}\b|\bso tai khoan (?:{_I}|nhan|sau|nay|la|\d)",
            rf"\b(?:momo|viettelpay|zalopay|vi dien tu)(?: \S+)? (?:cua )?(?:{_I}|so|nay)\b",
            rf"\bquet(?: (?:giup|ho))?(?: ma)?(?: qr)? (?:nay|duoi day|{_I} (?:gui|dua)|cua {_I})\b",
            rf"\bquet(?: ma)? qr{_FEW} (?:chuyen (?:tien|khoan)|tra (?:tien|phi)|thanh toan cho)",
            r"\btien (?:giup|cong(?: (chung|an)\b)?|lam (?:ho so|giup)|xe om|ca phe|cafe|tra nuoc|xang xe|di lai)\b",
            r"\bphi (?:giup|ho tro|dich vu(?: (cong)\b)?|di lai)\b",
            rf"\bboi duong (?:cho|{_I}|it|chut|\d)|\bdat coc\b|\bla?i xi\b",
            r"\b(?:mua|nap|cao)(?: (?:giup|ho|cho))?(?: \S+){0,2} (?:the|card) (?:cao|nap|dien thoai|garena|viettel"
            r"|mobi\w*|vina\w*)\b",
            r"\b(?:pay|send|transfer|give)(?: \S+){0,2} (?:me|us|my)\b(?: \S+){0,3} (?:money|fee|cash|dong|vnd|\d+)",
            r"\b(?:send|transfer|pay|wire)(?: \S+){0,3} (?:money|cash|fee|deposit)(?: \S+){0,2} (?:me|us|my|this)\b",
            r"\bnap tien(?: \S+){0,4}? (?:kich hoat|mo khoa|xac (?:minh|thuc))\b",
            r"\b(?:transfer|pay|wire)(?: \S+){0,4} (?:me|us|my (?:bank )?account)\b",
            r"\b(?:pay me|my bank account|service fee|tip me|buy(?: \S+){0,2} gift card)\b",
        )
    )
)
_NEVER = compiled(r"\b(?:dung|khong|chang|cho co|mien phi|never|don t|do not|no)\b")
_HARMLESS = compiled(
    rf"\b(?:da|vua|lo|nham|chua|roi(?: ({_I})\b)?|bi|luc nao|hoi nao|lua|ai (?:bao|doi|bat)|nguoi la|ke gian"
    r"|tro cap|luong huu|an sinh)\b"
)
"""Words of a talk about money that went to somebody else, or that the State pays."""
_COMFORT = compiled(r"\b(?:dung|khong)(?: can| phai)? (?:lo|ngai|so|sao)\b")
_CLAUSES = compiled(r"[,.;:!?\n–—]+")
_IN_A_NUMBER = compiled(r"(\d)[.,](\d)")
_BEFORE_A_NUMBER = compiled(r"[.,](\d)")
_ME = compiled(rf"\b{_I}\b")


def wants_money(text: str) -> bool:
    """Whether some clause asks for money, names an account to pay to, or has something bought; a warning does not."""
    plain = _BEFORE_A_NUMBER.sub(r" \1", _IN_A_NUMBER.sub(r"\1\2", undisguised(text)))
    return any(_wants(clause) for clause in _CLAUSES.split(plain))


def _wants(clause: str) -> bool:
    words = _COMFORT.sub("", _words(clause)).strip()
    return any(not _is_harmless(words, found.start(), found[0]) for found in ungrouped(_WANTS, words))


def _is_harmless(words: str, at: int, found: str) -> bool:
    """It is forbidden here, or told of what happened with somebody else."""
    return _NEVER.search(words[:at]) is not None or (not _ME.search(found) and means(_HARMLESS, words))


def _words(clause: str) -> str:
    spelled = " ".join(spell_out(fold(clause)))
    return " ".join(_SHORT.get(word, word) for word in spelled.split())
