"""One message being answered: what it says, and the turn that grows from it."""

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from bot.errors import FactNeeded
from bot.heard import BACK, MENU, Heard
from bot.model import Choice, Escalation, Event, Incoming, Place, Reply, Run, Session, Timer, Turn, replace
from bot.understanding import Match
from bot.words import Voice
from bot.world import World

SEEN_KEPT = 20
"""How many message ids a session remembers. Platforms repeat a message before they send the next one."""
LINES_KEPT = 4
LINE_LENGTH = 80
AWAY_SECONDS = 12 * 3600
"""After so long a resident is first reminded where they were."""
UNAGREED_SECONDS = 24 * 3600
"""How long the session of somebody who has not agreed to be remembered is kept."""


class Next(Enum):
    """Where a conversation goes after a flow has spoken, besides to a `Place` or an `Open`."""

    HERE = "the question that waits is asked again"
    SAID = "all is said"


class Open(Struct, frozen=True):
    """Go to a guide: to `step`, or to its start."""

    guide: str
    step: str = ""


Move = Place | Open | Next


class Scene(Heard):
    """One message, the session as it was, and what flows make of them.

    Flows read `text`, `plain`, `command` and `picked`, and speak through `notice`, `ask` and `tell`.
    """

    def __init__(self, session: Session, incoming: Incoming, world: World) -> None:
        super().__init__(session, incoming)
        self.session = session
        self.world = world
        self.setting = world.setting
        self.opened: Escalation | None = None
        self.closed = ""
        self.timers: list[Timer] = []
        self.forget = False
        self._understood: Match | None = None
        self._notices: list[str] = []
        self._replies: list[Reply] = []
        self._events: list[Event] = []

    # What the message says

    @property
    def understood(self) -> Match:
        """What the free text asks for. Worked out once, and only when some flow wants to know."""
        if self._understood is None:
            run = self.session.run
            guide = self.setting.library.current(run.guide) if run else None
            self._understood = self.setting.matcher.match(self.text, guide.topic if guide else "")
        return self._understood

    @property
    def wants_other_guide(self) -> bool:
        """The resident's own words ask for something, whatever waits."""
        return self.free_text and self.understood.decision in ("guide", "ask")

    @property
    def seconds_away(self) -> int:
        """How long ago this conversation was last heard of."""
        return self.world.now - self.session.heard_at if self.session.heard_at else 0

    @property
    def long_away(self) -> bool:
        return self.seconds_away > AWAY_SECONDS

    @property
    def line(self) -> int:
        """The place in line of the resident's request; known only when the store was asked."""
        if self.world.line is None:
            raise FactNeeded("line")
        return self.world.line

    # What the turn does

    @property
    def voice(self) -> Voice:
        return self.setting.words.voice(self.session.lang, self.session.you)

    def change(self, **fields: object) -> None:
        """Change fields of the session."""
        self.session = replace(self.session, **fields)

    def note(self, name: str, about: str = "") -> None:
        """Count something that happened (never what somebody wrote)."""
        self._events.append(Event(name, about))

    def notice(self, name: str, **values: object) -> None:
        """Put a catalogue sentence before the next question: one message carries both."""
        self._notices.append(self.voice.say(name, **values))

    def ask(self, text: str, choices: Sequence[tuple[str, str]] = (), *, back: str = "", menu: bool = True) -> Next:
        """Ask at the session's place. `choices` are (id, label); `back` labels the way back when there is one."""
        offered = [Choice(choice_id, label, str(at)) for at, (choice_id, label) in enumerate(choices, start=1)]
        if back:
            offered.append(Choice(BACK, back, "9"))
        if menu:
            offered.append(Choice(MENU, self.voice.say("choice.menu"), "0"))
        self.change(offered=tuple(offered))
        return self._reply(text, tuple(offered))

    def tell(self, name: str, **values: object) -> Next:
        """Say something that asks nothing; the question that waits stays, with its choices at hand."""
        return self.tell_text(self.voice.say(name, **values))

    def _reply(self, text: str, offered: tuple[Choice, ...]) -> Next:
        text = "\n\n".join([*self._notices, text])
        self._notices.clear()
        self._replies.append(Reply(text, offered, self.session.mark if offered else ""))
        return Next.SAID

    def tell_text(self, text: str) -> Next:
        """The same, for words that were made before the session changed."""
        return self._reply(text, self.session.offered)

    def close_request(self) -> None:
        """Take the resident's request out of the queue, if there is one."""
        if self.session.request:
            self.closed = self.session.request
            self.timers.append(Timer("waiting", 0))
            self.note("request_withdrawn")
            self.change(request="")

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
    def deep_link(self) -> str:
        """The guide a `/start ID` asks for, when there is such a guide; else empty."""
        first, _, guide = self.text.partition(" ")
        guide = guide.strip()
        return guide if first == "/start" and self.setting.library.current(guide) else ""

    @property
    def kept_seconds(self) -> int:
        """How long this session is kept after the resident's last message."""
        return self.setting.keep_seconds if self.session.consent == "yes" else UNAGREED_SECONDS

    def step_number(self, run: Run) -> tuple[int, int]:
        """Which step this is, and of how many on the main path from here."""
        guide = self.setting.library.version(run.guide, run.version)
        number = len(run.trail) + 1
        return number, number - 1 + (guide.steps_left.get(run.step, 1) if guide else 1)

    def turn(self) -> Turn:
        """The whole of it, with what every turn remembers."""
        lines = self.session.lines
        if self.session.consent == "yes" and self.free_text and not self.incoming.group:
            lines = (*lines, self.text[:LINE_LENGTH])[-LINES_KEPT:]
        timer = self.incoming.kind == "timer"
        session = replace(
            self.session,
            seen=(*self.session.seen, self.incoming.id)[-SEEN_KEPT:],
            heard_at=self.session.heard_at if timer else self.world.now,
            lines=lines,
        )
        if timer and all(set_again.name != self.incoming.text for set_again in self.timers):
            self.timers.append(Timer(self.incoming.text, 0))
        return Turn(
            session=session,
            replies=tuple(self._replies),
            events=tuple(self._events),
            opened=self.opened,
            closed=self.closed,
            timers=tuple(self.timers),
            keep_seconds=self.kept_seconds,
            forget=self.forget,
        )
