"""Presses and codes that somebody made up: anybody can send any payload, and each is answered kindly."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.roster import Volunteer
from bot.model import Place
from bot.simulator.player import NEIGHBOUR, Player, known_resident
from tests.setting import setting

ACTS = ("take", "decline", "assign", "open", "more", "line", "mine", "back", "pass", "to", "say", "canned", "leave", "")
CODES = ("A0001", "A0002", "A0001/x", "A0001/0", "A0001/-1", "A0001/to/minh", "A0001\n", "a0001", "A٠٠٠١", "X0001",
         "X/1", "/", "1", "", "A" * 60, "A0001:take:A0001", "list/x", "\x00", "💥")  # fmt: skip
MARKS = ("desk", "", "DESK", "00000000", "desk:desk")
PLACES = ("trực", "nhận A0001", "A0002", "lịch hẹn", "giúp người bên cạnh", "menu", "/start vneid-may-moi")
PRESSES = [f"desk:{act}:{code}" for act in ACTS for code in CODES]


def street() -> Player:
    """Two residents wait in the teams B and A; Hoa is of B, Lan leads A, Minh has never been one of anything."""
    player = Player(setting())
    player.becomes(known_resident("bac"))
    player.moves_in(known_resident("co"))
    player.joins(Volunteer("hoa", "Hoa", "chi", teams=("to-mau-b",)), linked=True)
    player.joins(Volunteer("lan", "Lan", "co", role="lead", teams=("to-mau-a",)), linked=True)
    for name in ("", NEIGHBOUR):
        player.says("gặp người", name)
    return player


def again(player: Player) -> Player:
    """The same street once more, as it is now: that takes a quarter of the time. What never changes is shared."""
    shared = (setting(), *(getattr(setting(), name) for name in setting().__struct_fields__))
    return deepcopy(player, {id(each): each for each in shared})


def went_well(player: Player) -> bool:
    """Whether nothing failed in what just happened."""
    return all(event.name != "failed" for _, turn in player.happened() for event in turn.events)


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("who", ["", "hoa", "lan"], ids=["a resident", "a volunteer", "another team's lead"])
def test_a_made_up_button_of_the_desk_breaks_nothing(who: str, where: str) -> None:
    there = street()
    there.says(where, who)
    for payload in PRESSES:
        player = again(there)
        turn = player.forges(payload, who)
        assert went_well(player), payload
        assert turn.replies, payload
        assert all(reply.text.strip() for reply in turn.replies), payload


def test_the_button_that_leads_on_in_a_list_does() -> None:
    player = street()
    player.says("trực", "hoa")
    for words, ask in (("2", "line/2"), ("0", ""), ("3", "mine/2")):
        player.says("trực" if words == "0" else words, "hoa")
        if ask:
            assert player.forges("desk:more", "hoa").session.place == Place("duty", ask)


@pytest.mark.parametrize("payload", [press for press in PRESSES if not press.startswith("desk:take:A000")])
def test_in_a_group_neither(payload: str) -> None:
    player = street()
    player.forges(payload, "hoa", group=True)
    assert went_well(player)
    assert not player.session.helper


@pytest.mark.parametrize("press", ["desk:take:A0001", "desk:assign:A0001", "desk:open:A0001", "desk:decline:A0001"])
def test_a_resident_who_copies_a_button_of_the_desk_gets_nothing_by_it(press: str) -> None:
    player = street()
    assert not any("A0001" in reply.text for reply in player.forges(press, NEIGHBOUR).replies)
    assert not player.session.helper


@settings(max_examples=150, deadline=None)
@given(mark=st.sampled_from(MARKS), act=st.sampled_from(ACTS), code=st.text(max_size=12), place=st.sampled_from(PLACES))
def test_whatever_a_press_says(mark: str, act: str, code: str, place: str) -> None:
    player = street()
    player.says(place, "hoa")
    assert player.forges(f"{mark}:{act}:{code}", "hoa").replies
    assert went_well(player)
