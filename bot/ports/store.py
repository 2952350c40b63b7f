"""What the core needs from outside. Adapters implement these; tests hold every implementation to one contract.

Longer than other files: a `Store` is one contract, and most of it is what its methods promise.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from enum import IntEnum
from typing import Literal, Protocol

from msgspec import Struct

from bot.content.guide import Guide
from bot.model import Call, Chat, Escalation, Incoming, Record, Reply, Said, Session, Turn


class Capabilities(Struct, frozen=True):
    """What a channel can show. `buttons` is how many a message may carry (0 = digits only); limits count characters."""

    buttons: int
    text_limit: int
    label_limit: int
    caption_limit: int = 0
    """How long the words of a picture may be; 0 where that is as long as any text."""
    wordless: tuple[str, ...] = ()
    """What begins the references of media that go without words."""
    audio: Literal["", "with_words", "alone", "link"] = ""
    """How somebody can listen to what was read aloud: in one message with its words, in one of its own, by a link to a
    page; empty where they cannot.
    """
    pulled: bool = False
    """True where the person's device fetches its messages (web chat): they are kept as a log instead of being sent."""
    sends_again: bool = False
    """Whether its platform sends an update that was refused again, for hours."""


class Sent(Struct, frozen=True, tag=True):
    """The platform took the message. `closing`: soon it takes no more for this person, until they write again.

    `moved_to` is the group's id from now on, where it was taken there.
    """

    closing: bool = False
    moved_to: str = ""


class Later(Struct, frozen=True, tag=True):
    """Not now (limit, outage, time-out): try the same parcel again in `seconds`.

    `exact`: that is the time the platform or our own limit named; else it doubles with every failure in a row. With
    `tries`, the parcel counts as refused after so many of them. `answered`: the platform turned it down. `ours`: it was
    not asked, by our own limit or because the store is away.
    """

    seconds: float
    why: str
    exact: bool = False
    tries: int = 0
    answered: bool = False
    ours: bool = False


class Unconfirmed(Struct, frozen=True, tag=True):
    """The parcel left, and nobody knows whether the platform took it: it may arrive twice if it is sent again.

    `once`: it is not worth a second try. `answered`: the platform answered, and may only mean whom it is for.
    `plainer`: it may be its picture or recording that the platform fails at, and the second try is in words alone.
    """

    why: str
    once: bool = False
    answered: bool = False
    plainer: bool = False


class ChannelDown(Struct, frozen=True, tag=True):
    """The platform takes nothing from us, whoever it is for, until people put something right: keep everything."""

    why: str


class Refused(Struct, frozen=True, tag=True):
    """The platform will never take this parcel: drop it, tell the operator.

    `closed`: it takes nothing for this person until they write again. `quota`: what may be sent is used up, for weeks
    perhaps: nobody should get old answers when it begins anew.
    """

    why: str
    closed: bool = False
    quota: bool = False


class Gone(Struct, frozen=True, tag=True):
    """The person blocked the bot or deleted the chat, or the group takes nothing: drop all that waits there."""

    why: str


Failure = Later | Unconfirmed | ChannelDown | Refused | Gone
Outcome = Sent | Failure


class Priority(IntEnum):
    """Who goes first where a platform takes only so many messages: who wrote and waits for an answer."""

    REPLY = 0
    CALL = 1
    BULK = 2


class Channel(Protocol):
    """One platform. Holds its wire format, its proof of authenticity and its error mapping; nothing else."""

    name: str
    capabilities: Capabilities
    private_link: str
    """Where a private chat with the bot opens; empty where there is none, or it is not known yet."""

    def decode(self, headers: Mapping[bytes, bytes], body: bytes) -> Incoming | None:
        """Prove a webhook call genuine and say it in our words; None for what we do not handle.

        Header names are lower case. Raises NotGenuine, NotReadable.
        """

    def receipt(self, incoming: Incoming) -> bytes:
        """The body of the webhook's own answer (JSON); empty when the platform expects none."""

    def render(self, chat: Chat, reply: Reply, answering: str) -> bytes:
        """A reply as the parcel that `send` takes: what is kept in the outbox.

        `answering` is the id of the message this replies to; empty when nobody asked.
        """

    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        """Hand one parcel to the platform. Never raises for what the network or the platform does.

        `doubts` counts the tries of this parcel that were `Unconfirmed`: what it can go without, it goes without now.
        """

    async def check(self) -> str:
        """Why the platform answers not even a call that changes nothing; empty where it does. Never raises."""


class Loaded(Struct, frozen=True):
    """A conversation as it was read. `version` 0 means there is none yet."""

    version: int
    session: Session | None


class Found(Struct, frozen=True):
    """An open request and the conversation it belongs to, read in one step.

    `repeated`: the message that was asked about had its effect there before.
    """

    request: Escalation
    conversation: Loaded
    repeated: bool = False


class Committed(Struct, frozen=True):
    """`tail` is the number of the last parcel of this turn in the conversation's outbox, counted from 1.

    `ours`: nothing waited before it, so this worker has the lease and sends; else it goes with what waits before it.
    """

    tail: int
    ours: bool


class Waiting(Struct, frozen=True):
    """The first parcels of one conversation that nobody has delivered yet: `parcels[0]` has the number `first`.

    Of that one, `fails` counts the attempts in a row that failed, and `doubts` those whose end nobody knows. What waits
    behind them comes through `Store.leftovers` once they are delivered.
    """

    chat: Chat
    first: int
    parcels: Sequence[bytes]
    fails: int = 0
    doubts: int = 0


class Away(Struct, frozen=True):
    """How many of a store's partitions nothing can be saved to now: the node of a cluster that holds them is gone."""

    partitions: int = 0
    of: int = 1

    @property
    def most(self) -> bool:
        """Whether that is at least half of them."""
        return 2 * self.partitions >= self.of


class Unsent(Struct, frozen=True):
    """How many conversations of a channel have parcels that are not delivered yet, since when the first has, and how
    many parcels these are.
    """

    channel: str
    conversations: int
    since_ms: int
    parcels: int

    def with_more(self, other: "Unsent") -> "Unsent":
        """Both counted together."""
        first = min(self.since_ms, other.since_ms)
        both = self.conversations + other.conversations, first, self.parcels + other.parcels
        return Unsent(self.channel, *both)


def oldest_ms(unsent: Sequence[Unsent], now_ms: int) -> int:
    """For how long the one that waits longest does; 0 where none does."""
    return max((max(0, now_ms - each.since_ms) for each in unsent), default=0)


Lost = Literal["refused", "unconfirmed", "gone"]
"""Why a parcel was given up: the platform will never take it; it may have arrived, or not; the person is gone."""


class DeadLetter(Struct, frozen=True):
    """A parcel that was given up: the `number` of its conversation. `call`: it came by itself, nobody waited for it.

    `why` is in the platform's words, for operators. `parcel` is empty where sending it again would be in vain. With
    `last`, all parcels up to that number were given up with it.
    """

    chat: Chat
    number: int
    state: Lost
    why: str
    parcel: bytes
    call: bool = False
    at_ms: int = 0
    last: int = 0


class Delivery(Struct, frozen=True):
    """What became of a message to a resident; `lost` are the numbers of its dead letters."""

    state: Literal["queued", "sent"] | Lost
    lost: tuple[int, ...] = ()


class Due(Struct, frozen=True):
    """A stored timer whose time has come."""

    chat: Chat
    name: str
    at: int


class LogEntry(Struct, frozen=True):
    """One parcel of a pulled channel's log and its number."""

    number: int
    parcel: bytes


class Beside(Struct, frozen=True):
    """A row of any table that is set with another one; None: it goes."""

    table: str
    row: str
    value: bytes | None


class Store(Protocol):
    """Everything that outlives a process. Every method raises StoreDown when the store cannot be reached.

    What is asked of all partitions of a cluster is answered by those that are reached: a dead node takes its own
    conversations with it, and no others.

    `owner` names this run of this worker (it was given to the constructor): after a restart a name used before would
    inherit leases on parcels that the new run never saw. The store's own clock says when a lease ends and what is due:
    hosts whose clocks differ agree all the same. Where a name says `ms` it is milliseconds.
    `lease_ms` is how long a worker may be silent about what it is sending before another takes over.
    """

    lease_ms: int

    async def load(self, chat: Chat) -> Loaded: ...

    async def commit(
        self, chat: Chat, before: Loaded, turn: Turn, parcels: Sequence[bytes], *, pulled: bool
    ) -> Committed:
        """Save the whole turn in one atomic step, or nothing of it. Raises Conflict when `before` is out of date, and
        Repeated when the message that it answers had its effect within the last REPEAT_SECONDS.

        The step: both checks; session with its time to live (`turn.keep_seconds`); parcels to the outbox (pushed
        channels: with a lease of `lease_ms` for this owner, unless parcels wait there: then whoever holds those, or
        takes them over, gets these with them, in order) or to the log (pulled: those of the last REPEAT_SECONDS are
        kept, LOG_LENGTH at least and LOG_LIMIT at most); the request: new (Conflict when its code is taken), changed or
        closed, in line while it is waiting or offered; what was said in it; calls; records; timers; event counters.
        """

    def delivered(self, chat: Chat, upto: int) -> None:
        """Note that the parcels up to number `upto` left the house. Returns at once; saved with the next round trip.

        Parcels that other workers added meanwhile come back through `leftovers`.
        """

    async def leftovers(self) -> Waiting:
        """Wait for the next conversation that still has parcels after a `delivered` of ours."""

    def noted(self, chat: Chat) -> bool:
        """Whether all that `delivered` noted of this conversation is known to be saved."""

    async def renew(self, chat: Chat) -> Waiting | None:
        """Save what was noted of this conversation, and keep our lease for `lease_ms` from now on.

        What is still ours to send; None where that is nothing, or another worker took over.
        """

    async def postpone(self, chat: Chat, for_ms: int, fails: int = 0, doubts: int = 0) -> None:
        """Give up the lease but let nobody send for `for_ms`; the rest is for `Waiting`."""

    async def drop_outbox(self, chat: Chat, why: str, *, call: bool = False) -> None:
        """Give up all parcels that wait for this conversation, because the person is gone: one dead letter says so."""

    async def take_overdue(
        self, channels: Collection[str], limit: int = 100, *, certain: bool = False
    ) -> Sequence[Waiting]:
        """Take over conversations whose lease ran out or whose retry time came: leased to us from now on.

        Only those of these channels, however many of others wait longer; with `certain` only those whose first parcel
        did certainly not arrive yet.
        """

    async def free(self, dead: str) -> int:
        """Let everybody take over what owners whose names begin with `dead` had on lease: how many conversations.

        Their roles are for whoever calls it, who knows that none of them lives. Empty means all owners.
        """

    async def timers_due(self, channels: Collection[str], limit: int = 100) -> Sequence[Due]:
        """Stored timers of these channels whose time has come.

        They stay stored until a commit of that conversation removes them.
        """

    async def read_log(self, chat: Chat, after: int) -> Sequence[LogEntry]:
        """Parcels of a pulled channel with numbers above `after`, oldest first: the last LOG_LENGTH at most."""

    async def answered(self, chat: Chat, message_id: str) -> Sequence[LogEntry] | None:
        """What a message got for an answer, as far as the log of a pulled channel still has it.

        None where no message with this id had an effect within the last REPEAT_SECONDS.
        """

    async def escalation(self, code: str) -> Escalation | None:
        """A request by its code, open or closed."""

    async def find(self, code: str, message_id: str = "") -> Found | None:
        """An open request with its conversation, and whether that message was answered there, in one round trip."""

    async def thread(self, code: str, after: int = 0) -> Sequence[tuple[int, Said]]:
        """What was said in a request: numbered from 1, those above `after`, oldest first."""

    async def delivery(self, request: Escalation) -> Mapping[int, Delivery]:
        """What became of each message to the resident in a request's thread, by the number of its entry.

        Nothing is said of what a pulled channel keeps, and of what is so old that nobody can know any more.
        """

    async def keep_picture(self, code: str, name: str, content: bytes) -> bool:
        """Keep a picture that was sent in an open request; one with the same name is replaced.

        It goes PICTURE_SECONDS after the request was closed, and with whoever is forgotten. False, and nothing kept,
        where the request is not open or has PICTURES_KEPT already.
        """

    async def picture(self, code: str, name: str) -> bytes | None:
        """A picture that `keep_picture` keeps; None where there is none any more."""

    async def set_aside(self, name: str, content: bytes, seconds: int) -> None:
        """Keep something for a moment: until it is dropped, or for so long."""

    async def aside(self, name: str) -> bytes | None:
        """What was set aside under this name, if it is still there."""

    async def drop_aside(self, name: str) -> None:
        """Forget what was set aside."""

    async def open_requests(self) -> Sequence[Escalation]:
        """All open requests, whatever their state, oldest first."""

    async def request_changes(self) -> Sequence[int]:
        """One number for each partition; it grows with every change of a request or a thread there.

        -1 for one that cannot be reached now.
        """

    async def requests_in(self, partition: int) -> Sequence[Escalation]:
        """All open requests of one partition (the index of its number in `request_changes`), in no order."""

    async def place_in_line(self, team: str, opened_at: int, code: str) -> int:
        """How many requests stand in this team's line before this one, plus one."""

    async def calls_due(self, older_ms: int, limit: int = 100) -> Sequence[tuple[Chat, Call]]:
        """Calls saved so long ago, or longer, that nobody has delivered yet, oldest first, with the resident's chat."""

    def called(self, chat: Chat, call: Call) -> None:
        """Note that a call was delivered. Returns at once; saved with the next round trip, or said again later."""

    async def records(self, limit: int, before: str = "") -> Sequence[tuple[str, Record]]:
        """The newest records, newest first, each with its place in the record; those before a place to go on."""

    async def record(self, record: Record) -> None:
        """Add a record that belongs to no conversation (an account was made, a shift was changed)."""

    async def forget_records(self, before_ms: int) -> None:
        """Forget the records from before this time; the places of the others stay what they are."""

    async def rows(self, table: str) -> tuple[int, Mapping[str, bytes]]:
        """A small table of the whole installation (`people`, `teams`, …): its revision, and its rows by id."""

    async def row(self, table: str, row: str) -> bytes | None:
        """One row of a table, where reading all of them would be much."""

    async def table_revision(self, table: str) -> int:
        """A number that grows with every `put`."""

    async def put(
        self,
        table: str,
        row: str,
        before: bytes | None,
        after: bytes | None,
        record: Record | None = None,
        beside: Sequence[Beside] = (),
    ) -> bool:
        """Replace one row (None: there is none), add what is recorded of it, and set those `beside`, in one step.

        False, and nothing changed, when it is not `before` any more.
        """

    async def counters(self) -> Mapping[str, int]:
        """Event counters since the store began: `name` or `name about` to count."""

    async def backlog(self) -> int:
        """How many conversations have parcels that are not delivered yet."""

    async def unsent(self) -> Sequence[Unsent]:
        """What `backlog` counts, by channel: those alone that have any."""

    async def publish(self, guide: Guide) -> bool:
        """Keep this version of a guide for ever and make it the current one.

        False when exactly this is published already. Raises ContentWrong when the same version holds other content.
        """

    async def published(self) -> tuple[int, Sequence[Guide], Mapping[str, int]]:
        """The library's revision, every kept version of every guide, and the current version of each."""

    async def revision(self) -> int:
        """A number that grows with every `publish`."""

    async def remember(self, name: str, value: bytes) -> None:
        """Keep a small value for the whole installation (a poll offset, a password hash)."""

    async def recall(self, name: str) -> bytes | None: ...

    async def secret(self, name: str, made: bytes) -> bytes:
        """The secret key `name` of the whole installation: the one that is kept, else `made`, kept from now on.

        Each partition has a copy, so whoever's conversation can be reached can be told apart by it.
        """

    async def rewrite(self) -> bool:
        """Write the store's files anew, without what is kept no longer; False where that must be tried again."""

    async def lead(self, name: str, for_ms: int, *, anywhere: bool = False) -> bool:
        """Take or keep the role `name` (one worker at a time, for example polling) for `for_ms`.

        `anywhere`: while its place cannot be reached, another place decides. Then two may have it for a moment, as a
        node of a cluster goes or comes back.
        """

    async def bury(self, letter: DeadLetter) -> None:
        """Keep a parcel that was given up, for two days or until its person is forgotten."""

    async def dead_letters(self, chat: Chat | None = None) -> Sequence[DeadLetter]:
        """Those that are kept, of one conversation or of all, the newest first."""

    async def revive(self, chat: Chat, number: int) -> bool:
        """Have the parcel of a dead letter sent again, behind what waits; False where there is none any more."""

    async def restore(self, chat: Chat, number: int) -> bool:
        """Put the parcel of a dead letter back where it was, before all that waits, and forget the letter.

        True once that is done, or cannot be done any more because a later one left. False while somebody is sending
        there: try again.
        """

    async def share_rate(self, name: str, wished: float, rate: float, for_ms: int) -> float:
        """This worker's share of a rate (messages a second) for so long; 0 ms gives it back.

        By the store's clock. Whatever comes and goes, the shares of all workers together are never more than the rate.
        """

    async def now_ms(self) -> int:
        """Unix milliseconds by its own clock. Raises StoreDown."""

    async def ping(self) -> Away:
        """Prove that the store can save, and say how much of it cannot now. Raises StoreDown where nothing can."""

    async def close(self) -> None:
        """Save what `delivered` noted, leave what came back through `leftovers` to others, let the connections go."""


class Library(Protocol):
    """The guides that can be taken now, and every version somebody may still be in."""

    def current(self, guide: str) -> Guide | None: ...

    def version(self, guide: str, version: int) -> Guide | None: ...

    def all(self) -> Sequence[Guide]: ...


class Clock(Protocol):
    def now_ms(self) -> int:
        """Unix milliseconds."""

    def steady_ms(self) -> int:
        """Milliseconds of a clock that nobody sets: only differences of it mean something."""


class Notes(Protocol):
    """The part of a `Store` that fetching updates needs."""

    async def remember(self, name: str, value: bytes) -> None: ...

    async def recall(self, name: str) -> bytes | None: ...


class DrawnPictures(Protocol):
    """The pictures that we draw."""

    async def picture(self, name: str) -> bytes | None:
        """The picture with this name, drawn now where it never was; None where there is none."""

    async def stands(self, name: str) -> bool:
        """Whether it may be shown: one that is made of a screenshot may have been taken back."""


class Recordings(Protocol):
    """What was read aloud."""

    async def opus(self, name: str) -> bytes | None:
        """A recording as Ogg Opus; None where it is gone. Raises StoreDown."""


class Speaker(Protocol):
    """A synthetic voice. There is none unless a setting names one."""

    async def speak(self, words: str, lang: str) -> bytes | None:
        """The words as a recording of any common kind; None where it cannot say them."""


class Holder(Protocol):
    """A channel that holds what people sent through it, and gives it out to those who help them."""

    async def fetch(self, media: str) -> bytes | None:
        """The content of `Incoming.media`; None where it is gone, too large, or not to be had now.

        Never raises for what the network or the platform does. Raises StoreDown where it is kept there.
        """


class Fetched(Struct, frozen=True):
    """An update that was fetched. It is done once `done` was called (raises StoreDown); else it comes again."""

    incoming: Incoming
    done: Callable[[], Awaitable[None]]


class Poller(Protocol):
    """A channel that can fetch its updates when the platform cannot reach us."""

    def poll(self, store: Notes) -> AsyncGenerator[Fetched, None]:
        """Updates, for as long as the caller takes them; further ones while others are not done. Raises StoreDown."""

    @property
    def polling_trouble(self) -> str:
        """Why the last tries to fetch all came to nothing; empty where they did not."""


class Account(Struct, frozen=True):
    """The bot's own account on a platform; `called` is how operators know it."""

    id: str
    called: str


class WebhookInfo(Struct, frozen=True):
    """Where a platform sends updates (empty `url`: nowhere).

    `pending` is how many wait there, None where it does not say; its last failure is in its words and Unix seconds.
    """

    url: str
    pending: int | None = None
    last_error: str = ""
    last_error_at: int = 0


class Platform(Channel, Poller, Protocol):
    """A channel whose webhook we register ourselves, and which can be polled instead."""

    async def me(self) -> Account:
        """The bot's own account; from now on what concerns it is known by it. Raises PlatformError."""

    def registration(self, public_url: str) -> str:
        """All that a registration under this address consists of: while it is the same, none need be made again.

        It may hold secrets: keep its hash.
        """

    async def set_webhook(self, public_url: str) -> str:
        """Have updates sent to us under `public_url` (https, without the route). Raises PlatformError.

        What the platform found wrong when it tried that address; empty when it found nothing, or did not try.
        """

    async def webhook_info(self) -> WebhookInfo:
        """What the platform knows about our webhook. Raises PlatformError."""

    async def delete_webhook(self) -> None:
        """Have the platform keep updates until they are fetched. Raises PlatformError."""

    async def close(self) -> None:
        """Let the connections go."""


class Allowance(Struct, frozen=True):
    """How much of what a platform counts was used: `what` of this `channel`; `limit` 0 where none is known.

    `refused` counts what did not go out because nothing was left.
    """

    channel: str
    what: str
    used: int
    limit: int
    refused: int = 0
