"""What is covered is nowhere: not in the store's files, not in the log, not on a page of the desk, not in its events.

Secrets come from the web chat and from Telegram, before and in a talk, in captions and in what was edited; a volunteer
writes some, too.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api.app import create_app
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore
from tests.contracts.desk_site import StoppedClock, do, join, on_telegram, send, signed_in
from tests.contracts.test_erasing import HELLO, begin, chat, raw
from tests.contracts.web_site import Site, serving
from tests.emulators.telegram import TelegramEmulator
from tests.patience import until
from tests.setting import content, parts_of

SECRETS = {
    "mã otp là 739164": "739164",
    "OTP 7.3.9.1.6.5": "7.3.9.1.6.5",
    "mã là bảy ba chín một sáu sáu": "bảy ba chín một sáu sáu",
    "①②④③⑦⑧": "①②④③⑦⑧",
    "７３９１６７": "７３９１６７",
    "căn cước 001059073916": "001059073916",
    "thẻ 9704 3660 7391 6415": "9704 3660 7391 6415",
    "cvv 739 hết hạn 11/29": "739 hết",
    "stk 19034567739164": "19034567739164",
    "mật khẩu là Hoahong@7391": "Hoahong@7391",
    "CMND 073916415": "073916415",
    "pin smart otp 7391": "otp 7391",
    "hoa mai nở rồi 739168": "739168",
}
"""What is written, and what of it must be nowhere."""
PIECES = ("mã xác nhận là 7", "3916", "84")
SECOND_PIECES = ('"3916"', '"84"')
ORDINARY = "bác ở bước 3, lỗi 1009, phí 150.000 đồng"
BETWEEN_SECONDS = 4
CHAT = {"id": 7000001, "type": "private", "first_name": "Tư"}


@pytest_asyncio.fixture
async def site(tmp_path: Path, clock: StoppedClock, telegram: TelegramEmulator) -> AsyncIterator[Site]:
    """The app over an embedded store in `tmp_path`, with Telegram."""
    with EmbeddedServer(tmp_path) as server:
        store = RedisStore(server.url, "one", clock=clock)
        await store._reach.call("CONFIG", "SET", "rdbcompression", "no")  # or a word in the files may not look like it
        parts = parts_of(on_telegram(telegram), store, content(), clock)
        async with serving(create_app(parts)) as (address, running):
            yield Site(address, parts, running)


class TelegramResident:
    """What Telegram posts for somebody."""

    def __init__(self, site: Site, clock: StoppedClock) -> None:
        self._site = site
        self._clock = clock
        self._numbers = count(1)

    async def sends(self, kind: str = "message", **message: Any) -> None:
        """Nobody writes faster than every few seconds: more would not be answered."""
        self._clock.move(BETWEEN_SECONDS)
        number = next(self._numbers)
        person = {"id": CHAT["id"], "is_bot": False, "first_name": "Tư"}
        whole = {"message_id": number, "date": self._clock.now_ms() // 1000, "chat": CHAT, "from": person, **message}
        async with self._site.client(**{"x-telegram-bot-api-secret-token": "s"}) as telegram:
            answer = await telegram.post("/webhooks/telegram", json={"update_id": number, kind: whole})
            assert answer.status_code == 200, answer.text

    async def says(self, *texts: str) -> None:
        for text in texts:
            await self.sends(text=text)

    async def writes_all(self) -> None:
        """Every secret as a text, below a photo, and in what was edited."""
        photo = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}]
        for text in SECRETS:
            await self.sends(text=text)
            await self.sends(photo=photo, caption=text)
            await self.sends("edited_message", text=text)
        await self.says(*PIECES, ORDINARY)


async def pages(site: Site, codes: list[str]) -> str:
    """All that an admin reads at the desk about these requests, and what an open page is told."""
    paths = ["/desk", "/desk/record", "/desk/unheard", *(f"/desk/requests/{code}" for code in codes)]
    read = []
    async with signed_in(site) as admin:
        for path in paths:
            page = await admin.get(path)
            assert page.status_code == 200
            read.append(page.text)
        for code in codes:
            async with admin.stream("GET", "/desk/events", params={"code": code, "seen": "0"}) as events:
                async for line in events.aiter_lines():
                    read.append(line)
                    if line.startswith("data:"):
                        break
    return "\n".join(read)


def found(where: str) -> Iterator[str]:
    return (secret for secret in (*SECRETS.values(), *SECOND_PIECES) if secret in where)


async def test_no_secret_is_anywhere(
    site: Site, tmp_path: Path, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await join(site, "hoa", "Hoa", "to-mau-b", "to-mau-a")
    telegram, numbers = TelegramResident(site, clock), count(200)
    await telegram.says(*HELLO)
    await telegram.writes_all()
    await telegram.says("0", "gặp người", "4")
    token = await begin(site, *SECRETS, *PIECES, ORDINARY, "0", "gặp người", "4")
    codes = [request.code for request in await site.parts.store.open_requests()]
    assert len(codes) == 2
    for code in codes:
        assert (await do(site, "take", code, "hoa")).name == "done"
    await telegram.writes_all()
    for text in (*SECRETS, *PIECES, ORDINARY):
        clock.move(BETWEEN_SECONDS)
        await chat(site, token, next(numbers), text)
    async with signed_in(site, "hoa") as hoa:
        for text in SECRETS:
            assert (await send(hoa, f"/desk/requests/{codes[0]}/reply", text=text)).status_code == 422
            assert (await send(hoa, f"/desk/requests/{codes[0]}/note", text=text)).status_code == 303
    await site.parts.not_understood.save()
    read = await pages(site, codes)
    assert await until_written(tmp_path, ORDINARY)
    assert list(found(raw(tmp_path).decode("utf-8", "replace"))) == []
    assert list(found(caplog.text)) == []
    assert list(found(read)) == []
    assert ORDINARY in read


async def until_written(folder: Path, text: str) -> bool:
    """Whether what is no secret is in the files: then all that was saved before is."""
    await until(lambda: text.encode() in raw(folder))
    return True
