"""How people read, at every emulator: what they see of a message, and waiting for the next one."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

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

    async def next_message(self, within: float = 20.0) -> AnySeen:
        """The next message in private that this method did not give yet; waits `within` seconds for it."""
        until = asyncio.get_running_loop().time() + within
        while len(self.sees) <= self._read:
            if asyncio.get_running_loop().time() > until:
                raise AssertionError(f"Nothing new came within {within} s.")
            await asyncio.sleep(0.005)
        self._read += 1
        return self.sees[self._read - 1]
