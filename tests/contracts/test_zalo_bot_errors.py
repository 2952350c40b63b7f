"""What each failure of the Zalo Bot Platform means for a message, and that none of them tells the token."""

import logging
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from bot.channels.images import MEDIA_TRIES
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.errors import PlatformError
from bot.model import Reply
from bot.ports.store import ChannelDown, Later, Outcome, Refused, Sent, Unconfirmed
from bot.store.memory import MemoryStore
from tests.contracts.desk_site import StoppedClock
from tests.contracts.test_zalo_bot_channel import SECRET, channel_to, private
from tests.emulators.faults import Fault
from tests.emulators.zalo_bot import TOKEN, ZaloBotEmulator

Break = Callable[[ZaloBotEmulator], None]
BOT = "it does not know this ZALO_BOT_TOKEN, or the bot is switched off"
TOO_MANY = "Quota exceeded: too many at a time, set ZALO_BOT_RATE lower"
LAN = "6ede9afa66b88fe6d6a9"


@pytest.fixture
async def emulator() -> AsyncIterator[ZaloBotEmulator]:
    async with ZaloBotEmulator() as running:
        running.person(LAN)
        yield running


@pytest.fixture
async def channel(emulator: ZaloBotEmulator) -> AsyncIterator[ZaloBotChannel]:
    made = channel_to(emulator.url)
    yield made
    await made.close()


async def send(channel: ZaloBotChannel, media: str = "", to: str = LAN) -> Outcome:
    chat = private(to)
    return await channel.send(chat, channel.render(chat, Reply("Chào bác", media=media), ""))


def _is_gone(emulator: ZaloBotEmulator) -> None:
    del emulator.world.chats[LAN]


FAULTS: list[tuple[Break, Outcome]] = [
    (lambda it: it.fail_next(500), Later(1, "Bad Request")),
    (lambda it: it.fail_next("html"), Later(1, "HTTP 502 without a readable answer")),
    (lambda it: it.fail_next("broken"), Unconfirmed("HTTP 200 without a readable answer")),
    (lambda it: it.fail_next("drop"), Unconfirmed("ServerDisconnectedError")),
    (lambda it: it.fail_next(403), Unconfirmed("Internal server error", answered=True)),
    (lambda it: it.fail_next(408), Unconfirmed("Request timeout")),
    (lambda it: it.fail_next(401), ChannelDown(f"Unauthorized (401): {BOT}")),
    (lambda it: it.fail_next(403, times=2), ChannelDown(f"Internal server error (403): {BOT}")),
    (lambda it: it.fail_next(404, times=2), ChannelDown(f"Not Found (404): {BOT}")),
    (lambda it: it.fail_next(404), Refused("Not Found (404)")),
    (_is_gone, Refused("Bad Request: chat not found (400)")),
    (lambda it: it.fail_next(429), Later(1, TOO_MANY)),
    (lambda it: it.fail_next(400, words=f"see /bot{TOKEN}/"), Refused("see /bot<token>/ (400)")),
]


@pytest.mark.parametrize("errors_as_200", [False, True])
@pytest.mark.parametrize(("fault", "expected"), FAULTS)
async def test_each_answer_of_the_platform_has_its_outcome(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, fault: Break, expected: Outcome, errors_as_200: bool
) -> None:
    emulator.errors_as_200 = errors_as_200
    fault(emulator)
    assert await send(channel) == expected
    assert [call.method for call in emulator.calls if call.method != "getMe"] in ([], ["sendMessage"])


async def test_no_answer_is_in_doubt_and_no_server_means_later(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.client.ZaloBotApi.call.__defaults__", (b"{}", 0.05))
    emulator.fail_next("timeout")
    assert await send(channel) == Unconfirmed("TimeoutError")
    nowhere = channel_to("http://127.0.0.1:9")
    assert [await send(nowhere) for _ in range(8)] == [Later(1, "ClientConnectorError")] * 8
    await nowhere.close()


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("drop", Unconfirmed("ServerDisconnectedError", once=True)),
        (500, Later(1, "Bad Request", tries=MEDIA_TRIES)),
        (429, Later(1, TOO_MANY)),
        (400, Sent()),
    ],
)
async def test_a_picture_is_tried_for_a_while_and_spoken_of_where_zalo_refuses_it(
    emulator: ZaloBotEmulator, fault: Fault, outcome: Outcome
) -> None:
    channel = ZaloBotChannel(
        TOKEN,
        SECRET,
        clock=StoppedClock(),
        api=emulator.url,
        chat_rate=0,
        site="https://toso.example",
        picture_hosts=("127.0.0.1",),
        store=MemoryStore("copies"),
    )
    chat = private(LAN)
    reply = Reply("Bác xem", media=f"photo:{emulator.media('x.jpg')}", instead="(có ảnh)")
    emulator.fail_next(fault, method="sendPhoto")
    assert await channel.send(chat, channel.render(chat, reply, "")) == outcome
    spoken_of = [seen.text for seen in emulator.person(LAN).sees if not seen.photo]
    assert spoken_of == ["Bác xem\n(có ảnh)"] * (outcome == Sent())
    assert [call.params["photo"].rpartition("/")[0] for call in emulator.calls if call.method == "sendPhoto"] in (
        [],
        ["https://toso.example/copies"],
    )
    await channel.close()


async def test_what_the_month_allows_is_counted_and_not_begged_for(emulator: ZaloBotEmulator) -> None:
    counted: Counter[str] = Counter()

    async def used_up() -> bool:
        return counted["sent"] >= 2

    channel = ZaloBotChannel(
        TOKEN,
        SECRET,
        clock=StoppedClock(),
        api=emulator.url,
        chat_rate=0,
        count=lambda name: counted.update([name]),
        used_up=used_up,
    )
    emulator.world.quota = 2
    assert [type(await send(channel)) for _ in range(4)] == [Sent, Sent, Refused, Refused]
    emulator.fail_next(500)
    assert isinstance(await send(channel), Later)
    assert counted == {"sent": 2, "refused": 2}
    await channel.close()


async def test_the_token_is_in_no_error_log_or_repr(
    emulator: ZaloBotEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    texts = []
    for api in (emulator.url, "http://127.0.0.1:9", "no-such-scheme://x"):
        channel = channel_to(api)
        emulator.fail_next(401, words=f"Unauthorized /bot{TOKEN}")
        emulator.fail_next(500, words=f"Oh /bot{TOKEN}")
        emulator.fail_next(400, words=f"Bad Request: /bot{TOKEN}")
        emulator.fail_next(426, words=f"Tomorrow: /bot{TOKEN}")
        emulator.fail_next("drop")
        for _ in range(5):
            with pytest.raises(PlatformError) as told:
                await channel.set_webhook("https://127.0.0.1:9")
            texts += ["".join(traceback.format_exception(told.value)), repr(told.value)]
        texts += [repr(channel), str(await send(channel))]
        await channel.close()
    everything = "\n".join([*texts, caplog.text])
    assert "Zalo Bot: it does not know this ZALO_BOT_TOKEN" in everything
    assert "try again tomorrow" in everything
    assert TOKEN.partition(":")[2] not in everything
    assert SECRET not in everything
