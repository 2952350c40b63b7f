"""Browsers in which somebody signed in before: whoever guesses a password elsewhere cannot lock its owner out there."""

import hmac
import secrets
from hashlib import sha256

from fastapi import Request, Response

from api.auth.cookies import Cookies
from bot.desk.roster import Volunteer
from bot.ports.store import Store
from bot.ports.tables import DEVICES, InstallationKey

KNOWN_SECONDS = 180 * 24 * 3600
"""How long a browser is known after its owner signed in there."""


class Devices:
    """Cookies that prove themselves, one for each account that signed in; they open nothing. Raises StoreDown."""

    def __init__(self, store: Store, cookies: Cookies) -> None:
        self._key = InstallationKey(store, DEVICES)
        self._cookies = cookies

    async def known(self, request: Request, person: Volunteer) -> str:
        """The number of this browser, when this person signed in here before; else empty."""
        number, _, proof = self._cookies.get(request, _name(person)).partition(".")
        real = await self._proof(number, person)
        return number if number and hmac.compare_digest(proof.encode(), real.encode()) else ""

    async def remember(self, request: Request, answer: Response, person: Volunteer) -> None:
        """Have the browser that gets this answer known as one of theirs from now on."""
        number = secrets.token_hex(8)
        value = f"{number}.{await self._proof(number, person)}"
        self._cookies.put(request, answer, _name(person), value, KNOWN_SECONDS)

    async def _proof(self, number: str, person: Volunteer) -> str:
        return hmac.new(await self._key.get(), f"{number}:{person.id}".encode(), sha256).hexdigest()


def _name(person: Volunteer) -> str:
    return f"toso-device-{person.id}"
