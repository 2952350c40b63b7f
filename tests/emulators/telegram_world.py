"""What Telegram knows: people, groups, messages, pressed buttons.

Objects are plain dicts, as the Bot API shows them.
"""

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.emulators.faults import Json

GROUPS = ("group", "supergroup")
_COMMAND = re.compile(r"(?<!\S)/[a-zA-Z0-9_]{1,32}(?:@\w+)?")
_MENTION = re.compile(r"(?<!\w)@\w{4,32}")


class ApiError(Exception):
    """A call that Telegram refuses, with its code and words."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str, **parameters: int) -> ApiError:
    return ApiError(400, f"Bad Request: {description}", **parameters)


@dataclass
class ChatRecord:
    """A chat and its `topics`: `refusal` is what the bot gets instead of sending, for example after being blocked."""

    id: int
    type: str
    names: Json
    refusal: ApiError | None = None
    messages: dict[int, Json] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)

    @property
    def shown(self) -> Json:
        return {"id": self.id, "type": self.type, **self.names}


@dataclass
class Press:
    """A callback query: when it was made, and whether and how it was answered."""

    at: float
    answered: Json | None = None


class World:
    """The state behind one bot."""

    def __init__(self, token: str, username: str) -> None:
        bot_id = int(token.partition(":")[0])
        self.bot: Json = {"id": bot_id, "is_bot": True, "first_name": "Tổ Số", "username": username}
        self.chats: dict[int, ChatRecord] = {}
        self.presses: dict[str, Press] = {}
        self.files: dict[str, bytes] = {}
        self.commands: list[Json] = []
        self.query_seconds = 15.0
        self._message_ids = itertools.count(1)
        self._press_ids = itertools.count(4_200_000_000_000_000_000)
        self._file_ids = itertools.count(1)

    def chat(self, chat_id: object) -> ChatRecord:
        """The chat of a call, if the bot may write there."""
        try:
            record = self.chats[int(str(chat_id))]
        except (KeyError, ValueError):
            raise bad("chat not found") from None
        if record.refusal:
            raise record.refusal
        return record

    def new_message(self, record: ChatRecord, sender: Json, content: Json) -> Json:
        """Put a message into the chat."""
        message_id = next(self._message_ids)
        message = {
            "message_id": message_id,
            "from": sender,
            "chat": record.shown,
            "date": int(time.time()),
            **content,
        }
        record.messages[message_id] = message
        return message

    def new_press(self) -> str:
        press_id = str(next(self._press_ids))
        self.presses[press_id] = Press(time.monotonic())
        return press_id

    def new_file(self, content: bytes) -> str:
        file_id = f"file-{next(self._file_ids)}"
        self.files[file_id] = content
        return file_id


def text_content(text: str) -> Json:
    """A typed text with the entities that Telegram finds in it."""
    found = [*_entities(text, _COMMAND, "bot_command"), *_entities(text, _MENTION, "mention")]
    return {"text": text, "entities": found} if found else {"text": text}


def _entities(text: str, pattern: re.Pattern[str], kind: str) -> Iterator[Json]:
    for match in pattern.finditer(text):
        yield {"type": kind, "offset": _utf16(text[: match.start()]), "length": _utf16(match[0])}


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
