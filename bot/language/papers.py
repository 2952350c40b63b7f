"""Whether words that come with a picture say that it shows papers. Pure."""

from bot.language.patterns import compiled

_PAPERS = compiled(
    r"\b(?:can cuoc|cccd|cmnd|cmt|chung minh (?:thu|nhan dan)|ho chieu|giay to|giay khai sinh|khai sinh|ket hon|ho khau"
    r"|so (?:do|hong|tiet kiem|bao hiem)|bang lai|giay phep|the (?:bhyt|bao hiem|ngan hang|atm|dang vien)|hop dong"
    r"|id card|passport|licen[cs]e|certificate|bank card|papers?)\b"
)


def names_papers(plain: str) -> bool:
    """Whether the folded words name papers that hold somebody's personal data."""
    return bool(_PAPERS.search(plain))
