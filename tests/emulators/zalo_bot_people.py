"""The people who write to a Zalo bot: what they do becomes updates, what the bot sends is what they see."""

from typing import TYPE_CHECKING

from typing_extensions import override

from tests.emulators.faults import Json
from tests.emulators.people import Reader
from tests.emulators.zalo_bot_world import ApiError, ChatRecord
from tests.emulators.zalo_seen import Seen, digit_of

if TYPE_CHECKING:
    from tests.emulators.zalo_bot import ZaloBotEmulator


class Group:
    """An ordinary group that the bot was invited to. The bot gets mentions of it and replies to it, nothing else."""

    def __init__(self, emulator: "ZaloBotEmulator", record: ChatRecord) -> None:
        self._emulator = emulator
        self.record = record

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def sees(self) -> list[Seen]:
        """What the bot wrote here, oldest first."""
        return _seen(self._emulator, self.record)

    def removes_bot(self) -> None:
        self.record.refusal = ApiError(403, "Internal server error")


class Person(Reader[Seen]):
    """One person. What they do is awaited until the webhook took it, or without one, until it is there to fetch.

    Each such method gives the id of the message, empty when the bot never hears of it. `wait=False` does not wait.
    """

    def __init__(self, emulator: "ZaloBotEmulator", record: ChatRecord) -> None:
        super().__init__()
        self._emulator = emulator
        self.record = record

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def user(self) -> Json:
        return {"id": self.id, "display_name": self.record.title, "is_bot": False}

    @property
    @override
    def sees(self) -> list[Seen]:
        """What the bot wrote in the private chat, oldest first."""
        return _seen(self._emulator, self.record)

    @property
    def pictures(self) -> list[bytes]:
        """The content of the pictures among that, as the platform fetched it."""
        addresses = [str(message["photo_url"]) for message in self.record.messages if "photo_url" in message]
        return [self._emulator.world.fetched[each] for each in addresses if each in self._emulator.world.fetched]

    async def says(
        self, text: str, *, chat: Group | None = None, reply_to: Seen | None = None, wait: bool = True
    ) -> str:
        """Type a text, in private or in a group; there the bot hears it when it is named with @, or replied to."""
        if chat and not reply_to and self._emulator.mention not in text:
            self._emulator.world.put(chat.record, self.user, {"text": text})
            return ""
        return await self._sends("text", {"text": text}, chat.record if chat else self.record, wait)

    async def presses(self, label: str, *, old: bool = False, wait: bool = True) -> str:
        """Answer with the digit of a choice in the newest message with choices; `old`: in one before it."""
        return await self.says(digit_of(self.sees, label, old=old), wait=wait)

    async def sends_photo(self, caption: str = "", url: str = "", *, wait: bool = True) -> str:
        photo = {self._emulator.photo_key: url or self._emulator.media("x.jpg"), "caption": caption}
        return await self._sends("image", photo | {"message_type": "CHAT_PHOTO"}, self.record, wait)

    async def sends_voice(self, *, wait: bool = True) -> str:
        voice = {"voice_url": self._emulator.media("x.aac"), "message_type": "CHAT_VOICE"}
        return await self._sends("voice", voice, self.record, wait)

    async def sends_sticker(self, *, wait: bool = True) -> str:
        url = "https://zalo-api.zadn.vn/api/emoticon/oasticker?eid=1&size=130"
        return await self._sends("sticker", {"sticker": "0e078a2fb66a5f34067b", "url": url}, self.record, wait)

    async def sends_link(self, url: str, *, wait: bool = True) -> str:
        """An address alone: it arrives as text, or where Zalo makes a card of it, as nothing it can show."""
        if self._emulator.links_arrive:
            return await self.says(url, wait=wait)
        return await self.sends_unsupported(wait=wait)

    async def sends_document(self, *, wait: bool = True) -> str:
        return await self.sends_unsupported(wait=wait)

    async def sends_location(self, *, wait: bool = True) -> str:
        return await self.sends_unsupported(wait=wait)

    async def sends_unsupported(self, *, bare: bool = False, wait: bool = True) -> str:
        """Something that the bot may not see; `bare`: it is not even told who sent it."""
        if bare:
            return await self._deliver({"event_name": "message.unsupported.received"}, "", wait)
        return await self._sends("unsupported", {}, self.record, wait)

    def refuses(self, code: int = 403, words: str = "Internal server error") -> None:
        """From now on the bot gets this instead of sending to them. What a block looks like is not documented."""
        self.record.refusal = ApiError(code, words)

    async def _sends(self, kind: str, content: Json, record: ChatRecord, wait: bool) -> str:
        message = self._emulator.world.put(record, self.user, content)
        update = {"event_name": f"message.{kind}.received", "message": message}
        return await self._deliver(update, record.id, wait)

    async def _deliver(self, content: Json, key: str, wait: bool) -> str:
        delivery = self._emulator.delivery
        update = delivery.push(content, key)
        if wait and delivery.url:
            await update.done.wait()
        return str(content.get("message", {}).get("message_id", ""))


def _seen(emulator: "ZaloBotEmulator", record: ChatRecord) -> list[Seen]:
    return [see(message) for message in record.messages if message["from"] == emulator.world.bot]


def see(message: Json) -> Seen:
    """A message of the bot as a person sees it."""
    kinds = {"photo_url": "image", "sticker": "sticker", "voice_url": "voice"}
    kind = next((kind for name, kind in kinds.items() if name in message), "text")
    return Seen(message["message_id"], message.get("text", ""), (), kind == "image", kind)
