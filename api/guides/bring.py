"""What to bring, as a page that a son or daughter opens: to tick off, to pass on, to print."""

from urllib.parse import quote

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from api.addresses import home_of
from api.errors import Problem
from api.render import Pages
from bot.content.ward import Ward
from bot.engine.steps import PAGE, page_of, place_of, things, whole_list
from bot.engine.texts import Words
from bot.ports.store import Library


class BringPage:
    """The route of lists. `public_url` is where they say they are; empty: where the page itself came from."""

    def __init__(self, pages: Pages, words: Words, library: Library, ward: Ward, public_url: str) -> None:
        self._pages = pages
        self._words = words
        self._library = library
        self._ward = ward
        self._public_url = public_url

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(f"{PAGE}{{guide}}", self._list, methods=["GET", "HEAD"])
        return router

    async def _list(self, request: Request, guide: str, at: str = "", lang: str = "") -> Response:
        found, lang, passed = self._library.current(guide), self._pages.language(lang), at.split(",")
        if found is None or not found.says(lang).bring:
            raise Problem(404, "unknown_guide" if found is None else "not_found")
        voice, home = self._words.voice(lang), home_of(request, self._public_url)
        text = whole_list(voice, found, self._ward, lang, passed, home)
        return self._pages.page(
            "bring.html",
            lang,
            title=voice.render(found.says(lang).title),
            things=[voice.render(thing) for thing in things(found, lang, passed)],
            place=place_of(found, self._ward),
            text=text,
            message=f"sms:?&body={quote(text)}",
            guide=f"/?guide={found.id}&lang={lang}",
            code=qr_code(home + page_of(found, lang, passed)),
        )


def qr_code(address: str) -> Markup:
    """A QR code as inline SVG that scales with its box."""
    return Markup(  # noqa: S704 (segno's own SVG)
        segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=4, svgclass="code")
    )
