"""Where a conversation goes after a flow has spoken."""

from enum import Enum

from msgspec import Struct

from bot.model import Place, Run


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
