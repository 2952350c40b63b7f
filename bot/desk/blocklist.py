"""Passwords that guessers try first: the commonest ones, and what anybody knows about whose they are."""

from collections.abc import Iterable
from functools import cache

from bot.language.fold import fold

_FEWEST_CHARACTERS = 4
"""A password of fewer different ones is one key held down, or two in turn."""
_PRODUCT = ("toso", "admin", "matkhau", "password", "phuong")


def is_guessable(password: str, known: Iterable[str] = ()) -> bool:
    """Whether it is among the commonest, or nothing but words that are `known` with digits and signs around them."""
    plain = fold(password).replace(" ", "")
    letters = "".join(character for character in plain if character.isalpha())
    words = {word for text in (*known, *_PRODUCT) for word in fold(text).split()}
    lowered = password.strip().lower()
    return (
        len(set(plain)) < _FEWEST_CHARACTERS
        or not _common().isdisjoint({plain, lowered, letters} - {""})
        or _made_of(letters, words)
    )


def _made_of(letters: str, words: set[str]) -> bool:
    """Whether these letters are some of the words in a row."""
    reached = {0}
    for at in range(len(letters)):
        if at in reached:
            reached |= {at + len(word) for word in words if letters.startswith(word, at)}
    return bool(letters) and len(letters) in reached


@cache
def _common() -> frozenset[str]:
    # Imported when somebody chooses a password: its lists take memory that no message needs.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

    return frozenset(FREQUENCY_LISTS["passwords"])
