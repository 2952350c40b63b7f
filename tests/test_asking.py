"""A volunteer's words that ask for a secret are held back; words that help to type one are not."""

import pytest

from bot.desk.asking import asks_for_secret
from bot.desk.canned import canned
from bot.words import ADDRESSES
from tests.setting import setting


@pytest.mark.parametrize(
    "text",
    [
        "bác đọc mã OTP",
        "Bác đọc mã OTP cho cháu",
        "doc ma otp cho chau",
        "đọc mã",
        "bác đọc mật khẩu lên nhé",
        "bác đọc 6 số vừa gửi về máy",
        "gửi cháu mã 6 số",
        "bác gửi cháu 6 chữ số",
        "bác đọc dãy số trong tin nhắn",
        "bác cho cháu xin mã",
        "bác nhập mã vào đây",
        "bác gõ mã OTP vào đây cháu kiểm tra",
        "bác chụp căn cước gửi cháu",
        "bác cho cháu số căn cước",
        "mã bao nhiêu ạ",
        "Mật khẩu của bác là gì?",
        "Bác ơi, máy báo mã rồi. Bác đọc cho cháu mã đó.",
        "send me your code",
        "What is your password?",
    ],
)
def test_this_asks(text: str) -> None:
    assert asks_for_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bác đọc mã OTP rồi gõ vào VNeID",
        "Bác đọc mã OTP, rồi tự gõ vào ô.",
        "Bác đọc mã trên máy cũ, gõ sang máy mới",
        "Bác đừng đọc mã OTP cho ai",
        "Bác đừng đọc mã",
        "Bác có nhận được mã chưa?",
        "Bác nhập mật khẩu vào ô thứ hai",
        "Bác bấm «Quên mật khẩu» nhé",
        "Bác chụp màn hình báo lỗi gửi cháu",
        "Bác đọc mã yêu cầu cho cháu",
        "Bác mang căn cước ra phường",
        "Don't tell anyone your OTP",
    ],
)
def test_this_helps(text: str) -> None:
    assert not asks_for_secret(text)


def test_no_canned_reply_is_held_back() -> None:
    for topic in {guide.topic for guide in setting().library.all()}:
        for lang, you in (("en", ""), *(("vi", you) for you in ADDRESSES)):
            for name, text in canned(topic, setting().words.voice(lang, you)):
                assert not asks_for_secret(text), name
