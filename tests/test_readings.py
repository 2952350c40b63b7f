"""What was changed since somebody else read it is unread, whatever the change; ways of asking are nobody's to read."""

from datetime import date

import pytest

from bot.content.checks.records import UNREAD, Reading, parts_of, read_reading, reading_findings, written_readings
from bot.content.loader import GUIDES, ROOT, named_text
from bot.content.schema import Parsed, parse

NAME = "vneid-muc2.yaml"
VIETNAMESE = named_text(ROOT / GUIDES / NAME)[1]
ENGLISH = named_text(ROOT / "locales/en/guides" / NAME)[1]


def guide(vietnamese: str = VIETNAMESE, english: str = ENGLISH) -> Parsed:
    return parse(NAME, vietnamese, {"en": (f"en/{NAME}", english)})


READ = Reading("Lan", date(2026, 12, 2), dict(parts_of(guide())))


def test_what_was_read_is_read_and_kept_as_it_is_written() -> None:
    assert reading_findings(guide(), READ) == []
    assert read_reading(NAME, written_readings(READ)) == READ


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('good: {label: "Có chip, còn hạn", go: sim}', 'good: {label: "Có chip, còn hạn", go: no_card}', "card"),
        ("mark: soft", "mark: stated", "what stands above the steps"),
        ("bring_to: police", "bring_to: office", "what stands above the steps"),
    ],
)
def test_a_change_in_vietnamese_is_unread(old: str, new: str, part: str) -> None:
    assert old in VIETNAMESE
    found = reading_findings(guide(VIETNAMESE.replace(old, new, 1)), READ)
    assert [one.blocking for one in found] == [False]
    assert found[0].message.startswith(UNREAD)
    assert part in found[0].message
    assert "Lan" in found[0].message


def test_a_change_in_english_is_unread_and_one_of_asking_is_not() -> None:
    changed = guide(english=ENGLISH.replace("Which", "What").replace("So nobody can", "So anybody can"))
    assert [one.message.split('"')[1] for one in reading_findings(changed, READ)] == ["parent"]
    asked = guide(VIETNAMESE.replace("ask_like:\n", "ask_like:\n  - một cách hỏi mới\n"))
    assert reading_findings(asked, READ) == []
    assert reading_findings(guide(), None)[0].message.startswith(UNREAD)
