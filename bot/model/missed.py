"""What residents wrote and nobody understood."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace


class Missed(Struct, frozen=True, omit_defaults=True):
    """Words that were not understood, and nothing of who wrote them. `near` is the guide that came nearest, if any.

    `count` says how often they were written; `first` and `last` are the days of that, counted as `date.toordinal` does.
    """

    text: str
    near: str = ""
    count: int = 1
    first: int = 0
    last: int = 0

    def and_then(self, later: "Missed") -> "Missed":
        """The same words, written again."""
        return replace(later, count=self.count + later.count, first=self.first)


decode_missed = msgspec.json.Decoder(Missed).decode
