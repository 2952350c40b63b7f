"""Secrets never survive: not in the session, not in a request for a person, not in an event."""

import re
import unicodedata
from time import process_time
from typing import Literal

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.desk.roster import Volunteer
from bot.engine.context import Scene
from bot.engine.engine import advance
from bot.engine.environment import World
from bot.flows.rate_limit import BURST
from bot.model import Chat, Deed, Incoming, decode_session, encode
from bot.nlu.awaited import SECONDS as AWAITED_SECONDS
from bot.nlu.code_forms import NO_PIECE, SECONDS, piece_of
from bot.nlu.masking import mask
from bot.nlu.numbers import COVER
from bot.simulator.player import START, Player, known_resident
from tests.masking_forms import (
    BETWEEN,
    CODES,
    DIGITS,
    LOOKING_ALIKE,
    MIXED,
    NAMING_LONGER,
    NAMING_MIXED,
    NAMING_PARTS,
    NUMBERS,
    PARTING,
    READ_OUT,
    SAID,
    digits_in,
    parted,
    traces,
    written,
)
from tests.masking_ordinary import ORDINARY
from tests.setting import setting

AROUND = ("", "căn cước của bác là ", "cccd", "so the ", "ghi giúp bác ", "chuyển 500.000 đồng vào thẻ ", "số: ")
AFTER = ("", " nhé", " đúng chưa cháu", "\nmã hồ sơ đây", ", còn lại 50000 đ", "x")
CODE_SAYINGS = (
    "{}", "dạ {} ạ", "mã otp là {}", "OTP {}", "{} la ma otp", "ma xac thuc {} nhe", "nó gửi mã {} cho bác",
    "code is {}", "passcode: {}", "mã pin của bác {}", "mat khau {}", "mã hồ sơ 12 còn otp {}",
)  # fmt: skip


def luhn_check_digit(body: str) -> str:
    doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(body))]
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def grouped(digits: str, size: int, separator: str) -> str:
    return separator.join(digits[at : at + size] for at in range(0, len(digits), size))


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


id_numbers = st.one_of(
    digits(12), st.builds(grouped, digits(11).map("0{}".format), st.sampled_from([3, 4]), st.sampled_from(" -."))
)
cards = st.builds(
    lambda body, size, separator: grouped(body + luhn_check_digit(body), size, separator),
    digits(15),
    st.sampled_from([4, 16]),
    st.sampled_from(" -."),
)


def assert_forgotten(text: str, secret: str) -> None:
    """Say it, ask for a person, and look at everything that is stored or counted."""
    player = Player(setting(), known_resident("bac"))
    said = player.says(text)
    asked = player.says("gặp người")
    assert asked.request is not None
    bare = re.sub(r"\D", "", secret)
    kept = "\n".join((*asked.session.lines, *asked.request.lines))
    assert bare not in re.sub(r"\D", "", kept)
    stored = encode(asked.session) + encode(asked.request) + encode([*said.events, *asked.events])
    assert secret.encode() not in stored
    assert "secret_masked" in {event.name for event in said.events}


@given(st.sampled_from(AROUND), id_numbers, st.sampled_from(AFTER))
@settings(deadline=None)
def test_no_id_number_survives(before: str, number: str, after: str) -> None:
    assert_forgotten(before + number + after, number)


@given(st.sampled_from(AROUND), cards, st.sampled_from(AFTER))
@settings(deadline=None)
def test_no_card_number_survives(before: str, number: str, after: str) -> None:
    assert_forgotten(before + number + after, number)


@given(st.sampled_from(CODE_SAYINGS), st.one_of(digits(6), st.builds(grouped, digits(6), st.just(3), st.just(" "))))
@settings(deadline=None)
def test_no_one_time_code_survives(saying: str, code: str) -> None:
    assert_forgotten(saying.format(code), code)


@given(digits(12), st.integers(1, 11), st.sampled_from(["\u200b", "\u202e", "\x00", "\u2060", "\ufeff"]))
@settings(deadline=None)
def test_what_nobody_sees_hides_no_number(number: str, at: int, invisible: str) -> None:
    masked, kinds = mask(f"cccd {number[:at]}{invisible}{number[at:]}")
    assert (masked, kinds) == (f"cccd {COVER}", ("id_number",))


looks = st.sampled_from([*DIGITS, *READ_OUT])
between = st.sampled_from(sorted(BETWEEN))


@given(digits(6), looks, between, st.sampled_from(CODES))
@example("482917", "some in figures", "colons", "mã pin của bác {}")
@settings(deadline=None, max_examples=400)
def test_a_code_in_any_form_is_covered(code: str, look: str, parted: str, around: str) -> None:
    masked, kinds = mask(around.format(written(code, look, parted)))
    assert digits_in(masked) == digits_in(around.format(""))
    assert kinds


@given(st.data(), st.sampled_from(sorted(NUMBERS)), looks, between)
@settings(deadline=None, max_examples=400)
def test_every_other_number_is_covered_in_any_form(data: st.DataObject, kind: str, look: str, parted: str) -> None:
    length, saying = NUMBERS[kind]
    number = data.draw(st.sampled_from("123456789")) + data.draw(digits(length - 1))
    around = data.draw(st.sampled_from(saying))
    masked, kinds = mask(around.format(written(number, look, parted)))
    assert digits_in(masked) == digits_in(around.format(""))
    assert kinds


@given(st.data(), digits(6), st.sampled_from(CODES))
@settings(deadline=None, max_examples=200)
def test_letters_that_look_like_digits_hide_no_code(data: st.DataObject, code: str, around: str) -> None:
    shown = "".join(data.draw(st.sampled_from(digit + LOOKING_ALIKE.get(digit, ""))) for digit in code)
    assume(any(character.isdecimal() for character in shown))
    masked, kinds = mask(around.format(shown))
    assert shown not in masked
    assert digits_in(masked) == digits_in(around.format(""))
    assert kinds


@pytest.mark.parametrize("around", NAMING_MIXED)
def test_a_named_code_of_letters_and_figures_is_covered(around: str) -> None:
    found = {code: mask(around.format(code)) for code in MIXED}
    assert {code: masked for code, (masked, _) in found.items()} == dict.fromkeys(MIXED, around.format(COVER))
    assert all(kinds for _, kinds in found.values())


@given(st.text("abcdeknrxyzABCDXYZ0123456789", min_size=6, max_size=12), st.sampled_from(NAMING_MIXED))
@settings(deadline=None, max_examples=200)
def test_no_named_code_of_letters_and_figures_survives(code: str, around: str) -> None:
    assume(sum(map(str.isdecimal, code)) >= 3 and sum(map(str.isalpha, code)) >= 3)
    assert code not in mask(around.format(code))[0]


@given(st.integers(1, 3).flatmap(digits), st.sampled_from(sorted(DIGITS)), st.data())
@settings(deadline=None, max_examples=300)
def test_a_part_that_is_named_is_covered_however_short(part: str, look: str, data: st.DataObject) -> None:
    around = data.draw(st.sampled_from(NAMING_PARTS if len(part) == 1 else (*NAMING_PARTS, *NAMING_LONGER)))
    between = data.draw(st.sampled_from(("nothing", "spaces")))
    masked, kinds = mask(around.format(written(part, look, between)))
    assert digits_in(masked) == digits_in(around.format(""))
    assert kinds


@pytest.mark.parametrize("text", ["mã là một hai", "otp bốn tám hai nhé", "ma la mot hai", "mật khẩu là bốn tám"])
def test_a_part_that_is_named_and_read_out_is_covered(text: str) -> None:
    player = talking()
    turn = player.says(text)
    assert "secret_masked" in {event.name for event in turn.events}
    assert [said.text for said in turn.said] == [COVER]


@given(digits(3), digits(3), st.sampled_from(PARTING), st.sampled_from(("otp {}", "mã otp là {} nhé", "nó gửi mã {}")))
@settings(deadline=None)
def test_no_word_between_its_halves_hides_a_code(one: str, other: str, word: str, around: str) -> None:
    masked, kinds = mask(around.format(f"{one} {word} {other}"))
    assert masked == around.format(COVER)
    assert kinds == ("otp",)


@given(st.sampled_from(["cvv {}", "CVC: {}", "mã cvv là {}", "mã bảo mật của thẻ {}", "cvv2 {}"]), digits(3), looks)
@settings(deadline=None)
def test_a_cards_security_code_is_covered(around: str, code: str, look: str) -> None:
    if look in DIGITS:
        assert mask(around.format(written(code, look, "nothing")))[1] == ("card",)


def test_when_a_card_ends_is_covered_beside_it_alone() -> None:
    card = "thẻ 4111 1111 1111 1111 hết hạn 12/27, exp 09/2029"
    assert mask(card) == (f"thẻ {COVER} hết hạn {COVER}, exp {COVER}", ("card", "card", "card"))
    assert mask("thẻ bảo hiểm y tế hết hạn 12/2027") == ("thẻ bảo hiểm y tế hết hạn 12/2027", ())


def test_ordinary_texts_stay_as_they_are() -> None:
    assert len(set(ORDINARY)) >= 400
    covered = [text for text in ORDINARY if mask(text)[0] != text]
    assert covered == []


@pytest.mark.parametrize("length", [1_000, 10_000, 100_000])
def test_a_secret_is_covered_however_far_it_stands(length: int) -> None:
    text = ("bác kể chuyện này dài lắm cháu ạ " * length)[:length] + " mã otp là 482913"
    assert mask(text)[0] == text.removesuffix("482913") + COVER


@pytest.mark.parametrize(
    "pieces",
    [
        ("mã OTP là 12", "3456"),
        ("otp", "1234"),
        ("mã xác nhận là", "12", "34", "56"),
        ("123", "456"),
        ("12", "34", "56"),
        ("mã là 12 nhé", "tiếp 34", "rồi 56"),
        ("mã là một hai", "ba tư", "năm sáu"),
        ("OTP 4829", "13"),
        ("①②③", "４５６"),
        ("mật khẩu", "1 2 3 4"),
    ],
)
@pytest.mark.parametrize("in_talk", [False, True])
def test_a_code_in_pieces_is_covered_from_the_second_on(pieces: tuple[str, ...], in_talk: bool) -> None:
    player = Player(setting(), known_resident("bac"))
    if in_talk:
        player.joins(Volunteer("hoa", "Hoa", teams=("to-mau-a", "to-mau-b")), linked=True)
        player.says("gặp người")
        player.says("nhận A0001", "hoa")
    turns = [player.says(piece) for piece in pieces]
    said = [said.text for turn in turns[1:] for said in turn.said]
    assert all("secret_masked" in {event.name for event in turn.events} for turn in turns[1:])
    assert "".join(map(digits_in, said)) == ""
    assert "".join(map(digits_in, player.session.lines)) == ""
    assert decode_session(encode(player.session)) == player.session


@pytest.mark.parametrize(
    "text",
    [
        "mã xác nhận 862543", "mã OTP là tám sáu hai năm bốn ba", "pin của bác là bảy ba chín một",
        "mật khẩu là Hoahong@7391", "thẻ chín bảy không bốn ba sáu sáu không bảy ba chín một sáu bốn một năm",
        "số căn cước là không không một không năm chín không bảy ba chín một sáu", "cvv là bảy ba chín",
        "số tài khoản một chín không ba bốn năm sáu bảy bảy ba chín một",
    ],
)  # fmt: skip
def test_a_secret_with_its_diacritics_written_apart_is_covered(text: str) -> None:
    masked, kinds = mask(unicodedata.normalize("NFD", text))
    assert kinds
    assert masked == mask(text)[0] != text


def test_a_secret_in_parts_with_diacritics_apart_is_covered() -> None:
    player = talking()
    for text in ("mật khẩu của bác là", "hoa lan mười chín bảy lăm"):
        turn = player.says(unicodedata.normalize("NFD", text))
    assert [said.text for said in turn.said] == [COVER]


UNNAMED = [
    ("482", "913"), ("4", "8", "2", "9"), ("379", "đó là cvv"), ("86", "là mã otp đó"), ("379", "that is the code"),
    ("12", "34", "56"), ("số thẻ là 4539", "1488", "0343 6467"),
]  # fmt: skip


@pytest.mark.parametrize("pieces", UNNAMED, ids=" / ".join)
def test_what_was_kept_of_a_code_is_taken_back_once_it_shows(pieces: tuple[str, ...]) -> None:
    player = talking()
    for text in ("nhà bác số 12 ngõ 4 nhé", "bác gửi đây", *pieces[:-1]):
        player.says(text)
    player.says(pieces[-1])
    thread = [said.text for said in player.request("A0001")[1]]
    assert [text for text in thread if digits_in(text)] == ["nhà bác số 12 ngõ 4 nhé"]
    assert "bác gửi đây" in thread
    assert digits_in(" ".join(player.session.lines)) in ("", "124")


def test_what_was_kept_before_the_request_is_taken_back_too() -> None:
    player = Player(setting(), known_resident("bac"))
    for text in ("bác hỏi vneid", "482", "gặp người"):
        player.says(text)
    assert "482" in player.request("A0001")[0].lines
    player.says("913")
    assert player.request("A0001")[0].lines == ("bác hỏi vneid",)


TOLD_LATER = [
    *((named, secret) for named in ("mật khẩu là", "mật khẩu của bác", "mk", "pass vneid nhé", "mat khau cua bac la",
                                    "mật khẩu vneid của bác là", "m.k vneid", "password")
      for secret in ("hoalan75x", "Hoa@1958", "bacHoa58x", "hoalanthom", "bacHoa", "hoa@lan", "195812",
                     "hoa lan mười chín bảy lăm")),
    *((named, secret) for named in ("cvv", "mã cvv", "cvv của thẻ", "ba số sau thẻ", "c v v", "cờ vê vê là")
      for secret in ("917", "chín một bảy", "9 1 7", "là 917 nhé", "9171", "ba số là 917")),
    *((named, *parts) for named in ("số thẻ", "số thẻ của bác là", "thẻ atm", "thẻ")
      for parts in (("4539", "1488", "0343", "6467"), ("45391488", "03436467"), ("4539 rồi 1488", "rồi 0343", "6467"))),
    ("4539", "1488", "0343", "6467"),
    ("the cua bac 45391488", "03436467"),
    ("thẻ của bác 4539", "1488", "0343", "6467"),
    *((named, "1903672", "5814017") for named in ("stk", "số tài khoản", "tài khoản của bác là", "stk vcb")),
    ("1903672", "5814017"),
    ("cccd", "001058", "012347"),
    ("căn cước của bác", "001", "058", "012", "347"),
    ("mã gồm hai phần", "738", "461"),
    ("ba số đầu của otp là 738", "ba số sau là 461"),
    ("otp phần đầu 738", "phần sau 461"),
    ("otp là 738", "phần sau 461"),
    ("otp nè", "738", "461"),
    ("mật khẩu nè cháu", "Hoa@1958"),
    ("cvv nè cháu", "số 917"),
    ("stk của bác ở vcb", "0011", "0041", "2345"),
    ("cái mật khẩu ấy à", "Phuong1972@"),
    ("cái mã ở tin nhắn ấy", "à 5531 đây"),
]  # fmt: skip


@pytest.mark.parametrize("messages", TOLD_LATER, ids=" / ".join)
@pytest.mark.parametrize("in_talk", [False, True])
def test_what_was_named_is_covered_in_the_next_messages(messages: tuple[str, ...], in_talk: bool) -> None:
    player = talking() if in_talk else Player(setting(), known_resident("bac"))
    turns = [player.says(message) for message in messages]
    assert all("secret_masked" in {event.name for event in turn.events} for turn in turns[1:])
    said = " ".join(said.text for turn in turns[1:] for said in turn.said)
    kept = " ".join(player.session.lines) + said
    assert [message for message in messages[1:] if message in kept] == []
    assert digits_in(said) == ""
    assert decode_session(encode(player.session)) == player.session


SPLIT = [("mã otp đây ạ", "738", "461"), ("thẻ atm", "4539 1488", "0343 6467"),
         ("mật khẩu là", "bacHoa58x"), ("stk", "1903672", "5814017"),
         ("mật khẩu mới của bác là", "hoalanthom")]  # fmt: skip


@pytest.mark.parametrize("messages", SPLIT, ids=" / ".join)
def test_a_volunteer_who_tells_a_secret_in_parts_is_held_back(messages: tuple[str, ...]) -> None:
    player = talking()
    assert player.does(Deed("reply", "A0001", "hoa", text=messages[0])) == "done"
    for message in messages[1:]:
        assert player.does(Deed("reply", "A0001", "hoa", text=message)) == "held_back"
        assert [said.text for _, turn in player.happened() for said in turn.said] == []


@pytest.mark.parametrize("part", ["mã otp là 738", "pin: 4", "otp bốn tám hai", "cvv là 77"])
def test_a_volunteer_who_tells_a_named_part_of_a_code_is_held_back(part: str) -> None:
    player = talking()
    assert player.does(Deed("reply", "A0001", "hoa", text=part)) == "held_back"
    assert [said.text for _, turn in player.happened() for said in turn.said] == []


@pytest.mark.parametrize(
    ("named", "told"), [("mật khẩu là", "bacHoa58x"), ("stk", "1903672"), ("otp là 738", "phần sau 461")]
)
def test_a_volunteer_who_tells_what_the_resident_named_is_held_back(named: str, told: str) -> None:
    player = talking()
    player.says(named)
    assert player.does(Deed("reply", "A0001", "hoa", text=told)) == "held_back"
    assert [said.text for _, turn in player.happened() for said in turn.said] == []


@pytest.mark.parametrize("messages", SPLIT, ids=" / ".join)
def test_a_secret_in_parts_is_covered_in_notes_and_over_both_sides(messages: tuple[str, ...]) -> None:
    player = talking()
    player.says(messages[0])
    for message in messages[1:]:
        assert player.does(Deed("note", "A0001", "hoa", text=message)) == "done"
        assert [(said.who, said.text) for _, turn in player.happened() for said in turn.said] == [("note", COVER)]


def world() -> World:
    return World(setting(), START, lambda: "A0001")


def talking() -> Player:
    """A resident whose request a volunteer holds."""
    player = Player(setting(), known_resident("bac"))
    player.joins(Volunteer("hoa", "Hoa", teams=("to-mau-a", "to-mau-b")), linked=True)
    player.says("gặp người")
    player.says("nhận A0001", "hoa")
    return player


IN_A_ROW = [
    "cvv / 3 / 7 / 9", "cvc / số 3 / rồi 7 / rồi 9", "cvv là / bảy / ba / chín", "ba số sau thẻ / 3 / 7 / 9",
    "pin / 1 / dạ / 9 / ạ / 6 / 0", "otp là / 8 / 6 / 2 / 5 / 4 / 3", "ma pin la / 2 / roi / 5 / 8 / 0",
    "otp / dạ / tám / sáu / hai / năm", "otp đây / 8 nha / 6 nha / 2 nha / 0 nha", "cờ vê vê / 3 / ờ / 7 / ừ / 9",
    "the pin is / 1 / 9 / 6 / 0", "số thẻ / 4 / 8 / 3 / 1", "stk / 1 / 9 / 0 / 3", "cccd / 0 / 0 / 1 / 0",
    "mk / 2 / 5 / 8 / 0",
    "họ hỏi mã / tôi trả lời 862 / rồi 543", "nó đòi otp / bác đọc 862 / 543", "no hoi ma otp / toi doc 862 / roi 543",
    "họ hỏi cvv / tôi nói 379", "họ hỏi số pin / tôi bảo 7122", "chúng nó hỏi otp / ông trả lời 8 / 6 / 2 / 5",
    "họ hỏi số thẻ / tôi đọc 4831 / rồi 4366", "they asked for the code / I said 862 / then 543",
    "họ hỏi mật khẩu / tôi trả lời hoalan58", "họ hỏi mã / tôi trả lời tám sáu hai / rồi năm bốn ba",
    "mật khẩu wifi nhà tôi / hoa / hong / 99", "mk vneid / Ngoc / Anh / 1968", "pass zalo / Lan / Huong",
    "mk / tuan / anh / 88", "pass vneid / ab / cd / 12 / 34", "password / blue / sky / 77", "mật khẩu là / con meo",
    "mật khẩu vneid là / Thuy / @2024", "mật khẩu wifi quán / ca / phe / sua",
    "mk zalo của tôi / sen / vang / 55", "mk fb / be / bi / 2019", "mật khẩu vneid của bác / Duc / Long / 1",
    "họ gọi hỏi cvv / tôi trả lời 614",
    "pass fb nè / Teo / dạ / 2015",
]  # fmt: skip
_POLITELY = ("dạ", "ạ", "ừ", "ờ", "roi")


@pytest.mark.parametrize("messages", IN_A_ROW)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_was_named_in_a_talk_is_covered_however_short_its_parts(
    messages: str, form: Literal["NFC", "NFD"]
) -> None:
    """At once: who helps may read along in a chat of their own, from which nothing is taken back."""
    player = talking()
    named, *parts = (unicodedata.normalize(form, message) for message in messages.split(" / "))
    player.says(named)
    for part in parts:
        turn = player.says(part)
        if part not in _POLITELY and unicodedata.normalize("NFC", part) not in _POLITELY:
            assert [COVER in said.text and digits_in(said.text) for said in turn.said] == [""], part
            assert part not in " ".join(player.session.lines)


def test_words_around_what_somebody_was_told_stay() -> None:
    player = talking()
    player.says("họ hỏi mã")
    turn = player.says("tôi đọc cho nó 862")
    assert [said.text for said in turn.said if said.who == "resident"] == [f"tôi đọc cho nó {COVER}"]


@pytest.mark.parametrize("danger", ["cháy nhà", "đau ngực quá", "bị lừa rồi", "rắn cắn", "đuối nước", "hóc xương"])
def test_a_danger_after_a_password_was_named_is_no_password(danger: str) -> None:
    player = talking()
    player.says("mật khẩu wifi nhà tôi")
    assert "urgent" in {event.name for event in player.says(danger).events}


def test_after_something_else_was_said_everyday_words_are_no_password() -> None:
    player = talking()
    for text in ("mật khẩu wifi nhà tôi", "để bác tìm đã", "hoa hồng"):
        turn = player.says(text)
    assert [said.text for said in turn.said] == ["hoa hồng"]


def test_what_is_covered_is_understood_anew() -> None:
    scene = Scene(known_resident("bac"), Incoming("1", Chat("web", "1", "1"), "text", "cháy nhà"), world())
    assert scene.understood.decision == "urgent"
    scene.reread(COVER)
    assert scene.understood.decision != "urgent"


@pytest.mark.parametrize(
    "answer", ["quên rồi", "dạ", "không", "nó báo sai", "để bác tìm", "cháu ơi", "bị lừa rồi", "mất tiền"]
)
def test_after_a_part_of_a_password_an_answer_is_none(answer: str) -> None:
    player = talking()
    for text in ("mk vneid", "Ngoc"):
        player.says(text)
    assert [said.text for said in player.says(answer).said if said.who == "resident"] == [answer]


def test_a_volunteer_may_say_what_a_number_is() -> None:
    player = talking()
    player.says("379")
    assert player.does(Deed("reply", "A0001", "hoa", text="Đó là mã OTP ạ")) == "done"


def test_outside_a_talk_a_wish_is_no_password() -> None:
    player = Player(setting(), known_resident("bac"))
    player.says("mật khẩu vneid")
    assert "secret_masked" not in {event.name for event in player.says("hoa hồng").events}


ANSWERS = ("quên rồi", "không nhớ", "menu", "không", "hong nho", "nó không nhận",
           "con trai tôi biết", "là gì hả cháu?", "bác không nhớ nữa", "để bác tìm đã", "iPhone15",
           "VNeID", "ok", "gặp người", "mở 8h30 à", "phí 50k", "12 tháng", "khó quá cháu ơi", "500.000đ", "nhà số 12",
           "3 lần rồi", "Bác Hoa", "BÁC QUÊN RỒI", "facebook", "thanks", "bước 2",
           "bác 68 tuổi", "gọi 113", "vângggg", "okeee", "forgotten", "nothing")  # fmt: skip


@pytest.mark.parametrize("named", ["mật khẩu là", "cvv", "số thẻ", "stk", "cccd"])
@pytest.mark.parametrize("in_talk", [False, True])
def test_an_ordinary_answer_is_not_covered(named: str, in_talk: bool) -> None:
    for answer in ANSWERS if in_talk else (*ANSWERS, "1"):  # in a talk it may be the first figure of what was named
        player = talking() if in_talk else Player(setting(), known_resident("bac"))
        player.says(named)
        assert "secret_masked" not in {event.name for event in player.says(answer).events}, answer


@pytest.mark.parametrize(
    "named", ["quên mật khẩu", "mật khẩu là gì?", "cvv là gì", "làm lại thẻ căn cước", "đổi mật khẩu"]
)
def test_who_asks_about_a_secret_does_not_name_it(named: str) -> None:
    player = Player(setting(), known_resident("bac"))
    player.says(named)
    assert player.session.awaited is None


def test_some_minutes_later_nothing_is_awaited() -> None:
    player = talking()
    player.says("mật khẩu là")
    list(player.pass_time(AWAITED_SECONDS + 1))
    assert "secret_masked" not in {event.name for event in player.says("hoalanthom").events}


def test_pieces_long_apart_and_answers_are_no_code() -> None:
    player = Player(setting(), known_resident("bac"))
    player.says("mã OTP là 12")
    list(player.pass_time(SECONDS + 1))
    for text in ("34", "/start vneid-may-moi", "1", "1", "9", "1", "0"):
        assert "secret_masked" not in {event.name for event in player.says(text).events}


@pytest.mark.parametrize(
    "text",
    ["mã OTP là gì", "quên mật khẩu", "chưa nhận được mã", "bước 12", "bác 65 tuổi", "", "mã chưa về 5 phút", "1/7?"],
)
def test_this_is_no_piece_of_a_code(text: str) -> None:
    assert piece_of(text) == NO_PIECE


def test_nothing_written_in_a_group_is_kept() -> None:
    player = Player(setting(), known_resident("bac"))
    assert player.says_in_group("mã otp là 482913").session.lines == ()


def test_a_newcomers_secret_is_not_kept_as_their_wish() -> None:
    turn = Player(setting()).says("quên mật khẩu vneid, mật khẩu cũ là Hoahong@59")
    assert turn.session.wants == "guide:vneid-quen-mat-khau"
    assert b"Hoahong" not in encode(turn.session)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("để pass theo tên quán phohoa và số 79", f"để pass theo tên quán {COVER} và số {COVER}"),
        ("mật khẩu là sonca hay sonca1 gì đấy", f"mật khẩu là {COVER} hay {COVER} gì đấy"),
        ("mật khẩu gồm chữ hanoi viết liền với số nhà 36", f"mật khẩu gồm chữ {COVER} viết liền với số nhà {COVER}"),
        ("mật khẩu giống tên con chó, Misa, rồi thêm 2019", f"mật khẩu giống tên con chó, {COVER} rồi thêm {COVER}"),
    ],
)  # fmt: skip
def test_a_password_that_is_told_as_a_tale_is_covered_in_all_its_parts(text: str, masked: str) -> None:
    assert mask(text) == (masked, ("password", "password"))


CALLERS = (
    "số {} gọi lừa tôi", "thằng {} nó bảo tôi chuyển tiền", "sdt lừa đảo {} báo ở đâu", "số lạ {} gọi hoài",
    "bị {} gọi dọa khoá sim", "{} nhan tin bao toi trung thuong", "bị {} lừa mất 5 triệu",
    "có số {} xưng công an gọi suốt", "phòng công an phường số điện thoại {}", "số {} có phải của bưu điện không",
    "{} nhắn tin đòi nợ", "có người gọi bằng số {} bảo khóa thẻ", "cảnh sát khu vực số máy {} đúng không",
)  # fmt: skip
OWN = (
    "gọi bác {}", "số điện thoại của bác là {}", "{}", "bác tên Tư, {}", "công an giả gọi, liên hệ tôi {}",
    "số tôi {} bị công an giả gọi", "{} là số của bác, bị lừa rồi", "zalo tôi {} bị số lạ gọi",
    "gọi lại cho bác {} nhé",
)  # fmt: skip


@pytest.mark.parametrize("number", ["0912345678", "0987 654 321", "0345.667.889", "024 7109 8888", "+84 28 4458 1234"])
def test_the_telephone_of_an_office_or_a_stranger_stays_and_ones_own_does_not(number: str) -> None:
    """Who helps has to see who called; a resident's own number is nobody's business."""
    assert [mask(text.format(number)) for text in CALLERS] == [(text.format(number), ()) for text in CALLERS]
    assert [mask(text.format(number)) for text in OWN] == [(text.format(COVER), ()) for text in OWN]


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)[0])[0] == mask(text)[0]


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        ("mật khẩu của bác là Hoahong@59 nhé", f"mật khẩu của bác là {COVER} nhé", ("password",)),
        ("mk: hoahong1959", f"mk: {COVER}", ("password",)),
        ("mat khau vneid la Abc12345", f"mat khau vneid la {COVER}", ("password",)),
        ("mật khẩu VNeID Abc@1234", f"mật khẩu VNeID {COVER}", ("password",)),
        ("my password is Tiger1999!", f"my password is {COVER}", ("password",)),
        ("001059012345 482913", f"{COVER} {COVER}", ("id_number", "otp")),
        ("CMND 012345678", f"CMND {COVER}", ("id_number",)),
        ("gọi bác 0912 345 678", f"gọi bác {COVER}", ()),
        ("+84 912 345 678", COVER, ()),
        ("４８２９１３", COVER, ("otp",)),
        ("482913 nha", f"{COVER} nha", ("otp",)),
        ("nó báo 482913", f"nó báo {COVER}", ("otp",)),
        ("tin nhắn về 482913 bác đọc", f"tin nhắn về {COVER} bác đọc", ("otp",)),
        ("482–913", COVER, ("otp",)),
        ("4️⃣8️⃣2️⃣9️⃣1️⃣3️⃣", COVER, ("otp",)),
        ("thẻ 9704 3660 1234 5678", f"thẻ {COVER}", ("card",)),
        ("pwd: hoahong", f"pwd: {COVER}", ("password",)),
        ("mk vneid của bác đây nhé Hoahong@59", f"mk vneid của bác đây nhé {COVER}", ("password",)),
    ],
)
def test_each_kind_is_covered_and_named(text: str, masked: str, kinds: tuple[str, ...]) -> None:
    assert mask(text) == (masked, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "mật khẩu là gì", "mat khau la gi vay", "mật khẩu phải là chữ hoa à", "mật khẩu là 8 ký tự đúng không",
        "my password is incorrect", "quên mật khẩu từ năm 2023", "quên mật khẩu trên iphone15",
        "lệ phí 500.000 đồng", "500.000", "2000000 đồng", "tôi chuyển 2.000.000 rồi", "1.000.000.000.000 đồng",
        "mã hồ sơ 12345678", "mã của tôi là 000.00.12.H26-251120-0045", "H26.12-251120-0045", "mã bưu điện 10000",
        "A0001", "mã yêu cầu H4821", "gọi 113",
        "mã hồ sơ 123456", "phí 150000", "ngày 20/11/2025", "sinh năm 1945", "1", "2025", "",
    ],
)  # fmt: skip
def test_ordinary_numbers_and_questions_stay(text: str) -> None:
    assert mask(text) == (text, ())


@pytest.mark.parametrize("line", SAID)
def test_a_secret_said_in_a_way_of_its_own_is_covered(line: str) -> None:
    text, secret, around = parted(line)
    masked, kinds = mask(text)
    assert kinds
    assert traces(masked, secret, around) == ""


UNITS = (
    "1 1 1 1 1 1 1 1 1 1 1x", "1 1-", "1234 5-", "1 1  ", "8:00-10:00, ", "8h-11h30, \ufeff", "12/5/2026 ", "+84 912 ",
    "8:00 và ", "1.000.000 ", "01/02/2026-", "otp 7 rồi 3 ", "mk ", "mk:", "mật.khẩu là ", "mk abcdef ", "mk a1b2c3 ",
    "abcdefg vào mk ", "bayba", "0O", "bảy trăm ", "hoa8",
    "mã là 4 nhé ", "pin: 7 x ",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_no_message_costs_much_more_than_a_tale_as_long(unit: str) -> None:
    """Measured beside each other, in CPU time: what else runs here makes both slower."""

    def seconds(text: str) -> float:
        began = process_time()
        mask(text)
        return process_time() - began

    tale = ("bác kể chuyện này dài lắm cháu ạ, " * 400)[:10_000]
    pairs = [(seconds((unit * 10_000)[:10_000]), seconds(tale)) for _ in range(5)]
    assert min(attack for attack, _ in pairs) < 8 * min(ordinary for _, ordinary in pairs)


def test_nothing_is_kept_of_a_message_that_was_too_much() -> None:
    chat, session = Chat("telegram", "1", "1"), known_resident("bac")
    for number in range(BURST + 1):
        session = advance(session, Incoming(f"u{number}", chat, "text", "mã otp là 482913"), world()).session
    assert session.flooded_at == START
    assert b"482913" not in encode(session)
