"""Whether each word of a line is answered in its translation: what one language changes alone is seen. Pure.

`lexicon.yaml` says by which words of the other language a word is answered. It was learnt from the lines of all guides
(`python -m tests.lexicon`), so it knows how this project translates. Negations are counted. Two lines that say the same
in words of their own stand in `equivalents.yaml`, where a reader put them.

Whether Vietnamese is written right: every word a syllable that can be, no sign lost or wrong. Pure.

Which word stands beside which is learnt from all guides. A word that was never seen between its neighbours has lost a
sign where the same letters with more signs stand there often, and has a wrong letter where a long word that differs by
one does.
"""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.content.guide import Words
from bot.nlu.normalise import fold

FILE = Path(__file__).parents[1] / "lexicon.yaml"
EQUIVALENTS = Path(__file__).parents[1] / "equivalents.yaml"

_LEXICON_VARIABLE = re.compile(r"\{\{[^}]*\}\}")
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
    return [word.casefold() for word in _WORD.findall(_LEXICON_VARIABLE.sub(" , ", _BUTTON.sub(" ", line)))]


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


_VARIABLE = re.compile(r"\{\{[^}]*\}\}")
_LETTERS = re.compile(r"[^\W\d_]+")
_APART = re.compile(r"[^\w\s]+|\n")
_TONES = {"\u0301", "\u0300", "\u0309", "\u0303", "\u0323"}
_OF_STOPS = {"\u0301", "\u0323"}
"""The tones of a syllable that ends in c, ch, p or t."""
_ONSETS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnprstvx", "")
_SEEN_OFTEN, _SEEN_ALWAYS = 3, 6
_KNOWN_WORD = 3
_LONG, _SEEN_SPELT = 4, 5
"""Letters of a word that may be another one with a wrong letter, and how often that one stands there."""


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    foreign: str
    right: tuple[str, ...]
    rhymes: str


def _read(file: Path) -> _Table:
    return msgspec.yaml.decode(file.read_bytes(), type=_Table)


_TABLE = _read(Path(__file__).parents[1] / "spelling.yaml")
_RHYMES = frozenset(_TABLE.rhymes.split())
_FOREIGN = frozenset(_TABLE.foreign.split())
_RIGHT = frozenset(tuple(pair.split()) for pair in _TABLE.right)


class Usage:
    """Which words guides use, and which stand side by side."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        alike: defaultdict[str, set[str]] = defaultdict(set)
        almost: defaultdict[str, set[str]] = defaultdict(set)
        for text in texts:
            for words in _phrases(text):
                self._words.update(words)
                self._pairs.update(pairwise(words))
        for word in self._words:
            alike[fold(word)].add(word)
            for gap in _gaps(word):
                almost[gap].add(word)
        self._alike, self._almost = alike, almost

    def meant(self, before: str, word: str, after: str) -> str:
        """The word with more signs that was meant between two others; empty where this one is right."""
        if self._pairs[before, word] > 1 or self._pairs[word, after] > 1 or {(before, word), (word, after)} & _RIGHT:
            return ""
        signs = _signs(word)
        richer = [other for other in self._alike.get(fold(word), set()) if other != word and _signs(other) >= signs]
        best = max(richer, key=lambda other: self._beside(before, other, after), default="")
        own = self._words[word] - 1
        if best and self._beside(before, best, after) >= (_SEEN_OFTEN if own < _KNOWN_WORD else _SEEN_ALWAYS):
            return best
        commonest = max(richer, key=lambda other: self._words[other], default="")
        if not signs and not own and self._words[commonest] > _SEEN_ALWAYS:
            return commonest
        return "" if own >= _KNOWN_WORD else self._spelt(before, word, after)

    def _spelt(self, before: str, word: str, after: str) -> str:
        """The word that stands between these two often and differs by one letter from this one."""
        others = {other for gap in _gaps(word) for other in self._almost.get(gap, ()) if fold(other) != fold(word)}
        best = max(others, key=lambda other: self._beside(before, other, after), default="")
        return best if best and self._beside(before, best, after) >= _SEEN_SPELT else ""

    def _beside(self, before: str, word: str, after: str) -> int:
        return self._pairs[before, word] + self._pairs[word, after]


def vietnamese(words: Words) -> Iterator[str]:
    """The texts of a guide in Vietnamese that speak to their reader."""
    yield from (words.title, *words.bring)
    for step in words.steps.values():
        yield from (step.text, step.calm, step.alt, *step.labels.values())
    for trouble in words.troubles.values():
        yield from (trouble.label, trouble.say)


def spelling_faults(text: str, usage: Usage, names: Collection[str]) -> Iterator[str]:
    """Words of a Vietnamese text that cannot be, or that lost a sign; `names` are foreign words in small letters."""
    for words in _phrases(text):
        for before, word, after in zip(("", *words), words, (*words[1:], ""), strict=False):
            if not is_vietnamese(word) and word not in _FOREIGN and word not in names:
                yield f'"{word}" is no Vietnamese word; mend it, or write it under "foreign" in spelling.yaml.'
            elif meant := usage.meant(before, word, after):
                said = " ".join(filter(None, (before, word, after)))
                yield f'"{said}" may be misspelt ("{meant}"); what is right stands under "right" in spelling.yaml.'


@cache
def is_vietnamese(word: str) -> bool:
    """Whether a word in small letters is a syllable of Vietnamese, its tone included."""
    apart = unicodedata.normalize("NFD", word)
    tones = [sign for sign in apart if sign in _TONES]
    plain = unicodedata.normalize("NFC", "".join(sign for sign in apart if sign not in _TONES))
    if len(tones) > 1:
        return False
    for onset in _ONSETS:
        if plain.startswith(onset):
            rhyme = plain[len(onset) :]
            if rhyme in _RHYMES and _goes(onset, rhyme):
                return not rhyme.endswith(("c", "ch", "p", "t")) or bool(_OF_STOPS.intersection(tones))
    return False


def _goes(onset: str, rhyme: str) -> bool:
    """Whether these letters stand before this vowel: k, gh and ngh before e and i, c, g and ng elsewhere."""
    if onset in ("k", "gh", "ngh", "c", "g", "ng"):
        return (rhyme[0] in "ieêy") == (onset in ("k", "gh", "ngh") or (onset == "g" and rhyme[0] == "i"))
    return True


def _gaps(word: str) -> Iterator[str]:
    """A long word without its signs, with each of its letters left open in turn."""
    plain = fold(word)
    if len(plain) >= _LONG:
        yield from (f"{plain[:at]}_{plain[at + 1 :]}" for at in range(len(plain)))


def _signs(word: str) -> int:
    return sum(map(bool, map(unicodedata.combining, unicodedata.normalize("NFD", word)))) + word.count("đ")


def _phrases(text: str) -> list[list[str]]:
    plain = unicodedata.normalize("NFC", _VARIABLE.sub(" . ", text)).casefold()
    return [words for part in _APART.split(plain) if (words := _LETTERS.findall(part))]
