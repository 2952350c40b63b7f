"""The Bot Platform's methods over the `World`, with their documented checks."""

import re
from collections.abc import Callable
from typing import Any

from tests.emulators.faults import Json
from tests.emulators.zalo_bot_world import ChatRecord, World, bad

TEXT_LIMIT = 2000
_MARKUP = {
    "markdown": re.compile(r"(?P<mark>\*{1,3}|__?|~~|`)(?P<text>[^*_~`\n]+)(?P=mark)"),
    "html": re.compile(r"(?P<text>)</?\w+[^>]*>"),
}
"""What people do not see of a text that is marked up: the part of it that bots use."""


def get_me(world: World, _params: Json) -> Json:
    account = {"id": world.bot["id"], "account_name": "bot.emulator", "account_type": "BASIC"}
    return account | {"can_join_groups": world.groups, "display_name": world.bot["display_name"]}


def send_message(world: World, params: Json) -> Json:
    record, text = world.chat(params.get("chat_id")), _text(params, "text", needed=True)
    mode = params.get("parse_mode") or "plain"
    if mode not in ("plain", *_MARKUP):
        raise bad("Bad Request: parse_mode is invalid")
    shown = _MARKUP[mode].sub(r"\g<text>", text) if mode in _MARKUP and world.strips_markup else text
    return _sent(world, record, {"text": shown})


def send_photo(world: World, params: Json) -> Json:
    record, caption = world.chat(params.get("chat_id")), _text(params, "caption")
    return _sent(world, record, {"photo_url": _url(params, "photo"), "text": caption})


def send_sticker(world: World, params: Json) -> Json:
    return _sent(world, world.chat(params.get("chat_id")), {"sticker": _text(params, "sticker", needed=True)})


def send_voice(world: World, params: Json) -> Json:
    """Taken everywhere, but delivered in private chats alone."""
    record, url = world.chat(params.get("chat_id")), _url(params, "voice_url")
    lost = ChatRecord(record.id, record.type, record.title)
    return _sent(world, record if record.type == "PRIVATE" else lost, {"voice_url": url})


def send_chat_action(world: World, params: Json) -> None:
    if params.get("action") not in ("typing", "upload_photo"):
        raise bad("Bad Request: action is invalid")
    world.actions.append((world.chat(params.get("chat_id")).id, str(params["action"])))


METHODS: dict[str, Callable[[World, Json], Any]] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendSticker": send_sticker,
    "sendVoice": send_voice,
    "sendChatAction": send_chat_action,
}
"""By name; unlike at Telegram the case counts."""


def _sent(world: World, record: ChatRecord, content: Json) -> Json:
    world.spend()
    message = world.put(record, world.bot, content)
    return {"message_id": message["message_id"], "date": message["date"]}


def _text(params: Json, name: str, *, needed: bool = False) -> str:
    """A text within the limit. Nobody knows what Zalo counts, so UTF-16 units are: the most of what it may be."""
    value = params.get(name, "")
    if not isinstance(value, str) or (needed and not value):
        raise bad(f"Bad Request: {name} is empty")
    if len(value.encode("utf-16-le")) // 2 > TEXT_LIMIT:
        raise bad(f"Bad Request: {name} is too long")
    return value


def _url(params: Json, name: str) -> str:
    value = _text(params, name, needed=True)
    if not value.startswith(("http://", "https://")):
        raise bad(f"Bad Request: {name} is invalid")
    return value
