"""From the Official Account's events to `Incoming`: who signed it, who the person is, what they did. Pure.

What a button makes a person send: proof that we gave exactly this to exactly them, lately. Pure.

A press arrives as an ordinary text, and anybody can type any text. So the text of a button carries a seal over the
choice, the person and the day: what is typed, was given to somebody else, or is too old chooses nothing. It needs no
list of what was given out.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from hashlib import blake2b
from hmac import compare_digest
from typing import Any, Final

import msgspec

from bot.channels.zalo_oa.types import Event, Message, decode_anything, decode_event, decode_stamp
from bot.errors import NotGenuine, NotReadable
from bot.model import NEAR, Chat, Incoming
from bot.nlu.patterns import compiled, composed

DAYS: Final = 30
"""How long a button is good."""

_DAY_MS: Final = 86_400_000
_FORM: Final = compiled(r"#(?P<payload>[^\s~]{1,200})~(?P<day>[0-9a-f]{1,6})\.(?P<proof>[0-9a-f]{16})")
_STALE: Final = ":"
"""A press that belongs to no question: people hear that the button is an old one."""


class Seal:
    """Seals with a key of the installation."""

    def __init__(self, secret: str) -> None:
        self._key = blake2b(f"buttons {secret}".encode(), digest_size=32).digest()

    def sealed(self, person: str, payload: str, now_ms: int) -> str:
        """The text that a button with this payload makes the person send."""
        day = f"{now_ms // _DAY_MS:x}"
        return f"#{payload}~{day}.{self._proof(person, payload, day)}"

    def opened(self, person: str, text: str, now_ms: int) -> str | None:
        """The payload of a press by this person; one that chooses nothing for a bad seal; None for ordinary text."""
        found = _FORM.fullmatch(text.strip()) if text.startswith("#") else None
        if found is None:
            return None
        genuine = compare_digest(found["proof"], self._proof(person, found["payload"], found["day"]))
        age = now_ms // _DAY_MS - int(found["day"], 16)
        return found["payload"] if genuine and age <= DAYS else _STALE

    def _proof(self, person: str, payload: str, day: str) -> str:
        return blake2b(f"{person}\n{payload}\n{day}".encode(), digest_size=8, key=self._key).hexdigest()


log = logging.getLogger(__name__)

NAME: Final = "zalo-oa"
TEXT_LIMIT_IN: Final = 10_000
GROUP: Final = "g-"
"""What begins the chat id of a group; a group's own id could look like a person's."""

PHOTO: Final = "photo:"
VOICE: Final = "voice:"
"""What begins our reference of a picture, and of spoken words; its address follows."""

_SIGNATURE: Final = b"x-zevent-signature"
_TIMESTAMP: Final = b"x-zevent-timestamp"
_FROM_PERSON: Final = "user_send_"
_FROM_MEMBER: Final = "user_send_group_"
_FROM_ACCOUNT: Final = "oa_send_"
_HELLO: Final = frozenset({"follow", "user_click_chatnow"})
_GROUP_MESSAGES_KEPT: Final = 500
_MEDIA: Final = {"picture": PHOTO, "voice": VOICE}
_CODE_WITHIN: Final = 100
_TAKES: Final = compiled(r"\s*(nhận|nhan|take)\s+[a-z]\d{4,8}\b", any_case=True)
"""A volunteer takes a request by its code: that is meant for us, whoever else is there."""


def mac(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """An event's signature: a plain SHA-256 of everything in a row, in hex. `body` is the bytes as they came."""
    return hashlib.sha256(b"".join((app_id.encode(), body, timestamp.encode(), secret.encode()))).hexdigest()


def said_by(person: str, incoming_id: str) -> bool:
    """Whether this is the id of something that the person themselves did just now."""
    return incoming_id.startswith(f"m:{person}:")


class Signatures:
    """Proves events genuine. `secret` is the OA Secret Key; `app_secret` only tells what went wrong."""

    def __init__(self, app_id: str, secret: str, app_secret: str) -> None:
        self._app_id = app_id
        self._secret = secret
        self._app_secret = app_secret
        self._told = False

    def check(self, headers: Mapping[bytes, bytes], body: bytes) -> None:
        """Raises NotGenuine. The time in the body counts, or that of the header: they are known to differ."""
        signature = headers.get(_SIGNATURE, b"").rpartition(b"=")[2].strip().lower()
        times = [time for time in (_stamp(body), headers.get(_TIMESTAMP, b"").decode("ascii", "replace")) if time]
        if signature and self._matches(signature, body, times, self._secret):
            return
        if signature and self._matches(signature, body, times, self._app_secret) and not self._told:
            self._told = True
            log.error(
                "zalo-oa: events are signed with the App Secret Key instead of the OA Secret Key and are refused: "
                "whoever sends them uses the secret of the app's settings, not that of its Webhook page"
            )
        raise NotGenuine("The signature is missing or wrong.")

    def _matches(self, signature: bytes, body: bytes, times: list[str], secret: str) -> bool:
        if not secret:
            return False
        return any(hmac.compare_digest(signature, mac(self._app_id, body, time, secret).encode()) for time in times)


class Reader:
    """Says events in our words. `oa_id` is the account's own, empty while unknown.

    `at_zalo` tells an address at Zalo from any other. `name` is what people in a group mention the account by; empty:
    as Zalo calls it.
    """

    def __init__(self, seal: Seal, at_zalo: Callable[[str], bool], name: str = "") -> None:
        self._seal = seal
        self._at_zalo = at_zalo
        self.oa_id = ""
        self._name = name
        self._to_groups: dict[str, None] = {}

    def introduce(self, oa_id: str, name: str) -> None:
        """This is the account, and how Zalo calls it."""
        self.oa_id, self._name = oa_id, self._name or name

    def sent_to_group(self, message_id: str) -> None:
        """We wrote this to a group: an answer to it is meant for us, as long as it is one of the newest."""
        self._to_groups[message_id] = None
        if len(self._to_groups) > _GROUP_MESSAGES_KEPT:
            del self._to_groups[next(iter(self._to_groups))]

    def read(self, body: bytes, now_ms: int) -> Incoming | Event | None:
        """One event: what a person did, an event about people that is no message, or None for what we do not handle.

        Raises NotReadable for what is no event.
        """
        try:
            event = _event(body)
        except msgspec.ValidationError as error:
            log.warning("zalo-oa: an event has a shape we do not know: %s", error)
            return None
        except (ValueError, RecursionError) as error:
            raise NotReadable("The body is not JSON, or nested without end.") from error
        name = event.event_name
        if name.startswith(_FROM_MEMBER):
            return self._in_group(event, body) if self._ours(event.oa_id) else None
        if name.startswith(_FROM_PERSON):
            return self._from_person(event, body, now_ms) if self._ours(event.recipient.id) else None
        if name in _HELLO and self._ours(event.oa_id):
            person = str(event.follower.id or event.user_id)
            # Both events may come for one newcomer: they are greeted once.
            hello, chat = f"m:{person}:hello", Chat(NAME, person, person)
            return Incoming(hello, chat, "text", "/start", sent_at=event.sent_at) if person else None
        if name == "delete_group" and event.group_id and self._ours(event.oa_id):
            group = f"{GROUP}{event.group_id}"
            return Incoming(f"g:{event.timestamp}", Chat(NAME, group, group), "gone", group=True, sent_at=event.sent_at)
        if event.group_id:
            log.info("zalo-oa: %s in group %s", name, event.group_id)
        takeover = name.startswith(_FROM_ACCOUNT) and event.sender.admin_id and event.recipient.id
        return event if takeover or name == "user_withdraw" else None

    def _ours(self, oa_id: str | int) -> bool:
        """One app may serve several accounts, and all their events come to one webhook."""
        return not self.oa_id or str(oa_id) == self.oa_id

    def _from_person(self, event: Event, body: bytes, now_ms: int) -> Incoming | None:
        person, message, kind = str(event.sender.id), event.message, event.kind(_FROM_PERSON)
        if not person or message is None:
            return None
        id_, chat, at = _id(person, message, body), Chat(NAME, person, person), event.sent_at
        text = message.text[:TEXT_LIMIT_IN]
        if kind == "text":
            press = self._seal.opened(person, text, now_ms)
            if press is not None:
                return Incoming(id_, chat, "press", choice=press, sent_at=at)
            return Incoming(id_, chat, "text", text or message.url[:TEXT_LIMIT_IN], sent_at=at)
        begins, album = _MEDIA.get(kind, ""), NEAR if kind == "picture" else ""
        media, *more = [f"{begins}{url}" if begins and self._at_zalo(url) else "" for url in message.urls or [""]]
        return Incoming(id_, chat, kind, text, media=media, sent_at=at, album=album, more=tuple(filter(None, more)))

    def _in_group(self, event: Event, body: bytes) -> Incoming | None:
        person, group, message = str(event.sender.id), str(event.recipient.id), event.message
        if not person or not group or message is None:
            return None
        said = self._said_to_us(message)
        if not said:
            return None
        id_, chat = _id(person, message, body), Chat(NAME, GROUP + group, person)
        return Incoming(id_, chat, "text", said, group=True, sent_at=event.sent_at)

    def _said_to_us(self, message: Message) -> str:
        """What a member said to us, without our name in it; empty when it was not meant for us."""
        text = message.text[:TEXT_LIMIT_IN]
        if text.startswith("/") or str(message.quote_msg_id) in self._to_groups:
            return text
        if _TAKES.match(composed(text[:_CODE_WITHIN])):
            return text
        mention = f"@{self._name}"
        at = text.lower().find(mention.lower()) if self._name else -1
        if at < 0:
            return ""
        # A bare mention is a call for help: it must not become silence.
        return (text[:at] + text[at + len(mention) :]).strip() or text


def _event(body: bytes) -> Event:
    """An event. What is null counts as left out: some write all fields always. Raises ValueError, RecursionError."""
    try:
        return decode_event(body)
    except msgspec.ValidationError:
        return msgspec.convert(_without_nulls(decode_anything(body)), Event)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value if each is not None] if isinstance(value, list) else value


def _id(person: str, message: Message, body: bytes) -> str:
    """Zalo sends the very same bytes again: they are the id of a message without one."""
    return f"m:{person}:{message.msg_id or hashlib.sha256(body).hexdigest()[:32]}"


def _stamp(body: bytes) -> str:
    try:
        return str(decode_stamp(body).timestamp)
    except (ValueError, RecursionError):
        return ""
