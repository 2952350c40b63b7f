"""Pictures of steps for the Official Account: uploaded once, and for some days sent by the ids that Zalo gave them."""

import asyncio
from contextlib import suppress
from typing import Final

from msgspec import Struct

from bot.channels.limits import Limiter
from bot.channels.step_pictures import PATIENCE_SECONDS, Rest, content_of
from bot.channels.zalo_oa_calls import Calls, Faulty, Silent
from bot.channels.zalo_oa_codes import FAILED, STALE_UPLOAD, outcome
from bot.channels.zalo_oa_pictures import uploaded
from bot.channels.zalo_oa_wire import Answer, with_picture
from bot.errors import PlatformError, StoreDown
from bot.ports import Clock, DrawnPictures, Notes, Priority, Refused
from bot.process import cancel

KEPT_MS: Final = 6 * 24 * 3600 * 1000
"""Zalo keeps a picture for seven days after it was sent, or less: an id is used for one day less than that."""


class _Kept(Struct, frozen=True):
    """What Zalo calls a picture, and when it was uploaded (Unix ms)."""

    attachment_id: str
    at_ms: int


class StepPictures:
    """Knows them for the app with this id; `notes` keep what it knows for all workers, and over a restart.

    `limiter` counts the calls of a minute: uploads leave room for words.
    """

    def __init__(
        self, app_id: str, drawn: DrawnPictures, notes: Notes, calls: Calls, limiter: Limiter, clock: Clock
    ) -> None:
        self._app_id = app_id
        self._drawn = drawn
        self._notes = notes
        self._calls = calls
        self._limiter = limiter
        self._clock = clock
        self._known: dict[str, _Kept] = {}
        self._expired: set[str] = set()
        self._uploads: dict[str, asyncio.Task[str]] = {}
        self.rest = Rest(clock, "zalo-oa: steps go without pictures")
        self.upload_rest = Rest(clock, "zalo-oa: steps go without pictures that are new to Zalo")

    async def shown(self, path: str, body: bytes, name: str) -> Answer | None:
        """Zalo's answer to a step with this picture; None where it has to go without. Raises as `Calls.post`.

        What got no answer, or a fault, is left in doubt, and tried again without: perhaps it was the picture.
        """
        for _ in range(0 if self.rest.lasts else 2):  # an id that Zalo does not know any more is replaced, once
            attachment_id = await self.attachment(name)
            if not attachment_id:
                break
            try:
                answer = await self._calls.post(path, with_picture(body, attachment_id))
            except (Faulty, Silent) as unclear:
                self.rest.begin(str(unclear))
                raise Silent(str(unclear)) from None
            if not _at_fault(answer):
                return answer
            if answer.code != STALE_UPLOAD:
                self.rest.begin(f"{answer.code} {answer.message}")
                break
            self._expired.add(attachment_id)
        return None

    async def attachment(self, name: str) -> str:
        """What Zalo calls the picture with this name, uploaded now where need be; empty where that cannot be.

        Waits for an upload for a few seconds; one that takes longer is there for the next reader.
        """
        if not await self._drawn.stands(name):
            return ""
        content = content_of(name)
        kept = self._known.get(content)
        if not self._good(kept):
            kept = await self._recalled(content)
        if kept and self._good(kept):
            self._known[content] = kept
            return kept.attachment_id
        upload = self._uploads.get(content)
        if upload is None:
            if self.upload_rest.lasts:
                return ""
            upload = self._uploads[content] = asyncio.create_task(self._upload(content, name))
            upload.add_done_callback(lambda _: self._uploads.pop(content))
        await asyncio.wait((upload,), timeout=PATIENCE_SECONDS)
        return upload.result() if upload.done() else ""

    async def close(self) -> None:
        """Give up what is being uploaded."""
        await cancel(self._uploads.values())

    def _good(self, kept: _Kept | None) -> bool:
        if kept is None or kept.attachment_id in self._expired:
            return False
        return self._clock.now_ms() - kept.at_ms < KEPT_MS

    async def _recalled(self, content: str) -> _Kept | None:
        with suppress(StoreDown):  # then it is uploaded once more
            noted = await self._notes.recall(self._note(content))
            at_ms, _, attachment_id = (noted or b"").decode().partition(" ")
            return _Kept(attachment_id, int(at_ms)) if attachment_id else None
        return None

    async def _upload(self, content: str, name: str) -> str:
        """Zalo's id for this picture; empty where there is none. Never raises."""
        now_ms = self._clock.now_ms()
        picture = await self._drawn.picture(name)
        if picture is None or not self._limiter.try_turn("", Priority.BULK):
            return ""
        try:
            attachment_id = await uploaded(self._calls, picture)
        except (PlatformError, StoreDown) as error:
            self.upload_rest.begin(str(error))
            return ""
        self._known[content] = _Kept(attachment_id, now_ms)
        with suppress(StoreDown):  # whoever needs it after the next start uploads it once more
            await self._notes.remember(self._note(content), f"{now_ms} {attachment_id}".encode())
        return attachment_id

    def _note(self, content: str) -> str:
        return f"zalo-oa-picture:{self._app_id}:{content}"


def _at_fault(answer: Answer) -> bool:
    """Whether Zalo refused a step with its picture, and may take it without."""
    result = outcome(answer, 0)
    return answer.code == FAILED or (isinstance(result, Refused) and not result.closed)
