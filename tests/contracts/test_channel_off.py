"""Telegram was switched off, and chats there are still stored: others are called, nothing fails, nothing is lost."""

import logging
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from bot.channels.web import WebChannel
from bot.desk.appointments import Visits
from bot.desk.people import People
from bot.model import HOME, Appointment, Call, Chat, Incoming, Session, Timer, Turn, replace
from bot.ports.store import Channel, Store
from bot.service.outbox import RINGS_AT_ONCE, Sender
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.channels import telegram
from tests.contracts.desk_site import ASK, TEAM, TO_STUCK, StoppedClock, join, request_of, running_desk, say, signed_in
from tests.contracts.web_site import Site
from tests.setting import content

OFF, ON = Chat("telegram", "4412345678", "4412345678"), Chat("web", "a-chat-of-lan", "a-chat-of-lan")
GROUP = Chat("telegram", "-100777", "-100777")
WEB: Mapping[str, Channel] = {"web": WebChannel()}


@pytest_asyncio.fixture
async def site(clock: StoppedClock, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Site]:
    """Only the web chat is on; Hoa helps in Telegram, Lan in the web chat, and their team has a group in Telegram."""
    async with running_desk(clock) as it:
        people = it.parts.people
        for id_, name, chat in (("hoa", "Hoa", OFF), ("lan", "Lan", ON)):
            await join(it, id_, name, TEAM, password="")
            assert await people.link(await people.chat_code(id_), chat, group=False) == id_
        assert await people.link(await people.group_code(TEAM), GROUP, group=True) == TEAM
        yield it
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []


async def told(site: Site, chat: Chat) -> str:
    """All that was said in a chat of the web."""
    await site.parts.caller.stop()
    return b"".join(entry.parcel for entry in await site.parts.store.read_log(chat, 0)).decode()


async def test_a_call_goes_to_those_who_are_reached(site: Site, clock: StoppedClock) -> None:
    code = await say(site, (*TO_STUCK, *ASK))
    assert code in await told(site, ON), "the group is off: who is on duty is called in private"
    assert not (await site.parts.store.load(OFF)).version
    clock.move(60)
    assert await site.parts.store.calls_due(0) == [], "nobody is called in vain again and again"


async def test_what_somebody_holds_goes_back_with_the_last_chat_that_is_reached(site: Site) -> None:
    people = site.parts.people
    assert await people.link(await people.chat_code("lan"), replace(OFF, chat="5", person="5"), group=False) == "lan"
    code = await say(site, (*TO_STUCK, *ASK))
    await told(site, ON)
    await site.parts.handle(Incoming("take", ON, "text", f"nhận {code}"))
    assert (await request_of(site, code)).holder == "lan"
    await site.parts.handle(Incoming("gone", ON, "gone"))
    assert (await request_of(site, code)).state == "waiting"


async def test_pages_say_which_channel_is_off(site: Site) -> None:
    async with signed_in(site) as admin:
        assert "Kênh Telegram đang tắt." in (await admin.get("/desk/people/hoa")).text
        assert "đang tắt" not in (await admin.get("/desk/people/lan")).text
        team = (await admin.get(f"/desk/teams/{TEAM}")).text
        assert "nhưng kênh Telegram đang tắt. Yêu cầu mới được báo riêng" in team
        for page in (team, (await admin.get("/desk/people")).text):
            assert (page.count("Chỉ dùng bàn trực."), page.count("Nhận việc trong chat.")) in ((1, 1), (2, 1))
    async with signed_in(site, "hoa") as hoa:
        mine = (await hoa.get("/desk/me")).text
        assert "Kênh này đang tắt." in mine
        assert "Gỡ tài khoản này" in mine


async def test_news_of_an_appointment_wait_for_the_channel(site: Site, clock: StoppedClock) -> None:
    store, at = site.parts.store, clock.now_ms() // 1000 + 86_400
    wanted = Appointment(slot=f"{HOME}{TEAM}/2026-11-26/0900", at=at, team=TEAM, chat=OFF, you="bac", where="số 5")
    visits = site.parts.caller.visits
    booked = await visits.book(wanted, 1)
    assert booked
    assert (await visits.do(booked.code, "lan", "take")).name == "done"
    await visits.stop()
    assert [each.news for each in await visits.kept()] == [True]
    async with signed_in(site) as admin:
        assert "Kênh Telegram của bà con đang tắt." in (await admin.get("/desk/visits")).text
    people = People(store, content().ward, clock, channels={"web", "telegram"})
    await people.refresh()
    later, heard = Visits(store, people, clock), list[Incoming]()

    async def hear(incoming: Incoming) -> None:
        heard.append(incoming)

    later.handle = hear
    await later.look_after()
    assert [(each.chat, each.call and each.call.code) for each in heard] == [(OFF, booked.code)]
    assert [each.news for each in await later.kept()] == [False]


async def keep(store: Store, chat: Chat, timer: Timer, parcels: tuple[bytes, ...] = ()) -> None:
    turn = Turn(Session(), timers=(timer,))
    await store.commit(chat, await store.load(chat), turn, parcels, pulled=False)


async def test_what_is_due_of_others_is_not_held_up(clock: StoppedClock, caplog: pytest.LogCaptureFixture) -> None:
    """However many of a channel that is off stand before it; what waits there is still there when it is on again."""
    store, rung = MemoryStore("one", Shared(clock=clock)), list[Chat]()
    for number in range(2 * RINGS_AT_ONCE + 10):
        await keep(store, replace(OFF, chat=str(number), person=str(number)), Timer("hold", 1), (b"{}",))
    await keep(store, ON, Timer("hold", 2))

    async def ring(incoming: Incoming) -> None:
        rung.append(incoming.chat)

    sender = Sender(store, WEB, clock)
    sender.handle = ring
    for _ in range(4):
        await sender.resend()
        await sender.ring()
    assert set(rung) == {ON}
    assert [each.getMessage().split()[0] for each in caplog.records] == ["telegram"], "the log speaks once"
    assert len(await store.timers_due({"web", "telegram"}, 1000)) == 2 * RINGS_AT_ONCE + 11
    assert await store.backlog() == 2 * RINGS_AT_ONCE + 10


async def test_a_channel_that_is_on_again_rings_and_sends(clock: StoppedClock) -> None:
    store, rung = MemoryStore("one", Shared(clock=clock)), list[Chat]()
    await keep(store, OFF, Timer("hold", 1))
    sender = Sender(store, {**WEB, "telegram": telegram()}, clock)

    async def ring(incoming: Incoming) -> None:
        rung.append(incoming.chat)

    sender.handle = ring
    await sender.ring()
    assert rung == [OFF]


async def test_calls_about_residents_of_a_channel_that_is_off_hold_nobody_up(site: Site, clock: StoppedClock) -> None:
    """However many stand before them: each is delivered, or to nobody, and is done with."""
    store, caller = site.parts.store, site.parts.caller
    heard = list[str]()

    async def hear(incoming: Incoming) -> None:
        heard.append(incoming.call.code if incoming.call else "")

    for number in range(250):
        chat = replace(OFF, chat=f"9{number}", person=f"9{number}")
        call = Call(str(number), f"A{number:04}", "volunteer:hoa", "offer")
        await store.commit(chat, await store.load(chat), Turn(Session(), calls=(call,)), [], pulled=False)
    wanted = Call("lan", "B0001", "volunteer:lan", "offer")
    await store.commit(ON, await store.load(ON), Turn(Session(), calls=(wanted,)), [], pulled=True)
    clock.move(60)
    caller.handle = hear
    for _ in range(3):
        await caller.redeliver()
    assert "B0001" in heard
    assert await store.calls_due(0) == []
