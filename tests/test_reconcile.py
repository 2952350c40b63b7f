"""A word that only one language changes is seen: who, where, what it costs, what is needed, what not."""

import pytest

from bot.content.checks.translations import differences

PAIRS = {
    "who": ("Mức 2 phải ra công an làm trực tiếp.", "Mức 2 must be done in person at a police office."),
    "money": ("Làm mức 2 không mất tiền, hỏi cán bộ.", "Level 2 is free of charge; ask the officer."),
    "lost": ("Mang thẻ căn cước, đừng đọc mật khẩu.", "Bring the ID card, and do not tell the password."),
    "days": ("Thường xong trong vài ngày, chưa có thì gọi.", "It usually takes a few days; if it has not come, call."),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_says_the_same_passes(name: str) -> None:
    assert list(differences(*PAIRS[name])) == []


@pytest.mark.parametrize(
    ("name", "word", "lie"),
    [
        ("who", "công an", "ủy ban"),
        ("who", "Mức 2", "Mức 1"),
        ("money", "không mất tiền", "mất tiền"),
        ("lost", "thẻ căn cước", "hộ chiếu"),
        ("lost", "đừng đọc", "hãy đọc"),
        ("lost", "mật khẩu", "tên"),
        ("days", "Thường xong", "Xong"),
        ("days", "chưa có", "có"),
    ],
)
def test_a_lie_in_vietnamese_is_seen(name: str, word: str, lie: str) -> None:
    vietnamese, english = PAIRS[name]
    assert list(differences(vietnamese.replace(word, lie), english))


@pytest.mark.parametrize(
    ("name", "word", "lie"),
    [
        ("who", "a police office", "the bank"),
        ("money", "free of charge", "25 dollars"),
        ("lost", "do not tell", "tell"),
        ("lost", "password", "name"),
        ("days", "usually ", ""),
        ("days", "has not come", "has come"),
    ],
)
def test_a_lie_in_english_is_seen(name: str, word: str, lie: str) -> None:
    vietnamese, english = PAIRS[name]
    assert list(differences(vietnamese, english.replace(word, lie)))


def test_each_line_says_what_the_other_says() -> None:
    assert [one for one in differences("Một.\nHai.", "One.") if "1 lines, and the Vietnamese text 2" in one]
    assert list(differences("Mở VNeID, bấm «Gửi».", "Open VssID, tap «Gửi» (send)."))
    assert list(differences("Bấm «Gửi».", "Tap «Hủy» (cancel)."))
    assert list(differences("Chờ không quá ba ngày.", "Wait at least three days."))


@pytest.mark.parametrize(
    ("vietnamese", "english"),
    [
        ("Xem SIM có sóng không.", "Check the SIM's signal."),
        ("Tiền đã trừ chưa?", "Was the money taken?"),
        ("Thẻ không thời hạn.", "The card is for life."),
        ("Không quá {{ fact.muc1_days }}.", "At most {{ fact.muc1_days }}."),
    ],
)
def test_a_question_is_no_negation(vietnamese: str, english: str) -> None:
    assert list(differences(vietnamese, english)) == []


@pytest.mark.parametrize(
    ("vietnamese", "english", "lie"),
    [
        ("Mang giấy hẹn ra phường.", "Bring the appointment slip to the ward.", "Mang giấy hẹn ra bưu điện."),
        ("Chỉ cần thẻ căn cước.", "Only the ID card is needed.", "Cần thẻ căn cước."),
        ("Có thể phải chờ.", "You may have to wait.", "Phải chờ."),
        ("Chưa nhận thì gọi hỏi.", "If it has not come, call.", "Đã nhận thì gọi hỏi."),
        ("Tôi chưa đưa cho họ.", "I gave them nothing.", "Tôi đã đưa cho họ."),
    ],
)
def test_a_word_that_the_other_language_lacks_is_told(vietnamese: str, english: str, lie: str) -> None:
    assert list(differences(vietnamese, english)) == []
    told = [one for one in differences(lie, english) if "mend the other" in one]
    assert told
    assert "equivalents.yaml" in told[0]


LIMITED = ("Nhớ trả trong {{ fact.gplx_pay }}.", "Pay within {{ fact.gplx_pay }}.")


@pytest.mark.parametrize("side", ["sau", "quá", "trước"])
def test_within_a_fact_is_not_after_it(side: str) -> None:
    vietnamese, english = LIMITED
    assert list(differences(vietnamese, english)) == []
    assert list(differences(vietnamese.replace("trong", side), english))


@pytest.mark.parametrize(
    ("vietnamese", "english", "lie"),
    [
        ("Bên bán làm trước.", "The seller goes first.", "Bên mua làm trước."),
        ("Xin cho anh ruột thì khác.", "For a brother it is different.", "Xin cho bạn bè thì khác."),
        ("Vợ hoặc chồng ký.", "The husband or wife signs.", "Hàng xóm ký."),
        ("Người thân ký thay.", "A relative signs for you.", "Người thân ký."),
        ("{{ You }} tự gõ vào máy.", "Type it in yourself.", "{{ You }} gõ vào máy."),
        ("Phường nào cũng được.", "Any ward will do.", "Phường có nơi được."),
    ],
)
def test_who_does_it_is_compared(vietnamese: str, english: str, lie: str) -> None:
    assert list(differences(vietnamese, english)) == []
    assert list(differences(lie, english))


@pytest.mark.parametrize(
    ("vietnamese", "english", "lie"),
    [
        ("Gọi ngay số in trên thẻ.", "Call the number on the card at once.", "Gọi sau số in trên thẻ."),
        ("Đừng trả lại ngay.", "Do not pay again yet.", "Đừng trả lại sau."),
        ("Họ có thể hỏi giấy này.", "They may ask for this paper.", "Họ hỏi giấy này."),
        ("Con thường được giảm phí.", "The fee may be lower for a child.", "Con được giảm phí."),
        ("Cứ giữ lại làm bằng chứng.", "Keep it as evidence.", "Cứ bỏ đi cho sạch máy."),
    ],
)
def test_when_how_surely_and_what_is_kept_is_compared(vietnamese: str, english: str, lie: str) -> None:
    assert list(differences(lie, english))


def test_a_word_that_answers_a_negation_is_right_with_it_and_without() -> None:
    assert not [one for one in differences("Vẫn không được thì gọi.", "If it still fails, call.") if "deny" in one]
    assert not [one for one in differences("Báo lỗi thì gọi.", "If it fails, call.") if "deny" in one]


def test_a_short_line_that_was_read_is_told_when_a_word_of_it_changes() -> None:
    assert list(differences("Chờ lâu chưa thấy", "I waited long already")) == []
    assert list(differences("Chờ lâu đã thấy", "I waited long already"))
    assert list(differences("Ô chọn hiện gì", "The lists stay empty"))
