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

    `code` is its name for everybody, for example `X4821`. `helper` is the volunteer who comes, and `door` the code
    that they read out there: drawn when they take it, known to the resident and them alone, and good no more once they
    do not come. `where` is the resident's home in their own words, masked; `guide` what they were doing.
    `rev` counts its changes from 1; with `news` the resident has not heard of the last one. Without `chat` it was
    called off, and nothing says by whom it was booked.
    """

    slot: str
    at: int
    team: str
    code: str = ""
    chat: Chat | None = None
    you: str = ""
    lang: str = "vi"
    guide: str = ""
    where: str = ""
    helper: str = ""
    door: str = ""
    state: Literal["booked", "came", "missed", "off"] = "booked"
    rev: int = 1
    news: bool = False

    @property
    def calendar(self) -> str:
        return self.slot.partition("/")[0]

    @property
    def read_out(self) -> str:
        """What is read out at the door; one that was taken before there were such codes has its name alone."""
        return self.door or self.code

    @property
    def at_home(self) -> bool:
        return self.slot.startswith(HOME)


decode_appointments = msgspec.json.Decoder(tuple[Appointment, ...]).decode
