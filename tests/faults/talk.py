"""What people say in these tests, and what the engine alone would answer."""

from collections.abc import Sequence

from bot.simulator.player import Player
from tests.setting import setting

TALK = ("chào", "1", "1", "1", "1", "xong", "giúp", "9", "1", "menu", "2", "lặp lại", "1", "0", "tiếp tục", "chưa", "9")


def quick_messages(count: int, start: int = 0) -> list[str]:
    """So many messages, each one a word of TALK."""
    return [TALK[(start + number) % len(TALK)] if number else TALK[0] for number in range(count)]


def sequential(texts: Sequence[str]) -> list[str]:
    """What the engine says to these texts, one after the other."""
    player = Player(setting())
    return [reply.text for text in texts for reply in player.says(text).replies]
