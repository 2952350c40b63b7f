"""`toso doctor` beside an app that runs: it names what is broken, and nothing that is over."""

from tests.faults.rig import App, Rig, until_read
from tests.patience import until


async def doctor(rig: Rig, app: App) -> tuple[int, str]:
    """Its exit code and its line about Telegram."""
    looked = rig.launch(["-m", "bot.cli", "doctor"], app.port, {})
    code = await looked.ended()
    return code, next(line for line in looked.log.splitlines() if " telegram: " in line)


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
