"""The group endpoints: `/v3.0/oa/group/*` and `/v3.0/oa/quota/group`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.emulators.faults import Json
from tests.emulators.zalo_oa_answers import (
    MONTH_SECONDS,
    group_details,
    group_member,
    group_room,
    group_summary,
    history,
    page,
)
from tests.emulators.zalo_oa_groups import lifecycle
from tests.emulators.zalo_oa_shapes import message_of
from tests.emulators.zalo_oa_world import GROUP_SETTINGS, WINDOW_SECONDS, Asset, GroupRecord, OaError, World, invalid

if TYPE_CHECKING:
    from tests.emulators.zalo_oa import ZaloOaEmulator


def create(emulator: "ZaloOaEmulator", params: Json) -> Json:
    world, members, name = emulator.world, _users(emulator.world, params), params.get("group_name")
    if not isinstance(name, str) or not name:
        raise invalid("group_name")
    if not set(members) & world.admins:
        raise invalid("member_user_ids")
    asset = _free_asset(world, "", params.get("asset_id"))
    group = GroupRecord(world.hex_id("group"), name, asset.id, str(params.get("group_description", "")))
    _add(world, group, members)
    group.admins = set(members) & world.admins
    asset.used_by = group.id
    world.groups[group.id] = group
    lifecycle(emulator, "create_group", group)
    lifecycle(emulator, "user_join_group", group, members)
    return group_summary(group)


def get(emulator: "ZaloOaEmulator", params: Json) -> Json:
    return group_details(emulator.world, _group(emulator.world, params))


def update_info(emulator: "ZaloOaEmulator", params: Json) -> Json:
    group = _group(emulator.world, params)
    group.name = str(params.get("group_name", group.name))
    group.description = str(params.get("group_description", group.description))
    group.avatar = str(params.get("group_avatar", group.avatar))
    for setting in GROUP_SETTINGS:
        group.settings[setting] = bool(params.get(setting, group.settings[setting]))
    lifecycle(emulator, "update_group_info", group)
    return group_details(emulator.world, group)


def update_asset(emulator: "ZaloOaEmulator", params: Json) -> Json:
    world, group = emulator.world, _group(emulator.world, params)
    asset = _free_asset(world, group.id, params.get("asset_id"))
    world.assets[group.asset_id].used_by = ""
    asset.used_by, group.asset_id, group.disabled = group.id, asset.id, False
    return group_details(world, group)


def invite(emulator: "ZaloOaEmulator", params: Json) -> None:
    group, users = _group(emulator.world, params), _users(emulator.world, params)
    _add(emulator.world, group, users)
    lifecycle(emulator, "user_join_group", group, users)


def list_pending(emulator: "ZaloOaEmulator", params: Json) -> Json:
    pending = [group_member(emulator.world, user) for user in _group(emulator.world, params).pending]
    return page(params, pending, "members", "member_count")


def accept(emulator: "ZaloOaEmulator", params: Json) -> None:
    group, users = _asking(emulator.world, params)
    _add(emulator.world, group, users)
    lifecycle(emulator, "accept_request_join_group", group, users)
    lifecycle(emulator, "user_join_group", group, users)


def reject(emulator: "ZaloOaEmulator", params: Json) -> None:
    lifecycle(emulator, "reject_request_join_group", *_asking(emulator.world, params))


def remove(emulator: "ZaloOaEmulator", params: Json) -> None:
    group, users = _inside(emulator.world, params)
    group.members = [member for member in group.members if member not in users]
    group.admins -= set(users)
    lifecycle(emulator, "user_out_group", group, users)


def add_admins(emulator: "ZaloOaEmulator", params: Json) -> None:
    group, users = _inside(emulator.world, params)
    group.admins |= set(users)
    lifecycle(emulator, "add_group_admin", group, users)


def remove_admins(emulator: "ZaloOaEmulator", params: Json) -> None:
    group, users = _inside(emulator.world, params)
    group.admins -= set(users)
    lifecycle(emulator, "remove_group_admin", group, users)


def list_members(emulator: "ZaloOaEmulator", params: Json) -> Json:
    world = emulator.world
    ours = {"oa_id": world.oa_id, "name": world.name, "avatar": ""}
    people = [group_member(world, user) for user in _group(world, params).members]
    return page(params, [ours, *people], "members", "member_count")


def list_groups(emulator: "ZaloOaEmulator", params: Json) -> Json:
    groups = [group_summary(group) for group in emulator.world.groups.values() if not group.gone]
    return page(params, groups, "groups", "group_count")


def list_recent(emulator: "ZaloOaEmulator", params: Json) -> list[Json]:
    newest = [message for group in emulator.world.groups.values() for message in group.messages[-1:]]
    return history(emulator.world, params, sorted(newest, key=lambda message: message["time"]))


def conversation(emulator: "ZaloOaEmulator", params: Json) -> list[Json]:
    return history(emulator.world, params, _group(emulator.world, params).messages)


def delete(emulator: "ZaloOaEmulator", params: Json) -> None:
    group = _group(emulator.world, params)
    del emulator.world.groups[group.id]
    emulator.world.assets[group.asset_id].used_by = ""
    lifecycle(emulator, "delete_group", group)


def message(emulator: "ZaloOaEmulator", params: Json) -> Json:
    world, recipient = emulator.world, params.get("recipient")
    group = _group(world, recipient if isinstance(recipient, dict) else {})
    if group.disabled:
        raise OaError(-237)
    shown = message_of(world, params.get("message"), group=True)
    world.sent(shown)
    kept = shown | {"message_id": world.hex_id("message"), "src": 0, "time": world.now_ms(), "from_id": world.oa_id}
    group.messages.append(kept | {"group_id": group.id})
    sides = {"sender": {"id": world.oa_id}, "recipient": {"id": group.id}, "oa_id": world.oa_id}
    emulator.echo(f"oa_send_group_{shown['kind']}", sides, kept, group.id)
    return {"message_id": kept["message_id"], "group_id": group.id}


def quota(emulator: "ZaloOaEmulator", params: Json) -> list[Json]:
    world, wanted = emulator.world, params.get("product_type")
    if params.get("quota_owner") not in ("OA", "APP"):
        raise invalid("quota_owner")
    until = world.day(world.now() + MONTH_SECONDS)
    return [
        {"product_type": asset.kind, "quota_type": "sub_quota", "asset_id": asset.id, "valid_through": until}
        | {"auto_renew": True, "status": "used" if asset.used_by else "available", "used_id": asset.used_by}
        for asset in world.assets.values()
        if wanted in (None, asset.kind)
    ]


def _group(world: World, params: Json) -> GroupRecord:
    group = world.groups.get(str(params.get("group_id")))
    if group is None or group.gone:
        raise OaError(-403)
    return group


def _users(world: World, params: Json) -> list[str]:
    ids = params.get("member_user_ids")
    if not isinstance(ids, list):
        raise invalid("member_user_ids")
    if not 1 <= len(ids) <= 99:
        raise OaError(-210)
    return [world.user(user_id).id for user_id in ids]


def _inside(world: World, params: Json) -> tuple[GroupRecord, list[str]]:
    group, users = _group(world, params), _users(world, params)
    if not set(users) <= set(group.members):
        raise invalid("member_user_ids")
    return group, users


def _asking(world: World, params: Json) -> tuple[GroupRecord, list[str]]:
    """The group and those who ask to come in, who wait no longer."""
    group, users = _group(world, params), _users(world, params)
    if not set(users) <= set(group.pending):
        raise invalid("member_user_ids")
    group.pending = [user for user in group.pending if user not in users]
    return group, users


def _add(world: World, group: GroupRecord, user_ids: list[str]) -> None:
    """Only people who follow, or wrote within 7 days; no more than the asset allows."""
    for user in (world.user(user_id) for user_id in user_ids):
        if not user.follows and world.now() - user.spoke_at > WINDOW_SECONDS:
            raise OaError(-230)
    members = list(dict.fromkeys([*group.members, *user_ids]))
    if len(members) > group_room(world, group):
        raise OaError(-210)
    group.members = members


def _free_asset(world: World, group_id: str, asset_id: object) -> Asset:
    """An asset that this group may have."""
    asset = world.assets.get(str(asset_id))
    if asset is None:
        raise invalid("asset_id")
    if asset.disabled:
        raise OaError(-238)
    if asset.used_by not in ("", group_id):
        raise OaError(-241)
    return asset


GROUP_POSTS: dict[str, Callable[["ZaloOaEmulator", Json], Any]] = {
    "/v3.0/oa/quota/group": quota,
    "/v3.0/oa/group/creategroupwithoa": create,
    "/v3.0/oa/group/updateinfo": update_info,
    "/v3.0/oa/group/updateasset": update_asset,
    "/v3.0/oa/group/invite": invite,
    "/v3.0/oa/group/acceptpendinginvite": accept,
    "/v3.0/oa/group/rejectpendinginvite": reject,
    "/v3.0/oa/group/removemembers": remove,
    "/v3.0/oa/group/addadmins": add_admins,
    "/v3.0/oa/group/removeadmins": remove_admins,
    "/v3.0/oa/group/delete": delete,
    "/v3.0/oa/group/message": message,
}
"""What is called with a JSON body."""

GROUP_GETS: dict[str, Callable[["ZaloOaEmulator", Json], Any]] = {
    "/v3.0/oa/group/getgroup": get,
    "/v3.0/oa/group/listpendinginvite": list_pending,
    "/v3.0/oa/group/listmember": list_members,
    "/v3.0/oa/group/getgroupsofoa": list_groups,
    "/v3.0/oa/group/listrecentchat": list_recent,
    "/v3.0/oa/group/conversation": conversation,
}
"""What is called with plain parameters in the address, unlike the other GET endpoints."""
