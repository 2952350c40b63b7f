"""One message being answered: what it says, and the turn that grows from it."""

from typing_extensions import override

from bot.asks import LineOf
from bot.model import (
    Call,
    Escalation,
    Event,
    Incoming,
    Missed,
    Place,
    Record,
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
from bot.moves import Move, Next, Open
from bot.nlu.intent import Match
from bot.speaking import DESK, Speaking
from bot.world import World

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
