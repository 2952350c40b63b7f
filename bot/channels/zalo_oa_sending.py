"""Hands parcels to Zalo: within the calls of a minute and the free messages, in another form where one is not taken."""

import logging
from collections.abc import Callable
from typing import Final

from bot.channels.limits import Limiter
from bot.channels.step_pictures import MEDIA_TRIES, plainer_next
from bot.channels.zalo_oa_calls import Calls, Faulty, Silent
from bot.channels.zalo_oa_codes import (
    BACKOFF_SECONDS,
    FULL,
    NOT_LIKE_THIS,
    outcome,
)
from bot.channels.zalo_oa_pictures import Pictures
from bot.channels.zalo_oa_steps import StepPictures
from bot.channels.zalo_oa_windows import Window, Windows
from bot.channels.zalo_oa_wire import MESSAGE, Answer, Sending, decode_sending, without_attachment
from bot.channels.zalo_pictures import PictureWrong
from bot.channels.zalo_tokens import AccountDown
from bot.errors import PlatformError, StoreDown
from bot.model import Chat
from bot.ports import ChannelDown, Clock, Later, Outcome, Priority, Refused, Sent, Unconfirmed

log = logging.getLogger(__name__)

_FULL_MS: Final = 3600 * 1000
"""How long somebody who gets no more messages is left alone, unless they write: nobody knows when that ends."""


class Parcels:
    """Sends them. `in_group` is told the id of each message that a group got; with `steps`, steps have pictures."""

    def __init__(
        self,
        calls: Calls,
        windows: Windows,
        pictures: Pictures,
        limiter: Limiter,
        clock: Clock,
        in_group: Callable[[str], None],
        steps: StepPictures | None = None,
    ) -> None:
        self._calls = calls
        self._windows = windows
        self._pictures = pictures
        self._limiter = limiter
        self._clock = clock
        self._in_group = in_group
        self._steps = steps
        self._full: dict[str, int] = {}
        self._told_of_buttons = False

    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        """Hand one parcel to Zalo, after waiting for its turn where the wait is short."""
        head, body, instead = (*parcel.split(b"\n"), b"")[:3]
        path, heard, picture = f"{head.decode()} ".split(" ")[:3]
        try:
            window = None
            if path == MESSAGE:
                window = await self._windows.open(chat, int(heard))
                if window is None:
                    return Refused("it would cost something, and ZALO_OA_MAY_COST does not allow it", closed=True)
                if self._is_full(chat.person, window.heard_ms):
                    return outcome(Answer(FULL), self._clock.now_ms())
            for _ in range(2 if _passes_on(body) else 1):  # an upload is a call, too
                if wait := await self._limiter.turn(chat.chat, priority):
                    return Later(wait, "rate", exact=True, ours=True)
            result = await self._sent(chat, path, (body, instead), "" if doubts else picture, window)
            return plainer_next(result) if picture and not doubts else result
        except PictureWrong as error:
            return Refused(f"its picture cannot be sent: {error}")
        except AccountDown as error:
            return ChannelDown(str(error))
        except StoreDown as down:
            return Later(BACKOFF_SECONDS, str(down), exact=True, ours=True)
        except PlatformError as error:
            return Later(BACKOFF_SECONDS, str(error))

    async def _sent(
        self, chat: Chat, path: str, said: tuple[bytes, bytes], picture: str, window: Window | None
    ) -> Outcome:
        try:
            answer = await self._answer(path, said, picture)
        except Silent as silent:
            return Unconfirmed(str(silent))
        except Faulty as fault:
            return Later(BACKOFF_SECONDS, str(fault), tries=MEDIA_TRIES if _passes_on(said[0]) else 0)
        return await self._settled(chat, answer, window)

    async def _answer(self, path: str, said: tuple[bytes, bytes], picture: str) -> Answer:
        """Zalo's answer; to a step with its picture where that can be shown, else as it stands."""
        body, instead = said
        if _passes_on(body):
            return await self._pictures.passed_on(path, body, instead)
        answer = await self._steps.shown(path, body, picture) if picture and self._steps else None
        return await self._taken(path, body) if answer is None else answer

    async def _taken(self, path: str, body: bytes) -> Answer:
        """Zalo's answer; where it does not take what goes with the words, its answer to another form of the same."""
        answer = await self._calls.post(path, body)
        if answer.code in NOT_LIKE_THIS and b'"buttons"' in body:
            plain = await self._calls.post(path, without_attachment(body))
            if plain.code == 0 and not self._told_of_buttons:
                self._told_of_buttons = True
                log.warning("zalo-oa: buttons are not taken (%s): ZALO_OA_BUTTONS=no saves trying", answer.code)
            return plain
        return answer

    async def _settled(self, chat: Chat, answer: Answer, window: Window | None) -> Outcome:
        result = outcome(answer, self._clock.now_ms())
        if isinstance(result, Sent):
            return await self._noted(chat, answer, window)
        if answer.code == FULL:
            self._full[chat.person] = self._clock.now_ms()
        if isinstance(result, Refused | Later) and answer.code < 0:
            log.warning("zalo-oa: %s", result.why)
        return result

    async def _noted(self, chat: Chat, answer: Answer, window: Window | None) -> Sent:
        """What a message that went out tells us; none of it may have it sent again."""
        try:
            sending = decode_sending(answer.data)
        except ValueError:
            sending = Sending()
        if window is None:
            self._in_group(sending.message_id)
            return Sent()
        try:
            return Sent(closing=await self._windows.sent(chat, window, sending.quota))
        except StoreDown as down:
            log.warning("zalo-oa: a message could not be counted: %s", down)
            return Sent()

    def _is_full(self, person: str, heard_ms: int) -> bool:
        """Whether Zalo said lately that this person gets no more: no call is spent on hearing it again."""
        over = self._clock.now_ms() - _FULL_MS
        self._full = {each: at for each, at in self._full.items() if at > over} if self._full else self._full
        return heard_ms <= self._full.get(person, -1)


def _passes_on(body: bytes) -> bool:
    """Whether a message shows a picture that somebody sent."""
    return b'"media"' in body
