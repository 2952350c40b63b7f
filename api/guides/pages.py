"""What people open in a browser: the chat, and a guide on paper, whole or as sheets to hang up.

What to bring, as a page that a son or daughter opens: to tick off, to pass on, to print.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from api.assets import home_of
from api.errors import Problem
from api.guides.print_layout import Paper, alone, laid_out, size_ahead
from api.guides.print_model import Heading, Printer, Section, Troubles
from api.guides.sheets import Sheet, sheets
from api.middleware import WITH_MICROPHONE
from api.templating import Pages
from bot.content.guide import Guide
from bot.content.ward import Ward
from bot.engine.steps import PAGE, page_of, place_of, things, whole_list
from bot.engine.texts import Words
from bot.images.gallery import Gallery
from bot.ports.store import Channel, Library


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


_READABLE = ["GET", "HEAD"]
_PICTURE = tuple(f"picture_{name}" for name in ("choose", "yours", "warning", "send", "drop"))
_ON_THE_PAGE = ("skip", "call", "menu", "smaller", "larger", "restart", "log", "choose", "box", "send")
_SAID = ("sending", "retrying", "offline", "connecting", "unreachable", "you_said", "bot_said", "write", "listen")
_LISTEN = tuple(f"listen_{name}" for name in ("start", "stop", "press", "dot", "failed"))
_SHARED = ("share", "share_copied", "share_failed")
_SAID_OF_PICTURES = tuple(f"picture_{name}" for name in ("unreadable", "sending", "sent", "lost"))
_VOICE = ("speak", "send", "drop", "recording", "sending", "hearing", "sent", "lost", "denied")
_OF_VOICES = tuple(f"voice_{name}" for name in _VOICE)
SCRIPT_WORDS = (
    "picture",
    *_PICTURE,
    *_ON_THE_PAGE,
    *_SAID,
    *_SAID_OF_PICTURES,
    "voice",
    *_OF_VOICES,
    *_LISTEN,
    *_SHARED,
)
"""The words of the page that its script says, in each language, for the page speaks that of the conversation:
`web.NAME` in the catalogues."""


class PageRoutes:
    """The resident's pages. `public_url` is where the codes on paper lead; empty: where the page itself came from.

    Where the app `hears`, the chat takes spoken words. Whose device runs no scripts is led to `telegram`, if it is on.
    """

    def __init__(
        self,
        pages: Pages,
        words: Words,
        library: Library,
        troubles: Troubles,
        gallery: Gallery,
        public_url: str,
        telegram: Channel | None,
        *,
        hears: bool,
    ) -> None:
        self._pages = pages
        self._words = words
        self._library = library
        self._troubles = troubles
        self._gallery = gallery
        self._public_url = public_url
        self._telegram = telegram
        self._hears = hears

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/", self._chat, methods=_READABLE)
        router.add_api_route("/g/{guide}", self._guide, methods=_READABLE)
        router.add_api_route("/g/{guide}/{step}", self._sheet, methods=_READABLE)
        router.add_api_route("/sheets/{guide}", self._sheets, methods=_READABLE)
        return router

    async def _chat(self, lang: str = "") -> Response:
        lang = self._pages.language(lang)
        words = {each: self._said(each) for each in self._words.languages}
        telegram = self._telegram.private_link if self._telegram else ""
        page = self._pages.page("chat.html", lang, words=words, hears=self._hears, telegram=telegram)
        if self._hears:
            page.headers["permissions-policy"] = WITH_MICROPHONE
        return page

    def _said(self, lang: str) -> Mapping[str, str]:
        voice = self._words.voice(lang)
        return {name: voice.say(f"web.{name}") for name in SCRIPT_WORDS}

    def _guide(self, request: Request, guide: str, lang: str = "") -> Response:
        found, lang = self._found(guide), self._pages.language(lang)
        printer = self._printer(found, lang)
        heading = printer.heading()
        sections, paper = laid_out(printer)
        hung = sheets(found, printer)
        # Who is in danger is not given half of it on paper: there it names the sheets, which have all.
        hangs = bool(hung and heading.first) and len(paper.steps) < len(found.steps)
        return self._printed(request, found, lang, [(heading, sections, paper)], hung=hung, hangs=hangs)

    def _sheets(self, request: Request, guide: str, lang: str = "") -> Response:
        found, lang = self._found(guide), self._pages.language(lang)
        return self._hung(request, found, lang, sheets(found, self._printer(found, lang)))

    def _sheet(self, request: Request, guide: str, step: str, lang: str = "") -> Response:
        found, lang = self._found(guide), self._pages.language(lang)
        hung = sheets(found, self._printer(found, lang))
        return self._hung(request, found, lang, [sheet for sheet in hung if sheet.start == step])

    def _hung(self, request: Request, guide: Guide, lang: str, hung: Sequence[Sheet]) -> Response:
        if not hung:
            raise Problem(404, "not_found")
        return self._printed(request, guide, lang, [(each.heading, each.sections, each.paper) for each in hung])

    def _found(self, guide: str) -> Guide:
        found = self._library.current(guide)
        if found is None:
            raise Problem(404, "unknown_guide")
        return found

    def _printed(
        self,
        request: Request,
        guide: Guide,
        lang: str,
        papers: Sequence[tuple[Heading, Sequence[Section], Paper]],
        *,
        hung: Sequence[Sheet] = (),
        hangs: bool = False,
    ) -> Response:
        address = f"{home_of(request, self._public_url)}/?guide={guide.id}&lang={lang}"
        return self._pages.page(
            "guide.html",
            lang,
            guide=guide.id,
            title=papers[0][0].title if len(papers) == 1 else self._words.voice(lang).render(guide.says(lang).title),
            papers=papers,
            sheets=hung,
            hangs=hangs,
            alone=alone,
            size_ahead=size_ahead,
            address=address,
            code=qr_code(address),
        )

    def _printer(self, guide: Guide, lang: str) -> Printer:
        titles: Mapping[str, str] = {other.id: other.says(lang).title for other in self._library.all()}
        return Printer(guide, lang, self._words.voice(lang), self._troubles, titles, self._gallery)
