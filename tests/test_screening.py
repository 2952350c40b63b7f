"""What a scammer writes is held back, also in new words; what helpers write is sent. Measured on replies set aside."""

from collections.abc import Mapping, Sequence
from itertools import batched
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from bot.content.loader import CONTENT, ROOT
from bot.desk.links import leads_elsewhere
from bot.desk.outgoing import and_then, official_of, why_held_back
from bot.desk.request_summary import canned
from bot.desk.screening import ASKS, Replies
from bot.engine.texts import ADDRESSES
from tests.scam_words import IN_PIECES, LOOK_ALIKES, NO_NAMES
from tests.setting import setting

EXAMPLES = msgspec.yaml.decode((ROOT / CONTENT / "replies.yaml").read_bytes(), type=Replies)
_YOU = ("bác", "cô", "chú", "ông", "bà", "dì", "anh", "chị")
_ME = ("cháu", "em", "con", "mình", "tôi")
UNSEEN: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("unseen_replies.yaml").read_text("utf-8"))


def held(texts: Sequence[str]) -> dict[str, str]:
    """Those that are held back, and why."""
    return {text: reason for text in texts if (reason := why_held_back(setting(), text))}


def reasons(pieces: Sequence[str]) -> list[str | None]:
    """What becomes of each of these replies, sent one after the other."""
    replied: tuple[str, ...] = ()
    found: list[str | None] = []
    for piece in pieces:
        found.append(why_held_back(setting(), piece, replied))
        replied = and_then(replied, piece)
    return found


@pytest.mark.parametrize(
    ("name", "share"),
    [("stranger_scams", 0.9), ("scams", 0.85), ("second_scams", 0.9), ("third_scams", 0.8), ("fourth_scams", 0.85),
     ("fifth_scams", 0.75)],
)  # fmt: skip
def test_of_new_scams_most_are_held(name: str, share: float) -> None:
    texts = UNSEEN[name]
    assert len(held(texts)) >= share * len(texts), sorted(set(texts) - set(held(texts)))


@pytest.mark.parametrize(
    ("name", "share"),
    [("stranger_help", 0.04), ("help", 0.07), ("second_help", 0.04), ("third_help", 0.05), ("fourth_help", 0.02),
     ("fifth_help", 0.02)],
)  # fmt: skip
def test_of_new_help_little_is_held(name: str, share: float) -> None:
    assert len(wrongly := held(UNSEEN[name])) <= share * len(UNSEEN[name]), wrongly


def test_everyday_talk_is_sent_whatever_people_call_each_other() -> None:
    texts = [text.format(you=you, me=me) for text in UNSEEN["everyday"] for you in _YOU for me in _ME]
    assert len(wrongly := held(texts)) <= 0.03 * len(texts), wrongly


@pytest.mark.parametrize(
    "site",
    [
        "dichvucong.gov.vn",
        "https://dangnhap.taikhoan.gov.vn/tai-app?chuyen-tien",
        "www.nhantien.quetma.gov.vn",
        "gov.vn",
    ],
)
def test_what_a_site_of_the_state_is_called_is_no_matter(site: str) -> None:
    assert not held([f"Bác vào trang {site}.", f"Bác mở {site} rồi bấm Tiếp tục nhé", f"Cô gõ ({site}) lên trên cùng"])


def test_settings_are_no_installing() -> None:
    assert not held([f"Bác {does} Cài đặt, chọn {what}" for does in ("vào", "mở", "bấm", "tìm") for what in
                     ("Ứng dụng", "Kết nối", "Màn hình khóa", "Bảo mật", "Hỗ trợ tiếp cận", "Ngôn ngữ")])  # fmt: skip
    assert held(["Bác cài đặt ứng dụng này cho cháu điều khiển máy"])


def test_new_scams_in_pieces_are_held() -> None:
    passed = [pieces for pieces in UNSEEN["stranger_pieces"] if not any(reasons(pieces))]
    assert len(passed) <= 3, passed


def test_nothing_was_learnt_from_what_is_unseen() -> None:
    learnt = {text.casefold() for texts in msgspec.structs.asdict(EXAMPLES).values() for text in texts}
    unseen = {text for name, texts in UNSEEN.items() if name != "stranger_pieces" for text in texts}
    assert not {text for text in unseen if text.casefold() in learnt}


@pytest.mark.parametrize("asked", ASKS)
def test_every_example_of_a_scam_is_held(asked: str) -> None:
    texts: Sequence[str] = getattr(EXAMPLES, asked)
    assert not set(texts) - set(held(texts))


def test_examples_of_help_are_sent() -> None:
    assert len(wrongly := held(EXAMPLES.fit)) <= 0.005 * len(EXAMPLES.fit), wrongly


def test_a_scam_between_helping_sentences_is_held() -> None:
    scams, help_ = UNSEEN["stranger_scams"], UNSEEN["stranger_help"]
    texts = [f"{help_[at % 80]}. {scam}. {help_[at % 80 + 1]}." for at, scam in enumerate(scams)]
    assert len(held(texts)) >= 0.85 * len(texts)


@pytest.mark.parametrize("pieces", IN_PIECES)
def test_what_is_said_in_pieces_is_held_at_the_last(pieces: Sequence[str]) -> None:
    assert any(reasons(pieces))


def test_what_came_long_before_is_no_part_of_it() -> None:
    between = ("Bác bấm nút màu xanh ở dưới", "Bác kéo xuống cuối trang giúp cháu", "Bác chờ máy chạy xong đã ạ")
    assert reasons(("bác đọc giúp cháu", *between, "Bác nhập mã vào ô nhé"))[1:] == [None] * 4


def test_help_after_help_is_sent() -> None:
    talks = list(batched(UNSEEN["stranger_help"] + UNSEEN["help"], 4))
    alone = held([text for talk in talks for text in talk])
    wrongly = [text for talk in talks for text, reason in zip(talk, reasons(talk), strict=True)
               if reason and text not in alone]  # fmt: skip
    assert len(wrongly) <= 3, wrongly


def test_what_is_plainly_help_is_sent_whatever_was_written_before() -> None:
    passed = [text for text in UNSEEN["stranger_scams"] + UNSEEN["scams"] + UNSEEN["fifth_scams"] if not held([text])]
    asked = ("Mã yêu cầu của bác là gì ạ?", "Bác đọc cho cháu mã yêu cầu ạ", "Bác nhắn tin lại cho cháu nhé")
    wrongly = [(before, text) for before in passed for text in asked if reasons((before, text))[-1]]
    assert passed
    assert not wrongly


def test_what_may_be_said_once_may_be_said_again() -> None:
    fit = [text for text in (*UNSEEN["stranger_help"], *UNSEEN["help"], "Bác chờ cháu nhé.") if not held([text])]
    assert not [text for text in fit if any(reasons([text] * 4))]


def test_no_canned_reply_is_held_back() -> None:
    for topic in {guide.topic for guide in setting().library.all()}:
        for lang, you in (("en", ""), *(("vi", you) for you in ADDRESSES)):
            for name, text in canned(topic, setting().words.voice(lang, you)):
                assert why_held_back(setting(), text) is None, (name, text)


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_can_be_read_as_a_site_is_held(text: str) -> None:
    assert leads_elsewhere(text, official_of(setting()))


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_is_no_site_is_sent(text: str) -> None:
    assert not leads_elsewhere(text, official_of(setting()))


def test_what_is_kept_of_a_reply_is_short_however_it_is_written() -> None:
    replied: tuple[str, ...] = ()
    for _ in range(9):
        replied = and_then(replied, "\ufdfa" * 1000)
    assert sum(map(len, replied)) <= 600
    assert all(each.isprintable() and "\ufdfa" not in each for each in replied)
