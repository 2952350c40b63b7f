"""The whole app on the Zalo Bot Platform: it registers or polls, talks in digits, counts, and says what is wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.app import create_app
from bot.channel_registry import zalo_bot_count
from bot.channels.zalo_bot.client import ZaloBotApi
from bot.cli import toso
from bot.cli.doctor_channels import zalo_bot
from bot.errors import TosoError
from bot.loading import load_content
from bot.model import replace
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.web_site import DATA, Site, serving
from tests.emulators.zalo_bot import TOKEN, ZaloBotEmulator
from tests.emulators.zalo_bot_people import Person
from tests.patience import PATIENCE, until
from tests.ports import free_port
from tests.setting import content, parts_of

SECRET = "a-secret-of-tests"
GUIDE = "vneid-may-moi"

Toso = Callable[..., str]


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotEmulator]:
    async with ZaloBotEmulator() as running:
        yield running


@asynccontextmanager
async def app(
    zalo: ZaloBotEmulator,
    shared: Shared | None = None,
    *,
    public: bool = True,
    secret: str = SECRET,
    port: int = 0,
    ward: Path | None = None,
    quota: int = 3000,
) -> AsyncIterator[Site]:
    """The app on this platform; `public`: where Zalo can reach it, else it polls."""
    port = port or free_port()
    settings = Settings(
        public_url=f"http://127.0.0.1:{port}" if public else "",
        zalo_bot_token=TOKEN,
        zalo_bot_secret=secret,
        zalo_bot_api=zalo.url,
        zalo_bot_chat_rate=0,
        zalo_bot_quota=quota,
        ward=ward,
        data_dir=DATA,
    )
    parts = parts_of(settings, MemoryStore(f"app-{port}", shared), load_content(settings) if ward else content())
    async with serving(create_app(parts), port) as (address, server):
        yield Site(address, parts, server)


def calls(zalo: ZaloBotEmulator, method: str) -> int:
    return sum(call.method == method for call in zalo.calls)


async def read_to(person: Person, words: str) -> None:
    """Wait until the newest message holds these words."""
    await until(lambda: bool(person.sees) and words in person.sees[-1].text, lambda: person.sees[-1:])


async def take_a_guide(person: Person) -> None:
    """From the first word to the second step of a guide, in digits alone."""
    for text, answer in (
        ("chào", "1. Đồng ý"),
        ("1", "1. Bác"),
        ("1", "5. Gặp người giúp"),
        (f"/start {GUIDE}", "Bước 1"),
        ("1", "Bước 2/"),
    ):
        await person.says(text)
        await read_to(person, answer)


async def registered(zalo: ZaloBotEmulator, site: Site) -> None:
    await until(lambda: zalo.delivery.url == f"{site.address}/webhooks/zalo-bot")


async def test_a_conversation_over_the_webhook_in_digits(zalo: ZaloBotEmulator) -> None:
    zalo.delivery.copies = 2
    async with app(zalo) as site:
        await registered(zalo, site)
        person = zalo.person()
        await take_a_guide(person)
        count = len(person.sees)
        async with site.client() as client:
            metrics = (await client.get("/metrics")).text
    assert f'toso_allowance_used{{channel="zalo-bot",what="messages this month"}} {float(count)}' in metrics
    assert [attempt.status for attempt in zalo.delivery.attempts] == [200] * 2 * 5
    assert not [text for text, after in zip(person.sees, person.sees[1:], strict=False) if text.text == after.text]


@pytest.mark.parametrize("replay", [False, True], ids=["once", "replay"])
async def test_a_conversation_by_polling(zalo: ZaloBotEmulator, monkeypatch: pytest.MonkeyPatch, replay: bool) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.polling._FLOOR_SECONDS", 0.05)
    zalo.delivery.replay = replay
    person = zalo.person()
    async with app(zalo, public=False):
        await take_a_guide(person)
        await asyncio.sleep(0.3)
    read = [seen.text for seen in person.sees]
    assert len(read) == len(set(read)), "nothing is said twice"


async def test_what_it_cannot_read_is_answered_kindly_and_what_nobody_sent_is_not(zalo: ZaloBotEmulator) -> None:
    async with app(zalo) as site:
        await registered(zalo, site)
        person = zalo.person()
        await take_a_guide(person)
        for act, words in (
            (person.sends_photo, "không xem ảnh của bác"),
            (person.sends_document, "chưa mở được tệp hay đường dẫn"),
        ):
            await act()
            await read_to(person, words)
        before = len(person.sees)
        await person.sends_unsupported(bare=True)
        async with site.client() as client:
            assert (await client.post("/webhooks/zalo-bot")).status_code == 200
            assert (await client.post("/webhooks/zalo-bot", json={})).status_code == 200
            assert (await client.post("/webhooks/zalo-bot", json={"event_name": "x"})).status_code == 401
        assert len(person.sees) == before


async def test_a_registration_is_made_once_and_anew_when_the_secret_changes(
    zalo: ZaloBotEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shared, port, person = Shared(), free_port(), zalo.person()
    made: list[int] = []
    for secret in (SECRET, SECRET, "another-secret"):
        async with app(zalo, shared, secret=secret, port=port):
            await until(lambda: caplog.text.count("updates are sent to") > len(made))
            await person.says("chào")
            made.append(calls(zalo, "setWebhook"))
    assert made == [1, 1, 2]
    assert [attempt.status for attempt in zalo.delivery.attempts] == [200] * 3


async def test_a_slow_platform_never_delays_the_answer_to_its_webhook(
    zalo: ZaloBotEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both updates are taken while no send comes to an end; a send would be waited for longer than Zalo waits."""
    monkeypatch.setattr(ZaloBotApi.call, "__defaults__", (b"{}", 10 * PATIENCE))
    async with app(zalo) as site:
        await registered(zalo, site)
        zalo.answering.clear()
        person = zalo.person()
        for text in ("chào", "1"):
            await person.says(text)
        assert [attempt.status for attempt in zalo.delivery.attempts] == [200] * 2
        assert not person.sees
        zalo.answering.set()
        await read_to(person, "1. Bác")


async def test_a_registration_that_is_refused_is_tried_again(
    zalo: ZaloBotEmulator, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channel_registry.REGISTER_AGAIN_SECONDS", 0.02)
    zalo.fail_next(426, method="setWebhook", times=2)
    async with app(zalo) as site:
        await registered(zalo, site)
    assert caplog.text.count("today's calls of this kind are used up") == 2


async def test_a_webhook_that_zalo_cannot_reach_is_named_and_not_hammered(
    zalo: ZaloBotEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(
        public_url="http://127.0.0.1:9", zalo_bot_token=TOKEN, zalo_bot_secret=SECRET, zalo_bot_api=zalo.url
    )
    parts = parts_of(settings, MemoryStore("app"), content())
    with caplog.at_level(logging.INFO):
        async with serving(create_app(parts)):
            await until(lambda: "could not (webhook.err.conn): nothing listens there" in caplog.text)
            await asyncio.sleep(0.3)
    assert calls(zalo, "setWebhook") == 1


@pytest.fixture
def command(zalo: ZaloBotEmulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Toso:
    """The command line on this platform."""
    monkeypatch.setenv("ZALO_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("ZALO_BOT_SECRET", SECRET)
    monkeypatch.setenv("ZALO_BOT_API", zalo.url)
    monkeypatch.setenv("TOSO_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> str:
        ended = CliRunner().invoke(toso, arguments)
        return f"{ended.output}{ended.exception if isinstance(ended.exception, TosoError) else ''}"

    return run


async def test_the_webhook_from_the_command_line(
    zalo: ZaloBotEmulator, command: Toso, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await asyncio.to_thread(command, "webhook", "info", "zalo-bot") == "zalo-bot: no webhook is set\n"
    assert "TOSO_PUBLIC_URL is missing" in await asyncio.to_thread(command, "webhook", "set", "zalo-bot")
    monkeypatch.setenv("TOSO_PUBLIC_URL", "http://127.0.0.1:9")
    told = await asyncio.to_thread(command, "webhook", "set", "zalo-bot")
    assert "zalo-bot: updates are sent to http://127.0.0.1:9.\n" in told
    assert "Zalo tried to call us and could not (webhook.err.conn): nothing listens there" in told
    told = await asyncio.to_thread(command, "webhook", "info", "zalo-bot")
    assert told == "zalo-bot: http://127.0.0.1:9/webhooks/zalo-bot\n"
    assert "no updates are sent" in await asyncio.to_thread(command, "webhook", "delete", "zalo-bot")
    assert zalo.delivery.url == ""


async def test_the_doctor_says_what_is_wrong_and_what_to_do(
    zalo: ZaloBotEmulator, command: Toso, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def line() -> str:
        said = await asyncio.to_thread(command, "doctor")
        return next(line for line in said.splitlines() if " zalo-bot: " in line)

    called = "zalo-bot: Bot Tổ Số (bot.emulator)"
    assert await line() == f"ok     {called}, polled, 0 of 3000 messages this month"
    monkeypatch.setenv("ZALO_BOT_GROUPS", "yes")
    assert f"BROKEN {called} may not join groups: take ZALO_BOT_GROUPS away" in await line()
    monkeypatch.delenv("ZALO_BOT_GROUPS")
    async with app(zalo) as site:
        await registered(zalo, site)
        assert f"BROKEN {called} sends updates to {site.address}/webhooks/zalo-bot: restart the app" in await line()
        monkeypatch.setenv("TOSO_PUBLIC_URL", site.address)
        assert await line() == f"ok     {called}, webhook set and tried, 0 of 3000 messages this month"
        zalo.fail_next(426, method="testWebhook")
        assert "webhook set and not tried (Zalo allows no more tests today)" in await line()
    assert "BROKEN zalo-bot: Zalo tried to call us and could not (webhook.err.conn)" in await line()
    monkeypatch.setenv("ZALO_BOT_TOKEN", "1:other")
    assert "BROKEN zalo-bot: Zalo Bot: it does not know this ZALO_BOT_TOKEN" in await line()


async def test_a_month_that_is_used_up_is_named(zalo: ZaloBotEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.background.SAVE_SECONDS", 0.05)
    zalo.world.quota = 2
    async with app(zalo, quota=2) as site:
        await registered(zalo, site)
        person = zalo.person()
        for text in ("chào", "1", "1"):
            await person.says(text)

        async def saved() -> bool:
            return "refused" in await zalo_bot_count(site.parts.store, site.parts.clock).this_month()

        await until(saved)
        with pytest.raises(TosoError, match=r"nothing left to send: 2 of 2 messages this month, 1 were refused"):
            await zalo_bot(site.parts.settings, site.parts.store)
        settings = replace(site.parts.settings, zalo_bot_quota=3000)
        with pytest.raises(TosoError, match=r"1 messages as too many, and only 2 of 3000 .* set ZALO_BOT_RATE lower"):
            await zalo_bot(settings, site.parts.store)
