"""One message, and what can be found out for it beyond what it says itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.asks import (
    AppointmentDone,
    AppointmentsKept,
    Ask,
    AwayIs,
    Booked,
    CalledOff,
    Done,
    FactNeeded,
    LinkedBy,
    LoadsOf,
    OpenFor,
    RequestOf,
    RosterNow,
    SignInLink,
    Suggested,
    ThreadOf,
    Unlinked,
)
from bot.heard import Heard
from bot.model import Appointment, AppointmentAct, Deed, Escalation, Incoming, Said, Session, Verdict
from bot.world import World


class Knowing(Heard):
    """A message in its world. What the world does not know yet raises FactNeeded: it is looked up, or done, once."""

    def __init__(self, session: Session, incoming: Incoming, world: World) -> None:
        super().__init__(session, incoming)
        self.world = world
        self.setting = world.setting
        self._changed: dict[str, Escalation] = {}

    def fact(self, ask: Ask) -> Any:
        """The answer to an ask."""
        if ask not in self.world.known:
            raise FactNeeded(ask)
        return self.world.known[ask]

    def request_of(self, code: str) -> Escalation | None:
        """Any request, open or closed; as a deed of this very turn left it."""
        if code in self._changed:
            return self._changed[code]
        found: Escalation | None = self.fact(RequestOf(code))
        return found

    def thread(self, code: str, after: int = 0) -> Sequence[tuple[int, Said]]:
        """What was said in a request after number `after`."""
        said: Sequence[tuple[int, Said]] = self.fact(ThreadOf(code, after))
        return said

    def open_for(self, volunteer: str) -> Sequence[Escalation]:
        """The open requests this volunteer may see, oldest first."""
        found: Sequence[Escalation] = self.fact(OpenFor(volunteer))
        return found

    def loads(self, team: str) -> Mapping[str, int]:
        """How many requests each member of a team has now."""
        counts: Mapping[str, int] = self.fact(LoadsOf(team))
        return counts

    def do(self, deed: Deed) -> Verdict:
        """Do something to a resident's request; several in one turn are told apart by what they do."""
        verdict: Verdict = self.fact(Done(f"{deed.by}:{self.incoming.id}:{deed.act}:{deed.code}", deed))
        if verdict.request:
            self._changed[deed.code] = verdict.request
        return verdict

    def link(self, code: str, *, group: bool = False) -> str:
        """Link this chat by a code: to a volunteer (their id), or as a team's group (its id); empty when not valid."""
        linked: str = self.fact(LinkedBy(code, group))
        return linked

    def unlink(self, volunteer: str) -> None:
        """This chat is this volunteer's no more; what nobody can answer now goes back in line."""
        self.fact(Unlinked(volunteer))

    def refresh_roster(self) -> None:
        """See to it that the roster is as new as can be."""
        self.fact(RosterNow())

    def suggest(self, volunteer: str, code: str, text: str) -> bool:
        """Keep what a guide should say at the step of a request; False for empty words."""
        kept: bool = self.fact(Suggested(self.incoming.id, code, volunteer, text))
        return kept

    def go(self, volunteer: str, *, away: bool) -> None:
        """Note that a volunteer is away, or back."""
        self.fact(AwayIs(volunteer, away))

    def sign_in_link(self, volunteer: str) -> str:
        """A link that signs this volunteer in to the desk once; empty where the desk has no address."""
        link: str = self.fact(SignInLink(volunteer))
        return link

    @property
    def appointments(self) -> Sequence[Appointment]:
        """All appointments there are, soonest first."""
        kept: Sequence[Appointment] = self.fact(AppointmentsKept())
        return kept

    @property
    def own_appointments(self) -> Sequence[Appointment]:
        """Those of this conversation, also what is over, as long as it is kept."""
        return [each for each in self.appointments if each.chat == self.incoming.chat]

    def book(self, wanted: Appointment, seats: int) -> Appointment | None:
        """Book a slot for this conversation; None when it is full."""
        booked: Appointment | None = self.fact(Booked(wanted, seats))
        return booked

    def call_off(self, code: str) -> Appointment | None:
        """Call this conversation's appointment off; None when it has no such."""
        off: Appointment | None = self.fact(CalledOff(code))
        return off

    def do_appointment(self, code: str, by: str, act: AppointmentAct) -> Verdict:
        """Let a volunteer do something with an appointment."""
        verdict: Verdict = self.fact(AppointmentDone(code, by, act))
        return verdict
