"""Advice that must never stand anywhere, since it costs people their money, their account or their papers. Pure.

`dangers.yaml` lists it. A sentence that forbids it, or says what scammers want, is no such advice.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+|\n")
_VARIABLE = re.compile(r"\{\{[^}]*\}\}|\{%[^%]*%\}|«[^»]*»")
"""What is filled in, and what stands on a button."""
_WORD = re.compile(r"\w+")
_BETWEEN = re.compile(r" (…|\+) ")
_GAPS = {"…": r"(?: [\w'’]+){0,4} ", "+": " "}
_RUDE = "is rude"
_PROMISES = "promises what nobody promised"
_CLAUSE_END = re.compile(r",| thì ")
_BEFORE_PROMISE = 3
"""Words of its clause before a promise that may deny it. What its sentence denies besides leaves it a promise."""
_OWN_CODES = re.compile(r"(?<!\w)(?:mã|codes?|the code)(?: này| đó)?$")
"""A code of a request, which people do read out."""


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    secret: dict[str, str]
    dangers: dict[str, dict[str, list[str]]]
    forbids: dict[str, str]


class _Danger(Struct, frozen=True):
    """What is wrong with the advice, the words of which one stands in each, and the whole pattern."""

    what: str
    words: frozenset[str]
    pattern: re.Pattern[str]


def _any(words: str) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(words.strip().split('|'), key=len, reverse=True)))})"


def _danger(what: str, line: str, secret: str) -> _Danger:
    parts = _BETWEEN.split(line.replace("{secret}", secret))
    pattern = "".join(_GAPS[part] if part in _GAPS else _any(part) for part in parts)
    fewest = min((part for part in parts if part not in _GAPS), key=lambda part: part.count("|"))
    words = frozenset(_WORD.findall(choice)[0] for choice in fewest.split("|"))
    return _Danger(what, words, re.compile(rf"(?<!\w){pattern}(?!\w)"))


def _read(file: Path) -> _Table:
    return msgspec.yaml.decode(file.read_bytes(), type=_Table)


_TABLE = _read(Path(__file__).parents[1] / "dangers.yaml")
_DANGERS = {
    lang: [_danger(what, line, _TABLE.secret[lang]) for what, lines in _TABLE.dangers.items() for line in lines[lang]]
    for lang in ("vi", "en")
}
_BY_WORD = {
    lang: {word: [one for one in dangers if word in one.words] for danger in dangers for word in danger.words}
    for lang, dangers in _DANGERS.items()
}
_FORBIDS = {lang: re.compile(rf"(?<!\w){_any(words)}(?!\w)") for lang, words in _TABLE.forbids.items()}


def advice_faults(text: str, lang: str, own_codes: bool = False) -> Iterator[str]:
    """Sentences that tell their reader to do what helps scammers, breaks the law, or hurts.

    `own_codes`: whether the text may ask for codes of ours, as those that say which request is meant.
    """
    plain = _VARIABLE.sub("x", text).casefold()
    words = _BY_WORD[lang].keys() & _WORD.findall(plain)
    suspected = dict.fromkeys(danger for word in sorted(words) for danger in _BY_WORD[lang][word])
    for sentence in _SENTENCE_END.split(plain) if suspected else ():
        for danger in suspected:
            found = danger.pattern.search(sentence)
            if not found or _excused(danger, found, lang):
                continue
            if not (own_codes and _OWN_CODES.search(found[0])):
                yield f'"{found[0]}" {danger.what}; no text may say so. Say what not to do, or leave it out.'


def _excused(danger: _Danger, found: re.Match[str], lang: str) -> bool:
    """Whether the sentence forbids what it has found, or says what scammers want."""
    if danger.what == _RUDE:
        return False
    around = found.string
    if danger.what == _PROMISES:
        clause = _CLAUSE_END.split(found.string[: found.start()])[-1]
        around = " ".join((*clause.split()[-_BEFORE_PROMISE:], found[0]))
    return bool(_FORBIDS[lang].search(around))
