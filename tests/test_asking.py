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
        "bác đọc giúp em 6 số vừa về máy",
        "đọc giúp cháu mấy số vừa nhảy ra với",
        "bác chụp màn hình tin nhắn ngân hàng gửi em",
        "chup man hinh tin nhan ngan hang gui em nhe bac",
        "o t p của bác là mấy ạ",
        "bác đọc O.T.P cho em",
        "bác gửi em m ã o t p",
        "doc ma 0tp cho e",
        "gui e ma xn vs bac",
        "b cho e xin mk vneid dc k",
        "gởi cháu mã xác nhận nghe bác",
        "Em cần mã xác nhận của bác để làm tiếp ạ",
        "cháu xin phép bác cho cháu mượn mã OTP một chút",
        "Mã OTP đâu bác?",
        "otp bác ơi",
        "bác cho tên và mật khẩu",
        "Bác đừng lo, đọc mã OTP cho cháu",
        "Bác đừng lo đọc mã OTP cho cháu nhé",
        "Ngoài cháu ra thì đừng đọc mã OTP cho ai",
        "Bác chỉ đọc mã OTP cho một mình cháu thôi",
        "bác chuyển tiếp tin nhắn vừa rồi cho cháu",
        "bác gõ mật khẩu rồi gửi cho em",
        "bác chụp hai mặt thẻ căn cước gửi qua zalo cho em",
        "số trên tin nhắn là bao nhiêu bác",
        "bác nhắn mã bí mật sang zalo giúp cháu",
        "bác đọс mã OТР cho cháu",
        "bác đọc mã ＯＴＰ cho cháu",
        "bác đọc mã O\u200bTP cho cháu",
        "không gửi mã OTP cho em thì em không làm hồ sơ được",
        "bac doc so cvv sau the cho chau",
        "Cho cháu biết số dư tài khoản của bác",
        "Bác cung cấp mã PIN giúp cháu",
        "số căn cước của bác là bao nhiêu ạ",
        "Could you please forward me the OTP?",
        "I need your password to continue",
        "Take a screenshot of the bank message and send it to me",
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
        "đừng đọc mã OTP cho ai",
        "Bác đừng đọc mã cho ai, kể cả cháu.",
        "bác nhập mã vào ô trên màn hình",
        "bác tự gõ mật khẩu, đừng gửi cho tôi",
        "bác tự gõ mật khẩu đừng gửi cho tôi",
        "Bác vào dichvucong.gov.vn rồi bấm Đăng nhập",
        "Cháu không bao giờ hỏi mật khẩu của bác",
        "Ai xin mã OTP thì bác đừng cho nhé",
        "Ai gọi hỏi mã OTP thì bác cúp máy, đừng đọc.",
        "Kẻ gian hay xin mã OTP, bác không đọc cho họ nhé",
        "Nếu có người lạ bảo bác đọc mã OTP cho họ thì đừng làm theo",
        "VNeID sẽ gửi cho cô mã OTP, cô nhập vào ô",
        "Hệ thống gửi cho cô mã xác nhận qua tin nhắn",
        "Bác nhập mã OTP xong thì báo cháu nhé",
        "Cháu đợi bác nhập mã ạ",
        "Mã xác nhận về máy bác chưa ạ?",
        "Bác thấy ô nhập mật khẩu chưa ạ?",
        "Mật khẩu mới cần có chữ hoa và số bác nhé",
        "Bác gõ mật khẩu hai lần cho giống nhau",
        "Mã lỗi là gì ạ? Bác đọc cháu nghe dòng chữ đỏ",
        "Bác đọc cho cháu dòng chữ to nhất trên màn hình",
        "Bác chụp màn hình gửi cháu, nhớ che số căn cước",
        "Bác cầm thẻ căn cước áp vào lưng điện thoại",
        "Bác đọc mã hẹn X0001 cho người đến nhà",
        "Bác mở tin nhắn, chép mã rồi dán vào ô đó",
        "Bác bấm «Gửi lại mã» nếu chưa thấy tin",
        "Bác bấm vào chữ Quên mật khẩu ở dưới ô",
        "Bác xem giúp cháu màn hình đang hiện gì ạ",
        "Đừng cho ai mượn điện thoại lúc có mã về",
        "Bác để ý: không ai trong tổ xin mã của bác",
        "Cháu gửi bác mã hồ sơ để bác tra cứu nhé",
        "Bác ký vào tờ khai rồi gửi trên Cổng dịch vụ công",
        "Please type the code into the box on your screen",
        "Never share your password with anyone, not even me",
    ],
)
def test_this_helps(text: str) -> None:
    assert not asks_for_secret(text)


def test_no_canned_reply_is_held_back() -> None:
    for topic in {guide.topic for guide in setting().library.all()}:
        for lang, you in (("en", ""), *(("vi", you) for you in ADDRESSES)):
            for name, text in canned(topic, setting().words.voice(lang, you)):
                assert not asks_for_secret(text), name
