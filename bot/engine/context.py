"""One message being answered: what it says, and the turn that grows from it.

One message, and what can be found out for it beyond what it says itself.

Where a conversation goes after a flow has spoken.

One message being answered: how it is answered in words.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import cast

from msgspec import Struct
from typing_extensions import override

from bot.engine import queries as asks
from bot.engine.environment import World
from bot.engine.input import BACK, MENU, Heard
from bot.engine.queries import Answer, Asked, LineOf
from bot.engine.texts import Voice
from bot.model import (
    Aloud,
    Appointment,
    AppointmentAct,
    Call,
    Choice,
    Deed,
    Drawn,
    Escalation,
    Event,
    Incoming,
    Missed,
    Place,
    Record,
    Reply,
    Run,
    Said,
    Session,
    Spoken,
    Timer,
    Turn,
    Verdict,
    What,
    Who,
    replace,
)
from bot.nlu.intent import Match


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


class Next(Enum):
    """Where a conversation goes after a flow has spoken, besides to a `Place` or an `Open`."""

    HERE = "the question that waits is asked again"
    SAID = "all is said"


class Open(Struct, frozen=True):
    """Go to a guide: to `step`, or to its start. Once it is over, it goes on with the nearest of its `callers`."""

    guide: str
    step: str = ""
    callers: tuple[Run, ...] = ()


class Typed(Struct, frozen=True):
    """Go on as if the resident had typed this at the session's place, whatever they did."""

    text: str


Move = Place | Open | Typed | Next


DESK = "desk"
"""Marks buttons that volunteers can press at any time, also in a group; what is done is checked anew."""


class Speaking(Knowing):
    """Flows speak through `notice`, `ask` and `tell`; `session` is the conversation as the turn leaves it."""

    def __init__(self, session: Session, incoming: Incoming, world: World) -> None:
        super().__init__(session, incoming, world)
        self.session = session
        self._notices: list[str] = []
        self._replies: list[Reply] = []

    @property
    def voice(self) -> Voice:
        return self.setting.words.voice(self.session.lang, self.session.you)

    @property
    def deep_link(self) -> str:
        """The guide a `/start ID` or `/start ID LANGUAGE` asks for, when there is such a guide; else empty."""
        first, guide = (*self.text.split(), "", "")[:2]
        return guide if first == "/start" and self.setting.library.current(guide) else ""

    def speak_as_linked(self) -> None:
        """Speak the language that a deep link names, where it names one."""
        lang = self.text.split()[-1]
        if lang in self.setting.words.languages:
            self.change(lang=lang)

    def change(self, **fields: object) -> None:
        """Change fields of the session."""
        self.session = replace(self.session, **fields)

    def notice(self, name: str, /, **values: object) -> None:
        """Put a catalogue sentence before the next question: one message carries both."""
        self.notice_text(self.voice.say(name, **values))

    def notice_text(self, text: str) -> None:
        """The same, for words that were made already."""
        self._notices.append(text)

    def ask(
        self,
        text: str,
        choices: Sequence[tuple[str, str]] = (),
        *,
        back: str = "",
        menu: bool = True,
        home: str = "",
        mark: str = "",
        picture: Drawn | None = None,
        aloud: Aloud | None = None,
        first: bool = False,
    ) -> Next:
        """Ask at the session's place. `choices` are (id, label); `back` labels the way back when there is one, `home`
        that to where 0 leads when it is not called the menu. `mark` DESK: the buttons are good at any time. `first`:
        nothing stands above the text, and what was noticed stands below it.
        """
        self.offer(choices, back=back, menu=menu, home=home)
        if first:
            text = "\n\n".join([text, *self._notices])
            self._notices.clear()
        return self._reply(text, self.session.offered, mark, picture, aloud)

    def offer(
        self, choices: Sequence[tuple[str, str]] = (), *, back: str = "", menu: bool = True, home: str = ""
    ) -> None:
        """Let these choices be what can be answered at the session's place, without showing them."""
        offered = [Choice(choice_id, label, str(at)) for at, (choice_id, label) in enumerate(choices, start=1)]
        if back:
            offered.append(Choice(BACK, back, "9"))
        if menu:
            offered.append(Choice(MENU, home or self.voice.say("choice.menu"), "0"))
        self.change(offered=tuple(offered))

    def tell(self, name: str, /, **values: object) -> Next:
        """Say something that asks nothing; the question that waits stays, with its choices at hand."""
        return self.tell_text(self.voice.say(name, **values))

    def tell_text(self, text: str) -> Next:
        """The same, for words that were made already."""
        return self._reply(text, self.session.offered)

    def pass_on(self, text: str, page: str) -> None:
        """Say something by itself, without buttons, to be kept or passed on; `page` says the same to others."""
        self.tell_notices()
        self._replies.append(Reply(text, lang=self.session.lang, page=page))

    def speak(self, text: str, sender: str, media: str = "", instead: str = "") -> Next:
        """Say what a volunteer says; what was to be noticed goes before it, from the bot. `instead` as in `hand`."""
        self.tell_notices()
        self._replies.append(Reply(text, sender=sender, media=media, instead=instead, lang=self.session.lang))
        return Next.SAID

    def hand(self, text: str, buttons: Sequence[tuple[str, str]] = (), *, media: str = "", instead: str = "") -> Next:
        """Say something to a volunteer whatever question waits. `buttons` are (id, label), good at any time; they have
        no digits, so the text says which words do the same. `instead` is said where `media` cannot be shown.
        """
        self.tell_notices()
        choices = tuple(Choice(id_, label, "") for id_, label in buttons)
        self._replies.append(Reply(text, choices, DESK, media=media, instead=instead, lang=self.session.lang))
        return Next.SAID

    @property
    def noticed(self) -> bool:
        """Whether something was noticed that nobody said yet."""
        return bool(self._notices)

    def tell_notices(self) -> Next:
        """Say what was noticed, and nothing else."""
        if self._notices:
            notices = "\n\n".join(self._notices)
            self._notices.clear()
            self._replies.append(Reply(notices, lang=self.session.lang))
        return Next.SAID

    def _reply(
        self,
        text: str,
        offered: tuple[Choice, ...],
        mark: str = "",
        picture: Drawn | None = None,
        aloud: Aloud | None = None,
    ) -> Next:
        text = "\n\n".join([*self._notices, text])
        self._notices.clear()
        mark = (mark or self.session.mark) if offered else ""
        self._replies.append(Reply(text, offered, mark, picture=picture, aloud=aloud, lang=self.session.lang))
        return Next.SAID


__all__ = ["DESK", "EMERGENCY", "FIRST_AID", "REQUEST_TIMERS", "UNAGREED_SECONDS", "Move", "Next", "Open", "Scene"]

NEWS = "news"
REQUEST_TIMERS = ("opening", "waiting", "offer", "hold", "talk", NEWS)
"""Due times of an open request: its team comes on duty; nobody took it; an offer runs out; its holder is silent; the
talk is forgotten; lines that came too fast are passed on."""
NEED_TIMERS = ("need", "unneeded")
"""Due times of a request that nobody took: its resident is asked whether they still need it; they said nothing."""
SEEN_SECONDS = 24 * 3600
"""After so long nobody sends a message again that this session, saved by an older version, remembers by its id."""
REQUESTS_KEPT = 3
"""How many closed requests a session remembers the codes of."""
ENTRY_SIZE = 100
"""What an entry of a thread takes beside its words, counted in characters."""
LINES_KEPT = 4
LINE_LENGTH = 80
AWAY_SECONDS = 12 * 3600
"""After so long a resident is first reminded where they were."""
UNAGREED_SECONDS = 24 * 3600
"""How long the session of somebody who has not agreed to be remembered is kept."""

_NOT_THEIRS = ("timer", "deed", "call", "moved", "added", "undelivered", "unopened", "closing", "unkept")
"""Kinds of messages that the person of this conversation did not send."""


FIRST_AID, EMERGENCY = "lua-dao", "cap-cuu"
"""The guides for whoever is losing money or an account, or whose life is in danger: nothing is asked that can wait."""


class Scene(Speaking):
    """One message, the session as it was, and what flows make of them.

    Flows read `text`, `plain`, `command` and `picked`. Without `keep_line` what was said is no last line, which
    volunteers of any team could read. `recording` is that of spoken words which were held back. `hurried`: it is one of
    very many, and its words are passed on together with others, without an answer. `masked` says what messages became
    whose secrets were masked, by id.
    """

    def __init__(self, session: Session, incoming: Incoming, world: World) -> None:
        super().__init__(session, incoming, world)
        self.timers: list[Timer] = []
        self.forget = False
        self.keep_line = True
        self.verdict: Verdict | None = None
        self.hear: tuple[Spoken, ...] = ()
        self.missed: Missed | None = None
        self.recording = ""
        self.ignored = False
        self.hurried = False
        self.masked: dict[str, str] = {}
        self._understood: Match | None = None
        self._events: list[Event] = []
        self._request: Escalation | None = None
        self._said: list[Said] = []
        self._covered: list[tuple[int, Said]] = []
        self._calls: list[Call] = []
        self._records: list[Record] = []

    # What the message says

    @property
    def understood(self) -> Match:
        """What the free text asks for. Worked out once, and only when some flow wants to know."""
        if self._understood is None:
            guide = self.setting.library.current(self.session.talked_about)
            self._understood = self.setting.matcher.match(self.text, guide.topic if guide else "")
        return self._understood

    @property
    def wants_other_guide(self) -> bool:
        """The resident's own words ask for something, whatever waits."""
        if not self.free_text:
            return False
        found = self.understood
        return found.decision == "guide" or (found.decision == "ask" and bool(found.offer()))

    @property
    def seconds_away(self) -> int:
        """How long ago this conversation was last heard of; 0 where the clock went back since."""
        return max(0, self.world.now - self.session.heard_at) if self.session.heard_at else 0

    @property
    def long_away(self) -> bool:
        return self.seconds_away > AWAY_SECONDS

    @property
    def in_talk(self) -> bool:
        """A volunteer holds the resident's request: the bot is silent."""
        return bool(self.session.request and self.session.helper)

    @property
    def line(self) -> int:
        """The place in line of the resident's request, or of the one being opened now."""
        place: int = self.fact(LineOf(self._request.team if self._request else ""))
        return place

    @property
    def request(self) -> Escalation | None:
        """The resident's open request, as this turn leaves it."""
        if self._request is None and self.session.request:
            return self.request_of(self.session.request)
        return self._request

    @override
    def reread(self, text: str) -> None:
        super().reread(text)
        self._understood = None

    def typed(self, text: str) -> "Scene":
        """This message as if the resident had typed `text` now, with what was counted so far."""
        incoming = replace(self.incoming, kind="text", text=text, choice="")
        scene = Scene(self.session, incoming, self.world)
        scene._events, scene.masked = self._events, self.masked
        return scene

    # What the turn does

    def ignore(self) -> Next:
        """Leave everything as it was: nothing of this message is saved, or said."""
        self.ignored = True
        return Next.SAID

    def note(self, name: str, about: str = "") -> None:
        """Count something that happened (never what somebody wrote)."""
        self._events.append(Event(name, about))

    def save_request(self, request: Escalation) -> None:
        """The resident's request is this from now on."""
        self._request = request
        others = tuple(code for code in self.session.requests if code != request.code)
        helper = request.holder if request.state == "held" else ""
        if helper != self.session.helper:
            self.change(helper=helper, replied=())
        if request.state == "closed":
            self.change(request="", requests=(*others, request.code)[-REQUESTS_KEPT:], asked_at=0)
        else:
            self.change(request=request.code, requests=others)

    def save_closed(self, request: Escalation) -> None:
        """Change a closed request; an open one of the same resident stays what it is."""
        self._request = request

    def withdraw(self) -> None:
        """Take the resident's request out, wherever it is, and tell who holds it."""
        if request := self.request:
            self.write("bot", "withdrawn")
            self.record("withdrawn", request.code)
            self.note("request_withdrawn")
            if request.holder:
                self.call(request.code, f"volunteer:{request.holder}", "over")
            self.close_request(request)

    def close_request(self, request: Escalation) -> None:
        """Close the resident's request; nothing that was to happen to it comes any more, and this end has no score."""
        self.save_request(replace(request, state="closed", since=self.world.now, rev=request.rev + 1, score=0))
        self.timers += [Timer(name, 0) for name in REQUEST_TIMERS + NEED_TIMERS]

    def write(self, who: Who, text: str, *, by: str = "", media: str = "", heard: bool = False) -> None:
        """Add something to the thread of the resident's request."""
        self.change(written=self.session.written + len(text) + ENTRY_SIZE)
        self._said.append(Said(self.world.now, who, text, by, media, heard))

    def cover(self, number: int, said: Said, text: str) -> None:
        """Have an entry in the thread of the resident's request read `text` from now on."""
        self._covered.append((number, replace(said, text=text)))

    def call(self, code: str, to: str, what: What) -> None:
        """Have somebody hear of a request."""
        self._calls.append(Call(self.incoming.id, code, to, what))

    def record(self, act: str, code: str = "", *, by: str = "", about: str = "") -> None:
        """Add a line to the record of who did what."""
        self._records.append(Record(self.world.now, act, code, by, about))

    def cannot(self, name: str) -> Move:
        """Say kindly what does not work, and ask again; the second time in a row a person is offered instead."""
        if self.session.said == name:
            self.notice("cannot.again")
            return self.offer_person()
        self.notice(name)
        self.change(said=name)
        return Next.HERE

    def offer_person(self) -> Place:
        """Where somebody goes who got stuck with the bot: who waits for a person already is shown how it stands."""
        return Place("person") if self.session.request else Place("person", "offer")

    def title(self, guide: str) -> str:
        """The title of a guide in the resident's language; its id where it is withdrawn."""
        current = self.setting.library.current(guide)
        return self.voice.render(current.says(self.session.lang).title) if current else guide

    @property
    def kept_seconds(self) -> int:
        """How long this session is kept after the resident's last message."""
        known = self.session.consent == "yes" or self.session.duty is not None
        return self.setting.keep_seconds if known else UNAGREED_SECONDS

    def step_number(self, run: Run) -> tuple[int, int]:
        """Which step this is, and of how many; of 0 where that depends on what comes. Both are 0 where none counts."""
        guide, number = self.setting.library.version(run.guide, run.version), len(run.trail) + 1
        return guide.counted(run.step, number) if guide else (number, 0)

    def step_text(self) -> str:
        """The step of the guide being taken, as the resident reads it, without its choices; empty without a guide."""
        run = self.session.run
        guide = self.setting.library.version(run.guide, run.version) if run else None
        words = guide.says(self.session.lang).steps.get(run.step) if run and guide else None
        if run is None or words is None:
            return ""
        number, total = self.step_number(run)
        texts = [self.voice.render(text) for text in (words.text, words.calm) if text]
        counted = [self.voice.say("guide.step", n=number, total=total)] if number else []
        return "\n".join([*counted, *texts])

    def turn(self) -> Turn:
        """The whole of it, with what every turn remembers."""
        lines = self.session.lines
        elsewhere = self.incoming.group or self.session.duty
        if self.keep_line and self.session.consent == "yes" and self.free_text and not elsewhere:
            lines = (*lines, self.text[:LINE_LENGTH])[-LINES_KEPT:]
        session = replace(
            self.session,
            seen=() if self.seconds_away > SEEN_SECONDS else self.session.seen,
            heard_at=self.session.heard_at if self.incoming.kind in _NOT_THEIRS else self.world.now,
            lines=lines,
        )
        if session.echo or session.photo:
            session = session.without_leftovers()
        if self.incoming.kind == "timer" and all(set_again.name != self.incoming.text for set_again in self.timers):
            self.timers.append(Timer(self.incoming.text, 0))
        replies = [replace(each, asks="picture") for each in self._replies] if session.picture_asked else self._replies
        if self.forget:
            replies = [replace(each, erased=True) for each in replies]
        if self.masked and replies:
            replies = [replace(replies[0], masked=self.masked), *replies[1:]]
        return Turn(
            session=session,
            answers=self.incoming.id,
            replies=tuple(replies),
            events=tuple(self._events),
            request=self._request,
            said=tuple(self._said),
            covered=tuple(self._covered),
            calls=tuple(self._calls),
            records=tuple(self._records),
            timers=tuple(self.timers),
            keep_seconds=self.kept_seconds,
            forget=self.forget,
            verdict=self.verdict,
            hear=self.hear,
            missed=self.missed,
            ignored=self.ignored,
        )
