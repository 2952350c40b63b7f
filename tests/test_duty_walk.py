"""Two residents and two volunteers do whatever chance finds in their chats: nothing breaks, no word goes astray."""

from random import Random

import pytest

from bot.desk.roster import Volunteer
from bot.simulator.player import NEIGHBOUR, Player, known_resident
from tests.setting import setting

RESIDENTS = {"": "A0001", NEIGHBOUR: "A0002"}
VOLUNTEERS = ("hoa", "minh")
SAYS = ("0", "1", "2", "3", "4", "5", "6", "7", "9", "trực", "menu", "nhận A0001", "nhận A0002", "A0001", "A0002",
        "của tôi", "english", "tiếng việt", "dừng", "lan", "mật khẩu là Hanoi2026", "gặp người")  # fmt: skip
ASKS = ("gặp người", "menu", "1", "2", "3", "dừng", "xóa", "của tôi", "cháu ơi", "/start vneid-may-moi")


class Street:
    """What was written to whom, and who got it."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._count = 0
        self.arrived = 0
        self.player = Player(setting())
        self.player.becomes(known_resident("bac"))
        self.player.moves_in(known_resident("co"))
        for name in VOLUNTEERS:
            self.player.joins(Volunteer(name, name.title(), "chi", teams=("to-mau-b",)), linked=True)
        for name in RESIDENTS:
            self.player.says("gặp người", name)

    def step(self) -> None:
        draw = self._chance.random()
        if draw < 0.3:
            self.player.says(self._chance.choice(ASKS), self._chance.choice(list(RESIDENTS)))
        elif draw < 0.35:
            for _ in self.player.pass_time(self._chance.choice((60, 400, 4000))):
                pass
        else:
            self._volunteer(self._chance.choice(VOLUNTEERS))
        for who, turn in self.player.happened():
            assert [event.about for event in turn.events if event.name == "failed"] == [], who
            self.arrived += sum(bool(reply.sender) for reply in turn.replies)

    def _volunteer(self, who: str) -> None:
        draw, code = self._chance.random(), self._chance.choice(list(RESIDENTS.values()))
        self._count += 1
        words = f"bác thử lại lần thứ {self._count} xem nhé"
        if draw < 0.5:
            self.player.says(self._chance.choice(SAYS), who)
        elif draw < 0.6:
            self.player.sends(self._chance.choice(("picture", "voice", "edited", "sticker")), "photo:1", who)
        elif draw < 0.7:
            self.player.presses(self._chance.choice(("Nhận", "Mở ra", "Xong việc", "Bàn trực")), who=who)
        elif draw < 0.8:
            self.player.says(words, who, quoting=code)
            self._check(words, code)
        elif draw < 0.9:
            self.player.says(f"trả lời {code}: {words}", who)
            self._check(words, code)
        else:
            self.player.says(words, who)

    def _check(self, words: str, code: str) -> None:
        """Words for one request reach its resident, or nobody."""
        for who, turn in self.player.happened():
            for reply in turn.replies:
                if reply.sender and words in reply.text:
                    assert turn.session.request == code, who


@pytest.mark.parametrize("seed", range(12))
def test_nothing_breaks_and_no_word_goes_astray(seed: int) -> None:
    street = Street(Random(seed))
    for _ in range(150):
        street.step()
    assert street.arrived
