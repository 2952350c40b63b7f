"""The channel of Zalo's Official Account: people who write to the account, and the account's own groups.

Events are read in `events`, replies shaped in `sender` and handed over in `sender`; the wire
is `types`, error codes are in `types`.

What the Official Account's channel is told once: its keys, and how it shall behave.

Where a human answers in the account's own chat tool the bot is silent, for a while; all workers know it.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Final, Protocol

import aiohttp
from msgspec import Struct

from bot.channels.images import Unshown
from bot.channels.rate_limit import Limiter
from bot.channels.zalo_oa.client import Account, Calls
from bot.channels.zalo_oa.events import NAME, Reader, Seal, Signatures
from bot.channels.zalo_oa.media import Pictures, PictureWrong, StepPictures
from bot.channels.zalo_oa.oauth import Safe, TokenRequests, Tokens
from bot.channels.zalo_oa.quota import Counts, Windows
from bot.channels.zalo_oa.sender import CAPABILITIES, Parcels, Replies
from bot.channels.zalo_oa.types import Event, Profile
from bot.errors import PlatformError, SettingWrong, StoreDown
from bot.model import Chat, Incoming, Reply, replace
from bot.ports.store import Clock, DrawnPictures, Notes, Outcome, Priority


class Keys(Unshown, frozen=True):
    """`secret` is the OA Secret Key of the app's Webhook page, `app_secret` the App Secret Key of its settings page.

    `refresh_token` is for the first start; it may be empty. Raises SettingWrong for a missing id or secret.
    """

    app_id: str
    app_secret: str
    secret: str
    refresh_token: str = ""

    def __post_init__(self) -> None:
        for value, named in ((self.app_id, "ZALO_OA_APP_ID"), (self.app_secret, "ZALO_OA_APP_SECRET")):
            if not value.strip():
                raise SettingWrong(f"{named} is missing: copy it from the app's settings at developers.zalo.me.")
        if not self.secret or self.secret == self.app_secret:
            raise SettingWrong(
                "ZALO_OA_SECRET_KEY is not the OA Secret Key: copy it from the app's Webhook page at "
                "developers.zalo.me. It is another one than the app's own secret key."
            )


class Options(Struct, frozen=True, kw_only=True):
    """`rate` is calls a minute in all, 0 means no limit. `may_cost`: messages beyond the free ones may use up the
    account's allowance, or cost money. `quiet_ms`: how long the bot is silent after a human of the account wrote.

    `link` opens a private chat with the account, `site` is where pages of ours are, empty where nobody said. `name` is
    what people in a group mention it by; empty: as Zalo calls it. `buttons`: choices are shown as buttons too.
    `proves`: calls carry a proof of the app's secret. `picture_hosts` are fetched from besides Zalo's own servers, for
    trying things out.
    """

    api: str = "https://openapi.zalo.me"
    oauth: str = "https://oauth.zaloapp.com"
    rate: float = 3600.0
    may_cost: bool = False
    quiet_ms: int = 0
    link: str = ""
    site: str = ""
    name: str = ""
    buttons: bool = True
    proves: bool = False
    picture_hosts: Collection[str] = ()


_TABLE: Final = "zalo-oa-human"


class Quiets(Safe, Protocol):
    """The part of a `Store` that this needs."""

    async def table_revision(self, table: str) -> int: ...


class Quiet:
    """`for_ms` is how long the bot stays silent after the last line of a human; 0: it never is."""

    def __init__(self, store: Quiets, clock: Clock, for_ms: int) -> None:
        self._store = store
        self._clock = clock
        self._for_ms = for_ms
        self._until: dict[str, int] = {}
        self._news: dict[str, int] = {}
        self._revision = 0

    def begin(self, person: str) -> None:
        """A human wrote to this person. Other workers know it after the next `sync`."""
        if self._for_ms:
            self._until[person] = self._news[person] = self._clock.now_ms() + self._for_ms

    def holds(self, person: str) -> bool:
        """Whether the bot has to be silent towards this person."""
        until = self._until.get(person)
        return until is not None and self._clock.now_ms() < until

    async def sync(self) -> None:
        """Tell the other workers, and hear from them. Raises StoreDown."""
        news, self._news = self._news, {}
        try:
            while news:
                person, until = news.popitem()
                before = (await self._store.rows(_TABLE))[1].get(person)
                if not await self._store.put(_TABLE, person, before, str(until).encode()):
                    news[person] = until
        finally:
            self._news = news | self._news
        if await self._store.table_revision(_TABLE) != self._revision:
            self._revision, rows = await self._store.rows(_TABLE)
            self._until = {person: int(until) for person, until in rows.items()} | self._news
            await self._clear(rows)

    async def _clear(self, rows: Mapping[str, bytes]) -> None:
        for person, until in rows.items():
            if int(until) < self._clock.now_ms():
                await self._store.put(_TABLE, person, until, None)


log = logging.getLogger(__name__)

_CONNECTIONS: Final = 256
_PROBE: Final = (b"{}", b"")


class Kept(Counts, Quiets, Notes, Protocol):
    """The part of a `Store` that the channel needs."""


class ZaloOaChannel:
    """`count` is told of every message what it cost, see `Windows`. With `drawn`, steps carry their pictures."""

    name = NAME
    capabilities = CAPABILITIES

    def __init__(
        self,
        keys: Keys,
        options: Options | None = None,
        *,
        store: Kept,
        clock: Clock,
        count: Callable[[str], None] = lambda _: None,
        drawn: DrawnPictures | None = None,
    ) -> None:
        chosen = options or Options()
        self.private_link = chosen.link
        self.capabilities = CAPABILITIES if chosen.site else replace(CAPABILITIES, audio="")
        self._clock = clock
        self._opened: aiohttp.ClientSession | None = None
        requests = TokenRequests(keys.app_id, keys.app_secret, chosen.oauth, self._session)
        self.tokens = Tokens(requests, keys.refresh_token, store, clock)
        self.calls = Calls(chosen.api, self.tokens, self._session, keys.app_secret if chosen.proves else "")
        self.account = Account(self.calls)
        self.windows = Windows(store, clock, self.account.free_left, count, may_cost=chosen.may_cost)
        self.quiet = Quiet(store, clock, chosen.quiet_ms)
        self._signatures = Signatures(keys.app_id, keys.secret, keys.app_secret)
        self._pictures = Pictures(self.calls, chosen.picture_hosts)
        seal = Seal(keys.secret)
        self.reader = Reader(seal, self._pictures.known, chosen.name)
        self._replies = Replies(seal, buttons=chosen.buttons, pictures=drawn is not None, site=chosen.site)
        limiter = self.limiter = Limiter(chosen.rate / 60, 0, 0)
        self.steps = StepPictures(keys.app_id, drawn, store, self.calls, limiter, clock) if drawn else None
        self._parcels = Parcels(
            self.calls, self.windows, self._pictures, limiter, clock, self.reader.sent_to_group, self.steps
        )
        self._withdrawn: set[str] = set()

    def decode(self, headers: Mapping[bytes, bytes], body: bytes) -> Incoming | None:
        """A webhook call in our words; None for what we do not handle. Raises NotGenuine, NotReadable."""
        if body.strip() in _PROBE:
            return None  # the console tries the address like this, unsigned
        self._signatures.check(headers, body)
        heard = self.reader.read(body, self._clock.now_ms())
        if isinstance(heard, Event):
            return self._about_people(heard)
        if heard is not None and self._in_human_hands(heard):
            log.info("zalo-oa: a message is left to the human who answers")
            return None
        return heard

    def receipt(self, incoming: Incoming) -> bytes:
        return b""

    def render(self, chat: Chat, reply: Reply, answering: str) -> bytes:
        """One parcel; only `send` knows its form."""
        return self._replies.parcel(chat, reply, answering, self._clock.now_ms())

    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        """Hand one parcel to Zalo, after waiting for its turn where the wait is short."""
        return await self._parcels.send(chat, parcel, doubts, priority)

    async def check(self) -> str:
        """Why Zalo does not say which account this is; empty where it does."""
        try:
            await self.account.me()
        except (PlatformError, StoreDown) as error:
            return str(error)
        return ""

    async def fetch(self, media: str) -> bytes | None:
        """A picture or spoken words that somebody sent; None where they are gone or too large. Never raises."""
        try:
            return await self._pictures.fetch(media.partition(":")[2])
        except PictureWrong as error:
            log.info("zalo-oa: what somebody sent is not shown: %s", error)
            return None

    async def settle(self) -> None:
        """Tell the store, and the other workers, what events left to do. Raises StoreDown."""
        await self.quiet.sync()
        for person in tuple(self._withdrawn):
            await self.windows.forget(person)
            self._withdrawn.discard(person)

    async def introduce(self) -> Profile:
        """The account itself; from now on it is known by its id, and in groups by its name. Raises PlatformError."""
        profile = await self.account.me()
        self.reader.introduce(str(profile.oaid), profile.name)
        return profile

    async def close(self) -> None:
        """Let the connections go."""
        if self.steps:
            await self.steps.close()
        if self._opened:
            await self._opened.close()
            self._opened = None

    def _about_people(self, event: Event) -> Incoming | None:
        """A human took over: be silent. Somebody wants all deleted: that is said in our words."""
        if event.event_name != "user_withdraw":
            self.quiet.begin(str(event.recipient.id))
            return None
        person = str(event.user_id)
        self._withdrawn.add(person)
        id_, chat = f"withdraw:{event.timestamp}", Chat(NAME, person, person)
        return Incoming(id_, chat, "withdrawn", sent_at=event.sent_at) if person else None

    def _in_human_hands(self, heard: Incoming) -> bool:
        """Whoever presses one of our buttons wants the bot; all else they say to the human."""
        return not heard.group and heard.kind != "press" and self.quiet.holds(heard.chat.person)

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS))
        return self._opened
