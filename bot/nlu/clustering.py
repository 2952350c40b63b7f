"""Texts that were not understood, by what they are about. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.model import Missed
from bot.nlu.normalise import fold, spell_out, without_greeting

ALIKE = 0.5
"""How many of all the words of two texts both must have."""
MOST = 20
"""Texts of one group: so many can be looked at before something is done with them."""


class Group(Struct, frozen=True):
    """Texts that came near the same guide and share words, by the names of their rows; the most frequent first."""

    near: str
    texts: Sequence[tuple[str, Missed]]

    @property
    def count(self) -> int:
        """How often they were written."""
        return sum(missed.count for _, missed in self.texts)

    @property
    def last(self) -> int:
        """The day on which one was written last."""
        return max(missed.last for _, missed in self.texts)


def grouped(kept: Mapping[str, Missed]) -> list[Group]:
    """Every text in one group: that of the first text it is most like. The most frequent groups come first."""
    groups: list[list[tuple[str, Missed]]] = []
    first_words: list[frozenset[str]] = []
    having: dict[tuple[str, str], list[int]] = {}
    for row, missed in sorted(kept.items(), key=lambda one: (-one[1].count, one[0])):
        words = frozenset(without_greeting(spell_out(fold(missed.text))))
        shared = Counter(number for word in words for number in having.get((missed.near, word), ()))
        likeness = {
            number: count / len(words | first_words[number])
            for number, count in shared.items()
            if len(groups[number]) < MOST
        }
        best = max(likeness, key=lambda number: (likeness[number], -number), default=None)
        if best is not None and likeness[best] >= ALIKE:
            groups[best].append((row, missed))
            continue
        for word in words:
            having.setdefault((missed.near, word), []).append(len(groups))
        groups.append([(row, missed)])
        first_words.append(words)
    found = [Group(texts[0][1].near, texts) for texts in groups]
    return sorted(found, key=lambda group: (-group.count, -group.last, group.texts[0][0]))
