"""Somebody was helped by a volunteer who sat beside them: what is counted, and no name.

What residents wrote and nobody understood.
"""

from typing import Literal, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

Band = Literal["", "u40", "40_59", "60_74", "75_up"]
"""About how old they are; empty where nobody said."""
BANDS: tuple[Band, ...] = get_args(Band)[1:]

Outcome = Literal["", "done", "partly", "not"]
"""How far it came; empty where nobody said."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)[1:]

HELPED_BESIDE = "helped_beside"
"""The act of the records that this is counted by: one for each person each time."""


class Beside(Struct, frozen=True, omit_defaults=True):
    """One person, helped once, with `guide`.

    `team` and `channel` are those of the volunteer (`web`: said afterwards, in a form). While it goes on: `begun_at` is
    when (Unix seconds), and `asked` that they were asked how it went.
    """

    guide: str = ""
    band: Band = ""
    outcome: Outcome = ""
    team: str = ""
    channel: str = ""
    begun_at: int = 0
    asked: bool = False

    @property
    def about(self) -> str:
        """What the record of it says."""
        return "/".join((self.guide, self.band, self.outcome, self.team, self.channel))


def band_named(text: str) -> Band:
    """The age band of this name, or of somebody of this age; empty for anything else."""
    if text.isdecimal() and len(text) < 4:
        age = int(text)
        return "u40" if age < 40 else "40_59" if age < 60 else "60_74" if age < 75 else "75_up"
    return next((band for band in BANDS if band == text), "")


def outcome_named(text: str) -> Outcome:
    """The outcome of this name; empty for anything else."""
    return next((outcome for outcome in OUTCOMES if outcome == text), "")


def read_beside(about: str) -> Beside:
    """What a record counts. What is not known here is left empty."""
    guide, band, outcome, team, channel = (about.split("/") + [""] * 5)[:5]
    return Beside(guide, band_named(band), outcome_named(outcome), team, channel)


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
