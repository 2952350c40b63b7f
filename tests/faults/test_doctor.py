"""`toso doctor` beside an app that runs: it names what is broken, and nothing that is over."""

from tests.faults.rig import App, Rig, until_read
from tests.patience import until


async def doctor(rig: Rig, app: App, of: str = "telegram") -> tuple[int, str]:
    """Its exit code and its line about one thing."""
    looked = rig.launch(["-m", "bot.cli", "doctor"], app.port, {})
    code = await looked.ended()
    return code, next(line for line in looked.log.splitlines() if f" {of}: " in line)


async def test_a_failure_that_telegram_remembers_counts_only_while_something_waits(rig: Rig) -> None:
    app, person, delivery = await rig.sound(), rig.telegram.person(), rig.telegram.delivery
    await until(rig.registered)
    rig.server.freeze()
    await person.says("chào", wait=False)
    await until(lambda: bool(delivery.webhook.error))
    code, line = await doctor(rig, app)
    assert (code, line.split()[0]) == (1, "BROKEN")
    assert "cannot reach us" in line
    rig.server.thaw()
    await until_read(person, 1)
    assert delivery.webhook.error
    assert await doctor(rig, app) == (0, "ok     telegram: @to_so_bot, webhook set, 0 updates wait")


async def test_a_store_that_forgets_people_is_broken(rig: Rig) -> None:
    app = await rig.sound()
    for policy in ("allkeys-lru", "volatile-ttl"):
        rig.server.ask("CONFIG", "SET", "maxmemory-policy", policy)
        code, line = await doctor(rig, app, of="store")
        assert (code, line.split()[0]) == (1, "BROKEN")
        assert f"({policy}): set `maxmemory-policy noeviction` on it" in line
    rig.server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
    rig.server.ask("CONFIG", "SET", "appendonly", "no")
    assert "set `appendonly yes`" in (await doctor(rig, app, of="store"))[1]


async def test_a_store_that_is_nearly_full_is_broken(rig: Rig) -> None:
    app = await rig.sound()
    rig.server.ask("CONFIG", "SET", "maxmemory", str(64 * 1024 * 1024))
    assert (await doctor(rig, app, of="store"))[0] == 0
    rig.server.ask("CONFIG", "SET", "maxmemory", str(1024 * 1024))
    code, line = await doctor(rig, app, of="store")
    assert (code, line.split()[0]) == (1, "BROKEN")
    assert "raise `maxmemory`" in line
