"""A rig for each test of this folder."""

import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.faults.nursery import Nursery
from tests.faults.rig import Rig, Telegram
from tests.setting import never_closed


@pytest.fixture(scope="session", autouse=True)
def hangups_are_heard() -> Iterator[None]:
    """A suite that is started by `nohup` hands its deafness down to the apps it starts."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a ward that is there at any hour."""
    return never_closed(tmp_path_factory.mktemp("ward") / "ward.yaml")


@pytest.fixture(scope="session")
def nursery(ward: Path) -> Iterator[Nursery]:
    nursery = Nursery(ward)
    yield nursery
    nursery.end()


@pytest_asyncio.fixture
async def rig(tmp_path: Path, ward: Path, nursery: Nursery) -> AsyncIterator[Rig]:
    telegram = Telegram()
    async with telegram, aiohttp.ClientSession() as session:
        rig = Rig(tmp_path, ward, nursery, telegram, session)
        try:
            yield rig
        finally:
            rig.end()
