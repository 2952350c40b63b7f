"""Whether a volunteer's words are what a scammer would write, by what was learnt from examples of both. Pure.

Helpers and scammers use the same words: to type a code is help, to tell it is none. Which words side by side tell them
apart is learnt from `bot/content/replies.yaml`, with the model that also finds guides.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, get_args

from msgspec import Struct

from bot.nlu.linear_model import Document, Evidence
from bot.nlu.masking import undisguised
from bot.nlu.normalise import fold, spell_out
from bot.nlu.patterns import compiled

Asks = Literal["asks", "money", "threat", "link"]
"""It `asks` for a code, a password, papers or a face; it wants `money`; it is a `threat`, or wants secrecy; it leads to
another chat, an app from elsewhere, remote control (`link`)."""
ASKS: tuple[Asks, ...] = get_args(Asks)
_FIT = "fit"
_HELD_FROM = 0.5
"""From this logarithm of how much likelier a scam is than help, words are held: some three in five such are scams."""
_PLAINLY_HELP = -2.0
"""Below this one, words are help, whatever was written before them."""
_LONGEST = 24
"""Words that are weighed together: of more, those that matter would drown."""
_SENTENCES = compiled(r"[.;!?]+(?:\s|$)|\n")
_OF_THE_STATE, _SITE = ".gov.vn", "trangnhanuoc"
"""What ends the names of sites of the state, and the word for all of them: their own words speak of signing in."""
_SETTINGS = compiled(r"\b(vao|mo|trong|o|muc|phan|nut|bam|chon|tim|ten) cai dat\b")
"""Not to install something, but the app, or the button of a shop, of that name."""


class Replies(Struct, frozen=True, forbid_unknown_fields=True):
    """Examples of what scammers write, by what they want, and of what helps (`fit`)."""

    asks: tuple[str, ...]
    money: tuple[str, ...]
    threat: tuple[str, ...]
    link: tuple[str, ...]
    fit: tuple[str, ...]


class Screen:
    """Tells what scammers write from what helps."""

    def __init__(self, examples: Sequence[Document], weigh: Callable[[Sequence[Document]], Evidence]) -> None:
        """`weigh` finds, or knows, what the examples (`documents`) say."""
        self._evidence = weigh(examples)

    def held(self, text: str) -> Asks | None:
        """What a scammer who wrote this would want; None where it may be sent."""
        return next(filter(None, map(self._held, _passages(text))), None)

    def plainly_help(self, text: str) -> bool:
        """Whether there is no doubt of it, in the whole and in each part."""
        return all(self._weighed(words)[1] < _PLAINLY_HELP for words in _passages(text))

    def _held(self, words: Sequence[str]) -> Asks | None:
        likeliest, scam = self._weighed(words)
        return likeliest if scam > _HELD_FROM else None

    def _weighed(self, words: Sequence[str]) -> tuple[Asks, float]:
        """What a scammer would want with these words, and the logarithm of how much likelier a scam is than help."""
        weights = dict(zip(self._evidence.subjects, self._evidence.weigh(words), strict=True))
        likeliest = max(ASKS, key=weights.__getitem__)
        scam = math.log(sum(math.exp(weights[asked] - weights[likeliest]) for asked in ASKS)) + weights[likeliest]
        return likeliest, scam - weights[_FIT]


def documents(replies: Replies) -> list[Document]:
    """What is learnt from, in words: the examples, and each sentence of those that help."""
    scams = [Document(asked, _words(undisguised(text))) for asked in ASKS for text in getattr(replies, asked)]
    return [*scams, *(Document(_FIT, words) for text in replies.fit for words in _passages(text))]


def _passages(text: str) -> Iterator[Sequence[str]]:
    """The words of the whole where it is short, and of each sentence; of what is long, in parts that overlap."""
    plain = undisguised(text)
    for words in dict.fromkeys(tuple(_words(part)) for part in (plain, *_SENTENCES.split(plain))):
        for start in range(0, max(len(words) - _LONGEST // 2, 1), _LONGEST // 2):
            if passage := words[start : start + _LONGEST]:
                yield passage


def _words(plain: str) -> list[str]:
    """The words; "em" as "cháu", for what volunteers call themselves tells nothing."""
    named = " ".join(_SITE if _is_of_the_state(word) else word for word in plain.split())
    folded = _SETTINGS.sub(r"\1 caidat", fold(named))
    return ["chau" if word == "em" else word for word in spell_out(folded)]


def _is_of_the_state(word: str) -> bool:
    """Whether it is the name, or the address, of a site of the state."""
    host = word.lower().partition("://")[2] or word.lower()
    return f".{host.partition('/')[0].strip('.,;:!?…()«»')}".endswith(_OF_THE_STATE)
