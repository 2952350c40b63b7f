"""Steps with their picture through the Zalo Bot Platform, which fetches it from us: and never a step lost to it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from api.app import create_app
from bot.channels.images import REST_SECONDS
from bot.channels.web import picture_address
from bot.channels.zalo_bot.channel import StepPictures, ZaloBotChannel
from bot.model import Chat, Drawn, Reply
from bot.ports.store import Later, Outcome, Refused, Sent, Unconfirmed
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.contracts.album import PNG, Album
from tests.contracts.test_step_pictures import TO_PICTURE
from tests.contracts.test_zalo_bot_channel import CHOICES, SECRET
from tests.contracts.web_site import DATA, serving
from tests.contracts.zalo_oa_rig import MovedClock
from tests.emulators.faults import Fault
from tests.emulators.zalo_bot import TOKEN, ZaloBotEmulator
from tests.patience import until
from tests.ports import free_port
from tests.setting import content, parts_of

NAME = "0123/g/1/s/3/vi"
STEP = Reply("Bước 3/9\nBấm «Quên mật khẩu».", CHOICES, "mark", picture=Drawn(NAME, "Nút được khoanh."))
WORDS = "Bước 3/9\nBấm «Quên mật khẩu».\n\n1. Còn mở được\n\n9. Quay lại · 0. Menu"


class Rig:
    """A bot whose pictures are served at an address of ours; `open`: whether Zalo may fetch there."""

    def __init__(self, zalo: ZaloBotEmulator) -> None:
        self.zalo = zalo
        self.person = zalo.person()
        self.clock = MovedClock()
        self.album = Album()
        self.open = True
        self.seconds = 0.0
        self.counted: Counter[str] = Counter()

    def opened(self, address: str, *, pictures: bool = True) -> ZaloBotChannel:
        steps = StepPictures(self.album, lambda name: address + picture_address(name), self.clock) if pictures else None
        return ZaloBotChannel(
            TOKEN,
            SECRET,
            clock=self.clock,
            api=self.zalo.url,
            rate=0,
            chat_rate=0,
            count=lambda name: self.counted.update([name]),
            used_up=self.used_up,
            pictures=steps,
        )

    async def used_up(self) -> bool:
        return self.counted["sent"] >= self.zalo.world.quota

    async def serve(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.seconds)
        return web.Response(body=PNG) if self.open else web.Response(status=404)

    async def send(self, channel: ZaloBotChannel, reply: Reply = STEP, doubts: int = 0) -> Outcome:
        chat = Chat("zalo-bot", self.person.id, self.person.id)
        return await channel.send(chat, channel.render(chat, reply, ""), doubts)

    @property
    def seen(self) -> list[tuple[bool, str]]:
        """Of each message whether it came with the picture, and its words."""
        fetched = self.zalo.world.fetched
        return [(fetched.get(each.get("photo_url", "")) == PNG, each["text"]) for each in self.person.record.messages]

    @property
    def calls(self) -> list[str]:
        return [call.method for call in self.zalo.calls]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with ZaloBotEmulator() as zalo:
        yield Rig(zalo)


@pytest.fixture
async def address(rig: Rig) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/pictures/{name:.+}", rig.serve)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest.fixture
async def channel(rig: Rig, address: str) -> AsyncIterator[ZaloBotChannel]:
    made = rig.opened(address)
    yield made
    await made.close()


async def test_a_step_is_one_message_with_its_picture_and_digits(
    rig: Rig, channel: ZaloBotChannel, address: str
) -> None:
    assert await rig.send(channel) == Sent()
    assert rig.seen == [(True, WORDS)]
    params = {"chat_id": rig.person.id, "photo": f"{address}/pictures/{NAME}.png", "caption": WORDS}
    assert [(call.method, call.params) for call in rig.zalo.calls] == [("sendPhoto", params)]
    assert rig.counted == {"sent": 1}


async def test_a_step_does_not_wait_long_for_a_picture_that_is_drawn(
    rig: Rig, channel: ZaloBotChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.images.PATIENCE_SECONDS", 0.1)
    rig.album.seconds = 0.5
    assert await rig.send(channel) == Sent()
    rig.album.seconds = 0.0
    assert await rig.send(channel) == Sent()
    assert rig.seen == [(False, WORDS), (True, WORDS)]


async def test_a_screenshot_is_found_at_its_own_address(rig: Rig, channel: ZaloBotChannel, address: str) -> None:
    name = "89ab/g/1/s/3/vi.jpg"
    assert await rig.send(channel, Reply("Bước 3/9", CHOICES, "mark", picture=Drawn(name, ""))) == Sent()
    assert rig.zalo.calls[-1].params["photo"] == f"{address}/pictures/{name}"
    assert rig.seen[-1][0]


async def test_without_a_picture_the_step_is_words(rig: Rig, channel: ZaloBotChannel) -> None:
    rig.album.pages = {}
    assert await rig.send(channel) == Sent()
    assert (rig.seen, rig.calls) == ([(False, WORDS)], ["sendMessage"])


async def test_what_was_taken_back_while_its_message_waited_is_not_shown_again(
    rig: Rig, channel: ZaloBotChannel
) -> None:
    await rig.send(channel)
    rig.album.taken_back.add(NAME)
    assert [await rig.send(channel) for _ in range(2)] == [Sent()] * 2
    assert [picture for picture, _ in rig.seen] == [True, False, False]
    rig.album.taken_back.clear()
    assert await rig.send(channel) == Sent()
    assert rig.seen[-1] == (True, WORDS)


async def test_the_longest_step_has_room_below_its_picture(rig: Rig, channel: ZaloBotChannel) -> None:
    long = Reply("👵" * ((channel.capabilities.text_limit - 60) // 2), CHOICES, "mark", picture=STEP.picture)
    assert await rig.send(channel, long) == Sent()
    assert [picture for picture, _ in rig.seen] == [True]


async def test_where_zalo_cannot_fetch_it_steps_are_words_for_a_while(rig: Rig, channel: ZaloBotChannel) -> None:
    rig.open = False
    assert [await rig.send(channel) for _ in range(2)] == [Sent()] * 2
    assert rig.calls == ["sendPhoto", "sendMessage", "sendMessage"]
    rig.open = True
    rig.clock.passes(seconds=REST_SECONDS)
    assert await rig.send(channel) == Sent()
    assert rig.seen == [(False, WORDS), (False, WORDS), (True, WORDS)]
    assert rig.counted == {"sent": 3}


@pytest.mark.parametrize("fault", [400, 404])
async def test_what_zalo_refuses_goes_as_words_at_once(rig: Rig, channel: ZaloBotChannel, fault: int) -> None:
    rig.zalo.fail_next(fault, method="sendPhoto")
    assert await rig.send(channel) == Sent()
    assert rig.seen == [(False, WORDS)]


@pytest.mark.parametrize("fault", ["timeout", "html", 502, 403, 408])
async def test_what_got_no_answer_is_tried_again_as_words(
    rig: Rig, channel: ZaloBotChannel, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.channel.PHOTO_SECONDS", 0.1)
    rig.zalo.fail_next(fault, method="sendPhoto")
    assert isinstance(await rig.send(channel), Unconfirmed)
    assert await rig.send(channel, doubts=1) == Sent()
    assert rig.seen == [(False, WORDS)]


async def test_a_picture_that_came_although_nobody_heard_of_it_is_followed_by_words_once(
    rig: Rig, channel: ZaloBotChannel
) -> None:
    rig.zalo.fail_next("drop", method="sendPhoto")
    assert isinstance(await rig.send(channel), Unconfirmed)
    assert await rig.send(channel, doubts=1) == Sent()
    assert rig.seen == [(True, WORDS), (False, WORDS)]


async def test_a_picture_that_takes_zalo_too_long_is_given_up(
    rig: Rig, channel: ZaloBotChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.channel.PHOTO_SECONDS", 0.1)
    rig.seconds = 30
    assert isinstance(await rig.send(channel), Unconfirmed)
    assert await rig.send(channel, doubts=1) == Sent()
    assert rig.seen[0] == (False, WORDS)


async def test_a_month_that_is_used_up_is_no_fault_of_the_picture(rig: Rig, channel: ZaloBotChannel) -> None:
    rig.zalo.world.quota = 1
    assert [type(await rig.send(channel)) for _ in range(2)] == [Sent, Refused]
    assert rig.calls == ["sendPhoto"] * 2
    assert rig.counted == {"sent": 1, "refused": 1}


async def test_an_outage_keeps_the_picture(rig: Rig, address: str) -> None:
    port, down = free_port(), Rig(ZaloBotEmulator())
    down.zalo.url = f"http://127.0.0.1:{port}"
    channel = down.opened(address)
    assert [type(await down.send(channel)) for _ in range(2)] == [Later, Later]
    await down.zalo.start(port)
    assert await down.send(channel) == Sent()
    assert down.seen == [(True, WORDS)]
    await channel.close()
    await down.zalo.stop()


async def test_the_app_serves_what_it_sends(rig: Rig) -> None:
    port = free_port()
    settings = Settings(
        public_url=f"http://127.0.0.1:{port}",
        zalo_bot_token=TOKEN,
        zalo_bot_secret=SECRET,
        zalo_bot_api=rig.zalo.url,
        zalo_bot_chat_rate=0,
        data_dir=DATA,
    )
    async with serving(create_app(parts_of(settings, MemoryStore("pictures"), content())), port):
        await until(lambda: bool(rig.zalo.delivery.url))
        for text in TO_PICTURE:
            await rig.person.says(text)
            await rig.person.next_message()
    *before, step = rig.person.sees
    assert [seen.photo for seen in before] == [False] * len(before)
    assert (step.photo, step.text.startswith("Bước 3\n")) == (True, True)
    assert [picture[:4] for picture in rig.zalo.world.fetched.values()] == [b"\x89PNG"]


async def test_without_a_public_address_the_app_sends_words(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.polling._FLOOR_SECONDS", 0.05)
    settings = Settings(
        zalo_bot_token=TOKEN, zalo_bot_secret=SECRET, zalo_bot_api=rig.zalo.url, zalo_bot_chat_rate=0, data_dir=DATA
    )
    async with serving(create_app(parts_of(settings, MemoryStore("words"), content()))):
        for text in TO_PICTURE:
            await rig.person.says(text)
            await rig.person.next_message()
    assert rig.person.sees[-1].text.startswith("Bước 3\n")
    assert "sendPhoto" not in rig.calls


async def test_what_waited_is_words_when_pictures_are_switched_off(
    rig: Rig, channel: ZaloBotChannel, address: str
) -> None:
    off, chat = rig.opened(address, pictures=False), Chat("zalo-bot", rig.person.id, rig.person.id)
    assert await off.send(chat, channel.render(chat, STEP, "")) == Sent()
    assert await channel.send(chat, off.render(chat, STEP, "")) == Sent()
    assert rig.seen == [(False, WORDS)] * 2
    await off.close()
