"""Passwords that guessers try first are refused; a sentence of one's own is not."""

from time import process_time

import pytest

from bot.desk.authentication import is_guessable
from bot.errors import SettingWrong
from bot.settings import Settings

KNOWN = ("hoa.b", "Hoa", "Phường Hoàn Kiếm")


@pytest.mark.parametrize(
    "password",
    ["12345678", "PASSWORD", "password1", "matkhau123", "Mật khẩu 2026", "toso2026", "TosoPhuong!", "hoa.b2026",
     "Hoàn Kiếm 2026", "hoankiem123", "88888888", "abababab", "qwertyuiop", "dragon2024", "admin-admin", "abcdefgh",
     "87654321", "0123456789", "98765432", "administrator", "vietnam1", "vietnam123", "hanoi2024", "Hanoi@2024",
     "nguyenvana", "matkhaucuatoi", "tinhnguyenvien", "congnghe", "vneid123", "vneid2024", "0912345678", "0987 123 654",
     "19/05/1968", "001068012345", "1hoa.b42x", "Hoa@123456", "m@tkh@u2024", "phuonghoankiem@1", "Tranthihoa1965",
     "hoangthihoa1972", "toso@hoankiem", "conyeume2010", "anh yêu em 2020", "P@ssw0rd2024", "1q2w3e4r5t"],
)  # fmt: skip
def test_what_guessers_try_first(password: str) -> None:
    assert is_guessable(password, KNOWN)


@pytest.mark.parametrize(
    "password",
    ["con mèo ngủ trên mái", "con meo ngu tren mai", "abcd-efgh-jkmn-pqrs", "correct horse battery staple",
     "Hoa thích bún riêu", "Chiều nay mưa to quá", "em thich an bun cha", "7 con mèo 2 con chó", "kx7Tq2mw",
     "!?!%&/;:,._-"],
)  # fmt: skip
def test_a_sentence_of_ones_own(password: str) -> None:
    assert not is_guessable(password, KNOWN)


@pytest.mark.parametrize(
    "password", ["4@8({[<369!1|70$5+7%2" * 12, "đ" * 256, "a1" * 128, "\u0301" * 256, " " * 8, "-" * 99]
)
def test_no_password_takes_long_to_judge(password: str) -> None:
    before = process_time()
    is_guessable(password, KNOWN)
    assert process_time() - before < 1.5


@pytest.mark.parametrize(("password", "why"), [("12345678", "guessers try first"), ("short", "8 to 256")])
def test_the_admins_password_is_refused_at_the_start_in_one_sentence(password: str, why: str) -> None:
    with pytest.raises(SettingWrong, match=rf"^TOSO_ADMIN_PASSWORD is wrong: [^.]*{why}[^.]*\.$") as refused:
        Settings.read({"TOSO_ADMIN_PASSWORD": password})
    assert password not in str(refused.value)
