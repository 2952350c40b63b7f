"""What a person sees of a Zalo message, and how they answer where there are no buttons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import override

from tests.emulators import people

_CHOICE = re.compile(r"(?:^|· )(\d+)\. ([^·\n]+)", re.MULTILINE)


@dataclass(frozen=True)
class Seen(people.Seen[str]):
    """A message as a person sees it; `kind` says what it is."""

    kind: str = "text"

    @property
    @override
    def labels(self) -> tuple[str, ...]:
        """All buttons, from the top; where there are none, the choices in the text as `1. Label`."""
        return super().labels or tuple(f"{digit}. {label.strip()}" for digit, label in _CHOICE.findall(self.text))


def digit_of(seen: Sequence[Seen], label: str, *, old: bool = False) -> str:
    """The digit that stands before a label in the newest message with choices; `old`: in one before it."""
    choosing = [each for each in reversed(seen) if each.labels]
    for each in choosing[1:] if old else choosing[:1]:
        for choice in each.labels:
            digit, _, words = choice.partition(". ")
            if label in (choice, words):
                return digit
    raise AssertionError(f'No choice "{label}". Newest first there are: {[each.labels for each in choosing]}')
