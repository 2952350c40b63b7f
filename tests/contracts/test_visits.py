"""Appointments over every store: never more than there are seats, and residents hear of what volunteers do."""

import asyncio
import random

import pytest

from bot.desk.appointments import Visits
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.errors import StoreDown
from bot.model import HOME, Appointment, AppointmentAct, Chat, Incoming, replace
from bot.ports.store import Store
from tests.contracts.desk_site import StoppedClock
from tests.setting import content

RESIDENT = Chat("telegram", "101", "101")
NOW = 1_795_572_000
THURSDAY = NOW + 86_400
SLOT = f"{HOME}to-mau-b/2026-11-26/0900"
WANTED = Appointment(slot=SLOT, at=THURSDAY, team="to-mau-b", chat=RESIDENT, you="bac", where="số 5 ngõ Mẫu")
HOA, LAN, MINH, TAM = (
    Volunteer("hoa", "Hoa", teams=("to-mau-b",)),
    Volunteer("lan", "Lan", teams=("to-mau-b",)),
    Volunteer("minh", "Minh", role="lead", teams=("to-mau-b",)),
    Volunteer("tam", "Tâm", teams=("to-mau-a",)),
)


class Office:
    """One worker: appointments and people over its store; `heard` is what residents were told, unless `deaf`."""

    def __init__(self, store: Store, clock: StoppedClock) -> None:
        people = People(store, content().ward, clock)
        self.people = people
        self.visits = Visits(store, people, clock)
        self.visits.handle = self._hear
        self.heard: list[Incoming] = []
        self.deaf = False
        self.store = store
        self.clock = clock

    async def _hear(self, incoming: Incoming) -> None:
        if self.deaf:
            raise StoreDown("away")
        self.heard.append(incoming)

    async def do(self, code: str, by: Volunteer, act: AppointmentAct) -> tuple[str, str]:
        verdict = await self.visits.do(code, by.id, act)
        await self.visits.stop()
        return verdict.name, verdict.about

    async def only(self) -> Appointment:
        (appointment,) = await self.visits.kept()
        return appointment


@pytest.fixture
async def offices(workers: tuple[Store, Store], clock: StoppedClock) -> tuple[Office, Office]:
    """Two workers who know Hoa and Lan, Minh who leads their team, and Tâm of the other one."""
    one, two = (Office(store, clock) for store in workers)
    for person in (HOA, LAN, MINH, TAM):
        assert not await one.people.add(person, "admin")
    await two.people.refresh()
    return one, two


@pytest.fixture
async def booked(offices: tuple[Office, Office]) -> Appointment:
    appointment = await offices[0].visits.book(WANTED, 1)
    assert appointment
    return appointment


async def acts(office: Office) -> list[tuple[str, str, str]]:
    records = [record for _, record in await office.store.records(50)]
    return [(each.act, each.by, each.about) for each in reversed(records) if each.act.startswith(("home_", "point_"))]


@pytest.mark.parametrize("seats", [1, 3])
async def test_many_at_once_never_get_more_than_the_seats(offices: tuple[Office, Office], seats: int) -> None:
    slots = [f"diem/2026-11-26/{hour:02}00" for hour in (8, 9)]
    residents = [Chat("telegram", str(number), str(number)) for number in range(24)]
    chance = random.Random(seats)

    async def book(chat: Chat) -> Appointment | None:
        wanted = replace(WANTED, chat=chat, slot=chance.choice(slots), where="")
        office = chance.choice(offices)
        return await office.visits.book(wanted, seats)

    got = await asyncio.gather(*map(book, residents), *map(book, residents))
    kept = await offices[0].visits.kept()
    for slot in slots:
        assert len([each for each in kept if each.slot == slot]) == seats
    winners = {each.code for each in got if each}
    assert winners == {each.code for each in kept}
    assert len(winners) == 2 * seats
    booked = [about for act, _, about in await acts(offices[0]) if act == "point_booked"]
    assert booked == ["to-mau-b"] * len(kept)


async def test_the_same_booking_again_is_the_same_appointment(
    offices: tuple[Office, Office], booked: Appointment
) -> None:
    assert await offices[1].visits.book(WANTED, 1) == booked
    later = replace(WANTED, slot=SLOT.replace("0900", "1000"), at=THURSDAY + 3600)
    assert await offices[1].visits.book(later, 1) == booked, "one of a kind for each resident"
    assert await offices[1].visits.book(replace(WANTED, chat=Chat("web", "7", "7")), 1) is None
    point = replace(WANTED, slot="diem/2026-11-26/0900", where="")
    other = await offices[1].visits.book(point, 1)
    assert other
    assert other.code != booked.code
    assert await offices[0].visits.kept() == [booked, other] or await offices[0].visits.kept() == [other, booked]


async def test_called_off_by_its_resident_nothing_of_theirs_stays(
    offices: tuple[Office, Office], booked: Appointment
) -> None:
    one, two = offices
    assert await one.do(booked.code, HOA, "take") == ("done", "")
    assert await two.visits.call_off(booked.code, Chat("telegram", "666", "666")) is None
    off = await two.visits.call_off(booked.code, RESIDENT)
    assert off
    assert off.helper == "hoa", "who has to be told"
    assert await two.visits.call_off(booked.code, RESIDENT) == await one.only(), "again, after a crash"
    left = await one.only()
    assert (left.state, left.chat, left.where, left.you, left.helper) == ("off", None, "", "", "hoa")
    assert await one.do(booked.code, HOA, "came") == ("closed", "hoa")
    assert await one.visits.book(replace(WANTED, chat=Chat("web", "7", "7")), 1), "the seat is free again"
    assert [act for act, _, _ in await acts(one)] == [
        "home_booked",
        "home_take",
        "home_off",
        "home_booked",
    ]


async def test_one_of_many_takes_it_and_the_resident_hears_it_once(
    offices: tuple[Office, Office], booked: Appointment
) -> None:
    one, two = offices
    verdicts = await asyncio.gather(
        *(office.visits.do(booked.code, who.id, "take") for office in offices for who in (HOA, LAN, HOA, LAN))
    )
    await one.visits.stop()
    await two.visits.stop()
    winner = (await one.only()).helper
    assert winner in ("hoa", "lan")
    assert sorted((verdict.name, verdict.about) for verdict in verdicts) == [("done", "")] * 4 + [("taken", winner)] * 4
    heard = {(incoming.id, incoming.chat, incoming.kind) for incoming in one.heard + two.heard}
    assert heard == {(f"{booked.code}/2", RESIDENT, "call")}, "one id, so that it has one effect"
    assert not (await one.only()).news


async def test_what_a_resident_has_to_hear_waits_until_they_heard_it(
    offices: tuple[Office, Office], booked: Appointment
) -> None:
    one, two = offices
    one.deaf = two.deaf = True
    assert await one.do(booked.code, HOA, "take") == ("done", "")
    await two.visits.stop()
    assert (await two.only()).news
    two.deaf = False
    await two.visits.look_after()
    assert [incoming.call and incoming.call.to for incoming in two.heard] == ["resident"]
    assert not (await two.only()).news
    await two.visits.look_after()
    assert len(two.heard) == 1


@pytest.mark.parametrize(
    ("who", "act", "before", "verdict"),
    [
        (TAM, "take", "", ("not_allowed", "")),
        (TAM, "off", "", ("not_allowed", "")),
        (LAN, "back", "hoa", ("not_yours", "hoa")),
        (LAN, "off", "hoa", ("not_yours", "hoa")),
        (LAN, "take", "hoa", ("taken", "hoa")),
        (HOA, "came", "hoa", ("not_allowed", "hoa")),
        (HOA, "back", "hoa", ("done", "")),
        (MINH, "back", "hoa", ("done", "")),
        (MINH, "off", "", ("done", "")),
        (HOA, "off", "hoa", ("done", "")),
    ],
)
async def test_who_may_do_what(
    offices: tuple[Office, Office],
    booked: Appointment,
    who: Volunteer,
    act: AppointmentAct,
    before: str,
    verdict: tuple[str, str],
) -> None:
    if before:
        await offices[0].do(booked.code, HOA, "take")
    assert await offices[1].do(booked.code, who, act) == verdict
    assert await offices[1].do("X0000x", who, act) == ("unknown", "")


async def test_how_it_went_is_said_once_it_began(
    offices: tuple[Office, Office], booked: Appointment, clock: StoppedClock
) -> None:
    one, _ = offices
    await one.do(booked.code, HOA, "take")
    clock.move(86_400)
    assert await one.do(booked.code, HOA, "came") == ("done", "")
    assert await one.do(booked.code, HOA, "came") == ("done", "")
    assert await one.do(booked.code, HOA, "missed") == ("done", ""), "a slip of the finger"
    assert await one.do(booked.code, HOA, "off") == ("closed", "hoa")
    assert [(act, by) for act, by, _ in await acts(one)] == [
        ("home_booked", ""),
        ("home_take", "hoa"),
        ("home_came", "hoa"),
        ("home_missed", "hoa"),
    ]


async def test_called_off_by_the_team_it_is_forgotten_who_it_was_once_they_heard(
    offices: tuple[Office, Office], booked: Appointment
) -> None:
    one, _ = offices
    assert await one.do(booked.code, MINH, "off") == ("done", "")
    assert await one.do(booked.code, MINH, "off") == ("done", "")
    assert len(one.heard) == 1
    left = await one.only()
    assert (left.state, left.chat, left.where) == ("off", None, "")


async def test_it_is_forgotten_a_day_after(
    offices: tuple[Office, Office], booked: Appointment, clock: StoppedClock
) -> None:
    one, two = offices
    clock.move(2 * 86_400)
    await one.visits.look_after()
    assert await one.visits.kept() == [booked], "on Friday one can still say how it went"
    clock.move(15 * 3600)
    await two.visits.look_after()
    assert await one.visits.kept() == []


@pytest.mark.parametrize("how", ["back", "left"])
async def test_the_code_that_opens_the_door_is_good_as_long_as_who_took_it_comes(
    offices: tuple[Office, Office], booked: Appointment, how: str
) -> None:
    one, two = offices
    assert booked.door == ""
    await one.do(booked.code, HOA, "take")
    first = (await one.only()).door
    await two.do(booked.code, HOA, "take")
    assert (await one.only()).door == first, "a second press changes nothing"
    if how == "back":
        await one.do(booked.code, MINH, "back")
    else:
        await one.visits.abandon(booked.code, "hoa")
    assert ((await one.only()).helper, (await one.only()).door) == ("", "")
    await one.do(booked.code, HOA, "take")
    assert (await one.only()).door not in ("", first, booked.code), "also for the same person"
