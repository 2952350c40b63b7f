"""What the store's keys are called, and which partition a conversation lives in. Pure.

Every key of a partition carries its hash tag, so one turn is one call in one slot, also on a cluster.

How long and how much a store keeps; equal for all of them.

What became of messages: read from the numbers of an outbox and from what was given up. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha1
from zlib import crc32

import msgspec
from msgspec import Struct

from bot.model import Call, Chat, Escalation, Event, encode
from bot.ports.store import DeadLetter, Delivery, Lost

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


LEASE_MS = 15_000
"""How long a worker may be silent about what it is sending before another takes over."""

WAITING_LENGTH = 16
"""How many parcels of a conversation a worker is given at once: what it tells us of those brings the next ones."""

LOG_LENGTH = 50
"""How many parcels of a pulled channel can be read at once, and how many are kept for as long as the session."""

LOG_LIMIT = 5000
"""How many parcels of a pulled channel are kept at most: a message that comes again within a day gets its answer."""

REPEAT_SECONDS = 24 * 3600
"""How long a message that comes again is known by its id."""

KEEP_SECONDS = 90 * 24 * 3600
"""How long a session stays when nobody writes and the turn does not say; also what waits to be sent."""

CLOSED_SECONDS = 90 * 24 * 3600
"""How long a closed request, and what was said in it, can still be looked up."""

PICTURE_SECONDS = 24 * 3600
"""How long the pictures of a request are kept once it is closed: it may be opened again for who was not helped."""

PICTURES_KEPT = 12
"""How many pictures one request may have."""

THREAD_LENGTH = 1000
"""How many entries of a request's thread are kept: more than are ever taken in."""

PING_SECONDS = 60

LETTERS_KEPT = 200
"""How many dead letters of a partition are kept."""

LETTER_MS = 48 * 3600 * 1000
"""How long a dead letter is kept: in that time somebody can look why, and have it sent again."""

RATE_PERIOD_MS = 1100
"""What a platform counts messages over, and some slack: a share that somebody gave up counts for so long."""


def before_this_one(request: Escalation) -> tuple[int, str]:
    """The order of the line: who opened first; codes decide between equals."""
    return request.opened_at, request.code


def in_line(request: Escalation) -> bool:
    """Whether it has a place in its team's line."""
    return request.state in ("waiting", "offered")


_WORST: Sequence[Lost] = ("refused", "gone", "unconfirmed")
"""Of a message in several parcels the worst is said."""


class Outbox(Struct, frozen=True):
    """The number of the `last` parcel of a conversation and how many of them wait; its dead letters.

    None is missing of a message that was written after `since_ms`.
    """

    last: int
    waiting: int
    letters: Sequence[DeadLetter]
    since_ms: int


class Written(Struct, frozen=True):
    """A message to a resident: the `number` of its entry in a thread, its parcels, and when (Unix seconds)."""

    number: int
    parcels: Sequence[int]
    at: int


def deliveries(written: Iterable[Written], outbox: Outbox) -> Mapping[int, Delivery]:
    """What became of each, as far as that is known, by the number of its entry."""
    found = ((each.number, _delivery(each, outbox)) for each in written)
    return {number: delivery for number, delivery in found if delivery}


def _delivery(it: Written, outbox: Outbox) -> Delivery | None:
    lost = [each for each in outbox.letters if any(each.number <= n <= max(each.number, each.last) for n in it.parcels)]
    if lost:
        state = next(state for state in _WORST if any(each.state == state for each in lost))
        return Delivery(state, tuple(sorted(each.number for each in lost)))
    if any(outbox.last - outbox.waiting < number <= outbox.last for number in it.parcels):
        return Delivery("queued")
    return Delivery("sent") if it.at * 1000 > outbox.since_ms else None
