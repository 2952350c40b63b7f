"""The Official Account channel against its emulator, for tests: one clock for both, and a store in memory."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.zalo_oa.channel import Keys, Options, ZaloOaChannel
from bot.errors import NotGenuine, NotReadable
from bot.model import Chat, Choice, Incoming, Reply
from bot.ports.store import DrawnPictures, Outcome
from bot.store.memory import MemoryStore
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_ID, OA_SECRET, ZaloOaEmulator
from tests.emulators.zalo_oa_people import Person

CHOICES = (Choice("yes", "Còn mở được", "1"), Choice("back", "Quay lại", "9"), Choice("menu", "Menu", "0"))
LOCAL = ("127.0.0.1",)


class MovedClock:
    """A clock that a test moves, in step with the emulator's."""

    def __init__(self) -> None:
        self.ms = 1_795_478_400_000

    def now_ms(self) -> int:
        return self.ms

    def steady_ms(self) -> int:
        return self.now_ms()

    def seconds(self) -> float:
        return self.ms / 1000

    def passes(self, *, hours: float = 0, seconds: float = 0) -> None:
        self.ms += int((hours * 3600 + seconds) * 1000)


class Rig:
    """A channel, the emulator it talks to, the store and the clock; `heard` is what its webhook made of events,
    `spent` what its messages cost."""

    def __init__(
        self, zalo: ZaloOaEmulator, clock: MovedClock, store: MemoryStore, channel: ZaloOaChannel, spent: Counter[str]
    ) -> None:
        self.zalo = zalo
        self.clock = clock
        self.store = store
        self.channel = channel
        self.heard: list[Incoming] = []
        self.spent = spent
        self.answers: Callable[[Incoming], Reply | None] = lambda incoming: None

    async def send(self, chat: Chat, reply: Reply | str = "Chào bác", answering: str = "") -> Outcome:
        """Send a reply; `answering`: to what the person said under this id."""
        said = Reply(reply) if isinstance(reply, str) else reply
        return await self.channel.send(chat, self.channel.render(chat, said, answering))

    def sent(self) -> list[dict[str, Any]]:
        """The bodies of all messages that reached Zalo."""
        return [call.params for call in self.zalo.calls if call.method.endswith(("message/cs", "group/message"))]

    async def webhook(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.raw_headers}
        try:
            incoming = self.channel.decode(headers, await request.read())
        except NotGenuine:
            return web.Response(status=401)
        except NotReadable:
            return web.Response(status=400)
        if incoming:
            self.heard.append(incoming)
            reply = self.answers(incoming)
            if reply:
                await self.send(incoming.chat, reply, incoming.id)
        return web.Response()


@asynccontextmanager
async def zalo_rig(*, drawn: DrawnPictures | None = None, **options: Any) -> AsyncIterator[Rig]:
    """A rig whose webhook is set; `options` go to the channel, and `drawn`, which makes steps carry pictures."""
    clock = MovedClock()
    async with ZaloOaEmulator(clock=clock.seconds) as zalo:
        store = MemoryStore("one")
        spent: Counter[str] = Counter()
        channel = channel_to(zalo, store, clock, lambda kind: spent.update([kind]), drawn, **options)
        rig = Rig(zalo, clock, store, channel, spent)
        app = web.Application()
        app.router.add_post("/webhooks/zalo-oa", rig.webhook)
        async with TestServer(app) as server:
            assert await zalo.delivery.set_webhook(str(server.make_url("/webhooks/zalo-oa")))
            try:
                yield rig
            finally:
                await zalo.delivery.settled()
                await channel.close()


def channel_to(
    zalo: ZaloOaEmulator,
    store: MemoryStore,
    clock: MovedClock,
    count: Callable[[str], None] = lambda _: None,
    drawn: DrawnPictures | None = None,
    **options: Any,
) -> ZaloOaChannel:
    keys = Keys(APP_ID, APP_SECRET, OA_SECRET, zalo.oauth.issue()["refresh_token"])
    chosen: dict[str, Any] = {"api": zalo.url, "oauth": zalo.url, "rate": 0.0, "picture_hosts": LOCAL} | options
    channel = ZaloOaChannel(keys, Options(**chosen), store=store, clock=clock, count=count, drawn=drawn)
    channel.reader.introduce(OA_ID, "Tổ Số")
    return channel


def buttons(person: Person) -> list[Any]:
    """Those below the newest message."""
    found: list[Any] = person.record.messages[-1].get("buttons", [])
    return found


def private(person_id: str) -> Chat:
    return Chat("zalo-oa", person_id, person_id)


def in_group(group_id: str, person_id: str = "") -> Chat:
    return Chat("zalo-oa", f"g-{group_id}", person_id or f"g-{group_id}")
