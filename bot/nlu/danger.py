"""Which danger a text tells of, right now or just before: first aid comes before everything else.

Patterns over words as `vocabulary.spell_out` makes them. They look for what happened or is happening ("vừa chuyển
tiền", "lỡ đọc mã"), not for questions and worries ("có mất tiền không", "sợ bị lừa").
"""

from collections.abc import Mapping
from typing import Literal, get_args

from bot.nlu.patterns import Pattern, any_of, compiled, means

Danger = Literal[
    "fire",
    "medical",
    "crime",
    "violence",
    "despair",
    "death",
    "money_gone",
    "access_given",
    "threatened",
    "lost",
]
"""Something burns, gas leaks, or somebody is trapped or drowning (`fire`); life or health is in danger (`medical`);
burglars, robbers, a fight (`crime`); somebody is beaten or abused (`violence`), or wants to die (`despair`); somebody
of the family died (`death`). Money went to a fraudster or leaves the account (`money_gone`); a code, a password or a
card was told, or the phone is in other hands (`access_given`); blackmail, or a threat (`threatened`). A phone, a card
or a wallet is `lost`."""
DANGERS: tuple[Danger, ...] = get_args(Danger)

_FEW = r"(?: \S+){0,2}?"
_SOME = r"(?: \S+){0,4}?"
_SLIPPED = r"(?:lo|trot)(?: dai| tay)?"
_SEND = r"(?:chuyen|chuyen khoan|gui|nop|dua)"
_MONEY = r"(?:tien|khoan|trieu|nghin|ngan|dong|ty)"
_TELL = r"(?:doc|dua|cung cap|tiet lo|khai|noi)"
_CODE = r"(?:otp|ma|mat khau|passcode|pin|so the)"
_THEM = r"(?:ho|no|chung no|chung|bon|ke|nguoi ta|nguoi la|lua dao|cong an|can bo|nhan vien)"
_TAP = r"(?:bam|an|nhan|click|vao|mo|cai|tai|quet)"
_BAIT = r"(?:link|duong dan|app|ung dung|file|tep|apk|ma|trang)"
_ACCOUNT = r"(?:tai khoan|vneid|zalo|facebook|ngan hang|the|vi|momo|sim)"
_PHONE = r"(?:dien thoai|may|iphone)"
_TAKEN = r"(?:mat|trom|cuop|giat|moc tui|danh roi|danh mat)"
_WHO = r"(?:toi|bac|co|chu|chau|minh|em|me|bo|ba|ong|vua|dang|da|lo)"

_MONEY_GONE = (
    rf"{_SEND}{_SOME} {_MONEY}{_FEW} (?:cho|vao){_FEW} {_THEM}{_FEW} roi",
    rf"da {_SEND}{_FEW} (?:{_MONEY} )?cho {_THEM}",
    rf"bi (?:lua|lua dao|gat|mat)(?: het| sach| mat)*(?: gan| hon)?(?: \d+)? (?:{_MONEY}|tai khoan)",
    r"bi (?:lua|gat)(?: dao)? roi",
    r"mat (?:het|sach|toan bo) tien|mat tien(?: \S+)? roi",
    rf"tien (?:trong|o){_FEW} {_ACCOUNT}{_SOME} (?:mat|bay|het|khong con|bi rut)",
    r"(?:tu nhien|tu dung|tu dong)(?: bi)? (?:mat|tru|bay|rut)(?: het)? tien|bi rut tien|rut (?:het|sach) tien",
    rf"dang{_SOME} (?:bat|ep|doi|giuc){_FEW} (?:chuyen (?:tien|khoan)|doc (?:ma|otp))",
    r"(?:bat|ep|doi|giuc)(?: \S+){0,2} chuyen (?:tien|khoan)(?: \S+)? (?:ngay|gap)",
    rf"{_SEND}{_SOME} {_MONEY}{_SOME} (?:khong|neu khong)(?: thi)?(?: bi)? (?:giam|khoi to|di tu)",
    r"(?:lay|rut|cuom|trom|chuyen) (?:trom|het|sach|mat)(?: sach| toan bo| so){0,2} tien",
)
_CODE_TOLD = (
    rf"(?:da|vua) {_TELL}{_SOME} {_CODE}",
    rf"(?:gui|cho|dua|doc){_SOME} {_CODE}{_FEW} {_THEM}{_FEW} roi",
    rf"(?:gui|cho|dua|doc) {_THEM}{_SOME} {_CODE}{_FEW} roi",
)
_TRAP_SPRUNG = (
    rf"{_SLIPPED} {_TAP}{_SOME} {_BAIT}",
    rf"{_TAP}{_FEW} {_BAIT} la{_FEW} (?:roi|xong)",
    rf"{_PHONE}{_FEW} (?:bi (?:dieu khien|chiem|hack)|tu (?:chay|bam|nhay|mo))",
    rf"(?:cho|de|bi){_FEW} {_THEM} dieu khien|{_THEM} dang dieu khien",
    rf"(?:hack|chiem|chiem doat|dot nhap){_FEW} {_ACCOUNT}|{_ACCOUNT}{_FEW} bi (?:hack|chiem)",
    r"(?:dang nhap|kich hoat)(?: \S+){0,3}? (?:may|thiet bi|dien thoai)(?: nao)? la|(?:may|thiet bi) la dang nhap",
    rf"{_ACCOUNT}{_SOME} (?:dang nhap|kich hoat|mo) {_SOME}(?:may|dien thoai|thiet bi) khac{_SOME} khong phai",
)
_PHONE_GONE = (
    rf"{_TAKEN}{_FEW} {_PHONE}{_SOME} (?:co|cai|luu|dang nhap){_FEW} {_ACCOUNT}",
    rf"{_TAKEN}{_FEW} {_PHONE}{_SOME} khoa|khoa{_SOME} {_TAKEN}{_FEW} {_PHONE}",
    rf"(?:trom|cuop|giat|bi moc(?: mat)?|moc tui|mat cap|bi lay mat){_FEW} {_PHONE}",
    rf"{_PHONE}{_FEW} bi (?:trom|cuop|giat|moc tui|mat cap)",
)
_WALLET_GONE = (
    r"(?:mat|rot|roi|trom|cuop|giat|moc)(?: mat| cai| chiec| het){0,2} (?:vi|bop)"
    r"(?: (?:roi|co|trong|o|ngoai|tren|dung)|$)",  # "mat vi" may also be "mất vì"
)
_UNLESS = (
    rf"{_WHO} bi (?:lua dao|lua|gat)( khong| dao khong| thi| the nao)?",
    rf"{_SEND}{_SOME} {_MONEY}{_SOME} (?:khong|neu khong)(?: thi)?(?: bi)? bat( buoc| dau)?",
    rf"{_SLIPPED} (?:{_TELL}|gui|cho|nhap|dien)( sai)?{_SOME} (?:{_CODE}|can cuoc|anh|thong tin)",
)
"""None where a group is in the match: that makes it a question, or a rule."""
_ENGLISH = (
    r"(?:been|got|was|am|being) (?:scammed|hacked|robbed|cheated)|scammed me",
    r"(?:sent|transferred)(?: \S+){0,4} (?:money|million|savings)",
    r"(?:money|savings|account|phone)(?: \S+){0,4} (?:gone|missing|stolen|hacked)",
    r"(?:gave|told|read)(?: \S+){0,4} (?:otp|code|password|passcode)",
    r"(?:clicked|opened|installed)(?: \S+){0,3} (?:strange|fake|scam|unknown)",
)

_GOODS: dict[Danger, tuple[str, ...]] = {
    "money_gone": (*_MONEY_GONE, *_ENGLISH),
    "access_given": (*_CODE_TOLD, *_TRAP_SPRUNG),
    "lost": _WALLET_GONE,
}


_TELLS = {kind: any_of(ways) for kind, ways in _GOODS.items()}
_DANGER = any_of(one for ways in _GOODS.values() for one in ways)
_DANGER_UNLESS = tuple(compiled(rf"\b{one}\b") for one in _UNLESS)
_MAY_BE: tuple[Danger, ...] = ("money_gone", "money_gone", "access_given")
"""Which danger each of these tells of."""
_READ_TO = compiled(rf"\bdoc{_FEW} (?:otp|ma|mat khau) cho\b")
_TOLD_TO_READ = compiled(r"\b(?:bat|toi|bac|cau|doi|bao) doc\b")
_SENT = compiled(rf"\b(?:{_SLIPPED}|vua|moi) {_SEND}{_SOME} {_MONEY}\b")
_ORDINARY = compiled(r"\b(?:dien|nuoc|mang|phi|ho so|thue|hoc|dich vu cong|thanh toan|nap|vi dien tu)\b")
_LOST_PHONE = any_of(_PHONE_GONE)
_NEW_PHONE = compiled(rf"\b(?:{_PHONE} (?:cu|moi)|vao lai|dang nhap lai)\b")

_STRANGER = r"(?:nguoi|nguoi ta|ai do|cong an|can bo|canh sat|nhan vien|buu dien|toa an|so la|chung no)"
_URGES = r"(?:goi|nhan tin|gui|yeu cau|xin|bat|keu|xung|huong dan|bao|doi)"
_TO_DO = rf"(?:goi|gui|nhap|doc|bam|cai|quet|cap nhat|kich hoat|dong bo|chuyen|khoa|lam ho|{_CODE}|{_BAIT})"
_SUSPICIOUS = compiled(
    rf"\b{_STRANGER}{_SOME} {_URGES}{_SOME} {_TO_DO}\b"
    r"|\b(?:tin nhan|cuoc goi|link|duong dan|so dien thoai)\b.*\b(?:yeu cau|that khong|lua dao|gia mao)\b"
    rf"|\b(?:gui|dua|doc){_SOME} {_CODE}{_SOME} (?:cho|qua){_FEW} (?:{_THEM}|zalo)\b"
)
_TOLD_TO_NOBODY = r"(?:otp|mat khau|passcode|ma (?:otp|pin|xac nhan|xac thuc|bi mat|vua|kich hoat|dang nhap))"
_WANTS_CODE = compiled(
    rf"\b{_STRANGER}{_SOME} (?:goi|yeu cau|bao|doi|bat|keu|giuc|nho){_SOME} (?:doc|gui|cung cap|dua|noi)"
    rf"{_FEW} {_TOLD_TO_NOBODY}\b"
    rf"|\b{_STRANGER}{_FEW} (?:xin|hoi){_FEW} {_TOLD_TO_NOBODY}\b"
)
_JUST_NOW = compiled(
    r"\b(?:sang|trua|chieu|toi|dem|khuya)(?: som)? (?:nay|hom nay|hom qua)\b|\bhom (?:nay|qua|kia)\b|\bluc nua dem\b"
    r"|\b(?:chieu|toi|dem) qua(?:$| [^d])"  # "toi qua doi" is "tôi qua đời"
    r"|\b(?:vua|moi) (?:qua doi|nam xuong|tat tho|tu tran)\b"
    r"|\b(?:today|tonight|yesterday|this morning|last night)\b"
)
_DIED = compiled(r"\b(?:chet|tu vong|qua doi|nam xuong|tat tho|khai tu|bao tu|hoa tang|mai tang|died|passed away)\b")
"""Not "mat", which is mostly something else."""
_TOLD_IT = compiled(rf"\b(?:{_TELL}|gui|cho)(?: \S+)? (?:roi|xong|mat roi|het roi)\b|\b(?:lo|trot|da|vua) {_TELL}\b")
_ALARMING = compiled(
    "|".join(one.pattern for one in (_DANGER, *_DANGER_UNLESS, _READ_TO, _SENT, _WANTS_CODE, _LOST_PHONE))
)
"""Some of them: most texts are read once, and by none of the others."""


def suspicious(words: str) -> bool:
    """Whether the spelled-out words tell of somebody who calls, writes or asks the way scammers do."""
    return bool(_SUSPICIOUS.search(words))


def bereaved(words: str) -> bool:
    """Whether the spelled-out words may tell of somebody who died these days."""
    return bool(_DIED.search(words) and _JUST_NOW.search(words))


def wants_code(words: str) -> bool:
    """Whether the spelled-out words tell of somebody who wants to be told a secret, for whatever reason they give."""
    return bool(_WANTS_CODE.search(words))


def danger(words: str) -> Danger | None:
    """Which danger the spelled-out words tell of. A payment for a service, or a new phone for a lost one, is none."""
    if not _ALARMING.search(words):
        return None
    if _DANGER.search(words):
        return next(kind for kind, pattern in _TELLS.items() if pattern.search(words))
    if kind := next((kind for kind, one in zip(_MAY_BE, _DANGER_UNLESS, strict=True) if means(one, words)), None):
        return kind
    if _READ_TO.search(_TOLD_TO_READ.sub("", words)) or (wants_code(words) and _TOLD_IT.search(words)):
        return "access_given"
    if _SENT.search(words) and not _ORDINARY.search(words):
        return "money_gone"
    return "lost" if _LOST_PHONE.search(words) and not _NEW_PHONE.search(words) else None


Lost = Literal["money", "card"]

_GONE = (
    r"(?:mat|roi|rot|danh roi|danh mat|mat cap|trom|cuop|giat|moc|rach|lay mat|bo quen|nuot|lost|stole|stolen|robbed)"
)
_WITH_MONEY = r"(?:dien thoai|may|iphone|the (?:ngan hang|atm|tin dung)|phone|bank card|atm card)"
_OTHER_THING = r"(?:vi|tui|the|can cuoc|giay to|wallet|purse|bag|id card)"
_BY_TALK = compiled(r"\b(?:lua|otp|link|duong dan|chuyen (?:tien|khoan)|ck|hack|chiem|vi (?:momo|dien tu)|scam\S*)\b")
_THING_LOST = compiled(
    rf"\b{_GONE}(?: \S+){{0,4}}? (?P<after>{_WITH_MONEY}|{_OTHER_THING})\b"
    rf"|\b(?P<before>{_WITH_MONEY}|{_OTHER_THING})(?: \S+){{0,3}}? (?:bi )?{_GONE}\b"
)
_HOLDS_MONEY = compiled(rf"\b{_WITH_MONEY}\b")


def thing_lost(words: str) -> Lost | None:
    """What of a thing that was lost or stolen comes first: the money it opens, or the papers; None where none was.

    Spelled-out words. Who was talked out of money has lost no thing.
    """
    if _BY_TALK.search(words) or not _THING_LOST.search(words):
        return None
    return "money" if _HOLDS_MONEY.search(words) else "card"


Mishap = Literal["gas", "water", "shock", "remote"]
"""What calls for a first step of its own: gas leaks, somebody drowns, somebody is at a live wire, the phone is in other
hands."""

_RAN = compiled(r"\bchay (?:ra|di|xuong|sang|khoi)\b")
_BURNS = compiled(r"\b(?:chay|lua|khoi|phat no|no tung|fire|flames?|smoke|burn\w*|explo\w+)\b")
_GAS = r"gas|(?:mui|khi|xi|ro|ri|ho|binh|bep|van|hoi) ga|ga (?:xi|ro|ri|thoat|boc|nong)"
_INTO = r"(?:roi|rot|te|nga|lot|truot|nhay)(?: \S+){0,3}? (?:song|ho|gieng|ao|bien|muong|kenh|suoi|nuoc|be boi)"
_SAVED = compiled(r"\b(?:vot|keo|dua|cuu)(?: \S+){0,2}? len\b|\b(?:pulled|got) (?:\S+ )?out\b")
_MISHAPS: Mapping[Mishap, Pattern] = {
    "gas": compiled(rf"\b(?:{_GAS})\b"),
    "water": compiled(
        rf"\b(?:duoi nuoc|chet duoi|(?:bi|dang|sap) (?:duoi|chim)|nuoc cuon|{_INTO}|drown\w*"
        r"|f[ae]ll(?:en)? (?:in|into)(?: \S+){0,2}? (?:river|lake|pond|well|pool|water|sea))\b"
    ),
    "shock": compiled(r"\b(?:dien giat|giat dien|electrocut\w*|electric(?:al)? shock)\b"),
    "remote": compiled(
        rf"\bdieu khien\b|\btu (?:chay|bam|nhay|mo|thao tac)\b|\bchiem {_FEW} ?{_PHONE}\b|\bman hinh den\b"
        r"|\b(?:teamviewer|anydesk|ultraview\w*)\b|\bcontrol\w* (?:my|the|her|his) (?:phone|screen)\b|\bby itself\b"
    ),
}
_ACCIDENTS: tuple[Mishap, ...] = ("shock", "gas", "water")
_AMONG: Mapping[Danger, tuple[Mishap, ...]] = {"fire": _ACCIDENTS, "medical": _ACCIDENTS, "access_given": ("remote",)}


def mishap(danger: Danger, words: str) -> Mishap | None:
    """What of this danger the spelled-out words tell of; None where its usual first step holds, as where all burns."""
    if danger == "fire" and _BURNS.search(_RAN.sub("", words)):
        return None
    told = next((kind for kind in _AMONG.get(danger, ()) if _MISHAPS[kind].search(words)), None)
    return None if told == "water" and _SAVED.search(words) else told
