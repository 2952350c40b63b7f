"""Pictures of steps on Telegram."""

from functools import partial
from typing import Final

import msgspec

from bot.channels.step_pictures import Rest, content_of, drawn_soon
from bot.channels.telegram_uploads import Call, Upload, Uploads, WithFile, in_words
from bot.channels.telegram_wire import InlineKeyboard, encode
from bot.model import Drawn
from bot.model.message import media_type_of
from bot.ports import Clock, DrawnPictures, Notes, Outcome, Unconfirmed

METHOD: Final = b"step"
"""What the parcel of such a message begins with, where others have the name of a method."""


class Step(WithFile, frozen=True, omit_defaults=True, kw_only=True):
    """A message with a picture, as it stands in a parcel."""

    drawn: str


_decode = msgspec.json.Decoder(Step).decode


class StepPictures:
    """Sends steps with what `drawn` holds. `notes` keep what Telegram calls each picture, for the bot with this id."""

    def __init__(self, bot: str, drawn: DrawnPictures, notes: Notes, clock: Clock) -> None:
        self._drawn = drawn
        self._uploads = Uploads("photo", "picture", bot, notes)
        self._rest = Rest(clock, "telegram: steps go without pictures")

    def parcel(self, chat: int, drawn: Drawn, text: str, keyboard: InlineKeyboard | None) -> bytes:
        """The parcel of a step, for `send`."""
        return METHOD + b"\n" + encode(Step(chat, text, keyboard, drawn=drawn.name))

    async def send(self, body: bytes, call: Call) -> Outcome:
        """Send a step with its picture; in words, where there is none, or none any more, or Telegram refuses it.

        Where it comes to nothing for one, nobody waits for such an answer again for some minutes.
        """
        step = _decode(body)
        if self._rest.lasts or not await self._drawn.stands(step.drawn):
            return (await call("sendMessage", in_words(body)))[0]
        result = await self._uploads.send(step, content_of(step.drawn), partial(self._file, step), call)
        if isinstance(result, Unconfirmed):
            self._rest.begin(result.why)
        return result

    async def _file(self, step: Step) -> Upload | None:
        picture, kind = await drawn_soon(self._drawn, step.drawn), media_type_of(step.drawn)
        return Upload(picture, f"step.{kind.removeprefix('image/')}", kind) if picture else None
