"""Bytes in the store that are no longer what was saved: the app goes on without them, and the log says which."""

import pytest

from bot.store import keys
from tests.faults.rig import Rig, until_read
from tests.faults.talk import sequential

DAMAGED = '{"id":\x00\x01'


async def test_a_guide_that_is_damaged_in_the_store_is_taken_from_the_files(rig: Rig) -> None:
    app = await rig.sound()
    (count,) = (line for line in (await rig.metrics(app)).splitlines() if line.startswith("toso_guides "))
    app.kill()
    name = sorted(rig.server.ask("HKEYS", keys.GUIDES))[0].decode()
    rig.server.ask("HSET", keys.GUIDES, name, DAMAGED)
    app = await rig.sound()
    assert count in (await rig.metrics(app)).splitlines()
    assert f"the guide {name} is damaged in the store and left out" in app.log
    assert "Traceback" not in app.log


@pytest.mark.parametrize("damage", [DAMAGED, ""])
async def test_a_conversation_that_is_damaged_in_the_store_begins_anew(rig: Rig, damage: str) -> None:
    app, person = await rig.sound(), rig.telegram.person()
    for count, text in enumerate(("chào", "1"), start=1):
        await rig.say(app, person, text)
        await until_read(person, count)
    await rig.noted(app)
    hashes = [key for key in rig.server.ask("KEYS", "*") if rig.server.ask("TYPE", key) == b"hash"]
    (chat,) = [key for key in hashes if rig.server.ask("HEXISTS", key, "s")]
    rig.server.ask("HSET", chat, "s", damage)
    await rig.say(app, person, "chào")
    assert (await until_read(person, 3))[-1] == sequential(["chào"])[-1]
    assert "a conversation is damaged in the store and begins anew" in app.log
    assert "Traceback" not in app.log


@pytest.mark.parametrize("table", ["people", "teams", "screenshots", "voices", "asked"])
async def test_a_row_that_is_damaged_in_the_store_is_left_out(rig: Rig, table: str) -> None:
    rig.server.ask("HSET", keys.table(table), "", 1, "some-row", DAMAGED)
    app = await rig.sound()
    assert "some-row is damaged in the store and left out" in app.log
    assert "Traceback" not in app.log
