"""The words that work everywhere, as people type them: folded, so diacritics and case do not matter."""

from collections.abc import Mapping
from typing import Literal, cast

from bot.nlu.normalise import words_of
from bot.nlu.patterns import compiled, composed, means

Command = Literal[
    "menu",
    "back",
    "help",
    "repeat",
    "person",
    "resume",
    "stop",
    "mine",
    "erase",
    "english",
    "vietnamese",
    "start",
    "screen",
    "address",
    "visit",
    "visits",
    "request",
    "beside",
    "bring",
    "listen",
]

_SPEAK = ("", "noi ", "bang ", "noi bang ", "doi sang ", "chuyen sang ")

_WORDS: Mapping[Command, tuple[str, ...]] = {
    "menu": ("0", "menu", "trang chu", "ve menu", "menu chinh", "ve menu chinh", "main menu", "muc luc"),
    "back": ("9", "quay lai", "lui lai", "tro lai", "quay ve", "back", "go back"),
    "help": ("giup", "giup toi", "giup voi", "tro giup", "help", "help me"),
    "repeat": ("lap lai", "nhac lai", "noi lai", "doc lai", "repeat", "say again", "again"),
    "person": ("gap nguoi", "gap nguoi giup", "gap nguoi that", "cho gap nguoi", "cho toi gap nguoi",
               "toi muon gap nguoi", "muon gap nguoi", "xin gap nguoi", "can gap nguoi", "goi nguoi", "goi nguoi giup",
               "can nguoi giup", "gap tinh nguyen vien", "tinh nguyen vien", "person", "human", "talk to a person",
               "a person"),
    "resume": ("tiep tuc", "tiep", "lam tiep", *(f"{verb}{work}" for verb in ("tiep tuc ", "lam tiep ", "") for work in
                                              ("viec cu", "viec dang do", "viec dang lam", "viec dang lam do")),
               "continue", "go on"),
    "stop": ("dung", "dung lai", "dung nhan", "ngung", "ngung lai", "ngung nhan", "thoi", "stop"),
    "mine": ("cua toi", "du lieu cua toi", "thong tin cua toi", "my data", "mine", "what you keep"),
    "erase": ("xoa", "xoa du lieu", "xoa het", "xoa thong tin", "delete", "delete it", "erase"),
    "english": (*(f"{say}tieng anh" for say in _SPEAK), "english", "in english", "speak english", "english please",
                "do you speak english", "i speak english",
                *(f"i {no} {do} vietnamese" for no in ("don t", "dont", "do not", "can t", "cannot")
                  for do in ("speak", "understand", "read"))),
    "vietnamese": (*(f"{say}tieng viet" for say in _SPEAK), "vietnamese"),
    "start": ("start", "bat dau"),
    "address": ("xung ho", "cach xung ho", "doi xung ho", "doi cach xung ho", "doi cach goi", "goi sai roi",
                "address me"),
    "visit": ("hen", "dat lich", "dat hen", "dat lich hen", "hen gap", "hen lich", "xin hen", "khong di duoc",
              "khong di lai duoc", "den nha giup", "den tan nha", "giup tai nha", "hen den nha",
              "dat hen den nha", "dat lich den nha", "dat lich hen den nha", "dat lich tai nha", "appointment", "book",
              "book an appointment", "make an appointment", "home visit", "come to my home"),
    "visits": ("lich hen", "lich hen cua toi", "hen cua toi", "xem lich hen", "huy hen", "huy lich", "huy lich hen",
               "bo hen", "doi hen", "doi lich", "doi lich hen", "my appointment", "my appointments", "appointments",
               "cancel appointment", "cancel my appointment", "cancel the appointment", "cancel visit"),
    "request": ("yeu cau cua toi", "xem yeu cau", "xem yeu cau cua toi", "yeu cau sao roi", "my request",
                "my requests"),
    "beside": ("giup nguoi ben canh", "giup nguoi ngoi canh", "giup nguoi canh ben", "beside"),
    "bring": ("mang gi", "can mang gi", "can mang theo gi", "can mang nhung gi", "phai mang gi", "phai mang theo gi",
              "phai mang nhung gi", "mang theo gi", "mang nhung gi", "mang giay gi", "can giay gi", "can giay to gi",
              "can nhung giay to gi", "can chuan bi gi", "danh sach can mang",
              "gui cho con", "gui danh sach cho con", "gui danh sach can mang", "send the list", "what to bring",
              "what do i bring", "what do i need to bring", "what should i bring", "what do i need", "checklist"),
    "listen": ("nghe", "nghe doc", "nghe lai", "nghe thu", "cho nghe", "bam nghe", "doc to", "doc to len", "doc len",
               "doc buoc nay", "listen", "read aloud", "read it aloud", "read to me", "read it to me",
               "read it out", "listen again"),
    "screen": ("man hinh khac", "khac man hinh", "man hinh cua toi khac", "man hinh toi khac",
               "my screen looks different", "different screen", "screen looks different"),
}  # fmt: skip

COMMANDS: Mapping[str, Command] = {word: command for command, words in _WORDS.items() for word in words}

_ME = r"(?:toi|bac|co|chu|anh|chi|ba|ong|minh|em|chau)"
_WAYS: tuple[tuple[Command, str], ...] = (
    ("person", (
        rf"(?:(?:muon|xin|can|nho|duoc|phai|hay|cho|chuyen|ket noi)(?: {_ME})? )*(?:gap|noi chuyen|hoi)(?: truc tiep)?"
        r"(?: voi)?(?: mot)? (?:nguoi(?: that| giup| truc)?|can bo|tinh nguyen vien|nhan vien|ai do)(?: phuong| that)*"
        rf"|(?:co )?ai (?:giup|do)(?: {_ME})?(?: khong)?|goi(?: dien thoai| dien| lai| cho)+(?: {_ME})?|call me"
        r"|(?:bao gio|khi nao|luc nao) (?:moi )?(?:co )?(?:nguoi|ai)(?: \S+){0,4}"
        r"|(?:i |can i |let me |may i )*(?:want |need |would like |like )*(?:to )?(?:talk|speak) (?:to|with) "
        r"(?:a |an )?(?:real |human )?(?:person|human|someone|somebody|staff)"
    )),
    ("visit", (
        rf"(?:(?:toi |bac |chau )?(?:muon|xin|can|cho|nho|hay)(?: {_ME})? )*"
        rf"(?:(?:dat|lay|xin)(?: mot)? (?:lich|hen|lich hen|cuoc hen|gio hen)(?: gap)?(?: nguoi)?(?: giup)?"
        r"|(?:co )?(?:ai|nguoi|tinh nguyen vien)(?: nao)?(?: cua to)? (?:den|toi|sang|qua)(?: tan)? nha"
        rf"(?: giup)?(?: {_ME})?"
        rf"|(?:den|toi|sang|qua)(?: tan)? nha(?: {_ME})? (?:giup|huong dan|chi)(?: {_ME})?)(?: duoc)?(?: khong)?"
        rf"|(?:(?:{_ME}|gia|yeu|om|dau|chan|benh|qua|lam|nen) )*(?:khong|ko|k) (?:di|di lai)(?: duoc| dc)(?: dau)?"
        r"|(?:i want |i would like |can i |please )*(?:to )?(?:book|make|get) (?:a |an )?(?:appointment|visit)"
        r"|can (?:someone|somebody|you) come to my (?:home|house)"
    )),
    ("visits", (
        rf"(?:(?:{_ME}|ban|ban roi) )*(?:khong|ko|k) den (?:duoc|dc)(?: nua)?|i (?:cannot|can t|cant) come"
    )),
    ("request", (
        rf"(?:{_ME} )?(?:(?:hien|dang|con|da) )*co (?:yeu cau|viec)(?: gap nguoi)? (?:nao|gi)(?: dang cho| chua xong)?"
        r"(?: khong| ko| k)?"
        rf"|(?:cai )?yeu cau(?: gap nguoi| nho giup)?(?: cua {_ME})?(?: luc nay| hom qua| hom truoc)?"
        r" (?:(?:den|toi) dau|(?:ra )?sao|the nao|co ai nhan chua|xong chua)(?: roi)?"
        r"|(?:do i have|is there) (?:a|an|any) (?:open )?request|(?:what about|where is|how is) my request"
    )),
    ("listen", (
        rf"(?:(?:muon|can|xin|nho|hay|cho|duoc)(?: {_ME})? )*(?:nghe(?: doc)?(?: buoc nay)?"
        rf"|doc(?: to| len| ra| buoc nay| cai nay| giup| ho| lai)*(?: cho)?(?: {_ME})? nghe(?: di| voi)?)"
        r"|(?:can you |please )*(?:read|say) (?:it|this|the step)(?: out| aloud)?(?: to me| for me)"
    )),
    ("erase", (
        rf"(?:(?:muon|xin|can|nho|hay|yeu cau)(?: {_ME})? )*xoa(?: (?:het|sach|toan bo|tat ca|giup|ho|moi|cac|nhung))*"
        rf"(?: (?:du lieu|thong tin)(?: ca nhan)?)?(?: cua(?: {_ME})?| ve {_ME})?(?: di| luon)?"
        r"|(?:i want |i would like |can you |please )*(?:to )?(?:delete|erase|remove)(?: all)?(?: of)?"
        r" (?:everything|my (?:personal )?(?:data|information|info))(?: please)?"
    )),
    ("address", rf"(?:hay |dung )?goi {_ME} (?:la|bang) \S+(?: (?:noi|ngoai|ba|ong))?"),
    ("stop", (
        r"(?:(?:^| )(?:(?:thoi )?de (?:mai|hom khac|luc khac|khi khac|sau|hom sau)(?: lam| tinh)?(?: tiep)?"
        rf"|mai (?:lam|tinh)(?: tiep)?|(?:thoi )?(?:{_ME} )?met(?: qua| lam)?(?: roi)?|nghi da|thoi khong can"
        r"|(?:thoi )?(?:khong|ko) (?:muon )?lam nua|tam biet|bai bai"
        r"|later|tomorrow|not now|bye|goodbye|i (?:am|m) tired))+"
    )),
)  # fmt: skip
"""Commands that people say in many ways, each as the whole of a text without its polite words."""
_SAID = compiled("|".join(f"(?P<{command}>{ways})" for command, ways in _WAYS))

_SPELT: Mapping[str, frozenset[str]] = {
    "dung": frozenset({"dừng"}),  # "đúng", "dùng" and "đừng" mean something else
    "thoi": frozenset({"thôi"}),
    "tiep": frozenset({"tiếp"}),
}
"""Commands that another word looks like once diacritics are gone: written with diacritics, they must be these."""


_POLITE_FIRST = frozenset({"da", "vang", "u", "uh", "oi", "troi", "toi", "bac", "chu", "anh", "chi", "ong", "minh",
                           "chau", "em", "ban", "may"})  # fmt: skip
_POLITE_LAST = frozenset({"a", "nhe", "nha", "oi", "chau", "em", "con", "ban", "bac", "ha", "nhi", "the", "vay", "di",
                          "voi", "please"})  # fmt: skip


def bare(plain: str) -> str:
    """`plain` without the polite words around it: "dạ xong rồi cháu ạ" is "xong roi"."""
    words = plain.split()
    while len(words) > 1 and words[0] in _POLITE_FIRST:
        words.pop(0)
    return without_polite_end(" ".join(words))


def without_polite_end(plain: str) -> str:
    """`plain` without the polite words after it: "gọi chị nhé" is "goi chi"."""
    words = plain.split()
    while len(words) > 1 and words[-1] in _POLITE_LAST:
        words.pop()
    return " ".join(words)


def command_in(text: str, plain: str) -> Command | None:
    """The command that `text` is, where `plain` is its folded form; polite words around it change nothing."""
    word = plain if plain in COMMANDS else bare(plain)
    command = COMMANDS.get(word)
    if command is None:
        said = _SAID.fullmatch(word) or (_SAID.fullmatch(plain) if plain != word else None)
        return cast("Command", said.lastgroup) if said else None
    if word not in _SPELT or (word == plain and text.isascii()):
        return command
    return command if _is_spelt(word, text) else None


_DONE = frozenset({"xong", "xong roi", "lam xong roi", "ok", "oke", "okay", "roi", "duoc", "duoc roi", "da xong",
                   "vang", "done", "next", "yes", "ok roi", "dc", "dc roi", "tiep theo", "it worked",
                   "it is done"})  # fmt: skip
_NOT_DONE = frozenset({"chua", "chua duoc", "khong duoc", "ko duoc", "khong", "ko", "k duoc", "bi ket", "ket",
                       "chua xong", "no", "not yet", "stuck", "hong duoc", "chua dc", "ko dc", "did not work",
                       "it did not work", "it didn t work"})  # fmt: skip
_YES = frozenset(
    {"co", "vang", "da", "da vang", "da co", "ok", "oke", "okay", "dong y", "yes", "u", "uh", "dung roi", "dung vay"}
)
_NO = frozenset({"khong", "khong can", "ko", "k", "hong", "no", "khong dong y", "khoi", "thoi khoi", "khong can dau"})

ANSWERS: Mapping[str, frozenset[str]] = {
    "next": _DONE,
    "stuck": _NOT_DONE,
    "solved": _DONE,
    "unsolved": _NOT_DONE,
    "right": _YES | {"dung", "dung the", "phai", "phai roi", "chinh xac", "chuan", "chuan roi", "right", "correct"},
    "wrong": _NO | {"sai", "sai roi", "nham", "nham roi", "khong phai", "khong dung", "chua dung", "wrong", "noi lai"},
    "yes": _YES
    | {"roi", "duoc roi", "duoc", "da duoc", "xong", "xong roi", "lam xong roi", "da xong", "done", "it worked"},
    "no": _NO | {"chua", "chua duoc", "khong duoc"},
    "agree": _YES,
    "refuse": _NO,
    "ask": _YES,
    "retry": _NO,
    "resume": _YES,
    "erase": _YES,
    "keep": _NO,
    "understood": _YES
    | _DONE
    | {"hieu roi", "toi hieu", "toi hieu roi", "biet roi", "toi biet roi", "ro roi", "toi ro roi", "roi"}
    | {"i understand", "understood", "got it", "i see"},
}
"""What people say for the choices that the bot itself offers, by choice id."""

_DID = compiled(
    rf"(?:da |cung |{_ME} )*"
    r"(?:bam|go|nhap|mo|vao|thay|gui|chon|cai|tai|quet|chup|doc|lam|dang nhap|xac nhan|an|dien|viet|goi|bat|tat|keo"
    r"|vuot|cham|xem|hien|ve|den|xong)(?: \S+){0,4} (?:roi|xong)(?: roi)?"
    r"|i (?:have |did |ve )?(?:done|did|finished|pressed|tapped|opened|typed|sent)(?: \S+){0,3}"
)
"""What was to be done was done: "gõ mật khẩu xong rồi"."""
_ONCE_DONE = ("next", "understood")
_WENT_WRONG = compiled(r"\b(?:khong|chua|ko|k|sai|loi|nham|mat( khau)?|hong|quen|gi|sao|dau|nao|bi|van|ma)\b")
"""Something went wrong meanwhile, or it is a question."""


def says(choice: str, plain: str, text: str) -> bool:
    """Whether `plain`, folded from `text`, is what people say for this choice; what is spelt as a command is none."""
    if choice in _ONCE_DONE and _DID.fullmatch(plain) and not means(_WENT_WRONG, plain):
        return True
    return plain in ANSWERS.get(choice, ()) and not (plain in _SPELT and _is_spelt(plain, text))


def _is_spelt(word: str, text: str) -> bool:
    """Whether a word that another looks like is written as the command, with diacritics."""
    return bool(_SPELT[word].intersection(words_of(composed(text).lower())))
