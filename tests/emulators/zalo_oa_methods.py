"""The endpoints about people: sending, quotas, profiles, history, uploads."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.emulators.faults import Json
from tests.emulators.zalo_oa_answers import MONTH_SECONDS, history, number, page, profile
from tests.emulators.zalo_oa_shapes import message_of
from tests.emulators.zalo_oa_world import FREE_REPLIES, FREE_SECONDS, OaError, Upload, UserRecord, World, invalid

if TYPE_CHECKING:
    from tests.emulators.zalo_oa import ZaloOaEmulator

UPLOADS_A_MONTH = 5000
_MEGABYTE = 1024 * 1024
_UPLOADS = {
    "image": ({"jpg", "jpeg", "png"}, _MEGABYTE),
    "gif": ({"gif"}, 5 * _MEGABYTE),
    "file": ({"pdf", "doc", "docx"}, 5 * _MEGABYTE),
}
_PICTURES = (b"\xff\xd8", b"\x89PNG")
"""How JPEG and PNG begin."""
_ICONS = {":>", "--b", ":-((", "/-strong", "/-heart", ":-h", ":o", "/-remove"}


def send(emulator: "ZaloOaEmulator", params: Json) -> Json:
    """`POST /v3.0/oa/message/cs`: check, charge, show, echo."""
    world, user = emulator.world, _recipient(emulator.world, params)
    shown = message_of(world, params.get("message"))
    quota = world.charge(user)
    world.sent(shown)
    kept = write(emulator, user, shown)
    return quota | {"message_id": kept["message_id"], "user_id": user.id}


def write(emulator: "ZaloOaEmulator", user: UserRecord, shown: Json, admin_id: str = "") -> Json:
    """Put a message of the OA before a person, and tell the webhook; `admin_id`: a human wrote it in the chat tool."""
    world = emulator.world
    kept = shown | {"message_id": world.hex_id("message"), "src": 0, "time": world.now_ms()}
    kept |= {"from_id": world.oa_id, "to_id": user.id}
    user.messages.append(kept)
    sender = {"id": world.oa_id} | ({"admin_id": admin_id} if admin_id else {})
    emulator.echo(f"oa_send_{shown['kind']}", {"sender": sender, "recipient": {"id": user.id}}, kept, user.id)
    return kept


def react(emulator: "ZaloOaEmulator", params: Json) -> Json:
    """`POST /v2.0/oa/message`: reactions are all that is left of it."""
    action = params.get("sender_action")
    if not isinstance(action, dict):
        raise OaError(-240)
    user = _recipient(emulator.world, params)
    if action.get("react_icon") not in _ICONS:
        raise invalid("react_icon")
    if action.get("react_message_id") not in [message["message_id"] for message in user.messages]:
        raise invalid("react_message_id")
    message = {"msg_id": action["react_message_id"], "react_icon": action["react_icon"]}
    sides = {"sender": {"id": emulator.world.oa_id}, "recipient": {"id": user.id}}
    emulator.emit("oa_reacted_message", sides | {"message": message}, user.id)
    return {"message_id": action["react_message_id"], "user_id": user.id}


def quota(emulator: "ZaloOaEmulator", params: Json) -> Any:
    """`POST /v3.0/oa/quota/message`: of one person, or of the OA."""
    world = emulator.world
    if "quota_owner" in params:
        return _own_quotas(world, params)
    user = world.user(params.get("user_id"))
    free = FREE_REPLIES - user.free_used if world.now() - user.spoke_at <= FREE_SECONDS else 0
    return {
        "last_interaction": str(int(user.spoke_at * 1000)) if user.spoke_at > 0 else "",
        "cs_reply": {"remain": free, "total": FREE_REPLIES},
        "promotion": {"daily_remain": 0, "daily_total": 1, "monthly_remain": 0, "monthly_total": 0},
    }


def detail(emulator: "ZaloOaEmulator", params: Json) -> Json:
    user = emulator.world.user(params.get("user_id"))
    return profile(emulator.world, user) | emulator.by_app(user.id)


def list_users(emulator: "ZaloOaEmulator", params: Json) -> Json:
    if number(params, "offset", 0) > 9951:
        raise OaError(-210)
    follows = {"true": [True], "false": [False]}.get(str(params.get("is_follower", "")).lower(), [True, False])
    found = [{"user_id": user.id} for user in emulator.world.users.values() if user.follows in follows]
    return page(params, found, "users", "count")


def update_user(emulator: "ZaloOaEmulator", params: Json) -> None:
    user = emulator.world.user(params.get("user_id"))
    user.alias = str(params.get("alias", user.alias))
    user.external_id = str(params.get("user_external_id", user.external_id))
    user.shared |= params.get("shared_info", {})


def get_oa(emulator: "ZaloOaEmulator", _params: Json) -> Json:
    world = emulator.world
    return {
        "oaid": world.oa_id,
        "name": world.name,
        "description": "",
        "oa_alias": "",
        "is_verified": True,
        "oa_type": 4,
        "cate_name": "",
        "num_follower": sum(user.follows for user in world.users.values()),
        "avatar": "",
        "cover": "",
        "package_name": "Growth",
        "package_valid_through_date": world.day(world.now() + 300 * 86_400),
        "package_auto_renew_date": "",
        "linked_ZCA": "" if world.zalo_cloud == "none" else "Zalo Cloud Account",
    }


def recent_chats(emulator: "ZaloOaEmulator", params: Json) -> list[Json]:
    newest = [message for user in emulator.world.users.values() for message in user.messages[-1:]]
    return history(emulator.world, params, sorted(newest, key=lambda message: int(message["time"])))


def conversation(emulator: "ZaloOaEmulator", params: Json) -> list[Json]:
    return history(emulator.world, params, emulator.world.user(str(params.get("user_id"))).messages)


def upload(emulator: "ZaloOaEmulator", kind: str, name: str, content: bytes) -> Json:
    """Take a file. Its name needs an extension; a gif may be called `image` in the form."""
    world, (extensions, limit) = emulator.world, _UPLOADS[kind]
    if name.rpartition(".")[2].lower() not in extensions or not content:
        raise invalid("file")
    if len(content) > limit:
        raise OaError(-210)
    if kind == "image" and not content.startswith(_PICTURES):
        raise invalid("file")
    month = world.now() - MONTH_SECONDS
    if sum(each.kind == kind and each.at > month for each in world.uploads.values()) >= UPLOADS_A_MONTH:
        raise OaError(-211)
    attachment_id = world.hex_id("upload")
    world.uploads[attachment_id] = Upload(kind, content, world.now())
    return {"token" if kind == "file" else "attachment_id": attachment_id}


def _recipient(world: World, params: Json) -> UserRecord:
    recipient = params.get("recipient")
    if not isinstance(recipient, dict):
        raise invalid("recipient")
    return world.user(recipient.get("user_id"))


def _own_quotas(world: World, params: Json) -> list[Json]:
    if params["quota_owner"] not in ("OA", "APP"):
        raise invalid("quota_owner")
    left = {"sub_quota": world.sub_quota, "purchase_quota": world.purchase_quota, "reward_quota": world.reward_quota}
    until, wanted = world.day(world.now() + MONTH_SECONDS), params.get("quota_type")
    return [
        {"asset_id": f"quota-{kind}", "product_type": params.get("product_type", "cs"), "quota_type": kind}
        | {"valid_through": until, "total": remain + world.spent[kind], "remain": remain}
        for kind, remain in left.items()
        if wanted in (None, kind)
    ]


POSTS: dict[str, Callable[["ZaloOaEmulator", Json], Any]] = {
    "/v3.0/oa/message/cs": send,
    "/v2.0/oa/message": react,
    "/v3.0/oa/quota/message": quota,
    "/v3.0/oa/user/update": update_user,
}
"""What is called with a JSON body."""

GETS: dict[str, Callable[["ZaloOaEmulator", Json], Any]] = {
    "/v3.0/oa/user/detail": detail,
    "/v3.0/oa/user/getlist": list_users,
    "/v2.0/oa/getoa": get_oa,
    "/v2.0/oa/listrecentchat": recent_chats,
    "/v2.0/oa/conversation": conversation,
}
"""What is called with JSON in the parameter `data` of the address."""
