"""What was found in content is kept: nothing is looked through twice, and nothing that changed is overlooked."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.content.loader import ROOT, Found, found_once, read_content
from bot.content.yaml import Finding

DAY = date(2026, 11, 27)
FOUND = Found({"sim": [Finding("sim.yaml", 3, "no.", False)]}, [Finding("talk.yaml", 1, "so.")])


class Eyes:
    """Looks, and knows how often."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> Found:
        self.looks += 1
        return FOUND


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "bot/content/guides").mkdir(parents=True)
    (tmp_path / "bot/content/guides/sim.yaml").write_text("id: sim", "utf-8")
    return tmp_path


def test_the_same_files_are_looked_through_once_a_day(root: Path) -> None:
    eyes, keep = Eyes(), root / "build/found"
    assert [found_once(eyes, root, DAY, keep) for _ in range(3)] == [FOUND] * 3
    assert eyes.looks == 1
    found_once(eyes, root, DAY + timedelta(1), keep)
    assert eyes.looks == 2
    assert [file.name for file in keep.parent.iterdir()] == ["found"]


def test_a_file_that_changed_came_or_went_is_seen(root: Path) -> None:
    eyes, guides = Eyes(), root / "bot/content/guides"
    found_once(eyes, root, DAY, root / "found")
    (guides / "sim.yaml").write_text("id: zim", "utf-8")
    found_once(eyes, root, DAY, root / "found")
    (guides / "new.yaml").write_text("", "utf-8")
    found_once(eyes, root, DAY, root / "found")
    (guides / "sim.yaml").unlink()
    found_once(eyes, root, DAY, root / "found")
    assert eyes.looks == 4


@pytest.mark.parametrize("broken", [b"", b"\xc1junk", b"\x90"])
def test_where_nothing_can_be_kept_everybody_looks(broken: bytes, root: Path) -> None:
    eyes = Eyes()
    (root / "found").write_bytes(broken)
    assert found_once(eyes, root, DAY, root / "found" / "below") == FOUND
    assert found_once(eyes, root, DAY, root / "found") == FOUND
    assert eyes.looks == 2


def test_content_read_again_is_the_same(tmp_path: Path) -> None:
    first, again = (read_content(ROOT, None, DAY, tmp_path / "found") for _ in range(2))
    assert again.findings == first.findings == read_content(ROOT, None, DAY).findings
    assert [parsed.guide for parsed in again.guides] == [parsed.guide for parsed in first.guides]
