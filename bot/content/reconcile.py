"""Whether two languages claim the same: who, where, what it costs, when, what is needed, and what not. Pure.

`concepts.yaml` says by which words. What one language claims is claimed in the same line of the other, or as often in
the whole text: a translation may move a word, not lose it. A negation stays in its line.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.content.lexicon import unanswered

_VARIABLE = re.compile(r"\{\{[-+]?\s*([\w.]+)\s*[-+]?\}\}")
_BUTTON = re.compile(r"«([^»]*)»(?:\s*\([^)]*\))?")
_WORD = re.compile(r"[^\W_]+(?:['’]\w+)?")
_NAME = re.compile(
    r"(?<!\w)(?:VNeID|VssID|iHanoi|eTax|Zalo|NFC|OTP|QR|PDF|SIM|iPhone|Android|MoMo|EVN|Wi-Fi|BIDV)(?!\w)"
)
_ASKED = re.compile(r"(?:\s+hay)?\s+(?:không|chưa)(?=\s*(?:[?.,:;!]|$|nhé|ạ|rồi))", re.IGNORECASE)
_NO_NEGATION = re.compile(r"không thời hạn|chẳng hạn|số không|khỏi (?:bao|máy|tin)", re.IGNORECASE)
_AT_MOST = re.compile(r"không quá", re.IGNORECASE)
_LIMITS = {
    "vi": re.compile(
        r"(?<!\w)(?:(trong|không quá|tối đa)|(sau|quá|hơn|trên)|(trước)|(dưới)) \{\{ (fact\.\w+) \}\}", re.IGNORECASE
    ),
    "en": re.compile(
        r"(?<!\w)(?:(within|in|takes?|up to|at most|no more than|not more than)|(after|over|above|more than|beyond)"
        r"|(before)|(under|below|less than)) \{\{ (fact\.\w+) \}\}",
        re.IGNORECASE,
    ),
}
"""On which side of a fact something is: within it, beyond it, before it, below it."""
_OWN_BUTTONS = ("Xong rồi", "Xóa hết")
"""Buttons of ours, whose words each language has for itself."""

_NOT = "not"


class _Concept(Struct, frozen=True, forbid_unknown_fields=True):
    vi: str
    in_en: str
    en: str
    in_vi: str


class _Phrases:
    """Which concepts the words of a line name, looked up word by word."""

    def __init__(self, phrases: Mapping[str, str], plural: bool) -> None:
        self._exact: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._beginnings: dict[str, set[str]] = defaultdict(set)
        self._lengths: dict[str, set[int]] = defaultdict(set)  # those of the phrases that begin with a word
        self._plural = plural
        for name, words in phrases.items():
            for phrase in filter(None, map(str.strip, words.split("|"))):
                if phrase.endswith("*"):
                    self._beginnings[phrase[:-1]].add(name)
                else:
                    first, *rest = phrase.split()
                    self._exact[(first, *rest)].add(name)
                    if rest:
                        self._lengths[first].add(1 + len(rest))
        self._of_word = cache(self._named_by)

    def named(self, words: Sequence[str]) -> frozenset[str]:
        """The concepts that these words name."""
        found: set[str] = set()
        for at, word in enumerate(words):
            found |= self._of_word(word)
            for length in self._lengths.get(word, ()):
                found |= self._exact.get(tuple(words[at : at + length]), set())
        return frozenset(found)

    def _named_by(self, word: str) -> frozenset[str]:
        forms = {word}
        if self._plural:
            forms |= {word.removesuffix(ending) for ending in ("s", "es", "'s", "’s")}
        found = {name for form in forms for name in self._exact.get((form,), ())}
        for length in range(1, len(word) + 1):
            found |= self._beginnings.get(word[:length], set())
        return frozenset(found)


class _Line(Struct, frozen=True):
    """One line: the concepts it claims, and those of the other language that its words answer."""

    text: str
    claims: frozenset[str]
    answers: frozenset[str]


def _read(file: Path) -> Mapping[str, _Concept]:
    return msgspec.yaml.decode(file.read_bytes(), type=dict[str, _Concept])


_CONCEPTS = _read(Path(__file__).with_name("concepts.yaml"))
_CLAIMS = {
    "vi": _Phrases({name: concept.vi for name, concept in _CONCEPTS.items()}, plural=False),
    "en": _Phrases({name: concept.en for name, concept in _CONCEPTS.items()}, plural=True),
}
_ANSWERS = {
    "vi": _Phrases({name: concept.in_vi for name, concept in _CONCEPTS.items()}, plural=False),
    "en": _Phrases({name: f"{concept.in_en}|{concept.vi}" for name, concept in _CONCEPTS.items()}, plural=True),
}


def differences(vietnamese: str, english: str, around: str = "") -> Iterator[str]:
    """What one of two texts claims and the other does not; `around` is what else a reader of the English sees."""
    theirs, ours = _lines(vietnamese, "vi"), _lines(english, "en")
    if len(theirs) != len(ours):
        yield f"it has {len(ours)} lines, and the Vietnamese text {len(theirs)}; let each line say what the other says."
        return
    beside = frozenset[str]().union(*(line.answers for line in _lines(around, "en")))
    for name, line in _unanswered(theirs, ours, beside):
        words = _some(_CONCEPTS[name].in_en)
        yield f'the Vietnamese says "{line}" (about {_some(_CONCEPTS[name].vi)}); nothing here says so ({words}).'
    for name, line in _unanswered(ours, theirs, frozenset()):
        words = _some(_CONCEPTS[name].in_vi)
        yield f'it says "{line}" (about {_some(_CONCEPTS[name].en)}); nothing in the Vietnamese says so ({words}).'
    for their, our in zip(theirs, ours, strict=True):
        yield from unanswered(their.text, our.text)
        if "{{ fact." in their.text:
            yield from _limit_differences(their.text, our.text)
    yield from _button_differences(vietnamese, english)
    yield from _name_differences(vietnamese, english)


def _unanswered(claims: Sequence[_Line], answers: Sequence[_Line], beside: frozenset[str]) -> Iterator[tuple[str, str]]:
    claimed = Counter(name for line in claims for name in line.claims)
    answered = Counter(name for line in answers for name in line.answers)
    for line, other in zip(claims, answers, strict=True):
        for name in sorted(line.claims - other.answers - beside):
            if name == _NOT or answered[name] < claimed[name]:
                yield name, line.text


def _limit_differences(vietnamese: str, english: str) -> Iterator[str]:
    """Facts that one language says to be a limit, and the other where something begins."""
    theirs, ours = _limits("vi", vietnamese), _limits("en", english)
    for name in sorted(theirs.keys() & ours.keys()):
        if _side(theirs[name]) != _side(ours[name]):
            yield f'it says "{ours[name][0]}", and the Vietnamese text "{theirs[name][0]}".'


def _limits(lang: str, line: str) -> Mapping[str, re.Match[str]]:
    return {found[5]: found for found in _LIMITS[lang].finditer(line)}


def _side(found: re.Match[str]) -> int:
    return next(at for at in range(1, 5) if found[at])


def _button_differences(vietnamese: str, english: str) -> Iterator[str]:
    """Buttons of screens begin with a capital: both languages name the same."""
    said, told = vietnamese.casefold(), english.casefold()
    for button in _BUTTON.findall(english):
        if button[:1].isupper() and button.casefold() not in said:
            yield f"«{button}» is not in the Vietnamese text."
    for button in _BUTTON.findall(vietnamese):
        if button[:1].isupper() and button.casefold() not in told and button not in _OWN_BUTTONS:
            yield f"«{button}» is only in the Vietnamese text."


def _name_differences(vietnamese: str, english: str) -> Iterator[str]:
    theirs, ours = set(_NAME.findall(vietnamese)), set(_NAME.findall(english))
    for their, our in zip_longest(sorted(theirs - ours), sorted(ours - theirs)):
        if their and our:
            yield f'it names "{our}", and the Vietnamese text "{their}".'


def _lines(text: str, lang: str) -> list[_Line]:
    return [
        _Line(
            line.strip(),
            _CLAIMS[lang].named(_words(_plain(line, lang), " , ")),
            _ANSWERS[lang].named(_words(_AT_MOST.sub("tối đa", line), r" \1 ")),
        )
        for line in text.splitlines()
        if line.strip()
    ]


def _plain(line: str, lang: str) -> str:
    """A line without the words that only look like a negation."""
    return _AT_MOST.sub("tối đa", _NO_NEGATION.sub(" ", _ASKED.sub(" ", line))) if lang == "vi" else line


def _words(line: str, buttons: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_VARIABLE.sub(" , ", _BUTTON.sub(buttons, line)))]


def _some(words: str) -> str:
    """The first few of the words that a concept lists."""
    return ", ".join(f'"{word.strip(" *")}"' for word in words.split("|")[:3])
