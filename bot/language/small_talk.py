"""What residents say around the matter: who are you, is it free, where is the ward, I am afraid, I cannot find it.

Whole short texts are recognised, never a part of a longer one: who says more is asking for something, which is
`bot.language.understanding`'s to find. Patterns are over words as `bot.language.vocabulary.spell_out` makes them.
"""

from typing import Literal

from bot.language.commands import bare
from bot.language.danger import suspicious
from bot.language.fold import fold
from bot.language.patterns import LONGEST_READ, compiled
from bot.language.vocabulary import spell_out

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
