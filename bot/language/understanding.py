"""What a resident's own words ask for: a guide, a choice of a few, first aid, a greeting, or nothing we have.

Deterministic and explainable. A text is folded, abbreviations and common misspellings are written out, and it becomes a
set of words and of pairs of neighbouring words. A term weighs the less, the more guides use it (in titles and
`ask_like`); small words ("cho", "thì", "ạ") weigh little, and the name of a service that no guide knows weighs most. A
guide's score (0–1) is the mean of

- how much of the text's weight the guide knows at all, and
- how alike (cosine) the text and the guide's closest phrase are.

Where a stranger calls, writes or asks for a code, the guide about scams gains and all others lose.

It never guesses. A guide's title or way of asking, word for word, opens it. Otherwise a guide is opened only when its
score is at least SURE and leads the next one by LEAD; from MAYBE on the best few are offered; below that nothing is.
Only of a long tale, a part is offered that would make us sure alone.
The thresholds were measured on 225 questions as residents ask them, 186 of them about things that no guide is for: of
those, 4 opened a guide, each about a part of what was asked. Money or an account in danger (`danger`) comes before
everything else.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from bot.content.guide import Guide
from bot.language.danger import in_danger, suspicious
from bot.language.fold import fold
from bot.language.vocabulary import GREETING_CORE, GREETING_WORDS, SERVICES, SMALL_WORDS, spell_out

SURE = 0.57
LEAD = 0.1
MAYBE = 0.35

OFFERED = 5
_LONGEST = 400
_SMALL = 0.15
_PAIR = 0.6
_PAIR_WITH_SMALL = 0.5
_SERVICE = 2.0
_LEAST = 1.8
"""What a text weighs at least: a text of one or two common words never makes us sure."""
_TOLD, _PART = 12, 8
"""A text of more words than the first is a tale: then parts of as many words as the second are looked at, too."""
_HINT = 0.05
_WARY = 0.4

Decision = Literal["guide", "ask", "none", "greeting", "urgent"]


class Suggestion(Struct, frozen=True):
    """A guide that may be meant, and how well it fits (0–1)."""

    guide: str
    score: float


class Match(Struct, frozen=True):
    """What to do with a text: open `guide`, or offer the suggestions (best first, at most 5), or neither."""

    decision: Decision
    guide: str | None = None
    suggestions: tuple[Suggestion, ...] = ()
    unserved: bool = False
    """A service is named that no guide knows. Only with the decision `none`."""


class Matcher:
    """Knows how residents ask for each guide. Build a new one when the guides change."""

    def __init__(self, guides: Iterable[Guide], scam_guide: str = "lua-dao") -> None:
        self._scam_guide = scam_guide
        self._topics: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        terms: dict[str, list[frozenset[str]]] = {}
        for guide in guides:
            self._topics[guide.id] = guide.topic
            phrases = [phrase for words in guide.words.values() for phrase in (words.title, *words.ask_like)]
            asked = [spell_out(fold(phrase)) for phrase in phrases]
            terms[guide.id] = [_terms(words) for words in asked]
            self._asked |= {" ".join(words): guide.id for words in asked}
        self._weights = _weights(terms)
        self._bags = {guide: frozenset().union(*phrases) for guide, phrases in terms.items()}
        self._phrases = [(guide, phrase - SMALL_WORDS) for guide, phrases in terms.items() for phrase in phrases]
        self._lengths = [self._length(phrase) for _, phrase in self._phrases]
        self._used_in: dict[str, list[int]] = {}
        for number, (_, phrase) in enumerate(self._phrases):
            for term in phrase:
                self._used_in.setdefault(term, []).append(number)

    def match(self, text: str, topic_hint: str = "") -> Match:
        """What `text` asks for. `topic_hint`, the topic being talked about, tips the balance between close guides."""
        words = spell_out(fold(text[:_LONGEST]))
        if not words:
            return Match("none")
        suggestions = self._suggest(words, topic_hint)
        if in_danger(" ".join(words)):
            return Match("urgent", suggestions=suggestions)
        if _greets(words):
            return Match("greeting")
        if asked := self._asked.get(" ".join(words)):
            return Match("guide", asked, suggestions)
        if not suggestions or suggestions[0].score < MAYBE:
            unserved = any(term in SERVICES and term not in self._weights for term in _terms(words))
            part = () if unserved or len(words) <= _TOLD else self._in_part(words, topic_hint)
            return Match("ask", suggestions=part) if part else Match("none", suggestions=suggestions, unserved=unserved)
        best = suggestions[0]
        second = suggestions[1].score if len(suggestions) > 1 else 0.0
        if best.score >= SURE and best.score - second >= LEAD:
            return Match("guide", best.guide, suggestions)
        return Match("ask", suggestions=suggestions)

    def _suggest(self, words: Sequence[str], topic_hint: str) -> tuple[Suggestion, ...]:
        scores = self._scores(_terms(words))
        for guide in scores:
            if self._topics[guide] == topic_hint:
                scores[guide] += _HINT
        if self._scam_guide in self._topics and suspicious(" ".join(words)):
            scores = {guide: score * (1 - _WARY) for guide, score in scores.items()} | {
                self._scam_guide: scores.get(self._scam_guide, 0) + _WARY
            }
        ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
        return tuple(Suggestion(guide, round(min(score, 1.0), 3)) for guide, score in ranked[:OFFERED])

    def _in_part(self, words: Sequence[str], topic_hint: str) -> tuple[Suggestion, ...]:
        """What a part of a long tale asks for, best first; nothing where no part would make us sure by itself."""
        best: dict[str, Suggestion] = {}
        for at in range(len(words) - _PART + 1):
            for found in self._suggest(words[at : at + _PART], topic_hint):
                if found.score >= MAYBE and (found.guide not in best or found.score > best[found.guide].score):
                    best[found.guide] = found
        ranked = sorted(best.values(), key=lambda found: (-found.score, found.guide))
        return tuple(ranked[:OFFERED]) if ranked and ranked[0].score >= SURE else ()

    def _scores(self, terms: frozenset[str]) -> dict[str, float]:
        """How well each guide fits; guides that know none of the terms are left out."""
        total = max(_LEAST, sum(map(self._weight, terms)))
        alike = self._likeness(terms - SMALL_WORDS)
        scores = {}
        for guide, bag in self._bags.items():
            if shared := terms & bag:
                scores[guide] = (sum(map(self._weight, shared)) / total + alike.get(guide, 0.0)) / 2
        return scores

    def _likeness(self, terms: frozenset[str]) -> dict[str, float]:
        """By guide, the cosine of the terms and the guide's closest phrase."""
        common: dict[int, float] = {}
        for term in terms:
            for number in self._used_in.get(term, ()):
                common[number] = common.get(number, 0.0) + self._weights[term] ** 2
        length = max(math.sqrt(_LEAST), self._length(terms))
        alike: dict[str, float] = {}
        for number, product in common.items():
            guide = self._phrases[number][0]
            alike[guide] = max(alike.get(guide, 0.0), product / (length * self._lengths[number]))
        return alike

    def _length(self, terms: frozenset[str]) -> float:
        return math.sqrt(sum(self._weight(term) ** 2 for term in terms)) or 1.0

    def _weight(self, term: str) -> float:
        return self._weights.get(term) or _worth(term)


def _terms(words: Sequence[str]) -> frozenset[str]:
    """The words of a text, and the pairs of neighbours: one word at least is not small, or both name a service."""
    pairs = ((f"{first} {second}", first in SMALL_WORDS and second in SMALL_WORDS) for first, second in pairwise(words))
    return frozenset((*words, *(pair for pair, small in pairs if not small or pair in SERVICES)))


def _weights(terms: Mapping[str, Iterable[frozenset[str]]]) -> dict[str, float]:
    """How telling each term is: the fewer guides use it, the more."""
    guides = Counter(term for phrases in terms.values() for term in frozenset().union(*phrases))
    return {term: min(_worth(term), 1.0) / (1 + math.log(count)) for term, count in guides.items()}


def _worth(term: str) -> float:
    if term in SERVICES:
        return _SERVICE
    first, _, second = term.partition(" ")
    if not second:
        return _SMALL if term in SMALL_WORDS else 1.0
    return _PAIR_WITH_SMALL if first in SMALL_WORDS or second in SMALL_WORDS else _PAIR


def _greets(words: Sequence[str]) -> bool:
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return GREETING_WORDS.issuperset(words) and not GREETING_CORE.isdisjoint((*words, *pairs))
