"""Which residential group is meant: by its number ("tổ 12"), or by words of its name. Pure."""

from collections.abc import Iterable

from bot.content.ward import Group
from bot.nlu.normalise import digit, fold
from bot.nlu.patterns import LONGEST_READ

_NAMES_NO_GROUP = frozenset(
    fold("tổ dân phố tdp số nhà tôi mình bác cô chú anh chị em ở bên thuộc của ạ nhé là group number I live in").split()
)


class GroupNames:
    """The groups of a ward by their words."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._words = {group: frozenset(_words(group.name)) for group in groups}

    def find(self, text: str) -> Group | None:
        """The group that somebody names; None where several could be meant, or none is."""
        text = text[:LONGEST_READ]
        whole = fold(text)
        exact = [group for group in self._words if whole in (fold(group.name), fold(group.id))]
        if len(exact) == 1:
            return exact[0]
        said = [{word, digit(word)} for word in _words(text) if word not in _NAMES_NO_GROUP]
        meant = [group for group, words in self._words.items() if said and all(words & each for each in said)]
        return meant[0] if len(meant) == 1 else None


def _words(text: str) -> list[str]:
    """Folded words; numbers without leading zeros."""
    return [str(int(word)) if word.isdecimal() else word for word in fold(text).split()]
