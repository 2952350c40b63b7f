"""What an Official Account (OA) knows: its people, groups, messages, uploads, quotas, and what its messages cost.

Objects are plain dicts, as the API shows them. `World.now()` is in seconds and can be moved on with `World.passes`.
"""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.emulators.faults import Json
from tests.emulators.zalo_world import ZaloWorld, in_vietnam

FREE_REPLIES = 8
FREE_SECONDS = 48 * 3600
WINDOW_SECONDS = 7 * 86_400
PAID_VND = 55
GROUP_SETTINGS = ("lock_send_msg", "join_appr", "enable_msg_history", "enable_link_join")

WORDS = {
    -32: "Your application reached limit call api",
    -100: "attachment_id was expired",
    -200: "Send message failed",
    -204: "Offical Account is disable",
    -205: "Offical Account is not exist",
    -209: "Not supported this api",
    -210: "Parameter exceeds allowable limit",
    -211: "Out of quota",
    -212: "App has not registed this api",
    -213: "User has not followed OA",
    -216: "Access token is invalid",
    -217: "User has blocked invitation from OA",
    -218: "Out of quota receive",
    -219: "App is removed or disabled",
    -220: "access_token is expired or removed",
    -221: "The OA needs to be verified to use this feature",
    -223: "Official Account has not authorized this API",
    -224: "The OA needs to upgrade OA Tier Package to use this feature",
    -227: "User is banned or has been inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA, or the last interaction has expired",
    -233: "message type is invalid or not support",
    -237: "The group is disabled",
    -238: "asset_id is disabled",
    -240: "MessageV2 API has been shut down, please switch to MessageV3. See instructions here https://go.zalo.me/api-v3",
    -241: "asset_id is already used",
    -242: "Invalid appsecret_proof provided in the API argument",
    -244: "User has restricted this message type from your OA",
    -248: "Violates our platform standards. Learn more: https://go.zalo.me/oa-policy",
    -320: "Your app needs to connect with Zalo Cloud Account to use paid features",
    -321: "Zalo Cloud Account associated with this app is out of money or unable to be charged",
    -403: "OA is not in group",
}
"""The documented words of each code, spelled as documented."""


class OaError(Exception):
    """A call that the API refuses: with HTTP 200, a negative code and its words."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(words or WORDS.get(code, "Send message failed"))
        self.code = code


def invalid(field_name: str) -> OaError:
    return OaError(-201, f"{field_name} is invalid!")


@dataclass
class UserRecord:
    """A person as this OA knows them; `refusal` is the code that the OA gets instead of sending to them."""

    id: str
    name: str
    follows: bool = False
    spoke_at: float = -math.inf
    free_used: int = 0
    refusal: int = 0
    alias: str = ""
    external_id: str = ""
    sensitive: bool = False
    shared: Json = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)


@dataclass
class Asset:
    """What one group needs to exist; `kind` says how many members it may have."""

    id: str
    kind: Literal["gmf10", "gmf50", "gmf100"] = "gmf10"
    used_by: str = ""
    disabled: bool = False


@dataclass
class GroupRecord:
    """A group of the OA: `disabled` once its asset ran out, `gone` once the OA is no longer in it."""

    id: str
    name: str
    asset_id: str
    description: str = ""
    avatar: str = ""
    members: list[str] = field(default_factory=list)
    admins: set[str] = field(default_factory=set)
    pending: list[str] = field(default_factory=list)
    settings: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(GROUP_SETTINGS, False))
    messages: list[Json] = field(default_factory=list)
    disabled: bool = False
    gone: bool = False


@dataclass
class Upload:
    """What was uploaded, when, and when it was first sent: 0 for never."""

    kind: str
    content: bytes
    at: float
    sent_at: float = 0.0


class World(ZaloWorld):
    """The state behind one OA. `zalo_cloud`: who pays once nothing is free. Quotas count messages left.

    `unsent_seconds`: how long an upload that was never sent is kept, which nobody knows.
    """

    def __init__(self, app_id: str, oa_id: str, name: str, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.app_id = app_id
        self.oa_id = oa_id
        self.name = name
        self.users: dict[str, UserRecord] = {}
        self.admins: set[str] = set()
        self.assets: dict[str, Asset] = {}
        self.groups: dict[str, GroupRecord] = {}
        self.uploads: dict[str, Upload] = {}
        self.unsent_seconds: float = WINDOW_SECONDS
        self.sub_quota = 0
        self.purchase_quota = 0
        self.reward_quota = 0
        self.zalo_cloud: Literal["none", "empty", "pays"] = "none"
        self.spent: Counter[str] = Counter()
        self.combines = False

    def user(self, user_id: object) -> UserRecord:
        """The person of a call. Ids are strings: a number is refused."""
        if not isinstance(user_id, str) or user_id not in self.users:
            raise invalid("user_id")
        return self.users[user_id]

    def interacts(self, user: UserRecord) -> None:
        """The person did something that opens the windows anew."""
        user.spoke_at = self.now()
        user.free_used = 0

    def upload(self, attachment_id: object, kinds: tuple[str, ...]) -> Upload:
        """An upload that is still there: for seven days after it was sent."""
        upload = self.uploads.get(attachment_id) if isinstance(attachment_id, str) else None
        if upload is None or upload.kind not in kinds:
            raise OaError(-100)
        ends = upload.sent_at + WINDOW_SECONDS if upload.sent_at else upload.at + self.unsent_seconds
        if self.now() > ends:
            raise OaError(-100)
        return upload

    def sent(self, shown: Json) -> None:
        """A message went out: what was uploaded for it counts as sent from the first time on."""
        upload = self.uploads.get(str(shown.get("url") or shown.get("file")))
        if upload and not upload.sent_at:
            upload.sent_at = self.now()

    def charge(self, user: UserRecord) -> Json:
        """Count one consultation message to this person; gives the `quota` of the answer, empty when it is paid."""
        if user.refusal:
            raise OaError(user.refusal)
        away = self.now() - user.spoke_at
        if away > WINDOW_SECONDS:
            raise OaError(-230)
        if away <= FREE_SECONDS and user.free_used < FREE_REPLIES:
            user.free_used += 1
            self.spent["reply"] += 1
            left = FREE_REPLIES - user.free_used
            return {"quota": {"quota_type": "reply", "remain": str(left), "total": str(FREE_REPLIES)}}
        return self._charge_quota()

    def day(self, seconds: float) -> str:
        return in_vietnam(seconds, "%d/%m/%Y")

    def _charge_quota(self) -> Json:
        if self.sub_quota > 0:
            left, total = self.sub_quota - 1, self.sub_quota + self.spent["sub_quota"]
            self.sub_quota = left
            self.spent["sub_quota"] += 1
            until = self.day(self.now() + 30 * 86_400)
            return {
                "quota": {"quota_type": "sub_quota", "remain": str(left), "total": str(total), "expired_date": until}
            }
        owner = {"owner_type": "OA", "owner_id": self.oa_id}
        if self.purchase_quota > 0:
            self.purchase_quota -= 1
            self.spent["purchase_quota"] += 1
            return {"quota": {"quota_type": "purchase_quota", **owner}}
        if self.reward_quota > 0:
            self.reward_quota -= 1
            self.spent["reward_quota"] += 1
            return {"quota": {"quota_type": "reward_quota", **owner}}
        if self.zalo_cloud != "pays":
            raise OaError(-320 if self.zalo_cloud == "none" else -321)
        self.spent["paid"] += 1
        self.spent["vnd"] += PAID_VND
        return {}
