"""Browsers in which somebody signed in before: whoever guesses a password elsewhere cannot lock its owner out there.

Cookies of the pages inside: for this site alone, out of reach of scripts, and where there is https for it alone.
"""

import hmac
import secrets
from hashlib import sha256

from fastapi import Request, Response

from bot.desk.roster import Volunteer
from bot.ports.store import Store
from bot.ports.tables import DEVICES, InstallationKey

_HOST = "__Host-"
"""Begins the name of a cookie that browsers take from this very host over https, and from nobody else."""


class Cookies:
    """Reads and sets cookies; `path` is where they belong on a site without https."""

    def __init__(self, public_url: str, path: str) -> None:
        self._public_url = public_url
        self._path = path

    def get(self, request: Request, name: str) -> str:
        """The value of a cookie; empty without it. Over https only one that no other site or page could set."""
        return request.cookies.get(self._called(request, name), "")

    def put(self, request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
        """Have whoever gets this answer keep a value for so long."""
        secure = self._secure(request)
        answer.set_cookie(
            self._called(request, name),
            value,
            seconds,
            path="/" if secure else self._path,
            secure=secure,
            httponly=True,
            samesite="strict",
        )

    def drop(self, request: Request, answer: Response, name: str) -> None:
        """Have it forgotten."""
        self.put(request, answer, name, "", 0)

    def _called(self, request: Request, name: str) -> str:
        return f"{_HOST}{name}" if self._secure(request) else name

    def _secure(self, request: Request) -> bool:
        return request.url.scheme == "https" or self._public_url.startswith("https:")


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
