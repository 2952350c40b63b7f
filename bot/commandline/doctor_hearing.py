"""Whether voice messages are heard, for `toso doctor`."""

from importlib import import_module

from bot.audio.asr_client import Ear
from bot.errors import TosoError
from bot.settings import Settings

_INSTALL = "`make setup-hearing`, or HEARING=yes for the image"


async def hearing(settings: Settings) -> str:
    """What is so, in a sentence. Raises TosoError where it is installed and cannot work here."""
    if not settings.hearing:
        return "not heard, because TOSO_HEARING is no"
    if not Ear.there():
        return f"not heard, people are asked to type; to change that: {_INSTALL}"
    try:
        import_module("vietasr")
    except (ImportError, OSError) as error:
        raise TosoError(f"what hears cannot be loaded ({error}): install it anew ({_INSTALL}).") from error
    return "heard on this machine"
