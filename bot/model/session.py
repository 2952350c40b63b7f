"""What is kept about a conversation between two messages, and what one message changes."""

from typing import Literal
from zlib import crc32

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from bot.model.chat import Choice, Event, Timer
from bot.model.message import Reply
from bot.model.request import Call, Escalation, Record, Said, Verdict
from bot.model.statistics import Beside, Missed

SESSION_SHAPE = 2


class Place(Struct, frozen=True, omit_defaults=True):
    """Where a conversation waits: which flow asked, what it asked, and which flow to go back to afterwards."""

    flow: str
    ask: str = ""
    back: str = ""


class Run(Struct, frozen=True, omit_defaults=True):
    """A guide being taken: the version it began with, the step shown, and the steps before it.

    `callers` are the guides that led here, the nearest last: once this one is over, it goes on there.
    """

    guide: str
    version: int
    step: str
    trail: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    callers: tuple["Run", ...] = ()


class Reminder(Struct, frozen=True, omit_defaults=True):
    """That a resident wants to be reminded `at` a time (Unix seconds) of what a guide is about; of none: of a paper."""

    at: int
    guide: str = ""


class Duty(Struct, frozen=True, omit_defaults=True):
    """A volunteer's side of their own conversation with the bot.

    `id` is the volunteer; `read` up to which number of a request's thread they got what was said, for each they hold.
    `beside` is whom they help beside them now.
    """

    id: str
    read: dict[str, int] = {}
    beside: Beside | None = None


class Spoken(Struct, frozen=True, omit_defaults=True):
    """Spoken words that nobody has heard yet: the message `id` they came with, and the channel's reference of them.

    `tries` counts how often they were to be heard again.
    """

    id: str
    media: str
    tries: int = 0

    @property
    def heard_as(self) -> str:
        """The id of the message that says what was heard: the same, however often it is heard."""
        return f"heard:{self.id}"

    @property
    def recording(self) -> str:
        """The reference, where whoever helps can have it; empty for what is kept only until it was heard."""
        return self.media if self.media.startswith("voice:") else ""


class Echo(Struct, frozen=True, omit_defaults=True):
    """What a machine heard, masked, while the resident is asked whether they said it.

    `place` waited before, with these choices: what they said answers that.
    """

    text: str
    place: Place
    offered: tuple[Choice, ...] = ()


class Awaited(Struct, frozen=True, omit_defaults=True):
    """A secret that was named, of which kind and when (Unix seconds), and how many digits of it were told since.

    Of a password `digits` is 1 where everyday words are no part of it, and 2 where the last message told a part.
    """

    kind: Literal["password", "safety", "card", "account", "id"]
    at: int
    digits: int = 0


NEAR = "near"
"""The album of a picture where the platform does not say what belongs together: what comes right after it."""


class Album(Struct, frozen=True, omit_defaults=True):
    """Pictures that were sent together: the last came `at`. What becomes of the first becomes of all.

    `passed`: it goes to who helps. `others` wait, while it is asked whether it shall.
    """

    id: str
    at: int
    passed: bool = False
    others: tuple[str, ...] = ()


class Session(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All that is kept about one conversation between two messages.

    `seen` holds the ids of messages that had an effect before the store itself kept them; `said` the last "not
    understood" line, so that the same one is never said twice; `aside` is the guide that first aid came in between of;
    `unfinished` are guides left for others, the newest last;
    `wants` what a newcomer asked for before we introduced ourselves. `group` is the resident's residential group (`-`:
    asked, and not known). `request` is the code of their open request, `requests` those of the last closed ones;
    `helper` is the volunteer who holds the open one, `replied` how their last replies end, and `asked_at` when the
    resident wrote the oldest line that has no answer yet; `written` is about how many characters the request's thread
    holds, and `opened` on which day (its ordinal) they last opened a request, and how many on it. `duty` is there for
    volunteers. `spoken` waits to be heard; `echo` was heard; `code` is when a piece of a secret code was said last, and
    how much was said of it; `awaited` is the secret that the next messages may tell; `pieces` are the ids of messages
    that told the beginning of either; `photo` holds pictures for the
    request being opened, one a line; at `late_at` we last said that what they wrote came too late, at `flooded_at` that
    it was too much; `full_at` is when they may write as much as at first again. `album` is that of their last picture.
    At `need_asked_at` they were last asked whether they still need somebody. `reminders` they asked for themselves.
    Times are Unix seconds.
    """

    shape: int = field(default_factory=lambda: SESSION_SHAPE)  # a plain default would not be written
    lang: str = "vi"
    you: str = ""
    consent: Literal["", "yes", "no"] = ""
    consent_at: int = 0
    group: str = ""
    place: Place | None = None
    offered: tuple[Choice, ...] = ()
    run: Run | None = None
    aside: Run | None = None
    unfinished: tuple[Run, ...] = ()
    done: tuple[str, ...] = ()
    misses: int = 0
    said: str = ""
    wants: str = ""
    request: str = ""
    requests: tuple[str, ...] = ()
    helper: str = ""
    replied: tuple[str, ...] = ()
    asked_at: int = 0
    written: int = 0
    opened: tuple[int, int] = (0, 0)
    duty: Duty | None = None
    spoken: tuple[Spoken, ...] = ()
    echo: Echo | None = None
    photo: str = ""
    code: tuple[int, int] = (0, 0)
    awaited: Awaited | None = None
    pieces: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    heard_at: int = 0
    late_at: int = 0
    flooded_at: int = 0
    full_at: int = 0
    need_asked_at: int = 0
    reminders: tuple[Reminder, ...] = ()
    album: Album | None = None

    @property
    def picture_asked(self) -> bool:
        """Whether the volunteer who helps asked for a picture, and none came yet."""
        return bool(self.helper) and self.place == Place("talk", "photo")

    @property
    def talked_about(self) -> str:
        """The guide being taken, or the one that was just finished; empty where there is none."""
        if self.run:
            return self.run.guide
        return self.place.ask.removeprefix("after/") if self.place and self.place.ask.startswith("after/") else ""

    def without_leftovers(self) -> "Session":
        """Without what waited for an answer that does not matter any more."""
        flow = self.place.flow if self.place else ""
        echo = self.echo if "echo" in (flow, self.wants) else None
        return replace(self, echo=echo, photo=self.photo if flow == "person" else "")

    @property
    def mark(self) -> str:
        """A short name of the exact question that waits: equal for equal questions, whenever they were asked."""
        place, run = self.place, self.run
        name = f"{place.flow}/{place.ask}" if place else ""
        if run:
            name += f"/{run.guide}/{run.step}"
        return f"{crc32(name.encode()):08x}"


class Turn(Struct, frozen=True):
    """What one message changes: decided as a whole, saved as a whole.

    `answers` is the id of that message: it has no second effect. `keep_seconds` is how long the session stays when
    nobody writes. `request` is this conversation's request as it is from now on (`rev` 1: a new one); `said` what to
    add to its thread, and `covered` what to write in place of entries that it has, by their numbers; `calls` who has to
    hear of it; `records` what to add to the record of who did what. `forget`: what was kept about this person goes,
    including requests with their threads, and the log of a pulled channel. `verdict` answers whoever did a deed, `hear`
    is what to hear now, and `missed` what was not understood; none of them is saved with the turn. `ignored`: nothing
    comes of the message, and nothing is saved.
    """

    session: Session
    answers: str = ""
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
    request: Escalation | None = None
    said: tuple[Said, ...] = ()
    covered: tuple[tuple[int, Said], ...] = ()
    calls: tuple[Call, ...] = ()
    records: tuple[Record, ...] = ()
    timers: tuple[Timer, ...] = ()
    keep_seconds: int = 0
    forget: bool = False
    verdict: Verdict | None = None
    hear: tuple[Spoken, ...] = ()
    missed: Missed | None = None
    ignored: bool = False


decode_session = msgspec.json.Decoder(Session).decode
