"""A version of a guide keeps its words for ever: `toso check` refuses other words under a version that is recorded."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from msgspec.structs import replace

from bot.content.checks.records import read_versions, recorded, version_findings, written
from bot.content.loader import CONTENT, GUIDES, ROOT, named_text, unrecorded_findings
from bot.content.schema import Parsed, parse

NAME = "vneid-muc2.yaml"
VIETNAMESE = named_text(ROOT / GUIDES / NAME)[1]
ENGLISH = named_text(ROOT / "locales/en/guides" / NAME)[1]


def guide(vietnamese: str = VIETNAMESE, english: str = ENGLISH) -> Parsed:
    return parse(NAME, vietnamese, {"en": (f"en/{NAME}", english)})


NOW = guide()
RECORDED = recorded([NOW.guide], {})


def counted(parsed: Parsed, by: int) -> Parsed:
    return replace(parsed, guide=replace(parsed.guide, version=parsed.guide.version + by))


def said(parsed: Parsed) -> list[str]:
    return [str(one) for one in version_findings(parsed, RECORDED) if one.blocking]


def test_every_guide_that_is_shipped_has_the_words_that_are_recorded_for_its_version() -> None:
    assert unrecorded_findings(None) == []


def test_what_is_recorded_is_kept_as_it_is_written() -> None:
    assert said(NOW) == []
    assert read_versions("versions.yaml", written(RECORDED)) == RECORDED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ask_like:\n", "ask_like:\n  - một cách hỏi mới\n"),
        ("mark: soft", "mark: stated"),
        ('good: {label: "Có chip, còn hạn", go: sim}', 'good: {label: "Có chip, còn hạn", go: no_card}'),
    ],
)
def test_other_words_under_a_recorded_version_are_refused(old: str, new: str) -> None:
    assert old in VIETNAMESE
    changed = guide(VIETNAMESE.replace(old, new, 1))
    version = changed.guide.version
    sentence = f"vneid-muc2: its words changed, and its version is still {version}: count it up, then --record."
    assert said(changed) == [f"{NAME}:2: {sentence}"]
    assert recorded([changed.guide], RECORDED) == RECORDED, "what is recorded is never recorded anew"


def test_other_words_in_a_translation_and_another_order_of_choices_are_refused() -> None:
    assert "still" in said(guide(english=ENGLISH.replace("Which", "What")))[0]
    step = next(name for name, step in NOW.guide.steps.items() if len(step.choices) > 1)
    choices = dict(reversed(NOW.guide.steps[step].choices.items()))
    steps = {**NOW.guide.steps, step: replace(NOW.guide.steps[step], choices=choices)}
    assert "still" in said(replace(NOW, guide=replace(NOW.guide, steps=steps)))[0]


def test_versions_count_up_and_each_is_recorded() -> None:
    version = NOW.guide.version
    assert said(counted(NOW, -1)) == [
        f"{NAME}:2: vneid-muc2: version {version} is recorded, and this is {version - 1}: versions only count up."
    ]
    newer = counted(NOW, 1)
    assert "is not recorded" in said(newer)[0]
    assert version_findings(newer, recorded([newer.guide], RECORDED)) == []


def test_who_changes_words_is_told_to_count_up_and_then_records(tmp_path: Path) -> None:
    for folder in ("bot", "locales"):
        copytree(ROOT / folder, tmp_path / folder, ignore=lambda _, names: [n for n in names if n == "__pycache__"])
    file = tmp_path / GUIDES / NAME
    version = NOW.guide.version

    def check(*options: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "bot.cli", "check", "vneid-muc2", *options]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout + ran.stderr

    file.write_text(VIETNAMESE.replace("ask_like:\n", "ask_like:\n  - một cách hỏi mới\n"))
    code, told = check("--record")
    assert code == 1
    assert "0 new versions are recorded." in told
    assert f"its words changed, and its version is still {version}" in told
    file.write_text(file.read_text().replace(f"version: {version}\n", f"version: {version + 1}\n"))
    assert check("--record") == (0, "1 new versions are recorded.\n")
    assert f"vneid-muc2: {{version: {version + 1}, " in (tmp_path / CONTENT / "versions.yaml").read_text()
