"""Somebody says something on Telegram, to a Zalo Bot and to an Official Account: it is fetched, heard and said back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from api.app import create_app
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.contracts.spoken import HEARD, KHAI_SINH
from tests.contracts.test_zalo_bot_app import app as zalo_bot_app
from tests.contracts.test_zalo_bot_app import read_to as read_on_bot
from tests.contracts.test_zalo_bot_app import registered, take_a_guide
from tests.contracts.web_site import DATA, Site, serving
from tests.contracts.zalo_oa_site import app as zalo_oa_app
from tests.contracts.zalo_oa_site import ask_for_help, begin, read_to, volunteer
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.emulators.zalo_oa import ZaloOaEmulator
from tests.setting import content, parts_of

pytestmark = [pytest.mark.hearing, pytest.mark.slow]

ASKED = f"{HEARD}», đúng không ạ?"


@asynccontextmanager
async def telegram_app(telegram: TelegramEmulator) -> AsyncIterator[Site]:
    settings = Settings(
        data_dir=DATA, telegram_token=TOKEN, telegram_secret="s", telegram_api=telegram.url, telegram_chat_rate=0
    )
    parts = parts_of(settings, MemoryStore("hearing"), content())
    async with serving(create_app(parts)) as (address, server):
        yield Site(address, parts, server)


async def test_on_telegram() -> None:
    async with TelegramEmulator() as telegram, telegram_app(telegram):
        person = telegram.person(name="Tư")
        for text in ("/start", "1", "1"):
            await person.says(text)
            await person.next_message()
        await person.sends_voice(recording=KHAI_SINH)
        asked = await person.next_message()
        assert ASKED in asked.text
        assert "Không phải, nói lại" in str(asked.rows)


async def test_to_a_zalo_bot() -> None:
    async with ZaloBotEmulator() as zalo, zalo_bot_app(zalo) as site:
        zalo.recording = KHAI_SINH
        await registered(zalo, site)
        person = zalo.person()
        await take_a_guide(person)
        await person.sends_voice()
        await read_on_bot(person, ASKED)
        assert "1. Đúng rồi" in person.sees[-1].text


async def test_to_an_official_account_and_to_a_volunteer_there() -> None:
    async with ZaloOaEmulator() as zalo, zalo_oa_app(zalo) as site:
        zalo.recording = KHAI_SINH
        resident, hoa = zalo.person(), await volunteer(site, zalo, "Hoa")
        await begin(resident)
        await resident.sends_voice()
        await read_to(resident, ASKED)
        await resident.says("2")
        await read_to(resident, "nói lại giúp")
        request = await ask_for_help(site, resident)
        await hoa.says(f"nhận {request.code}")
        await read_to(hoa, "7. Xong việc")
        await resident.sends_voice()
        await read_to(hoa, "(máy nghe, có thể sai)")
        assert HEARD in hoa.sees[-1].text
        said = [entry for _, entry in await site.parts.store.thread(request.code) if entry.heard]
        assert [entry.media.startswith("voice:") for entry in said] == [True]
