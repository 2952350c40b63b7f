"""The channel of Zalo's Official Account: people who write to the account, and the account's own groups.

Events are read in `zalo_oa_events`, replies shaped in `zalo_oa_replies` and handed over in `zalo_oa_sending`; the wire
is `zalo_oa_wire`, error codes are in `zalo_oa_codes`.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import aiohttp

from bot.channels.limits import Limiter
from bot.channels.zalo_oa_account import Account
from bot.channels.zalo_oa_calls import Calls
from bot.channels.zalo_oa_events import NAME, Reader, Signatures
from bot.channels.zalo_oa_options import Keys, Options
from bot.channels.zalo_oa_pictures import Pictures
from bot.channels.zalo_oa_quiet import Quiet, Quiets
from bot.channels.zalo_oa_replies import CAPABILITIES, Replies
from bot.channels.zalo_oa_seal import Seal
from bot.channels.zalo_oa_sending import Parcels
from bot.channels.zalo_oa_steps import StepPictures
from bot.channels.zalo_oa_windows import Counts, Windows
from bot.channels.zalo_oa_wire import Event, Profile
from bot.channels.zalo_pictures import PictureWrong
from bot.channels.zalo_token_requests import TokenRequests
from bot.channels.zalo_tokens import Tokens
from bot.errors import PlatformError, StoreDown
from bot.model import Chat, Incoming, Reply, replace
from bot.ports import Clock, DrawnPictures, Notes, Outcome, Priority

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
