"""What an operator and the app itself ask about the Official Account: who it is, what is left, its groups.

Calls of the Official Account API: with a token that is good, renewed once where it is not. Never logs a token.
"""

import hmac
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar
from urllib.parse import urlencode

import aiohttp
import msgspec
from msgspec import Struct

from bot.channels.decoding import UNREACHED
from bot.channels.zalo_oa.oauth import AccountDown, Tokens
from bot.channels.zalo_oa.types import (
    AUTH,
    PROFILE,
    QUOTA,
    UNAUTHORIZED,
    WRONG_FIELD,
    Answer,
    Asset,
    Profile,
    User,
    advice,
    decode_answer,
    decode_person_quota,
    encode,
    number,
    outcome,
)
from bot.errors import PlatformError
from bot.ports.store import ChannelDown, Later

TIMEOUT_SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 5.0
_LIKE_A_TOKEN: Final = re.compile(r"[\w.-]{16,}")
"""What Zalo writes may repeat what we sent, also long ago."""
_JSON: Final = {"Content-Type": "application/json"}

Body = bytes | Callable[[], aiohttp.FormData]
"""JSON; or how to make a form, which can be sent once only."""


class Unreached(PlatformError):
    """What was asked did not come to Zalo, or failed there."""

    code = "unreached"
    retry = True


class Faulty(Unreached):
    """Zalo, or a gateway before it, answered with a fault of its own."""

    code = "faulty"


class Silent(Unreached):
    """No answer, or none that can be read: nobody knows whether Zalo did what was asked."""

    code = "silent"


class Calls:
    """The account's API below `api`. `session` opens the connections; somebody else closes them.

    `app_secret`: every call carries a proof of it; empty: none does.
    """

    def __init__(
        self, api: str, tokens: Tokens, session: Callable[[], aiohttp.ClientSession], app_secret: str = ""
    ) -> None:
        self._api = api.rstrip("/")
        self._tokens = tokens
        self._session = session
        self._app_secret = app_secret

    async def post(self, path: str, body: Body) -> Answer:
        """Raises Unreached, Silent, AccountDown, StoreDown. What Zalo refuses is an answer like any other."""
        return await self._call("POST", path, body)

    async def get(self, path: str, query: str = "") -> Answer:
        """The same, for what only looks; `query` is what stands after the question mark."""
        return await self._call("GET", f"{path}?{query}" if query else path, b"")

    async def _call(self, method: str, path: str, body: Body) -> Answer:
        token = await self._tokens.get()
        answer = await self._once(method, path, body, token)
        if answer.code not in AUTH:
            return answer
        token = await self._tokens.renew(token)
        answer = await self._once(method, path, body, token)
        if answer.code in AUTH:
            await self._tokens.give_up(token, f"a new access token was refused too ({answer.code})")
        return answer

    async def _once(self, method: str, path: str, body: Body, token: str) -> Answer:
        headers = {"access_token": token}
        if self._app_secret:
            headers["appsecret_proof"] = proof(self._app_secret, token)
        if isinstance(body, bytes):
            headers |= _JSON
        data = body if isinstance(body, bytes) else body()
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS, connect=_CONNECT_SECONDS)
        url = f"{self._api}/{path}"
        try:
            async with self._session().request(method, url, data=data or None, headers=headers, timeout=timeout) as got:
                content = await got.read()
        except UNREACHED as error:
            raise Unreached(self._gave_none(type(error).__name__)) from None
        except (aiohttp.ClientError, OSError) as error:
            raise Silent(self._gave_none(type(error).__name__)) from None
        if got.status == UNAUTHORIZED:
            return Answer(UNAUTHORIZED)
        if got.status != 200:
            raise Faulty(self._gave_none(f"HTTP {got.status}"))
        try:
            answer = decode_answer(content)
        except (ValueError, RecursionError):
            raise Silent(self._gave_none("it cannot be read")) from None
        return Answer(answer.error, _LIKE_A_TOKEN.sub("…", answer.message)[:200], answer.data)

    def _gave_none(self, why: str) -> str:
        return f"Zalo gave no answer ({why}): if that lasts, see that this machine reaches {self._api}."


def proof(app_secret: str, access_token: str) -> str:
    """That whoever has this token has the app's secret too: an HMAC-SHA256 in hex."""
    return hmac.new(app_secret.encode(), access_token.encode(), "sha256").hexdigest()


_GROUPS: Final = "v3.0/oa/group"
_GROUP_ASSETS: Final = "v3.0/oa/quota/group"
_PAGE: Final = 5
"""How many groups or members a call asks for: nobody knows how many it may be, this is what Zalo's pages show."""

_WHO: Final = "one member has to be an admin of the account, and each must follow it or have written within 7 days"

_T = TypeVar("_T")


class GroupInfo(Struct, frozen=True):
    """A group of the account."""

    group_id: str
    name: str = ""
    status: str = ""
    total_member: int | str = 0
    group_link: str = ""


class Member(Struct, frozen=True):
    """Somebody in a group; the account itself has an `oa_id` instead of a `user_id`."""

    user_id: str = ""
    oa_id: str = ""
    name: str = ""


class GroupAsset(Struct, frozen=True):
    """What a new group needs, one each; bought with the account's package."""

    asset_id: str
    product_type: str = ""
    status: str = ""
    valid_through: str = ""


class _Groups(Struct, frozen=True):
    groups: list[GroupInfo] = []
    total: int = 0


class _Members(Struct, frozen=True):
    members: list[Member] = []
    total: int = 0


class _GroupDetails(Struct, frozen=True):
    group_info: GroupInfo


class Account:
    """Every method raises PlatformError, whose sentence says what to do, and StoreDown."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def me(self) -> Profile:
        return _decoded(_good(await self._calls.get(PROFILE)), Profile)

    async def quotas(self) -> Sequence[Asset]:
        """The account's own quotas for messages to people."""
        body = {"quota_owner": "OA", "product_type": "cs"}
        return _decoded(_good(await self._calls.post(QUOTA, encode(body))), list[Asset])

    async def free_left(self, person: str) -> int | None:
        """How many free messages somebody can still get; None where Zalo does not say."""
        answer = await self._calls.post(QUOTA, encode(User(person)))
        result = outcome(answer, 0)
        if isinstance(result, ChannelDown):
            raise AccountDown(f"Zalo: {result.why}.")
        if isinstance(result, Later):
            _good(answer)  # it may say so another time: nobody's message is dropped for that
        try:
            return decode_person_quota(answer.data).cs_reply.remain if answer.code == 0 else None
        except ValueError:
            return None

    async def groups(self) -> Sequence[GroupInfo]:
        """All groups of the account."""
        found: list[GroupInfo] = []
        while True:
            page = await self._read("getgroupsofoa", _Groups, offset=len(found), count=_PAGE)
            found += page.groups
            if not page.groups or len(found) >= page.total:
                return found

    async def group(self, group_id: str) -> GroupInfo:
        return (await self._read("getgroup", _GroupDetails, group_id=group_id)).group_info

    async def members(self, group_id: str) -> Sequence[Member]:
        """Everybody in a group."""
        found: list[Member] = []
        while True:
            page = await self._read("listmember", _Members, group_id=group_id, offset=len(found), count=_PAGE)
            found += page.members
            if not page.members or len(found) >= page.total:
                return found

    async def create_group(self, name: str, members: Sequence[str]) -> GroupInfo:
        """A new group, on a free asset, with these people: at least one has to be an admin of the account."""
        assets = _good(await self._calls.post(_GROUP_ASSETS, encode({"quota_owner": "OA"})))
        free = [each for each in _decoded(assets, list[GroupAsset]) if each.status == "available"]
        if not free:
            raise PlatformError("Zalo: no package for one more group is free: buy one in Zalo OA Manager.")
        body = {"group_name": name, "asset_id": free[0].asset_id, "member_user_ids": list(members)}
        made = await self._calls.post(f"{_GROUPS}/creategroupwithoa", encode(body))
        return _decoded(_good(made, _WHO if made.code == WRONG_FIELD else ""), GroupInfo)

    async def _read(self, method: str, kind: type[_T], **asked: str | int) -> _T:
        return _decoded(_good(await self._calls.get(f"{_GROUPS}/{method}", urlencode(asked))), kind)


def left_and_total(assets: Sequence[Asset]) -> tuple[int, int]:
    """Over all quotas together."""
    return sum(number(each.remain) for each in assets), sum(number(each.total) for each in assets)


def _good(answer: Answer, todo: str = "") -> Answer:
    if answer.code:
        said = f"{answer.code} {answer.message.rstrip('.!')}"
        raise PlatformError(f"Zalo: {said}: {todo or advice(answer.code)}.")
    return answer


def _decoded(answer: Answer, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(answer.data, type=kind)
    except ValueError:
        raise PlatformError("Zalo: an answer of another form than documented.") from None
