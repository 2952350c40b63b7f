"""Whether a word may mean another from now on: what would not work, or would spoil what is understood already."""

from typing import Literal

from msgspec import Struct

from bot.nlu.danger import danger
from bot.nlu.intent import Matcher
from bot.nlu.normalise import Synonyms, chained, fold, plain

MOST_WORDS, LONGEST = 4, 60
"""Words, and characters that the form takes, on either side."""
COMMON = 0.03
"""A word in a larger share of all that is learnt from carries too many meanings to have but one."""

Why = Literal["empty", "long", "same", "already", "chained", "meaning", "opens", "common", "unknown", "mixes", "danger"]
"""Why not: a side has no words (`empty`) or too many (`long`); what is meant has the `same` words in it; what is said
is understood as something else `already`; what is meant has a synonym in it (`chained`); what is said is the `meaning`
of one; it `opens` a guide; it is too `common`; what is meant is `unknown`; the same words would ask for two guides
(`mixes`); somebody in `danger` would be heard no more.
"""


class Refused(Struct, frozen=True):
    """Why, and the other words, or the id of the guide, that it is about."""

    why: Why
    words: str = ""
    guide: str = ""


def refused(said: str, meant: str, matcher: Matcher) -> Refused | None:
    """Why `said` should not mean `meant`, to who knows what `matcher` knows; None: it may."""
    plain_said, plain_meant, known = fold(said), plain(meant), matcher.talk.synonyms
    if not plain_said or not plain_meant:
        return Refused("empty")
    if any(len(fold(side).split()) > MOST_WORDS for side in (said, meant)):
        return Refused("long")
    if f" {plain_said} " in f" {fold(meant)} ":
        return Refused("same")
    instead = {fold(word): other for word, other in known.items()}
    if (understood := instead.get(plain_said, plain(said))) != plain_said:
        return Refused("already", understood)
    if new := set(chained({**known, said: meant})).difference(chained(known)):
        return Refused("chained") if said in new else Refused("meaning", new.pop())
    if guide := matcher.asked_with(said):
        return Refused("opens", guide=guide)
    return _spoils(plain_said, plain_meant, matcher)


def _spoils(said: str, meant: str, matcher: Matcher) -> Refused | None:
    """What it would do to all that is known."""
    texts = [f" {' '.join(document.words)} " for document in matcher.documents]
    having = [text for text in texts if f" {said} " in text]
    if len(having) > COMMON * len(texts):
        return Refused("common")
    if not any(f" {meant} " in text for text in texts):
        return Refused("unknown")
    then = Synonyms({said: meant})
    if guide := _mixed_up(then, matcher):
        return Refused("mixes", guide=guide)
    hidden = (danger(text) and not danger(" ".join(then.put_right(text.split()))) for text in having)
    return Refused("danger") if any(hidden) else None


def _mixed_up(then: Synonyms, matcher: Matcher) -> str:
    """A guide that words would open which open another one, too; empty: none."""
    opens: dict[str, str] = {}
    for words, guide in matcher.opens.items():
        if opens.setdefault(" ".join(then.put_right(words.split())), guide) != guide:
            return guide
    return ""
