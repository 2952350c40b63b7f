"""What volunteers write often, ready to send: names in the catalogues, for every request or for one topic. Pure."""

from collections.abc import Mapping, Sequence

from bot.words import Voice

ALWAYS = ("hello", "wait", "look", "slowly", "photo", "no_secrets", "hotline", "office", "thanks")
BY_TOPIC: Mapping[str, Sequence[str]] = {
    "vneid": ("vneid_hotline", "muc2_days"),
    "dvc": ("dvc_site", "dvc_hotline"),
    "ihanoi": ("ihanoi_intake",),
    "lua-dao": ("scam_bank", "scam_police"),
}


def canned(topic: str, voice: Voice) -> Sequence[tuple[str, str]]:
    """The replies for a request about this topic, as (name, text) in the voice of its resident; its own first."""
    return [(name, voice.say(f"canned.{name}")) for name in (*BY_TOPIC.get(topic, ()), *ALWAYS)]
