"""What a conversation file may say about time, and how it is told that it may not."""

from datetime import datetime

import pytest

from bot.errors import ContentWrong
from bot.model.hours import VIETNAM
from bot.simulator.transcript import perform, play
from tests.setting import setting


@pytest.mark.parametrize(
    ("direction", "moment"),
    [
        ("(it is 12:10 on Wednesday)", "2026-11-25 12:10"),
        ("(it is 08:59 on Wednesday)", "2026-12-02 08:59"),
        ("(it is 20:15 on Saturday)", "2026-11-28 20:15"),
        ("(it is 16:30 on 31/12/2026)", "2026-12-31 16:30"),
    ],
)
def test_a_file_says_what_time_it_is(direction: str, moment: str) -> None:
    *_, last = perform("x", f"{direction}\n(a known resident, called bác)\nResident: menu\n", setting())
    heard = last.turns[0].session.heard_at
    assert f"{datetime.fromtimestamp(heard, VIETNAM):%Y-%m-%d %H:%M}" == moment


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("(it is 25:10 on Saturday)", "is no time"),
        ("(it is 10:00 on Someday)", "is no time"),
        ("(it is 10:00 on 31/11/2026)", "is no time"),
        ("(it is 08:00 on 25/11/2026)", "is over already"),
        ("(it is late)", "neither the resident's nor a stage direction"),
        ("(a known resident, called Sếp)", "is no form of address"),
        ("Resident presses: Bay", 'no button "Bay"'),
        ("Resident sends: pigeon", 'no button "pigeon"'),
    ],
)
def test_a_line_that_cannot_be_played_is_named(line: str, said: str) -> None:
    with pytest.raises(ContentWrong, match=r"^x\.txt:2: ") as error:
        play("x.txt", f"# A story.\n{line}\n", setting())
    assert said in str(error.value)


def test_playing_a_played_file_changes_nothing() -> None:
    once = play("x", "# A story.\nResident: alo\nResident: 1\n(2 days pass)\nResident: bác\n", setting())
    assert play("x", once, setting()) == once
