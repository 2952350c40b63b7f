"""Free text: which guide it asks for, when to ask back, and when money is in danger."""

from collections.abc import Sequence
from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import yaml as yaml_lines
from bot.content.guide import Checked, Guide, Step, StepWords, Words
from bot.content.training import Talk, read_talk, talk_findings
from bot.nlu.danger import danger, suspicious
from bot.nlu.intent import MAYBE, OFFERED, Matcher
from bot.nlu.normalise import fold, spell_out
from tests.setting import setting

TODAY = date(2026, 11, 24)


def guide(guide_id: str, title: str, ask_like: Sequence[str], topic: str = "vneid") -> Guide:
    words = Words(title, {"a": StepWords("a")}, tuple(ask_like))
    steps = {"a": Step("say", end="done")}
    checked = Checked("demo", TODAY)
    return Guide(
        id=guide_id,
        version=1,
        topic=topic,
        start="a",
        steps=steps,
        words={"vi": words},
        checked=checked,
        review_by=TODAY,
    )


SHIPPED = setting().matcher


@pytest.mark.parametrize("text", ["vâng", "Vâng ạ", "vang a", "dạ vâng em", "vâng cháu"])
def test_a_yes_opens_no_guide_and_offers_none(text: str) -> None:
    found = SHIPPED.match(text)
    assert (found.decision in ("none", "greeting"), found.offer()) == (True, [])
    assert SHIPPED.match("tạm vắng").guide == SHIPPED.match("bac vang nha").guide == "tam-vang"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tôi quên mất mật khẩu VNeID rồi", "vneid-quen-mat-khau"),
        ("QUEN MK VNEID", "vneid-quen-mat-khau"),
        ("quên pass vne id", "vneid-quen-mat-khau"),
        ("bác muốn cài vneid", "vneid-cai-dat"),
        ("lam dinh danh muc 2 can mang gi", "vneid-muc2"),
        ("đổi điện thoại mới đăng nhập vneid sao", "vneid-may-moi"),
        ("máy không có NFC", "vneid-may-moi"),
        ("nop ho so online", "dvc-nop-ho-so"),
        ("đăng nhập cổng dịch vụ công", "dvc-dang-nhap"),
        ("phản ánh rác qua ihanoi", "ihanoi"),
        ("có người tự xưng công an gọi bảo cài app", "lua-dao"),
        ("how to install vneid", "vneid-cai-dat"),
        ("i forgot my vneid password", "vneid-quen-mat-khau"),
        ("làm hộ chiếu mất bao nhiêu tiền", "ho-chieu"),
        ("mẹ tôi xin trợ cấp xã hội", "tro-cap"),
        ("làm lại bằng lái xe", "doi-gplx"),
        ("dang ky ket hon can giay to gi", "ket-hon"),
        ("ra phuong sao y", "chung-thuc"),
        ("con ơi bác làm mất cái căn cước rồi làm lại ở đâu", "can-cuoc"),
        # As many people speak:
        ("nàm sao để lộp hồ sơ", "dvc-nop-ho-so"),
        ("hộ triếu hết hạng làm lại", "ho-chieu"),
        ("lước sạch đóng tiền ở đâu", "thanh-toan-hoa-don"),
        ("dấy xác nhận độc thân", "hon-nhan"),
        ("chứng thựt bản xao", "chung-thuc"),
        ("bảo hiểm sã hội chên điện thoại", "bhxh"),
        ("tài khoảng định danh mứt hai", "vneid-muc2"),
        ("chích lục khai tữ", "trich-luc"),
        ("kết hông với người lước ngoài", "ket-hon"),
    ],
)
def test_a_plain_wish_opens_its_guide(text: str, wanted: str) -> None:
    match = SHIPPED.match(text)
    assert (match.decision, match.guide) == ("guide", wanted)


@pytest.mark.parametrize(
    "text",
    [
        "giá vàng hôm nay",
        "thời tiết ngày mai",
        "dang kiem xe o to",
        "làm sao giờ",
        "Làm thế nào?",
        "asdf qwer",
        "👍👍",
        "   ",
        "",
        "12345",
    ],
)
def test_what_we_have_no_guide_for_opens_none(text: str) -> None:
    match = SHIPPED.match(text)
    assert match.decision in ("none", "ask")
    assert match.guide is None


@pytest.mark.parametrize(
    "text", ["chào cháu", "Xin chào ạ", "alo có ai không", "cảm ơn cháu nhiều", "hello", "ok cam on"]
)
def test_a_greeting_is_a_greeting(text: str) -> None:
    assert SHIPPED.match(text).decision == "greeting"


def test_a_greeting_before_a_wish_does_not_hide_it() -> None:
    assert SHIPPED.match("chào cháu, bác quên mật khẩu vneid").guide == "vneid-quen-mat-khau"


@pytest.mark.parametrize(
    "text",
    [
        *("vừa chuyển tiền cho người ta", "toi vua ck 5 trieu cho no", "bị lừa mất tiền rồi", "tôi bị lừa 20 triệu"),
        *("bác đọc mã otp cho nó rồi", "lỡ đưa mật khẩu cho người ta", "tôi đã cung cấp mã OTP", "lo bam link la"),
        *("mất điện thoại có vneid", "bị giật điện thoại ngoài đường", "máy tự chạy không bấm được"),
        *("tài khoản ngân hàng bị hack", "tự nhiên bị trừ tiền", "nó đang bắt tôi chuyển tiền", "họ rút hết tiền rồi"),
        *(
            "nó bảo tôi chuyển 50 triệu không thì bắt",
            "họ dọa không nộp tiền là bị bắt, nộp 20 triệu nếu không bị khởi tố",
        ),
        *("i was scammed", "I gave him my OTP", "my money is gone"),
    ],
)
def test_danger_comes_first(text: str) -> None:
    assert SHIPPED.match(text).decision == "urgent"


@pytest.mark.parametrize(
    "text",
    [
        *("làm thẻ có mất tiền không", "sợ bị lừa thì sao", "không nhận được mã otp", "đã gửi mã otp mà chưa về"),
        *("mất điện thoại cũ rồi làm sao vào lại vneid", "trả tiền rồi mà hồ sơ vẫn báo chưa thanh toán"),
        *(
            "nộp tiền quỹ không bắt buộc phải không",
            "vừa nộp tiền điện",
            "lỡ nhập sai mật khẩu",
            "bố tôi mất tối qua",
            "i lost my password",
            "tránh bị lừa đảo",
        ),
    ],
)
def test_a_worry_or_an_everyday_matter_is_no_danger(text: str) -> None:
    assert not danger(" ".join(spell_out(fold(text))))


def test_a_stranger_who_asks_for_something_leads_to_the_guide_about_scams() -> None:
    text = "có người gọi bảo cập nhật vneid"
    assert suspicious(" ".join(spell_out(fold(text))))
    assert SHIPPED.match(text).guide == "lua-dao"


@pytest.mark.parametrize(
    "text",
    [
        "Người ta gọi bắt tôi đọc OTP mới kích hoạt được VNeID",
        "can bo thue bao gui ma xac nhan de nop ho",
        "nhân viên ngân hàng xin mật khẩu của cô",
    ],
)
def test_whoever_wants_to_be_told_a_code_opens_no_other_guide(text: str) -> None:
    match = SHIPPED.match(text)
    assert match.decision in ("guide", "ask")
    assert match.suggestions[0].guide in ("lua-dao", "an-toan")


def test_whoever_told_it_is_in_danger() -> None:
    assert SHIPPED.match("họ xưng công an gọi bảo đọc mã otp, tôi đọc xong rồi mới sợ").decision == "urgent"
    assert SHIPPED.match("người lạ gọi yêu cầu đọc mã xác nhận, tôi chưa đọc").decision != "urgent"
    assert SHIPPED.match("SIM mất sóng rồi ngân hàng báo có người đổi mật khẩu").decision == "urgent"


def test_two_guides_that_fit_alike_are_both_offered() -> None:
    matcher = Matcher([guide("a", "Đổi bìa sách thư viện", []), guide("b", "Đổi hạn sách thư viện", [], topic="other")])
    match = matcher.match("đổi sách thư viện")
    assert match.decision == "ask"
    assert set(match.offer()) == {"a", "b"}


def test_a_way_of_asking_opens_its_guide_word_for_word_however_common_the_words_are() -> None:
    common = [guide(f"other-{number}", f"Gửi ảnh giấy tờ {word}", []) for number, word in enumerate("abcdefgh")]
    matcher = Matcher([*common, guide("wanted", "Máy báo lỗi", ["gửi ảnh giấy tờ không được"])])
    match = matcher.match("gui anh giay to ko dc")
    assert (match.decision, match.guide) == ("guide", "wanted")
    assert matcher.match("gửi ảnh giấy tờ").decision == "ask"


def test_the_topic_being_talked_about_tips_the_balance() -> None:
    matcher = Matcher([guide("a", "Đổi bìa sách thư viện", []), guide("b", "Đổi hạn sách thư viện", [], topic="other")])
    assert matcher.match("đổi sách thư viện", "vneid").suggestions[0].guide == "a"
    assert matcher.match("đổi sách thư viện", "other").suggestions[0].guide == "b"


def test_what_no_guide_is_for_is_told_from_words_that_mean_nothing_to_us() -> None:
    assert SHIPPED.match("xin visa đi thăm con").unserved
    assert not SHIPPED.match("asdf qwer").unserved


def test_a_wish_within_a_long_tale_is_found() -> None:
    tale = (
        "con gái bác mới về nhà hôm qua chơi với cháu nội rồi bảo bác là phải cài vneid vào điện thoại mà bác thì già"
    )
    assert "vneid-cai-dat" in SHIPPED.match(tale).offer()
    idle = "bác đi chợ mua rau về nấu cơm cho cháu nội hôm nay trời mưa to quá chả đi đâu được"
    assert SHIPPED.match(idle).decision == "none"


def test_a_synonym_is_as_good_as_the_word_that_guides_say() -> None:
    matcher = Matcher([guide("a", "Đăng ký kết hôn", []), guide("b", "Đăng ký xe", [])], Talk({"hôn thú": "kết hôn"}))
    assert matcher.match("dang ky hon thu").guide == "a"


def test_what_is_meant_may_be_an_abbreviation() -> None:
    matcher = Matcher([guide("a", "Làm căn cước", []), guide("b", "Làm thẻ xe", [])], Talk({"thẻ từ": "CCCD"}))
    assert matcher.match("lam the tu").guide == "a"


def test_a_synonym_of_a_synonym_is_told_of_where_it_stands() -> None:
    text = "synonyms:\n  hôn thú: kết hôn\n  cưới: giấy hôn thú\n  sổ: sổ đỏ\n  thẻ: căn cước\n"
    found = talk_findings(yaml_lines.read("talk.yaml", text), read_talk("talk.yaml", text), {})
    assert [str(one).partition(" is itself")[0] for one in found] == [
        'talk.yaml:3: "giấy hôn thú"',
        'talk.yaml:4: "sổ đỏ"',
    ]


def test_too_little_to_know_is_asked_about_without_a_guess() -> None:
    for text in ("tôi cần giúp", "tôi cần làm giấy tờ", "bác không hiểu"):
        match = SHIPPED.match(text)
        assert (match.decision, match.offer()) == ("ask", [])


def test_no_guides_means_no_guess() -> None:
    assert Matcher([]).match("quên mật khẩu").decision == "none"


def test_why_names_the_words_that_led_there() -> None:
    words, reasons = SHIPPED.why("queen maatj khaaur vneid")
    assert words == ["quen", "mat", "khau", "vneid"]
    assert reasons[0].subject == "vneid-quen-mat-khau"
    assert {term for term, _ in reasons[0].terms[:4]} & {"mat khau", "quen", "quen mat"}
    weights = [weight for _, weight in reasons[0].terms]
    assert weights == sorted(weights, reverse=True)


@given(st.text(max_size=200))
def test_every_text_gets_a_decision_that_keeps_its_promise(text: str) -> None:
    match = SHIPPED.match(text)
    scores = [one.score for one in match.suggestions]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= OFFERED
    assert all(0 <= score <= 1 for score in scores)
    assert (match.guide is not None) == (match.decision == "guide")
    assert not match.offer() or sum(scores) >= MAYBE


def test_long_and_odd_texts_take_no_longer() -> None:
    texts = ["đọc mã otp cho " * 300, "gửi " * 1000, "a" * 5000, "vừa chuyển " * 400, "người gọi bảo " * 300]

    def seconds() -> float:
        started = process_time()
        for text in texts:
            SHIPPED.match(text)
        return process_time() - started

    assert min(seconds() for _ in range(3)) < 0.25


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quen mk vne id", "quen mat khau vneid"),
        ("đk cccd ko đc", "dang ky can cuoc khong duoc"),
        ("vào i hà nội", "vao ihanoi"),
        ("ntn", "nhu the nao"),
    ],
)
def test_abbreviations_are_written_out(text: str, words: str) -> None:
    assert spell_out(fold(text)) == words.split()
