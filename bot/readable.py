"""Reading what the store kept where single values may be damaged: the others are used all the same."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")

_log = logging.getLogger("toso.store")


def readable(what: str, kept: Mapping[str, bytes], decode: Callable[[bytes], T]) -> dict[str, T]:
    """The values by their names, decoded; one whose bytes are damaged is left out, and the log says which.

    `what` they are goes before a name. What a value says is not logged: it may be somebody's words.
    """
    found = {}
    for name, value in kept.items():
        try:
            found[name] = decode(value)
        except ValueError:
            _log.error("%s %s is damaged in the store and left out", what, name)
    return found
