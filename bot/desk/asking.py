"""Whether a volunteer's words ask a resident for a secret: then they are held back, whoever wrote them. Pure.

To *enter* a password or a code in an app is what guides are about; to send, read out or photograph it for somebody is
what scammers ask for.
"""

from bot.language.disguise import undisguised
from bot.language.fold import fold
from bot.language.patterns import compiled, means, ungrouped
from bot.language.vocabulary import spell_out

_SHORT = {
    "0tp": "otp", "opt": "otp", "maotp": "ma otp", "mxn": "ma xac nhan", "maxacnhan": "ma xac nhan",
    "maxacthuc": "ma xac thuc", "xn": "xac nhan", "xt": "xac thuc", "xm": "xac minh", "mapin": "ma pin",
    "pw": "mat khau", "pwd": "mat khau", "e": "em", "b": "bac", "c": "chi", "dum": "giup", "zum": "giup",
    "pat": "mat khau", "m4": "ma", "m4t": "mat", "kh4u": "khau", "whats": "what s", "sms": "tin nhan",
}  # fmt: skip
"""How the young write it."""
_SAID = (
    (compiled(r"\b(?:o|op|ot|au) ?(?:te|ti|to) ?(?:pe|pi|po|p|be|bi)\b"), "otp"),
    (compiled(r"\b(?:mo|em) (?:ka|ca|co|kho)\b"), "mat khau"),
)
"""What it sounds like, written down."""
_WORD = compiled(r"[\pL\pM\pN]+")
_SPELT = dict.fromkeys(("dùng", "đúng", "dừng", "dựng", "dụng", "đụng"), "x") | {"gởi": "gửi"}
"""Words that folded would be "đừng"; and what the south says for "gửi", which folded would be "gọi"."""
_NO_NEVER = compiled(r"(chân|chan|nội|noi) dung\b", any_case=True)
_MISREAD = compiled("|".join(("dung", *_SPELT)), any_case=True)
"""Few texts hold any of these."""
_MARKS = (
    (compiled(r"\b(xac|tin) nhan\b"), r"\1 _nhan"),
    (
        compiled(
            r"\b(ma|code) (ho so|loi|qr|hen|yeu cau|so (?:thue|ho so)|vach|tra cuu|thu tuc|don|vung|buu|lich|bao loi"
            r"|khach|giao dich|nut|phuong|to|tiep nhan)\b"
        ),
        r"_\1 \2",
    ),
    (compiled(r"\b(khi|neu|luc|you)\b"), r"_\1"),
    (compiled(r"\bhoi((?: \S+){1,3}? co)\b"), r"_hoi\1"),
)
"""Words that mean something else here: "xác nhận" is no getting, "mã hồ sơ" no secret, "khi có mã" not now."""

_CARD = r"the (?:ngan hang|atm|can cuoc|tin (?:dung|x)|bao hiem)"
_PAPER = (
    rf"(?:giay to|can cuoc|chung minh thu|chung minh nhan dan|ho khau|ho chieu|so do|so hong|so tiet kiem|bang lai"
    rf"|giay khai sinh|so bao hiem|the bao hiem|{_CARD}|the|so du|chan (?:dung|x)|khuon mat|passport)"
)
_HIDDEN = (
    r"(?:otp|mat khau|mat ma|pass|password|passcode|pin|cvv|cvc|can cuoc|chung minh thu|chung minh nhan dan|so du"
    r"|_?(?:ma|so|code)(?: \S+){0,2}? (?:otp|xac (?:thuc|_nhan|minh)|bi mat|pin|kich hoat|the|tai khoan|can cuoc|cvv"
    r"|dinh danh|dang nhap|bao mat|thong bao)"
    r"|so (?:so |the )?(?:bao hiem|ho chieu|the ngan hang)"
    r"|(?:4|6|8|bon|sau|tam|may|cac|nhung) (?:chu |con )?so|day so"
    r"|so (?:vua|moi) (?:ve|gui|den|toi|nhan|hien|nhay|bao)|so (?:trong|tren|o) (?:cai )?tin _nhan"
    r"|(?:tin _nhan|tin|man hinh)(?: \S+){0,2}? (?:ngan hang|tai khoan|otp|xac _nhan|xac thuc)"
    r"|(?:ma|code)\b)"
)
_I = r"(?:chau|em|toi|minh|con|to|chung (?:em|toi|chau)|ben (?:em|chau|minh)|to so)"
_HERE = r"(?:day|zalo|nhom|(?:cai )?(?:khung |o |hop )?(?:chat|tro chuyen|nhan tin)|(?:cai )?tin _nhan nay|duoi nay)"
_ME = rf"(?:{_I}|{_HERE}|chung|anh|chi|co|chu|bac hoa)"
_YOU = r"(?:bac|co|chu|ong|ba|anh|chi|ban|cu|di|cau|mo|thim)"
_NAMED_IN_ENGLISH = (
    r"(?:otp|code|mat khau|password|passcode|pin|cvv|digits|digit number|numbers? on your (?:\S+ )?card|(?:card|id"
    r"|account|insurance) number|id card|balance)\b"
)
_PAPER_IN_ENGLISH = r"(?:id|identity|passport|bank card|card|papers?|licen[cs]e|face)\b"
_PICTURE_IN_ENGLISH = r"(?:photos?|pictures?|pics?|photograph|scans?|selfie|snap)"
_GIVE = (
    r"(?:gui|doc|nhan tin|nhan|cho|cung cap|chup|noi|bao|dua|chuyen|xin|copy|danh"
    r"|viet|go"
    r"|forward|chuyen tiep|ke)"
)
_FEW_NOW, _SOME_NOW = (rf"(?: [^_ ]\S*){{0,{most}}}?" for most in (2, 5))
"""Not what is asked for later, as in "nhắn cháu khi có mã"."""
_FEW, _SOME, _MANY = r"(?: \S+){0,2}?", r"(?: \S+){0,5}?", r"(?: \S+){0,12}?"

_ASKS = compiled(
    "|".join(
        (
            rf"\b{_GIVE}{_SOME} {_HIDDEN}{_SOME} (?:(?:cho|qua|sang|len|vao|ve|ra|o|toi|den|voi) {_ME}|cho phuong)\b",
            rf"\b{_GIVE}(?: (?:cho|qua|sang|giup|ho|lai|voi))*{_FEW_NOW} {_ME}(?: (?:xin"
            rf"|hoi|biet|nghe|xem|muon))*"
            rf"{_SOME_NOW}"
            rf" {_HIDDEN}",
            rf"\b(?:gui|doc|noi|bao|cung cap|dua){_SOME} {_HIDDEN}{_FEW} (?:giup|ho) {_I}\b",
            rf"\b(?:xin|muon){_SOME} {_HIDDEN}",
            rf"\b{_I} (?:dang |cung |chi )?(?:can|xin|thieu|phai co|muon biet)"
            rf"(?: (?:(bac|nhap|go|co|chu)\S*|\S+))?? {_HIDDEN}",
            rf"\b(?:nhap|dan|ghi|viet|go|danh|dien|copy|chep){_SOME} {_HIDDEN}{_SOME} (?:vao|ra|len|o|xuong) {_HERE}\b",
            rf"\b(?:cho|dua|gui|cung cap|doc|bao){_SOME} {_HIDDEN}{_SOME} (?:de )?{_I}(?: se)? (?:lam|nhap|dang nhap"
            rf"|kiem tra"
            rf"|vao|xem|tra|mo|xu ly|kich hoat|go|giup)\b",
            rf"\b(?:chup|quay|gio|cam|scan){_SOME} {_PAPER}\b{_SOME} (?:(?:gui|cho|dua|nop)(?: (?:cho|qua|sang|len"
            rf"|vao))*"
            rf" {_ME}|qua {_HERE}|(?:roi )?gui(?: (?:nhe|nha|di|a|luon|voi|qua))*$)\b",
            rf"\b(?:gui|nhan|doc|cho){_SOME} so (?:so |the )?(?:bao hiem|ho chieu|can cuoc)\b{_FEW} (?:voi|va|cung"
            rf"|kem)\b",
            r"\b(?:tin _nhan|tin|ngan hang|tong dai)(?: \S+){0,4}? (?:_?nhan|ghi|noi|viet|gui) (?:gi|sao|the nao|nhung"
            r" gi)\b",
            rf"\bdoc{_SOME} (?:y )?nguyen(?: (?:van|si|xi))?{_FEW} tin\b|\bdoc{_FEW} {_I}{_SOME} tin(?: _nhan)?\b"
            rf"|\bdoc(?: (?:lai|giup|ho|to))* (?:cai )?tin(?: _nhan)?{_SOME} (?:cho )?{_I}\b",
            rf"\b(?:copy|sao chep|chep|chup|dan){_SOME} tin _nhan{_SOME} (?:(?:cho|qua|sang|vao|len|gui)(?: cho)?"
            rf" {_ME})\b",
            rf"\b{_HIDDEN}{_SOME} de {_I} (?:giu|cat|luu|lam|nhap|go|kiem tra|vao|dang nhap)\b",
            rf"\bcho {_I} (?:dang nhap|vao tai khoan)\b|\bcho {_I} (?:xem|coi|nhin|thay){_FEW} {_PAPER}\b",
            rf"\b(?:soi|dua|cam|gio){_SOME} {_PAPER}\b{_SOME} (?:camera|may anh|man hinh){_SOME} cho {_I}\b",
            rf"\b(?:ghi|soan|viet) (?:giup|cho|ho) {_I}{_SOME} {_HIDDEN}",
            r"^(?:so|ma|otp)(?: (?:do|nay|vua ve|kia))? may\b",
            rf"\b(?:bam|an|chon|noi) (?:dong y|xac _nhan|co|phim \S+){_SOME} (?:ngan hang|tong dai|cong an)(?: \S+)?"
            rf" goi\b",
            rf"\b(?:ngan hang|tong dai|cong an)(?: \S+)? goi{_SOME} (?:bam|an|chon|noi) (?:dong y|xac _nhan|co\b|phim)",
            rf"\b(?:tai khoan|ngan hang|the|so tiet kiem){_SOME} (?:con|co|duoc) bao nhieu tien\b"
            rf"|\bbao nhieu tien (?:trong|o) (?:ngan hang|tai khoan|the|so)\b",
            r"\bwhat (?:\S+ )?(?:code|otp|digits|numbers?|pin) (?:did|do|have|has|came|is|was)\b",
            rf"\b{_PICTURE_IN_ENGLISH}(?: \S+){{0,5}}? {_PAPER_IN_ENGLISH}(?: \S+){{0,5}}? (?:send|here|(?:to|show) "
            rf"(?:me|us))\b",
            rf"\b(?:send|show|give)(?: \S+){{0,3}}? {_PICTURE_IN_ENGLISH} of (?:your|the) (?:\S+ )?{_PAPER_IN_ENGLISH}",
            rf"\b(?:type|enter|write|put|paste)(?: \S+){{0,3}}? {_NAMED_IN_ENGLISH}(?: \S+){{0,2}}? here\b",
            r"\bwhat (?:does|did) (?:the|that|your) (?:\S+ )?(?:mat khau|tin _nhan|text|message|bank)(?: message)? "
            r"(?:say|send|write)\b",
            rf"\bshow (?:me|us)(?: \S+){{0,2}} {_PAPER_IN_ENGLISH}|^(?:\S+ ){{0,3}}?{_NAMED_IN_ENGLISH} please$",
            r"\bforward(?: \S+){0,3} (?:tin _nhan|messages?|texts?)(?: \S+){0,2} (?:me|us)\b",
            rf"\b(?:chup|quay)(?: \S+){{0,4}}? {_HIDDEN}{_SOME} (?:gui|cho)(?: (?:cho|qua))? {_ME}\b",
            rf"\b{_HIDDEN}{_FEW} (?:roi |thi )?(?:{_YOU} )?(?:doc|gui|chup|noi lai|bao lai)"
            rf"(?: (?:lai|cho|qua|sang)){{0,2}} {_I}\b",
            rf"\b{_HIDDEN}{_SOME} (?:la gi|la so nao|la nhung so nao|la bao nhieu|bao nhieu|la may|may so|nhu the nao"
            rf" a|ghi gi|noi gi)\b",
            rf"\bma gi (?:vua|moi)(?: \S+)? (?:ve|den|toi|gui)\b|\btra loi(?: \S+){{0,4}}? bang {_HIDDEN}",
            r"\btin _nhan(?: \S+){0,4}? (?:co|la|ghi|bao) (?:so|ma) (?:gi|may|nao|bao nhieu)\b",
            rf"\b(?:chuyen tiep|forward|chia se){_SOME} tin(?: _nhan)?{_SOME} (?:cho|qua|sang) {_ME}\b",
            rf"\b(?:send|tell|give|text|show|share|forward)(?: [^_ ]\S*){{0,6}}? {_NAMED_IN_ENGLISH}",
            rf"\bread (?:me|us|out|aloud)(?: \S+){{0,4}}? {_NAMED_IN_ENGLISH}",
            rf"\bread(?: \S+){{0,3}}? {_NAMED_IN_ENGLISH}(?: \S+){{0,3}}? to (?:me|us)\b",
            rf"\b(?:what(?: s| is)|i(?: \S+)? need|(?:i|let me) (?:have|get|see))(?: \S+){{0,3}}? {_NAMED_IN_ENGLISH}",
            rf"\b(?:type|enter|write|put|paste)(?: \S+){{0,3}}? {_NAMED_IN_ENGLISH}(?: \S+){{0,2}}? in(?:to)? (?:this"
            rf"|the) chat\b",
            r"\bread me (?:the|your) numbers?\b",
            r"\bscreenshot(?: \S+){0,3} (?:bank|otp|code|message from)\b",
        )
    )
)
_PICTURE_OF_PAPER = compiled(
    rf"\bgui(?: \S+)? (?:anh|hinh|video)(?: chup)?(?: mat)? (?:truoc |sau |hai mat )?{_PAPER}\b"
)
_INTO_AN_APP = compiled(
    rf"^ (?:len|vao|tren) (?:({_HERE})|\S)|^(?: \S+){{1,4}} (?:len|vao|tren) (?:cong|vneid|ung dung|o|muc)"
)
"""What stands behind it where a resident is told to upload it."""
_ONLY_ME = compiled(
    rf"\b(?:ngoai|tru) {_I}\b{_MANY} {_HIDDEN}|\bchi (?:doc|gui|noi|cho)(?: \S+){{0,4}}? {_HIDDEN}{_MANY} {_I}\b"
)
"""A warning that leaves out the one who writes it."""
_BARE = compiled(
    rf"(?:{_YOU} )?(?:doc|gui|bao|noi|cho){_FEW_NOW} {_HIDDEN}"
    r"(?: (?:len|di|nhe|a|ra|voi|giup|vua|moi|ve|gui|den|trong|tin|_?nhan|may))*"
)
"""The same without a word for whom, where nothing else is said: to read a code and then type it is no asking."""
_HAND_OVER = compiled(rf"(?:{_YOU} )?(?:cho|dua|gui|cung cap){_FEW} {_HIDDEN}(?: (?:di|nhe|nha|a|voi|luon|ngay))*")
_WHERE_IS_IT = compiled(
    r"otp|(?:cai |so )?(?:ma )?(?:otp|pin|cvv|mat khau|ma xac (?:_nhan|thuc|minh))"
    rf"(?: (?:cua|do|ay|please|dau|di|oi|a|nhe|nha|gap|nhanh|voi|{_YOU}|{_I}))+"
)
_NUMBER_OF_CARD = compiled(
    rf"(?:{_YOU} )?(?:day )?so(?: \S+){{0,4}} the(?: (?:ngan hang|atm|tin dung|cua|{_YOU}|nhe|a))*"
)
_IT_TO_ME = compiled(
    rf"\b(?:doc|gui|noi)(?: (?:lai|no|cho|giup|luon|ngay|to))* {_I}(?: (?:voi|nghe|nhe|nha|di|a|luon|xem|cai))*$"
    rf"|\b(?:ghi|viet|dan|go|nhan)(?: lai)? (?:ra|vao|len|o) {_HERE}(?: \S+){{0,3}}$"
)
"""Nothing but what was spoken of before can be meant."""
_NAMED = compiled(rf"\b{_HIDDEN}|\btin(?: _nhan)? (?:vua|moi)\b")
_SCREEN = compiled(r"\b(?:man hinh|loi|xong|anh man)\b")
_COMFORT = compiled(
    r"\b(?:dung|khong|chang|don t|do not)(?: can| phai| co)? (?:lo|ngai|so|sao|van de|be afraid|worry)(?: gi| lang)?\b"
)
_NEVER = compiled(r"\b(?:dung|khong|chang|cho co|tuyet doi|never|don t|dont|do not|not)\b")
_FORBIDS = compiled(
    r"\b(?:dung(?: (may|dien thoai|roi)\b)?|khong|chang|cho co|tuyet doi|never|don t|dont|do not|not)\b"
    r"(?: \S+){0,7}? ?$"
)
_TURNS = compiled(r"\b(?:thi|roi|nen|cu)\b")
"""It forbids what comes next: not what stands behind "thì" or "rồi"."""
_FORBIDS_WITHIN = compiled(
    r"\b(?:dung|chang|cho co|tuyet doi|never|don t|dont|do not|not|khong (?:can|duoc|nen|phai|bao gio))\b"
)
_OR_ELSE = compiled(rf"\b(?:khong|chang)\b{_MANY} thi {_I} (?:khong|chiu|bo)\b")
_SCAMMER = compiled(r"\b(?:ai|ke|nguoi (?:la|nao|khac|ta)|gia danh|lua dao|anyone|somebody|scammers?)\b")
_MACHINE = compiled(r"\b(?:he thong|vneid|ung dung|app|tong dai|cong|ngan hang|nha mang|se)(?: (?:se|da|vua))?\s?$")
_TO_ME = compiled(rf"\b{_I}\b")
_CLAUSES = compiled(r"[.,;:!?\n–—]+")


def asks_for_secret(text: str) -> bool:
    """Whether some clause of the text asks for a code, a password, a card or an identity number; a warning does not."""
    plain = undisguised(text)
    whole = _marked(as_meant(plain))
    warns = bool(_NEVER.search(whole))
    if _BARE.fullmatch(whole) and not warns:
        return True
    if _OR_ELSE.search(whole) and _ASKS.search(whole):
        return True
    named = False
    for words in (_marked(as_meant(clause)) for clause in _CLAUSES.split(plain)):
        if _asks(words, warns=warns) or (named and _asks_for_it(words, whole)):
            return True
        named = named or _NAMED.search(words) is not None
    return False


def _asks_for_it(words: str, whole: str) -> bool:
    """Whether a clause after one that names something secret asks for "it"."""
    harmless = _SCREEN.search(whole) or _FORBIDS_WITHIN.search(whole)
    return _IT_TO_ME.search(words) is not None and not harmless


def _asks(words: str, *, warns: bool) -> bool:
    """Whether one clause does; `warns`: somewhere in the text something is forbidden."""
    whole = _HAND_OVER, _WHERE_IS_IT, _NUMBER_OF_CARD
    if any(pattern.fullmatch(words) for pattern in whole) or _ONLY_ME.search(words):
        return True
    pictures = (each for each in _PICTURE_OF_PAPER.finditer(words) if not means(_INTO_AN_APP, words[each.end() :]))
    asked = (each.span() for each in (*ungrouped(_ASKS, words), *pictures))
    return any(not _is_harmless(words, start, end, warns=warns) for start, end in asked)


def _is_harmless(words: str, start: int, end: int, *, warns: bool) -> bool:
    """It is forbidden here, told of somebody who is warned of, or what a machine does."""
    before, asked = words[:start], words[start:end]
    told_of = warns and _SCAMMER.search(words[:end]) is not None
    by_machine = _MACHINE.search(before) is not None and _TO_ME.search(asked) is None
    forbidden = means(_FORBIDS, _TURNS.split(before)[-1]) or _FORBIDS_WITHIN.search(asked) is not None
    return forbidden or told_of or by_machine


def _marked(words: str) -> str:
    """The same words, with a mark before those that mean something else here."""
    for pattern, marked in _MARKS:
        if pattern.search(words):
            words = pattern.sub(marked, words)
    return words


def as_meant(text: str) -> str:
    """The words as they are meant; "đừng lo" forbids nothing."""
    if _MISREAD.search(text):
        text = _NO_NEVER.sub(r"\1 x", _WORD.sub(lambda word: _SPELT.get(word[0].lower(), word[0]), text))
    spelled = spell_out(fold(text))
    words = " ".join(" ".join(_SHORT.get(word, word) for word in spelled).split())
    for said, meant in _SAID:
        if said.search(words):
            words = said.sub(meant, words)
    return (_COMFORT.sub("", words) if _COMFORT.search(words) else words).strip()
