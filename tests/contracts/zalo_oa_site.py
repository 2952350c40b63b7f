"""The whole app on Zalo's Official Account, for tests: over the emulator, with residents and volunteers in it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from api.app import create_app
from bot.content.ward import Ward
from bot.content.ward_schema import read_ward
from bot.desk.roster import Volunteer
from bot.model import Escalation, replace
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.web_site import DATA, Site, serving
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaEmulator
from tests.emulators.zalo_oa_groups import Group
from tests.emulators.zalo_oa_people import Person
from tests.emulators.zalo_seen import Seen
from tests.patience import until
from tests.ports import free_port
from tests.setting import content, never_closed, parts_of

GUIDE = "vneid-may-moi"


def settings_for(zalo: ZaloOaEmulator, port: int, **changed: object) -> Settings:
    settings = Settings(
        public_url=f"http://127.0.0.1:{port}",
        zalo_oa_app_id=APP_ID,
        zalo_oa_app_secret=APP_SECRET,
        zalo_oa_secret_key=OA_SECRET,
        zalo_oa_refresh_token=zalo.oauth.issue()["refresh_token"],
        zalo_oa_api=zalo.url,
        zalo_oauth_api=zalo.url,
        zalo_oa_link="https://zalo.example/toso",
        zalo_oa_rate=0,
        data_dir=DATA,
    )
    return replace(settings, **changed)


@asynccontextmanager
async def app(zalo: ZaloOaEmulator, shared: Shared | None = None, **changed: object) -> AsyncIterator[Site]:
    """The app, with its webhook saved in Zalo's console."""
    port = free_port()
    settings = settings_for(zalo, port, **changed)
    parts = parts_of(settings, MemoryStore(f"app-{port}", shared), replace(content(), ward=_always_there()))
    async with serving(create_app(parts), port) as (address, server):
        assert await zalo.delivery.set_webhook(f"{address}/webhooks/zalo-oa")
        try:
            yield Site(address, parts, server)
        finally:
            await zalo.delivery.settled()


@cache
def _always_there() -> Ward:
    """The demo ward, whose teams are there at any hour: these apps run by the real clock."""
    with TemporaryDirectory() as folder:
        file = never_closed(Path(folder) / "ward.yaml")
        return read_ward(file.name, file.read_text("utf-8"))


async def read_to(who: Person | Group, words: str) -> Seen:
    """Wait until the newest message holds these words."""
    await until(lambda: bool(who.sees) and words in who.sees[-1].text, lambda: f"{words!r} is not in {who.sees[-1:]}")
    return who.sees[-1]


async def begin(person: Person) -> None:
    """From the first word to the first step of a guide."""
    await person.says("chào")
    await read_to(person, "1. Đồng ý")
    await person.presses("Đồng ý")
    await read_to(person, "1. Bác")
    await person.says("1")  # more than five choices are digits alone
    await read_to(person, "Gặp người giúp")
    await person.says(f"/start {GUIDE}")
    await read_to(person, "Bước 1")


async def ask_for_help(site: Site, person: Person) -> Escalation:
    """Somebody who began, and asks for a person."""
    await person.says("gặp người")
    await read_to(person, "tổ dân phố")
    await person.says("không rõ")
    await read_to(person, "Mã yêu cầu")
    return (await site.parts.store.open_requests())[-1]


async def volunteer(site: Site, zalo: ZaloOaEmulator, name: str, teams: Sequence[str] = ()) -> Person:
    """Somebody who helps, of every team or these, with a private chat."""
    people, person = site.parts.people, zalo.person(name=name)
    every = tuple(team.id for team in people.roster.teams)
    await people.add(Volunteer(name.lower(), name, "chi", teams=tuple(teams) or every), "admin")
    await person.says(f"/start link-{await people.chat_code(name.lower())}")
    await read_to(person, f"Chào chị {name}!")
    return person
