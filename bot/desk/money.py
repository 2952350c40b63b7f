"""Whether a volunteer's words want money of a resident: help is free, and fees are paid to offices alone. Pure."""

import re

from bot.language.disguise import undisguised
from bot.language.fold import fold
from bot.language.vocabulary import spell_out

_SHORT = {"e": "em", "c": "chi", "ctk": "chu tai khoan", "stk": "so tai khoan", "banking": "chuyen khoan"}
_I = r"(?:chau|em|toi|minh|con|to|ben (?:em|chau|minh)|chung (?:em|chau|toi))"
_ACCOUNT = rf"(?:so nay|tai khoan (?:nay|sau|{_I})|so tai khoan)"
_YOU = r"(?:bac|co|chu|ong|ba|anh|chi|ban|cu|di|cau)"
_FEW, _SOME = r"(?: \w+){0,2}?", r"(?: \w+){0,5}?"
_TO = r"(?:cho|qua|vao|sang|den|toi)"
_GIVE = r"(?:chuyen|chuyen khoan|gui|dua|tra|nop|dong|bank|ung|thanh toan|boi duong|bieu|cho|dua|mang|cam)"
_AMOUNT = (
    r"(?:\d+ ?(?:k|khong|nghin|ngan|tram|trieu|tr|dong|d|vnd|cu|xi|lit)"
    r"|(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|vai|it|\d+)(?: \w+)?"
    r" (?:nghin|ngan|tram (?:nghin|ngan)|chuc (?:nghin|ngan)|trieu))\b"
)
_PAY = r"(?:(?:it |chut |mot it |mot chut )?tien(?: mat| cong)?|phi|le phi|coc|dat coc|cong)"
_SUM = rf"(?:{_AMOUNT}|\d+(?! ?(?:phut|giay|gio|h|p|ngay|lan|buoc|nguoi|so|o|anh|cau|dong chu)\b)\b)"
"""A number after such a verb is money, where it counts nothing else."""
_WANTS = re.compile(
    "|".join(
        (
            rf"\b{_GIVE}{_FEW} (?:{_PAY}|{_AMOUNT}){_SOME} {_TO} (?:{_I}|{_ACCOUNT})\b",
            rf"\b{_GIVE}(?: (?:cho|giup|qua|truoc))* {_I}(?: xin)?(?: {_PAY}|{_FEW} {_AMOUNT})",
            rf"\b(?:chuyen|chuyen khoan|bank|ung)(?: cho)? (?:anh|chi|co|chu){_FEW} {_AMOUNT}",
            rf"\bcho {_I} (?:xin|vay|muon|ung)(?: truoc)?{_FEW} (?:tien|{_AMOUNT})",
            rf"\b(?:cho|giup|bieu|tang|tra|ung|nap|gui) (?:cho )?{_I}(?: (?:vay|muon|xin|truoc|them|cai))*"
            r"(?: (?!(?:hoi|biet|xem|noi|thay)\b)\w+){0,2}?"
            rf" (?:{_PAY}|{_AMOUNT}|(?:cai )?the {_AMOUNT})\b",
            rf"\b(?:cho|giup|bieu|tra) {_I} (?:vay |muon |xin )?(?:truoc )?{_SUM}$|\b(?:vay|muon) {_I}? ?{_SUM}",
            rf"\b(?:chuyen|tra|dua|bieu|mang|cam){_FEW} (?:tien mat|tien cong|it tien|chut tien){_FEW} (?:dua |cho "
            rf"|gui )*{_I}\b",
            rf"\b{_AMOUNT}{_FEW} (?:{_YOU} )?(?:chuyen|dua|gui|tra|nop)(?: (?:cho|qua))* {_I}\b",
            rf"\b(?:rut|lay){_FEW} tien{_FEW} (?:dua|cho|gui) {_I}\b|\b{_I} (?:lay|tinh)(?: cong)?(?: {_YOU})?(?:"
            rf" \w+)? {_AMOUNT}",
            rf"\b(?:cho|giup)(?: {_I})?(?: xin)? (?:it|chut|may) (?:tien|dong|nghin)\b|\bbank{_FEW} {_I}\b",
            r"\b(?:gui|dua|tra) tien truoc\b|\bpay(?: \w+){0,3} first\b",
            rf"\b(?:ung|coc|dat coc)(?: truoc)?{_FEW} {_AMOUNT}|\btra cong(?: cho)? {_I}\b",
            rf"\b{_I} (?:dang |bi )?(?:ket|thieu|het|can) tien\b|\b(?:i )?need (?:some |a little )?(?:money|cash)\b",
            rf"\bxin {_YOU}{_FEW} (?:tien|{_AMOUNT})",
            rf"\b(?:chuyen (?:khoan|tien)|gui tien){_SOME} {_TO} (?:{_I}|{_ACCOUNT})\b",
            rf"\bchuyen (?:khoan|tien) (?:truoc|ngay|luon|gap|giup|ho|{_I}|{_AMOUNT})",
            rf"^(?:\w+ ){{0,2}}?{_YOU}(?: (?:cu|hay|phai|can|nho|chi|lam on|vui long)){{0,2}} chuyen (?:khoan|tien)\b",
            rf"\btai khoan{_FEW} (?:ngan hang )?cua {_I}\b|\bso tai khoan (?:{_I}|nhan|sau|nay|la|\d)",
            rf"\b(?:momo|viettelpay|zalopay|vi dien tu)(?: \w+)? (?:cua )?(?:{_I}|so|nay)\b",
            rf"\bquet(?: (?:giup|ho))?(?: ma)?(?: qr)? (?:nay|duoi day|{_I} (?:gui|dua)|cua {_I})\b",
            rf"\bquet(?: ma)? qr{_FEW} (?:chuyen (?:tien|khoan)|tra (?:tien|phi)|thanh toan cho)",
            r"\btien (?:giup|cong(?! chung| an)|lam (?:ho so|giup)|xe om|ca phe|cafe|tra nuoc|xang xe|di lai)\b",
            r"\bphi (?:giup|ho tro|dich vu(?! cong)|di lai)\b",
            rf"\bboi duong (?:cho|{_I}|it|chut|\d)|\bdat coc\b|\bla?i xi\b",
            r"\b(?:mua|nap|cao)(?: (?:giup|ho|cho))?(?: \w+){0,2} (?:the|card) (?:cao|nap|dien thoai|garena|viettel"
            r"|mobi\w*|vina\w*)\b",
            r"\b(?:pay|send|transfer|give)(?: \w+){0,2} (?:me|us|my)\b(?: \w+){0,3} (?:money|fee|cash|dong|vnd|\d+)",
            r"\b(?:send|transfer|pay|wire)(?: \w+){0,3} (?:money|cash|fee|deposit)(?: \w+){0,2} (?:me|us|my|this)\b",
            r"\bnap tien(?: \w+){0,4}? (?:kich hoat|mo khoa|xac (?:minh|thuc))\b",
            r"\b(?:transfer|pay|wire)(?: \w+){0,4} (?:me|us|my (?:bank )?account)\b",
            r"\b(?:pay me|my bank account|service fee|tip me|buy(?: \w+){0,2} gift card)\b",
        )
    )
)
_NEVER = re.compile(r"\b(?:dung|khong|chang|cho co|mien phi|never|don t|do not|no)\b")
_HARMLESS = re.compile(
    rf"\b(?:da|vua|lo|nham|chua|roi(?! {_I}\b)|bi|luc nao|hoi nao|lua|ai (?:bao|doi|bat)|nguoi la|ke gian"
    r"|tro cap|luong huu|an sinh)\b"
)
"""Words of a talk about money that went to somebody else, or that the State pays."""
_COMFORT = re.compile(r"\b(?:dung|khong)(?: can| phai)? (?:lo|ngai|so|sao)\b")
_CLAUSES = re.compile(r"(?:,(?!\d))|[;:!?\n–—]+|\.(?!\d)")


def wants_money(text: str) -> bool:
    """Whether some clause asks for money, names an account to pay to, or has something bought; a warning does not."""
    return any(_wants(clause) for clause in _CLAUSES.split(undisguised(text)))


def _wants(clause: str) -> bool:
    words = _COMFORT.sub("", _words(clause)).strip()
    return any(not _is_harmless(words, found) for found in _WANTS.finditer(words))


def _is_harmless(words: str, found: re.Match[str]) -> bool:
    """It is forbidden here, or told of what happened with somebody else."""
    told_of = re.search(rf"\b{_I}\b", found[0]) is None and _HARMLESS.search(words)
    return bool(_NEVER.search(words[: found.start()]) or told_of)


def _words(clause: str) -> str:
    spelled = " ".join(spell_out(fold(re.sub(r"(?<=\d)[.,](?=\d)", "", clause))))
    return " ".join(_SHORT.get(word, word) for word in spelled.split())
