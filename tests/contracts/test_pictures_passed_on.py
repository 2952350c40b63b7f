"""A picture tells nobody where it was taken: from whichever channel it comes, wherever it is looked at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import product

import httpx
import pytest

from api.app import create_app
from bot.channels.web import chat_of
from bot.desk.authentication import Accounts
from bot.desk.roster import Volunteer
from bot.model import Chat, Deed, Place, Session, Turn, replace
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.cameras import FORMS, ON_ITS_SIDE, pixels, taken, tells, turned
from tests.contracts.desk_site import PASSWORD, QUICK, signed_in
from tests.contracts.stores import save
from tests.contracts.web_site import Site, serving
from tests.contracts.zalo_oa_site import settings_for
from tests.emulators import telegram as telegram_emulator
from tests.emulators import zalo_bot as zalo_bot_emulator
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram_people import Person as OnTelegram
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.emulators.zalo_bot_people import Person as OnZaloBot
from tests.emulators.zalo_oa import ZaloOaEmulator
from tests.emulators.zalo_oa_people import Person as OnZaloOa
from tests.patience import until
from tests.ports import free_port
from tests.setting import content, parts_of

SECRET = "a-secret-of-tests"
PLATFORMS = ("telegram", "zalo-oa", "zalo-bot")
AT_THE_DESK = "xem trên bàn trực web"
LOST = "có gửi một ảnh mà ảnh không tới được đây"
NOT_SHOWN = {("zalo-oa", "WEBP"), ("zalo-bot", "WEBP")}
"""What a platform does not take: Zalo says JPEG and PNG of an account, and nothing of a bot."""

Person = OnTelegram | OnZaloOa | OnZaloBot


@dataclass
class City:
    """One app on all platforms, with somebody who helps on each."""

    site: Site
    telegram: TelegramEmulator
    zalo_oa: ZaloOaEmulator
    zalo_bot: ZaloBotEmulator

    def person(self, platform: str) -> Person:
        match platform:
            case "telegram":
                return self.telegram.person()
            case "zalo-oa":
                return self.zalo_oa.person()
        return self.zalo_bot.person()

    async def helper(self, platform: str) -> Person:
        """Somebody whose chat on this platform is linked; their id is its name."""
        people, person = self.site.parts.people, self.person(platform)
        teams = tuple(team.id for team in people.roster.teams)
        await people.add(Volunteer(platform, "Hoa", "chi", teams=teams), "admin")
        await person.says(f"liên kết {await people.chat_code(platform)}")
        await reads(person, "Xong rồi! Từ giờ")
        return person

    async def asks(self, who: "Person | Web", chat: Chat) -> str:
        """The code of the request of somebody who agreed before."""
        known = Session(you="bac", consent="yes", group="-", place=Place("menu"))
        await save(self.site.parts.store, chat, turn=Turn(known))
        await who.says("gặp người")

        async def open_requests() -> bool:
            return bool(await self.site.parts.store.open_requests())

        await until(open_requests)
        (request,) = await self.site.parts.store.open_requests()
        return request.code

    async def give(self, code: str, to: str) -> None:
        """Have somebody help with a request, whoever did so before."""
        done = await self.site.parts.handle.do(f"give-{to}", Deed("assign", code, "admin", to=to))
        assert done.name == "done", done

    async def at_the_desk(self, code: str) -> list[bytes]:
        """The pictures of a request, as a browser at the desk gets them."""
        thread = await self.site.parts.store.thread(code)
        async with signed_in(self.site) as desk:
            got = [await desk.get(f"/desk/requests/{code}/pictures/{at}") for at, said in thread if said.media]
        assert {answer.status_code for answer in got} == {200}
        return [answer.content for answer in got]


@pytest.fixture
async def city() -> AsyncIterator[City]:
    async with running() as made:
        yield made


@asynccontextmanager
async def running(**changed: object) -> AsyncIterator[City]:
    async with TelegramEmulator(limits=False) as telegram, ZaloOaEmulator() as oa, ZaloBotEmulator() as bot:
        port = free_port()
        settings = replace(
            settings_for(oa, port),
            admin_password=PASSWORD,
            telegram_token=telegram_emulator.TOKEN,
            telegram_secret=SECRET,
            telegram_api=telegram.url,
            telegram_chat_rate=0,
            zalo_bot_token=zalo_bot_emulator.TOKEN,
            zalo_bot_secret=SECRET,
            zalo_bot_api=bot.url,
            zalo_bot_chat_rate=0,
            **changed,
        )
        async with serve(settings, port) as site:
            assert await oa.delivery.set_webhook(f"{site.address}/webhooks/zalo-oa")
            yield City(site, telegram, oa, bot)
            await oa.delivery.settled()


@asynccontextmanager
async def serve(settings: Settings, port: int) -> AsyncIterator[Site]:
    parts = parts_of(settings, MemoryStore(f"passed-on-{port}"), content())
    parts.accounts = Accounts(parts.store, QUICK)
    await parts.accounts.prepare(PASSWORD)
    async with serving(create_app(parts), port) as (address, server):
        yield Site(address, parts, server)


async def reads(person: Person, words: str) -> str:
    """Wait until the newest message holds these words."""
    await until(lambda: bool(person.sees) and words in person.sees[-1].text, lambda: (words, person.sees[-2:]))
    return person.sees[-1].text


def chat_with(platform: str, person: Person) -> Chat:
    return Chat(platform, str(person.id), str(person.id))


async def sends(platform: str, person: Person, form: str, city: City) -> None:
    """Send a picture as a phone makes it."""
    match person:
        case OnTelegram():
            await person.sends_photo(form=form)
        case OnZaloOa():
            await person.sends_photo(url=city.zalo_oa.media(f"x.{form.lower()}"))
        case OnZaloBot():
            await person.sends_photo(url=city.zalo_bot.media(f"x.{form.lower()}"))


def hears_of_it(helper: Person) -> bool:
    """Whether they got a picture, or read where they can look at it."""
    return bool(helper.pictures) or any(AT_THE_DESK in seen.text for seen in helper.sees)


def check(picture: bytes, form: str) -> None:
    """It shows what was photographed, the right way up, and says nothing else."""
    assert tells(picture) == []
    assert (pixels(picture), turned(picture)) == (pixels(taken(form)), ON_ITS_SIDE)


WAYS = (("web", "JPEG"), *product(PLATFORMS, FORMS))
"""The web chat takes JPEGs alone."""


class Web:
    """A resident at the web chat."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client, self._token = client, token
        self.chat = chat_of(token)

    async def says(self, text: str) -> None:
        answer = await self._client.post(f"/api/chat/{self._token}", json={"id": text, "text": text})
        assert answer.status_code == 200

    async def sends_photo(self, id_: str) -> None:
        answer = await self._client.put(
            f"/api/chat/{self._token}/pictures/{id_}",
            content=taken("JPEG"),
            headers={"content-type": "image/jpeg"},
        )
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("channel", "form"), WAYS)
async def test_a_residents_picture_reaches_who_helps_without_where_it_was_taken(
    city: City, channel: str, form: str
) -> None:
    helpers = {platform: await city.helper(platform) for platform in PLATFORMS}
    async with city.site.client() as client:
        web = Web(client, (await client.post("/api/chat")).json()["conversation"])
        resident = None if channel == "web" else city.person(channel)
        chat = chat_with(channel, resident) if resident else web.chat
        code = await city.asks(resident or web, chat)
        for number, (platform, helper) in enumerate(helpers.items(), 1):
            await city.give(code, platform)
            await city.site.parts.handle.do(f"photo-{platform}", Deed("photo", code, platform))
            if resident:
                await sends(channel, resident, form, city)
            else:
                await web.sends_photo(f"p{number}")
            await until(partial(hears_of_it, helper), partial(str, helper.sees[-2:]))
            shown = platform == channel and (platform, form) not in NOT_SHOWN
            assert len(helper.pictures) == shown, helper.sees[-2:]
        desk = await city.at_the_desk(code)
    assert len(desk) == len(PLATFORMS)
    for picture in (*desk, *(each for helper in helpers.values() for each in helper.pictures)):
        check(picture, form)
    words = "".join(seen.text for helper in helpers.values() for seen in helper.sees)
    assert "/media/" not in words, "nobody is given the address of the original"


@pytest.mark.parametrize(("platform", "form"), tuple(product(PLATFORMS, FORMS)))
async def test_a_helpers_picture_reaches_the_resident_without_where_it_was_taken(
    city: City, platform: str, form: str
) -> None:
    helper, resident = await city.helper(platform), city.person(platform)
    code = await city.asks(resident, chat_with(platform, resident))
    await city.give(code, platform)
    await reads(resident, "đã nhận giúp")
    await reads(helper, "7. Xong việc") if platform != "telegram" else await until(lambda: len(helper.sees) > 1)
    await sends(platform, helper, form, city)
    await until(lambda: bool(resident.pictures) or LOST in resident.sees[-1].text, lambda: resident.sees[-1:])
    assert len(resident.pictures) == ((platform, form) not in NOT_SHOWN)
    for picture in resident.pictures:
        check(picture, form)
    assert "/media/" not in "".join(seen.text for seen in resident.sees)


async def test_the_address_of_a_copy_cannot_be_guessed_and_ends(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.channel.COPY_SECONDS", 1)
    helper, resident = await city.helper("zalo-bot"), city.person("zalo-bot")
    code = await city.asks(resident, chat_with("zalo-bot", resident))
    await city.give(code, "zalo-bot")
    await city.site.parts.handle.do("photo", Deed("photo", code, "zalo-bot"))
    await sends("zalo-bot", resident, "JPEG", city)
    await until(lambda: bool(helper.pictures))
    (address,) = [call.params["photo"] for call in city.zalo_bot.calls if call.method == "sendPhoto"]
    before, _, name = address.rpartition("/")
    assert len(name) >= 32
    async with city.site.client() as anybody:
        for guess in ("", name[:-1], name + "x", "copy:" + name, name.swapcase(), "%00", "." * 9_000):
            assert (await anybody.get(f"{before}/{guess}")).status_code == 404

        async def ended() -> bool:
            return (await anybody.get(address)).status_code == 404

        await until(ended)


async def test_where_zalo_cannot_fetch_a_picture_from_us_it_is_looked_at_at_the_desk() -> None:
    async with running(public_url="") as city:
        helper, resident = await city.helper("zalo-bot"), city.person("zalo-bot")
        code = await city.asks(resident, chat_with("zalo-bot", resident))
        await city.give(code, "zalo-bot")
        await city.site.parts.handle.do("photo", Deed("photo", code, "zalo-bot"))
        await sends("zalo-bot", resident, "JPEG", city)
        assert await reads(helper, AT_THE_DESK) == f"{code} · bác: (ảnh)\n(có ảnh hoặc tin thoại, {AT_THE_DESK})"
        (picture,) = await city.at_the_desk(code)
        check(picture, "JPEG")
        await sends("zalo-bot", helper, "JPEG", city)
        await reads(resident, LOST)
