"""From a `Reply` to what a channel can show: buttons where there are any, digits everywhere, nothing too long."""

from msgspec import Struct

from bot.model import Choice, Reply, replace
from bot.ports.store import Capabilities

NAVIGATION = ("9", "0")
"""The digits of *back* and *menu*: they stand together, below the choices of the step."""


class Button(Struct, frozen=True):
    label: str
    payload: str


class Shown(Struct, frozen=True):
    """One message as a channel shows it; `rows` of buttons, empty where the digits stand in the text."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()


def present(reply: Reply, can: Capabilities) -> Shown:
    """Shape one reply. Its text must fit: see `pieces`."""
    text = ": ".join(part for part in (reply.sender, reply.text) if part)
    if not reply.choices:
        return Shown(text)
    if len(reply.choices) > can.buttons:
        return Shown(f"{text}\n\n{in_digits(reply.choices)}".rstrip())
    rows: list[tuple[Button, ...]] = []
    below = []
    for choice in reply.choices:
        button = Button(_label(choice, can.label_limit), reply.payload(choice))
        if choice.digit in NAVIGATION:
            below.append(button)
        else:
            rows.append((button,))
    if below:
        rows.append(tuple(below))
    return Shown(text, tuple(rows))


def in_digits(choices: tuple[Choice, ...]) -> str:
    """The choices as lines to answer with a digit; one without a digit is a button, or nothing."""
    lines = [f"{each.digit}. {each.label}" for each in choices if each.digit and each.digit not in NAVIGATION]
    below = [f"{choice.digit}. {choice.label}" for choice in choices if choice.digit in NAVIGATION]
    return "\n".join([*lines, *(["", " · ".join(below)] if lines and below else below)])


def pieces(reply: Reply, can: Capabilities) -> tuple[Reply, ...]:
    """The reply as messages within the channel's text limit, cut between lines or words; choices go with the last.

    A character beyond the first 65,536 counts as two: so platforms count where they say how, and may where they do not.
    """
    if reply.aloud and can.audio == "alone" and reply.text:
        return (replace(reply, text="", choices=()), *pieces(replace(reply, aloud=None), can))
    if reply.media and not _has_room_for_words(reply, can):
        return (replace(reply, text="", choices=()), *pieces(replace(reply, media=""), can))
    room = can.text_limit - units(reply.sender) - 2
    if len(reply.choices) > can.buttons:
        room -= units(in_digits(reply.choices)) + 2
    if 2 * len(reply.text) <= room or units(reply.text) <= room:
        return (reply,)
    texts = []
    rest = reply.text
    while units(rest) > room:
        fits = len(rest.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore"))
        cut = max(rest.rfind("\n", 0, fits), rest.rfind(" ", 0, fits))
        cut = cut if cut > 0 else fits
        texts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    bare = replace(reply, choices=(), media="", picture=None, aloud=None)
    return (*(replace(bare, text=text) for text in texts), replace(reply, text=rest))


def _has_room_for_words(reply: Reply, can: Capabilities) -> bool:
    """Whether what is said can stand below the media, in one message with it."""
    if reply.media.startswith(can.wordless):
        return not reply.text and not reply.choices
    return not can.caption_limit or units(f"{reply.sender}: {reply.text}") <= can.caption_limit


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _label(choice: Choice, limit: int) -> str:
    label = f"{choice.digit}. {choice.label}" if choice.digit else choice.label
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"
