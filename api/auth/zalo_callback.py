"""Where Zalo sends the admin of the Official Account back to, once they agreed that this app speaks for it."""

import logging
from http import HTTPStatus

from fastapi import APIRouter, Response

from api.errors import Problem
from api.templating import FIRST_LANGUAGE, Pages
from bot.channels.zalo_oa.consent import CALLBACK_PATH, Consent
from bot.errors import PlatformError

_log = logging.getLogger("toso.app")


class ConsentPage:
    """One route; the link to it is made by `toso zalo consent`, and works once."""

    def __init__(self, consent: Consent, pages: Pages) -> None:
        self._consent = consent
        self._pages = pages

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(CALLBACK_PATH, self._finish, methods=["GET"])
        return router

    async def _finish(self, code: str = "", state: str = "", lang: str = FIRST_LANGUAGE) -> Response:
        try:
            await self._consent.finish(code, state)
        except PlatformError as error:
            _log.error("%s", error)
            raise Problem(HTTPStatus.BAD_REQUEST, "zalo_consent") from None
        _log.info("zalo-oa: an admin of the account agreed")
        return self._pages.page("zalo_consent.html", self._pages.language(lang))
