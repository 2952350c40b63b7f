"""How the API shows groups, people, pages of lists and the history of a chat."""

from tests.emulators.faults import Json
from tests.emulators.zalo_oa_world import GroupRecord, OaError, UserRecord, World, invalid

HISTORY_COUNT = 10
MONTH_SECONDS = 30 * 86_400
_KINDS = {
    "image": "photo",
    "gif": "GIF",
    "audio": "voice",
    "business_card": "link",
    "template": "links",
    "list": "links",
}


def group_summary(group: GroupRecord) -> Json:
    return {
        "name": group.name,
        "avatar": group.avatar,
        "group_id": group.id,
        "group_link": f"https://zalo.me/g/{group.id[:9]}",
        "group_description": group.description,
        "total_member": len(group.members),
        "status": "disabled" if group.disabled else "enabled",
    }


def group_details(world: World, group: GroupRecord) -> Json:
    soon = world.day(world.now() + MONTH_SECONDS)
    asset = {"asset_type": world.assets[group.asset_id].kind, "asset_id": group.asset_id, "valid_through": soon}
    info = group_summary(group) | {"max_member": str(group_room(world, group)), "auto_delete_date": soon}
    return {"group_info": info, "asset_info": asset | {"auto_renew": "true"}, "group_setting": dict(group.settings)}


def group_room(world: World, group: GroupRecord) -> int:
    """How many members the group's asset allows."""
    return int(world.assets[group.asset_id].kind.removeprefix("gmf"))


def group_member(world: World, user_id: str) -> Json:
    return {"user_id": user_id, "name": world.users[user_id].name, "avatar": ""}


def profile(world: World, user: UserRecord) -> Json:
    empty = dict.fromkeys(("address", "city", "district", "phone", "name", "user_dob"), "")
    return {
        "user_id": user.id,
        "user_external_id": user.external_id,
        "display_name": user.name,
        "user_alias": user.alias or user.name,
        "is_sensitive": user.sensitive,
        "user_last_interaction_date": world.day(user.spoke_at) if user.spoke_at > 0 else "",
        "user_is_follower": user.follows,
        "avatar": "https://s120-ava-talk.zadn.vn/x.jpg",
        "avatars": {"120": "https://s120-ava-talk.zadn.vn/x.jpg", "240": "https://s240-ava-talk.zadn.vn/x.jpg"},
        "dynamic_param": "",
        "tags_and_notes_info": {"notes": [], "tag_names": []},
        "shared_info": empty | user.shared,
    }


def page(params: Json, found: list[Json], name: str, count_name: str, *, limit: int = 50) -> Json:
    """A part of a list, by `offset` and `count`. How much may be asked for at once is documented for few lists."""
    offset, count = number(params, "offset", 0), number(params, "count", 5)
    if count > limit:
        raise OaError(-210)
    part = found[offset : offset + count]
    return {"offset": offset, "count": count, "total": len(found), count_name: len(found), name: part}


def history(world: World, params: Json, messages: list[Json]) -> list[Json]:
    """Messages as rows, the newest first."""
    asked = {"count": HISTORY_COUNT} | params
    rows: list[Json] = page(asked, [_row(world, each) for each in reversed(messages)], "", "", limit=HISTORY_COUNT)[""]
    return rows


def number(params: Json, name: str, default: int) -> int:
    try:
        value = int(params.get(name, default))
    except (TypeError, ValueError):
        raise invalid(name) from None
    if value < 0:
        raise invalid(name)
    return value


def _row(world: World, message: Json) -> Json:
    person = world.users.get(message["from_id"])
    row = {
        "src": message["src"],
        "time": message["time"],
        "type": _KINDS.get(message["kind"], message["kind"]),
        "message": message["text"],
        "message_id": message["message_id"],
        "from_id": message["from_id"],
        "from_display_name": person.name if person else world.name,
        "from_avatar": "https://s120-ava-talk.zadn.vn/x.jpg",
    }
    if "group_id" in message:
        return row | {"group_id": message["group_id"]}
    to = world.users.get(message["to_id"])
    return row | {"to_id": message["to_id"], "to_display_name": to.name if to else world.name, "to_avatar": ""}
