"""The shapes of messages that the API takes, checked as it documents them: `-201` wrong, `-210` too much."""

from typing import Any

from tests.emulators.faults import Json
from tests.emulators.zalo_oa_world import OaError, World, invalid

TEXT_LIMIT = 2000
_BUTTONS = 5
_MEDIA = ("image", "gif", "sticker")


def message_of(world: World, message: object, *, group: bool = False) -> Json:
    """A checked message in the shape that people see: `kind`, `text`, `buttons`, `elements`, `file`. Raises OaError."""
    if not isinstance(message, dict):
        raise invalid("message")
    text = _text(message, "text", TEXT_LIMIT, needed="attachment" not in message)
    quoted = message.get("quote_message_id")
    if quoted is not None and (group or "attachment" in message or not _is_known(world, quoted)):
        raise invalid("quote_message_id")
    seen: Json = {"kind": "text", "text": text} | ({"quote": quoted} if quoted else {})
    if "attachment" not in message:
        return seen
    attachment = _object(message["attachment"], "attachment")
    payload = _object(attachment.get("payload"), "payload")
    match attachment.get("type"):
        case "file":
            world.upload(payload.get("token"), ("file",))
            return seen | {"kind": "file", "file": payload["token"]}
        case "template":
            return seen | _template(world, payload, text, group)
    raise invalid("attachment type")


def _template(world: World, payload: Json, text: str, group: bool) -> Json:
    kind, buttons = payload.get("template_type"), payload.get("buttons")
    if buttons is not None and (group or (kind is not None and not world.combines)):
        raise invalid("buttons")
    shown = {"buttons": _buttons(buttons)} if buttons is not None else {}
    if kind is None and shown:
        if not text:
            raise invalid("text")
        return shown
    elements = payload.get("elements")
    if not isinstance(elements, list) or not all(isinstance(element, dict) for element in elements):
        raise invalid("elements")
    if kind == "media":
        return shown | _media(world, elements, text, group)
    if group or (text and not world.combines):
        raise invalid("template_type")
    if kind == "list":
        return shown | {"kind": "list", "elements": _list(elements)}
    if kind == "request_user_info":
        return shown | {"kind": "template", "elements": _form(elements)}
    raise invalid("template_type")


def _media(world: World, elements: list[Json], text: str, group: bool) -> Json:
    if len(elements) != 1:
        raise invalid("elements")
    element = elements[0]
    kind, url, upload = element.get("media_type"), element.get("url"), element.get("attachment_id")
    if kind not in _MEDIA:
        raise invalid("media_type")
    if group and kind != "sticker" and not text:
        raise invalid("text")
    if kind == "sticker":
        _text(element, "attachment_id", 100, needed=True)
        return {"kind": kind, "url": upload}
    if (url is None) == (upload is None):
        raise invalid("url")
    if kind == "gif" and not all(isinstance(element.get(side), int) for side in ("width", "height")):
        raise invalid("width")
    if url is not None:
        _url(element, "url")
    else:
        world.upload(upload, (kind,))
    return {"kind": kind, "url": url or upload}


def _buttons(buttons: object) -> list[Json]:
    if not isinstance(buttons, list) or not buttons or not all(isinstance(button, dict) for button in buttons):
        raise invalid("buttons")
    if len(buttons) > _BUTTONS:
        raise OaError(-210)
    for button in buttons:
        _text(button, "title", 100, needed=True)
        _action(button, url_at_top=False)
    return buttons


def _list(elements: list[Json]) -> list[Json]:
    if not 1 <= len(elements) <= _BUTTONS:
        raise OaError(-210)
    for index, element in enumerate(elements):
        _text(element, "title", 100, needed=True)
        _text(element, "subtitle", 500, needed=index == 0)
        _url(element, "image_url")
        if index or "default_action" in element:
            _action(_object(element.get("default_action"), "default_action"), url_at_top=True)
    return elements


def _form(elements: list[Json]) -> list[Json]:
    if len(elements) != 1:
        raise invalid("elements")
    _text(elements[0], "title", 100, needed=True)
    _text(elements[0], "subtitle", 500, needed=True)
    _url(elements[0], "image_url")
    return elements


def _action(action: Json, *, url_at_top: bool) -> None:
    """A button's or a list row's action. A row has its address beside the type, a button inside the payload."""
    kind, payload = action.get("type"), action.get("payload")
    if kind in ("oa.query.show", "oa.query.hide"):
        _text(action, "payload", 1000, needed=True)
    elif kind == "oa.open.url":
        _url(action if url_at_top else _object(payload, "payload"), "url")
    elif kind in ("oa.open.sms", "oa.open.phone"):
        call = _object(payload, "payload")
        if not _text(call, "phone_code", 15, needed=True).isdigit():
            raise invalid("phone_code")
        _text(call, "content", 160, needed=kind == "oa.open.sms")
    else:
        raise invalid("type")


def _object(value: object, name: str) -> Json:
    if not isinstance(value, dict):
        raise invalid(name)
    return value


def _text(holder: Json, name: str, limit: int, *, needed: bool) -> str:
    """A text within its limit. Nobody knows what Zalo counts, so UTF-16 units are: the most of what it may be."""
    value: Any = holder.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise invalid(name)
    if len(value.encode("utf-16-le")) // 2 > limit:
        raise OaError(-210)
    return value


def _url(holder: Json, name: str) -> None:
    if not _text(holder, name, 2000, needed=True).startswith(("http://", "https://")):
        raise invalid(name)


def _is_known(world: World, message_id: object) -> bool:
    return any(message["message_id"] == message_id for user in world.users.values() for message in user.messages)
