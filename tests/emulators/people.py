"""How people read, at every emulator: what they see of a message, and waiting for the next one."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from tests.patience import PATIENCE, until

MessageId = TypeVar("MessageId", int, str)


@dataclass(frozen=True)
class Seen(Generic[MessageId]):
    """A message as a person sees it: its text or caption, its buttons row by row."""

    message_id: MessageId
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    photo: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """All buttons, from the top."""
        return tuple(label for row in self.rows for label in row)


AnySeen = TypeVar("AnySeen", bound=Seen[Any])


class Reader(ABC, Generic[AnySeen]):
    """Somebody who reads one message after the other."""

    def __init__(self) -> None:
        self._read = 0

    @property
    @abstractmethod
    def sees(self) -> list[AnySeen]:
        """What was written to them in private, oldest first, as it is now."""

    async def next_message(self, within: float = PATIENCE) -> AnySeen:
        """The next message in private that this method did not give yet; waits `within` seconds for it."""
        await until(lambda: len(self.sees) > self._read, lambda: f"{self._read} messages came", within)
        self._read += 1
        return self.sees[self._read - 1]

    async def has(self, count: int) -> list[AnySeen]:
        """Wait until so many messages are there, as long as new ones come; all of them."""
        while (before := len(self.sees)) < count:
            await until(partial(self._has_more, before), lambda: f"{len(self.sees)} of {count} messages came")
        return self.sees

    def _has_more(self, than: int) -> bool:
        return len(self.sees) > than
