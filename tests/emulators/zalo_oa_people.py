"""The people who write to the Official Account: what they do becomes events, what it sends is what they see."""

from typing import TYPE_CHECKING, Literal

from typing_extensions import override

from tests.cameras import behind
from tests.emulators.faults import Json
from tests.emulators.people import Reader
from tests.emulators.zalo_oa_groups import Group
from tests.emulators.zalo_oa_world import UserRecord
from tests.emulators.zalo_seen import Seen, digit_of

if TYPE_CHECKING:
    from tests.emulators.zalo_oa import ZaloOaEmulator

_QUERY = ("oa.query.show", "oa.query.hide")
_UNLINKED = ("user_received_message", "user_seen_message", "user_submit_info")
"""Events without the person's id at the app."""


class Person(Reader[Seen]):
    """One person. What they do is awaited until the webhook took it, or it was given up; `wait=False` does not wait.

    Each such method gives the id of the message, empty where the event has none. `pc`: they see no buttons.
    """

    def __init__(self, emulator: "ZaloOaEmulator", record: UserRecord) -> None:
        super().__init__()
        self._emulator = emulator
        self.record = record
        self.pc = False

    @property
    def id(self) -> str:
        return self.record.id

    @property
    @override
    def sees(self) -> list[Seen]:
        """What the OA wrote to them, oldest first."""
        return [see(message, pc=self.pc) for message in self.record.messages if message["src"] == 0]

    @property
    def pictures(self) -> list[bytes]:
        """The content of the pictures among that: what was uploaded, or what is behind an address."""
        ours = [each for each in self.record.messages if each["src"] == 0 and each["kind"] == "image"]
        uploads = self._emulator.world.uploads
        return [uploads[each["url"]].content if each["url"] in uploads else behind(str(each["url"])) for each in ours]

    async def says(
        self, text: str, *, chat: Group | None = None, reply_to: Seen | None = None, wait: bool = True
    ) -> str:
        """Type a text, in private or in a group."""
        quote = {"quote_msg_id": reply_to.message_id} if reply_to else {}
        return await self._sends("text", {"text": text, **quote}, chat, wait)

    async def presses(self, label: str, *, old: bool = False, wait: bool = True) -> str:
        """Tap a button or row of the newest message that has any; `old`: the newest before it that has this label.

        The label may be given without the digit before it. Where there are none, as always on a computer, the digit is
        typed that stands in the text.
        """
        newest = next((seen for seen in reversed(self.sees) if seen.labels), None)
        if self.pc or (newest and not newest.rows and not old):
            return await self.says(digit_of(self.sees, label, old=old), wait=wait)
        with_buttons = [message for message in reversed(self.record.messages) if _actions(message)]
        for message in with_buttons[1:] if old else with_buttons[:1]:
            for title, action in _actions(message):
                if title == label or title.partition(". ")[2] == label:
                    return await self.says(action["payload"], wait=wait)
        there = [[title for title, _ in _actions(message)] for message in with_buttons]
        raise AssertionError(f'No button "{label}". Newest first there are: {there}')

    async def sends_photo(
        self, caption: str = "", url: str = "", *, chat: Group | None = None, wait: bool = True
    ) -> str:
        url = url or self._emulator.media("x.jpg")
        return await self._attaches("image", {"thumbnail": url, "url": url}, caption, chat, wait)

    async def sends_gif(self, *, wait: bool = True) -> str:
        url = self._emulator.media("x.gif")
        return await self._attaches("gif", {"thumbnail": url, "url": url}, wait=wait)

    async def sends_link(self, url: str, *, chat: Group | None = None, wait: bool = True) -> str:
        payload = {"thumbnail": self._emulator.media("x.jpg"), "description": "", "url": url}
        return await self._attaches("link", payload, url, chat, wait)

    async def sends_voice(self, *, wait: bool = True) -> str:
        return await self._attaches("audio", {"url": self._emulator.media("x.amr")}, wait=wait)

    async def sends_video(self, *, wait: bool = True) -> str:
        media = self._emulator.media
        payload = {"url": media("x.mp4"), "thumbnail": media("x.jpg"), "description": ""}
        return await self._attaches("video", payload, wait=wait)

    async def sends_sticker(self, *, chat: Group | None = None, wait: bool = True) -> str:
        payload = {"url": "https://api.zalo.me/api/emoticon/oasticker?eid=1&size=130", "id": "e1540df031b5deb81a4"}
        return await self._attaches("sticker", payload, chat=chat, wait=wait)

    async def sends_location(self, latitude: str = "21.05", longitude: str = "105.9", *, wait: bool = True) -> str:
        coordinates = {"latitude": latitude, "longitude": longitude}
        return await self._attaches("location", {"coordinates": coordinates}, wait=wait)

    async def sends_document(self, name: str = "giay-to.pdf", *, wait: bool = True) -> str:
        kind = name.rpartition(".")[2]
        payload = {"size": "233947", "name": name, "checksum": "0" * 32, "type": kind}
        return await self._attaches("file", payload | {"url": self._emulator.media(name)}, wait=wait)

    async def sends_business_card(self, *, wait: bool = True) -> str:
        description = '{"phone":"0300000000","qrCodeUrl":"https://example.com/qr"}'
        payload = {"thumbnail": self._emulator.media("x.jpg"), "description": description, "url": "www.zaloapp.com"}
        message: Json = {"attachments": [{"type": "link", "payload": payload}]}
        return await self._sends("business_card", message, None, wait)

    async def reacts(self, seen: Seen, icon: str = "/-strong", *, wait: bool = True) -> str:
        message = {"msg_id": seen.message_id, "react_icon": icon}
        return await self._event("user_reacted_message", self._to_oa() | {"message": message}, wait)

    async def submits_info(self, *, wait: bool = True, **info: object) -> str:
        """Fill in the form that asks for a name and a phone number."""
        filled = {"address": "", "phone": 841213333111, "city": "", "district": "", "name": "", "ward": ""} | info
        return await self._event("user_submit_info", self._to_oa() | {"info": filled}, wait)

    async def follows(self, *, wait: bool = True) -> str:
        self.record.follows = True
        self._emulator.world.interacts(self.record)
        content = {"oa_id": self._emulator.world.oa_id, "follower": {"id": self.id}, "source": "oa_profile"}
        return await self._event("follow", content, wait)

    async def unfollows(self, *, wait: bool = True) -> str:
        self.record.follows = False
        content = {"oa_id": self._emulator.world.oa_id, "follower": {"id": self.id}, "source": "oa_profile"}
        return await self._event("unfollow", content, wait)

    async def opens_chat(self, *, wait: bool = True) -> str:
        """Press the button that begins a chat: an event once per person who never wrote."""
        self._emulator.world.interacts(self.record)
        return await self._event("user_click_chatnow", self._about_oa(), wait)

    async def withdraws(self, *, nameless: bool = False, wait: bool = True) -> str:
        """Ask that everything about them be deleted; `nameless`: the event comes without ids."""
        content = self._about_oa() if not nameless else {"oa_id": "", "user_id": ""}
        return await self._event("user_withdraw", content, wait)

    async def receives(self, seen: Seen, what: Literal["received", "seen"] = "seen", *, wait: bool = True) -> str:
        """Their phone tells that a message arrived, or was seen. The sender of such an event is the OA."""
        ids = {"msg_ids": [seen.message_id]} if what == "seen" else {"msg_id": seen.message_id}
        sides = {"sender": {"id": self._emulator.world.oa_id}, "recipient": {"id": self.id}}
        return await self._event(f"user_{what}_message", sides | {"message": ids}, wait)

    def refuses(self, code: int = -244) -> None:
        """From now on the OA gets this code instead of sending to them: -244 restricted, -227 banned, -218 enough."""
        self.record.refusal = code

    def _to_oa(self) -> Json:
        return {"sender": {"id": self.id}, "recipient": {"id": self._emulator.world.oa_id}}

    def _about_oa(self) -> Json:
        return {"oa_id": self._emulator.world.oa_id, "user_id": self.id}

    async def _attaches(
        self, kind: str, payload: Json, text: str = "", chat: Group | None = None, wait: bool = True
    ) -> str:
        message: Json = {"attachments": [{"type": kind, "payload": payload}]} | ({"text": text} if text else {})
        return await self._sends(kind, message, chat, wait)

    async def _sends(self, kind: str, message: Json, chat: Group | None, wait: bool) -> str:
        world = self._emulator.world
        message = {**message, "msg_id": world.hex_id("message")}
        kept = {"message_id": message["msg_id"], "src": 1, "time": world.now_ms(), "kind": kind, "from_id": self.id}
        kept["text"] = message.get("text", "")
        if chat:
            chat.record.messages.append(kept | {"group_id": chat.id})
            sides: Json = {"sender": {"id": self.id}, "recipient": {"id": chat.id}, "oa_id": world.oa_id}
            await self._event(f"user_send_group_{kind}", sides | {"message": message}, wait, chat.id)
        else:
            world.interacts(self.record)
            self.record.messages.append(kept | {"to_id": world.oa_id})
            await self._event(f"user_send_{kind}", self._to_oa() | {"message": message}, wait)
        return str(message["msg_id"])

    async def _event(self, name: str, content: Json, wait: bool, key: str = "") -> str:
        linked = {} if name in _UNLINKED else self._emulator.by_app(self.id)
        event = self._emulator.emit(name, content | linked, key or self.id)
        if wait:
            await event.done.wait()
        return str(content.get("message", {}).get("msg_id", ""))


def see(message: Json, *, pc: bool = False) -> Seen:
    """A message as a person sees it: on a computer without buttons."""
    rows = () if pc else tuple((title,) for title, _ in _shown(message))
    return Seen(message["message_id"], message["text"], rows, message["kind"] == "image", message["kind"])


def _shown(message: Json) -> list[tuple[str, Json]]:
    """Every button and row with its action, also those that lead elsewhere."""
    buttons = [(button["title"], button) for button in message.get("buttons", ())]
    return buttons + [(row["title"], row.get("default_action", {})) for row in message.get("elements", ())]


def _actions(message: Json) -> list[tuple[str, Json]]:
    """Those that make the person say something."""
    return [(title, action) for title, action in _shown(message) if action.get("type") in _QUERY]
