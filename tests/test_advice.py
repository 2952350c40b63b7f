"""Advice that costs people their money or their papers stands nowhere; what warns of it does."""

import pytest

from bot.content.checks.advice import advice_faults
from bot.content.checks.spelling import Usage, is_vietnamese, spelling_faults, vietnamese
from tests.setting import content

BAD = [
    ("vi", "Bác đọc mã OTP cho cán bộ."),
    ("vi", "Gửi mật khẩu cho người giúp."),
    ("vi", "Xong thì xóa tin nhắn đó."),
    ("vi", "Bồi dưỡng cán bộ một chút cho nhanh."),
    ("vi", "Đưa ít tiền cho cán bộ để làm nhanh."),
    ("vi", "Cài ứng dụng từ đường dẫn trong tin nhắn."),
    ("vi", "Tải tệp APK về máy."),
    ("vi", "Chụp căn cước gửi qua Zalo."),
    ("vi", "Tắt khóa màn hình cho tiện."),
    ("vi", "Chuyển tiền vào tài khoản cá nhân."),
    ("vi", "Làm theo người gọi là được."),
    ("vi", "Bấm đường dẫn trong tin nhắn để mở."),
    ("vi", "Lấy ngày sinh làm mật khẩu."),
    ("vi", "Dán mật khẩu sau lưng máy."),
    ("vi", "Cứ khai gian cho nhanh."),
    ("vi", "Đừng ngu mà làm vậy."),
    ("en", "Read out the code to the officer."),
    ("en", "Then delete that message."),
    ("en", "Give the officer a little money: a tip for the officer, a gift for the police."),
    ("en", "Install it from the link."),
    ("en", "Send a photo of your ID card by Zalo."),
    ("en", "Turn off the screen lock."),
    ("en", "Pay into his private account."),
    ("en", "Follow the caller."),
    ("en", "You are senile."),
    ("vi", "Không đi nổi thì hội đồng chắc chắn đến tận nhà."),
    ("vi", "Nộp rồi là chắc chắn được duyệt."),
    ("vi", "Cán bộ sẽ đến nhà làm giúp."),
    ("vi", "Phường sẽ cấp lại thẻ."),
    ("en", "The police will come to the home on the same day."),
    ("en", "If you cannot walk, the team will visit you."),
    ("en", "It is guaranteed to be accepted."),
]
GOOD = [
    ("vi", "Đừng đọc mã cho ai."),
    ("vi", "Kẻ gian có thể nói: muốn nhận quà thì đọc mã."),
    ("vi", "Xóa bớt ảnh cũ cho máy nhẹ."),
    ("vi", "Gõ mã OTP vào ô trên màn hình."),
    ("vi", "Lỡ đọc mã rồi thì gọi ngân hàng."),
    ("en", "Never read out a code or a password."),
    ("en", "Anybody who wants a fee first is a scammer."),
    ("en", "I told them the code"),
    ("vi", "Chưa chắc chắn được duyệt."),
    ("vi", "Cán bộ sẽ chỉ tờ cần làm."),
    ("vi", "Họ hứa chắc chắn được việc."),
    ("en", "They promise that the bank will refund it."),
]


@pytest.mark.parametrize(("lang", "text"), BAD)
def test_dangerous_advice_is_refused(lang: str, text: str) -> None:
    assert list(advice_faults(text, lang))


@pytest.mark.parametrize(("lang", "text"), GOOD)
def test_a_warning_is_no_advice(lang: str, text: str) -> None:
    assert list(advice_faults(text, lang)) == []


def test_people_may_read_out_our_own_codes() -> None:
    assert list(advice_faults("Khi gọi, đọc mã này.", "vi"))
    assert list(advice_faults("Khi gọi, đọc mã này.", "vi", own_codes=True)) == []
    assert list(advice_faults("Đọc mật khẩu cho người giúp.", "vi", own_codes=True))


@pytest.mark.parametrize("word", ["nghiêng", "quyển", "gì", "giếng", "khuỷu", "thuở", "yến", "ước", "quốc"])
def test_a_syllable_that_can_be(word: str) -> None:
    assert is_vietnamese(word)


@pytest.mark.parametrize("word", ["giâyy", "nghàng", "kông", "tạmp", "cắt̀", "phướng̣", "ngiêng", "mâsc", "giayz", "tàc"])
def test_a_syllable_that_cannot_be(word: str) -> None:
    assert not is_vietnamese(word)


def test_a_lost_sign_is_seen() -> None:
    usage = Usage(text for parsed in content().guides for text in vietnamese(parsed.guide.words["vi"]))
    for lost in ("Mang the căn cước ra phường.", "Bấm nút xac nhận.", "Ra công an phương hỏi.", "Gõ mật khâu vào ô."):
        assert list(spelling_faults(lost, usage, ())), lost
    assert list(spelling_faults("Mang thẻ căn cước ra phường.", usage, ())) == []
    assert list(spelling_faults("Bà con hay gọi là nhậu khẩu.", usage, ()))
    assert list(spelling_faults("Bấm nút submit.", usage, ()))
    assert list(spelling_faults("Bấm nút submit.", usage, ("submit",))) == []
