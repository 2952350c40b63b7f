"""What a text may not say by itself, since it can change: numbers in digits or in words, and addresses. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

_VARIABLE = re.compile(r"\{\{[-+]?\s*[\w.]+\s*[-+]?\}\}")
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
    plain = unicodedata.normalize("NFKC", _VARIABLE.sub(" ", text))
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
