"""What the Official Account's channel is told once: its keys, and how it shall behave."""

from collections.abc import Collection

from msgspec import Struct

from bot.channels.unshown import Unshown
from bot.errors import SettingWrong


class Keys(Unshown, frozen=True):
    """`secret` is the OA Secret Key of the app's Webhook page, `app_secret` the App Secret Key of its settings page.

    `refresh_token` is for the first start; it may be empty. Raises SettingWrong for a missing id or secret.
    """

    app_id: str
    app_secret: str
    secret: str
    refresh_token: str = ""

    def __post_init__(self) -> None:
        for value, named in ((self.app_id, "ZALO_OA_APP_ID"), (self.app_secret, "ZALO_OA_APP_SECRET")):
            if not value.strip():
                raise SettingWrong(f"{named} is missing: copy it from the app's settings at developers.zalo.me.")
        if not self.secret or self.secret == self.app_secret:
            raise SettingWrong(
                "ZALO_OA_SECRET_KEY is not the OA Secret Key: copy it from the app's Webhook page at "
                "developers.zalo.me. It is another one than the app's own secret key."
            )


class Options(Struct, frozen=True, kw_only=True):
    """`rate` is calls a minute in all, 0 means no limit. `may_cost`: messages beyond the free ones may use up the
    account's allowance, or cost money. `quiet_ms`: how long the bot is silent after a human of the account wrote.

    `link` opens a private chat with the account, `site` is where pages of ours are, empty where nobody said. `name` is
    what people in a group mention it by; empty: as Zalo calls it. `buttons`: choices are shown as buttons too.
    `proves`: calls carry a proof of the app's secret. `picture_hosts` are fetched from besides Zalo's own servers, for
    trying things out.
    """

    api: str = "https://openapi.zalo.me"
    oauth: str = "https://oauth.zaloapp.com"
    rate: float = 3600.0
    may_cost: bool = False
    quiet_ms: int = 0
    link: str = ""
    site: str = ""
    name: str = ""
    buttons: bool = True
    proves: bool = False
    picture_hosts: Collection[str] = ()
