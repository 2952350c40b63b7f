"""An answer in other words than the choices on screen: "tôi dùng samsung" where one is "Samsung, Oppo, máy khác".

Only a clear answer counts: most of what was said stands in one label, some of that in no other, and nothing in the
label is denied. Who says "không mất" has not said "mất". A question is no answer.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat

from bot.nlu.normalise import fold, words_of
from bot.nlu.patterns import compiled, composed

LONGEST = 12
"""Who says more words tells a tale."""
_FITS = 0.5
"""How much of what was said must stand in the label, times how much of one part of the label was said; both by how rare
the words are."""
_TELLING = 3.0
"""How rare (`Seen.rarity`) the words must be together that stand in this label alone, unless nothing else is said."""
_LEAD = 2.0
"""How many times what speaks for any other label that must be."""

_NOT = frozenset({"khong", "chua", "chang", "not", "without", "don", "doesn", "cannot"})
_ASKING = frozenset({"gi", "sao", "dau", "nao", "what", "where", "how", "which", "why"})
_SAY_NOTHING = frozenset({
    "toi", "minh", "bac", "chu", "chau", "em", "ong", "a", "u", "da", "vang", "nhe", "nha", "oi", "day", "ay", "thoi",
    "roi", "lam", "la", "thi", "ma", "cua", "dang", "bi", "rang", "va", "cung", "hoac", "dung", "van", "con", "luon",
    "no", "i", "my", "me", "an", "is", "it", "am", "are", "has", "have", "of", "on", "to", "t", "s", "and", "or",
})  # fmt: skip
_CLAUSE = compiled(r"[,.;:!?\n]+|\b(?:hoặc|or)\b")

Read = Callable[[str], Sequence[str]]
"""Makes the words of a text comparable."""


def clearly_chosen(text: str, labels: Sequence[str], read: Read, rarity: Callable[[str], float]) -> int | None:
    """Which of the labels `text` clearly chooses, counted from 0; None where none is clear."""
    said = _terms(text, read)
    if not said or len(text.split()) > LONGEST or _asks(text, read):
        return None
    shared = [_shared(text, said, label, read) for label in labels]

    def weight(terms: Iterable[str]) -> float:
        return sum(map(rarity, terms))

    alone = [weight(term for term in mine if sum(map(set.__contains__, shared, repeat(term))) == 1) for mine in shared]
    *_, others, best = sorted([0.0, 0.0, *alone])
    if not best or best < _LEAD * others:
        return None
    at = alone.index(best)
    if said == _terms(labels[at], read):
        return at
    parts = filter(None, (_terms(part, read) for part in _CLAUSE.split(labels[at])))
    in_label = weight(shared[at]) / weight(said)
    of_label = max(weight(part & shared[at]) / weight(part) for part in parts)
    return at if best >= _TELLING and in_label * of_label >= _FITS else None


def _terms(text: str, read: Read) -> set[str]:
    """The telling words of a text; those after a "not" marked as denied, up to the end of the clause."""
    found: set[str] = set()
    for clause in _CLAUSE.split(text):
        denied = False
        for word in read(clause):
            denied = denied or word in _NOT
            if word not in _SAY_NOTHING and word not in _NOT:
                found.add(f"!{word}" if denied else word)
    return found


def _asks(text: str, read: Read) -> bool:
    words = [word for word in read(text) if word not in _SAY_NOTHING]
    return bool(words) and (words[-1] in _NOT or text.rstrip().endswith("?"))


def _shared(text: str, said: set[str], label: str, read: Read) -> set[str]:
    """What was said and stands in the label; nothing where one denies the other, or asks and the other does not."""
    known = _terms(label, read)
    if not known.isdisjoint(map(_turned, said)) or not (said & _ASKING) <= known:
        return set()
    spelt, written = _spelt(text), _spelt(label)
    return {term for term in said & known if not _differ(spelt.get(_bare(term)), written.get(_bare(term)))}


def _bare(term: str) -> str:
    return term.removeprefix("!")


def _turned(term: str) -> str:
    return _bare(term) if term.startswith("!") else f"!{term}"


def _differ(spelt: set[str] | None, written: set[str] | None) -> bool:
    """Whether both were written with diacritics, and otherwise."""
    return bool(spelt and written and spelt.isdisjoint(written))


def _spelt(text: str) -> dict[str, set[str]]:
    """By folded word, how it was written with diacritics, wherever on the syllable the tone was set."""
    spelt: dict[str, set[str]] = {}
    for word in words_of(composed(text).lower()):
        if not word.isascii():
            spelt.setdefault(fold(word), set()).add("".join(sorted(unicodedata.normalize("NFD", word))))
    return spelt
