"""A request takes in so much and no more, and says so; what it took in stays."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from bot.desk.queue import RESIDENT_ROOM, VOLUNTEER_ROOM
from bot.flows.request_actions import LONGEST
from tests.contracts.desk_site import ASK, TEAM, TO_STUCK, StoppedClock, do, join, running_desk, send, signed_in
from tests.contracts.web_site import Site

LINE = " ".join(["bác ngồi đợi đây"] * 560)


class Resident:
    """Somebody at the web chat, as far as they got help."""

    def __init__(self, site: Site, client: httpx.AsyncClient, token: str) -> None:
        self.site = site
        self._path = f"/api/chat/{token}"
        self._client = client
        self._number = 0

    async def say(self, text: str) -> str:
        """What the bot answers."""
        self._number += 1
        answer = await self._client.post(self._path, json={"id": f"m{self._number}", "text": text})
        return "\n".join(reply["text"] for reply in answer.json()["replies"])

    async def ask(self) -> str:
        """Asks for a person: the code of the request."""
        await self.say("gap nguoi")
        (request,) = await self.site.parts.store.open_requests()
        return request.code

    async def fill(self) -> int:
        """Write until nothing is taken in any more; how often it was."""
        taken_in = 0
        while "quá dài" not in await self.say(LINE):
            taken_in += 1
            assert taken_in * len(LINE) <= RESIDENT_ROOM
        return taken_in


async def lines(site: Site, code: str) -> list[str]:
    return [said.text for _, said in await site.parts.store.thread(code) if said.who == "resident"]


@pytest_asyncio.fixture
async def resident() -> AsyncIterator[Resident]:
    async with running_desk(StoppedClock()) as site, site.client() as client:
        await join(site, "hoa", "Hoa", TEAM, password="")
        it = Resident(site, client, (await client.post("/api/chat")).json()["conversation"])
        for text in (*TO_STUCK, *ASK):
            await it.say(text)
        yield it


async def test_who_waits_is_told_and_loses_nothing(resident: Resident) -> None:
    code = await resident.ask()
    kept = await resident.fill()
    assert await lines(resident.site, code) == [LINE] * kept
    assert "cũng chưa ghi được" in await resident.say(LINE), "the same words are not said twice"
    assert "đã ghi thêm vào yêu cầu" in await resident.say("bác đợi nhé")
    assert len(await lines(resident.site, code)) == kept + 1


async def test_a_talk_ends_kindly_on_both_sides_and_a_new_request_is_empty(resident: Resident) -> None:
    site, code = resident.site, await resident.ask()
    assert (await do(site, "take", code, by="hoa")).name == "done"
    kept = await resident.fill()
    assert "chưa chuyển được" in await resident.say(LINE)
    assert await lines(site, code) == [LINE] * kept
    answers = [await do(site, "reply", code, by="hoa", text="a" * LONGEST) for _ in range(VOLUNTEER_ROOM // LONGEST)]
    assert answers[0].name == "done", "who helps has the last word"
    assert (answers[-1].name, answers[-1].about) == ("held_back", "full")
    async with signed_in(site, "hoa") as hoa:
        for act in ("reply", "photo", "note", "step"):
            page = await send(hoa, f"/desk/requests/{code}/{act}", text="Bác ơi")
            assert page.status_code == 422
            assert "cuộc nói chuyện đã quá dài" in page.text
    size = sum(len(said.text) for _, said in await site.parts.store.thread(code))
    assert size <= VOLUNTEER_ROOM + LONGEST
    assert (await do(site, "close", code, by="hoa")).name == "done"
    await resident.say("1")
    assert await resident.ask() != code
    assert "đã ghi thêm vào yêu cầu" in await resident.say(LINE)
