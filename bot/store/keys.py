"""What the store's keys are called, and which partition a conversation lives in. Pure.

Every key of a partition carries its hash tag, so one turn is one call in one slot, also on a cluster.
"""

from hashlib import sha1
from zlib import crc32

import msgspec
from msgspec import Struct

from bot.model import Call, Chat, Event, encode
from bot.ports import DeadLetter, Lost

LETTERS = "ABCDEGHKLMNPRSTV"
"""One letter a partition, none that is taken for another when read out."""

GUIDES, CURRENT, REVISION = "{lib}g", "{lib}c", "{lib}r"
RECORD = "{lib}record"
"""What was done in no conversation, for example that an account was made."""

ID_LENGTH = 18
"""How much of the hash of a message's id is kept, in hexadecimal digits: scripts cut it off in the same place."""


class Partition(Struct, frozen=True):
    """The keys that all conversations of one partition share, and the `prefix` of those they do not.

    Those of `messages` have a prefix of their own. A conversation's key holds a colon, so that none is taken for a
    shared one.
    """

    prefix: str
    due: str
    timers: str
    open: str
    counters: str
    calls: str
    record: str
    changes: str
    messages: str
    ping: str
    dead: str

    def chat(self, key: str) -> str:
        """The hash of one conversation: version, session, tail, lease, fails, doubts, its own time to live."""
        return f"{self.prefix}c{key}"

    def outbox(self, key: str) -> str:
        """The list of parcels of one conversation: an outbox or a log."""
        return f"{self.prefix}o{key}"

    def answered(self, key: str, message_id: str) -> str:
        """What is known of a message that had its effect: the number of its last parcel, and how many there are."""
        name = sha1(f"{key}\n{message_id}".encode(), usedforsecurity=False).hexdigest()
        return self.messages + name[:ID_LENGTH]

    def closed(self, code: str) -> str:
        """Where the request `code` is kept once closed."""
        return f"{self.prefix}x{code}"

    def thread(self, code: str) -> str:
        """The list of what was said in the request `code`: each entry behind its number, and a message to the resident
        behind those of its parcels, too.
        """
        return f"{self.prefix}said{code}"

    def pictures(self, code: str) -> str:
        """The hash of the pictures that were sent in the request `code`, by their names."""
        return f"{self.prefix}pics{code}"

    def line(self, team: str) -> str:
        """The codes that wait for this team, by when they were opened."""
        return f"{self.prefix}line{team}"

    def role(self, name: str) -> str:
        """Where the holder of a role is kept while its own place cannot be reached."""
        return f"{self.prefix}lead {name}"

    def secret_copy(self, name: str) -> str:
        """Where this partition keeps its copy of a secret key of the installation."""
        return f"{self.prefix}key {name}"


def _partition(number: int) -> Partition:
    tag = f"{{p{number}}}"
    names = ("due", "timers", "esc", "n", "calls", "record", "changes", "a", "ping", "dead")
    return Partition(tag, *(tag + name for name in names))


PARTITIONS = tuple(_partition(number) for number in range(len(LETTERS)))


def partition_number(chat_key: str) -> int:
    """The index of its partition in `PARTITIONS` and `LETTERS`."""
    return crc32(chat_key.encode()) % len(LETTERS)


def partition_letter(chat_key: str) -> str:
    """The letter that the codes of this conversation's requests begin with."""
    return LETTERS[partition_number(chat_key)]


def partition_of(chat_key: str) -> Partition:
    return PARTITIONS[partition_number(chat_key)]


def partition_of_code(code: str) -> Partition | None:
    """The partition a request's code says it lives in; None when no code begins like this."""
    number = LETTERS.find(code[:1]) if code else -1
    return PARTITIONS[number] if number >= 0 else None


def channel_of(chat_key: str) -> str:
    """The channel of the chat with this key."""
    return chat_key.partition(":")[0]


def timer_member(chat_key: str, name: str) -> str:
    return f"{chat_key}\n{name}"


def timer_of(member: str) -> tuple[Chat, str]:
    """The chat and the name of a stored timer."""
    key, _, name = member.partition("\n")
    return Chat.of(key), name


def call_member(chat_key: str, call: Call) -> str:
    """A call that waits, in one word: whose request it is about, and the call."""
    return f"{chat_key}\n{encode(call).decode()}"


def call_of(member: str) -> tuple[Chat, Call]:
    """The resident's chat and the call."""
    key, _, body = member.partition("\n")
    return Chat.of(key), _decode_call(body)


def letter_member(chat_key: str, letter: DeadLetter) -> bytes:
    """A dead letter in one piece: whose it is, what became of it, and the parcel as it was."""
    numbers = f"{letter.number}-{letter.last}" if letter.last else str(letter.number)
    said = fate(letter.state, letter.why, call=letter.call)
    return f"{chat_key}\n{numbers}\n".encode() + said + b"\n" + letter.parcel


def letter_of(member: bytes, at_ms: int) -> DeadLetter:
    """The dead letter, which was buried at this time."""
    key, numbers, said, parcel = member.split(b"\n", 3)
    first, _, last = numbers.partition(b"-")
    it = _decode_fate(said)
    return DeadLetter(Chat.of(key.decode()), int(first), it.state, it.why, parcel, it.call, at_ms, int(last or 0))


def chat_of_letter(member: bytes) -> str:
    """The key of the conversation of a dead letter."""
    return member.partition(b"\n")[0].decode()


def fate(state: Lost, why: str, *, call: bool) -> bytes:
    """What a dead letter says became of its parcel."""
    return encode(_Fate(state, why, call))


def thread_entry(line: bytes) -> tuple[int, tuple[int, ...], bytes]:
    """An entry of a thread: its number, those of the parcels that it went to the resident in, and what was said."""
    number, _, rest = line.partition(b" ")
    parcels, _, said = (b"", b"", rest) if rest[:1] == b"[" else rest.partition(b" ")
    return int(number), tuple(map(int, parcels.split(b","))) if parcels else (), said


def counter(event: Event) -> str:
    """What an event is counted under."""
    return f"{event.name} {event.about}" if event.about else event.name


def role(name: str) -> str:
    """Where the holder of a role is kept."""
    return f"lead:{name}"


def rate(name: str) -> str:
    """Where the shares of a rate are kept."""
    return f"rate:{name}"


def table(name: str) -> str:
    """The hash of a table's rows; its revision stands under the empty name."""
    return f"{{lib}}table {name}"


def small_value(name: str) -> str:
    """Where a value of the whole installation is kept."""
    return f"keep:{name}"


def aside(name: str) -> str:
    """Where something is kept for a moment."""
    return f"aside:{name}"


class _Fate(Struct, frozen=True):
    """What became of a parcel."""

    state: Lost
    why: str
    call: bool


_decode_fate = msgspec.json.Decoder(_Fate).decode
_decode_call = msgspec.json.Decoder(Call).decode
