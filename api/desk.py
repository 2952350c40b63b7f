"""The desk: who waits for a person, and where they are, for whoever answers the ward's telephone."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from unicodedata import normalize

from fastapi import APIRouter, Request, Response

from api.cards import Card, Cards
from api.render import Pages
from api.signin import DESK_HEADERS, HOME, SignIn
from bot.hours import VIETNAM
from bot.model import Escalation
from bot.ports import Clock, Store

_READABLE = ["GET", "HEAD"]
_LONGEST_CODE = 32
_HEARD_AS_DIGITS = str.maketrans("OIL", "011")


class Desk:
    """The signed-in pages. Nothing on them says who somebody is on their platform."""

    def __init__(self, store: Store, cards: Cards, pages: Pages, clock: Clock, signin: SignIn) -> None:
        self._store = store
        self._cards = cards
        self._pages = pages
        self._clock = clock
        self._signin = signin

    def router(self) -> APIRouter:
        router = APIRouter(prefix=HOME, include_in_schema=False)
        router.add_api_route("", self._queue, methods=_READABLE)
        router.add_api_route("/sign-in", self._queue, methods=_READABLE)
        return router

    async def _queue(self, request: Request, code: str = "", lang: str = "") -> Response:
        lang = self._pages.language(lang)
        visit = await self._signin.visit(request)
        if visit is None:
            return self._signin.page(lang)
        wanted = tidy(code)
        waiting = await self._store.waiting()
        found = list(enumerate(waiting, start=1))
        if wanted:
            found = await self._matching(found, wanted)
        now = self._clock.now_ms() // 1000
        return self._pages.page(
            "desk.html",
            lang,
            headers=DESK_HEADERS,
            proof=visit.proof,
            code=wanted,
            waiting=len(waiting),
            cards=await self._shown(found, lang, now),
            at=f"{datetime.fromtimestamp(now, UTC).astimezone(VIETNAM):%H:%M}",
        )

    async def _matching(self, line: Sequence[tuple[int, Escalation]], wanted: str) -> list[tuple[int, Escalation]]:
        """The requests that a code means: by its digits alone where the letter was not heard; also a closed one."""
        if found := [(place, each) for place, each in line if each.code == wanted or each.code[1:] == wanted]:
            return found
        closed = await self._store.escalation(wanted)
        return [(0, closed)] if closed else []

    async def _shown(self, found: Sequence[tuple[int, Escalation]], lang: str, now: int) -> list[Card]:
        loaded = await asyncio.gather(*(self._store.load(each.chat) for _, each in found))
        return [
            self._cards.card(each, conversation.session, place, lang, now)
            for (place, each), conversation in zip(found, loaded, strict=True)
        ]


def tidy(code: str) -> str:
    """A code as it was drawn, from how people type it: `h 48-21`, full-width digits, O for zero."""
    plain = re.sub(r"[^A-Z0-9]", "", normalize("NFKC", code[:_LONGEST_CODE]).upper())
    letter = plain[:1] if len(plain) > 4 else ""
    return letter + plain[len(letter) :].translate(_HEARD_AS_DIGITS)
