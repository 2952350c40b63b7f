"""The Bot API's methods over the `World`, with the checks and words of the real ones."""

import html
import re
import time
from collections.abc import Callable
from typing import Any

import msgspec

from tests.emulators.faults import Json
from tests.emulators.telegram_world import ApiError, ChatRecord, World, bad

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_DATA_BYTES = 64
_BUTTONS = 100
_ACTIONS = {
    *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"),
    *("choose_sticker", "find_location", "record_video_note", "upload_video_note"),
}
_BUTTON_KINDS = {
    *("url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat"),
    *("switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"),
}
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Params:
    """The parameters of a call: native from JSON, or text (with JSON inside) from forms."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        if not isinstance(value, str):
            raise bad(f'can\'t parse parameters: field "{name}" must be of type String')
        return value

    def number(self, name: str, default: int = 0) -> int:
        value = self.values.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f'can\'t parse parameters: field "{name}" must be of type Number') from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1")

    def json(self, name: str) -> Any:
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None


def send_message(world: World, params: Params) -> Json:
    record = world.chat(params.values.get("chat_id"))
    text = _checked_text(params, "text")
    return _from_bot(world, record, params, {"text": text})


def send_photo(world: World, params: Params) -> Json:
    record = world.chat(params.values.get("chat_id"))
    photo = params.values.get("photo")
    if not photo:
        raise bad("there is no photo in the request")
    caption = _plain(params, "caption")
    if len(caption) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    file_id = _file_of(world, photo)
    size = {"file_id": file_id, "file_unique_id": f"u{file_id}", "width": 1080, "height": 1080, "file_size": 1}
    return _from_bot(world, record, params, {"photo": [size]} | ({"caption": caption} if caption else {}))


def send_voice(world: World, params: Params) -> Json:
    record = world.chat(params.values.get("chat_id"))
    voice = params.values.get("voice")
    if not voice:
        raise bad("there is no voice in the request")
    caption = _plain(params, "caption")
    if len(caption) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    file_id = _file_of(world, voice)
    shape = {"file_id": file_id, "file_unique_id": f"u{file_id}", "duration": 3, "mime_type": "audio/ogg"}
    return _from_bot(world, record, params, {"voice": shape} | ({"caption": caption} if caption else {}))


def _file_of(world: World, given: object) -> str:
    """A new file, or the one with this id: the id of any other bot's file is no file here."""
    if isinstance(given, bytes):
        return world.new_file(given)
    if str(given) not in world.files:
        raise bad("wrong file identifier/HTTP URL specified")
    return str(given)


def edit_message_text(world: World, params: Params) -> Json:
    record = world.chat(params.values.get("chat_id"))
    message = record.messages.get(params.number("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if message["from"] != world.bot or "text" not in message:
        raise bad("message can't be edited")
    text, markup = _checked_text(params, "text"), _markup(params)
    if text == message["text"] and markup == message.get("reply_markup"):
        raise bad(_NOT_MODIFIED)
    message["text"] = text
    message["edit_date"] = int(time.time())
    message.pop("reply_markup", None)
    if markup:
        message["reply_markup"] = markup
    return message


def answer_callback_query(world: World, params: Params) -> bool:
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or time.monotonic() - press.at > world.query_seconds:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(params.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    press.answered = params.values
    return True


def send_chat_action(world: World, params: Params) -> bool:
    world.chat(params.values.get("chat_id"))
    if params.text("action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    return True


def set_my_commands(world: World, params: Params) -> bool:
    commands = params.json("commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON object")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands = commands
    return True


def get_file(world: World, params: Params) -> Json:
    file_id = params.text("file_id")
    if file_id not in world.files:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size = len(world.files[file_id])
    return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size, "file_path": f"files/{file_id}"}


def get_me(world: World, _params: Params) -> Json:
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


METHODS: dict[str, Callable[[World, Params], Any]] = {
    "getme": get_me,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "sendvoice": send_voice,
    "editmessagetext": edit_message_text,
    "answercallbackquery": answer_callback_query,
    "sendchataction": send_chat_action,
    "setmycommands": set_my_commands,
    "getfile": get_file,
}
"""By lower-case name: Telegram takes any case."""


def _from_bot(world: World, record: ChatRecord, params: Params, content: Json) -> Json:
    markup, topic = _markup(params), params.number("message_thread_id")
    if topic and topic not in record.topics:
        raise bad("message thread not found")
    where = {"message_thread_id": topic, "is_topic_message": True} if topic else {}
    return world.new_message(record, world.bot, content | where | ({"reply_markup": markup} if markup else {}))


def _checked_text(params: Params, name: str) -> str:
    text = _plain(params, name)
    if not text:
        raise bad("message text is empty")
    if len(text) > TEXT_LIMIT:
        raise bad("message is too long")
    return text


def _plain(params: Params, name: str) -> str:
    """The text as people see it: limits count what is left once the mark-up is taken out."""
    text = params.text(name)
    if params.text("parse_mode").lower() == "html":
        if text.count("<") != text.count(">"):
            raise bad("can't parse entities: Unclosed start tag")
        text = html.unescape(re.sub(r"<[^>]*>", "", text))
    return text.strip()


def _markup(params: Params) -> Json | None:
    markup = params.json("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return markup
    buttons = [button for row in rows for button in row]
    if len(buttons) > _BUTTONS:
        raise bad("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return markup if buttons else None


def _check_button(button: Json) -> None:
    if not button.get("text"):
        raise bad('can\'t parse inline keyboard button: Field "text" must be of type String')
    kinds = _BUTTON_KINDS & button.keys()
    if len(kinds) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in kinds and not 1 <= len(str(button["callback_data"]).encode()) <= CALLBACK_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")


__all__ = ["METHODS", "ApiError", "Params"]
