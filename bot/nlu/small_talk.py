"""What residents say around the matter: who are you, is it free, where is the ward, I am afraid, I cannot find it.

Whole short texts are recognised, never a part of a longer one: who says more is asking for something, which is
`bot.nlu.intent`'s to find. Patterns are over words as `bot.nlu.normalise.spell_out` makes them.

Whether words that come with a picture say that it shows papers; and whether some paper was lost. Pure.

What a machine heard, made more like what people type. Pure.
"""

from typing import Literal

from bot.nlu.commands import bare
from bot.nlu.danger import suspicious
from bot.nlu.normalise import fold, spell_out
from bot.nlu.numbers import SPOKEN
from bot.nlu.patterns import LONGEST_READ, compiled, composed

SmallTalk = Literal[
    "who", "cost", "place", "angry", "afraid", "lonely", "unable", "lost", "what_now", "praise", "heard", "stuck"
]

LONGEST = 12
"""How many words small talk has at most."""

_ME = r"(?:toi|bac|co|chu|anh|chi|ba|ong|minh|em|chau)"
_BEING = r"(?:nguoi|con nguoi|may|robot|bot|ai)"
_OFFICE = r"(?:phuong|uy ban|ubnd|mot cua|cong an|tru so|ward|office|police)"
_WHERE_WHEN = (
    r"(?:may gio|gio (?:lam viec|mo cua|nghi)|(?:mo|dong) cua|(?:thu (?:bay|7)|chu nhat|cuoi tuan|hom nay|mai) .*"
    r"(?:lam|mo|nghi|truc)|dia chi|o (?:dau|cho nao)|so dien thoai|goi so (?:nao|may)"
    r"|what time|opening hours|open|address|where|phone number)"
)

_NEVER = r"[^\s\S]"
_WHOLE: tuple[tuple[SmallTalk, str, str], ...] = (
    ("who",
     rf"(?:day )?(?:la )?ai(?: day| do| the| vay)?|(?:may|day|to so) la (?:ai|gi)|ten (?:la )?gi"
     rf"|(?:co )?phai (?:la )?{_BEING}(?: that| may)?(?: khong)?|la {_BEING}(?: that)?(?: khong| phai khong)?"
     rf"|(?:la )?{_BEING}(?: that)? hay (?:la )?{_BEING}(?: that)?(?: day| vay)?|who (?:are you|is this)|what are you"
     rf"|(?:are you|am i talking to) (?:a |an )?(?:real )?(?:human|robot|bot|person|machine|ai|real)", ""),
    ("cost",
     r"(?:\S+ ){0,5}(?:mat|ton|tinh|thu|tra) (?:tien|phi|le phi)(?: gi)? khong"
     r"|(?:\S+ ){0,5}bao nhieu (?:tien|phi)|(?:\S+ ){0,3}mien phi(?: khong| phai khong)?|(?:le )?phi bao nhieu"
     r"|(?:\S+ ){0,3}bao nhieu tien|is (?:it|this) free|how much(?: is it| does it cost)?"
     r"|does it cost (?:money|anything)",
     r"\b(?:bi|no|ho|chung|lua)\b"),
    ("place",
     rf".*\b(?:{_OFFICE}\b.*\b{_WHERE_WHEN}|{_WHERE_WHEN}\b.*\b{_OFFICE})\b.*",
     r"\b(?:nay|goi dien|bao|phai|that)\b"),
    ("angry",
     r"(?:.* )?(?:dm|dmm|dcm|vcl|dit|deo|cut di|khon nan|vo van|vo dung|ngu (?:the|vai|nhu)|do (?:ngu|dien|khon)"
     r"|buc (?:minh|qua|ca)|tuc (?:qua|minh)|chan (?:qua|the)|phien (?:qua|phuc)|te qua|that vong"
     r"|stupid|useless|fuck\S*|shit|damn|idiot)(?: .*)?", ""),
    ("afraid",
     r"(?:so|lo|run|hoang)(?: qua| lam)+|hu(?: hu)+|lo lang(?: qua| lam)?|(?:so|hoang) (?:hai|so)(?: qua| lam)?"
     r"|so (?:bam nham|hong may|hong)(?: lam)?|i (?:am|m) (?:so )?(?:scared|afraid|worried)", ""),
    ("lonely",
     r"(?:\S+ ){0,4}(?:buon|co don|tui than)(?: (?:qua|lam|ghe|the|lun))+"
     r"(?: (?:khong|chang)(?: co)? ai(?: (?:noi chuyen|tam su|choi)(?: cung)?)?)?"
     r"|i (?:am|m|feel) (?:so )?(?:lonely|sad)",
     r"\b(?:mat|lua|loi|hong|tien|benh|om|ngu)\b"),
    ("unable",
     r"khong biet (?:chu|doc)|chu (?:be|nho)(?: \S+){0,5}|mat (?:kem|mo|yeu|loa)(?: \S+){0,5}"
     r"|(?:gia|lon tuoi)(?: ca)? (?:roi|qua|yeu)(?: (?:khong|chang)(?: \S+){1,5})?"
     r"|i (?:can t|cannot) (?:read|see)", ""),
    ("what_now",
     r"(?:(?:bay )?gio )?(?:thi )?(?:phai )?lam (?:gi|sao|the nao)(?: bay gio| nua| tiep)?|(?:roi )?sao nua"
     r"|what now|what do i do(?: now)?", ""),
    ("lost",
     r"(?:khong|chua|chang) (?:biet|hieu|ro)(?: (?:lam|chon|bam))?(?: (?:gi|sao|the nao|(?:cai|nut) nao|dau))?(?: ca)?"
     r"|(?:o )?(?:cai|nut|cho) nao(?: co)?|o dau(?: co)?|la sao|nghia la (?:sao|gi)|kho (?:qua|lam)"
     r"|chiu(?: thoi)?"
     r"|sao khong duoc|(?:sao )?(?:mai|van|cu) (?:khong|chua) duoc|khong lam duoc|which one|how"
     r"|(?:it is |this is |it s )?too hard|i (?:do not|don t|dont) (?:know|understand|get it)", ""),
    ("praise",
     r"(?:rat |that )?(?:gioi|tot|hay|ngoan|yeu|thuong|quy|tuyet|tuyet voi|thong minh)(?: qua| lam| the| that)?"
     r"|great|very good|well done|nice|wonderful|good job", ""),
    ("heard",
     rf"a|u|uh|um|u?hm|da|vang|ok|oke|okay|duoc|the|vay|ha|hieu|biet|ro|da vang|oh|i see|wait|hold on|one moment"
     rf"|(?:cho|doi)(?: {_ME})?(?: mot)? (?:ti|chut|xiu|lat)(?: da)?|tu tu(?: da)?|khoan(?: da)?", ""),
    ("stuck",
     r"(?:\S+ ){0,3}(?:khong|chua)(?: \S+){1,4}",
     r"\b(?:khong|chua) (?:phai|can|sao|con|chuyen|doc cho|bam gi|gui|noi)"),
    ("stuck",
     r"(?:(?:\S+ ){0,6}(?:bi|bao|hien|cu|no|ma) )?(?:loi|hong|treo|do|dung|quay|xoay)"
     r"(?: (?:gi|mai|hoai|tron|may|man hinh|ay|do))*"
     r"|i (?:can t|cannot|can not|don t) \S+(?: \S+){0,3}|it (?:does not|doesn t) \S+(?: \S+){0,3}", ""),
)  # fmt: skip
"""Each kind: how it is said, as the whole of a text, and what, anywhere in it, makes it something else."""
_ANY = compiled("(?:" + "|".join(whole for _, whole, _ in _WHOLE) + ")(?: roi)?")
_KINDS = [(kind, compiled(f"(?:{whole})(?: roi)?"), compiled(but or _NEVER)) for kind, whole, but in _WHOLE]

_SPEAKER = compiled(r"^(?:co|ba|me|bo) ")
"""Words for oneself that are other words, too ("có", "ba"), so that `bare` leaves them."""


def small_talk(text: str) -> SmallTalk | None:
    """What kind of small talk `text` is as a whole; None when it is none."""
    words = " ".join(spell_out(fold(text[:LONGEST_READ])))
    if len(text) > LONGEST_READ or len(words.split()) > LONGEST or suspicious(words):
        return None
    said = (words, bare(words), bare(_SPEAKER.sub("", words)))
    likely = [one for one in dict.fromkeys(said) if _ANY.fullmatch(one)]
    return next(
        (kind for kind, known, but in _KINDS if any(known.fullmatch(one) and not but.search(one) for one in likely)),
        None,
    )


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


_READ_OUT = 4
"""So many digits in a row are a number that is read out: a code, a card, a telephone."""

_PARTS = compiled(r"[ ,]+|[^ ,]+")
_LETTERS = compiled(r"(^|[ ,])(?:o|ô|ồ) (?:t|tê|tờ) (?:p|pê|pờ)([ ,.:]|$)", any_case=True)
"""How "OTP" is spelled aloud."""


def as_typed(text: str) -> str:
    """The same with digits that were read out written as a number, so that a code is known for what it is.

    "mã là một hai ba bốn" becomes "mã là 1234".
    """
    written: list[str] = []
    row: list[str] = []
    for part in _PARTS.findall(_LETTERS.sub(r"\1OTP\2", composed(text))):
        if _digit(part) or (row and not part.strip(" ,")):
            row.append(part)
        else:
            written += [*_as_number(row), part]
            row = []
    return "".join([*written, *_as_number(row)])


def _digit(part: str) -> str:
    """The digit that a word stands for, with the full stop after it; nothing where it stands for none."""
    word = part.rstrip(".!?;:…").lower()
    known = SPOKEN.get(word, word if len(word) == 1 and word.isdecimal() else "")
    return known + part[len(word) :] if known else ""


def _as_number(row: list[str]) -> list[str]:
    """The digits of a row in one, if they are so many; what parts it from what follows stays."""
    digits = list(filter(None, map(_digit, row)))
    after = row[-1:] if row and not _digit(row[-1]) else []
    return [*digits, *after] if len(digits) >= _READ_OUT else row


_SAID_BACK = 300
"""Characters of what was heard that are said back."""


def said_back(heard: str) -> str:
    """What was heard, short enough to be read at a glance."""
    return heard if len(heard) <= _SAID_BACK else f"{heard[:_SAID_BACK].rsplit(' ', 1)[0]}…"
