"""What residents wrote and nobody understood."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

WRITERS_KEPT = 20
"""Words that so many wrote say nothing about one of them."""


class Missed(Struct, frozen=True, omit_defaults=True):
    """Words that were not understood. `near` is the guide that came nearest, if any.

    `by` tells who wrote them to nobody: keyed hashes, by which they go with whoever has all of theirs erased.

    `count` says how often they were written; `first` and `last` are the days of that, counted as `date.toordinal` does.
    """

    text: str
    near: str = ""
    count: int = 1
    first: int = 0
    last: int = 0
    by: tuple[str, ...] = ()

    def and_then(self, later: "Missed") -> "Missed":
        """The same words, written again."""
        by = tuple(dict.fromkeys((*self.by, *later.by)))[-WRITERS_KEPT:]
        return replace(later, count=self.count + later.count, first=self.first, by=by)


decode_missed = msgspec.json.Decoder(Missed).decode
