"""Whether words that come with a picture say that it shows papers; and whether some paper was lost. Pure."""

from bot.language.patterns import compiled

_PAPERS = compiled(
    r"\b(?:can cuoc|cccd|cmnd|cmt|chung minh (?:thu|nhan dan)|ho chieu|giay to|giay khai sinh|khai sinh|ket hon|ho khau"
    r"|so (?:do|hong|tiet kiem|bao hiem)|bang lai|giay phep|the (?:bhyt|bao hiem|ngan hang|atm|dang vien)|hop dong"
    r"|id card|passport|licen[cs]e|certificate|bank card|papers?)\b"
)


def names_papers(plain: str) -> bool:
    """Whether the folded words name papers that hold somebody's personal data."""
    return bool(_PAPERS.search(plain))


_LOST = compiled(
    r"(?:^| )(?:mat|that lac|danh roi|lam roi)(?: (?:het|sach|cai|to|may|cac|nhung|mot|ca|roi))*"
    r" giay(?: to)?(?: (?:tuy than|roi|that|luon|het|rui|day|kia|no))*"
)
LOST_PAPERS = ("can-cuoc", "trich-luc", "doi-gplx")
"""The guides about lost papers, for who does not say which."""


def lost_some_paper(plain: str) -> bool:
    """Whether folded words say that a paper was lost, and not which: "mất cái giấy"."""
    found = _LOST.search(plain)
    return found is not None and found.end() == len(plain)
