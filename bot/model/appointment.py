"""A resident's appointment: at a help point, or at home."""

from typing import Literal

import msgspec
from msgspec import Struct

from bot.model.chat import Chat

AppointmentAct = Literal["take", "back", "came", "missed", "off"]
"""What a volunteer can do with an appointment.

`take` a visit to somebody's home; give it `back`; say that they met (`came`) or not (`missed`); call it `off`.
"""

HOME = "home:"
"""What the calendar of a team's visits to homes begins with; another calendar is the id of a help point."""


class Appointment(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody is expected at `at` (Unix seconds), in a `slot` of a team's calendar.

    `code` is what the resident reads out, for example `X4821`; `was` is the one that they know, where it
    changed since whoever was to come left; the next change after they heard of it clears that. `where` is their home in
    their own words, masked; `guide` what they were doing. `helper` is the volunteer who comes.
    `rev` counts its changes from 1; with `news` the resident has not heard of the last one. Without `chat` it was
    called off, and nothing says by whom it was booked.
    """

    slot: str
    at: int
    team: str
    code: str = ""
    was: str = ""
    chat: Chat | None = None
    you: str = ""
    lang: str = "vi"
    guide: str = ""
    where: str = ""
    helper: str = ""
    state: Literal["booked", "came", "missed", "off"] = "booked"
    rev: int = 1
    news: bool = False

    @property
    def calendar(self) -> str:
        return self.slot.partition("/")[0]

    @property
    def at_home(self) -> bool:
        return self.slot.startswith(HOME)


decode_appointments = msgspec.json.Decoder(tuple[Appointment, ...]).decode
