"""What is asked often and is not ours: which of it a text asks for, so that it can be said whom to ask instead. Pure.

Told by the model that also finds guides, apart from it: only of what is known to be for no guide.
"""

import math
from collections.abc import Mapping, Sequence

from bot.content.training import Talk
from bot.nlu.intent import Weigh
from bot.nlu.linear_model import Document
from bot.nlu.normalise import fold, spell_out, without_greeting

_LIKELY = 0.45
"""How likely a subject must be for its words to be said."""
_LONGEST = 600
"""Characters that are weighed."""
_WEIGHT, _OTHER_WEIGHT = 30.0, 90.0
"""What all samples of a subject weigh together, however many; and those that ask for none of them."""
_OTHER = "="


class Elsewhere:
    """Knows how each subject is asked for, and what is said then."""

    def __init__(self, says: Mapping[str, Mapping[str, str]], samples: Sequence[Document], weigh: Weigh) -> None:
        """What it `says`, by subject and language; `weigh` finds, or knows, what the samples say."""
        self.says = says
        self._evidence = weigh(samples)

    def asked(self, text: str) -> str:
        """The subject that is asked for; empty where that is not clear."""
        words = _words(text[:_LONGEST])
        if not any(word in self._evidence.seen for word in words):
            return ""
        weights = dict(zip(self._evidence.subjects, self._evidence.weigh(words), strict=True))
        likeliest = max(weights, key=weights.__getitem__)
        whole = sum(math.exp(weight - weights[likeliest]) for weight in weights.values())
        return likeliest if likeliest in self.says and 1 / whole >= _LIKELY else ""


def samples(talk: Talk) -> list[Document]:
    """What is learnt from, in words."""
    subjects = {name: (each.like, _WEIGHT) for name, each in talk.elsewhere.items()}
    subjects[_OTHER] = talk.beyond, _OTHER_WEIGHT
    return [
        Document(name, _words(text), weight / len(texts))
        for name, (texts, weight) in subjects.items()
        for text in texts
    ]


def _words(text: str) -> list[str]:
    return without_greeting(spell_out(fold(text)))
