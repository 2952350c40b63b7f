"""Zalo's Official Account platform on the loopback: consent and tokens, the API, and signed events to a webhook.

In a test: `async with ZaloOaEmulator() as zalo: ...`. By itself: `python -m tests.emulators.zalo_oa --port 8082`, then
be a person on its page (see `programs`).
"""

import hashlib
import itertools
import time
from collections.abc import Callable

from tests.emulators.faults import Json
from tests.emulators.loopback import Call, Loopback
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


class ZaloOaEmulator(Loopback):
    """One Official Account and the app linked to it.

    `app_rate`, `oa_rate`: calls a minute before -32; 0: no limit. `allow_http`: take webhooks without TLS. `clock`:
    seconds. Attributes: `echoes`: tell the webhook what the OA sends; `receipts`: also that it arrived and was seen;
    `linked`: events carry `user_id_by_app`. Public for tests:
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
        super().__init__(self.delivery.stop)
        self.rates = Rates(app_rate, oa_rate)
        self.people: dict[str, Person] = {}
        self.echoes = True
        self.receipts = False
        self.linked = True
        self._person_ids = itertools.count(_FIRST_PERSON)
        self._groups: dict[str, Group] = {}
        Routes(self, self.app)

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

    def by_app(self, user_id: str) -> dict[str, str]:
        """A person's id at the app, another one than at the OA; nothing when app and OA are not linked."""
        if not self.linked:
            return {}
        return {"user_id_by_app": str(int(hashlib.sha256(user_id.encode()).hexdigest()[:15], 16))}


if __name__ == "__main__":
    from tests.emulators.programs import zalo_oa_main

    zalo_oa_main()
