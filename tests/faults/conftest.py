"""A rig for each test of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest_asyncio

from tests.faults.rig import Rig, Telegram


@pytest_asyncio.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    telegram = Telegram()
    async with telegram, aiohttp.ClientSession() as session:
        rig = Rig(tmp_path, telegram, session)
        try:
            yield rig
        finally:
            rig.end()
