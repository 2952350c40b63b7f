"""How each channel shows a reply, for those who look at it elsewhere: by name, what it can do."""

from collections.abc import Mapping

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web import WebChannel
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.ports.store import Capabilities

SHOWN_AS: Mapping[str, Capabilities | None] = {
    "console": None,
    "web": WebChannel.capabilities,
    "telegram": TelegramChannel.capabilities,
    "zalo-bot": ZaloBotChannel.capabilities,
    "zalo-oa": ZaloOaChannel.capabilities,
}
"""`console` is the form of conversation files. The Zalo Bot Platform has no buttons: digits alone."""
