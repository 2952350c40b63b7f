"""Made-up texts that try to say what nobody looked up, or to say it unkindly; and plain ones that may be said."""

from datetime import date

import pytest

from bot.content.checks.certainty import action_faults
from bot.content.checks.guide import check
from bot.content.checks.style import Wording
from bot.content.facts import Fact, Facts
from bot.content.schema import parse
from tests.test_checks import GOOD, known

TODAY = date(2026, 11, 24)


def _fact(mark: str) -> Fact:
    return Fact(vi="10 ngày", en="10 days", mark=mark, source="P3", date=TODAY)  # type: ignore[arg-type]


FACTS = Facts({mark: _fact(mark) for mark in ("stated", "soft", "check")}, ("6 số", "mức 2"), {"VNeID": {}})
SOFT, CHECK = "{{ fact.soft }}", "{{ fact.check }}"


def _faults(text: str, lang: str) -> list[str]:
    wording = Wording(lang, FACTS)
    return [*wording.faults(text), *wording.body_faults(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Gọi 1900-0368 nhé.",
        "Gọi 113.",
        "Gọi 19.00.03.68.",
        "Mất khoảng ba ngày.",
        "Chờ mười lăm ngày.",
        "Phí hai trăm nghìn đồng.",
        "Xong trong một ngày làm việc.",
        "Thuế 2%.",
        "Thuế hai phần trăm.",
        "Hạn là 31/1.",
        "Mở cửa lúc 7:30.",
        "Mở cửa lúc 8h.",
        "Chờ 3-5 hôm.",
        "Chờ 2 tuần.",
        "It takes fifteen working days.",
        "It takes one working day.",
        "Come at 8.30.",
        "It costs 50,000 dong.",
        "Dưới 6 tuổi.",
        "Under 14, it differs.",
        "Gọi một một ba.",
        "Bấm phím 4, rồi nhánh bảy.",
        "Điền mẫu TK02.",
        "Theo Điều 7, Nghị định 69/2024.",
        "Theo NĐ69.",
        "Theo điều bảy.",
        "Quý II.",
        "Phí 5 trăm.",
        "Phí một triệu.",
        "Phí năm chục nghìn.",
        "Phí hai triệu rưỡi.",
        "Phí giảm một nửa.",
        "Trước bạ giảm một phần mười.",
        "Phí ₫7.",
        "Hạn đến tháng ba.",
        "Hạn trước ngày 5.",
        "Làm từ thứ hai.",
        "Chờ ba hôm.",
        "Chờ nửa tháng.",
        "Mở cửa lúc 8h30.",
        "Đủ mười tám.",
        "Gõ sai quá năm lần thì khóa.",
        "Dưới ½ ngày, bước ①.",
        "You must be eighteen.",
        "The fee is halved.",
        "It opens on Monday.",
    ],
)
def test_a_number_that_is_no_fact_is_refused(text: str) -> None:
    for lang in ("vi", "en"):
        assert [fault for fault in _faults(text, lang) if "is a number that can change" in fault], lang


@pytest.mark.parametrize(
    "text",
    [
        "Vào vneid.gov.vn.",
        "Vào vneid.gov.vn/tai-ve.",
        "Viết cho phuong@hanoi.gov.vn.",
        "Vào http://10.0.0.1/x.",
        "Vào vneid chấm gov chấm vn.",
        "Vào vneid(.)gov(.)vn.",
        "Vào ｖｎｅｉｄ．ｇｏｖ．ｖｎ.",
        "Vào vn\u0435id.gov.vn.",
        "Vào zalo.me/abc.",
    ],
)
def test_an_address_stands_in_no_text(text: str) -> None:
    for lang in ("vi", "en"):
        assert [fault for fault in _faults(text, lang) if "is an address that can change" in fault], lang


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Vào {{ fact.stated }}.evil.com.", "is one word with what is filled in"),
        ("Vào {{ fact.stated }}/tai-ve.", "is one word with what is filled in"),
        ("Vào evil-{{ fact.stated }}.", "is one word with what is filled in"),
        ("Chờ {{ fact.stated }}0.", "is one word with what is filled in"),
        ("Chờ {{ fact.stated }}{{ fact.stated }}.", "is one word with what is filled in"),
        ("Vào vneid\u200b.gov.vn.", "nobody can see"),
    ],
)
def test_a_fact_is_not_made_into_another(text: str, fault: str) -> None:
    assert any(fault in found for found in _faults(text, "vi"))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("vi", f"Đăng ký thường trú mất {SOFT}."),
        ("vi", f"Máy vẫn chạy như thường. Chờ {SOFT}."),
        ("vi", f"Chờ {SOFT}. Nhớ mang thẻ. Đi sớm. Thường thì đông người."),
        ("vi", f"Bấm «Thường». Chờ {SOFT}."),
        ("vi", f"Máy hỏi mật khẩu. Chờ {CHECK}."),
        ("vi", f"Chọn câu hỏi. Chờ {CHECK}."),
        ("vi", f"Bấm «Kiểm tra». Chờ {CHECK}."),
        ("vi", f"Thường là {CHECK}."),
        ("vi", f"{{{{ You }}}} có thể nộp qua mạng. Phí là {CHECK}."),
        ("en", f"You may file it online. It takes {CHECK}."),
        ("vi", f"Đừng hỏi ai. Chờ {CHECK}, không cần kiểm tra."),
        ("en", f"As May told me, it takes {SOFT}."),
        ("en", f"As May told me, it takes {CHECK}."),
        ("en", f"They ask for a code. It takes {CHECK}."),
        ("en", f"Tap «Check». It takes {CHECK}."),
        ("en", f"This is about the fee. It takes {SOFT}."),
        ("en", f"There is no need to ask. It takes {CHECK}."),
        ("en", f"It usually takes {CHECK}."),
    ],
)
def test_a_fact_said_more_surely_than_it_is_known_is_refused(lang: str, text: str) -> None:
    assert [fault[:8] for fault in _faults(text, lang)] == ['fact "fa']


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("vi", f"Thường mất {SOFT}."),
        ("vi", f"Chờ {SOFT}. Hỏi lại cho chắc nhé."),
        ("vi", f"Mất {CHECK}. Phí là {{{{ fact.stated }}}}. Có thể lâu hơn."),
        ("en", f"It takes about {SOFT}."),
        ("en", f"It may take {CHECK}."),
        ("en", f"Ask first. It takes {CHECK}, and then usually {SOFT}."),
        ("vi", "Điền tờ khai, mức 2, gõ 6 số. Vài ngày nữa, nửa tiếng là xong."),
        ("vi", "Mất một ngày, một hai hôm. Không đồng ý thì thôi. Ở TP.HCM, v.v."),
        ("vi", "Không phải lỗi của {{ you }}. {{ You }} không làm sai gì. Bấm sai thì quay lại."),
        ("vi", "Nếu {{ you }} gõ sai thì gõ lại. Có ông bà, con cháu, nhiều cụ, bác sĩ, anh chị em, bạn bè."),
        ("vi", "Mở VNeID, bấm «KHÔNG ĐƯỢC BẤM», hỏi BHXH, UBND, NĐ."),
        ("en", "It is not your fault. You did nothing wrong. If you typed it wrong, type it again."),
    ],
)
def test_what_is_true_and_kind_may_be_said(lang: str, text: str) -> None:
    assert _faults(text, lang) == []


@pytest.mark.parametrize(
    ("lang", "text", "fault"),
    [
        ("vi", "Đây là lỗi của {{ you }}.", "sounds like blame"),
        ("vi", "{{ You }} đã bấm sai rồi.", "sounds like blame"),
        ("vi", "Hỏng là tại {{ you }}.", "sounds like blame"),
        ("vi", "Sao {{ you }} không đọc.", "sounds like blame"),
        ("en", "It is your fault.", "sounds like blame"),
        ("en", "You typed the number wrong.", "sounds like blame"),
        ("en", "{{ You }} should have read it.", "sounds like blame"),
        ("vi", "KHÔNG bấm nhé.", "in capitals"),
        ("vi", "Nhớ LÀM NGAY nhé.", "in capitals"),
        ("en", "DO NOT tap.", "in capitals"),
        ("vi", "Bác mở máy lên.", 'write "{{ you }}"'),
        ("vi", "Máy của bạn còn mới.", 'write "{{ you }}"'),
        ("vi", "Mời ông bấm tiếp.", 'write "{{ you }}"'),
        ("vi", "Lát nữa cháu sẽ chỉ.", 'write "{{ me }}"'),
    ],
)
def test_what_is_unkind_is_refused(lang: str, text: str, fault: str) -> None:
    assert any(fault in found for found in _faults(text, lang))


def test_a_label_promises_nothing_that_is_not_certain() -> None:
    wording = Wording("vi", FACTS)
    assert list(wording.line_faults(f"Chỉ {CHECK}"))
    assert list(wording.line_faults(f"Dưới {SOFT}")) == []


@pytest.mark.parametrize(
    ("lang", "text", "actions"),
    [
        ("vi", "Đăng nhập rồi vào mục thủ tục, chọn loại và gửi.", 4),
        ("vi", "Mở VNeID, bấm «Ví giấy tờ», rồi chọn thẻ.", 3),
        ("vi", "Tắt máy, chờ một phút, bật lại rồi mở VNeID.", 3),
        ("en", "Open VNeID, tap the magnifying glass, and type the name.", 3),
        ("vi", "Mở VNeID, bấm «Mở, chọn, gửi».", 0),
        ("vi", "Mang thẻ căn cước ra phường, nói rõ việc cần làm, hỏi giờ.", 0),
        ("vi", "Gõ số, rồi bấm gửi. Chép mã ra giấy.", 0),
        ("en", "Type the number and tap send. Copy the code.", 0),
    ],
)
def test_a_sentence_asks_for_two_things_at_most(lang: str, text: str, actions: int) -> None:
    found = [fault.split()[4] for fault in action_faults(text, lang) if "one sentence" in fault]
    assert found == ([str(actions)] if actions else [])


@pytest.mark.parametrize(
    ("lang", "text", "taps"),
    [
        ("vi", "Mở VNeID, bấm «Thủ tục hành chính».\nRồi bấm «Đăng ký tạm trú».", 2),
        ("vi", "Bấm tên mình, rồi «Thông tin cá nhân».\nChọn «Dịch vụ công của tôi».", 3),
        ("vi", "Đánh dấu ô cam đoan.\nRồi bấm gửi.", 2),
        ("vi", "Bấm «Đồng ý».\nTrang hỏi phường thì chọn phường.", 2),
        ("en", "Tap «Lưu» (save), then «Gửi» (send).", 2),
        ("en", "Tap «Đồng ý».\nIf it asks for a ward, choose yours.", 2),
        ("vi", "Mở VNeID, bấm «Thủ tục hành chính».", 0),
        ("vi", "Gõ: tách hộ.\nBấm đúng dòng đó, rồi làm theo màn hình.", 0),
        ("vi", "Làm cho mình thì chọn «Bản thân», làm hộ thì chọn «Khai hộ».", 0),
        ("vi", "Bấm «Cài đặt» hoặc bấm «Tải về». Chưa bấm thì chưa mất gì.", 0),
        ("en", "If it is for you, tap «Bản thân». If not, tap «Khai hộ».", 0),
        ("en", "Tap «Cài đặt» or «Tải về». Until you tap, nothing happens.", 0),
    ],
)
def test_a_step_asks_for_one_tap(lang: str, text: str, taps: int) -> None:
    found = [fault.split()[4] for fault in action_faults(text, lang) if "taps" in fault]
    assert found == ([str(taps)] if taps else [])


@pytest.mark.parametrize(("mark", "fine"), [("check", True), ("stated", False)])
def test_a_source_gives_a_fact_the_mark_it_has(mark: str, fine: bool) -> None:
    source = f"sources: [{{fact: unsure, mark: {mark}, source: P3, date: 2026-11-24}}]\nstart: first"
    found = check(parse("good.yaml", GOOD.replace("TEXT", "Xin chào.").replace("start: first", source), {}), known())
    wrong = ['fact "unsure" is marked "check" in facts.yaml, not "stated".']
    assert [one.message for one in found if one.blocking] == ([] if fine else wrong)
