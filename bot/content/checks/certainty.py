"""What a text may not say by itself, since it can change: numbers in digits or in words, and addresses. Pure.

Whether a text says a fact no more surely than it is known. Pure.

Whether a step asks for one thing at a time: one tap, and no sentence that sends its reader through three. Pure.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from bot.content.guide import Mark

_VARIABLE = re.compile(r"\{\{[-+]?\s*([\w.]+)\s*[-+]?\}\}")
_BUTTON = re.compile(r"«[^»]*»")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\"'”»)\]]+|\n")

_ASKING: Mapping[str, str] = {
    "vi": r"(?<!không cần )(?<!khỏi )(?:kiểm tra|(?<!câu )(?<!máy )(?<!đừng )(?<!không )(?<!khỏi )hỏi)|(?<!YOU )có thể|"
    "có thể phải",
    "en": r"(?<!not )(?<!need to )(?<!they )(?:check|ask)|(?<!you )(?-i:may)|may (?:have|need) to",
}
_SOFTENING: Mapping[str, str] = {
    "vi": r"(?<!bình )(?<!như )thường(?! trú| trực)|khoảng|theo hướng dẫn|có khi",
    "en": r"usual|usually|often|normally|sometimes|about(?= \{\{)",
}
_WORDS_OF_DOUBT: Mapping[str, Mapping[str, str]] = {
    "check": {"vi": '"kiểm tra", "hỏi", "có thể"', "en": '"check", "ask", "may"'},
    "soft": {"vi": '"thường", "khoảng", "hỏi"', "en": '"usually", "often", "ask"'},
}


def certainty_faults(text: str, lang: str, marks: Mapping[str, Mark]) -> Iterator[str]:
    """Facts (`marks` by name) that the text says more surely than their mark allows.

    One marked `check` needs a word of doubt somewhere in the text; one marked `soft` in its own sentence or in one
    beside it. What stands on a button («…») is no such word, nor what the reader may do.
    """
    sentences = _SENTENCE_END.split(text)
    doubtful = _says(_ASKING[lang], text)
    for at, sentence in enumerate(sentences):
        around = " ".join(sentences[max(0, at - 1) : at + 2])
        for name in _VARIABLE.findall(sentence):
            mark = marks.get(name.removeprefix("fact.")) if name.startswith("fact.") else None
            if mark == "check" and not doubtful:
                words = _WORDS_OF_DOUBT["check"][lang]
                yield f'fact "{name}" is not certain; tell people to check or ask as well ({words}).'
            if mark == "soft" and not _says(f"{_SOFTENING[lang]}|{_ASKING[lang]}", around):
                words = _WORDS_OF_DOUBT["soft"][lang]
                yield f'fact "{name}" is soft; say so in the same sentence or beside it ({words}).'


def _says(words: str, text: str) -> bool:
    said = _BUTTON.sub(" ", _VARIABLE.sub(lambda name: "YOU" if name[1].lower() == "you" else "{{ }}", text))
    return bool(re.search(rf"(?<!\w)(?:{words})(?!\w)", said, re.IGNORECASE))


SENTENCE_ACTIONS = 2

_STOP = re.compile(r"(?<=[.!?…;])\s+|\n")
_PRESSED = re.compile(r"«[^»]*»")
_ACTIONS: Mapping[str, str] = {
    "vi": "bấm|nhấn|chạm|chọn|gõ|mở|quét|vuốt|kéo|điền|nhập|tải|cài|đánh dấu|gửi|chụp|chép|ghi|đọc|xem|tìm|vào|áp|soi|"
    "đăng nhập|cập nhật|tắt|bật",
    "en": "tap|press|choose|select|type|open|scan|swipe|drag|fill|enter|download|install|tick|send|take|copy|write|"
    "read|look|find|go|log in|sign in|hold|update|turn",
}
_BEFORE: Mapping[str, str] = {
    "vi": r"(?:^|,\s*|\s(?:rồi|và|sau đó|xong)\s+)(?:rồi |sau đó |và |hãy |thì |đến )?",
    "en": r"(?:^|,\s*|\s(?:then|and)\s+)(?:then |and |please )*",
}
_ACTION = {
    lang: re.compile(rf"{_BEFORE[lang]}({verbs})(?!\w)", re.IGNORECASE | re.MULTILINE)
    for lang, verbs in _ACTIONS.items()
}
_TAP: Mapping[str, re.Pattern[str]] = {
    "vi": re.compile(
        r"(?<!hoặc )(?<!hay )(?<!đừng )(?<!chưa )(?<!không )(?<!khi )(?<!đã )(?<!tay )(?<!phải )(?<!hãy )"
        r"(?<!\w)(?:bấm|nhấn|chạm|chọn|đánh dấu|(?:rồi|,|đến|xong) (?=«))(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?<!or )(?<!not )(?<!you )(?<!to )(?<!\w)(?:tap|press|choose|select|tick|click|(?:then|,|and) (?=«))(?!\w)",
        re.IGNORECASE,
    ),
}
_PERHAPS: Mapping[str, re.Pattern[str]] = {
    "vi": re.compile(r"thì(?: (?:hãy|cứ|thường|lại|mới))* $", re.IGNORECASE),
    "en": re.compile(r"\b(?:if|when|where|unless)\b[^.!?]*$", re.IGNORECASE),
}
"""What stands before a tap that is one of several ways, of which each reader takes one."""


def action_faults(text: str, lang: str) -> Iterator[str]:
    """Says where a text asks for more than one tap, or a sentence of it for more than SENTENCE_ACTIONS things.

    Taps that stand for each other («nếu … thì bấm …», «hoặc bấm …») are one; what stands on a button is none.
    """
    plain = _PRESSED.sub("«»", text)
    taps = [bool(_PERHAPS[lang].search(plain, 0, found.start())) for found in _TAP[lang].finditer(plain)]
    count = taps.count(False) + any(taps)
    if count > 1:
        yield f"the step asks for {count} taps; make a step of each."
    for sentence in _STOP.split(plain):
        actions = _ACTION[lang].findall(sentence.strip())
        if len(actions) > SENTENCE_ACTIONS:
            said = ", ".join(f'"{action}"' for action in actions)
            yield f"one sentence asks for {len(actions)} things ({said}); at most {SENTENCE_ACTIONS}, better one."


_NUMBER_VARIABLE = re.compile(r"\{\{[-+]?\s*[\w.]+\s*[-+]?\}\}")
_GLUED = re.compile(
    r"[\w@./:-]*[\w@/-]\{\{[-+]?\s*[\w.]+\s*[-+]?\}\}|\{\{[-+]?\s*[\w.]+\s*[-+]?\}\}(?:[\w@/{]|[.:-][\w{])"
)
_CITY = "tp.hcm"

_COUNTED = (
    r"đ|₫|đồng|nghìn|ngàn|triệu|tỷ|tỉ|k|vnd|usd|dong|thousand|million|billion|percent|phần trăm|h|giờ|tiếng|phút|ngày|"
    r"hôm|buổi|tuần|tháng|quý|năm|tuổi|hours?|minutes?|days?|weeks?|months?|years?"
)
_DIGIT = "một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín|one|two|three|four|five|six|seven|eight|nine"
_LARGE = "chục|trăm|nghìn|ngàn|triệu|tỷ|tỉ|hundred|thousand|million|billion|dozen"
_WORD = (
    rf"(?:hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín|mười|mươi|lăm|rưỡi|two|three|four|five|six|seven|eight|nine|ten|{_LARGE}|"
    r"eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
_MONTHS = "January|February|March|April|June|July|August|September|October|November|December"
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_IN_DIGITS = (
    rf"\d[\d.,]*\s*(?:%|(?:{_COUNTED})(?!\w))",  # with what it counts
    r"\d(?:[ .,-]?\d){2,}",  # a line to call
    r"[\w./:-]*\d(?:[\w./:-]*\w)?",  # a date, an age, a form, an article of a law
    r"(?<!\w)(?-i:[IVX]{2,})(?!\w)",
)
_IN_WORDS = (
    rf"(?<!một ){_WORD}(?:[ -]{_WORD})*[ -](?:working )?(?:{_COUNTED})(?!\w)(?! {_WORD})",
    r"(?:một|nửa|one|half a) (?:ngày làm việc|working day)",
    r"a fortnight|nửa tháng|nửa năm|half a year",
    rf"(?:một|vài|mấy|an?|one) (?:{_LARGE})|(?:{_WORD}[ -])+(?:mươi|lăm|rưỡi|{_LARGE})|mười {_WORD}",
    r"eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty",
    rf"(?:{_DIGIT}) phần (?:{_DIGIT}|mười)|(?:{_DIGIT}) (?:nhân|phẩy|by) (?:{_DIGIT})",
    r"halved|an? (?:half|third|quarter|fifth|tenth)|(?:còn|giảm|bớt) (?:một )?nửa",
    rf"(?:quá|hơn|tối đa|đủ|after|more than|at most) {_WORD} (?:lần|times|tries)",
    rf"(?:không|lẻ|zero|{_DIGIT})(?: (?:không|lẻ|zero|{_DIGIT})){{2,}}",  # a line to call, read aloud
    rf"(?:tháng|ngày|mồng|mùng|quý|điều|khoản|phím|nhánh|article|key) (?:{_DIGIT}|mười|ten)",
    rf"thứ (?:hai|ba|tư|năm|sáu|bảy|bẩy)|(?-i:{_MONTHS}|{_DAYS})",
)
_ANY_WORDS = "|".join(f"(?:{words})" for words in _IN_WORDS)
_NUMBER = re.compile("|".join([*_IN_DIGITS, rf"(?<!\w)(?:{_ANY_WORDS})(?!\w)"]), re.IGNORECASE)
_HOST = re.compile(
    r"https?://(?P<url>[^\s/?#]+)|(?<![\w.-])(?P<bare>(?:[a-z0-9-]+\.)+[a-z]{2,24})(?![\w-])"
    r"|(?P<spelled>\b\w+ ?(?:\(?(?:\.|chấm|dot)\)?) ?(?:gov|com|vn|net|org|info|me)\b|\bgov\b)",
    re.IGNORECASE | re.ASCII,
)


def number_faults(text: str, names: Collection[str]) -> Iterator[str]:
    """Numbers and addresses that stand in the text itself; `names` are the words with a digit that are no number."""
    for glued in _GLUED.finditer(text) if "{{" in text else ():
        yield f'"{glued[0]}" is one word with what is filled in; put a space between them.'
    plain = unicodedata.normalize("NFKC", _NUMBER_VARIABLE.sub(" ", text))
    if not plain.replace("\n", " ").isprintable() and any(unicodedata.category(letter) == "Cf" for letter in plain):
        yield "there is a letter that nobody can see; write the text anew."
    for host in _hosts(plain):
        yield f'"{host}" is an address that can change; say it through facts.yaml.'
    for found in _NUMBER.finditer(_any_of(tuple(names)).sub(" ", _HOST.sub(" ", plain))):
        yield f'"{found[0].strip()}" is a number that can change; say it through facts.yaml.'


def _hosts(text: str) -> Iterator[str]:
    for found in _HOST.finditer(text):
        host = found[0].casefold()
        if host != _CITY:
            yield host


@lru_cache(16)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)" if names else r"(?!)"
    return re.compile(pattern, re.IGNORECASE)
