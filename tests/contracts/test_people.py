"""People and teams as the store keeps them: two workers, changes at the same time, codes that work once."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.content.loader import DEMO_WARD
from bot.content.ward_schema import read_ward
from bot.desk.appointments import Visits
from bot.desk.authentication import LOCK_SECONDS, MOST_WRONG, Tries
from bot.desk.people import INVITE_SECONDS, LINK_SECONDS, People
from bot.desk.roster import ADMIN, Roster, Team, Volunteer
from bot.errors import StoreDown
from bot.model import Appointment, Chat, Record, replace
from bot.model.hours import Span
from bot.ports.store import Beside, Store
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import StoppedClock

WARD = read_ward(DEMO_WARD.name, DEMO_WARD.read_text("utf-8"))
HOA = Volunteer("hoa.a", "Hoa", teams=("to-mau-a",))
LAN = Volunteer("lan", "Lan", role="lead", teams=("to-mau-a",))
CHAT, OTHER = Chat("telegram", "7", "7"), Chat("telegram", "8", "8")
IN_GROUP, GROUP = Chat("telegram", "-9", "7"), Chat("telegram", "-9", "-9")


@pytest.fixture
def two(workers: tuple[Store, Store], clock: StoppedClock) -> tuple[People, People]:
    """The people as two workers know them."""
    one, other = (People(store, WARD, clock, "https://toso.example") for store in workers)
    return one, other


@pytest.fixture
def people(two: tuple[People, People]) -> People:
    return two[0]


def person(people: People, name: str) -> Volunteer:
    found = people.roster.person(name)
    assert found is not None
    return found


async def acts(store: Store) -> list[tuple[str, str, str]]:
    """The record, oldest first."""
    return [(record.act, record.by, record.about) for _, record in reversed(await store.records(50))]


async def test_who_joins_is_known_to_every_worker(two: tuple[People, People], store: Store) -> None:
    one, other = two
    heard: list[Roster] = []
    other.on_change = heard.append
    assert await one.add(HOA, ADMIN) == ""
    assert person(one, "hoa.a") == HOA
    await other.refresh()
    assert person(other, "hoa.a") == HOA
    assert heard == [other.roster]
    await other.refresh()
    assert len(heard) == 1, "nothing changed since"
    assert await acts(store) == [("person_added", ADMIN, "hoa.a")]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"id": "H"}, "id"),
        ({"id": "Hoa"}, "id"),
        ({"id": "hoa lan"}, "id"),
        ({"id": "h" * 33}, "id"),
        ({"id": "../x"}, "id"),
        ({"id": ADMIN}, "taken"),
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "Hoa\n"}, "name"),
        ({"you": "thim"}, "you"),
        ({"teams": ("to-mau-z",)}, "team"),
    ],
)
async def test_who_does_not_fit_is_not_added(people: People, store: Store, fields: dict[str, str], wrong: str) -> None:
    assert await people.add(replace(HOA, **fields), ADMIN) == wrong
    assert await acts(store) == []


class DiesAfterSaving(MemoryStore):
    """A worker that is killed right after a change of a table is saved, before it can do anything else."""

    def __init__(self, owner: str, shared: Shared) -> None:
        super().__init__(owner, shared)
        self._put, self.put = self.put, self._put_and_die

    async def _put_and_die(
        self,
        table: str,
        row: str,
        before: bytes | None,
        after: bytes | None,
        record: Record | None = None,
        beside: Sequence[Beside] = (),
    ) -> bool:
        await self._put(table, row, before, after, record, beside)
        raise StoreDown("killed")


async def test_whoever_dies_no_change_is_without_its_record(clock: StoppedClock) -> None:
    shared = Shared()
    store, people = MemoryStore("one", shared), People(DiesAfterSaving("two", shared), WARD, clock)
    visits = Visits(DiesAfterSaving("two", shared), people, clock)
    visit = Appointment(slot="home:to-mau-a/2026-11-26/09:00", at=clock.ms // 1000 + 86400, team="to-mau-a", chat=CHAT)
    with pytest.raises(StoreDown):
        await people.add(HOA, ADMIN)
    with pytest.raises(StoreDown):
        await people.go("hoa.a", away=True)
    with pytest.raises(StoreDown):
        await people.change_team("to-mau-a", "lan", lambda team: replace(team, offer="all"))
    with pytest.raises(StoreDown):
        await people.retire("hoa.a", ADMIN)
    with pytest.raises(StoreDown):
        await visits.book(visit, 1)
    acts_kept = [act for act, *_ in await acts(store)]
    assert acts_kept == ["person_added", "away", "team_changed", "person_left", "home_booked"]


async def test_a_name_is_given_once(two: tuple[People, People]) -> None:
    results = await asyncio.gather(*(worker.add(HOA, ADMIN) for worker in two))
    assert sorted(results) == ["", "taken"]


async def test_two_changes_at_once_are_both_kept(two: tuple[People, People], store: Store) -> None:
    await two[0].add(HOA, ADMIN)
    await two[1].refresh()
    await asyncio.gather(
        two[0].change("hoa.a", ADMIN, lambda who: replace(who, role="lead")),
        two[1].go("hoa.a", away=True),
        two[0].change("hoa.a", ADMIN, lambda who: replace(who, teams=(*who.teams, "to-mau-b"))),
    )
    await two[0].refresh()
    assert person(two[0], "hoa.a") == replace(HOA, role="lead", away=True, teams=("to-mau-a", "to-mau-b"))
    assert len(await acts(store)) == 4


async def test_who_leaves_stays_known_without_a_chat(people: People, store: Store) -> None:
    await people.add(replace(HOA, chats=(CHAT,)), ADMIN)
    assert await people.retire("hoa.a", ADMIN) == ""
    assert person(people, "hoa.a") == replace(HOA, active=False)
    assert (await acts(store))[-1] == ("person_left", ADMIN, "hoa.a")
    assert await people.retire("nobody", ADMIN) == "gone"


async def test_the_first_admin_stays_one(people: People) -> None:
    assert await people.retire(ADMIN, ADMIN) == "admin"
    assert await people.change(ADMIN, ADMIN, lambda who: replace(who, role="lead")) == "admin"
    assert await people.change(ADMIN, ADMIN, lambda who: replace(who, name="Bình")) == ""
    assert person(people, ADMIN).name == "Bình"


async def test_a_changed_team_takes_the_place_of_the_ward_files(two: tuple[People, People], store: Store) -> None:
    shifts = (Span(("sat",), 480, 600),)
    assert await two[0].change_team("to-mau-a", "lan", lambda team: replace(team, hours=shifts)) == ""
    await two[1].refresh()
    changed = two[1].roster.team("to-mau-a")
    assert (changed.hours, changed.groups) == (shifts, ("mau-1", "mau-2"))
    assert await two[0].change_team("to-moi", ADMIN, lambda team: replace(team, name="Tổ mới")) == ""
    assert await acts(store) == [("team_changed", "lan", "to-mau-a"), ("team_added", ADMIN, "to-moi")]


@pytest.mark.parametrize(
    ("team", "fields", "wrong"),
    [
        ("Tổ", {"name": "Tổ"}, "id"),
        ("to-moi", {}, "name"),
        ("to-mau-b", {"groups": ("mau-3",)}, "catch_all"),
        ("to-mau-b", {"topics": ("vneid",)}, "catch_all"),
    ],
)
async def test_a_team_that_does_not_fit_is_not_saved(
    people: People, team: str, fields: dict[str, object], wrong: str
) -> None:
    before = people.roster.teams
    assert await people.change_team(team, ADMIN, lambda now: replace(now, **fields)) == wrong
    assert people.roster.teams == before


async def test_a_code_links_a_chat_once(two: tuple[People, People], store: Store) -> None:
    await two[0].add(HOA, ADMIN)
    code = await two[0].chat_code("hoa.a")
    assert await two[1].link(code, IN_GROUP, group=True) == "", "a code for a private chat opens no group"
    tries = await asyncio.gather(
        *(worker.link(f" {code.upper().replace('-', ' ')} ", CHAT, group=False) for worker in two)
    )
    assert sorted(tries) == ["", "hoa.a"]
    await two[0].refresh()
    assert person(two[0], "hoa.a").chats == (CHAT,)
    assert (await acts(store))[-1] == ("chat_linked", "hoa.a", "hoa.a")


async def test_a_code_runs_out(people: People, clock: StoppedClock, store: Store) -> None:
    await people.add(HOA, ADMIN)
    code = await people.chat_code("hoa.a")
    clock.move(LINK_SECONDS)
    assert await people.link(code, CHAT, group=False) == ""
    old = await people.chat_code("hoa.a")
    clock.move(LINK_SECONDS)
    await people.chat_code("hoa.a")
    assert len((await store.rows("codes"))[1]) == 1, f"what ran out is forgotten: {old}"


async def test_only_hashes_of_codes_are_kept(people: People, store: Store) -> None:
    await people.add(HOA, ADMIN)
    code, link = await people.chat_code("hoa.a"), await people.sign_in_link("hoa.a")
    kept = str(await store.rows("codes"))
    for secret in (code, code.replace("-", ""), link.rpartition("/")[2]):
        assert secret not in kept


async def test_a_chat_belongs_to_one_person(people: People) -> None:
    await people.add(HOA, ADMIN)
    await people.add(LAN, ADMIN)
    await people.link(await people.chat_code("hoa.a"), OTHER, group=False)
    for who in ("hoa.a", "lan"):
        assert await people.link(await people.chat_code(who), CHAT, group=False) == who
    assert (person(people, "hoa.a").chats, person(people, "lan").chats) == ((OTHER,), (CHAT,))
    await people.unlink("lan", CHAT, "lan")
    assert person(people, "lan").chats == ()


async def test_a_code_of_somebody_who_left_links_nothing(people: People) -> None:
    await people.add(HOA, ADMIN)
    code, link = await people.chat_code("hoa.a"), await people.sign_in_link("hoa.a")
    await people.retire("hoa.a", ADMIN)
    assert await people.link(code, CHAT, group=False) == ""
    assert await people.let_in(link.rpartition("/")[2]) is None


async def test_a_group_is_linked_as_a_whole(people: People) -> None:
    code = await people.group_code("to-mau-a")
    assert await people.link(code, CHAT, group=False) == "", "a code for a group opens no private chat"
    assert await people.link(code, IN_GROUP, group=True) == "to-mau-a"
    assert people.roster.team("to-mau-a").chat == GROUP
    assert await people.link(await people.group_code("to-mau-b"), IN_GROUP, group=True) == "to-mau-b"
    assert (people.roster.team("to-mau-a").chat, people.roster.team("to-mau-b").chat) == (None, GROUP)


async def test_a_link_signs_in_once(two: tuple[People, People], clock: StoppedClock) -> None:
    await two[0].add(HOA, ADMIN)
    await two[1].refresh()
    link = await two[0].sign_in_link("hoa.a")
    address, _, token = link.rpartition("/")
    assert address == "https://toso.example/desk/in"
    entered = await asyncio.gather(*(worker.let_in(token) for worker in (*two, *two)))
    assert sorted(who.id if who else "" for who in entered) == ["", "", "", "hoa.a"]
    late = (await two[0].sign_in_link("hoa.a", INVITE_SECONDS)).rpartition("/")[2]
    clock.move(INVITE_SECONDS)
    assert await two[0].let_in(late) is None


async def test_without_an_address_there_is_no_link(store: Store, clock: StoppedClock) -> None:
    people = People(store, WARD, clock)
    assert await people.sign_in_link("hoa.a") == ""
    assert (await people.sign_in_link("hoa.a", site="http://here")).startswith("http://here/desk/in/")


async def test_wrong_passwords_are_counted_over_all_workers(workers: tuple[Store, Store], clock: StoppedClock) -> None:
    one, other = (Tries(store, clock) for store in workers)
    begun = await asyncio.gather(*(each.begin("hoa.a") for _ in range(MOST_WRONG) for each in (one, other)))
    assert sorted(number for number, wait in begun if not wait) == list(range(1, MOST_WRONG + 1))
    assert {wait for _, wait in begun} == {0, LOCK_SECONDS}
    assert await other.begin("lan") == (1, 0)
    clock.move(LOCK_SECONDS - 1)
    assert (await one.begin("hoa.a"))[1] == 1
    clock.move(1)
    assert await one.begin("hoa.a") == (1, 0), "then it begins anew"
    await other.forgive("hoa.a")
    assert await one.begin("hoa.a") == (1, 0)


async def test_a_team_made_by_hand_survives(people: People, store: Store, clock: StoppedClock) -> None:
    team = Team("to-moi", "Tổ mới", groups=("mau-4",), chat=GROUP)
    assert await people.change_team("to-moi", ADMIN, lambda _: team) == ""
    again = People(store, WARD, clock)
    await again.refresh()
    assert again.roster.team("to-moi") == team
