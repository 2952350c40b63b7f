"""A menu with more than five choices is turned page by page, forwards and back."""

from msgspec.structs import replace

from bot.content.facts import Topic
from bot.model import Turn
from bot.simulator.player import Player, known_resident
from tests.setting import setting

TOPICS = 12


def player() -> Player:
    guides = tuple(guide.id for guide in setting().library.all())
    topics = tuple(Topic(f"t{number}", {"vi": f"Việc {number}"}, guides) for number in range(TOPICS))
    return Player(replace(setting(), topics=topics), known_resident("bac"))


def ids(turn: Turn) -> list[str]:
    return [choice.id for choice in turn.replies[0].choices]


def test_every_topic_and_a_person_are_on_some_page() -> None:
    resident = player()
    pages = [ids(resident.says("menu"))]
    while "more" in pages[-1]:
        pages.append(ids(resident.says("Xem thêm")))
    offered = [choice for page in pages for choice in page if choice not in ("more", "back", "menu")]
    assert offered == [*(f"topic:t{number}" for number in range(TOPICS)), "person"]
    assert max(len([choice for choice in page if choice not in ("back", "menu")]) for page in pages) == 5


def test_back_turns_one_page_back_and_the_first_page_has_none() -> None:
    resident = player()
    first, second = ids(resident.says("menu")), ids(resident.says("5"))
    third = ids(resident.says("xem them"))
    assert ids(resident.says("9")) == second != third
    assert ids(resident.says("quay lại")) == first
    assert "back" not in first


def test_back_from_a_page_of_guides_stays_in_its_topic() -> None:
    resident = player()
    resident.says("menu")
    guides = ids(resident.says("1"))
    resident.says("xem thêm")
    assert ids(resident.says("quay lai")) == guides
    assert ids(resident.says("9"))[0] == "topic:t0"
