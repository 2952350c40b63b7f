"""Small talk is recognised as a whole, and never taken out of a wish."""

import pytest

from bot.nlu.small_talk import small_talk


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Cháu là ai thế?", "who"),
        ("co phai nguoi that ko", "who"),
        ("máy hay người đấy", "who"),
        ("có mất tiền không", "cost"),
        ("mấy giờ phường làm việc", "place"),
        ("địa chỉ công an phường ở đâu", "place"),
        ("vớ vẩn", "angry"),
        ("sợ quá cháu ơi", "afraid"),
        ("bác ở một mình buồn quá", "lonely"),
        ("toi buon qua khong co ai noi chuyen", "lonely"),
        ("tôi già rồi không biết làm gì cả", "unable"),
        ("bà không biết chữ", "unable"),
        ("k biet", "lost"),
        ("trời ơi khó quá", "lost"),
        ("giờ phải làm gì", "what_now"),
        ("cháu giỏi quá", "praise"),
        ("ừ", "heard"),
        ("chờ bác tí", "heard"),
        ("không thấy nút đăng nhập", "stuck"),
        ("Is it free?", "cost"),
    ],
)
def test_what_is_said_around_the_matter(text: str, kind: str) -> None:
    assert small_talk(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "giá vàng hôm nay",
        "gia hạn tạm trú",
        "nó lấy mất bao nhiêu tiền",
        "số điện thoại này có phải công an phường gọi không",
        "bấm được không",
        "không sao đâu",
        "tôi chưa chuyển khoản",
        "quên mật khẩu",
        "bị lừa mất tiền buồn quá",
        "buôn bán",
        "",
    ],
)
def test_a_wish_or_a_worry_is_no_small_talk(text: str) -> None:
    assert small_talk(text) is None
