"""Whether a text says a fact no more surely than it is known. Pure."""

import re
from collections.abc import Iterator, Mapping

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
