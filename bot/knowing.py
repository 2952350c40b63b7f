"""One message, and what can be found out for it beyond what it says itself."""

from collections.abc import Mapping, Sequence
from typing import cast

from bot import asks
from bot.asks import Answer, Asked
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

    def fact(self, ask: Asked[Answer]) -> Answer:
        """The answer to an ask."""
        listed = cast("asks.Ask", ask)
        if listed not in self.world.known:
            raise asks.FactNeeded(listed)
        return cast("Answer", self.world.known[listed])

    def request_of(self, code: str) -> Escalation | None:
        """Any request, open or closed; as a deed of this very turn left it."""
        if code in self._changed:
            return self._changed[code]
        return self.fact(asks.RequestOf(code))

    def thread(self, code: str, after: int = 0) -> Sequence[tuple[int, Said]]:
        """What was said in a request after number `after`."""
        return self.fact(asks.ThreadOf(code, after))

    def open_for(self, volunteer: str) -> Sequence[Escalation]:
        """The open requests this volunteer may see, oldest first."""
        return self.fact(asks.OpenFor(volunteer))

    def loads(self, team: str) -> Mapping[str, int]:
        """How many requests each member of a team has now."""
        return self.fact(asks.LoadsOf(team))

    def do(self, deed: Deed) -> Verdict:
        """Do something to a resident's request; several in one turn are told apart by what they do."""
        verdict: Verdict = self.fact(asks.Done(f"{deed.by}:{self.incoming.id}:{deed.act}:{deed.code}", deed))
        if verdict.request:
            self._changed[deed.code] = verdict.request
        return verdict

    def link(self, code: str, *, group: bool = False) -> str:
        """Link this chat by a code: to a volunteer (their id), or as a team's group (its id); empty when not valid."""
        return self.fact(asks.LinkedBy(code, group))

    def unlink(self, volunteer: str) -> None:
        """This chat is this volunteer's no more; what nobody can answer now goes back in line."""
        self.fact(asks.Unlinked(volunteer))

    def refresh_roster(self) -> None:
        """See to it that the roster is as new as can be."""
        self.fact(asks.RosterNow())

    def suggest(self, volunteer: str, code: str, text: str) -> bool:
        """Keep what a guide should say at the step of a request; False for empty words."""
        return self.fact(asks.Suggested(self.incoming.id, code, volunteer, text))

    def go(self, volunteer: str, *, away: bool) -> None:
        """Note that a volunteer is away, or back."""
        self.fact(asks.AwayIs(volunteer, away))

    def sign_in_link(self, volunteer: str) -> str:
        """A link that signs this volunteer in to the desk once; empty where the desk has no address."""
        return self.fact(asks.SignInLink(volunteer))

    def keep_aloud(self, volunteer: str, place: str, words: str, media: str) -> str:
        """Keep what a volunteer read aloud and sent; why that cannot be, empty when it was done."""
        return self.fact(asks.KeptAloud(volunteer, place, words, media))

    @property
    def appointments(self) -> Sequence[Appointment]:
        """All appointments there are, soonest first."""
        return self.fact(asks.AppointmentsKept())

    @property
    def own_appointments(self) -> Sequence[Appointment]:
        """Those of this conversation, also what is over, as long as it is kept."""
        return [each for each in self.appointments if each.chat == self.incoming.chat]

    def book(self, wanted: Appointment, seats: int) -> Appointment | None:
        """Book a slot for this conversation; None when it is full."""
        return self.fact(asks.Booked(wanted, seats))

    def call_off(self, code: str) -> Appointment | None:
        """Call this conversation's appointment off; None when it has no such."""
        return self.fact(asks.CalledOff(code))

    def do_appointment(self, code: str, by: str, act: AppointmentAct) -> Verdict:
        """Let a volunteer do something with an appointment."""
        return self.fact(asks.AppointmentDone(code, by, act))
