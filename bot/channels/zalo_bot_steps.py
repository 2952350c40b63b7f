"""Pictures of steps for the Zalo Bot Platform, which fetches each one from our own public address."""

from collections.abc import Callable

from msgspec import structs

from bot.channels.step_pictures import Rest, content_of, drawn_soon
from bot.channels.zalo_bot_api import ZaloBotApi
from bot.channels.zalo_bot_wire import QUOTA, Answer, with_photo
from bot.ports import Clock, DrawnPictures

PHOTO_SECONDS = 8.0
"""So long Zalo may take to fetch a picture and answer: words can still follow while the conversation is ours."""


class StepPictures:
    """`address` says where on the internet the picture with a name is."""

    def __init__(self, drawn: DrawnPictures, address: Callable[[str], str], clock: Clock) -> None:
        self._drawn = drawn
        self._address = address
        self._there: set[str] = set()
        self.rest = Rest(clock, "zalo-bot: steps go without pictures")

    async def shown(self, api: ZaloBotApi, body: bytes, name: str) -> Answer | None:
        """Zalo's answer to a step with this picture, asked through `api`; None where it has to go without.

        What got no answer, or a gateway's, is left in doubt, and tried again without: perhaps it was the picture.
        """
        if self.rest.lasts or not await self._is_there(name):
            return None
        answer = await api.call("sendPhoto", with_photo(body, self._address(name)), PHOTO_SECONDS)
        if answer.kind in ("ok", "unreached") or answer.token_unknown or answer.code == QUOTA:
            return answer
        self.rest.begin(answer.why)
        if answer.kind == "gateway":
            return structs.replace(answer, kind="silent")
        return answer if answer.doubtful else None

    async def _is_there(self, name: str) -> bool:
        """Whether Zalo will find the picture without waiting for it to be drawn."""
        content = content_of(name)
        if not await self._drawn.stands(name):
            return False
        if content not in self._there and await drawn_soon(self._drawn, name):
            self._there.add(content)
        return content in self._there
