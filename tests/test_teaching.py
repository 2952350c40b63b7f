"""A worker's matcher while what admins add is still to be learnt: the words open their guide, the rest stays learnt."""

from pathlib import Path

import msgspec
import pytest

from bot.content.library import FileLibrary
from bot.content.loader import CONTENT, ROOT
from bot.desk.phrases import Asked
from bot.desk.screening import Replies, documents
from bot.loading import LEARNT, screen
from bot.nlu.intent import NO_TALK, Matcher
from bot.store.memory import MemoryStore
from bot.training.model_store import Memory, Teaching, digest
from tests.bench.learning_cost import learning
from tests.contracts.desk_site import StoppedClock
from tests.setting import setting
from tests.test_understanding import guide

GUIDES = [
    guide("card", "Làm thẻ mới", ["mất thẻ", "đổi thẻ cũ", "thẻ hết hạn"]),
    guide("road", "Hỏi đường đi chợ", ["đường đi bến xe", "đi chợ đường nào"]),
    guide("rain", "Trời mưa to", ["mưa bao giờ tạnh", "hôm nay mưa không"]),
]
OTHERS = ("đổi thẻ bị hỏng", "ra chợ đi lối nào", "xe buýt")


async def test_what_is_added_counts_at_once_and_nothing_is_unlearnt(tmp_path: Path) -> None:
    memory, used = Memory(tmp_path), list[Matcher]()
    memory.taught(Matcher(GUIDES).documents)
    asked = Asked(MemoryStore("one"), StoppedClock())
    teaching = Teaching(FileLibrary(GUIDES), NO_TALK, memory, asked, used.append)
    asked.on_change = teaching.renew
    teaching.renew()
    before = [used[-1].match(text).suggestions for text in OTHERS]
    assert before != [Matcher(GUIDES).match(text).suggestions for text in OTHERS], "learning made no difference"

    assert await asked.add("road", ["cái quạt trần kêu"], "admin") == ""
    assert used[-1].match("Cai quat tran keu?").guide == "road"
    assert used[-1].asked_with("cái quạt trần kêu") == "road"
    assert [used[-1].match(text).suggestions for text in OTHERS] == before

    await teaching.learn()
    assert memory.recall(used[-1].documents)
    assert used[-1].match("quạt trần").guide == "road"

    (row,) = asked.phrases
    await asked.remove(row, "admin")
    assert used[-1].asked_with("cái quạt trần kêu") == ""
    assert [used[-1].match(text).suggestions for text in OTHERS] == before

    assert await asked.add_synonym("xe đò", "bến xe", "admin") == ""
    assert used[-1].asked_with("Duong di xe do") == "road"
    assert [used[-1].match(text).suggestions for text in OTHERS] == before
    (row,) = asked.phrases
    await asked.remove(row, "admin")
    assert used[-1].asked_with("Duong di xe do") == ""


def test_what_scammers_write_is_learnt_on_a_small_server_and_the_same_every_time() -> None:
    replies = msgspec.yaml.decode((ROOT / CONTENT / "replies.yaml").read_bytes(), type=Replies)
    examples = documents(replies)
    again = learning(examples, counting=0.0)
    screen()
    assert again.learnt == (LEARNT / digest(examples, 0.0)).read_bytes()
    assert again.memory < 400, "docs/operators.md promises that 1 GB is enough for a server"


@pytest.mark.slow
def test_all_guides_are_learnt_beside_residents_on_a_small_server_and_the_same_every_time() -> None:
    documents = setting().matcher.documents
    again = learning(documents)
    assert again.learnt == (LEARNT / digest(documents)).read_bytes()
    assert again.memory < 400, "docs/operators.md promises that 1 GB is enough for a server"
