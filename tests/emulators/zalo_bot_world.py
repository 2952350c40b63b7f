"""What the Zalo Bot Platform knows of one bot: its chats, messages and the month's count.

Objects are plain dicts, as the API shows them. `World.now()` is in seconds and can be moved on with `World.passes`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.emulators.faults import Json
from tests.emulators.zalo_world import ZaloWorld, in_vietnam

MESSAGES_A_MONTH = 3000


class ApiError(Exception):
    """A call that the platform refuses, with its code and words."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def bad(description: str) -> ApiError:
    return ApiError(400, description)


@dataclass
class ChatRecord:
    """A chat and its messages in order; `refusal` is what the bot gets instead of sending."""

    id: str
    type: Literal["PRIVATE", "GROUP"]
    title: str
    refusal: ApiError | None = None
    messages: list[Json] = field(default_factory=list)


class World(ZaloWorld):
    """The state behind one bot.

    `quota`: messages a month; `sent`: how many of them, by month. `strips_markup`: people see what `parse_mode` makes
    of a text, not the text as it was sent. `fetched`: pictures by the addresses they were sent as.
    """

    def __init__(self, name: str, clock: Callable[[], float], *, groups: bool) -> None:
        super().__init__(clock)
        self.bot: Json = {"id": "1459232241454765289", "display_name": name, "is_bot": True}
        self.groups = groups
        self.strips_markup = True
        self.chats: dict[str, ChatRecord] = {}
        self.actions: list[tuple[str, str]] = []
        self.quota = MESSAGES_A_MONTH
        self.sent: dict[str, int] = {}
        self.fetched: dict[str, bytes] = {}

    @property
    def month(self) -> str:
        return in_vietnam(self.now(), "%Y-%m")

    @property
    def sent_this_month(self) -> int:
        return self.sent.get(self.month, 0)

    def chat(self, chat_id: object) -> ChatRecord:
        """The chat of a call, if the bot may write there."""
        record = self.chats.get(str(chat_id))
        if record is None:
            raise bad("Bad Request: chat not found")
        if record.refusal:
            raise record.refusal
        return record

    def spend(self) -> None:
        """Count one outbound message, or refuse it."""
        if self.sent_this_month >= self.quota:
            raise ApiError(429, "Quota exceeded")
        self.sent[self.month] = self.sent_this_month + 1

    def put(self, record: ChatRecord, sender: Json, content: Json) -> Json:
        """Put a message into the chat."""
        chat = {"id": record.id, "chat_type": record.type}
        message = {"message_id": self.hex_id("message"), "date": self.now_ms(), "chat": chat, "from": sender, **content}
        record.messages.append(message)
        return message
