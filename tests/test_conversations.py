"""Plays every conversation file: the bot must say now what the file says. `--update` rewrites the files."""

from pathlib import Path

import pytest

from bot.flows import FLOWS
from bot.simulator.transcript import play
from tests.setting import content, setting

FILES = sorted((Path(__file__).parent / "conversations").rglob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(file.parents[1])))
def test_the_bot_says_what_the_conversation_says(file: Path, request: pytest.FixtureRequest) -> None:
    before = file.read_text(encoding="utf-8")
    after = play(file.name, before, setting())
    if request.config.getoption("update"):
        file.write_text(after, encoding="utf-8")
        return
    assert after == before


def test_every_conversation_says_first_whose_story_it_is() -> None:
    assert [file.name for file in FILES if not file.read_text(encoding="utf-8").startswith("# ")] == []


def test_every_flow_has_a_conversation() -> None:
    folder = Path(__file__).parent / "conversations" / "flows"
    assert [flow.name for flow in FLOWS if not list(folder.glob(f"{flow.name}*.txt"))] == []


def test_every_guide_has_a_conversation_in_both_languages() -> None:
    folder = Path(__file__).parent / "conversations" / "guides"
    wanted = [f"{parsed.guide.id}.{lang}" for parsed in content().guides for lang in ("vi", "en")]
    assert [name for name in wanted if not list(folder.glob(f"{name}*.txt"))] == []
