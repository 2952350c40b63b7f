"""A real Chromium against the whole app. It starts once; so all tests here share its event loop."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright, expect

from tests.browser.faults import PageFaults
from tests.contracts.spoken import KHAI_SINH, as_wav
from tests.contracts.web_site import Site, running
from tests.patience import PATIENCE

PHONE = ViewportSize(width=360, height=640)
DESKTOP = ViewportSize(width=1280, height=800)
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]

_watching: list[PageFaults] = []
"""What the test that runs now looks at."""

expect.set_options(timeout=PATIENCE * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def chromium() -> str:
    """The path of the browser; without one the test is skipped, or fails where REQUIRE_BROWSER says so.

    Its headless shell comes first: the same pages, the same scripts, half the work.
    """
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path:
        return path
    reason = "no Chromium: install it, or set CHROMIUM to its path"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    chromium()
    async with running() as it:
        yield it


@pytest.fixture(autouse=True)
def page_faults(request: pytest.FixtureRequest) -> Iterator[PageFaults]:
    """What goes wrong in any page fails the test, unless it expects it, here or in its mark of the same name."""
    _watching.append(faults := PageFaults())
    for mark in request.node.iter_markers("page_faults"):
        for pattern in mark.args:
            faults.expect(pattern)
    yield faults
    _watching.remove(faults)
    faults.check()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Its microphone hears somebody ask for a birth certificate, over and over."""
    path, spoken = chromium(), tmp_path_factory.mktemp("spoken") / "spoken.wav"
    spoken.write_bytes(as_wav(KHAI_SINH))
    microphone = f"--use-file-for-fake-audio-capture={spoken}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*_FLAGS, microphone])
        browser.on("context", _prepare)
        yield browser
        await browser.close()


def _prepare(context: BrowserContext) -> None:
    context.set_default_timeout(PATIENCE * 1000)
    for faults in _watching:
        faults.watch(context)


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, site: Site) -> AsyncIterator[BrowserContext]:
    """A phone."""
    async with await browser.new_context(viewport=PHONE, base_url=site.address, locale="vi-VN") as context:
        yield context


@pytest_asyncio.fixture(loop_scope="session")
async def phone(context: BrowserContext) -> Page:
    """The chat, opened for the first time, with its welcome."""
    page = await context.new_page()
    await page.goto("/")
    await page.locator("#choices button").first.wait_for()
    return page
