"""A conversation reads the same, and is answered the same way, on every channel."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.model import Chat, Choice, Reply
from bot.simulator.transcript import Line, perform, play
from tests.contracts.channels import CHANNELS, Read, read
from tests.setting import setting

FOLDER = Path(__file__).parent / "conversations"
FILES = sorted(FOLDER.rglob("*.txt"))
CHAT_ID = "1"

_each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))


@_each_file
def test_a_person_reads_the_same_on_every_channel(file: Path) -> None:
    for reply in _replies(file):
        shown = {channel.name: read(channel, Chat(channel.name, CHAT_ID, CHAT_ID), reply) for channel in CHANNELS}
        whole = {name: " ".join(message.words for message in messages) for name, messages in shown.items()}
        wanted = " ".join(": ".join(part for part in (reply.sender, reply.text) if part).split())
        assert whole == dict.fromkeys(shown, wanted)
        for name, messages in shown.items():
            assert [message.choices for message in messages[:-1]] == [{}] * (len(messages) - 1), name
            assert not _differences(messages[-1], reply), name


@_each_file
def test_pressing_a_button_and_typing_its_digit_are_the_same(file: Path) -> None:
    written = [line.text for line in _performed(file)]
    told = [[other_way(line.text, offered) for line, offered in _with_offers(file)] for other_way in (_pressed, _typed)]
    said = [_said_by_bot(lines) for lines in told if lines != written]
    assert not said or said == [_said_by_bot(written)] * len(said)


def test_conversations_are_answered_in_both_ways() -> None:
    every = [pair for file in FILES for pair in _with_offers(file)]
    assert sum(_pressed(line.text, offered) != line.text for line, offered in every) > 500
    assert sum(_typed(line.text, offered) != line.text for line, offered in every) > 5


@cache
def _performed(file: Path) -> list[Line]:
    return list(perform(file.name, file.read_text(encoding="utf-8"), setting()))


def _replies(file: Path) -> Iterator[Reply]:
    """All that anybody reads in this conversation."""
    return (reply for line in _performed(file) for _, turn in line.happened for reply in turn.replies)


def _differences(message: Read, reply: Reply) -> list[Choice]:
    """The choices that a person cannot choose; a button may shorten its label."""
    wanted = [choice for choice in reply.choices if choice.digit]
    if len(message.choices) != len(wanted):
        return wanted
    return [
        choice
        for choice in wanted
        if not choice.label.startswith(message.choices.get(choice.digit, "?").removesuffix("…"))
    ]


def _with_offers(file: Path) -> Iterator[tuple[Line, tuple[Choice, ...]]]:
    """Each line with what the resident can choose then; after a pause a digit may mean nothing any more."""
    offered: tuple[Choice, ...] = ()
    for line in _performed(file):
        yield line, offered
        if line.text.startswith("("):
            offered = ()
        for turn in line.turns:
            for reply in turn.replies:
                offered = reply.choices


def _pressed(line: str, offered: tuple[Choice, ...]) -> str:
    """The same line with a button pressed instead of its digit typed."""
    typed = re.fullmatch(r"Resident: (\d)", line)
    labels = [choice.label for choice in offered if typed and choice.digit == typed[1]]
    return f"Resident presses: {labels[0]}" if labels else line


def _typed(line: str, offered: tuple[Choice, ...]) -> str:
    """The same line with a digit typed instead of its button pressed."""
    pressed = re.fullmatch(r"Resident presses: (.+)", line)
    digits = [choice.digit for choice in offered if pressed and choice.label == pressed[1]]
    return f"Resident: {digits[0]}" if digits and digits[0] else line


def _said_by_bot(lines: list[str]) -> list[str]:
    played = play("", "\n".join(lines), setting())
    return [line for line in played.splitlines() if not line.startswith("Resident")]
