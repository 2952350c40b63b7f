"""A resident's request for a person: what it carries, what is said in it, and what volunteers do with it."""

from typing import Literal

import msgspec
from msgspec import Struct, field

from bot.model.chat import Chat

ESCALATION_SHAPE = 2

State = Literal["waiting", "offered", "held", "closed"]
"""Where a request is: always in exactly one of these. `offered`: kept for one volunteer until it runs out."""

Level = Literal["team", "lead", "ward"]
"""Who has been called so far because nobody took it."""

Act = Literal[
    "take", "decline", "assign", "reply", "photo", "note", "step", "release", "transfer", "close", "dismiss", "leave"
]
"""What a volunteer can do with a request.

`take` it; `decline` an offer; `assign` it to somebody (`to`: a volunteer); `reply`; ask for a `photo`; write a `note`
that only volunteers see; send the resident their `step` again; `release` it back to its place in line; `transfer` it
(`to`: a team or a volunteer) with a note; `close` it, so that the resident is back on their step (`to`: another step of
that guide); `dismiss` one that nobody helps with (`to`: a `Reason`), which its resident is told; `leave` because their
chat is gone.
"""

Reason = Literal["in_person", "no_contact", "asked_twice", "not_ward"]
"""Why a request is closed that nobody helped with here. `in_person`: they were helped face to face; `no_contact`: they
could not be reached; `asked_twice`: another request of theirs is the same; `not_ward`: it is no matter of the ward's.
"""


class Escalation(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A request for a person, with what a volunteer needs to help without asking again.

    `code` is what the resident reads out, for example `H4821`; `opened_at` (Unix seconds) never changes, so a request
    that comes back to the queue keeps its place. `tried` names the troubles already looked at. Secrets are masked
    before this is made. `guide`, `version` and `step` are where they were when they asked, and then where they are when
    somebody takes it; `number` counts the steps up to there, 0 when nobody knows. `group` is their residential
    group and `team` the one whose line this stands in; `holder` is the volunteer who has it, or gets it offered, since
    `since`. `passed` are volunteers it does not go back to by itself; `had` those who had it before, or moved it
    to another team: they read what was said until then. `failed` are those of whose help its resident said that it did
    not help, and that somebody else shall. `moved_from` are the teams whose line it stood in before.
    `rev` counts its changes from 1. `score` is what
    the resident said at the last end: 1 helped, 2 partly, 3 not; 0 nothing yet. An open request with a score is one
    that nobody could help with before.
    """

    shape: int = field(default_factory=lambda: ESCALATION_SHAPE)
    code: str
    chat: Chat
    opened_at: int
    topic: str = ""
    guide: str = ""
    version: int = 0
    step: str = ""
    number: int = 0
    tried: tuple[str, ...] = ()
    lang: str = "vi"
    you: str = ""
    lines: tuple[str, ...] = ()
    group: str = ""
    team: str = ""
    state: State = "waiting"
    level: Level = "team"
    holder: str = ""
    since: int = 0
    passed: tuple[str, ...] = ()
    had: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    moved_from: tuple[str, ...] = ()
    rev: int = 1
    score: int = 0


_TO_RESIDENT = ("photo_asked", "step_sent")
"""What the bot adds to a thread where a volunteer had it send the resident something."""

Who = Literal["resident", "volunteer", "bot", "note"]
"""Who wrote an entry of a thread; a `note` is a volunteer's, and never shown to the resident."""

What = Literal["offer", "taken", "given", "news", "remind", "lost", "over", "up", "unsolved", "visit"]
"""Why somebody is called. `offer`: to take it; `taken`: somebody has it (told to a team's group); `given` to them by
somebody; `news`: the resident wrote; `remind`: the resident waits for an answer; `lost`: it went back, or to somebody
else; `over`: it was closed; `up`: nobody took it; `unsolved`: its resident says that the help did not help; `visit`:
something changed about an appointment, whose code it is."""


class Said(Struct, frozen=True, array_like=True, omit_defaults=True):
    """One entry of a request's thread, masked. Times are Unix seconds.

    `by` is the volunteer, where one wrote it. What the bot adds is a catalogue's name of what happened. `media` is the
    channel's own reference of a picture. `heard`: a machine heard it, perhaps wrongly.
    """

    at: int
    who: Who
    text: str
    by: str = ""
    media: str = ""
    heard: bool = False

    @property
    def to_resident(self) -> bool:
        """Whether it is a message that somebody who helps had sent to the resident."""
        return self.who == "volunteer" or (self.who == "bot" and self.text in _TO_RESIDENT)


class Deed(Struct, frozen=True):
    """What the volunteer `by` does with the request `code`; `text` is what they write, `to` who or where to.

    `media` is a picture for the resident, as the channel of both knows it. `rev` is that of the request they decided
    on; 0 where it does not matter whether it changed since.
    """

    act: Act
    code: str
    by: str
    text: str = ""
    to: str = ""
    media: str = ""
    rev: int = 0


class Verdict(Struct, frozen=True):
    """What came of a deed. `name` is `done`, or why nothing was done; `about` names somebody or something in it.

    `taken` (by `about`), `closed`, `not_yours`, `not_allowed` (their role or team does not let them;
    `about` says `own`: it is their own request, or `failed`: their help did not help before), `held_back` (what a
    scammer would write, too long, or no room is left: `about` says which), `empty`, `unknown` (no such
    request, volunteer, team or reason), `unreachable` (the resident's channel is switched off), `changed` (it is not as
    it was when they decided). `request` is how it stands now.
    """

    name: Literal[
        "done",
        "taken",
        "closed",
        "not_yours",
        "not_allowed",
        "held_back",
        "empty",
        "unknown",
        "unreachable",
        "changed",
    ]
    about: str = ""
    request: Escalation | None = None


class Call(Struct, frozen=True):
    """Somebody has to hear of the request `code`. Kept with the turn that says so until they were told.

    `to` is `volunteer:ID` or `team:ID`, and `resident` for news of their appointment; `id` is that of the message in
    the resident's conversation that led to it.
    """

    id: str
    code: str
    to: str
    what: What


class Record(Struct, frozen=True, array_like=True, omit_defaults=True):
    """One line of the record of who did what when. Append-only; `about` never holds a resident's name or account.

    `by` is a volunteer, or empty for the app itself (a hold that ran out) and for the resident.
    """

    at: int
    act: str
    code: str = ""
    by: str = ""
    about: str = ""


decode_escalation = msgspec.json.Decoder(Escalation).decode
decode_said = msgspec.json.Decoder(Said).decode
decode_record = msgspec.json.Decoder(Record).decode
