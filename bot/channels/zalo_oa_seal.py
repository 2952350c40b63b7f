"""What a button makes a person send: proof that we gave exactly this to exactly them, lately. Pure.

A press arrives as an ordinary text, and anybody can type any text. So the text of a button carries a seal over the
choice, the person and the day: what is typed, was given to somebody else, or is too old chooses nothing. It needs no
list of what was given out.
"""

from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from bot.language.patterns import compiled

DAYS: Final = 30
"""How long a button is good."""

_DAY_MS: Final = 86_400_000
_FORM: Final = compiled(r"#(?P<payload>[^\s~]{1,200})~(?P<day>[0-9a-f]{1,6})\.(?P<proof>[0-9a-f]{16})")
_STALE: Final = ":"
"""A press that belongs to no question: people hear that the button is an old one."""


class Seal:
    """Seals with a key of the installation."""

    def __init__(self, secret: str) -> None:
        self._key = blake2b(f"buttons {secret}".encode(), digest_size=32).digest()

    def sealed(self, person: str, payload: str, now_ms: int) -> str:
        """The text that a button with this payload makes the person send."""
        day = f"{now_ms // _DAY_MS:x}"
        return f"#{payload}~{day}.{self._proof(person, payload, day)}"

    def opened(self, person: str, text: str, now_ms: int) -> str | None:
        """The payload of a press by this person; one that chooses nothing for a bad seal; None for ordinary text."""
        found = _FORM.fullmatch(text.strip()) if text.startswith("#") else None
        if found is None:
            return None
        genuine = compare_digest(found["proof"], self._proof(person, found["payload"], found["day"]))
        age = now_ms // _DAY_MS - int(found["day"], 16)
        return found["payload"] if genuine and age <= DAYS else _STALE

    def _proof(self, person: str, payload: str, day: str) -> str:
        return blake2b(f"{person}\n{payload}\n{day}".encode(), digest_size=8, key=self._key).hexdigest()
