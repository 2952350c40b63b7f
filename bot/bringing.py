"""What to take along for what a guide is about, as a list to keep or to pass on. Pure."""

from collections.abc import Collection
from urllib.parse import urlencode

from bot.content.guide import Guide
from bot.content.ward import Office, Ward
from bot.model import Run
from bot.ports.store import Library
from bot.words import Voice

PAGE = "/b/"
"""What begins the addresses of lists."""


def things(guide: Guide, lang: str, passed: Collection[str]) -> tuple[str, ...]:
    """What to take along, a thing a line, for somebody who `passed` these steps; nothing where the guide does not say.

    Where no step that decides was among them, everything.
    """
    lines = guide.says(lang).bring
    decided = set(deciding(guide, passed))
    wanted = guide.bring_at or ((),) * len(lines)
    return tuple(line for line, at in zip(lines, wanted, strict=True) if not at or not decided or decided & set(at))


def taken_with_things(library: Library, run: Run | None) -> Guide | None:
    """The guide being taken as it is today, if it says what to bring."""
    guide = library.current(run.guide) if run else None
    return guide if guide and guide.says("vi").bring else None


def deciding(guide: Guide, passed: Collection[str]) -> tuple[str, ...]:
    """The steps among those `passed` that decide what is on the list."""
    known = dict.fromkeys(step for at in guide.bring_at for step in at)
    return tuple(step for step in known if step in passed)


def page_of(guide: Guide, lang: str, passed: Collection[str]) -> str:
    """The address, below our own, of a page with this list. It says what was answered, and nothing of who asked."""
    asked = {"at": ",".join(deciding(guide, passed)), "lang": lang if lang != "vi" else ""}
    query = urlencode({name: value for name, value in asked.items() if value}, safe=",")
    return f"{PAGE}{guide.id}?{query}" if query else f"{PAGE}{guide.id}"


def place_of(guide: Guide, ward: Ward) -> Office | None:
    """Where to go with it, as far as the guide knows."""
    return {"office": ward.office, "police": ward.police}.get(guide.bring_to)


def whole_list(voice: Voice, guide: Guide, ward: Ward, lang: str, passed: Collection[str], public_url: str) -> str:
    """The list as one message that needs nothing beside it; with the address of its page where ours is known."""
    lines = [voice.say("bring.list", title=voice.render(guide.says(lang).title))]
    lines += [f"– {voice.render(thing)}" for thing in things(guide, lang, passed)]
    lines += where(voice, guide, ward)
    lines.append(voice.say("bring.ask"))
    if public_url:
        lines.append(voice.say("bring.page", address=public_url + page_of(guide, lang, passed)))
    return "\n".join(lines)


def where(voice: Voice, guide: Guide, ward: Ward) -> list[str]:
    """Where to go with it, and when, a sentence each; what nobody told us is not said."""
    place = place_of(guide, ward)
    said = [voice.say("bring.place", place=place.says)] if place else []
    return [*said, voice.say("bring.hours", hours=place.hours)] if place and place.hours else said
