"""How guides are joined is said twice: an answer, a remedy or a mark that only one of the two has is refused."""

import pytest

from bot.content.checks.second_copy import GUIDES_FILE, Remedy, SecondGuides, read_second_guides, remedy_faults
from bot.content.guide import TroubleWords
from bot.content.loader import ROOT, check_path, named_text
from tests.mutations import TODAY, Checker

CHECKER = Checker()


def refused(guide: str, old: str, new: str) -> list[str]:
    """What the check says of a guide in which one thing was changed."""
    vietnamese, english = CHECKER.texts[guide]
    assert old in vietnamese
    found = CHECKER.findings(guide, (vietnamese.replace(old, new, 1), english))
    return [one.message for one in found if one.blocking and GUIDES_FILE in one.message]


def second() -> SecondGuides:
    return read_second_guides(*named_text(ROOT / "bot/content" / GUIDES_FILE))


def test_guides_and_their_copy_are_the_same() -> None:
    assert check_path(None, TODAY) == []
    assert sorted(second().guides) == CHECKER.names


@pytest.mark.parametrize(
    ("guide", "old", "new", "told"),
    [
        ("doi-gplx", "valid: {label: Báo hợp lệ, go: pay}", "valid: {label: Báo hợp lệ, go: fix}", 'choice "valid"'),
        ("dang-ky-xe", "go: guide:dvc-tra-cuu", "go: guide:dvc-thanh-toan", "leads to"),
        ("vneid-tre-em", "next: sign_in", "next: find", 'step "update"'),
        ("lltp", "mark: soft", "mark: stated", "its sources are marked"),
        ("zalo", "start: what", "start: news", "it starts at"),
    ],
)
def test_one_edit_of_what_joins_a_guide_is_refused(guide: str, old: str, new: str, told: str) -> None:
    assert any(told in message for message in refused(guide, old, new))


def test_remedies_that_changed_places_are_refused_and_new_words_are_not() -> None:
    call, delete = "Gọi nhà mạng khóa SIM.", "Xóa ảnh cũ."
    troubles = {"lost": TroubleWords("Mất máy", call), "full": TroubleWords("Máy đầy", delete)}
    copies = {"lost": Remedy("khóa sim"), "full": Remedy("ảnh cũ")}
    assert list(remedy_faults(troubles, copies)) == []
    better = troubles | {"full": TroubleWords("Máy đầy", "Ảnh cũ thì xóa bớt cho nhẹ máy.")}
    assert list(remedy_faults(better, copies)) == []
    swapped = {"lost": TroubleWords("Mất máy", delete), "full": TroubleWords("Máy đầy", call)}
    assert sorted(name for name, _ in remedy_faults(swapped, copies)) == ["full", "lost"]
    assert sorted(name for name, _ in remedy_faults({}, copies)) == ["full", "lost"]


def test_the_words_of_a_remedy_are_its_own() -> None:
    """Else another remedy could stand in its place."""
    for guide, copy in second().guides.items():
        own = CHECKER.parsed(guide).guide.words["vi"].troubles
        for name, remedy in copy.remedies.items():
            others = {other: own[other] for other in own if other != name}
            assert all(list(remedy_faults({name: trouble}, {name: remedy})) for trouble in others.values()), (
                guide,
                name,
            )
