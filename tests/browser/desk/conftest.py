"""The desk with three volunteers, open on the phone of one of them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page

from tests.browser.conftest import chromium
from tests.browser.desk.hands import enter
from tests.contracts.desk_site import OTHER_TEAM, TEAM, StoppedClock, join, running_desk
from tests.contracts.web_site import Site


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest_asyncio.fixture(loop_scope="session")
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    chromium()
    async with running_desk(clock) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        await join(it, "lan", "Lan", TEAM, password="")
        await join(it, "minh", "Minh", TEAM, OTHER_TEAM, role="lead", password="")
        yield it


@pytest_asyncio.fixture(loop_scope="session")
async def desk(context: BrowserContext, site: Site) -> Page:
    """The desk of Hoa, on a phone."""
    page = await context.new_page()
    await enter(page, site, "hoa")
    return page
