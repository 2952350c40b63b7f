"""Zalo's Official Account platform on the loopback: consent and tokens, the API, and signed events to a webhook.

In a test: `async with ZaloOaEmulator() as zalo: ...`. By itself: `python -m tests.emulators.zalo_oa --port 8082`, then
be a person on its page (see `zalo_control`).
"""

import hashlib
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from aiohttp import web

from tests.emulators.zalo_faults import Fault, Faults, Json, Planned
from tests.emulators.zalo_oa_delivery import Delivery, Event
from tests.emulators.zalo_oa_group_methods import create
from tests.emulators.zalo_oa_groups import Group
from tests.emulators.zalo_oa_methods import write
from tests.emulators.zalo_oa_people import Person
from tests.emulators.zalo_oa_routes import Rates, Routes
from tests.emulators.zalo_oa_world import Asset, UserRecord, World
from tests.emulators.zalo_oauth import Oauth
from tests.emulators.zalo_seen import Seen

APP_ID = "4242424242424242424"
APP_SECRET = "EmulatorAppSecret123"
OA_SECRET = "EmulatorOaSecret123"
OA_ID = "6078121986888160740"
CALLS_A_MINUTE = 4000
_FIRST_PERSON = 7_000_000_000_000_000_001
_ADMIN = "7999999999999999999"


@dataclass(frozen=True)
class Call:
    """One call that was let in: its path and its parameters."""

    path: str
    params: Json


class ZaloOaEmulator:
    """One Official Account and the app linked to it.

    `app_rate`, `oa_rate`: calls a minute before -32; 0: no limit. `allow_http`: take webhooks without TLS. `clock`:
    seconds. Attributes: `echoes`: tell the webhook what the OA sends; `receipts`: also that it arrived and was seen;
    `linked`: events carry `user_id_by_app`; `latency`: seconds before each answer of the API. Public for tests:
    `calls`, `world`, `oauth`, `delivery`.
    """

    def __init__(
        self,
        *,
        app_id: str = APP_ID,
        app_secret: str = APP_SECRET,
        oa_secret: str = OA_SECRET,
        app_rate: int = CALLS_A_MINUTE,
        oa_rate: int = 0,
        allow_http: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.world = World(app_id, OA_ID, "Tổ Số", clock)
        self.oauth = Oauth(app_id, app_secret, OA_ID, self.world.now)
        self.delivery = Delivery(app_id, oa_secret, allow_http=allow_http)
        self.rates = Rates(app_rate, oa_rate)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.people: dict[str, Person] = {}
        self.echoes = True
        self.receipts = False
        self.linked = True
        self.latency = 0.0
        self.url = ""
        self._person_ids = itertools.count(_FIRST_PERSON)
        self._groups: dict[str, Group] = {}
        self._app = web.Application(client_max_size=50 * 1024 * 1024)
        self._runner: web.AppRunner | None = None
        Routes(self, self._app)

    def person(self, id: str = "", name: str = "Lan", *, spoke: bool = True) -> Person:
        """Somebody who wrote just now, or never (`spoke`); the same id gives the same person."""
        id = id or str(next(self._person_ids))
        if id not in self.people:
            record = self.world.users[id] = UserRecord(id, name)
            if spoke:
                self.world.interacts(record)
            self.people[id] = Person(self, record)
        return self.people[id]

    def admin(self) -> Person:
        """A person who manages the OA: no group is made without one."""
        self.world.admins.add(_ADMIN)
        return self.person(_ADMIN, "Quản trị")

    def asset(self) -> Asset:
        """A new asset, which a group can be made of."""
        made = Asset(self.world.hex_id("asset"))
        self.world.assets[made.id] = made
        return made

    def group(self, title: str = "Tổ dân phố 5", *members: Person) -> Group:
        """A new group of the OA with an admin and these people in it."""
        ids = [self.admin().id, *(member.id for member in members)]
        made = create(self, {"group_name": title, "asset_id": self.asset().id, "member_user_ids": ids})
        return self.group_of(made["group_id"])

    def group_of(self, group_id: str) -> Group:
        """The group with this id, as made by a call."""
        return self._groups.setdefault(group_id, Group(self, self.world.groups[group_id]))

    async def admin_writes(self, person: Person, text: str) -> Seen:
        """A human writes to a person in the OA's own chat tool."""
        write(self, person.record, {"kind": "text", "text": text}, admin_id=_ADMIN)
        await self.delivery.settled()
        return person.sees[-1]

    def fail_next(
        self, fault: Fault, *, method: str = "", times: int = 1, words: str = "", seconds: float = 0.0
    ) -> None:
        """Let the next call go wrong, or the next whose path ends in `method`, as `message/cs`; see `Fault`."""
        self.faults.plan(Planned(fault, method, words, seconds), times)

    def emit(self, name: str, content: Json, key: str) -> Event:
        """Send an event to the webhook; those with the same key go in order."""
        common = {"app_id": self.world.app_id, "event_name": name, "timestamp": str(self.world.now_ms())}
        return self.delivery.push(content | common, key)

    def echo(self, name: str, sides: Json, kept: Json, key: str) -> None:
        """Tell the webhook what the OA sent, and where that is on, that it arrived and was seen."""
        message_id = kept["message_id"]
        if self.echoes:
            text = {"text": kept["text"]} if kept["text"] else {}
            by_app = self.by_app(key) if key in self.people else {}
            self.emit(name, sides | by_app | {"message": text | {"msg_id": message_id}}, key)
        if self.receipts and "admin_id" not in sides["sender"]:
            sides = {"sender": {"id": self.world.oa_id}, "recipient": sides["recipient"]}
            self.emit("user_received_message", sides | {"message": {"msg_id": message_id}}, key)
            self.emit("user_seen_message", sides | {"message": {"msg_ids": [message_id]}}, key)

    def record(self, path: str, params: Json) -> None:
        self.calls.append(Call(path, params))

    def media(self, name: str) -> str:
        """The address of a picture or recording that a person sent."""
        return f"{self.url}/media/{name}"

    def by_app(self, user_id: str) -> dict[str, str]:
        """A person's id at the app, another one than at the OA; nothing when app and OA are not linked."""
        if not self.linked:
            return {}
        return {"user_id_by_app": str(int(hashlib.sha256(user_id.encode()).hexdigest()[:15], 16))}

    def mount(self, prefix: str, app: web.Application) -> None:
        """Serve more routes beside the API's; before `start`."""
        self._app.add_subapp(prefix, app)

    async def start(self, port: int = 0) -> str:
        """Listen on 127.0.0.1; the address stands for both https://openapi.zalo.me and https://oauth.zaloapp.com."""
        self._runner = web.AppRunner(self._app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        await self.delivery.stop()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> "ZaloOaEmulator":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


if __name__ == "__main__":
    from tests.emulators.zalo_control import oa_main

    oa_main()
