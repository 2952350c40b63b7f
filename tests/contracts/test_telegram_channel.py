"""The Telegram channel through the door: webhook calls in, messages out."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.images import MEDIA_TRIES
from bot.channels.telegram.channel import TelegramChannel
from bot.engine.presenter import pieces
from bot.errors import NotGenuine, NotReadable, SettingWrong
from bot.model import Chat, Choice, Incoming, Reply
from bot.ports.store import Channel, Later, Outcome, Poller, Refused, Sent
from tests.cameras import taken, tells
from tests.emulators.telegram import TOKEN, TelegramEmulator

SECRET = "test-secret_1"
HEADERS = {b"x-telegram-bot-api-secret-token": SECRET.encode()}
CHOICES = (Choice("yes", "Còn mở được", "1"), Choice("back", "Quay lại", "9"), Choice("menu", "Menu", "0"))


class StoppedClock:
    """A clock that a test moves; `wait` seconds of sleep do not move it."""

    def __init__(self) -> None:
        self.ms = 1_795_478_400_000

    def now_ms(self) -> int:
        return self.ms

    def steady_ms(self) -> int:
        return self.now_ms()


@pytest.fixture
async def emulator() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=False) as running:
        yield running


@pytest.fixture
async def channel(emulator: TelegramEmulator) -> AsyncIterator[TelegramChannel]:
    made = channel_to(emulator.url, rate=0, chat_rate=0, group_rate=0)
    yield made
    await made.close()


def channel_to(api: str, *, rate: float = 30, chat_rate: float = 1, group_rate: float = 20 / 60) -> TelegramChannel:
    return TelegramChannel(
        TOKEN, SECRET, api=api, rate=rate, chat_rate=chat_rate, group_rate=group_rate, clock=StoppedClock()
    )


def private(person_id: int) -> Chat:
    return Chat("telegram", str(person_id), str(person_id))


async def send(channel: TelegramChannel, person_id: int, text: str = "Chào bác") -> Outcome:
    chat = private(person_id)
    return await channel.send(chat, channel.render(chat, Reply(text), ""))


def test_it_is_a_channel_and_a_poller() -> None:
    made = channel_to("http://127.0.0.1:9")
    channel: Channel = made
    poller: Poller = made
    assert channel.name == "telegram"
    assert poller is made


@pytest.mark.parametrize("secret", ["", "dấu", "a b", "a" * 257])
def test_a_secret_that_telegram_would_refuse_is_refused(secret: str) -> None:
    with pytest.raises(SettingWrong, match="TELEGRAM_SECRET"):
        TelegramChannel(TOKEN, secret, clock=StoppedClock())


def test_a_token_of_another_form_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingWrong, match="TELEGRAM_TOKEN") as told:
        TelegramChannel("not-a-token-hush", SECRET, clock=StoppedClock())
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    "headers", [{}, {b"x-telegram-bot-api-secret-token": b"wrong"}, {b"x-telegram-bot-api-secret-token": b"\xff"}]
)
def test_a_call_without_the_secret_is_not_genuine(headers: dict[bytes, bytes]) -> None:
    with pytest.raises(NotGenuine):
        channel_to("http://127.0.0.1:9").decode(headers, b"{")


def test_a_genuine_call_that_is_no_update_is_not_readable() -> None:
    with pytest.raises(NotReadable):
        channel_to("http://127.0.0.1:9").decode(HEADERS, b"{")


def test_a_press_is_answered_in_the_webhooks_own_answer() -> None:
    channel = channel_to("http://127.0.0.1:9")
    press = Incoming("u1", private(7), "press", choice="m:yes", receipt="42")
    assert json.loads(channel.receipt(press)) == {"method": "answerCallbackQuery", "callback_query_id": "42"}
    assert channel.receipt(Incoming("u2", private(7))) == b""


def test_a_reply_becomes_plain_text_with_buttons_and_no_preview() -> None:
    channel = channel_to("http://127.0.0.1:9")
    method, _, body = channel.render(private(2**40), Reply("Xem <b>&", CHOICES, "mark"), "u1").partition(b"\n")
    assert method == b"sendMessage"
    assert json.loads(body) == {
        "chat_id": 2**40,
        "text": "Xem <b>&",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "1. Còn mở được", "callback_data": "mark:yes"}],
                [
                    {"text": "9. Quay lại", "callback_data": "mark:back"},
                    {"text": "0. Menu", "callback_data": "mark:menu"},
                ],
            ]
        },
    }


def test_a_payload_over_64_bytes_is_an_error_when_made() -> None:
    channel = channel_to("http://127.0.0.1:9")
    channel.render(private(7), Reply("a", (Choice("a" * 62, "A", "1"),), "m"), "")
    with pytest.raises(ValueError, match="64 bytes"):
        channel.render(private(7), Reply("a", (Choice("ă" * 32, "A", "1"),), "m"), "")


async def test_a_conversation_over_the_webhook(emulator: TelegramEmulator, channel: TelegramChannel) -> None:
    heard: list[Incoming] = []
    statuses = [503]

    async def webhook(request: web.Request) -> web.Response:
        if statuses:
            return web.Response(status=statuses.pop())
        headers = {name.lower(): value for name, value in request.raw_headers}
        incoming = channel.decode(headers, await request.read())
        assert incoming
        heard.append(incoming)
        parcel = channel.render(incoming.chat, Reply(f"{incoming.kind}: {incoming.text}", CHOICES, "m"), incoming.id)
        assert await channel.send(incoming.chat, parcel) == Sent()
        return web.Response(body=channel.receipt(incoming), content_type="application/json")

    app = web.Application()
    app.router.add_post("/webhooks/telegram", webhook)
    async with TestServer(app) as server:
        await channel.set_webhook(str(server.make_url("/")))
        person = emulator.person()
        await person.says("chào")
        await person.presses("Còn mở được")
        await person.sends_voice()
        await person.blocks(wait=False)
    assert [(one.kind, one.text, one.choice) for one in heard[:3]] == [
        ("text", "chào", ""),
        ("press", "", "m:yes"),
        ("voice", "", ""),
    ]
    assert [seen.text for seen in person.sees] == ["text: chào", "press:", "voice:"]
    assert (await person.next_message()).labels == ("1. Còn mở được", "9. Quay lại", "0. Menu")
    assert [press.answered is not None for press in emulator.world.presses.values()] == [True]
    tries = emulator.delivery.attempts
    assert [tries[0].status, tries[1].status] == [503, 200]
    assert tries[0].update_id == tries[1].update_id


async def test_a_short_wait_is_slept_and_a_long_one_is_told(emulator: TelegramEmulator) -> None:
    emulator.person(7)
    brisk, slow = channel_to(emulator.url), channel_to(emulator.url, chat_rate=0.25)
    began = asyncio.get_running_loop().time()
    assert [await send(brisk, 7), await send(brisk, 7)] == [Sent(), Sent()]
    assert asyncio.get_running_loop().time() - began >= 1
    assert await send(slow, 7) == Sent()
    told = await send(slow, 7)
    assert isinstance(told, Later)
    assert (told.why, told.exact, 3.0 < told.seconds <= 4.0) == ("rate", True, True)
    await brisk.close()
    await slow.close()


async def test_the_account_and_the_webhook(emulator: TelegramEmulator, channel: TelegramChannel) -> None:
    assert channel.private_link == ""
    assert (await channel.me()).called == "@to_so_bot"
    assert channel.private_link == "https://t.me/to_so_bot"
    await channel.set_webhook("https://toso.example/")
    info = await channel.webhook_info()
    assert (info.url, info.pending) == ("https://toso.example/webhooks/telegram", 0)
    call = next(call for call in emulator.calls if call.method == "setWebhook")
    assert call.params["secret_token"] == SECRET
    assert json.loads(call.params["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]
    await channel.delete_webhook()
    assert (await channel.webhook_info()).url == ""


async def test_a_picture_is_passed_on_as_a_copy_with_words_and_buttons(
    emulator: TelegramEmulator, channel: TelegramChannel
) -> None:
    person = emulator.person()
    file = emulator.world.new_file(taken("JPEG"))
    reply = Reply("đây ạ", CHOICES, "mark", "Hoa", f"photo:{file}")
    assert await channel.send(private(person.id), channel.render(private(person.id), reply, "")) == Sent()
    (seen,) = person.sees
    assert (seen.photo, seen.text, len(seen.labels)) == (True, "Hoa: đây ạ", 3)
    assert [tells(picture) for picture in person.pictures] == [[]]


@pytest.mark.parametrize("what", ["gone", "no picture", "refused"])
async def test_a_picture_that_cannot_be_shown_is_spoken_of(
    emulator: TelegramEmulator, channel: TelegramChannel, what: str
) -> None:
    person = emulator.person()
    file = "gone" if what == "gone" else emulator.world.new_file(b"GIF89a" if what == "no picture" else taken("JPEG"))
    if what == "refused":
        emulator.fail_next(400, method="sendphoto", words="Bad Request: PHOTO_INVALID_DIMENSIONS")
    reply = Reply("đây ạ", CHOICES, "mark", "Hoa", f"photo:{file}", "(có ảnh)")
    assert await channel.send(private(person.id), channel.render(private(person.id), reply, "")) == Sent()
    (seen,) = person.sees
    assert (seen.photo, seen.text, len(seen.labels)) == (False, "Hoa: đây ạ\n(có ảnh)", 3)


async def test_a_picture_that_telegram_fails_at_is_given_up_after_some_tries(
    emulator: TelegramEmulator, channel: TelegramChannel
) -> None:
    chat, file = private(emulator.person().id), emulator.world.new_file(taken("JPEG"))
    emulator.fail_next(500, method="sendPhoto")
    result = await channel.send(chat, channel.render(chat, Reply("đây ạ", media=f"photo:{file}"), ""))
    assert isinstance(result, Later)
    assert result.tries == MEDIA_TRIES


async def test_words_too_long_for_a_picture_follow_it(emulator: TelegramEmulator, channel: TelegramChannel) -> None:
    person = emulator.person()
    media = f"voice:{emulator.world.new_file(b'voice')}"
    for piece in pieces(Reply("dài " * 300, CHOICES, "mark", "Hoa", media), channel.capabilities):
        assert await channel.send(private(person.id), channel.render(private(person.id), piece, "")) == Sent()
    spoken, words = person.sees
    assert (bool(spoken.file), spoken.text, spoken.labels) == (True, "Hoa", ())
    assert (words.file, words.text, len(words.labels)) == ("", f"Hoa: {'dài ' * 300}".strip(), 3)


async def test_a_file_that_is_not_ours_is_refused(emulator: TelegramEmulator, channel: TelegramChannel) -> None:
    chat = private(emulator.person().id)
    assert isinstance(await channel.send(chat, channel.render(chat, Reply("", media="photo:lạ"), "")), Refused)
