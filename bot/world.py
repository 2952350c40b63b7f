"""What a conversation may know of the world outside it: given to the engine, never fetched by it."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from bot.content.facts import Topic
from bot.content.guide import TroubleWords
from bot.content.ward import Ward
from bot.ports import Library
from bot.understanding import Matcher
from bot.words import Words


class Setting(Struct, frozen=True):
    """What is the same for every message: the ward, its words and its guides.

    `troubles` are the shared ones, by name and language. `keep_seconds` is how long the session of a resident who
    agreed is kept after their last message.
    """

    words: Words
    library: Library
    ward: Ward
    topics: tuple[Topic, ...]
    troubles: Mapping[str, Mapping[str, TroubleWords]]
    matcher: Matcher
    keep_seconds: int


class World(Struct, frozen=True):
    """The setting at the moment of one message.

    `now` is Unix seconds; `draw_code` draws the code of a new request; `private_link` opens a private chat with the
    bot; `line` is the place in line of this conversation's request, None until somebody asked for it.
    """

    setting: Setting
    now: int
    draw_code: Callable[[], str]
    private_link: str = ""
    line: int | None = None
