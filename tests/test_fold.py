"""Folding and reading digits: what people type, made comparable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.normalise import digit, fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đăng  nhập\tVNeID?", "dang nhap vneid"),
        (unicodedata.normalize("NFD", "Điện thoại cũ"), "dien thoai cu"),
        ("ÐIỆN", "dien"),
        ("m\u200bật k\u2060hẩu", "mat khau"),
        ("\u202eabc\u202c", "abc"),
        ("dịch-vụ,công", "dich vu cong"),
        ("a\x00b\nc", "ab c"),
        ("ｖｎｅｉｄ ①", "vneid 1"),
        ("👍", ""),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_fold_makes_spellings_equal(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folding_ignores_how_diacritics_are_stored(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    "text",
    [
        *("1", " 1 ", "1.", "1)", "(1)", "số 1", "so 1", "Số 1 ạ", "câu 1", "chọn 1", "bấm số 1", "bam 1 nhe"),
        *("một", "mot", "Một.", "số một", "①", "１", "1️⃣", "#1", "one", "number 1", "Number one", "press 1"),
        *("dạ số 1", "bác chọn số 1", "em chọn câu 1 ạ", "phím 1", "١", "[1]", "so\u200b 1"),
    ],
)
def test_every_form_of_one_is_one(text: str) -> None:
    assert digit(text) == "1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("hai", "2"), ("ba", "3"), ("bốn", "4"), ("năm", "5"), ("sáu", "6"), ("bảy", "7"), ("tám", "8")),
        *(("chín", "9"), ("nam", "5"), ("nine", "9"), ("0", "0"), ("số 0", "0"), ("số không", "0"), ("zero", "0")),
        (unicodedata.normalize("NFD", "sáu"), "6"),
    ],
)
def test_other_digits(text: str, expected: str) -> None:
    assert digit(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "không", "khong", "10", "1 2", "1/2", "bà", "nằm", "bạy", "số", "một hai", "1 triệu", "có"),
        *("tôi có 1 con", "bác không", "số lượng 1", "k" * 5000, "câu hỏi", "-", "👍", "1 1", "anh hai", "chị ba"),
    ],
)
def test_what_is_no_digit(text: str) -> None:
    assert digit(text) is None


@given(st.text())
def test_digit_is_one_ascii_digit_or_nothing(text: str) -> None:
    found = digit(text)
    assert found is None or (len(found) == 1 and found in "0123456789")
