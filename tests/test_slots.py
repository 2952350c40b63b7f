"""Slots of help points and home visits: on the right days, never on a day off, never past their seats."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.content.loader import DEMO_WARD
from bot.content.ward import HelpPoint, HomeVisits, Slots, Team, Ward
from bot.content.ward_schema import read_ward
from bot.desk.appointment_rules import HORIZON_DAYS, Slot, free
from bot.desk.roster import Roster
from bot.model import Appointment, replace
from bot.model.hours import DAYS, VIETNAM, Span

WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=VIETNAM)
ALL, GROUP = Team("all", "Cả phường"), Team("g1", "Tổ 1", groups=("mau-1",), holidays=frozenset({date(2026, 11, 28)}))
POINT, HOME = "diem", "home:all"
DEMO = read_ward(DEMO_WARD.name, DEMO_WARD.read_text("utf-8"))


def ward(*slots: Slots, team: str = "", home: HomeVisits | None = None) -> Ward:
    place = HelpPoint(POINT, "Điểm", "ngõ 0", team=team, slots=slots)
    return replace(DEMO, teams=(GROUP, ALL), places=(place,), home_visits=home, holidays=frozenset())


def slots(days: str, opens: int = 480, closes: int = 660, minutes: int = 30, seats: int = 2) -> Slots:
    return Slots(Span(tuple(day for day in DAYS if day in days.split()), opens, closes), minutes, seats)


def starts(of: Ward, calendar: str = POINT, now: datetime = WEDNESDAY, kept: Sequence[Appointment] = ()) -> list[str]:
    return [f"{slot.at:%d/%m %H:%M}" for slot in free(of, Roster(of), calendar, kept, now)]


def taken(slot: Slot, **fields: object) -> Appointment:
    made = Appointment(slot=slot.id, at=int(slot.at.timestamp()), team=slot.team)
    return replace(made, **fields)


def test_slots_are_whole_and_within_two_weeks() -> None:
    assert starts(ward(slots("sat", 480, 570, 40))) == ["28/11 08:00", "28/11 08:40", "05/12 08:00", "05/12 08:40"]


def test_what_has_begun_cannot_be_booked() -> None:
    times = starts(ward(slots("wed", 480, 660, 60)))
    assert times[:2] == ["25/11 10:00", "02/12 08:00"]


def test_days_off_are_those_of_the_team_that_is_there() -> None:
    saturday = slots("sat", 480, 510)
    assert starts(ward(saturday)) == ["28/11 08:00", "05/12 08:00"]
    assert starts(ward(saturday, team="g1")) == ["05/12 08:00"]
    assert starts(replace(ward(saturday), holidays=frozenset({date(2026, 12, 5)}))) == ["28/11 08:00"]


def test_a_visit_needs_notice() -> None:
    home = HomeVisits((slots("wed thu", 480, 600, 60),), notice_hours=24)
    assert starts(ward(home=home), HOME)[:2] == ["02/12 08:00", "02/12 09:00"], "Thursday at nine is not after 24 hours"
    assert starts(ward(home=home), HOME, WEDNESDAY - timedelta(minutes=1))[0] == "26/11 09:00"


def test_only_the_teams_that_go_have_a_calendar() -> None:
    home = HomeVisits((slots("thu"),), teams=("g1",))
    assert starts(ward(home=home), "home:g1") != []
    assert starts(ward(home=home), "home:all") == []
    assert starts(ward(), HOME) == []
    assert starts(ward(), "da-go-bo") == []


def test_a_slot_is_free_until_its_last_seat_is_taken() -> None:
    there = ward(slots("sat", 480, 510, seats=2))
    first = free(there, Roster(there), POINT, (), WEDNESDAY)[0]
    one = taken(first)
    assert starts(there, kept=[one]) == ["28/11 08:00", "05/12 08:00"]
    assert starts(there, kept=[one, one]) == ["05/12 08:00"]
    assert starts(there, kept=[one, replace(one, state="off")]) == ["28/11 08:00", "05/12 08:00"]


SPANS = st.builds(
    lambda days, opens, length, minutes, seats: Slots(
        Span(tuple(days), opens, opens + max(length, minutes)), minutes, seats
    ),
    st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
    st.integers(0, 1440 - 300),
    st.integers(10, 300),
    st.integers(10, 300),
    st.integers(1, 5),
)


@given(
    SPANS,
    st.integers(0, 2 * 366 * 86_400).map(
        lambda seconds: datetime(2026, 1, 1, tzinfo=VIETNAM) + timedelta(seconds=seconds)
    ),
    st.frozensets(st.dates(date(2026, 1, 1), date(2028, 1, 31)), max_size=30),
)
def test_every_slot_lies_in_its_span_ahead_of_now_and_on_no_day_off(
    spans: Slots, now: datetime, holidays: frozenset[date]
) -> None:
    there = replace(ward(spans), holidays=holidays)
    found = free(there, Roster(there), POINT, (), now)
    for slot in found:
        day = datetime.combine(slot.at.date(), time(), VIETNAM)
        assert DAYS[slot.at.weekday()] in spans.span.days
        assert now < slot.at < now + timedelta(days=HORIZON_DAYS)
        assert day + timedelta(minutes=spans.span.opens) <= slot.at
        assert slot.at + timedelta(minutes=spans.minutes) <= day + timedelta(minutes=spans.span.closes)
        assert slot.at.date() not in holidays
    assert len({slot.id for slot in found}) == len(found)
    assert [slot.at for slot in found] == sorted(slot.at for slot in found)
    full = [taken(slot) for slot in found for _ in range(slot.seats)]
    assert not free(there, Roster(there), POINT, full, now)
