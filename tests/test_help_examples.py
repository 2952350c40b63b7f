"""What the help names to be typed does what the help says: in the pages for helpers, and in the bot's own help."""

import re
from collections.abc import Callable, Iterator

import pytest

from bot.content.loader import ROOT
from bot.engine.texts import ADDRESSES
from bot.model import Place, Session, Turn
from bot.simulator.player import Player
from tests.setting import setting

PAGES = ("docs/vi/nguoi-giup.md", "docs/residents-helpers.md")
GUIDE = "khai-sinh"
_TYPED = re.compile(r"`([^`]+)`|(?<!\*)\*([^*\n]+)\*(?!\*)")
_QUOTED = re.compile(r"«([^»{]+)»")
Holds = Callable[[Session, Turn], bool]


def at(*places: str) -> Holds:
    return lambda before, turn: turn.session.place is not None and turn.session.place.flow in places


def said(text: str) -> Holds:
    return lambda before, turn: text in "\n".join(reply.text for reply in turn.replies)


def same_step(before: Session, turn: Turn) -> bool:
    return turn.session.run == before.run and turn.session.place == Place("guide") and bool(turn.replies[-1].choices)


def step_before(before: Session, turn: Turn) -> bool:
    return bool(before.run and turn.session.run and turn.session.run.trail == before.run.trail[:-1])


DOES: dict[str, Holds] = {
    "menu": at("menu"),
    "quay lại": step_before,
    "lặp lại": same_step,
    "giúp": said("«gặp người»"),
    "gặp người": at("person"),
    "mang gì": lambda before, turn: any(reply.page for reply in turn.replies),
    "đặt lịch": at("visits", "slots"),
    "hủy hẹn": said("hẹn"),
    "nhắc tôi ngày 15/12": at("followup"),
    "bỏ nhắc": said("chưa nhờ cháu nhắc"),
    "xưng hô": lambda before, turn: turn.session.place == Place("welcome", "address"),
    "tiếp tục": same_step,
    "bắt đầu lại": lambda before, turn: turn.session.place == Place("restart") and turn.session.run == before.run,
    "dừng": lambda before, turn: turn.session.place == Place("privacy", "stopped"),
    "của tôi": said("Cháu đang nhớ về bác"),
    "xóa": lambda before, turn: turn.session.place == Place("privacy", "erase") and not turn.forget,
    "tiếng anh": lambda before, turn: turn.session.lang == "en",
}
"""By a word of each row of the tables: what the row's second column says."""
IN_ENGLISH = {"repeat": "lặp lại", "person": "gặp người", "stop": "dừng", "my data": "của tôi", "delete": "xóa"}
"""What the bot's English names beside the words of the tables."""


def at_a_step() -> Session:
    """Somebody who agreed, at the second step of a guide."""
    player = Player(setting(), Session(you="bac", consent="yes", place=Place("menu")))
    player.says(f"/start {GUIDE}")
    return player.says("1").session


def rows(page: str) -> Iterator[list[str]]:
    for line in (ROOT / page).read_text("utf-8").splitlines():
        if line.startswith("| ") and _TYPED.search(line.split("|")[1]):
            yield ["".join(found) for found in _TYPED.findall(line.split("|")[1])]


def utterances() -> Iterator[tuple[str, str]]:
    """Each word of a row, and the word by which `DOES` knows the row."""
    for page in PAGES:
        for row in rows(page):
            known = [word for word in row if word in DOES]
            assert len(known) == 1, f"{page}: say in DOES what {row} does"
            yield from ((word, known[0]) for word in row)


@pytest.mark.parametrize(("word", "row"), sorted(set(utterances())))
def test_what_a_page_for_helpers_names_does_what_it_says(word: str, row: str) -> None:
    before = at_a_step()
    assert DOES[row](before, Player(setting(), before).says(word))


@pytest.mark.parametrize("page", PAGES)
def test_each_page_names_all_of_it(page: str) -> None:
    assert {word for row in rows(page) for word in row} >= DOES.keys()


@pytest.mark.parametrize("page", PAGES)
def test_the_forms_of_address_that_a_page_names_are_those_there_are(page: str) -> None:
    line = next(line for line in (ROOT / page).read_text("utf-8").splitlines() if "*xưng hô*" in line)
    labels = {setting().words.voice("vi").say(f"address.{name}.label").lower(): name for name in ADDRESSES}
    named = re.findall(r"\w+", line.split("|")[2].partition(":")[2])
    assert set(named) == set(labels)
    for name in named:
        player = Player(setting(), at_a_step())
        player.says("xưng hô")
        assert player.says(name).session.you == labels[name]


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_an_answer_mean_the_same(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    paragraph = next(line for line in text.splitlines() if "`số 1`" in line)
    answers = re.findall(r"`([^`]+)`", paragraph)
    assert len(answers) >= 3
    session = Session(you="bac", consent="yes", place=Place("menu"))
    ends = []
    for answer in answers:
        player = Player(setting(), session)
        player.says("menu")
        ends.append(player.says(answer).session.place)
    assert ends == [Place("menu", "vneid")] * len(answers)


@pytest.mark.parametrize("page", PAGES)
def test_the_example_of_a_need_opens_its_guide(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    need = next(re.findall(r"`([^`]+)`", line)[0] for line in text.splitlines() if line.startswith("4. "))
    turn = Player(setting(), Session(you="bac", consent="yes", place=Place("menu"))).says(need)
    assert turn.session.run
    assert turn.session.run.guide == "vneid-may-moi"


@pytest.mark.parametrize("name", ["help.text", "help.bring", "welcome.consent", "search.none_fits", "small_talk.who"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_the_bot_itself_names_does_what_it_says(name: str, lang: str) -> None:
    words = _QUOTED.findall(setting().words.voice(lang, "bac").say(name, days=90))
    assert words or lang == "en"
    known = dict(utterances()) | IN_ENGLISH
    for word in words:
        before = at_a_step()
        assert DOES[known[word]](before, Player(setting(), before).says(word)), word
