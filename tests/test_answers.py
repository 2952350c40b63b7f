"""An answer in other words than the choices on screen: taken where it is clear, and nowhere else."""

import pytest

from tests.setting import setting

PHONES = ("Samsung, Oppo, máy khác", "iPhone, lưng có quả táo", "Máy có phím bấm", "Không biết máy gì")
OLD_PHONE = ("Máy cũ còn mở được", "Máy cũ mất hoặc hỏng", "Vẫn máy này, vừa cài lại", "VNeID ở máy người khác")
NEEDED = ("Đủ cả ba", "Không còn SIM đó", "Không có thẻ gắn chip", "Quên mật khẩu", "Đã đổi số điện thoại")
LOST = ("Máy chỉ hỏng, không mất", "Đã khóa ngân hàng, SIM", "Đã khóa cả VNeID", "Tiền đang mất, giúp ngay")
CHIP = ("Có NFC", "Không có NFC", "Không biết")
DONE = ("Xong rồi", "Chưa được")


@pytest.mark.parametrize(
    ("labels", "text", "wanted"),
    [
        (PHONES, "tôi dùng samsung", 0),
        (PHONES, "may cua bac la samsumg", 0),
        (PHONES, "I have an iphone", 1),
        (PHONES, "không biết là máy gì", 3),
        (OLD_PHONE, "máy cũ vẫn mở được", 0),
        (OLD_PHONE, "may cu hong roi", 1),
        (OLD_PHONE, "cái máy cũ của tôi bị mất cắp rồi", 1),
        (OLD_PHONE, "vẫn máy này tôi mới cài lại", 2),
        (OLD_PHONE, "nó ở máy người khác cơ", 3),
        (NEEDED, "không còn dùng sim đó nữa", 1),
        (NEEDED, "chưa có thẻ chip", 2),
        (NEEDED, "tôi quên mất mật khẩu rồi", 3),
        (LOST, "chỉ hỏng thôi chứ không mất đâu cháu", 0),
        (LOST, "khóa sim với ngân hàng rồi", 1),
        (CHIP, "máy tôi có nfc", 0),
        (CHIP, "may toi khong co nfc", 1),
        (DONE, "tôi chưa làm được", 1),
    ],
)
def test_a_clear_answer_is_the_choice_it_means(labels: tuple[str, ...], text: str, wanted: int) -> None:
    assert setting().matcher.chosen(text, labels) == wanted


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        (PHONES, "samsung hay iphone đều được à"),
        (PHONES, "điện thoại nokia"),
        (OLD_PHONE, "không mở được máy cũ"),
        (OLD_PHONE, "may con toi"),
        (NEEDED, "mật khẩu thì vẫn nhớ"),
        (NEEDED, "không quên mật khẩu"),
        (NEEDED, "thẻ gắn chip là gì"),
        (NEEDED, "quên mật khẩu thì làm sao"),
        (LOST, "chưa khóa gì cả"),
        (CHIP, "có nfc không"),
        (CHIP, "máy tôi có nfc à?"),
        (DONE, "xong rồi mà vẫn chưa được"),
        (DONE, ""),
        ((), "xong rồi"),
    ],
)
def test_what_is_denied_asked_or_not_clear_chooses_nothing(labels: tuple[str, ...], text: str) -> None:
    assert setting().matcher.chosen(text, labels) is None
