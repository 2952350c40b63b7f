"""Passwords that guessers try first are refused; a sentence of one's own is not."""

import pytest

from bot.desk.blocklist import is_guessable
from bot.errors import SettingWrong
from bot.settings import Settings

KNOWN = ("hoa.b", "Hoa", "Phường Hoàn Kiếm")


@pytest.mark.parametrize(
    "password",
    ["12345678", "PASSWORD", "password1", "matkhau123", "Mật khẩu 2026", "toso2026", "TosoPhuong!", "hoa.b2026",
     "Hoàn Kiếm 2026", "hoankiem123", "88888888", "abababab", "qwertyuiop", "dragon2024", "admin-admin"],
)  # fmt: skip
def test_what_guessers_try_first(password: str) -> None:
    assert is_guessable(password, KNOWN)


@pytest.mark.parametrize(
    "password", ["con mèo ngủ trên mái", "abcd-efgh-jkmn-pqrs", "correct horse battery staple", "Hoa thích bún riêu"]
)
def test_a_sentence_of_ones_own(password: str) -> None:
    assert not is_guessable(password, KNOWN)


@pytest.mark.parametrize(("password", "why"), [("12345678", "guessers try first"), ("short", "8 to 256")])
def test_the_admins_password_is_refused_at_the_start_in_one_sentence(password: str, why: str) -> None:
    with pytest.raises(SettingWrong, match=rf"^TOSO_ADMIN_PASSWORD is wrong: [^.]*{why}[^.]*\.$") as refused:
        Settings.read({"TOSO_ADMIN_PASSWORD": password})
    assert password not in str(refused.value)
