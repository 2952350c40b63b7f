"""What volunteers may not pass on to residents: links, lines and accounts that nobody named."""

import pytest

from bot.desk.links import foreign_line, leads_elsewhere, official
from bot.desk.outgoing import official_of
from tests.setting import setting

KNOWN = official_of(setting())

LINKS = [
    "Bác vào bit.ly/abc123 nhé",
    "http://dichvucong-gov.vn/dang-nhap",
    "Bác mở dichvucong.gov.vn.top",
    "https://dichvucong.gov.vn@evil.com/a",
    "https://evil.com\\@dichvucong.gov.vn",
    "vneid.com.vn",
    "Bác vào vnеid.gov.vn.com",
    "Bác vào vnẹid.vn",
    "dịch vụ ở dichvucong[.]org",
    "dichvucong chấm com",
    "t.me/nhomhotro",
    "zalo.me/0912345678",
    "Bác tải vneid.apk về",
    "hxxps://a.vn/x",
    "Bác vào vnеid.gov.vn",
    "nhắn vào hotro@gmail.com",
    "http://103.12.5.6/dvc",
    "103.12.5.6:8080/dvc",
]
OFFICIAL = [
    "Bác vào dichvucong.gov.vn",
    "https://dichvucong.gov.vn/p/home/dvc-trang-chu.html",
    "Trang đúng là vneid.gov.vn ạ.",
    "www.vneid.gov.vn",
    "Bác vào https://xacthuc.dichvucong.gov.vn nhé",
    "Bác đừng cài file apk lạ",
    "Bác xong chưa.Cháu đợi nhé",
    "VNeID bản 2.2.6 trở lên",
    "Bác bấm xong.App sẽ hỏi mã",
    "Bác bấm xong. Link nào lạ thì đừng mở",
    "Bác bấm Đồng ý.Rồi bấm Tiếp tục",
    "Không cần cài TeamViewer đâu ạ",
]
LINES = [
    "Bác gọi cho cháu số 0912 345 678",
    "Gọi 0912345678 nhé",
    "+84 912 345 678",
    "số không chín một hai ba bốn năm sáu bảy tám",
    "19001234567",
    "STK 1029384756 Vietcombank",
    "chuyển vào 0123.456.789.012",
]
KNOWN_LINES = [
    "Bác gọi 1900 0368 rồi bấm phím 4",
    "Bác gọi 113 ngay",
    "Lệ phí 25.000 đồng",
    "Ngày 25.12.2026 bác nhé",
    "năm học 2025-2026",
    "Mã hồ sơ H26.12-251128-0001",
    "Bác gọi 0000 000 000 đọc mã H4821",
    "Thu nhập dưới 12.000.000 đồng",
]


@pytest.mark.parametrize("text", LINKS)
def test_this_leads_elsewhere(text: str) -> None:
    assert leads_elsewhere(text, KNOWN)


@pytest.mark.parametrize("text", OFFICIAL)
def test_this_leads_nowhere_else(text: str) -> None:
    assert not leads_elsewhere(text, KNOWN)


@pytest.mark.parametrize("text", LINES)
def test_this_is_a_line_of_nobody_we_know(text: str) -> None:
    assert foreign_line(text, KNOWN)


@pytest.mark.parametrize("text", KNOWN_LINES)
def test_this_line_is_known(text: str) -> None:
    assert not foreign_line(text, KNOWN)


def test_our_own_pages_may_be_named() -> None:
    known = official(frozenset(), "https://toso.phuong.example:8443/x")
    assert not leads_elsewhere("https://toso.phuong.example:8443/g/vneid", known)
    assert leads_elsewhere("https://toso.phuong.example.com/g/vneid", known)
