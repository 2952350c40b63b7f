"""Passwords that guessers try first: what is often used, and what anybody knows about whose they are."""

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bot.nlu.normalise import fold

_ENOUGH = 10**8
"""Guesses that a password has to withstand: from here zxcvbn calls it safely unguessable (score 3 of 4)."""
_READ = 32
"""Characters: what withstands by its beginning withstands as a whole, and the time to tell grows faster than them."""
_LONGEST_NUMBER = 12
"""Digits of a telephone number, a birthday or an identity card."""


def is_guessable(password: str, known: Iterable[str] = ()) -> bool:
    """Whether guessers come to it early: as zxcvbn counts guesses, with Vietnamese words and those that are `known`.

    Marks of letters and spaces between words are no hindrance to them.
    """
    plain = fold(password).replace(" ", "")
    if plain.isdecimal() and len(plain) <= _LONGEST_NUMBER:
        return True
    own = {word for text in known for word in (text.lower(), fold(text).replace(" ", ""), *fold(text).split())}
    return any(_guesses(text[:_READ], own) < _ENOUGH for text in {password, plain} - {""})


def _guesses(password: str, own: Iterable[str]) -> int:
    # Imported when somebody chooses a password: its lists take memory that no message needs.
    from zxcvbn.matching import RANKED_DICTIONARIES, omnimatch  # type: ignore[import-untyped]
    from zxcvbn.scoring import most_guessable_match_sequence  # type: ignore[import-untyped]

    # Not `zxcvbn()`: that keeps somebody's own words until the next password, and two at once would share them.
    lists = {**RANKED_DICTIONARIES, "vietnamese": _ranks(), "own": dict.fromkeys(own, 1)}
    parts = most_guessable_match_sequence(password, omnimatch(password, lists))["sequence"]
    # Not its "guesses": to these it adds 10,000 for each further part, as if three names were as good as eight letters.
    return math.factorial(len(parts)) * math.prod(int(part["guesses"]) for part in parts)


@cache
def _ranks() -> dict[str, int]:
    """The Vietnamese words, and how many guessers try before each."""
    lines = Path(__file__).with_name("common_words.txt").read_text("utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return {word: rank for rank, word in enumerate(words, start=1)}
