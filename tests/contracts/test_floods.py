"""Thousands of messages of one person: the first are answered, the others once, and a volunteer gets all that fits."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from bot.flows.live_chat import NEWS_SECONDS
from bot.flows.rate_limit import BURST, LATE_SECONDS, SECONDS_EACH, TOLD_SECONDS
from bot.model import NEAR, Album, Chat, Incoming
from bot.simulator.player import START
from tests.cameras import turned
from tests.contracts.telegram_ward import Ward, ward_on_telegram
from tests.emulators.telegram_people import Person
from tests.patience import until

MANY = 3000
TOO_MUCH = "nhận được nhiều tin cùng lúc"


class MovedClock:
    """The same morning, until it is moved."""

    def __init__(self) -> None:
        self.ms = START * 1000

    def now_ms(self) -> int:
        return self.ms

    def steady_ms(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def ward(clock: MovedClock) -> AsyncIterator[Ward]:
    async with ward_on_telegram(clock) as running:
        yield running


_ids = count(1)


async def writes(ward: Ward, person: Person, texts: list[str]) -> None:
    """What a platform hands over as fast as it can."""
    chat = Chat("telegram", str(person.id), str(person.id))
    await asyncio.gather(*(ward.handle(Incoming(f"flood:{next(_ids)}", chat, "text", text)) for text in texts))


async def all_sent(ward: Ward) -> None:
    async def nothing_waits() -> bool:
        return await ward.store.backlog() == 0

    await until(nothing_waits)


async def test_the_first_are_answered_and_the_others_once(ward: Ward, clock: MovedClock) -> None:
    resident = await ward.resident()
    await writes(ward, resident, ["giúp"] * MANY)
    await all_sent(ward)
    texts = [seen.text for seen in resident.sees]
    assert len(texts) == BURST + 1
    assert [TOO_MUCH in text for text in texts] == [False] * BURST + [True]
    clock.ms += TOLD_SECONDS * 1000
    await writes(ward, resident, ["giúp"] * MANY)
    await all_sent(ward)
    assert len(resident.sees) == BURST + 1 + TOLD_SECONDS // SECONDS_EACH + 1
    clock.ms += BURST * SECONDS_EACH * 1000
    await writes(ward, resident, ["giúp"])
    await all_sent(ward)
    assert TOO_MUCH not in resident.sees[-1].text


@pytest.mark.parametrize("hours", [-1, 1])
async def test_who_writes_through_hosts_whose_clocks_differ_is_answered(
    ward: Ward, clock: MovedClock, hours: int
) -> None:
    resident = await ward.resident()
    for number in range(20):
        clock.ms += hours * 3_600_000 * (-1) ** number
        await writes(ward, resident, ["giúp"])
    await all_sent(ward)
    assert len(resident.sees) == 20
    assert not any(TOO_MUCH in seen.text for seen in resident.sees)


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_flood_ends_and_is_told_of_where_the_clock_was_moved(ward: Ward, clock: MovedClock, hours: int) -> None:
    resident = await ward.resident()
    await writes(ward, resident, ["giúp"] * (BURST + 5))
    clock.ms += hours * 3_600_000
    await writes(ward, resident, ["giúp"] * (BURST + 5))
    await all_sent(ward)
    texts = [seen.text for seen in resident.sees]
    assert len(texts) <= 2 * (BURST + 1), "it is a flood all the same"
    assert TOO_MUCH in texts[-1], "and that is said, since nobody is dropped without a word"
    clock.ms += BURST * SECONDS_EACH * 1000
    await writes(ward, resident, ["giúp"])
    await all_sent(ward)
    assert TOO_MUCH not in resident.sees[-1].text
    assert len(resident.sees) == len(texts) + 1


async def test_a_clock_that_went_back_joins_no_pictures_that_came_apart(ward: Ward, clock: MovedClock) -> None:
    resident = await ward.resident()
    chat = Chat("telegram", str(resident.id), str(resident.id))
    await ward.handle(Incoming("near:0", chat, "picture", media="file0", album=NEAR))
    clock.ms -= 3_600_000
    await ward.handle(Incoming("near:1", chat, "picture", media="file1", album=NEAR))
    kept = (await ward.store.load(chat)).session
    assert kept
    assert kept.album == Album(NEAR, clock.ms // 1000), "the second is asked about like the first"


async def test_a_clock_that_went_back_leaves_nobody_without_a_word_of_what_came_late(
    ward: Ward, clock: MovedClock
) -> None:
    resident = await ward.resident()
    chat = Chat("telegram", str(resident.id), str(resident.id))
    for number in range(2):
        clock.ms -= number * 3_600_000
        sent_at = clock.ms // 1000 - LATE_SECONDS - 60
        await ward.handle(Incoming(f"late:{number}", chat, "text", "giúp", sent_at=sent_at))
    await all_sent(ward)
    assert len(resident.sees) == 2


async def test_what_was_too_much_costs_one_look_at_the_store_and_leaves_nothing(ward: Ward) -> None:
    resident = await ward.resident()
    chat = Chat("telegram", str(resident.id), str(resident.id))
    await writes(ward, resident, ["giúp"] * (BURST + 1))
    before = await ward.store.load(chat)
    await writes(ward, resident, ["giúp"] * 100)
    assert await ward.store.load(chat) == before


async def test_others_are_answered_as_ever(ward: Ward) -> None:
    resident, other = await ward.resident(), await ward.resident()
    flood = asyncio.create_task(writes(ward, resident, ["giúp"] * MANY))
    await other.says("menu")
    assert TOO_MUCH not in (await other.next_message()).text
    await flood


async def test_a_volunteer_gets_all_that_fits_and_reads_that_there_was_more(ward: Ward, clock: MovedClock) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa")
    await resident.says("gặp người")
    code = (await ward.request()).code
    await hoa.next_message()
    await hoa.presses("Nhận")
    await hoa.next_message()
    lines = [f"dòng số {number} của bác" for number in range(MANY)]
    secrets = ["mật khẩu của bác là Hoa@1234", "mã otp của bác là", "48", "29", "13"]
    await writes(ward, resident, [*lines[:200], *secrets, *lines[200:]])
    clock.ms += NEWS_SECONDS * 1000
    await all_sent(ward)
    kept = [said.text for _, said in await ward.store.thread(code) if said.who == "resident"]
    assert kept[:150] == lines[:150]
    assert 400 < len(kept) < 700
    assert not any("Hoa@1234" in text for text in kept)
    assert "13" not in kept, "a code in pieces is covered as ever"

    def told() -> str:
        return " ".join(" ".join(seen.text for seen in hoa.sees).split())

    await until(lambda: "cuộc nói chuyện đã quá dài" in told(), told)
    assert [line for line in kept if line not in told()] == [], "each line, together with others"
    assert len(hoa.sees) < BURST + 30
    assert len(resident.sees) < BURST + 10
    assert sum("Cuộc nói chuyện đã quá dài" in seen.text for seen in resident.sees) == 1


async def test_an_album_is_asked_about_once_and_all_of_it_is_passed_on(ward: Ward) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa")
    await resident.says("gặp người")
    code = (await ward.request()).code
    await hoa.next_message()
    await hoa.presses("Nhận")
    await hoa.next_message()
    await resident.next_message()
    await resident.next_message()
    ways = await resident.sends_album(4, "máy bác thế này")
    asked = await resident.next_message()
    await resident.presses(asked.labels[0].partition(". ")[2])
    await until(lambda: [*map(turned, hoa.pictures)] == ways, lambda: str(hoa.sees))
    await resident.next_message()
    assert len([said for _, said in await ward.store.thread(code) if said.media]) == 4
    await hoa.says("3")
    await resident.next_message()
    more = await resident.sends_album(3)
    await until(lambda: [*map(turned, hoa.pictures)] == ways + more, lambda: str(hoa.sees))
    answers = len(await resident.has(6))
    assert answers == 6, "one question, and one sentence for each album that was passed on"


async def test_an_album_goes_with_the_request_that_it_is_sent_for(ward: Ward) -> None:
    resident = await ward.resident()
    await resident.sends_album(3, "máy bác bị gì")
    asked = await resident.next_message()
    assert len(resident.sees) == 1
    await resident.presses(asked.labels[0].partition(". ")[2])
    await resident.next_message()
    for _ in range(3):
        if await ward.store.open_requests():
            break
        await resident.says("1")
        await resident.next_message()
    code = (await ward.request()).code
    assert len([said for _, said in await ward.store.thread(code) if said.media]) == 3


async def test_an_album_of_papers_goes_nowhere(ward: Ward) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa")
    await resident.says("gặp người")
    code = (await ward.request()).code
    await hoa.next_message()
    await hoa.presses("Nhận")
    await hoa.next_message()
    await hoa.says("3")
    await resident.sends_album(3, "căn cước công dân của bác đây")
    await resident.says("xong rồi cháu")
    await until(lambda: any("xong rồi cháu" in seen.text for seen in hoa.sees))
    assert not [said for _, said in await ward.store.thread(code) if said.media]
    assert not any(seen.photo for seen in hoa.sees)
