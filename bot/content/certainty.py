"""Whether a text says only numbers that are facts, and no fact more surely than it is known. Pure."""

import re
from collections.abc import Iterator, Mapping

from bot.content.guide import Mark

_VARIABLE = re.compile(r"\{\{[-+]?\s*([\w.]+)\s*[-+]?\}\}")
_BUTTON = re.compile(r"«[^»]*»")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\"'”»)\]]+|\n")

_COUNTED = (
    r"đ|₫|đồng|nghìn|ngàn|triệu|tỷ|tỉ|k|vnd|usd|dong|thousand|million|billion|percent|phần trăm|h|giờ|tiếng|phút|ngày|"
    r"tuần|tháng|năm|tuổi|hours?|minutes?|days?|weeks?|months?|years?"
)
_WORD = (
    r"(?:hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|lăm|trăm|nghìn|ngàn|triệu|tỷ|two|three|four|five|six|seven|eight|"
    r"nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand|million)"
)
_NUMBER = re.compile(
    rf"\d[\d.,]*\s*(?:%|(?:{_COUNTED})(?!\w))"  # with what it counts
    r"|(?<!\w)\d+(?:[./:,]\d+|\s?[-–]\s?\d+)+"  # a date, a time of day, a range
    r"|\d(?:[ .,-]?\d){2,}|(?<!\w)\d\d(?!\w)"  # a line to call, an age; CT01 is a name
    rf"|(?<!\w){_WORD}(?:[ -]{_WORD})*[ -](?:working )?(?:{_COUNTED})(?!\w)(?! {_WORD})"
    r"|(?<!\w)(?:một|nửa|one|half a) (?:ngày làm việc|working day)(?!\w)",
    re.IGNORECASE,
)

_ASKING: Mapping[str, str] = {
    "vi": r"(?<!không cần )(?<!khỏi )(?:kiểm tra|(?<!câu )(?<!máy )(?<!đừng )(?<!không )(?<!khỏi )hỏi|có thể)",
    "en": r"(?<!not )(?<!need to )(?<!they )(?:check|ask)|(?-i:may)",
}
_SOFTENING: Mapping[str, str] = {
    "vi": r"(?<!bình )(?<!như )thường(?! trú| trực)|khoảng|theo hướng dẫn|có khi",
    "en": r"usual|usually|often|normally|sometimes|about(?= \{\{)",
}
_WORDS_OF_DOUBT: Mapping[str, Mapping[str, str]] = {
    "check": {"vi": '"kiểm tra", "hỏi", "có thể"', "en": '"check", "ask", "may"'},
    "soft": {"vi": '"thường", "khoảng", "hỏi"', "en": '"usually", "often", "ask"'},
}


def number_faults(text: str) -> Iterator[str]:
    """Numbers that can change and stand in the text itself: digits, or words that count money, time or age."""
    for found in _NUMBER.finditer(_VARIABLE.sub(" ", text)):
        yield f'"{found[0].strip()}" is a number that can change; say it through facts.yaml.'


def certainty_faults(text: str, lang: str, marks: Mapping[str, Mark]) -> Iterator[str]:
    """Facts (`marks` by name) that the text says more surely than their mark allows.

    One marked `check` needs a word of doubt somewhere in the text; one marked `soft` in its own sentence or in one
    beside it. What stands on a button («…») is no such word.
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
    said = _BUTTON.sub(" ", _VARIABLE.sub("{{ }}", text))
    return bool(re.search(rf"(?<!\w)(?:{words})(?!\w)", said, re.IGNORECASE))
