"""Who helps whom: routing, hours of teams, who is there, and what each may do."""

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.content.loader import DEMO_WARD
from bot.content.ward import Group, Ward
from bot.content.ward_schema import read_ward
from bot.desk.roster import ADMIN, Role, Roster, Team, Volunteer, decode_team, decode_volunteer
from bot.model import Chat, Escalation, State, encode
from bot.model.hours import VIETNAM, Span

WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=VIETNAM)
RESIDENT, HOA, LAN = (Chat("telegram", number, number) for number in ("1", "2", "3"))
GROUP_CHAT = Chat("telegram", "-100", "-100")


def ward(*teams: Team, groups: tuple[Group, ...] = ()) -> Ward:
    demo = read_ward(DEMO_WARD.name, DEMO_WARD.read_text("utf-8"))
    return replace(demo, teams=teams, groups=groups or demo.groups)


ALL = Team("all", "Cả phường")
WARD = ward(
    Team("g1", "Tổ 1", groups=("mau-1",)),
    Team("g1-en", "Tổ 1 tiếng Anh", groups=("mau-1",), languages=("en",)),
    Team("vneid", "VNeID", topics=("vneid",)),
    Team("g2-vneid", "Tổ 2 VNeID", groups=("mau-2",), topics=("vneid",)),
    ALL,
)


@pytest.mark.parametrize(
    ("group", "topic", "lang", "team"),
    [
        ("mau-1", "", "vi", "g1"),
        ("mau-1", "vneid", "vi", "g1"),
        ("mau-1", "vneid", "en", "g1"),
        ("mau-2", "vneid", "vi", "g2-vneid"),
        ("mau-2", "dvc", "vi", "all"),
        ("mau-3", "vneid", "vi", "vneid"),
        ("mau-3", "dvc", "en", "all"),
        ("", "vneid", "vi", "vneid"),
        ("-", "", "vi", "all"),
    ],
)
def test_group_first_then_topic_then_language(group: str, topic: str, lang: str, team: str) -> None:
    assert Roster(WARD).team_for(group, topic, lang).id == team


def test_who_speaks_the_language_goes_before_who_does_not() -> None:
    only_vietnamese = Team("g1", "Tổ 1", groups=("mau-1",), languages=("vi",))
    roster = Roster(WARD, [only_vietnamese])
    assert roster.team_for("mau-1", "", "vi").id == "g1"
    assert roster.team_for("mau-1", "", "en").id == "g1-en"
    assert roster.team_for("mau-1", "", "fr").id == "g1", "somebody is better than nobody"


def test_a_ward_without_teams_has_one() -> None:
    roster = Roster(ward())
    assert [team.name for team in roster.teams] == [WARD.team]
    assert roster.team_for("mau-1", "vneid", "en") is roster.teams[0]
    assert not roster.asks_group
    assert Roster(WARD).asks_group


def test_a_saved_team_takes_the_place_of_the_wards_and_a_gone_one_falls_to_who_takes_all() -> None:
    roster = Roster(WARD, [Team("g1", "Tổ mới", groups=("mau-4",)), Team("more", "Thêm")])
    assert roster.team("g1").name == "Tổ mới"
    assert roster.team_for("mau-4", "", "vi").id == "g1"
    assert roster.team("more").name == "Thêm"
    assert roster.team("gone").id == "all"


def test_a_removed_team_has_no_members_and_there_is_always_a_team() -> None:
    hoa = Volunteer("hoa", "Hoa", teams=("g1", "all"))
    roster = Roster(WARD, [Team("g1", "Tổ mới", gone=True)], [hoa])
    assert ("g1" in [team.id for team in roster.teams], [team.id for team in roster.removed]) == (False, ["g1"])
    assert [each.teams for each in roster.people if each.id == "hoa"] == [("all",)]
    added = Roster(ward(), [Team("g1", "Tổ mới")])
    assert [team.name for team in added.teams] == [WARD.team, "Tổ mới"], "who waits for the first team is not lost"
    assert Roster(ward(), [Team(added.teams[0].id, "Tổ", gone=True)]).teams


MANY = tuple(Group(f"to-{number}", f"Tổ dân phố số {number:02}") for number in range(1, 109))
NAMED = (
    Group("sau", "Xóm Sau Đình"),
    Group("truoc", "Xóm Trước Đình"),
    Group("k1-2", "Khu 1 tổ 2"),
    Group("k2-1", "Khu 2 tổ 1"),
)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("12", "to-12"),
        ("tổ 12", "to-12"),
        ("TO DAN PHO SO 7", "to-7"),
        ("tổ 07 ạ", "to-7"),
        ("tôi ở tổ 108 nhé", "to-108"),
        ("tổ ba", "to-3"),
        ("to-44", "to-44"),
        ("I live in group 5", "to-5"),
        ("tổ 109", ""),
        ("tổ", ""),
        ("", ""),
        ("không biết", ""),
        ("tổ 1 hay tổ 2", ""),
    ],
)
def test_a_group_is_found_by_its_number(text: str, group: str) -> None:
    found = Roster(ward(groups=MANY)).find_group(text)
    assert (found.id if found else "") == group


@pytest.mark.parametrize(
    ("text", "group"),
    [("xom sau dinh", "sau"), ("trước", "truoc"), ("đình", ""), ("khu 1 tổ 2", "k1-2"), ("khu 2", ""), ("sau 9", "")],
)
def test_a_group_is_found_by_words_of_its_name_that_no_other_has(text: str, group: str) -> None:
    found = Roster(ward(groups=NAMED)).find_group(text)
    assert (found.id if found else "") == group


def test_a_team_has_its_own_hours_or_the_wards() -> None:
    evening = Team("g1", "Tổ 1", hours=(Span(("wed",), 1110, 1230),), holidays=frozenset({date(2026, 12, 2)}))
    roster = Roster(WARD, [evening])
    assert roster.is_open("all", WEDNESDAY)
    assert not roster.is_open("g1", WEDNESDAY)
    assert roster.next_opening("g1", WEDNESDAY) == WEDNESDAY.replace(hour=18, minute=30)
    assert roster.when_open("g1", WEDNESDAY, 3 * 3600) == datetime(2026, 12, 9, 19, 30, tzinfo=VIETNAM)
    new_year = datetime(2027, 1, 1, 9, tzinfo=VIETNAM)
    assert not roster.is_open("all", new_year)
    working = Roster(WARD, [replace(ALL, holidays=frozenset())])
    assert working.is_open("all", new_year), "no days off of its own is not the same as the ward's"


def test_a_team_that_never_opens_counts_by_the_clock_on_the_wall() -> None:
    closed = replace(WARD, hours=())
    assert Roster(closed).when_open("all", WEDNESDAY, 60) == WEDNESDAY + timedelta(minutes=1)
    assert Roster(closed).next_opening("all", WEDNESDAY) is None


PEOPLE = (
    Volunteer("hoa", "Hoa", teams=("g1", "all"), chats=(HOA,)),
    Volunteer("lan", "Lan", role="lead", teams=("g1",), chats=(LAN,)),
    Volunteer("xa", "Xa", teams=("g1",), away=True, chats=(RESIDENT,)),
    Volunteer("cu", "Cũ", teams=("g1",), active=False, chats=(RESIDENT,)),
    Volunteer("khac", "Khác", teams=("vneid",)),
)
ROSTER = Roster(WARD, people=PEOPLE)


def _ids(people: object) -> list[str]:
    assert isinstance(people, list)
    return [person.id for person in people]


def test_who_is_there() -> None:
    assert _ids(ROSTER.members("g1")) == ["hoa", "lan", "xa"]
    assert _ids(ROSTER.leads("g1")) == ["lan"]
    assert _ids(ROSTER.admins()) == [ADMIN]
    assert _ids(ROSTER.on_duty("g1", WEDNESDAY)) == ["hoa", "lan"]
    assert _ids(ROSTER.on_duty("g1", WEDNESDAY.replace(hour=12))) == [], "nobody is called at lunch"


def test_the_next_one_has_the_fewest() -> None:
    def fewest(held: dict[str, int], *besides: str) -> str | None:
        found = ROSTER.fewest("g1", WEDNESDAY, held, besides)
        return found.id if found else None

    assert fewest({}) == "hoa"
    assert fewest({"hoa": 2, "lan": 1}) == "lan"
    assert fewest({"hoa": 2, "lan": 1}, "lan") == "hoa"
    assert fewest({}, "hoa", "lan") is None


def test_a_call_goes_to_private_chats_or_the_group() -> None:
    assert ROSTER.chats("volunteer:hoa", WEDNESDAY) == [(HOA, False)]
    assert ROSTER.chats("volunteer:xa", WEDNESDAY) == [(RESIDENT, False)], "away, but it is theirs"
    assert ROSTER.chats("volunteer:cu", WEDNESDAY) == []
    assert ROSTER.chats("volunteer:nobody", WEDNESDAY) == []
    assert ROSTER.chats("team:g1", WEDNESDAY) == [(HOA, False), (LAN, False)]
    linked = Roster(WARD, [replace(WARD.teams[0], chat=GROUP_CHAT)], PEOPLE)
    assert linked.chats("team:g1", WEDNESDAY) == [(GROUP_CHAT, True)]


def test_an_account_of_a_private_chat_is_somebodys() -> None:
    assert ROSTER.by_account("telegram", HOA.person) is PEOPLE[0]
    assert ROSTER.by_account("zalo_bot", HOA.person) is None
    left = Roster(WARD, people=[replace(PEOPLE[0], active=False)])
    assert left.by_account("telegram", HOA.person) is None


def test_a_day_off_is_the_teams_own_or_the_wards() -> None:
    own = Roster(WARD, [replace(ALL, holidays=frozenset({date(2027, 2, 6)}))])
    assert (own.is_day_off("all", date(2027, 2, 6)), own.is_day_off("all", date(2027, 1, 1))) == (True, False)
    assert (ROSTER.is_day_off("all", date(2027, 2, 6)), ROSTER.is_day_off("all", date(2027, 1, 1))) == (False, True)


def _request(team: str, state: State, holder: str = "", had: tuple[str, ...] = ()) -> Escalation:
    return Escalation(code="H1", chat=RESIDENT, opened_at=1, team=team, state=state, holder=holder, had=had)


@pytest.mark.parametrize(
    ("who", "request_", "see", "take"),
    [
        (("volunteer", True), _request("g1", "waiting"), True, True),
        (("volunteer", True), _request("g1", "offered", "lan"), True, True),
        (("volunteer", True), _request("g1", "held", "lan"), False, True),
        (("volunteer", True), _request("g1", "closed", "lan"), False, True),
        (("volunteer", True), _request("g1", "held", "me"), True, True),
        (("volunteer", True), _request("vneid", "offered", "me"), True, True),
        (("volunteer", True), _request("g1", "held", "khac", ("me",)), True, True),
        (("volunteer", True), replace(_request("vneid", "held", "khac", ("me",)), moved_from=("g1",)), True, False),
        (("volunteer", True), _request("vneid", "held", "khac", ("me",)), False, False),
        (("volunteer", True), _request("vneid", "waiting"), False, False),
        (("lead", True), _request("g1", "held", "hoa"), True, True),
        (("lead", True), _request("g1", "closed", "hoa"), True, True),
        (("lead", True), _request("vneid", "waiting"), False, False),
        (("admin", True), _request("vneid", "held", "khac"), True, True),
        (("volunteer", True), replace(_request("g1", "waiting"), failed=("me",)), True, False),
        (("lead", True), replace(_request("g1", "waiting"), failed=("me",)), True, False),
        (("admin", True), replace(_request("g1", "waiting"), failed=("me",)), True, False),
        (("volunteer", True), replace(_request("g1", "offered", "me"), failed=("me",)), True, True),
        (("volunteer", True), replace(_request("g1", "waiting"), failed=("me", "lan", "hoa")), True, True),
        (("volunteer", False), _request("g1", "waiting"), False, False),
        (("volunteer", False), _request("g1", "held", "me"), False, False),
        (("admin", False), _request("g1", "waiting"), False, False),
    ],
)
def test_what_somebody_of_a_team_may_see_and_take(
    who: tuple[Role, bool], request_: Escalation, see: bool, take: bool
) -> None:
    role, active = who
    me = Volunteer("me", "Tôi", role=role, teams=("g1",), active=active)
    assert (ROSTER.may_see(me, request_), ROSTER.may_take(me, request_)) == (see, take)


def test_who_leads() -> None:
    hoa, lan, admin = (ROSTER.person(name) for name in ("hoa", "lan", ADMIN))
    assert hoa is not None
    assert lan is not None
    assert admin is not None
    assert [ROSTER.may_lead(who, "g1") for who in (hoa, lan, admin)] == [False, True, True]
    assert [ROSTER.may_lead(who, "vneid") for who in (hoa, lan, admin)] == [False, False, True]
    assert not ROSTER.may_lead(replace(lan, active=False), "g1")


def test_rows_survive_json_and_old_ones_load() -> None:
    team = Team(
        "g1", "Tổ 1", ("mau-1",), hours=(Span(("mon",), 0, 60),), holidays=frozenset({date(2027, 2, 6)}), chat=HOA
    )
    assert decode_team(encode(team)) == team
    assert all(decode_volunteer(encode(person)) == person for person in PEOPLE)
    assert decode_team(b'{"id":"a1","name":"A"}') == Team("a1", "A")
    assert decode_volunteer(b'{"id":"a1","name":"A"}') == Volunteer("a1", "A")
