"""What a scammer writes is held back, however it is put; what helpers write is sent. By classes, and measured."""

from collections.abc import Sequence

import pytest

from bot.desk.asking import asks_for_secret
from bot.desk.away import leads_away, threatens
from bot.desk.links import leads_elsewhere
from bot.desk.money import wants_money
from bot.desk.outgoing import and_then, official_of, why_held_back
from bot.desk.schemes import scheme_in
from tests.scam_words import AWAY, HONEST, IN_PIECES, LOOK_ALIKES, MONEY, NO_NAMES, SCAMS, SCHEMES, SECRETS
from tests.setting import setting

HELD_AT_LEAST, HELD_WRONGLY_AT_MOST = 0.95, 0.02


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_can_be_read_as_a_site_is_held(text: str) -> None:
    assert leads_elsewhere(text, official_of(setting()))


@pytest.mark.parametrize("text", [*NO_NAMES, *HONEST])
def test_what_is_no_site_is_sent(text: str) -> None:
    assert not leads_elsewhere(text, official_of(setting()))


@pytest.mark.parametrize("text", SECRETS)
def test_what_asks_for_a_secret_is_held(text: str) -> None:
    assert asks_for_secret(text)


@pytest.mark.parametrize("text", HONEST)
def test_what_asks_for_none_is_sent(text: str) -> None:
    assert not asks_for_secret(text)


def reasons(pieces: Sequence[str]) -> list[str | None]:
    """What becomes of each of these replies, sent one after the other."""
    replied: tuple[str, ...] = ()
    found: list[str | None] = []
    for piece in pieces:
        found.append(why_held_back(setting(), piece, replied))
        replied = and_then(replied, piece)
    return found


@pytest.mark.parametrize("pieces", IN_PIECES)
def test_what_is_said_in_pieces_is_held_at_the_last(pieces: Sequence[str]) -> None:
    *before, last = reasons(pieces)
    assert set(before) == {None}
    assert last


def test_what_came_long_before_is_no_part_of_it() -> None:
    between = ("Bác bấm nút màu xanh ở dưới", "Bác kéo xuống cuối trang giúp cháu", "Bác chờ máy chạy xong đã ạ")
    assert reasons(("bác đọc giúp cháu", *between, "mã otp trên máy")) == [None] * 5


def test_help_after_help_is_sent() -> None:
    replied = [tuple(HONEST[(7 * at + 13 * turn + next_) % len(HONEST)] for next_ in range(3))
               for at in range(len(HONEST)) for turn in range(4)]  # fmt: skip
    held = [(before, text) for at, before in enumerate(replied)
            if why_held_back(setting(), text := HONEST[at // 4], before)]  # fmt: skip
    assert len(held) <= HELD_WRONGLY_AT_MOST * len(replied), held


@pytest.mark.parametrize("text", MONEY)
def test_what_wants_money_is_held(text: str) -> None:
    assert wants_money(text)


@pytest.mark.parametrize("text", AWAY)
def test_what_leads_away_or_threatens_is_held(text: str) -> None:
    assert leads_away(text) or threatens(text)


@pytest.mark.parametrize("text", SCHEMES)
def test_what_is_part_of_a_scheme_is_held(text: str) -> None:
    assert why_held_back(setting(), text)


@pytest.mark.parametrize("text", HONEST)
def test_a_warning_of_a_scheme_is_sent(text: str) -> None:
    assert scheme_in(text) is None


def test_scams_are_held() -> None:
    passed = [text for text in SCAMS if not why_held_back(setting(), text)]
    assert len(passed) <= (1 - HELD_AT_LEAST) * len(SCAMS), passed


def test_help_is_sent() -> None:
    held = {text: reason for text in HONEST if (reason := why_held_back(setting(), text))}
    assert len(held) <= HELD_WRONGLY_AT_MOST * len(HONEST), held


def test_what_is_kept_of_a_reply_is_short_however_it_is_written() -> None:
    replied: tuple[str, ...] = ()
    for _ in range(9):
        replied = and_then(replied, "\ufdfa" * 1000)
    assert sum(map(len, replied)) <= 600
    assert all(each.isprintable() and "\ufdfa" not in each for each in replied)
