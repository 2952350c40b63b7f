"""Who talks with whom, and the small values that messages are made of."""

from msgspec import Struct

TOPIC = "/"
"""A topic of a group is a chat of its own: its number follows the group's id behind this."""


class Chat(Struct, frozen=True):
    """One person in one chat of one channel: the conversation's identity."""

    channel: str
    chat: str
    person: str

    @property
    def key(self) -> str:
        """The conversation key, as the store and the locks name it: one line, whatever a platform calls its people."""
        if self.chat == self.person:
            return f"{self.channel}:{_written(self.chat)}"
        return f"{self.channel}:{_written(self.chat)}:{_written(self.person)}"

    @classmethod
    def of(cls, key: str) -> "Chat":
        """The chat with this key."""
        channel, chat, *person = map(_read, key.split(":"))
        return cls(channel, chat, person[0] if person else chat)

    @property
    def room(self) -> str:
        """The group that `chat` is, or is a topic of."""
        return self.chat.partition(TOPIC)[0]


_WRITTEN = str.maketrans({"%": "%25", ":": "%3A", "\n": "%0A"})
"""What parts a key, or a key from what stands beside it, as an id holds it. Ids that hold none of it stand as they are:
so do those that were stored before ids were written like this.
"""


def _written(id_: str) -> str:
    return id_ if id_.isalnum() else id_.translate(_WRITTEN)


def _read(part: str) -> str:
    if "%" not in part:
        return part
    return part.replace("%0A", "\n").replace("%3A", ":").replace("%25", "%")


class Choice(Struct, frozen=True, array_like=True):
    """One thing a person can choose; `digit` is what they may type for it."""

    id: str
    label: str
    digit: str


class Event(Struct, frozen=True):
    """Something that happened, for counters and logs: never holds anything a person wrote.

    `about` narrows it down, for example the event `step` about `vneid-may-moi/old_phone`.
    """

    name: str
    about: str = ""


class Timer(Struct, frozen=True):
    """A due time to store with the turn: at `at` (Unix seconds) the conversation gets an `Incoming` of kind `timer`.

    `name` is unique within the conversation; setting it again moves it, `at=0` removes it.
    """

    name: str
    at: int
