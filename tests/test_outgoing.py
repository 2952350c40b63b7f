"""What volunteers may not pass on to residents: requests for money, foreign links, lines and accounts of their own."""

import pytest

from bot.desk.canned import canned
from bot.desk.links import foreign_line, leads_elsewhere, official
from bot.desk.money import wants_money
from bot.desk.outgoing import official_of, why_held_back
from bot.words import ADDRESSES
from tests.setting import setting

KNOWN = official_of(setting())

MONEY = [
    "Bác chuyển khoản cho cháu 50k tiền công nhé",
    "bac ck cho e 100k",
    "chuyển cháu 200 nghìn rồi cháu làm",
    "Bác gửi cháu tiền xăng xe",
    "STK của em là Vietcombank",
    "số tài khoản nhận: Nguyễn Văn A",
    "Bác quét QR này để thanh toán cho nhanh",
    "Bác quét mã QR cháu gửi nhé",
    "Phí dịch vụ là 50k bác nhé",
    "Bác bồi dưỡng cho cháu chút",
    "Bác đặt cọc trước 100 nghìn",
    "Bác mua giúp cháu thẻ cào 100k",
    "Bác nộp lệ phí vào tài khoản này",
    "bác cho cháu vay 500k",
    "Bác đừng lo, chuyển tiền cho cháu là xong",
    "Bác chuyển khoản lệ phí là xong",
    "momo của em cũng được",
    "Bác trả cháu hai trăm nghìn",
    "Please transfer 200 dong to my account",
    "Send me the money first",
    "Pay me later",
]
FREE = [
    "Lệ phí là 25.000 đồng, bác nộp trên Cổng dịch vụ công",
    "Bác nộp lệ phí ở quầy một cửa của phường",
    "Bác đừng chuyển tiền cho ai",
    "Bác đã chuyển khoản cho họ chưa ạ?",
    "Bác lỡ chuyển tiền cho người lạ thì gọi ngân hàng ngay",
    "Tổ giúp miễn phí, không lấy tiền công của bác",
    "Ai đòi chuyển khoản trước là lừa đảo đấy bác",
    "Cháu không nhận tiền của bác đâu",
    "Bác quét mã QR trên màn hình máy tính để đăng nhập",
    "Bác mở tài khoản VNeID của bác nhé",
    "Trợ cấp trả cho cô 500.000 đồng mỗi tháng",
    "Bác chờ cháu 5 phút nhé",
    "Bác cho cháu hỏi phí có ghi trên màn hình không ạ",
    "Phí công chứng bác hỏi ở phường",
    "Lệ phí làm hộ chiếu bác xem trên Cổng",
    "Bác gửi cháu ảnh màn hình báo lỗi",
    "Bác muốn nộp phí thì bấm Thanh toán",
    "Bác trả lời cháu câu này với ạ",
    "You pay the fee on the portal, never to a person",
]
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
    "Bác cài file APK cháu gửi",
    "Bác cài UltraViewer cho cháu xem",
    "Bác bật chia sẻ màn hình cho cháu",
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


HELD_BACK = [
    "bác ơi cho cháu cái mã nó vừa gửi về nhé",
    "Mã gì vừa tới máy bác thế ạ",
    "bác nhìn xem tin nhắn mới nhất có số gì, đọc cháu",
    "bác ấn nghe, tổng đài đọc mã thì bác nói lại cho cháu",
    "Bác bấm chia sẻ tin nhắn cho cháu",
    "bác cho cháu 4 số cuối thẻ",
    "Bác đưa máy lên camera cho cháu thấy mã",
    "E can ma otp de dang nhap cho bac",
    "cháu cần ảnh căn cước của bác",
    "bác gõ mã vào khung chat này",
    "bác trả lời tin này bằng mã vừa nhận",
    "tk với mk của bác là gì",
    "Tell me the six digits you just got",
    "Please type your password here in this chat",
    "Can I have your OTP",
    "read me the number",
    "Bác chuyển qua số tài khoản 19036 4455 2201 nhé",
    "Bác nạp tiền vào VNeID để kích hoạt",
    "Kết bạn zalo 0 9 1 2 3 4 5 6 7 8 nha",
    "bit ly/abc",
    "dịch vụ công . com",
    "tải app ở link này: vneid . top /dl",
]
SENT = [
    "The app will give you a code",
    "It will send you a code by SMS",
    "Read the code on your screen, then type it in the box",
    "Type your password in the app, not here",
    "Bác đọc kỹ tin nhắn rồi gõ mã vào ô nhé",
    "Bác đọc số trên màn hình rồi bấm đúng nút đó",
    "Bác nói cho cháu biết màn hình hiện chữ gì",
    "Bác nhớ giữ kín mã PIN",
    "Bác cho cháu xin số thứ tự trong hàng",
    "Bác nhập 6 số vào 6 ô",
    "Cháu đã gửi bác link hướng dẫn rồi",
    "Bác đến phường nộp lệ phí 25.000 đồng",
    "Tiền trợ cấp về tài khoản của bác",
    "Bác mở app ngân hàng kiểm tra số dư nhé",
    "Bác ghi số tài khoản ngân hàng của bác vào ô thứ ba",
    "Bác điền số tài khoản nhận trợ cấp trên Cổng dịch vụ công",
    "Bác đưa căn cước cho cán bộ xem ở phường",
    "Bác quét mã QR trên thẻ căn cước",
    "Bác nhập số căn cước vào VNeID",
    "Nhà bác số mấy để cháu đến ạ",
    "Cháu tới lúc 9 giờ ngày 26/11/2026",
    "Bác đặt mật khẩu 8 số trở lên",
    "Ngân hàng sẽ không hỏi OTP của bác đâu",
    "Bác xem mã số thuế trong giấy",
    "Bác bấm nút Gửi mã OTP",
    "Bác cứ chờ, có mã thì gõ vào, đừng cho ai xem",
    "Bác ký tên rồi chụp lại tờ đơn gửi lên Cổng",
    "Máy báo sai mật khẩu ạ?",
    "Bác quên mật khẩu ạ?",
    "Bác đã chuyển tiền thì gọi 113 ngay",
]


@pytest.mark.parametrize("text", HELD_BACK)
def test_this_is_held_back(text: str) -> None:
    assert why_held_back(setting(), text)


@pytest.mark.parametrize("text", SENT)
def test_this_is_sent(text: str) -> None:
    assert why_held_back(setting(), text) is None


@pytest.mark.parametrize("text", MONEY)
def test_this_wants_money(text: str) -> None:
    assert wants_money(text)


@pytest.mark.parametrize("text", FREE)
def test_this_wants_none(text: str) -> None:
    assert not wants_money(text)


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


def test_no_canned_reply_is_held_back() -> None:
    for topic in {guide.topic for guide in setting().library.all()}:
        for lang, you in (("en", ""), *(("vi", you) for you in ADDRESSES)):
            for name, text in canned(topic, setting().words.voice(lang, you)):
                assert not wants_money(text), name
                assert not leads_elsewhere(text, KNOWN), name
                assert not foreign_line(text, KNOWN), name
