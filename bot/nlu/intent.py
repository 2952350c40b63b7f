"""What a resident's own words ask for: a guide, a choice of a few, first aid, a greeting, or nothing we have.

Deterministic, learnt by counting, and explained (`Matcher.why`). A text is folded, abbreviations and synonyms are
written out and slips of the finger mended; then its words are weighed (`bot.nlu.linear_model`) for every guide, known
by its title, its `ask_like` and what its steps say, and for four kinds of talk that no guide is for (`Talk`):
greetings, danger, talk too vague to know, talk about something else. The weights become likelihoods that add up to 1.

It never guesses. A guide's title or way of asking, word for word, opens it. Otherwise a guide is opened only when it is
likely enough (SURE); where less is sure the likeliest are offered; where nothing is likely, none is. Money or an
account in danger comes before everything else. docs/decisions/022 says how the method and the numbers were found.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from bot.content.guide import Guide
from bot.content.training import Talk
from bot.nlu.choice_match import clearly_chosen
from bot.nlu.danger import DANGERS, Danger, bereaved, danger, suspicious, wants_code
from bot.nlu.danger_model import SUSPECTED, Alarm
from bot.nlu.linear_model import Document, Evidence, counted
from bot.nlu.normalise import Synonyms, fold, spell_out, without_greeting
from bot.nlu.patterns import LONGEST_READ, compiled, composed
from bot.nlu.spelling import Spelling

SURE = 0.45
"""How much likelier than vague talk a guide must be for it to be opened."""
AHEAD = 1.6
"""And how many times likelier than any other guide."""
DOUBT = 0.8
"""How likely a scam must be suspected, and nothing lost, for the guide about scams, where no guide is sure."""
GREETING = 0.35
"""How likely a greeting must be to be greeted."""
DANGER, DANGER_IN_BRIEF = 0.5, 0.54
"""How likely all dangers must be together for first aid: in a tale, and in few words, which tell less."""
_AGAINST = 0.2
"""How much likelier they must be where a guide is certain."""
_OF_ACCOUNTS: frozenset[Danger] = frozenset({"money_gone", "access_given", "threatened", "lost"})
_SURE_OF_LIFE, _SURE_TOGETHER = 0.8, 0.55
"""How likely the model of dangers alone must find them, or both models together, where the danger is not one
of accounts: words of fire, pain and death are said of everything, those of codes and cards hardly.
"""
_SURE_OF_ACCOUNTS, _DOUBT_A_GUIDE = 0.99, 0.97
"""How likely the model of dangers alone must find one of accounts for first aid, whatever guide is likely; and to ask
after it where a guide is: "đưa mã kích hoạt vneid cho họ rồi" has the words of a guide.
"""
PERHAPS, PERHAPS_EACH, PERHAPS_ASKED = 0.33, 0.1, 2
"""How likely dangers must be together, where nothing opens, to be asked after; and each that is; so many are."""
_CLEAR, _BORNE_OUT = 0.3, 0.12
"""How likely dangers must be together, where words alone say that it is one: to tell which, and to be believed."""
MAYBE, MAYBE_AT_A_STEP = 0.25, 0.4
"""How likely guides must be together to be offered: to anybody, and to who is at a step and may speak of that."""
UNCLEAR, BESIDE = 0.15, 0.7
"""How likely these and vague talk must be together for the bot to ask back, and against talk that is about neither."""
VAGUE = 0.6
"""How likely vague talk must be for what was said to tell of nothing."""
UNSERVED = 0.4
"""How likely talk about something else must be to say that no guide is for it."""

OFFERED, FEWEST_OFFERED = 3, 2
WORTH_OFFERING = 0.04
_LONGEST = 600
"""Characters that are weighed. Danger is looked for in all that is read."""
_GREETED = 12
"""A greeting of more words is about something else."""
_YES = "vang"
_BESIDE_YES = frozenset({"da", "u", "a", "nhe", "ok", "em", "chau", "chu", "co", "anh", "chi", "bac", "ong", "ba"})
"""With these words alone "vâng" is a yes; without its mark it is also "vắng", as in the name of a guide."""
_TOLD, _TALE = 3, 8
"""Fewer words tell of no danger, unless they are a sample word for word, or certain (`bot.nlu.danger`); a sample
of talk about something else is that. So many are a tale."""
_ASKED_WEIGHT, _STEPS_WEIGHT = 30.0, 3.0
"""What all ways of asking for a guide weigh together, however many; and its steps, in each language."""
_GREETING_WEIGHT, _VAGUE_WEIGHT, _DANGER_WEIGHT, _BEYOND_WEIGHT = 0.4, 0.16, 0.1, 0.12
"""What a sample of each kind of talk weighs: few greetings are all alike, and there are many dangers."""
_HINT, _WARY, _ALARMED, _BEREAVED, _DOUBTED = 0.8, 2.0, 6.0, 2.5, 3.0
"""What is added to the logarithm of a likelihood: to guides of the topic being talked about; to the guide about scams
where a stranger calls, writes or sends something; to all guides of its topic where one wants to be told a code; to a
death where it was just now; to the guide about scams where it is certain that one is suspected, and nothing lost."""

_GREETING, _VAGUE, _BEYOND = "=greeting", "=vague", "=beyond"
"""What is no guide, beside the guides' ids."""
_DANGERS: Mapping[str, Danger] = {f"={kind}": kind for kind in DANGERS}
"""So are the dangers."""
_DEATH = "=death"
_OTHER_TALK = (_GREETING, _VAGUE, _BEYOND)
_COMES_FIRST: tuple[frozenset[Danger], ...] = (
    frozenset({"fire"}),
    frozenset({"medical", "crime", "violence", "despair"}),
)
"""Where a text tells of two dangers: who burns must get out before anything else, and life comes before goods."""
_PART_ENDS = compiled(r"[,.;:!?\n]| (?:và|va|mà|rồi|roi|giờ|gio|and|but) ")
_PARTS_READ, _OF_A_PART, _TOO = 12, 0.8, 0.25
"""So many parts are read for a second danger. It must be so likely there, or in the whole."""

Decision = Literal["guide", "ask", "none", "greeting", "urgent"]


NO_TALK = Talk()
Weigh = Callable[[Sequence[Document]], Evidence]
"""Finds out what the words of documents say of their subjects."""
Added = Mapping[str, Sequence[str]]
"""Ways of asking beside those of the guides, by the guides' ids."""
Prepare = Callable[[Sequence[Guide], Talk, Added], "Prepared"]
"""Works out what is learnt from, or knows it."""
Build = Callable[[Sequence[Guide], Talk, Weigh, Added, Prepare], "Matcher"]
"""Makes what knows how residents ask for each of these guides, with ways of asking that were added."""


class Suggestion(Struct, frozen=True):
    """A guide that may be meant, and how likely (0–1)."""

    guide: str
    score: float


class Match(Struct, frozen=True):
    """What to do with a text: open `guide`, or ask which of the suggestions (best first), or neither.

    Where none can be `offered`, to ask is to ask what they mean. The suggestions of other decisions are what came near.
    """

    decision: Decision
    guide: str | None = None
    suggestions: tuple[Suggestion, ...] = ()
    danger: Danger | None = None
    """What first aid is for. Only with the decision `urgent`."""
    also: Danger | None = None
    """A second danger that the text tells of, where life is in danger by the first."""
    perhaps: tuple[Danger, ...] = ()
    """Dangers that it may tell of, the likeliest first: too unlikely for first aid, too likely not to ask.
    Only with the decisions `ask` and `none`."""
    vague: bool = False
    """It is most likely too vague to know: what comes near then came so by chance. Only with the decision `ask`."""
    unserved: bool = False
    """Something is asked that no guide is for. Only with the decision `none`."""

    def nearest(self, but: str = "") -> list[str]:
        """The guides that come nearest, not `but`, however unlikely."""
        return [one.guide for one in self.suggestions if one.guide != but]

    def offer(self, but: str = "", likely: float = MAYBE) -> list[str]:
        """The guides to choose from, not `but`, the likeliest first: none hardly meant, and none unless `likely`.

        Where only one is likely, the next comes with it, so that there is something to choose.
        """
        others = [one for one in self.suggestions if one.guide != but]
        found = [one for one in others if one.score >= WORTH_OFFERING]
        if not found or sum(one.score for one in found) < likely:
            return []
        return [one.guide for one in others[: max(len(found), FEWEST_OFFERED)]]


class Reason(Struct, frozen=True):
    """Why a subject (a guide, or `=` and a kind of other talk) is so likely: what each term adds, most first."""

    subject: str
    likelihood: float
    terms: tuple[tuple[str, float], ...]


class Prepared(Struct, frozen=True):
    """Guides and talk in words: the guides' topics, what `opens` which guide, and what is learnt from."""

    topics: dict[str, str]
    opens: dict[str, str]
    documents: list[Document]


def prepared(guides: Iterable[Guide], talk: Talk, added: Added) -> Prepared:
    """Work that out, which takes long: each text is folded, spelled out and put right."""
    synonyms = Synonyms(talk.synonyms)
    topics: dict[str, str] = {}
    opens: dict[str, str] = {}
    documents: list[Document] = []
    for guide in sorted(guides, key=lambda guide: guide.id):
        topics[guide.id] = guide.topic
        phrases = (*added.get(guide.id, ()), *_ways_of_asking(guide))
        asked = [without_greeting(_words(phrase, synonyms)) for phrase in phrases]
        opens |= {" ".join(words): guide.id for words in asked}
        documents += [Document(guide.id, words, _ASKED_WEIGHT / len(asked)) for words in asked]
        documents += [Document(guide.id, _words(text, synonyms), _STEPS_WEIGHT) for text in _steps(guide)]
    for subject, samples, weight in _samples(talk):
        documents += [Document(subject, _words(sample, synonyms), weight) for sample in samples]
    return Prepared(topics, opens, [document for document in documents if document.words])


def _words(text: str, synonyms: Synonyms) -> list[str]:
    return synonyms.put_right(spell_out(fold(text)))


class Matcher:
    """Knows how residents ask for each guide. Build a new one when the guides change."""

    def __init__(
        self,
        guides: Sequence[Guide],
        talk: Talk = NO_TALK,
        weigh: Weigh = counted,
        added: Added = MappingProxyType({}),
        prepare: Prepare = prepared,
        scams: str = "lua-dao",
        alarm: Alarm | None = None,
    ) -> None:
        """`added` are more ways of asking, by the guides they ask for; `scams` is the guide about scams.

        `alarm` knows more of dangers.

        It `opens` these guides to these words alone.
        """
        self._scams, self._alarm = scams, alarm
        self.talk = talk
        self._synonyms = Synonyms(talk.synonyms)
        known = prepare(guides, talk, added)
        self._topics, self.opens, self.documents = known.topics, known.opens, known.documents
        self._brief = {
            " ".join(document.words): document.subject
            for document in self.documents
            if document.subject in (*_DANGERS, _BEYOND) and len(document.words) < _TOLD
        }
        self._evidence = weigh(self.documents)
        self._spelling = Spelling(self._evidence.seen)

    def match(self, text: str, topic_hint: str = "") -> Match:
        """What `text` asks for. `topic_hint`, the topic being talked about, tips the balance between close guides."""
        written = self._words(text[:_LONGEST])
        if not written or not self._topics:
            return Match("none")
        if _YES in written and _BESIDE_YES.issuperset({*written} - {_YES}):
            return Match("none")
        words = self._meant(written)
        alarm = self._alarm.likely(words, text) if self._alarm else {}
        likely = self._likely(words, topic_hint, alarm.get(SUSPECTED, 0.0))
        dangers, suggestions = _mean(likely, alarm), self._suggest(likely)
        # As written too: what is mended wrongly must not hide it.
        told = {" ".join(written), " ".join(words)}
        if len(text) > _LONGEST:
            told.add(" ".join(self._words(text[:LONGEST_READ])))
        certain = next((kind for words_told in sorted(told) if (kind := danger(words_told))), None)
        if certain and (len(text) > _LONGEST or self._borne_out(likely)):
            return self._urgent(text, _likeliest(dangers, certain), likely, suggestions)
        if asked := self._opened_by(written, words):
            return Match("guide", asked, suggestions)
        if not any(word in self._evidence.seen for word in words):
            return Match("none")
        brief = self._brief.get(" ".join(words), "")
        if kind := _DANGERS.get(brief) or _danger(dangers, alarm, len(words), suggestions[0].score):
            return self._urgent(text, kind, likely, suggestions)
        if brief == _BEYOND:
            return Match("none", suggestions=suggestions, unserved=True)
        if suggestions[0].score - likely.get(_VAGUE, 0.0) >= SURE and _ahead(suggestions):
            if (kind := _of_accounts(alarm, len(words), _DOUBT_A_GUIDE)) and suggestions[0].guide != self._scams:
                return Match("ask", suggestions=suggestions, perhaps=(kind,))
            return Match("guide", suggestions[0].guide, suggestions)
        if alarm.get(SUSPECTED, 0.0) >= DOUBT and len(words) >= _TALE and self._scams in self._topics:
            return Match("guide", self._scams, suggestions)
        if likely.get(_GREETING, 0.0) >= GREETING and len(words) <= _GREETED:
            return Match("greeting")
        perhaps = _perhaps(dangers) if len(words) >= _TOLD else ()
        wish = sum(one.score for one in suggestions) + likely.get(_VAGUE, 0.0)
        if wish >= UNCLEAR and wish >= BESIDE * max(likely.get(_BEYOND, 0.0), likely.get(_GREETING, 0.0)):
            vague = likely.get(_VAGUE, 0.0) >= VAGUE
            return Match("ask", suggestions=suggestions, perhaps=perhaps, vague=vague)
        unserved = likely.get(_BEYOND, 0.0) >= UNSERVED
        return Match("none", suggestions=suggestions, unserved=unserved, perhaps=perhaps)

    def _urgent(
        self, text: str, told: Danger, likely: Mapping[str, float], suggestions: tuple[Suggestion, ...]
    ) -> Match:
        """First aid for what the text tells of; where that is more than one danger, for the one that comes first."""
        too = (kind for subject, kind in _DANGERS.items() if likely.get(subject, 0.0) >= _TOO)
        in_parts = map(self._told_in, _PART_ENDS.split(text[:_LONGEST])[:_PARTS_READ])
        each: dict[Danger, None] = dict.fromkeys((told, *too, *(kind for kind in in_parts if kind)))
        first, *others = sorted(each, key=_place)
        also = others[0] if others and _place(first) < len(_COMES_FIRST) else None
        return Match("urgent", suggestions=suggestions, danger=first, also=also)

    def _told_in(self, part: str) -> Danger | None:
        """The danger that a part of a text tells of clearly."""
        words = self._meant(self._words(part))
        if len(words) < _TOLD:
            brief = self._brief.get(" ".join(words), "") if len(words) > 1 else ""  # alone, "cháy" may be "chạy"
            return _DANGERS.get(brief)
        dangers = _mean(self._likely(words, ""), self._alarm.likely(words, part) if self._alarm else {})
        kind = _likeliest(dangers)
        return kind if dangers[f"={kind}"] >= _OF_A_PART else None

    def asked_with(self, phrase: str) -> str:
        """The guide that exactly these words open; empty where they open none."""
        written = self._words(phrase)
        return self._opened_by(written, self._meant(written))

    def why(self, text: str, topic_hint: str = "") -> tuple[list[str], list[Reason]]:
        """The words as they were understood, and the reasons for the likeliest subjects, the likeliest first."""
        words = self._meant(self._words(text[:_LONGEST]))
        if not words or not self._topics:
            return words, []
        likely = self._likely(words, topic_hint)
        ranked = sorted(likely.items(), key=lambda one: (-one[1], one[0]))[:OFFERED]
        return words, [Reason(subject, value, self._evidence.parts(words, subject)) for subject, value in ranked]

    def chosen(self, text: str, labels: Sequence[str]) -> int | None:
        """Which of the labels on screen `text` chooses in other words, counted from 0; None where none is clear."""
        return clearly_chosen(
            composed(text[:_LONGEST]),
            labels,
            lambda words: self._spelling.mend(self._words(words)),
            lambda term: self._evidence.seen.rarity(term.lstrip("!")),
        )

    def _opened_by(self, written: list[str], meant: list[str]) -> str:
        """As they are written first: they may have been added just now, and the spelling not know them yet."""
        ways = (without_greeting(written), meant)
        return next((guide for words in ways if (guide := self.opens.get(" ".join(words)))), "")

    def _meant(self, written: Sequence[str]) -> list[str]:
        return without_greeting(self._spelling.mend(written))

    def _words(self, text: str) -> list[str]:
        return _words(text, self._synonyms)

    def _likely(self, words: Sequence[str], topic_hint: str, suspected: float = 0.0) -> dict[str, float]:
        """How likely each subject is meant; together 1. `suspected` is how likely a scam is no more than that."""
        weights = dict(zip(self._evidence.subjects, self._evidence.weigh(words), strict=True))
        for subject, more in self._favoured(" ".join(words), topic_hint):
            weights[subject] += more
        if self._scams in weights:
            weights[self._scams] += _DOUBTED * suspected
        highest = max(weights.values())
        powers = {subject: math.exp(weight - highest) for subject, weight in weights.items()}
        whole = sum(powers.values())
        return {subject: power / whole for subject, power in powers.items()}

    def _favoured(self, text: str, topic_hint: str) -> Iterator[tuple[str, float]]:
        """The subjects that more than their own words speak for, and how much."""
        about_scams = self._topics.get(self._scams)
        alarmed = about_scams is not None and wants_code(text)
        for guide, topic in self._topics.items():
            if topic == topic_hint:
                yield guide, _HINT
            if alarmed and topic == about_scams:
                yield guide, _ALARMED
        if about_scams is not None and suspicious(text):
            yield self._scams, _WARY
        if self.talk.danger and bereaved(text):
            yield _DEATH, _BEREAVED

    def _borne_out(self, likely: Mapping[str, float]) -> bool:
        """Whether what words alone say is a danger is not all too unlikely by all that is said."""
        return not self.talk.danger or _together(likely) + likely.get(self._scams, 0.0) >= _BORNE_OUT

    def _suggest(self, likely: Mapping[str, float]) -> tuple[Suggestion, ...]:
        ranked = sorted(((likely[guide], guide) for guide in self._topics), key=lambda one: (-one[0], one[1]))
        return tuple(Suggestion(guide, round(score, 3)) for score, guide in ranked[:OFFERED])


def _ways_of_asking(guide: Guide) -> list[str]:
    return [phrase for words in guide.words.values() for phrase in (words.title, *words.ask_like)]


def _steps(guide: Guide) -> Iterable[str]:
    """What the guide's steps say, in each of its languages."""
    for words in guide.words.values():
        yield " ".join(" ".join((step.whole, *step.labels.values())) for step in words.steps.values())


def _samples(talk: Talk) -> Iterator[tuple[str, Sequence[str], float]]:
    """By subject, the samples of talk that no guide is for, and what each weighs."""
    yield _GREETING, talk.greeting, _GREETING_WEIGHT
    yield _VAGUE, talk.vague, _VAGUE_WEIGHT
    for kind, phrases in talk.danger.items():
        yield f"={kind}", phrases, _DANGER_WEIGHT
    yield _BEYOND, talk.beyond, _BEYOND_WEIGHT
    for elsewhere in talk.elsewhere.values():
        yield _BEYOND, elsewhere.like, _BEYOND_WEIGHT


def _ahead(suggestions: Sequence[Suggestion]) -> bool:
    """Whether the first is clearly likelier than the second."""
    return len(suggestions) < 2 or suggestions[0].score >= AHEAD * suggestions[1].score


def _mean(likely: Mapping[str, float], alarm: Mapping[str, float]) -> Mapping[str, float]:
    """How likely each danger is: what both models say of it, in the mean; the first alone where there is no other."""
    if not alarm:
        return likely
    return {subject: (likely.get(subject, 0.0) + alarm.get(subject, 0.0)) / 2 for subject in _DANGERS}


def _danger(dangers: Mapping[str, float], alarm: Mapping[str, float], words: int, guide: float) -> Danger | None:
    """Which danger is told of, where all are likely enough together; `guide` is how likely the likeliest guide is."""
    if certain := _of_accounts(alarm, words, _SURE_OF_ACCOUNTS):
        return certain
    together, kind = _together(dangers), _likeliest(dangers)
    if words < _TOLD or together < (DANGER if words >= _TALE else DANGER_IN_BRIEF) + _AGAINST * guide:
        return None
    sure = not alarm or kind in _OF_ACCOUNTS or _together(alarm) >= _SURE_OF_LIFE or together >= _SURE_TOGETHER
    return kind if sure else None


def _of_accounts(alarm: Mapping[str, float], words: int, enough: float) -> Danger | None:
    """The danger of accounts that the model of dangers alone finds so likely; None in too few words to tell."""
    kind = _likeliest(alarm)
    return kind if words >= _TOLD and kind in _OF_ACCOUNTS and alarm.get(f"={kind}", 0.0) >= enough else None


def _perhaps(likely: Mapping[str, float]) -> tuple[Danger, ...]:
    """The dangers to ask after."""
    if _together(likely) < PERHAPS:
        return ()
    enough = [subject for subject in _DANGERS if likely.get(subject, 0.0) >= PERHAPS_EACH]
    ranked = sorted(enough, key=lambda subject: -likely[subject])
    return tuple(_DANGERS[subject] for subject in ranked[:PERHAPS_ASKED])


def _likeliest(likely: Mapping[str, float], certain: Danger | None = None) -> Danger:
    """The likeliest danger; the one that is `certain` by its words where none is likely."""
    if certain and _together(likely) < _CLEAR:
        return certain
    return _DANGERS[max(_DANGERS, key=lambda subject: likely.get(subject, 0.0))]


def _place(danger: Danger) -> int:
    """How many others come before it."""
    return next((place for place, kinds in enumerate(_COMES_FIRST) if danger in kinds), len(_COMES_FIRST))


def _together(likely: Mapping[str, float]) -> float:
    return sum(likely.get(subject, 0.0) for subject in _DANGERS)
