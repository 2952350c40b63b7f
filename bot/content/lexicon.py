"""Whether each word of a line is answered in its translation: what one language changes alone is seen. Pure.

`lexicon.yaml` says by which words of the other language a word is answered. It was learnt from the lines of all guides
(`python -m tests.lexicon`), so it knows how this project translates. Negations are counted. Two lines that say the same
in words of their own stand in `equivalents.yaml`, where a reader put them.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec
from msgspec import Struct

FILE = Path(__file__).with_name("lexicon.yaml")
EQUIVALENTS = Path(__file__).with_name("equivalents.yaml")

_VARIABLE = re.compile(r"\{\{[^}]*\}\}")
_BUTTON = re.compile(r"«[^»]*»(?:\s*\([^)]*\))?")
_WORD = re.compile(r"[^\W_]+(?:['’]\w+)?")
_ASKED = re.compile(r"(?:\s+hay)?\s+(?:không|chưa)(?=\s*(?:[?.,:;!]|$|nhé|ạ|rồi))", re.IGNORECASE)
"""A question's "không": it denies nothing."""
_NO_NEGATION = re.compile(r"không thời hạn|chẳng hạn|số không|khỏi (?:bao|máy|tin)|không quá", re.IGNORECASE)
_ENDINGS = ("'s", "ing", "ed", "es", "s", "ly")
_SHORTEST_STEM = 3
_NEGATIONS = frozenset(
    {
        *("không", "chưa", "đừng", "chẳng", "khỏi", "miễn"),
        *("not", "no", "never", "nothing", "nobody", "none", "cannot", "without", "neither", "nor", "free"),
    }
)
_MAY_NEGATE = frozenset(
    {
        *("khoan", "chối", "yên"),
        *("fail", "fails", "refuse", "refuses", "refused", "disagree", "missing", "empty", "lost", "forgot", "hidden"),
        *("unsure", "unclear", "unpaid", "unread", "unable", "unless", "until", "otherwise", "nowhere", "exempt"),
    }
)
"""Words that answer a negation, or none: "If it fails" is "không được thì"."""


class Lexicon(Struct, frozen=True, forbid_unknown_fields=True):
    """Syllables that are one word together, and for each word of a language the words that answer it."""

    phrases: frozenset[str]
    vi: dict[str, frozenset[str]]
    en: dict[str, frozenset[str]]


def read(file: Path) -> Lexicon:
    """Read a lexicon. Raises OSError and msgspec.ValidationError."""
    return msgspec.yaml.decode(file.read_bytes(), type=Lexicon)


_LEXICON = read(FILE)
_EQUIVALENT = msgspec.yaml.decode(EQUIVALENTS.read_bytes(), type=frozenset[tuple[str, str]])
_TOLD_APART = 5
"""Words of a line that stands for itself; shorter ones ("Not yet") stand for many."""


def _by_line(pairs: frozenset[tuple[str, str]]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The equivalents by each of their lines."""
    found: dict[str, list[tuple[str, str]]] = {}
    for pair in sorted(pairs):
        for line in pair:
            found.setdefault(line, []).append(pair)
    return found


_READ_IN = _by_line(_EQUIVALENT)


def vietnamese_words(line: str, phrases: frozenset[str]) -> list[str]:
    """The words of a line, those of several syllables together."""
    return _joined(_syllables(_plain(line)), phrases)


def english_words(line: str) -> list[str]:
    """The stems of the words of a line."""
    return [_stem(word) for word in _syllables(line)]


def unanswered(vietnamese: str, english: str) -> Iterator[str]:
    """What to do about two lines of which one says what the other does not."""
    if (vietnamese, english) in _EQUIVALENT:
        return
    wrong = list(_wrong(vietnamese, english))
    if wrong:
        pair = json.dumps([vietnamese, english], ensure_ascii=False)
        yield (
            f"the languages say different things: {'; '.join(wrong)}. See which one is right and mend the other. "
            f"When you read both and they say the same, add this line to {EQUIVALENTS.name}: - {pair}"
        )


def _wrong(vietnamese: str, english: str) -> Iterator[str]:
    if read := _read_before(vietnamese, english):
        yield f'"{read[0]}" was read as saying "{read[1]}", and one of them is changed (both right? take that pair out)'
    plain, told_in_english = _syllables(_plain(vietnamese)), _syllables(english)
    theirs, ours = _joined(plain, _LEXICON.phrases), [_stem(word) for word in told_in_english]
    said = [f'"{word}"' for word in _missing(theirs, ours, _LEXICON.vi)]
    told = [f'"{word}"' for word in _missing(ours, [*theirs, *_syllables(vietnamese)], _LEXICON.en)]
    if said:
        yield f"the Vietnamese has {', '.join(said)}, and nothing in the English answers it"
    if told:
        yield f"the English has {', '.join(told)}, and nothing in the Vietnamese answers it"
    if not _as_often(plain, told_in_english):
        yield 'they do not deny equally often ("không", "chưa", "đừng")'


def _read_before(vietnamese: str, english: str) -> tuple[str, str] | None:
    """The pair that one of two lines was read in; of short lines, only if the other one was changed by a word."""
    for line, other in ((vietnamese, 1), (english, 0)):
        changed = (vietnamese, english)[other]
        for pair in _READ_IN.get(line, ()):
            if len(line.split()) >= _TOLD_APART or _but_for_a_word(pair[other].split(), changed.split()):
                return pair
    return None


def _but_for_a_word(one: list[str], other: list[str]) -> bool:
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return len(one) <= 1 and len(other) <= 1


def _missing(words: Sequence[str], others: Sequence[str], answers: Mapping[str, frozenset[str]]) -> list[str]:
    beside = frozenset(others)
    return [word for word in dict.fromkeys(words) if word in answers and not answers[word] & beside]


def _as_often(theirs: Sequence[str], ours: Sequence[str]) -> bool:
    """Whether two lines may have as many negations."""
    (their_least, their_most), (our_least, our_most) = _negations(theirs), _negations(ours)
    return max(their_least, our_least) <= min(their_most, our_most)


def _negations(words: Sequence[str]) -> tuple[int, int]:
    """How many negations there are, at least and at most."""
    certain = sum(word in _NEGATIONS for word in words)
    return certain, certain + sum(word in _MAY_NEGATE for word in words)


def _plain(line: str) -> str:
    """A Vietnamese line without the words that only look like a negation."""
    return _NO_NEGATION.sub(" ", _ASKED.sub(" ", line))


def _syllables(line: str) -> list[str]:
    """The words of any line without what stands on buttons and what is filled in."""
    return [word.casefold() for word in _WORD.findall(_VARIABLE.sub(" , ", _BUTTON.sub(" ", line)))]


def _joined(syllables: Sequence[str], phrases: frozenset[str]) -> list[str]:
    words: list[str] = []
    open_pair = False  # whether the last syllable ended a word of two
    for before, syllable in pairwise(("", *syllables)):
        if words and not open_pair and f"{before} {syllable}" in phrases:
            words[-1] = f"{before} {syllable}"
            open_pair = True
        else:
            words.append(syllable)
            open_pair = False
    return words


def _stem(word: str) -> str:
    word = word.replace("’", "'")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    return word.rstrip("e") if len(word) > _SHORTEST_STEM else word
