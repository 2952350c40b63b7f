"""The words we think in: plain values without I/O, clock or chance.

Everything that is stored (`Session`, `Escalation`) survives JSON and carries its shape number.
"""

from typing import Literal
from zlib import crc32

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

__all__ = [
    "ESCALATION_SHAPE",
    "SESSION_SHAPE",
    "Chat",
    "Choice",
    "Escalation",
    "Event",
    "Incoming",
    "Kind",
    "Place",
    "Reply",
    "Run",
    "Session",
    "Timer",
    "Turn",
    "replace",
]

SESSION_SHAPE = 1
ESCALATION_SHAPE = 1

Kind = Literal["text", "press", "picture", "voice", "sticker", "file", "edited", "gone", "timer"]
"""What came in. `gone`: the person blocked the bot or deleted the chat. `timer`: a stored due time came."""


class Chat(Struct, frozen=True):
    """One person in one chat of one channel: the conversation's identity."""

    channel: str
    chat: str
    person: str

    @property
    def key(self) -> str:
        """The conversation key, as the store and the locks name it."""
        if self.chat == self.person:
            return f"{self.channel}:{self.chat}"
        return f"{self.channel}:{self.chat}:{self.person}"


class Incoming(Struct, frozen=True):
    """One thing that reached us, in our own words.

    `id` is the platform's own id of the update and is unique within the conversation: the same id twice has one
    effect. `choice` is the payload of a pressed button, as `Reply.payload` made it. `receipt` is what the channel
    needs to acknowledge this update, and means nothing to anyone else.
    """

    id: str
    chat: Chat
    kind: Kind = "text"
    text: str = ""
    choice: str = ""
    receipt: str = ""
    group: bool = False


class Choice(Struct, frozen=True, array_like=True):
    """One thing a resident can choose; `digit` is what they may type for it."""

    id: str
    label: str
    digit: str


class Reply(Struct, frozen=True):
    """One message to a person, before a channel shapes it.

    `mark` names the place in the conversation its choices belong to, so that a press on an old message is known as
    such. `sender` is empty for the bot, else the first name of the volunteer who speaks.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    mark: str = ""
    sender: str = ""

    def payload(self, choice: Choice) -> str:
        """What a button for this choice carries (at most 64 bytes: Telegram's `callback_data`)."""
        return f"{self.mark}:{choice.id}"


class Place(Struct, frozen=True, omit_defaults=True):
    """Where a conversation waits: which flow asked, what it asked, and which flow to go back to afterwards."""

    flow: str
    ask: str = ""
    back: str = ""


class Run(Struct, frozen=True, omit_defaults=True):
    """A guide being taken: the version it began with, the step shown, and the steps before it."""

    guide: str
    version: int
    step: str
    trail: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()


class Session(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All that is kept about one conversation between two messages.

    `seen` holds the ids of the last messages that had an effect; `said` the last "not understood" line, so that the
    same one is never said twice; `wants` what a newcomer asked for before we introduced ourselves.
    Times are Unix seconds.
    """

    shape: int = field(default_factory=lambda: SESSION_SHAPE)  # a plain default would not be written
    lang: str = "vi"
    you: str = ""
    consent: Literal["", "yes", "no"] = ""
    consent_at: int = 0
    place: Place | None = None
    offered: tuple[Choice, ...] = ()
    run: Run | None = None
    done: tuple[str, ...] = ()
    misses: int = 0
    said: str = ""
    wants: str = ""
    request: str = ""
    lines: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    heard_at: int = 0

    @property
    def mark(self) -> str:
        """A short name of the exact question that waits: equal for equal questions, whenever they were asked."""
        place, run = self.place, self.run
        name = f"{place.flow}/{place.ask}" if place else ""
        if run:
            name += f"/{run.guide}/{run.step}"
        return f"{crc32(name.encode()):08x}"


class Escalation(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A request for a person, with what a volunteer needs to help without asking again.

    `code` is what the resident reads out, for example `H4821`; `opened_at` (Unix seconds) never changes, so a request
    that comes back to the queue keeps its place. `tried` names the troubles already looked at. Secrets are masked
    before this is made.
    """

    shape: int = field(default_factory=lambda: ESCALATION_SHAPE)
    code: str
    chat: Chat
    opened_at: int
    topic: str = ""
    guide: str = ""
    version: int = 0
    step: str = ""
    tried: tuple[str, ...] = ()
    lang: str = "vi"
    you: str = ""
    lines: tuple[str, ...] = ()
    state: Literal["waiting", "closed"] = "waiting"


class Event(Struct, frozen=True):
    """Something that happened, for counters and logs: never holds anything a person wrote.

    `about` narrows it down, for example the event `step` about `vneid-may-moi/old_phone`.
    """

    name: str
    about: str = ""


class Timer(Struct, frozen=True):
    """A due time to store with the turn: at `at` (Unix seconds) the conversation gets an `Incoming` of kind `timer`.

    `name` is unique within the conversation; setting it again moves it, `at=0` removes it.
    """

    name: str
    at: int


class Turn(Struct, frozen=True):
    """What one message changes: decided as a whole, saved as a whole.

    `keep_seconds` is how long the session stays when nobody writes. `opened` is a request for a person to put in the
    queue; `closed` the code of one to take out of it. `forget`: what was kept about this person goes, including a
    closed request and the log of a pulled channel.
    """

    session: Session
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
    opened: Escalation | None = None
    closed: str = ""
    timers: tuple[Timer, ...] = ()
    keep_seconds: int = 0
    forget: bool = False


decode_session = msgspec.json.Decoder(Session).decode
decode_escalation = msgspec.json.Decoder(Escalation).decode
encode = msgspec.json.Encoder().encode
