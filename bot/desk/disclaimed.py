"""Whether words about a swindle are a warning: it is forbidden there, or told of others. Pure, of folded text."""

from bot.language.patterns import compiled

_BEFORE = compiled(r"\b(?:dung|khong|chang|cho co|tuyet doi|never|don t|do not)\b(?: \S+){0,7} ?$")
_WITHIN = compiled(r"\b(?:dung|chang|cho co|tuyet doi|khong (?:duoc|nen|phai|bao gio|can))\b")
_OTHERS = compiled(
    r"\b(?:la lua|bi lua|lua dao|ke (?:gian|xau|lua)|gia (?:danh|mao)|canh giac|cup may"
    r"|(?:ai|nguoi)(?: \S+){0,3} (?:bao|doi|goi|nhan|noi|xung|bat|xin|hoi|nho|doa|ru|day|muon)"
    r"|(?:cong an|ngan hang|nha nuoc|co quan|dien luc|nha mang|khong ai) (?:that )?(?:se )?khong"
    r"|thi (?:bac |co |chu )?dung (?:tai|cai|bam|chuyen|dua|tin|nghe|cho|doc|lam))\b"
)
_ASSURES = compiled(r"\b(?:khong|chang|chu)(?: \S+)? (?:lua dao|lua|gia danh|gia mao)\b")
"""What a swindler says of himself warns of nobody."""


def forbids(before: str, found: str = "") -> bool:
    """Whether what stands just before, or inside, says not to."""
    return _BEFORE.search(before) is not None or _WITHIN.search(found) is not None


def warns_of_others(words: str) -> bool:
    """Whether it is about what swindlers do, or what offices never do."""
    return _OTHERS.search(_ASSURES.sub("", words)) is not None
