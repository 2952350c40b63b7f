"""The people who use the bot: what they do becomes updates, what the bot sends is what they see."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from tests.cameras import taken
from tests.emulators import people
from tests.emulators.faults import Json
from tests.emulators.people import Reader
from tests.emulators.telegram_world import GROUPS, ApiError, ChatRecord, text_content

if TYPE_CHECKING:
    from tests.emulators.telegram import TelegramEmulator


ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
ADMIN: Json = {"id": 7_099_999_999, "is_bot": False, "first_name": "Quản", "language_code": "vi"}
"""Who anonymous admins are for bots, and one who is not."""


@dataclass(frozen=True)
class Seen(people.Seen[int]):
    """A message of the bot, as a person sees it; `file` is the id of its photo or voice, `topic` where it stands."""

    file: str = ""
    topic: int = 0


class Group:
    """A group with the bot in it. With privacy on, the bot only gets commands, mentions of it and replies to it."""

    def __init__(self, emulator: "TelegramEmulator", record: ChatRecord) -> None:
        self._emulator = emulator
        self.record = record

    @property
    def id(self) -> int:
        return self.record.id

    @property
    def sees(self) -> list[Seen]:
        """What the bot wrote here, oldest first."""
        return _seen(self._emulator, self.record)

    def migrates(self, new_id: int) -> None:
        """Become a supergroup with another id."""
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        self.record.refusal = ApiError(400, words, migrate_to_chat_id=new_id)

    def upgraded(self) -> "Group":
        """The supergroup that this group became; nothing says so but the refusal of what is written to the old id."""
        after = self._emulator.group(title=self.record.names["title"])
        self.migrates(after.id)
        return after

    async def says_it_moved(self, after: "Group", by: "Person", *, new_first: bool = False) -> None:
        """Both groups tell it, in this order or the other."""
        told: list[tuple[Group, Json]] = [
            (self, {"from": by.user, "migrate_to_chat_id": after.id}),
            (after, {"from": ANONYMOUS, "sender_chat": after.record.shown, "migrate_from_chat_id": self.id}),
        ]
        for group, content in reversed(told) if new_first else told:
            message = self._emulator.world.new_message(group.record, content["from"], content)
            await deliver(self._emulator, "message", message, group.record)

    async def removes_bot(self, *, tells: bool = False, left: bool = False) -> None:
        """Throw the bot out; `tells`: it hears of that."""
        self.record.refusal = ApiError(403, "Forbidden: bot was kicked from the supergroup chat")
        if tells:
            await membership(self._emulator, self.record, ADMIN, "member", "left" if left else "kicked")

    async def lets_bot_in(self) -> None:
        """Take it back."""
        self.record.refusal = None
        await membership(self._emulator, self.record, ADMIN, "kicked", "member")

    async def admin_says(self, text: str, *, topic: int = 0) -> int:
        """An admin who stays anonymous: Telegram lets the group itself speak."""
        content = text_content(text) | {"sender_chat": self.record.shown} | in_topic(topic)
        return await deliver(
            self._emulator,
            "message",
            self._emulator.world.new_message(self.record, ANONYMOUS, content),
            self.record,
        )


class Person(Reader[Seen]):
    """One person. What they do is awaited until the bot took it, or, without a webhook, until it is there to fetch.

    Each such method gives the update's id (0 when the bot never gets it); `wait=False` does not wait.
    """

    def __init__(self, emulator: "TelegramEmulator", user: Json, record: ChatRecord) -> None:
        super().__init__()
        self._emulator = emulator
        self.user = user
        self.record = record

    @property
    def id(self) -> int:
        return self.record.id

    @property
    @override
    def sees(self) -> list[Seen]:
        """What the bot wrote in the private chat, oldest first, as it is now."""
        return _seen(self._emulator, self.record)

    @property
    def pictures(self) -> list[bytes]:
        """The content of the pictures among that."""
        return [self._emulator.world.files[seen.file] for seen in self.sees if seen.photo]

    async def says(
        self,
        text: str,
        *,
        chat: Group | None = None,
        topic: int = 0,
        reply_to: Seen | None = None,
        wait: bool = True,
    ) -> int:
        """Type a text, in private or in a group."""
        return await self._sends(text_content(text) | in_topic(topic), chat, reply_to, wait)

    async def sends(self, content: Json, *, chat: Group | None = None, reply_to: Seen | None = None) -> int:
        """Send a message of any kind."""
        return await self._sends(content, chat, reply_to)

    async def sends_photo(
        self, caption: str = "", *, form: str = "JPEG", reply_to: Seen | None = None, wait: bool = True
    ) -> int:
        size = self._file(taken(form)) | {"width": 720, "height": 1280}
        content = {"photo": [size]} | ({"caption": caption} if caption else {})
        return await self._sends(content, reply_to=reply_to, wait=wait)

    async def sends_album(self, count: int, caption: str = "") -> list[int]:
        """At most eight pictures at once, the first with words: which way up each lies, no two the same."""
        album, ways = f"album-{self.id}-{len(self.record.messages)}", list(range(1, count + 1))
        for way in ways:
            size = self._file(taken("JPEG", way)) | {"width": 720, "height": 1280}
            words = {"caption": caption} if caption and way == 1 else {}
            await self._sends({"photo": [size], "media_group_id": album} | words)
        return ways

    async def sends_voice(self, seconds: int = 3, *, recording: bytes = b"voice", wait: bool = True) -> int:
        voice = self._file(recording) | {"duration": seconds, "mime_type": "audio/ogg"}
        return await self._sends({"voice": voice}, wait=wait)

    async def sends_sticker(self, emoji: str = "👍", *, wait: bool = True) -> int:
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return await self._sends({"sticker": self._file("sticker") | shape | {"emoji": emoji}}, wait=wait)

    async def sends_document(self, name: str = "giay-to.pdf", *, wait: bool = True) -> int:
        return await self._sends({"document": self._file("document") | {"file_name": name}}, wait=wait)

    async def sends_location(self, latitude: float = 21.05, longitude: float = 105.9, *, wait: bool = True) -> int:
        return await self._sends({"location": {"latitude": latitude, "longitude": longitude}}, wait=wait)

    async def edits(self, text: str, *, wait: bool = True) -> int:
        """Change the last message they wrote in private."""
        return await self.edits_into(text_content(text), wait=wait)

    async def edits_into(self, content: Json, *, wait: bool = True) -> int:
        """The same, into something of any kind."""
        mine = [message for message in self.record.messages.values() if message["from"] == self.user]
        message = mine[-1]
        message.update(content, edit_date=int(time.time()))
        return await self._deliver("edited_message", dict(message), self.record, wait)

    async def presses(
        self, label: str, *, chat: Group | None = None, old: bool = False, forgotten: bool = False, wait: bool = True
    ) -> int:
        """Tap a button of the newest message that has any; `old`: the newest before it that has this label.

        The label may be given without the digit before it. `forgotten`: Telegram no longer holds the message.
        """
        record = chat.record if chat else self.record
        message, data = self._find(record, label, old)
        if forgotten:
            message = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
        press_id = self._emulator.world.new_press()
        press = {"id": press_id, "from": self.user, "message": message, "chat_instance": "1", "data": data}
        return await self._deliver("callback_query", press, record, wait)

    async def blocks(self, *, wait: bool = True) -> int:
        """Block the bot: it is told, and can write no more."""
        self.record.refusal = ApiError(403, "Forbidden: bot was blocked by the user")
        return await self._membership("member", "kicked", wait)

    async def unblocks(self, *, wait: bool = True) -> int:
        self.record.refusal = None
        return await self._membership("kicked", "member", wait)

    def deletes_account(self) -> None:
        self.record.refusal = ApiError(403, "Forbidden: user is deactivated")

    def _find(self, record: ChatRecord, label: str, old: bool) -> tuple[Json, str]:
        keyboards = [m for m in reversed(record.messages.values()) if "inline_keyboard" in m.get("reply_markup", {})]
        for message in keyboards[1:] if old else keyboards[:1]:
            for row in message["reply_markup"]["inline_keyboard"]:
                for button in row:
                    if button["text"] == label or button["text"].partition(". ")[2] == label:
                        return message, button["callback_data"]
        there = [_see(message).labels for message in keyboards]
        raise AssertionError(f'No button "{label}". Newest first there are: {there}')

    def _file(self, content: str | bytes) -> Json:
        file_id = self._emulator.world.new_file(content.encode() if isinstance(content, str) else content)
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content)}

    async def _sends(
        self, content: Json, chat: Group | None = None, reply_to: Seen | None = None, wait: bool = True
    ) -> int:
        record = chat.record if chat else self.record
        if reply_to:
            content = {**content, "reply_to_message": record.messages[reply_to.message_id]}
        message = self._emulator.world.new_message(record, self.user, content)
        if record.type in GROUPS and self._emulator.privacy and not self._to_bot(message):
            return 0
        return await self._deliver("message", dict(message), record, wait)

    def _to_bot(self, message: Json) -> bool:
        bot, text = self._emulator.world.bot, message.get("text", "")
        if message.get("reply_to_message", {}).get("from") == bot or f"@{bot['username']}".lower() in text.lower():
            return True
        return text.startswith("/") and "@" not in text.split()[0]

    async def _membership(self, before: str, after: str, wait: bool) -> int:
        return await membership(self._emulator, self.record, self.user, before, after, wait=wait)

    async def _deliver(self, kind: str, content: Json, record: ChatRecord, wait: bool) -> int:
        return await deliver(self._emulator, kind, content, record, wait=wait)


async def deliver(
    emulator: "TelegramEmulator", kind: str, content: Json, record: ChatRecord, *, wait: bool = True
) -> int:
    """Hand an update over, and wait until the bot took it: its id, 0 when the bot never gets it."""
    waiting = emulator.delivery.add(kind, content, str(record.id))
    if waiting is None:
        return 0
    if wait and emulator.delivery.webhook.url:
        await waiting.taken.wait()
    return int(waiting.update["update_id"])


async def membership(
    emulator: "TelegramEmulator", record: ChatRecord, by: Json, before: str, after: str, *, wait: bool = True
) -> int:
    """Somebody changes what the bot is in a chat."""
    bot, kicked = emulator.world.bot, {"until_date": 0}
    change = {
        "chat": record.shown,
        "from": by,
        "date": int(time.time()),
        "old_chat_member": {"user": bot, "status": before} | (kicked if before == "kicked" else {}),
        "new_chat_member": {"user": bot, "status": after} | (kicked if after == "kicked" else {}),
    }
    return await deliver(emulator, "my_chat_member", change, record, wait=wait)


def in_topic(topic: int) -> Json:
    """What says that a message stands in a topic of its group."""
    return {"message_thread_id": topic, "is_topic_message": True} if topic else {}


def _seen(emulator: "TelegramEmulator", record: ChatRecord) -> list[Seen]:
    bot = emulator.world.bot
    return [_see(message) for message in record.messages.values() if message["from"] == bot]


def _see(message: Json) -> Seen:
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    rows = tuple(tuple(button["text"] for button in row) for row in keyboard)
    text = message.get("text") or message.get("caption", "")
    photo, voice = message.get("photo", [{}])[-1], message.get("voice", {})
    return Seen(
        message["message_id"],
        text,
        rows,
        bool(photo),
        photo.get("file_id", "") or voice.get("file_id", ""),
        message.get("message_thread_id", 0),
    )
