"""What somebody may read of a request that left their hands: what was said until then, and their own words. Pure."""

from collections.abc import Sequence

from bot.desk.roster import Roster, Volunteer
from bot.model import Escalation, Said

_STILL_THEIRS = ("taken", "photo_asked", "step_sent")
"""What the bot notes of whoever holds a request; anything else it notes of somebody is the end of that."""


def readable(
    roster: Roster, me: Volunteer, request: Escalation, thread: Sequence[tuple[int, Said]]
) -> Sequence[tuple[int, Said]]:
    """The entries of a request's thread for somebody who may see it, with their numbers."""
    if roster.may_follow(me, request):
        return thread
    last = _last_in_hand(thread, me)
    return [(number, said) for number, said in thread if number <= last or said.by == me.id]


def _last_in_hand(thread: Sequence[tuple[int, Said]], me: Volunteer) -> int:
    """The number of the entry with which it left their hands; 0 where they never had it."""
    last, holder = 0, ""
    for number, said in thread:
        noted = said.by if said.who == "bot" else ""
        if me.id in (holder, noted):
            last = number
        if noted:
            holder = noted if said.text in _STILL_THEIRS else ""
    return last
