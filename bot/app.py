"""Builds the real thing from settings: the only place that knows all parts.

Ties what answers messages, what sends the answers and what calls volunteers to each other.

`requests`, `pictures` and `not_understood` are given where others read them, too, `hearing` and `reading` where voices
are used.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b

from bot.audio.asr_client import Ear
from bot.audio.recording_repository import Reading, VoiceBox
from bot.audio.recordings import Voices
from bot.audio.transcriber import Asides, Hearing
from bot.background import Membership, Scoreboard, Slot, Tasks
from bot.channel_registry import Connections
from bot.channels.web import WebChannel, WebPictures
from bot.clock import StoreClock
from bot.content.checks.freshness import ended_names
from bot.content.library import StoredLibrary, publish_files
from bot.content.loader import Content
from bot.desk.appointments import Visits
from bot.desk.attachments import Pictures
from bot.desk.authentication import Accounts
from bot.desk.desk_sessions import DeskSessions
from bot.desk.dismissal import Admission
from bot.desk.erasing import Erasing
from bot.desk.open_requests import OpenRequests
from bot.desk.people import People
from bot.desk.phrases import Asked
from bot.desk.roster import Roster
from bot.desk.unmatched import NotUnderstood
from bot.engine.environment import Setting
from bot.errors import SettingWrong, StoreDown
from bot.images.cache import Shelf
from bot.images.screenshots import Album
from bot.images.source import Drawings
from bot.loading import load_content, make_matcher, make_setting, memory, read_words
from bot.logging import configure
from bot.model import replace
from bot.model.hours import VIETNAM
from bot.nlu.intent import Build, Matcher
from bot.ports.store import Channel, Clock, Store
from bot.ports.tables import NAMES, InstallationKey
from bot.sandbox.runner import Apart
from bot.service.handler import Handler
from bot.service.notifier import Caller
from bot.service.outbox import LogGrowth, Sender
from bot.service.queries import Lookups
from bot.settings import Settings, environment
from bot.store.connection import Outages
from bot.store.keys import partition_letter
from bot.store.redis import RedisStore
from bot.training.model_store import Teaching


def wire(
    setting: Setting,
    store: Store,
    channels: Mapping[str, Channel],
    people: People,
    growth: LogGrowth,
    clock: Clock,
    *,
    draw_code: Callable[[str, int], str],
    alias: Callable[[str], str],
    requests: OpenRequests | None = None,
    pictures: Pictures | None = None,
    hearing: Hearing | None = None,
    reading: Reading | None = None,
    not_understood: NotUnderstood | None = None,
    erasing: Erasing | None = None,
    requests_an_hour: int = 0,
    slot: Slot | None = None,
) -> tuple[Handler, Sender, Caller]:
    """What answers messages, what sends the answers, and what calls volunteers: each knows the others it needs."""
    visits = Visits(store, people, clock)
    sender, caller = Sender(store, channels, clock), Caller(store, people, visits, clock)
    texts = not_understood or NotUnderstood(store, clock, setting.keep_seconds // 86400)
    erasing = erasing or Erasing(store, clock, texts)
    admission = Admission(store, clock, requests_an_hour)
    lookups = Lookups(store, people, requests or OpenRequests(store), visits, admission, erasing, clock, reading)
    ear = hearing or Hearing(None, {}, Asides(store))
    handle = Handler(
        setting,
        store,
        channels,
        sender,
        caller,
        lookups,
        growth,
        pictures or Pictures(store, {}, {}, clock),
        ear,
        texts,
        clock,
        slot or Scoreboard().slot(0),
        draw_code=draw_code,
        alias=alias,
    )
    sender.handle = caller.handle = visits.handle = ear.handle = handle
    lookups.do = handle.do
    return handle, sender, caller


def draw_code(chat_key: str, tries: int = 0) -> str:
    """A request code: the letter says where it is kept, four digits are chance; more where those are used up."""
    digits = 4 + tries // 5
    return f"{partition_letter(chat_key)}{secrets.randbelow(10**digits):0{digits}}"


REFRESH_SECONDS = 5.0
"""How soon a worker uses what another one published."""

RECORD_DAYS = 365
"""How long the record of who did what is kept, at least."""
FORGET_SECONDS = 6 * 3600.0
"""How often what is older is looked for."""
RETRY_SECONDS = 1.0
"""How often a worker that started without the store tries again."""

_log = logging.getLogger("toso.app")


class Parts:
    """Everything one worker is made of. `start` and `stop` belong to its event loop.

    It has `started` once it read from the store what it answers with; before that it must answer nobody.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        content: Content,
        clock: Clock | None = None,
        build: Build = make_matcher,
        member: Membership | None = None,
    ) -> None:
        self.member = member or Membership()
        self.settings = settings
        self.store = store
        self.content = content
        self.ward = content.ward
        self.troubles = content.troubles
        self.words = read_words(content)
        self.library = StoredLibrary(parsed.guide for parsed in content.guides)
        self.accounts = Accounts(store)
        self.growth = LogGrowth()
        self.clock = clock or StoreClock()
        self.sessions = DeskSessions(store, self.clock)
        nothing = Matcher(())  # until there are guides
        setting = make_setting(content, self.words, self.library, nothing, settings.retention_days, settings.public_url)
        self._open_shelves(setting)
        drawn = self.drawings if settings.chat_pictures else None
        self.connections = Connections(settings, store, self.clock, drawn, self.voice_box)
        self.requests = OpenRequests(store)
        self.people = People(store, content.ward, self.clock, settings.public_url, self.connections.channels.keys())
        self.web_pictures = WebPictures(store)
        self.pictures = self._keeper_of_pictures()
        self.asides = Asides(store)
        self.hearing = self._hearing()
        self.not_understood = NotUnderstood(store, self.clock, settings.retention_days)
        self.erasing = Erasing(store, self.clock, self.not_understood)
        self.asked = Asked(store, self.clock)
        self._salt = secrets.token_bytes()  # until the one for all workers is read
        self._keys = [InstallationKey(store, name) for name in NAMES]
        self._published = False
        self._wire(setting)
        self.people.on_change = self._use_roster
        self.voice_box.on_change = self._use_voices
        self._teaching = Teaching(self.library, content.talk, memory(settings), self.asked, self._use_matcher, build)
        self.asked.on_change = self._teach
        self.tasks = Tasks()
        self.started = False

    def _open_shelves(self, setting: Setting) -> None:
        """Where the pictures and the recordings of steps are."""
        self.gallery = setting.gallery
        self.shelf = Shelf(self.settings.data_dir / "pictures")
        self.album = Album(self.store, self.gallery, self.shelf)
        self.drawings = Drawings(self.gallery, self.library, self.shelf, self.album)
        self.voice_box = VoiceBox(self.store, self.words, Apart(), self.clock)

    def _wire(self, setting: Setting) -> None:
        """Tie what answers, sends and calls to everything else."""
        self.handle, self.sender, self.caller = wire(
            replace(setting, hears=self.hears),
            self.store,
            self.connections.channels,
            self.people,
            self.growth,
            self.clock,
            draw_code=draw_code,
            alias=self._alias,
            requests=self.requests,
            pictures=self.pictures,
            hearing=self.hearing,
            reading=Reading(self.voice_box, self.library, self.connections.holders),
            not_understood=self.not_understood,
            erasing=self.erasing,
            requests_an_hour=self.settings.requests_an_hour,
            slot=self.member.slot,
        )

    def _keeper_of_pictures(self) -> Pictures:
        """Copies what Zalo holds only for a while; what the others hold is fetched where it is."""
        lasting = {WebChannel.name: self.web_pictures, **self.connections.lasting_holders}
        return Pictures(self.store, self.connections.passing_holders, lasting, self.clock)

    def _hearing(self) -> Hearing:
        """Hears what comes through any channel, where the package that hears is installed."""
        ear = Ear(self.settings.data_dir) if self.settings.hearing and Ear.there() else None
        return Hearing(ear, {WebChannel.name: self.asides, **self.connections.holders}, self.asides)

    @property
    def hears(self) -> bool:
        """Whether spoken words are heard."""
        return self.hearing.ear is not None

    @classmethod
    def from_environment(cls, content: Content | None = None, member: Membership | None = None) -> "Parts":
        """The parts for the settings of the environment, as `from_settings`. Raises SettingWrong, ContentWrong."""
        settings = Settings.read(environment())
        configure(settings.log)
        return cls.from_settings(settings, content, member)

    @classmethod
    def from_settings(
        cls, settings: Settings, content: Content | None = None, member: Membership | None = None
    ) -> "Parts":
        """The parts for these settings, over the store they name; `content` is theirs, where it was read already.

        `member` says what this worker is among others.

        Raises SettingWrong, ContentWrong.
        """
        if not settings.redis_url:
            raise SettingWrong(
                "REDIS_URL is missing: set it, or start with `toso serve`, which brings a store of its own."
            )
        member = member or Membership()
        store = RedisStore(settings.redis_url, member.owner, role=member.role, alone=member.alone, outages=Outages())
        return cls(settings, store, content or load_content(settings), member=member)

    async def start(self) -> None:
        """Publish the guides, and begin to send, to ring timers and to fetch; while the store is away, try again.

        What only a part of the store holds may be missing.
        """
        self.member.attach()
        try:
            await self._prepare()
        except StoreDown as down:
            _log.warning("this worker waits for the store: %s", down)
            self.tasks.finish("start", self._start_later)
        else:
            self._begin()

    async def _start_later(self) -> None:
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            with suppress(StoreDown):  # it was said
                await self._prepare()
                break
        _log.warning("the store is there: this worker begins")
        self._begin()

    async def _prepare(self) -> None:
        """What needs the store; it may be done again. Raises StoreDown where none of it is there."""
        await self.store.ping()
        for dead in self.member.dead:
            await self.store.free(dead)
        await self._refresh()
        await self._read(self.connections.rates.renew)

    def _begin(self) -> None:
        self.started = True
        self.member.slot.set_started()
        self.sender.start(self.tasks)
        self.caller.start(self.tasks)
        self.tasks.keep("refresh", self._keep_fresh)
        self.tasks.keep("old records", self._forget_old_records)
        self.tasks.finish("pictures", self.pictures.catch_up)
        self.tasks.keep("not understood", self.not_understood.keep_saving)
        self.tasks.keep("erased", self.erasing.keep_rewriting)
        self.connections.start(self.tasks, self.handle)

    async def stop(self) -> None:
        """Finish what is under way and let everything go; what is not sent stays in the store."""
        await self.tasks.stop()
        with suppress(StoreDown):
            await self.caller.stop()
            await self.sender.stop()
            await self.pictures.stop()
            await self.hearing.stop()
            await self.not_understood.save()
            await self.connections.save()
        await self.drawings.close()
        await self.connections.close()
        try:
            await self.store.close()
        except StoreDown as down:
            _log.error("the store went before us: %s", down)

    def _alias(self, chat_key: str) -> str:
        return blake2b(chat_key.encode(), digest_size=5, key=self._salt).hexdigest()

    def _teach(self) -> None:
        self._teaching.renew()
        self.tasks.finish("learn", self._teaching.learn)

    def _use_matcher(self, matcher: Matcher) -> None:
        self.handle.setting = replace(self.handle.setting, matcher=matcher)

    def _use_roster(self, roster: Roster) -> None:
        self.handle.setting = replace(self.handle.setting, roster=roster)

    def _use_voices(self, voices: Voices) -> None:
        self.handle.setting = replace(self.handle.setting, voices=voices)

    async def _refresh(self) -> None:
        """Read what changed; what cannot be read now stays as it is, and each of these may be on another node."""
        today = datetime.fromtimestamp(self.clock.now_ms() / 1000, VIETNAM).date()
        self.words.end(ended_names(self.content.facts.facts, today))
        sources = (
            self._read_guides,
            self.people.refresh,
            self.sessions.refresh,
            self.album.refresh,
            self.voice_box.refresh,
            self.asked.refresh,
            self._read_keys,
            self._read_clock,
        )
        await asyncio.gather(*map(self._read, sources))

    async def _read(self, read: Callable[[], Awaitable[None]]) -> None:
        with suppress(StoreDown):
            await read()

    async def _read_guides(self) -> None:
        """Publish those of the files once, and read all; until that was possible, those of the files are used."""
        try:
            if not self._published:
                for finding in await publish_files(self.store, self.content):
                    _log.warning("%s", finding)
                self._published = True
            changed = await self.library.refresh(self.store)
        except StoreDown:
            if self.library.use_files():
                self._teach()
            raise
        if changed:
            self._teach()

    async def _read_keys(self) -> None:
        """All of them, also those that nothing needs yet: then copies are there when a node of a cluster is gone."""
        self._salt, *_ = await asyncio.gather(*(key.get() for key in self._keys))

    def clock_off_ms(self) -> int:
        """How far this host's clock is ahead of the store's; 0 where they agree."""
        return self.clock.off_ms if isinstance(self.clock, StoreClock) else 0

    async def _read_clock(self) -> None:
        """Together with the others: it costs no further round trip."""
        if isinstance(self.clock, StoreClock):  # another one is what a test says it is
            asked_ms = self.clock.steady_ms()
            self.clock.compare(await self.store.now_ms(), asked_ms)

    async def _forget_old_records(self) -> None:
        """Who did what is kept for a year, or for as long as residents are remembered."""
        days = max(RECORD_DAYS, self.settings.retention_days)
        while True:
            await self.store.forget_records(self.clock.now_ms() - days * 86_400_000)
            await asyncio.sleep(FORGET_SECONDS)

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                await self._refresh()
            except ValueError:
                _log.exception("the library cannot be understood")
