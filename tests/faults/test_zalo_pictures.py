"""The app is killed while a step waits for its picture at Zalo: the step comes once, and its picture is not lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.contracts.test_step_pictures import TO_PICTURE
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaEmulator
from tests.emulators.zalo_oa_people import Person
from tests.faults.rig import App, Rig
from tests.patience import until


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator() as running:
        yield running


async def serve(rig: Rig, zalo: ZaloOaEmulator, port: int = 0) -> App:
    app = await rig.faulty(
        "trapped",
        port,
        ZALO_OA_APP_ID=APP_ID,
        ZALO_OA_APP_SECRET=APP_SECRET,
        ZALO_OA_SECRET_KEY=OA_SECRET,
        ZALO_OA_REFRESH_TOKEN=zalo.oauth.issue()["refresh_token"],
        ZALO_OA_API=zalo.url,
        ZALO_OAUTH_API=zalo.url,
        TOSO_DATA_DIR=str(rig.folder / "data"),
    )
    assert await zalo.delivery.set_webhook(f"{app.address}/webhooks/zalo-oa")
    return app


async def up_to_the_picture(person: Person) -> None:
    for text in TO_PICTURE[:-1]:
        await person.says(text)
        await person.next_message()


@pytest.mark.parametrize("at", ["upload/image", "message/cs"])
async def test_a_step_survives_an_app_that_dies_at_its_picture(rig: Rig, zalo: ZaloOaEmulator, at: str) -> None:
    """The call hangs when the app dies: the picture is not uploaded yet, or it is and the step is not sent."""
    app, person = await serve(rig, zalo), zalo.person()
    await up_to_the_picture(person)
    zalo.fail_next("timeout", method=at)
    await person.says(TO_PICTURE[-1])
    await until(lambda: not zalo.faults.waiting)
    await asyncio.sleep(0.1)
    before = len(person.sees)
    app.kill()
    rig.passes()
    await serve(rig, zalo, app.port)
    step = await person.next_message()
    await asyncio.sleep(0.5)
    assert (step.photo, step.text.startswith("Bước 3\n")) == (True, True)
    assert len(person.sees) == before + 1
    assert len(zalo.world.uploads) == 1
    assert zalo.world.spent == {"reply": len(person.sees)}
