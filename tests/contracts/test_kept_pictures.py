"""What residents send over Zalo is kept when it arrives: its links end, and who helps may look much later."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from bot.desk.attachments import Pictures
from bot.model import Chat, Escalation, Said, Session, Turn
from bot.store.keys import PICTURES_KEPT
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import StoppedClock, signed_in
from tests.contracts.stores import asked, keep, moved, save
from tests.contracts.zalo_oa_site import app, ask_for_help, begin, read_to, volunteer
from tests.emulators.zalo_oa import ZaloOaEmulator
from tests.patience import until

LONG = Chat("zalo-bot", "101", "101")
PHOTO = "photo:https://f.zdn.vn/1.jpg"
JPEG = b"\xff\xd8\xff a picture"


class Links:
    """A channel whose links lead to `content`, after the first `bad` times; `asked`: how often one was followed."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self.content = dict(content)
        self.asked = self.bad = 0

    async def fetch(self, media: str) -> bytes | None:
        self.asked += 1
        return self.content.get(media) if self.asked > self.bad else None


@pytest.fixture
def links() -> Links:
    return Links({PHOTO: JPEG})


@pytest.fixture
def shared() -> Shared:
    return Shared()


@pytest.fixture
def store(shared: Shared) -> MemoryStore:
    return MemoryStore("one", shared)


@pytest.fixture
async def pictures(store: MemoryStore, links: Links) -> AsyncIterator[Pictures]:
    made = Pictures(store, {"zalo-bot": links}, {"telegram": links}, StoppedClock())
    yield made
    await made.stop()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.attachments.PAUSES_SECONDS", (0.0, 0.01, 0.01))


def said(*media: str) -> tuple[Said, ...]:
    return tuple(Said(100, "resident", "", media=each) for each in media)


async def sent(store: MemoryStore, *media: str, chat: Chat = LONG) -> Escalation:
    """An open request in whose thread these were sent."""
    request = asked(chat)
    await keep(store, request, *said(*media))
    return request


async def followed(links: Links, times: int) -> None:
    await until(lambda: links.asked >= times)
    await asyncio.sleep(0)


async def test_what_was_sent_is_shown_after_its_link_ended() -> None:
    async with ZaloOaEmulator() as zalo, app(zalo) as site:
        resident, hoa = zalo.person(), await volunteer(site, zalo, "Hoa")
        await begin(resident)
        request = await ask_for_help(site, resident)
        await hoa.says(f"nhận {request.code}")
        await read_to(hoa, "7. Xong việc")
        zalo.links = "hang"
        await resident.sends_voice()  # as long as the webhook takes to say that it has it
        await read_to(hoa, f"{request.code} · bác: (tin thoại)")
        ((number, spoken),) = [each for each in await site.parts.store.thread(request.code) if each[1].media]
        zalo.links = "good"
        assert await site.parts.pictures.fetch(request, spoken.media)
        zalo.links = "ended"
        async with signed_in(site, "hoa") as desk:
            shown = await desk.get(f"/desk/requests/{request.code}/pictures/{number}")
            assert shown.content.startswith(b"\xff\xd8\xff")
        await resident.says("xóa")
        await read_to(resident, "1. ")
        await resident.says("1")
        await read_to(resident, "cháu đã xóa hết rồi")
        assert await site.parts.pictures.fetch(request, spoken.media) is None


async def test_it_is_kept_without_anybody_looking(pictures: Pictures, store: MemoryStore, links: Links) -> None:
    request = await sent(store, PHOTO)
    pictures.keep_said(LONG, request.code, said("", PHOTO))
    await followed(links, 1)
    links.content.clear()
    assert await pictures.fetch(request, PHOTO) == JPEG
    await keep(store, moved(request, "closed"))
    assert await pictures.fetch(request, PHOTO) == JPEG
    await save(store, LONG, turn=Turn(Session(), request=moved(request, "closed"), forget=True))
    assert await pictures.fetch(request, PHOTO) is None


async def test_it_is_tried_again_and_given_up_in_the_end(pictures: Pictures, store: MemoryStore, links: Links) -> None:
    request = await sent(store, PHOTO)
    links.bad = 2
    pictures.keep_said(LONG, request.code, said(PHOTO))
    await followed(links, 3)
    links.content.clear()
    assert await pictures.fetch(request, PHOTO) == JPEG
    pictures.keep_said(LONG, request.code, said("photo:gone"))
    await followed(links, 6)
    await asyncio.sleep(0.05)
    assert links.asked == 6


async def test_one_of_those_that_start_keeps_what_another_left(
    store: MemoryStore, shared: Shared, links: Links, pictures: Pictures
) -> None:
    request = await sent(store, PHOTO)
    other = Pictures(MemoryStore("two", shared), {"zalo-bot": links}, {}, StoppedClock())
    await asyncio.gather(pictures.catch_up(), other.catch_up())
    await followed(links, 1)
    links.content.clear()
    assert await other.fetch(request, PHOTO) == JPEG
    await pictures.catch_up()
    await asyncio.sleep(0.05)
    assert links.asked == 1
    await other.stop()


async def test_what_lasts_stays_with_its_channel(store: MemoryStore, links: Links, pictures: Pictures) -> None:
    request = await sent(store, PHOTO, chat=Chat("telegram", "101", "101"))
    pictures.keep_said(request.chat, request.code, said(PHOTO))
    await pictures.catch_up()
    assert await pictures.fetch(request, PHOTO) == JPEG
    links.content.clear()
    assert await pictures.fetch(request, PHOTO) is None


async def test_beyond_what_a_request_may_keep_it_is_shown_while_its_link_is_good(
    store: MemoryStore, links: Links, pictures: Pictures
) -> None:
    request = await sent(store, PHOTO)
    for number in range(PICTURES_KEPT):
        assert await store.keep_picture(request.code, str(number), JPEG)
    assert await pictures.fetch(request, PHOTO) == JPEG
    links.content.clear()
    assert await pictures.fetch(request, PHOTO) is None


async def test_a_channel_that_was_switched_off_leaves_what_is_kept(store: MemoryStore, pictures: Pictures) -> None:
    request = await sent(store, PHOTO)
    assert await pictures.fetch(request, PHOTO) == JPEG
    without = Pictures(store, {}, {}, StoppedClock())
    assert await without.fetch(request, PHOTO) == JPEG
    assert [pictures.shows(each) for each in ("zalo-bot", "telegram", "web")] == [True, True, False]
