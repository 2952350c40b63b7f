"""What is covered is nowhere: not in the store's files, not in the log, not on a page of the desk, not in its events.

Secrets come from the web chat, from Telegram and from both of Zalo's platforms, before and in a talk, in captions and
names of files, and in what was edited; a volunteer writes some, too.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from typing_extensions import override

from api.app import create_app
from bot.model import replace
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore
from tests.contracts.desk_site import StoppedClock, do, join, on_telegram, send, signed_in
from tests.contracts.test_erasing import HELLO, begin, chat, raw
from tests.contracts.web_site import Site, serving
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaEmulator
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
ZALO_SECRET = "a-secret-of-tests"


@pytest.fixture
async def zalo_oa(clock: StoppedClock) -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator(app_rate=0, clock=lambda: clock.now_ms() / 1000) as it:
        yield it


@pytest.fixture
async def zalo_bot() -> AsyncIterator[ZaloBotEmulator]:
    async with ZaloBotEmulator() as it:
        yield it


@pytest_asyncio.fixture
async def site(
    tmp_path: Path,
    clock: StoppedClock,
    telegram: TelegramEmulator,
    zalo_oa: ZaloOaEmulator,
    zalo_bot: ZaloBotEmulator,
) -> AsyncIterator[Site]:
    """The app over an embedded store in `tmp_path`, with all platforms."""
    settings = replace(
        on_telegram(telegram),
        zalo_bot_token=zalo_bot.token,
        zalo_bot_secret=ZALO_SECRET,
        zalo_bot_api=zalo_bot.url,
        zalo_oa_app_id=APP_ID,
        zalo_oa_app_secret=APP_SECRET,
        zalo_oa_secret_key=OA_SECRET,
        zalo_oa_refresh_token=zalo_oa.oauth.issue()["refresh_token"],
        zalo_oa_api=zalo_oa.url,
        zalo_oauth_api=zalo_oa.url,
    )
    with EmbeddedServer(tmp_path) as server:
        store = RedisStore(server.url, "one", clock=clock)
        await store._reach.call("CONFIG", "SET", "rdbcompression", "no")  # or a word in the files may not look like it
        parts = parts_of(settings, store, content(), clock)
        async with serving(create_app(parts)) as (address, running):
            assert await zalo_oa.delivery.set_webhook(f"{address}/webhooks/zalo-oa")
            yield Site(address, parts, running)
            await zalo_oa.delivery.settled()


class Resident(ABC):
    """Somebody on a platform. Nobody writes faster than every few seconds: more would not be answered."""

    channel: str

    def __init__(self, site: Site, clock: StoppedClock) -> None:
        self._site = site
        self._clock = clock
        self._numbers = count(1)

    async def says(self, *texts: str) -> None:
        for text in texts:
            self._clock.move(BETWEEN_SECONDS)
            await self._write(text)

    async def writes_all(self) -> None:
        """Every secret in each way in which words can be sent."""
        for text in SECRETS:
            self._clock.move(BETWEEN_SECONDS)
            await self._write(text)
            await self._write_elsewhere(text)
        await self.says(*PIECES, ORDINARY)

    @abstractmethod
    async def _write(self, text: str) -> None: ...

    @abstractmethod
    async def _write_elsewhere(self, text: str) -> None:
        """Below a picture, and wherever else the platform lets people write."""

    async def _post(self, path: str, body: Any, **headers: str) -> None:
        async with self._site.client(**headers) as platform:
            answer = await platform.post(path, json=body)
            assert answer.status_code == 200, answer.text


class TelegramResident(Resident):
    """What Telegram posts for somebody."""

    channel = "telegram"

    @override
    async def _write(self, text: str) -> None:
        await self._sends(text=text)

    @override
    async def _write_elsewhere(self, text: str) -> None:
        photo = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}]
        await self._sends(photo=photo, caption=text)
        await self._sends("edited_message", text=text)

    async def _sends(self, kind: str = "message", **message: Any) -> None:
        self._clock.move(BETWEEN_SECONDS)
        number = next(self._numbers)
        person = {"id": CHAT["id"], "is_bot": False, "first_name": "Tư"}
        whole = {"message_id": number, "date": self._clock.now_ms() // 1000, "chat": CHAT, "from": person, **message}
        body = {"update_id": number, kind: whole}
        await self._post("/webhooks/telegram", body, **{"x-telegram-bot-api-secret-token": "s"})


class ZaloBotResident(Resident):
    """What the Zalo Bot Platform posts for somebody; some of it in shapes that we do not know."""

    channel = "zalo-bot"

    @override
    async def _write(self, text: str) -> None:
        await self._sends("text", text=text)

    @override
    async def _write_elsewhere(self, text: str) -> None:
        await self._sends("image", photo_url="https://photo-stal-1.zdn.vn/x.jpg", caption=text)
        await self._sends("link", url=f"https://example.com/?q={text}", text=text)
        await self._sends("text", text=[text])
        await self._sends("future", text=text, title=text)
        await self._sends("unsupported", name=text)

    async def _sends(self, kind: str, **message: Any) -> None:
        self._clock.move(BETWEEN_SECONDS)
        number, now = f"m{next(self._numbers):019}", self._clock.now_ms()
        who = {"chat": {"id": "u7", "chat_type": "PRIVATE"}, "from": {"id": "u7", "display_name": "Tư"}}
        body = {
            "event_name": f"message.{kind}.received",
            "message": {"message_id": number, "date": now, **who, **message},
        }
        await self._post("/webhooks/zalo-bot", body, **{"x-bot-api-secret-token": ZALO_SECRET})


class ZaloOaResident(Resident):
    """Somebody who writes to the Official Account."""

    channel = "zalo-oa"

    def __init__(self, site: Site, clock: StoppedClock, zalo: ZaloOaEmulator) -> None:
        super().__init__(site, clock)
        self._zalo = zalo
        self._person = zalo.person()

    @override
    async def _write(self, text: str) -> None:
        await self._person.says(text)

    @override
    async def _write_elsewhere(self, text: str) -> None:
        for sends in (self._person.sends_photo, self._person.sends_link, self._person.sends_document):
            self._clock.move(BETWEEN_SECONDS)
            await sends(text)


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
    site: Site, tmp_path: Path, clock: StoppedClock, zalo_oa: ZaloOaEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await join(site, "hoa", "Hoa", "to-mau-b", "to-mau-a")
    residents = TelegramResident(site, clock), ZaloBotResident(site, clock), ZaloOaResident(site, clock, zalo_oa)
    numbers = count(200)
    for resident in residents:
        await resident.says(*HELLO)
        await resident.writes_all()
        await resident.says("0", "gặp người", "4")
    token = await begin(site, *SECRETS, *PIECES, ORDINARY, "0", "gặp người", "4")
    codes = {request.chat.channel: request.code for request in await site.parts.store.open_requests()}
    assert len(codes) == len(residents) + 1
    for resident in residents:
        assert (await do(site, "take", codes[resident.channel], "hoa")).name == "done"
        await resident.writes_all()
    assert (await do(site, "take", codes["web"], "hoa")).name == "done"
    for text in (*SECRETS, *PIECES, ORDINARY):
        clock.move(BETWEEN_SECONDS)
        await chat(site, token, next(numbers), text)
    async with signed_in(site, "hoa") as hoa:
        for text in SECRETS:
            assert (await send(hoa, f"/desk/requests/{codes['web']}/reply", text=text)).status_code == 422
            assert (await send(hoa, f"/desk/requests/{codes['web']}/note", text=text)).status_code == 303
    await site.parts.not_understood.save()
    read = await pages(site, [*codes.values()])
    assert await until_written(tmp_path, ORDINARY)
    assert list(found(raw(tmp_path).decode("utf-8", "replace"))) == []
    assert list(found(ours(caplog))) == []
    assert list(found(read)) == []
    for code in codes.values():
        assert ORDINARY in [said.text for _, said in await site.parts.store.thread(code)]


def ours(caplog: pytest.LogCaptureFixture) -> str:
    """What the app itself logs: platforms in this process log what they are asked, too."""
    return "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp"))


async def until_written(folder: Path, text: str) -> bool:
    """Whether what is no secret is in the files: then all that was saved before is."""
    await until(lambda: text.encode() in raw(folder))
    return True
