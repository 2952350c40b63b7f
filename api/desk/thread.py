"""What was said in a request, entry by entry, in the desk's words. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from api.desk.times import local, moment
from bot.desk.roster import Roster
from bot.engine.texts import Voice
from bot.model import Said, Undelivered
from bot.ports.store import Delivery

Kind = Literal["resident", "volunteer", "note", "bot", "wrong"]
"""How an entry looks: `note` is for volunteers alone, `bot` says what happened, `wrong` what went wrong."""

_WRONG = (*get_args(Undelivered), "silent")


class Entry(Struct, frozen=True):
    """One entry, with its number in the thread. `who` is empty for what the bot noted; `media`: `photo` or `voice`.

    `delivery` is what became of a message to the resident, where that is known.
    """

    number: int
    kind: Kind
    who: str
    text: str
    at: datetime
    time: str
    media: str = ""
    delivery: Delivery | None = None


def entries(
    thread: Sequence[tuple[int, Said]],
    delivery: Mapping[int, Delivery],
    voice: Voice,
    roster: Roster,
    resident: str,
    reader: str,
    now: int,
) -> Sequence[Entry]:
    """The thread for the volunteer `reader`; `resident` is what the resident is called, empty when nobody knows."""

    def name(volunteer: str) -> str:
        person = roster.person(volunteer)
        return person.name if person else volunteer

    def entry(number: int, said: Said) -> Entry:
        kind: Kind = said.who
        text, who = said.text, ""
        match said.who:
            case "bot":
                kind = "wrong" if said.text in _WRONG else "bot"
                text = voice.say(f"desk.said.{said.text}", name=name(said.by) if said.by else "")
            case "resident":
                who = voice.say("desk.who.resident", called=resident)
                text = voice.say("desk.said.heard", text=text) if said.heard else text
            case "volunteer" | "note":
                who = voice.say(f"desk.who.{said.who}", name=name(said.by), me=said.by == reader)
        media = said.media.partition(":")[0]
        at, became = local(said.at), delivery.get(number)
        return Entry(number, kind, who, text, at, moment(said.at, now), media, became)

    return [entry(number, said) for number, said in thread]


def answered(thread: Sequence[tuple[int, Said]]) -> bool:
    """Whether a volunteer wrote anything to the resident."""
    return any(said.who == "volunteer" for _, said in thread)
