"""What `toso doctor` finds out about pictures of steps. Raises TosoError with what is wrong, and what to do then."""

from typing import Final

import aiohttp

from bot.channels.web import picture_address
from bot.clock import SystemClock
from bot.content.library import FileLibrary
from bot.content.loader import Content
from bot.errors import PlatformError
from bot.images.cache import Shelf
from bot.images.gallery import Gallery, this_drawing
from bot.images.screenshots import Album
from bot.images.source import Drawings
from bot.platforms import zalo_oa_channel
from bot.ports.store import DrawnPictures, Store
from bot.settings import Settings

_SECONDS: Final = 10.0


async def pictures(settings: Settings, content: Content, store: Store) -> str:
    """Whether they can be drawn and kept, and who shows them; where a channel does not, why."""
    folder = settings.data_dir / "pictures"
    gallery = Gallery(content.screens, this_drawing())
    library, shelf = FileLibrary([parsed.guide for parsed in content.guides]), Shelf(folder)
    drawings = Drawings(gallery, library, shelf, Album(store, gallery, shelf))
    name = _any_name(gallery, content)
    try:
        if await drawings.picture(name) is None:
            raise PlatformError("they cannot be drawn, so steps go without: what was logged just now says why.")
        if await drawings.kept(name) is None:
            raise PlatformError(f"they cannot be kept, and are drawn anew each time: let the app write to {folder}.")
        return f"drawn, and kept in {folder}; {await _shown(settings, store, drawings, name)}"
    finally:
        await drawings.close()


def _any_name(gallery: Gallery, content: Content) -> str:
    for parsed in content.guides:
        for step in parsed.guide.steps:
            if drawn := gallery.of(parsed.guide, step, 1, "vi", ""):
                return drawn.name
    raise PlatformError("no step of any guide has one.")


async def _shown(settings: Settings, store: Store, drawn: DrawnPictures, name: str) -> str:
    if not settings.chat_pictures:
        return "shown by web chat and paper, in no chat app (TOSO_CHAT_PICTURES=no)"
    by, wrong, without = ["web chat", "paper"], [], ""
    if settings.telegram_token:
        by.append("telegram")
    if settings.zalo_oa_app_id:
        by.append("zalo-oa")
        wrong.append(await _refused_by_zalo_oa(settings, store, drawn, name))
    if settings.zalo_bot_token and settings.public_url:
        by.append("zalo-bot")
        wrong.append(await _not_at(settings.public_url + picture_address(name)))
    elif settings.zalo_bot_token:
        without = "; not by zalo-bot: Zalo would fetch them below TOSO_PUBLIC_URL, which is unset"
    if any(wrong):
        raise PlatformError(" ".join(filter(None, wrong)))
    return f"shown by {', '.join(by)}{without}"


async def _refused_by_zalo_oa(settings: Settings, store: Store, drawn: DrawnPictures, name: str) -> str:
    """Why the Official Account takes no pictures; empty where it does. An upload is used for some days."""
    channel = zalo_oa_channel(settings, store, SystemClock(), drawn=drawn)
    if channel is None or channel.steps is None:
        return ""
    try:
        if await channel.steps.attachment(name):
            return ""
        why = channel.steps.upload_rest.why or "the upload took too long."
        return f"Steps on zalo-oa go without: {why}"
    finally:
        await channel.close()


async def _not_at(url: str) -> str:
    """What is wrong with this address of a picture; empty where it is there."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, allow_redirects=False) as answer:
            if answer.status == 200 and answer.content_type.startswith("image/"):
                return ""
            found = f"answers {answer.status} ({answer.content_type})"
    except (aiohttp.ClientError, OSError) as error:
        found = f"does not answer ({type(error).__name__})"
    return f"Steps on zalo-bot go without: {url} {found}. Start the app, and have the proxy lead /pictures/ to it."
