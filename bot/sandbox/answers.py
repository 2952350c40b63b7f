"""How a process that works apart answers: one byte of status, four of length, then what it made or why it did not."""

from struct import Struct
from typing import Final

HEAD: Final = Struct(">BI")
DONE, UNUSABLE, BROKEN = 0, 1, 2


class Unfit(Exception):
    """What a piece of work raises for bytes that it cannot use, with a reason of one word: `silent`, `long`."""
