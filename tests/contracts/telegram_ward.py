"""A ward on Telegram for tests: one worker over the real handler, with residents, volunteers and groups."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import wire
from bot.background import Tasks
from bot.channels.telegram.channel import TelegramChannel
from bot.desk.people import People
from bot.desk.roster import Roster, Volunteer
from bot.model import Chat, Escalation, Place, Session, Turn, replace
from bot.ports.store import Channel, Clock, Store
from bot.service.handler import Handler
from bot.service.outbox import LogGrowth
from bot.simulator.player import START
from bot.store.keys import partition_letter
from tests.contracts.stores import in_memory, save
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.telegram_people import Group, Person, Seen
from tests.patience import until
from tests.setting import content, setting

SECRET = "test-secret_1"


class StoppedClock:
    """Always the same morning: the teams of the sample ward are there."""

    def now_ms(self) -> int:
        return START * 1000

    def steady_ms(self) -> int:
        return self.now_ms()


@dataclass
class Ward:
    """One worker with a Telegram of its own."""

    telegram: TelegramEmulator
    store: Store
    people: People
    handle: Handler

    async def resident(self) -> Person:
        """Somebody who agreed before, and is at the menu."""
        person = self.telegram.person(name="Tư")
        chat = Chat("telegram", str(person.id), str(person.id))
        await save(self.store, chat, turn=Turn(Session(you="bac", consent="yes", group="-", place=Place("menu"))))
        return person

    async def volunteer(self, name: str, *, linked: bool = True) -> Person:
        """Somebody of the team that takes everything, with a private chat."""
        id_ = name.lower()
        await self.people.add(Volunteer(id_, name, "chi", teams=("to-mau-b",)), "admin")
        person = self.telegram.person(name=name)
        if linked:
            await person.says(f"/start link-{await self.people.chat_code(id_)}")
            assert (await person.next_message()).text.startswith(f"Xong rồi! Từ giờ chị {name}")
        return person

    async def request(self) -> Escalation:
        """The one request there is."""
        (found,) = await self.store.open_requests()
        return found


async def read_in(group: Group, beginning: str) -> Seen:
    """The group's message that begins so; waits for it."""

    def found() -> list[Seen]:
        return [seen for seen in group.sees if seen.text.startswith(beginning)]

    await until(lambda: bool(found()), lambda: f"nothing begins with {beginning!r}: {group.sees}")
    return found()[0]


@asynccontextmanager
async def ward_on_telegram(clock: Clock | None = None) -> AsyncIterator[Ward]:
    """The ward, while it runs."""
    store, codes = in_memory().worker("one"), count(1)
    clock = clock or StoppedClock()
    people = People(store, content().ward, clock)
    await people.refresh()
    async with TelegramEmulator(limits=False, retry=0.01) as telegram:
        channel = TelegramChannel(
            TOKEN, SECRET, api=telegram.url, rate=0, chat_rate=0, group_rate=0, clock=clock, username="to_so_bot"
        )
        channels: dict[str, Channel] = {"telegram": channel}
        handle, sender, caller = wire(
            setting(),
            store,
            channels,
            people,
            LogGrowth(),
            clock,
            draw_code=lambda key, tries: f"{partition_letter(key)}{next(codes):04}",
            alias=str,
        )

        def use(roster: Roster) -> None:
            handle.setting = replace(handle.setting, roster=roster)

        people.on_change = use

        async def take(request: web.Request) -> web.Response:
            headers = {name.lower().encode(): value.encode() for name, value in request.headers.items()}
            if incoming := channel.decode(headers, await request.read()):
                await handle(incoming)
            return web.json_response({})

        app = web.Application()
        app.router.add_post("/hook", take)
        async with TestServer(app) as server:
            await telegram.execute("setWebhook", {"url": str(server.make_url("/hook")), "secret_token": SECRET})
            tasks = Tasks()
            sender.start(tasks)
            yield Ward(telegram, store, people, handle)
            await tasks.stop()
            await caller.stop()
            await sender.stop()
        await channel.close()
