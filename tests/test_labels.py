"""What a label of a screen means in English: the same in pictures and guides, and no other label's meaning."""

from pathlib import Path
from shutil import copytree

import pytest

from bot.content.checks.labels import label_faults, told_meanings
from bot.content.loader import ROOT, SCREENS, read_content
from bot.images.screens import Label
from tests.mutations import TODAY

SHOWN = [Label("Lưu", "Save"), Label("Gửi yêu cầu", "Send request"), Label("Xác nhận", "Confirm")]
TOLD = list(told_meanings("Tap «Lưu» (save), then «Gửi yêu cầu» (send). «Xong» is no label."))


@pytest.mark.parametrize(
    ("label", "told"),
    [
        (Label("Lưu", "Delete"), '"Lưu" means "save", and elsewhere "delete"'),
        (Label("Gửi", "Confirm"), '"Xác nhận" and "Gửi" both mean "confirm"'),
        (Label("Mật khẩu mới", "New card"), '"Mật khẩu mới" says something else than "new card"'),
        (Label("Không đồng ý", "Agree"), '"Không đồng ý" says something else than "agree"'),
        (Label("Cài đặt", "Delete"), '"Cài đặt" means "Install", "Settings", and here "delete"'),
    ],
)
def test_a_meaning_that_is_not_the_labels_is_told(label: Label, told: str) -> None:
    assert list(label_faults(SHOWN, TOLD)) == []
    assert any(told in one for one in label_faults([*SHOWN, label], TOLD))


def test_labels_whose_words_are_alike_may_mean_the_same() -> None:
    alike = [
        Label("Yêu cầu gửi", "Send request"),
        Label("Bài 2", "Lesson 2"),
        Label("Cài đặt", "Settings"),
        Label("Wi-Fi"),
    ]
    assert list(label_faults([*SHOWN, *alike], TOLD)) == []


def test_a_picture_that_means_another_button_is_refused(tmp_path: Path) -> None:
    for part in ("bot/content", "locales"):
        copytree(ROOT / part, tmp_path / part)
    screens = tmp_path / SCREENS / "vneid.yaml"
    text = screens.read_text("utf-8")
    assert "- button: Hủy liên kết | Unlink" in text
    screens.write_text(text.replace("Hủy liên kết | Unlink", "Hủy liên kết | Confirm"), "utf-8")
    found = [one.message for one in read_content(tmp_path, None, TODAY).findings]
    assert found
    assert all("Hủy liên kết" in message for message in found)
