"""The app as `make run` starts it, in a process of its own on the install that is tested: nothing is missing there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, chromium
from tests.browser.desk.hands import write
from tests.browser.talk import introduce, settled, type_in
from tests.contracts.desk_site import GUIDE, PASSWORD
from tests.contracts.test_accounts import Served
from tests.setting import never_closed

pytestmark = [pytest.mark.browser, pytest.mark.installs, pytest.mark.slow]

PAGES = ("/g/" + GUIDE, "/b/khai-sinh", "/desk", "/desk/visits", "/desk/beside", "/desk/record", "/desk/me")
ADMIN_PAGES = ("/desk/teams", "/desk/people", "/desk/pictures", "/desk/voices", "/desk/unheard")


@pytest_asyncio.fixture(loop_scope="session")
async def served(tmp_path: Path, app_python: str) -> AsyncIterator[Served]:
    chromium()
    ward = never_closed(tmp_path / "ward.yaml")
    it = Served(tmp_path / "data", PASSWORD, python=app_python, ward=str(ward))
    try:
        yield await asyncio.to_thread(it.await_start)
    finally:
        await asyncio.to_thread(it.stop)


async def ask_for_a_person(resident: Page) -> None:
    await resident.goto("/")
    await settled(resident)
    await introduce(resident)
    await type_in(resident, f"/start {GUIDE}")
    await settled(resident)
    await type_in(resident, "gặp người")
    await settled(resident)
    await type_in(resident, "tổ 4")
    await settled(resident)


async def sign_in(desk: Page) -> None:
    await desk.goto("/desk/sign-in")
    await desk.fill("[name=username]", "admin")
    await desk.fill("[name=password]", PASSWORD)
    await desk.keyboard.press("Enter")
    await desk.locator("#queue").wait_for()


async def test_from_the_first_word_to_a_volunteers_answer_and_every_page(browser: Browser, served: Served) -> None:
    async with (
        await browser.new_context(viewport=PHONE, base_url=served.address, locale="vi-VN") as at_home,
        await browser.new_context(viewport=DESKTOP, base_url=served.address, locale="vi-VN") as at_desk,
    ):
        resident, desk = await at_home.new_page(), await at_desk.new_page()
        await ask_for_a_person(resident)
        await sign_in(desk)
        await desk.get_by_role("button", name="Nhận giúp").first.click()
        await desk.locator("#thread").wait_for()
        await write(desk, "Chào bác, cháu đây ạ.")
        await expect(resident.locator("#log .person").last).to_contain_text("Chào bác, cháu đây ạ.")
        before = await resident.locator("#log li").all_inner_texts()
        await resident.reload()
        await expect(resident.locator("#log li")).to_have_count(len(before))
        assert await resident.locator("#log li").all_inner_texts() == before
        for path in (*PAGES, *ADMIN_PAGES):
            answer = await desk.goto(path)
            assert answer
            assert answer.status == 200, path
