"""What a flow may want to know, or have done, that only the store can: each is asked, and answered, once a turn.

A new one is listed in `Ask`; the type checker then names who has to answer it.
"""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from bot.errors import TosoError
from bot.model import Appointment, AppointmentAct, Deed, Escalation, Said, Verdict

Answer = TypeVar("Answer")


class Asked(Struct, Generic[Answer], frozen=True):
    """Something asked, and the type of its answer."""


class LineOf(Asked[int], frozen=True):
    """The place in line (`int`) of this conversation's open request, or of one that would be opened for `team` now."""

    team: str


class RequestOf(Asked[Escalation | None], frozen=True):
    """The request with this code (`Escalation`), or None."""

    code: str


class ThreadOf(Asked[Sequence[tuple[int, Said]]], frozen=True):
    """What was said in a request after number `after`: a sequence of (number, `Said`)."""

    code: str
    after: int = 0


class OpenFor(Asked[Sequence[Escalation]], frozen=True):
    """The open requests that this volunteer may see (a sequence of `Escalation`), oldest first."""

    volunteer: str


class Admitted(Asked[bool], frozen=True):
    """Count one more request for a person; answered by False where too many were opened in the last hour."""


class LoadsOf(Asked[Mapping[str, int]], frozen=True):
    """How many requests each member of this team has now, held or offered: a mapping of volunteer ids to counts."""

    team: str


class Done(Asked[Verdict], frozen=True):
    """Do this to a resident's request; answered by a `Verdict`. With the same `id` again it is not done again."""

    id: str
    deed: Deed


class LinkedBy(Asked[str], frozen=True):
    """Link this chat to whoever was given `code`; answered by the volunteer's id, empty for a code that is not valid.

    `group`: the chat is a team's group, linked by a lead; then the answer is the team's id.
    """

    code: str
    group: bool = False


class GroupIs(Asked[Sequence[Escalation]], frozen=True):
    """This chat's group is `lost` (takes nothing any more), or is not, or lives on as `moved_to`: note it for the team
    whose group it is. Answered by the requests that wait for that team, the oldest first.
    """

    lost: bool
    moved_to: str = ""


class Unlinked(Asked[bool], frozen=True):
    """This chat is gone, or shall not be this volunteer's any more: unlink it, and when it was their last one put back
    in line what they held; answered by True.
    """

    volunteer: str


class RosterNow(Asked[bool], frozen=True):
    """Fetch the roster when it changed; answered by True. What this message may know of it is new from then on."""


class Suggested(Asked[bool], frozen=True):
    """Keep what this volunteer says a guide should say at the step of a request; answered by whether it was kept."""

    id: str
    code: str
    volunteer: str
    text: str


class AwayIs(Asked[bool], frozen=True):
    """Note that this volunteer is away, or back; answered by True."""

    volunteer: str
    away: bool


class SignInLink(Asked[str], frozen=True):
    """A link (`str`) that signs this volunteer in to the desk once, soon; empty where the desk has no address."""

    volunteer: str


class AppointmentsKept(Asked[Sequence[Appointment]], frozen=True):
    """All appointments there are (a sequence of `Appointment`), soonest first."""


class Booked(Asked[Appointment | None], frozen=True):
    """Book this slot, which has so many seats, for this conversation; answered by the `Appointment` with its code, or
    by None when it is full. A conversation has one of a kind: another one is answered by the one it has.
    """

    wanted: Appointment
    seats: int


class CalledOff(Asked[Appointment | None], frozen=True):
    """Call this conversation's appointment off; answered by the `Appointment`, or by None when it has no such."""

    code: str


class AppointmentDone(Asked[Verdict], frozen=True):
    """Let a volunteer do this with an appointment; answered by a `Verdict`. A second time it is not done again."""

    code: str
    by: str
    act: AppointmentAct


class FilesRewritten(Asked[bool], frozen=True):
    """Have the store's files written anew soon, so that what this turn takes back leaves the disk; answered by True."""


class Forgotten(Asked[bool], frozen=True):
    """Take away what this conversation's person wrote that is kept elsewhere: what was not understood, and suggestions
    about their requests or by the volunteer that they are. Answered by True. Done again it changes nothing.
    """

    volunteer: str


class KeptAloud(Asked[str], frozen=True):
    """Keep the spoken words `media`, which this volunteer sent, for the step that `place` names; `words` stands for
    what they read. Answered by why they were not kept, empty when they were.
    """

    volunteer: str
    place: str
    words: str
    media: str


Ask = (
    LineOf
    | RequestOf
    | ThreadOf
    | OpenFor
    | LoadsOf
    | Admitted
    | Done
    | LinkedBy
    | GroupIs
    | Unlinked
    | RosterNow
    | Suggested
    | AwayIs
    | SignInLink
    | AppointmentsKept
    | Booked
    | CalledOff
    | AppointmentDone
    | FilesRewritten
    | Forgotten
    | KeptAloud
)


class FactNeeded(TosoError):
    """A flow needs the answer to `ask`: look it up (or do it) and decide again."""

    code = "fact_needed"

    def __init__(self, ask: Ask) -> None:
        super().__init__(type(ask).__name__)
        self.ask = ask
