"""Files written as a whole, or not at all."""

from pathlib import Path

import pytest

from bot.background import write_whole


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_whole(tmp_path / "taken", b"new")
    write_whole(tmp_path / "free", b"old")
    write_whole(tmp_path / "free", b"new")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["free", "taken"]
    assert (tmp_path / "free").read_bytes() == b"new"
