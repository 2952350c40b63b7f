"""The day after a fact has ended: no guide is lost, and nobody is told that it still holds."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import toso
from bot.content.guide import LANGUAGES
from bot.content.library import FileLibrary
from bot.content.loader import ROOT, read_content
from bot.loading import make_setting, read_words
from bot.nlu.intent import Matcher
from bot.settings import Settings
from bot.simulator.player import START, Player, known_resident
from bot.store.memory import MemoryStore
from tests.contracts.desk_site import StoppedClock
from tests.setting import RETENTION_DAYS, content, parts_of

LAST_DAY, AFTER = date(2027, 2, 28), date(2027, 3, 1)
EARLIEST = min(parsed.guide.review_by for parsed in content().guides)
ENDED = {"vi": "28/2/2027 (đã hết hạn, cần hỏi lại)", "en": "28 February 2027 (this has ended, please ask)"}
STEPS = {"can-cuoc": ("fee", "free"), "tam-tru": ("cost", "free")}
"""How a resident comes to the step that says it."""


def test_no_guide_is_lost_when_a_fact_ends() -> None:
    after = read_content(ROOT, None, AFTER)
    assert {parsed.guide.id for parsed in after.guides} == {parsed.guide.id for parsed in content().guides}
    assert [str(one) for one in after.findings if one.blocking] == []
    assert any('stale: fact "cong_dan_so_until" held until 2027-02-28' in one.message for one in after.findings)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("guide", STEPS)
def test_what_has_ended_is_said_as_ended(guide: str, lang: str) -> None:
    assert ENDED[lang] in _read(guide, lang, AFTER)
    assert ENDED[lang].partition(" (")[0] in _read(guide, lang, LAST_DAY)
    assert ENDED[lang] not in _read(guide, lang, LAST_DAY)


def _read(guide: str, lang: str, on: date) -> str:
    """The step of the guide that says the fact, as a resident reads it on the day `on`."""
    library = FileLibrary([parsed.guide for parsed in content().guides])
    setting = make_setting(content(), read_words(content(), on), library, Matcher(()), RETENTION_DAYS)
    player = Player(setting, known_resident("bac", lang), START)
    shown = player.says(f"/start {guide}").replies[-1]
    for choice in STEPS[guide]:
        turn = player.presses(next(each.label for each in shown.choices if each.id == choice))
        assert turn
        shown = turn.replies[-1]
    return shown.text


@pytest.mark.parametrize(
    ("on", "line", "code"),
    [
        (EARLIEST - timedelta(days=30), "", 0),
        (EARLIEST, f"soon: look at it again by {EARLIEST}.", 0),
        (EARLIEST + timedelta(days=1), f"stale: it should have been looked at again by {EARLIEST}.", 1),
        (LAST_DAY, 'soon: fact "cong_dan_so_until" holds until 2027-02-28; said in can-cuoc, cong-dan-so,', 1),
        (AFTER, 'stale: fact "cong_dan_so_until" held until 2027-02-28; said in can-cuoc, cong-dan-so,', 1),
    ],
)
def test_the_list_of_what_is_stale(on: date, line: str, code: int) -> None:
    listed = CliRunner().invoke(toso, ["check", "--stale", "--on", on.isoformat()])
    assert listed.exit_code == code
    assert line in listed.output
    assert line or not listed.output


def test_the_report_of_one_guide() -> None:
    listed = CliRunner().invoke(toso, ["check", "--report", "can-cuoc"])
    assert listed.exit_code == 0
    lines = [line.split() for line in listed.output.splitlines()[1:]]
    assert [line[:2] for line in lines] == [["can-cuoc", "vi"], ["can-cuoc", "en"]]
    steps, _, longest, characters, minutes = lines[0][2:]
    assert int(steps) == len(next(each.guide.steps for each in content().guides if each.guide.id == "can-cuoc"))
    assert (int(longest) <= 15, int(characters) <= 300, 0 < float(minutes) < 5) == (True, True, True)


@pytest.mark.parametrize("arguments", [["--stale", "can-cuoc"], ["--on", "2027-01-01"], ["can-cuok"]])
def test_what_makes_no_sense_is_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(toso, ["check", *arguments]).exit_code == 2


@pytest.mark.parametrize(("at", "ended"), [("2027-02-28T23:59+07:00", False), ("2027-03-01T00:01+07:00", True)])
async def test_an_app_says_it_from_midnight_in_vietnam(at: str, ended: bool, tmp_path: Path) -> None:
    clock = StoppedClock()
    clock.ms = round(datetime.fromisoformat(at).timestamp() * 1000)
    parts = parts_of(Settings(data_dir=tmp_path), MemoryStore("stale"), content(), clock)
    await parts.start()
    try:
        for lang, words in ENDED.items():
            assert (parts.words.voice(lang).render("{{ fact.cong_dan_so_until }}") == words) is ended
    finally:
        await parts.stop()
