"""What to bring is said twice, in the list and in the step that needs it: what only one of them says is refused."""

import pytest

from bot.content.checks.papers import FILE, UNSAID
from tests.mutations import Checker

CHECKER = Checker()


def told(guide: str, old: str, new: str) -> list[str]:
    """What the check says of a guide in which one thing was changed."""
    vietnamese, english = CHECKER.texts[guide]
    assert old in vietnamese
    return [one.message for one in CHECKER.findings(guide, (vietnamese.replace(old, new, 1), english)) if one.blocking]


@pytest.mark.parametrize(
    ("guide", "old", "new", "message"),
    [
        ("trich-luc", "giấy bị sai và một giấy ghi đúng.", "giấy bị sai.", "the step that needs it names fewer things"),
        ("tuyen-sinh", "  - Giấy khai sinh của con\n", "", 'it says to bring "giấy khai sinh"'),
        ("khai-tu", "- Giấy báo tử của", "- Hộ chiếu của", 'no step says "hộ chiếu"'),
        ("trich-luc", "Mang thẻ căn cước ra phường", "Mang hộ chiếu ra phường", 'it says to bring "hộ chiếu"'),
    ],
)
def test_a_paper_that_only_the_list_or_only_a_step_names_is_refused(
    guide: str, old: str, new: str, message: str
) -> None:
    assert told(guide, "", "") == []
    assert any(message in one for one in told(guide, old, new))


def test_a_line_is_excused_only_while_it_is_in_the_list() -> None:
    """A line that was read and then changed is looked at again."""
    for guide, lines in UNSAID.items():
        bring = CHECKER.parsed(guide).guide.words["vi"].bring
        assert lines <= {*bring}, f"{FILE.name} excuses a line that {guide} does not have"
