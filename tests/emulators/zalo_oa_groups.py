"""Groups of the Official Account (GMF): how their members live in them, and the events of that."""

from typing import TYPE_CHECKING

from tests.emulators.zalo_oa_delivery import Event
from tests.emulators.zalo_oa_world import GroupRecord
from tests.emulators.zalo_seen import Seen

if TYPE_CHECKING:
    from tests.emulators.zalo_oa import ZaloOaEmulator


class Group:
    """A group that the OA made. What happens in it is awaited until the webhook took it, or it was given up."""

    def __init__(self, emulator: "ZaloOaEmulator", record: GroupRecord) -> None:
        self._emulator = emulator
        self.record = record

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def sees(self) -> list[Seen]:
        """What the OA wrote here, oldest first."""
        ours = [message for message in self.record.messages if message["src"] == 0]
        return [Seen(each["message_id"], each["text"], (), each["kind"] == "image", each["kind"]) for each in ours]

    async def joins(self, *user_ids: str) -> None:
        """People come in by the link, or ask to where the group is set so."""
        asking = self.record.settings["join_appr"]
        (self.record.pending if asking else self.record.members).extend(user_ids)
        await self._happens("user_request_join_group" if asking else "user_join_group", user_ids)

    async def leaves(self, *user_ids: str) -> None:
        self.record.members = [member for member in self.record.members if member not in user_ids]
        await self._happens("user_out_group", user_ids)

    def expires(self) -> None:
        """Its asset runs out: nothing can be sent here (-237)."""
        self.record.disabled = True

    def removes_oa(self) -> None:
        """The OA is no longer in it (-403)."""
        self.record.gone = True

    async def dissolves(self) -> None:
        """An admin of the OA deletes it, and Zalo says so."""
        self.record.gone = True
        await lifecycle(self._emulator, "delete_group", self.record).done.wait()

    async def _happens(self, name: str, user_ids: tuple[str, ...]) -> None:
        await lifecycle(self._emulator, name, self.record, list(user_ids)).done.wait()


def lifecycle(emulator: "ZaloOaEmulator", name: str, group: GroupRecord, user_ids: list[str] | None = None) -> Event:
    """Emit what happened to a group, with the people it happened to where it is about people."""
    users = {} if user_ids is None else {"users": [{"id": user_id} for user_id in user_ids]}
    return emulator.emit(name, {"oa_id": emulator.world.oa_id, "group_id": group.id, **users}, group.id)
