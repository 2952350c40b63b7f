"""The ward's file and the files all guides share: what they may hold, and where a mistake is."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from bot.content.facts import read_facts, read_topics, read_troubles
from bot.content.loader import DEMO_WARD, ROOT, read_content
from bot.content.ward import WARD_NAMES, HomeVisits, Slots, Team
from bot.content.ward_schema import read_ward, sample_findings
from bot.errors import ContentWrong
from bot.model import Chat
from bot.model.hours import Span

WARD = """\
name: Phường Mẫu
team: Tổ công nghệ số
hotline: "0123"
office: {name: Một cửa, address: số 1}
police: {name: Công an, address: số 2}
data_contact: cô Mẫu
hours:
  - {days: [mon, fri], from: 08:00, to: 11:30}
  - {days: [sat], from: "13:30", to: "24:00"}
holidays: [2027-01-01]
groups:
  - {id: to-1, name: Tổ 1}
  - {id: to-2, name: Tổ 2}
places:
  - {id: nvh, name: Nhà văn hóa, address: ngõ 3}
teams:
  - id: to-a
    name: Tổ A
    groups: [to-1]
    topics: [vneid]
    hours: [{days: [tue], from: "18:30", to: "20:30"}]
    holidays: []
    offer: turn
  - {id: to-b, name: Tổ B}
"""
SLOTS = """\
places:
  - id: nvh
    name: Nhà văn hóa
    address: ngõ 3
    team: to-a
    slots:
      - {days: [sat], from: "08:00", to: "11:00", every: 30, seats: 2}
home_visits:
  slots: [{days: [tue], from: "09:00", to: "10:00", every: 60, seats: 1}]
  teams: [to-b]
  notice_hours: 12
"""
FACTS = """\
facts:
  hotline: {vi: 1900 0368, mark: stated, source: P3, date: 2026-11-24}
  days: {vi: 3 ngày, en: 3 days, mark: soft, source: P3, date: 2026-11-24, until: 2027-01-01}
names: [mức 1]
terms:
  OTP: {vi: [mã OTP (mã số)], en: [OTP (the code)]}
"""
READ_WARD = partial(read_ward, topics=("vneid", "dvc"))

MISTAKES_IN_WARD = [
    ("team:", "taem:", 'ward.yaml:2: "taem" is not known here. Did you mean "team"?'),
    ("name: Một cửa, add", "name: Một cửa, ad", 'ward.yaml:4: "adress" is not known here. Did you mean "address"?'),
    ("from: 08:00", "form: 08:00", 'ward.yaml:8: "form" is not known here. Did you mean "from"?'),
    (
        "[mon, fri]",
        "[mon, fryday]",
        'ward.yaml:8: "fryday" is none of the words that can stand here',
    ),
    ("from: 08:00", "from: 8h", 'ward.yaml:8: "8h" is not a time of day; write it like "08:00".'),
    ("from: 08:00", "from: 25:00", 'ward.yaml:8: "25:00" is not a time of day; write it like "08:00".'),
    (
        "to: 11:30",
        "to: 07:00",
        "ward.yaml:8: from 08:00 to 07:00 goes backwards; write two spans to",
    ),
    ("2027-01-01", "Tết", "ward.yaml:10: Expected a date such as 2026-11-24 (in holidays → 0)."),
    ("id: to-2", "id: to-1", 'ward.yaml:13: "to-1" is used twice; each needs its own id.'),
    ("name: Tổ 2", 'name: " "', 'ward.yaml:13: "name" is empty; write it down.'),
    ('"0123"', "19000368", "ward.yaml:3: Expected text, got a whole number (in hotline)."),
    ("data_contact: cô Mẫu\n", "", 'ward.yaml:1: "data_contact" is missing.'),
    (
        "groups: [to-1]",
        "groups: [to-3]",
        'ward.yaml:19: team "to-a" names "to-3", which is none of the groups. Did',
    ),
    ("topics: [vneid]", "topics: [vnied]", 'ward.yaml:20: team "to-a" names "vnied", which is none of the topics.'),
    ("offer: turn", "languages: [fr]", 'ward.yaml:23: team "to-a" names "fr", which is none of the languages.'),
    ("offer: turn", "offer: some", 'ward.yaml:23: "some" is none of the words that can stand here'),
    ("id: to-b", "id: to-a", 'ward.yaml:24: "to-a" is used twice; each needs its own id.'),
    ("id: to-b", "id: Tổ B", 'ward.yaml:24: "Tổ B" cannot be an id: 2 to 32 of'),
    ('"20:30"', '"18:00"', "ward.yaml:21: from 18:30 to 18:00 goes backwards;"),
    ("holidays: []", "holidays: [mai]", "ward.yaml:22: Expected a date such as 2026-11-24"),
    ("name: Tổ B", "name: Tổ B, groups: [to-2]", "ward.yaml:16: no team takes what no other team is for;"),
    ("name: Tổ B", 'name: ""', 'ward.yaml:24: "name" is empty; write it down.'),
]
MISTAKES_IN_SLOTS = [
    ("every: 30", "evry: 30", 'ward.yaml:20: "evry" is not known here. Did you mean "every"?'),
    ("every: 30", "every: 5", "ward.yaml:20: 5 minutes do not fit: from 10 up to the whole span."),
    ("every: 60", "every: 61", "ward.yaml:22: 61 minutes do not fit: from 10 up to the whole span."),
    ("seats: 2", "seats: 0", "ward.yaml:20: 0 seats are not possible: 1 to 50."),
    ('"11:00"', '"07:00"', "ward.yaml:20: from 08:00 to 07:00 goes backwards;"),
    (
        "home_visits:\n",
        '      - {days: [sat, sun], from: "10:30", to: "12:00", every: 30, seats: 1}\nhome_visits:\n',
        "ward.yaml:21: from 10:30 to 12:00 overlaps a line above it.",
    ),
    ("id: nvh", "id: Nhà văn hóa", 'ward.yaml:15: "Nhà văn hóa" cannot be an id: 2 to 32 of'),
    ("team: to-a", "team: to-c", 'ward.yaml:18: place "nvh" names "to-c", which is none of the teams.'),
    ("[to-b]", "[to-c]", 'ward.yaml:23: home_visits names "to-c", which is none of the teams. Did you mean'),
    ("notice_hours: 12", "notice_hours: 200", "ward.yaml:24: 200 hours are not possible: 0 to 168."),
    (SLOTS[SLOTS.index("  slots: [{") : SLOTS.index("  teams:")], "  slots: []\n", "ward.yaml:22: no slots; write"),
]
MISTAKES_IN_FACTS = [
    (
        "mark: soft",
        "mark: sure",
        'facts.yaml:3: "sure" is none of the words that can stand here',
    ),
    ("until:", "untill:", 'facts.yaml:3: "untill" is not known here. Did you mean "until"?'),
    ("  days:", "  số-ngày:", 'facts.yaml:3: "số-ngày" must be made of letters, digits and _.'),
    ("vi: 3 ngày", 'vi: ""', 'facts.yaml:3: fact "days" says nothing.'),
    ("names:", "name:", 'facts.yaml:4: "name" is not known here. Did you mean "names"?'),
]


def with_slots() -> str:
    """The ward's file with places and homes where somebody can be met."""
    return WARD.replace(WARD[WARD.index("places:") : WARD.index("teams:")], SLOTS)


@pytest.mark.parametrize(
    ("read", "text", "old", "new", "message"),
    [
        *((READ_WARD, WARD, *mistake) for mistake in MISTAKES_IN_WARD),
        *((READ_WARD, with_slots(), *mistake) for mistake in MISTAKES_IN_SLOTS),
        *((read_facts, FACTS, *mistake) for mistake in MISTAKES_IN_FACTS),
    ],
)
def test_a_mistake_is_reported_on_its_line(
    read: Callable[[str, str], object], text: str, old: str, new: str, message: str
) -> None:
    name, _, _ = message.partition(":")
    assert old in text
    with pytest.raises(ContentWrong) as wrong:
        read(name, text.replace(old, new))
    assert str(wrong.value).startswith(message)


def test_a_ward_file_is_read_into_plain_values() -> None:
    ward = read_ward("ward.yaml", WARD)
    assert ward.hours == (Span(("mon", "fri"), 480, 690), Span(("sat",), 810, 1440))
    assert ward.holidays == {date(2027, 1, 1)}
    assert [group.id for group in ward.groups] == ["to-1", "to-2"]
    assert ward.places[0].note == ""
    assert not ward.demo
    assert ward.teams == (
        Team(
            "to-a",
            "Tổ A",
            ("to-1",),
            ("vneid",),
            hours=(Span(("tue",), 1110, 1230),),
            holidays=frozenset(),
            offer="turn",
        ),
        Team("to-b", "Tổ B"),
    )


def test_templates_may_say_exactly_the_promised_names() -> None:
    says = read_ward("ward.yaml", WARD).says
    assert tuple(says) == WARD_NAMES
    assert says["office"] == "Một cửa, số 1"
    assert says["hotline"] == "0123"


def test_the_demo_ward_says_that_it_is_one() -> None:
    ward = read_ward(DEMO_WARD.name, DEMO_WARD.read_text("utf-8"))
    assert ward.demo
    for value in (*ward.says.values(), *(team.name for team in ward.teams)):
        assert "mẫu" in value.lower()
    assert {group for team in ward.teams for group in team.groups} < {group.id for group in ward.groups}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("hotline: 0000 000 000 (số mẫu)", "hotline: 0912 345 678", "somebody may have"),
        ("hotline: 0000 000 000 (số mẫu)", "hotline: 0912.345.678 (số mẫu)", "somebody may have"),
        ("data_contact: 0000 000 000 (số mẫu)", 'data_contact: "113 (số mẫu)"', "somebody may have"),
        ("address: số 0 đường Mẫu (địa chỉ mẫu)", "address: số 0 phố Huế", "does not say that it is a sample"),
        ("name: Tổ hỗ trợ Mẫu A (dữ liệu mẫu)", "name: Tổ hỗ trợ A", "does not say that it is a sample"),
    ],
)
def test_a_demo_ward_has_no_value_that_may_be_real(old: str, new: str, told: str) -> None:
    text = DEMO_WARD.read_text("utf-8")
    assert old in text
    assert list(sample_findings(DEMO_WARD.name, text, demo=True)) == []
    changed = text.replace(old, new, 1)
    found = list(sample_findings(DEMO_WARD.name, changed, demo=True))
    assert [told in one.message for one in found[-1:]] == [True]
    assert changed.splitlines()[found[-1].line - 1].strip().endswith(new.split(": ")[1])
    assert list(sample_findings(DEMO_WARD.name, changed, demo=False)) == []


def test_a_number_in_a_demo_ward_is_found(tmp_path: Path) -> None:
    ward = tmp_path / "ward.yaml"
    ward.write_text(DEMO_WARD.read_text("utf-8").replace("hotline: 0000", "hotline: 0912"), "utf-8")
    (found,) = read_content(ROOT, ward, date(2026, 12, 2)).findings
    assert str(found).startswith('ward.yaml:6: "hotline" of a ward with "demo: true" has a telephone number')


def test_slots_are_read_into_plain_values() -> None:
    ward = READ_WARD("ward.yaml", with_slots())
    (place,) = ward.places
    assert (place.team, place.slots) == ("to-a", (Slots(Span(("sat",), 480, 660), 30, 2),))
    assert ward.home_visits == HomeVisits((Slots(Span(("tue",), 540, 600), 60, 1),), ("to-b",), 12)
    assert ward.takes_appointments
    assert not read_ward("ward.yaml", WARD).takes_appointments


def test_an_empty_file_is_no_ward() -> None:
    with pytest.raises(ContentWrong, match=r"^ward\.yaml:1: "):
        read_ward("ward.yaml", "")


def test_facts_are_said_by_language() -> None:
    facts = read_facts("facts.yaml", FACTS)
    assert facts.by_language() == {
        "vi": {"hotline": "1900 0368", "days": "3 ngày"},
        "en": {"hotline": "1900 0368", "days": "3 days"},
    }
    assert facts.terms["OTP"]["vi"] == ("mã OTP (mã số)",)
    assert facts.facts["days"].until == date(2027, 1, 1)


def test_topics_keep_their_order() -> None:
    text = "topics:\n  b: {vi: Hai, en: Two, guides: [x, y]}\n  a: {vi: Một, en: One, guides: []}\n"
    topics = read_topics("topics.yaml", text)
    assert [(topic.id, topic.guides, topic.title("en"), topic.title("fr")) for topic in topics] == [
        ("b", ("x", "y"), "Two", "Hai"),
        ("a", (), "One", "Một"),
    ]


def test_a_topic_stands_within_one_of_the_main_menu() -> None:
    text = "topics:\n  a: {vi: Một, en: One}\n  b: {vi: Hai, en: Two, within: a, guides: [x]}\n"
    assert [topic.within for topic in read_topics("topics.yaml", text)] == ["", "a"]
    below = text + "  c: {vi: Ba, en: Three, within: b, guides: [y]}\n"
    with pytest.raises(ContentWrong, match=r'^topics\.yaml:4: topic "c" stands within "b", which is no topic'):
        read_topics("topics.yaml", below)


def test_shared_troubles_have_words_in_each_language() -> None:
    text = "mang_yeu:\n  vi: {label: Mạng yếu, say: Thử lại.}\n  en: {label: Slow, say: Try again.}\n"
    troubles = read_troubles("troubles.yaml", text)
    assert troubles["mang_yeu"]["en"].label == "Slow"
    with pytest.raises(ContentWrong, match=r"^troubles\.yaml:1: \"en\" is missing"):
        read_troubles("troubles.yaml", "\n".join(text.splitlines()[:2]))


def test_a_group_on_zalo_is_the_chat_of_the_team_that_has_its_residents() -> None:
    tied = WARD.replace("{id: to-1, name: Tổ 1}", "{id: to-1, name: Tổ 1, zalo_group: f414c8f76fa586fbdfb4}")
    team_a, team_b = read_ward("ward.yaml", tied).teams
    chat = "g-f414c8f76fa586fbdfb4"
    assert (team_a.chat, team_b.chat) == (Chat("zalo-oa", chat, chat), None)


def test_a_ward_tells_what_its_file_leaves_out() -> None:
    assert read_ward("ward.yaml", WARD).unsaid == ("office_hours", "police_hours", "home_visits")
