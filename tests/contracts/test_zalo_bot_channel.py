"""The Zalo Bot Platform's channel through the door: webhook calls in, messages out."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.engine.presenter import pieces
from bot.errors import NotGenuine, NotReadable, PlatformError, SettingWrong
from bot.model import Chat, Choice, Incoming, Reply
from bot.ports.store import Channel, Later, Platform, Refused, Sent
from tests.cameras import tells
from tests.contracts.desk_site import StoppedClock
from tests.emulators.zalo_bot import TOKEN, ZaloBotEmulator

SECRET = "test-secret_1"
HEADERS = {b"x-bot-api-secret-token": SECRET.encode()}
CHOICES = (Choice("yes", "Còn mở được", "1"), Choice("back", "Quay lại", "9"), Choice("menu", "Menu", "0"))
PROBES = [b"", b"{}", b" {}\n"]


def channel_to(api: str, *, rate: float = 0, chat_rate: float = 0, groups: bool = False) -> ZaloBotChannel:
    return ZaloBotChannel(
        TOKEN, SECRET, clock=StoppedClock(), api=api, rate=rate, chat_rate=chat_rate, groups=groups, link="https://zalo"
    )


def private(person: str) -> Chat:
    return Chat("zalo-bot", person, person)


@pytest.fixture
async def emulator() -> AsyncIterator[ZaloBotEmulator]:
    async with ZaloBotEmulator(groups=True) as running:
        yield running


@pytest.fixture
async def channel(emulator: ZaloBotEmulator) -> AsyncIterator[ZaloBotChannel]:
    made = channel_to(emulator.url, groups=True)
    yield made
    await made.close()


class Hook:
    """A webhook over a channel: what it heard, and whether it is in the mood to answer."""

    def __init__(self, channel: ZaloBotChannel) -> None:
        self.heard: list[Incoming] = []
        self.status = 200
        self._channel = channel

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.raw_headers}
        incoming = self._channel.decode(headers, await request.read())
        if incoming:
            self.heard.append(incoming)
            reply = Reply(f"{incoming.kind}: {incoming.text}", CHOICES, "m")
            parcel = self._channel.render(incoming.chat, reply, incoming.id)
            assert await self._channel.send(incoming.chat, parcel) == Sent()
            assert self._channel.receipt(incoming) == b""
        return web.Response(status=self.status)


@pytest.fixture
async def hook(channel: ZaloBotChannel) -> AsyncIterator[tuple[Hook, str]]:
    made = Hook(channel)
    app = web.Application()
    app.router.add_post("/webhooks/zalo-bot", made.take)
    async with TestServer(app) as server:
        yield made, str(server.make_url("/"))


def test_it_is_a_channel_and_a_platform() -> None:
    made = channel_to("http://127.0.0.1:9")
    channel: Channel = made
    platform: Platform = made
    assert channel.name == "zalo-bot"
    assert platform.private_link == "https://zalo"


@pytest.mark.parametrize("secret", ["", "short", "dấu-dấu-dấu", "a b c d e", "a" * 257])
def test_a_secret_that_zalo_would_refuse_is_refused(secret: str) -> None:
    with pytest.raises(SettingWrong, match="ZALO_BOT_SECRET"):
        ZaloBotChannel(TOKEN, secret, clock=StoppedClock())


@pytest.mark.parametrize("token", ["not-a-token-hush", "1:hush/../x", "1:hush?x"])
def test_a_token_of_another_form_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(SettingWrong, match="ZALO_BOT_TOKEN") as told:
        ZaloBotChannel(token, SECRET, clock=StoppedClock())
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    "headers", [{}, {b"x-bot-api-secret-token": b"wrong"}, {b"x-bot-api-secret-token": b"\xff"}, {b"x-zalo": b"1"}]
)
@pytest.mark.parametrize("body", [b"{", b'{"event_name":"message.text.received"}', b"[]"])
def test_a_call_without_the_secret_is_not_genuine(headers: dict[bytes, bytes], body: bytes) -> None:
    with pytest.raises(NotGenuine):
        channel_to("http://127.0.0.1:9").decode(headers, body)


@pytest.mark.parametrize("body", PROBES)
@pytest.mark.parametrize("headers", [{}, HEADERS])
def test_a_probe_needs_no_secret_and_does_nothing(headers: dict[bytes, bytes], body: bytes) -> None:
    assert channel_to("http://127.0.0.1:9").decode(headers, body) is None


def test_a_genuine_call_that_is_no_update_is_not_readable() -> None:
    with pytest.raises(NotReadable):
        channel_to("http://127.0.0.1:9").decode(HEADERS, b"{")


def test_choices_are_digits_in_the_text() -> None:
    channel = channel_to("http://127.0.0.1:9")
    method, _, body = channel.render(private("a1"), Reply("Xem <b>& **x**", CHOICES, "mark"), "u1").partition(b"\n")
    assert method == b"sendMessage"
    text = "Xem <b>& **x**\n\n1. Còn mở được\n\n9. Quay lại · 0. Menu"
    assert json.loads(body) == {"chat_id": "a1", "text": text}


async def test_media_are_fetched_from_zalo_and_from_nowhere_else(emulator: ZaloBotEmulator) -> None:
    trusting = ZaloBotChannel(TOKEN, SECRET, clock=StoppedClock(), api=emulator.url, picture_hosts=("127.0.0.1",))
    wary = channel_to(emulator.url)
    picture = await trusting.fetch(f"photo:{emulator.media('x.jpg')}") or b""
    assert picture.startswith(b"\xff\xd8")
    assert tells(picture) == []
    assert (await trusting.fetch(f"voice:{emulator.media('x.aac')}") or b"").startswith(b"\xff\xf1")
    assert await wary.fetch(f"photo:{emulator.media('x.jpg')}") is None
    assert await wary.fetch("photo:https://zdn.vn.example/x.jpg") is None
    assert not emulator.calls


@pytest.mark.parametrize("instead", ["(có ảnh)", ""])
async def test_a_picture_that_zalo_could_not_fetch_from_us_is_spoken_of(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, instead: str
) -> None:
    """No address of ours is known: Zalo takes pictures by their addresses alone."""
    person = emulator.person()
    reply = Reply("Bác xem này", sender="Hoa", media=f"photo:{emulator.media('x.jpg')}", instead=instead)
    chat = private(person.id)
    outcome = await channel.send(chat, channel.render(chat, reply, ""))
    assert isinstance(outcome, Sent if instead else Refused)
    assert [(seen.photo, seen.text) for seen in person.sees] == [(False, "Hoa: Bác xem này\n(có ảnh)")] * bool(instead)
    assert {call.method for call in emulator.calls} <= {"sendMessage"}


async def test_spoken_words_are_passed_on_and_what_is_written_follows(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel
) -> None:
    person, address = emulator.person(), "https://f2-voice-aac-dl.zdn.vn/x.aac"
    chat = private(person.id)
    for piece in pieces(
        Reply("A0001 · bác: (tin thoại)", CHOICES, "m", media=f"voice:{address}"), channel.capabilities
    ):
        assert await channel.send(chat, channel.render(chat, piece, "")) == Sent()
    assert [seen.kind for seen in person.sees] == ["voice", "text"]
    assert emulator.calls[0].params == {"chat_id": person.id, "voice_url": address}
    assert person.sees[1].text.startswith("A0001 · bác: (tin thoại)\n\n1. ")


@pytest.mark.parametrize("word", ["chữ ", "👵🏽", "không-có-chỗ-cắt"])
async def test_a_long_text_goes_out_in_pieces_that_zalo_takes_however_it_counts(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, word: str
) -> None:
    person, reply = emulator.person(), Reply(word * 1500, CHOICES, "m")
    chat = private(person.id)
    for piece in pieces(reply, channel.capabilities):
        assert await channel.send(chat, channel.render(chat, piece, "")) == Sent()
    read = "".join(seen.text for seen in person.sees)
    assert read.replace(" ", "").startswith((word * 1500).replace(" ", ""))
    assert [bool(seen.labels) for seen in person.sees] == [*[False] * (len(person.sees) - 1), True]


@pytest.mark.parametrize("wrapped", [False, True])
async def test_a_conversation_over_the_webhook(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, hook: tuple[Hook, str], wrapped: bool
) -> None:
    ear, address = hook
    emulator.delivery.wrapped = wrapped
    assert await channel.set_webhook(address) == ""
    person = emulator.person()
    await person.says("chào")
    await person.presses("Còn mở được")
    await person.sends_voice()
    await person.sends_sticker()
    await person.sends_photo("đây ạ", "https://photo-stal-1.zdn.vn/x.jpg")
    await person.sends_document()
    await person.sends_unsupported(bare=True)
    assert [(one.kind, one.text) for one in ear.heard] == [
        ("text", "chào"),
        ("text", "1"),
        ("voice", ""),
        ("sticker", ""),
        ("picture", "đây ạ"),
        ("file", ""),
    ]
    assert len({one.id for one in ear.heard}) == 6
    assert [seen.labels for seen in person.sees] == [("1. Còn mở được", "9. Quay lại", "0. Menu")] * 6


async def test_in_a_group_it_hears_what_names_it_and_knows_who_spoke(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, hook: tuple[Hook, str]
) -> None:
    ear, address = hook
    await channel.me()
    await channel.set_webhook(address)
    person, group = emulator.person(), emulator.group()
    await person.says("không nói với bot", chat=group)
    await person.says(f"{emulator.mention} cài VNeID thế nào?", chat=group)
    await person.says("số 1", chat=group, reply_to=group.sees[0])
    assert [(one.text, one.group) for one in ear.heard] == [("cài VNeID thế nào?", True), ("số 1", True)]
    assert {one.chat for one in ear.heard} == {Chat("zalo-bot", group.id, person.id)}
    assert len(group.sees) == 2


async def test_it_does_not_answer_itself(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, hook: tuple[Hook, str]
) -> None:
    ear, address = hook
    emulator.echoes = True
    await channel.set_webhook(address)
    person = emulator.person()
    await person.says("chào")
    await person.says("lại chào")
    assert [one.text for one in ear.heard] == ["chào", "lại chào"]


async def test_a_short_wait_is_slept_with_typing_shown_and_a_long_one_is_told(emulator: ZaloBotEmulator) -> None:
    person = emulator.person()
    chat, brisk, slow = (
        private(person.id),
        channel_to(emulator.url, chat_rate=1),
        channel_to(emulator.url, chat_rate=0.25),
    )
    parcel = brisk.render(chat, Reply("Chào bác"), "")
    began = asyncio.get_running_loop().time()
    assert [await brisk.send(chat, parcel) for _ in range(2)] == [Sent(), Sent()]
    assert asyncio.get_running_loop().time() - began >= 1
    assert emulator.world.actions == [(person.id, "typing")]
    assert await slow.send(chat, parcel) == Sent()
    told = await slow.send(chat, parcel)
    assert isinstance(told, Later)
    assert (told.why, told.exact, 3.0 < told.seconds <= 4.0) == ("rate", True, True)
    await brisk.close()
    await slow.close()


async def test_the_account_and_the_webhook(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, hook: tuple[Hook, str]
) -> None:
    ear, address = hook
    assert (await channel.me()).called == "Bot Tổ Số (bot.emulator)"
    assert await channel.joins_groups()
    assert (await channel.webhook_info()).url == ""
    with pytest.raises(PlatformError, match="Not Found"):
        await channel.test_webhook()
    assert await channel.set_webhook(address) == ""
    assert (await channel.webhook_info()).url == f"{address}webhooks/zalo-bot"
    assert emulator.delivery.secret == SECRET
    assert await channel.test_webhook() == ""
    ear.status = 403
    told = await channel.set_webhook(address)
    assert told.startswith("Zalo tried to call us and could not (webhook.http.403): ")
    assert "Browser Integrity Check" in told
    assert await channel.test_webhook() == told
    assert (await channel.webhook_info()).url, "it is registered all the same"
    await channel.delete_webhook()
    assert (await channel.webhook_info()).url == ""


async def test_tests_of_the_webhook_that_are_used_up_are_no_failure(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, hook: tuple[Hook, str]
) -> None:
    await channel.set_webhook(hook[1])
    emulator.fail_next(426, method="testWebhook")
    assert await channel.test_webhook() is None
